"""The register: whoever comes or calls is written down in two fields and Enter, and the rota says whose turn it is."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import FormView

from crm import identity
from crm.models import Customer
from dms.background import exports
from dms.core.acts import Offer
from dms.core.refusals import Refusal
from dms.core.untyped import Facts
from dms.formats import query_params
from dms.models import Store, User
from dms.web import columns as table_columns
from dms.web.columns import Table
from dms.web.http import AuthenticatedHttpRequest, working_store
from dms.web.rights import RequiresRight, check_right, requires_right
from sales import pdfs, rota
from sales.actions import leads
from sales.actions import register as register_actions
from sales.actions import rota as rota_actions
from sales.actions.register import Guest, Visit
from sales.acts import ROTA_PLACE
from sales.filters import VisitFilter
from sales.forms.register import VisitForm
from sales.models import Lead, LeadContact, RotaPlace, ShowroomVisit
from sales.models.register import VisitQuerySet
from sales.register_columns import COLUMNS, RELATED, row_class
from sales.register_counts import count

SHOWN = ("all", "inside", "unfilled")


def lines(user: User, store: Store | None) -> VisitQuerySet:
    """The register as this person sees it, with what its columns say."""
    visits: VisitQuerySet = ShowroomVisit.objects.visible_to(user).of_store(store)
    return visits.select_related(*RELATED).prefetch_related("customer__phones")


exports.add(
    exports.Listing(
        "register",
        gettext_lazy("Showroom register"),
        "sales.view",
        lines,
        lambda user, store: table_columns.for_file(COLUMNS, user, store),
        VisitFilter,
    )
)


def narrowed(rows: list[ShowroomVisit], shown: str) -> list[ShowroomVisit]:
    if shown == "inside":
        return [row for row in rows if row.is_inside]
    return [row for row in rows if row.is_unfilled] if shown == "unfilled" else rows


def shown_store(request: AuthenticatedHttpRequest) -> Store:
    """The store whose register is shown: the chosen one, else the first one may see. Writing asks for a choice."""
    if getattr(request, "store", None) is not None:
        return working_store(request)
    first = Store.objects.visible_to(request.user).active().order_by("code").first()
    return first or working_store(request)


def shown_day(request: AuthenticatedHttpRequest) -> date:
    """The day whose lines are shown; no day lies ahead."""
    today = timezone.localdate()
    return min(query_params.day(request.GET.get("day")) or today, today)


@dataclass(frozen=True)
class Turn:
    """An adviser in the queue with the acts on their place."""

    standing: rota.Standing
    acts: Mapping[str, Offer[RotaPlace]]


class Register(RequiresRight, FormView[VisitForm]):
    """The page of the reception: two fields, whose turn it is, and the lines of today; those of any other day to look at."""

    request: AuthenticatedHttpRequest
    right = "sales.view"
    template_name = "sales/register.html"
    form_class = VisitForm

    @cached_property
    def store(self) -> Store:
        return working_store(self.request) if self.request.method == "POST" else shown_store(self.request)

    @cached_property
    def day(self) -> date:
        return shown_day(self.request)

    def post(self, request: AuthenticatedHttpRequest, *args: str, **kwargs: Any) -> HttpResponse:  # type: ignore[override] # of somebody signed in
        check_right(request, "sales.register")
        return super().post(request, *args, **kwargs)

    def get_initial(self) -> Facts:
        # Enter pressed twice sends the same key: one guest, one line.
        return {"key": uuid.uuid4().hex}

    def get_form(self, form_class: type[VisitForm] | None = None) -> VisitForm:
        form = super().get_form(form_class)
        form.offer(self.store)
        return form

    def form_valid(self, form: VisitForm) -> HttpResponse:
        """One line more; asked back when the same guest was written down a moment ago."""
        try:
            row = registered(form.cleaned_data, store=self.store, by=self.request.user)
        except Refusal as refused:
            refusal = refused.told()
            form.add_error(None, str(refusal.sentence))
            return self.render_to_response(self.get_context_data(form=form, asked=refusal.code), status=422)
        messages.success(self.request, said_of(row))
        return redirect("sales:register")

    def form_invalid(self, form: VisitForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **context: object) -> Facts:
        user, today = self.request.user, timezone.localdate()
        visits = list(lines(user, self.store).on(self.day))
        shown = self.request.GET.get("show", "")
        # A day that is over is counted: its lines are corrected one by one, with a reason.
        writes = user.has_perm("sales.register") and self.day == today
        form = context.pop("form", None) or (self.get_form() if writes else None)
        facts: Facts = {
            "form": form if writes else None,
            "asked": "",
            "store": self.store,
            "key": (form["key"].value() if isinstance(form, VisitForm) else "") or uuid.uuid4().hex,
            "table": Table(
                table_columns.for_page(COLUMNS, user, self.store), narrowed(visits, shown), self.request, row_class
            ),
            "rows": len(narrowed(visits, shown)),
            "counts": count(visits),
            "shown": shown if shown in SHOWN else "all",
            "kinds": ShowroomVisit.Kind.choices,
            "purposes": ShowroomVisit.Purpose.choices,
            "parties": (1, 2, 3, 4),
            "export_url": self.export_url(),
            **self.days(today),
        }
        queue = whose_turn(user, self.store) if self.day == today else {}
        return super().get_context_data(**{**facts, **queue, **context, "form": facts["form"]})

    def days(self, today: date) -> Facts:
        """The day that is shown and its neighbours."""
        following = self.day + timedelta(days=1)
        return {
            "day": self.day,
            "today": today,
            "previous_url": f"?day={self.day - timedelta(days=1)}",
            "next_url": f"?day={following}" if following <= today else "",
        }

    def export_url(self) -> str:
        if not self.request.user.has_perm("dms.jobs"):
            return ""
        query = urlencode({"day": self.day.isoformat(), "store": self.store.code})
        return f"{reverse('dms:export', args=['register'])}?{query}"


def whose_turn(user: User, store: Store) -> Facts:
    """The queue of the day, who is next in it, and who takes the next call."""
    queue = rota_actions.open_rota(store)
    turns = [Turn(standing, ROTA_PLACE.offered(standing.place, user)) for standing in queue]
    first = rota.first(queue)
    return {
        "queue": [turn for turn in turns if turn.standing.place != first],
        "advisers": len(queue),
        "next_up": next((turn for turn in turns if turn.standing.place == first), None),
        "next_call": rota.first_for_call(queue),
    }


def registered(facts: Facts, *, store: Store, by: User) -> ShowroomVisit:
    return register_actions.register_visit(
        Guest(facts["phone"], facts["name"], facts["stranger"], facts["chosen"], facts["join"]),
        visit=Visit(
            kind=facts["kind"],
            party_size=facts["party_size"] or 1,
            purpose=facts["purpose"] or ShowroomVisit.Purpose.LOOK,
            source=facts["source"],
            again=facts["again"],
        ),
        store=store,
        by=by,
        adviser=facts["adviser"],
        key=facts["key"],
    )


def said_of(row: ShowroomVisit) -> str:
    """What came of it, in a sentence."""
    words = {"name": row.customer or row.name or _("The guest"), "adviser": row.adviser or "–"}
    if row.customer is None:
        return _("No. %(no)s noted, %(adviser)s receives. Complete the line when they leave.") % {
            **words,
            "no": row.sequence,
        }
    if not row.is_first:
        return _("%(name)s is here again; %(adviser)s is told.") % words
    return _("%(name)s is registered; it is %(adviser)s’s turn.") % words


@require_safe
@requires_right("sales.view")
def register_pdf(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The register of a day on paper."""
    return pdfs.register(shown_store(request), shown_day(request)).answer()


@require_safe
@requires_right("sales.view")
def known(request: AuthenticatedHttpRequest) -> HttpResponse:
    """While the number is being typed: whom of this store it belongs to, and on whose card they are; of several all are offered.

    Of guests of other stores only that there is one: who they are is said, and logged, when the line is written.
    """
    store = shown_store(request)
    known = identity.holders_of(request.GET.get("phone", ""), store=store)
    # Families share a number: of several nobody is chosen for them.
    customer = known[0].customer if len(known) == 1 and known[0].is_here else None
    context: dict[str, object] = {"customer": customer, "known": known}
    if customer is not None:
        context["card"] = leads.open_card_of(customer, store=store)
        context["last"] = last_contact(customer, store)
    return render(request, "sales/_known.html", context)


def last_contact(customer: Customer, store: Store) -> LeadContact | None:
    cards = Lead.objects.filter(customer=customer, store=store)
    return LeadContact.objects.filter(lead__in=cards).order_by("-at").first()


@require_POST
@requires_right("sales.register")
def hand_next(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Somebody stands in the door: the next adviser takes them now, the line is completed when they leave."""
    row = register_actions.take_next_guest(
        working_store(request), by=request.user, key=request.POST.get("key", "")[:80]
    )
    messages.success(request, said_of(row))
    return redirect("sales:register")
