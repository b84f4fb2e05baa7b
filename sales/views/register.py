"""The register: whoever comes or calls is written down in two fields and Enter, and the rota says whose turn it is."""

import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.models import Customer
from dms.core.refusals import Refusal
from dms.formats import query_params
from dms.models import Reason, Store, User
from dms.web.act_views import ActFormView
from dms.web.http import AuthenticatedHttpRequest, sent, working_store
from dms.web.rights import RequiresRight, check_right, requires_right
from sales import rota
from sales.actions import leads
from sales.actions import register as register_actions
from sales.actions import rota as rota_actions
from sales.actions.register import Guest, Visit
from sales.forms import CompleteForm, VisitForm, advisers
from sales.models import Lead, LeadContact, RotaPlace, ShowroomVisit

SHOWN = {"all": "", "inside": "in store", "unfilled": "unfilled"}


@dataclass(frozen=True)
class Counts:
    """The head of today's list."""

    all: int
    walk_ins: int
    calls: int
    first: int
    kept: int
    inside: int
    unfilled: int

    @property
    def kept_percent(self) -> int:
        return 100 * self.kept // self.all if self.all else 0


def todays(user: User, store: Store) -> list[ShowroomVisit]:
    visits = ShowroomVisit.objects.visible_to(user).of_store(store).on(timezone.localdate())
    related = ("customer", "adviser", "lead__series", "lead__variant", "source__parent")
    return list(visits.select_related(*related).prefetch_related("customer__phones"))


def is_unfilled(row: ShowroomVisit) -> bool:
    """Somebody must still complete it."""
    return (row.customer_id is None and row.left_contact is None) or row.adviser_id is None


def count(rows: list[ShowroomVisit]) -> Counts:
    return Counts(
        len(rows),
        sum(row.kind == ShowroomVisit.Kind.WALK_IN for row in rows),
        sum(row.kind == ShowroomVisit.Kind.CALL for row in rows),
        sum(row.is_first for row in rows),
        sum(row.customer_id is not None for row in rows),
        sum(row.left_at is None for row in rows),
        sum(is_unfilled(row) for row in rows),
    )


def narrowed(rows: list[ShowroomVisit], shown: str) -> list[ShowroomVisit]:
    if shown == "inside":
        return [row for row in rows if row.left_at is None]
    return [row for row in rows if is_unfilled(row)] if shown == "unfilled" else rows


def shown_store(request: AuthenticatedHttpRequest) -> Store:
    """The store whose register is shown: the chosen one, else the first one may see. Writing asks for a choice."""
    if getattr(request, "store", None) is not None:
        return working_store(request)
    first = Store.objects.visible_to(request.user).active().order_by("code").first()
    return first or working_store(request)


@requires_right("sales.view")
def register(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The page of the reception: two fields, whose turn it is, and today's lines."""
    user = request.user
    store = working_store(request) if request.method == "POST" else shown_store(request)
    form = VisitForm(sent(request), initial={"key": uuid.uuid4().hex})
    if request.method == "POST":
        check_right(request, "sales.register")
        if form.is_valid():
            return registered(request, form, store)
    rows = todays(user, store)
    shown = request.GET.get("show", "")
    context = {
        "form": form,
        "store": store,
        "key": form["key"].value() or uuid.uuid4().hex,
        "queue": rota_actions.open_rota(store),
        "first": rota.first(rota_actions.open_rota(store)),
        "advisers": advisers(store),
        "skip_reasons": [(reason.pk, str(reason)) for reason in Reason.objects.of(Reason.Kind.SKIP)],
        "rows": narrowed(rows, shown),
        "counts": count(rows),
        "shown": shown if shown in SHOWN else "all",
        "kinds": ShowroomVisit.Kind.choices,
        "purposes": ShowroomVisit.Purpose.choices,
        "parties": (1, 2, 3, 4),
        "now": timezone.now(),
    }
    return render(request, "sales/register.html", context, status=422 if form.errors else 200)


def registered(request: AuthenticatedHttpRequest, form: VisitForm, store: Store) -> HttpResponse:
    facts = form.cleaned_data
    row = register_actions.register_visit(
        Guest(facts["phone"], facts["name"], facts["stranger"]),
        visit=Visit(
            kind=facts["kind"],
            party_size=facts["party_size"] or 1,
            purpose=facts["purpose"] or ShowroomVisit.Purpose.LOOK,
            source=facts["source"],
        ),
        store=store,
        by=request.user,
        key=facts["key"],
    )
    messages.success(request, said_of(row))
    return redirect("sales:register")


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
def known(request: AuthenticatedHttpRequest) -> HttpResponse:
    """While the number is being typed: whom of this store it belongs to, and on whose card they are."""
    store = shown_store(request)
    customer = register_actions.recognise(request.GET.get("phone", ""), store=store)
    context: dict[str, Any] = {"customer": customer}
    if customer is not None:
        context["card"] = leads.open_card_of(customer, store=store)
        context["last"] = last_contact(customer, store)
    return render(request, "sales/_known.html", context)


def last_contact(customer: Customer, store: Store) -> LeadContact | None:
    cards = Lead.objects.filter(customer=customer, store=store)
    return LeadContact.objects.filter(lead__in=cards).order_by("-at").first()


def visible_visit(request: AuthenticatedHttpRequest, pk: int) -> ShowroomVisit:
    visits = ShowroomVisit.objects.visible_to(request.user).select_related("store", "customer", "adviser")
    return get_object_or_404(visits, pk=pk)


class Complete(RequiresRight, ActFormView[CompleteForm]):
    """A line that lacks its guest: who it was, or that they left nothing."""

    right = "sales.register"
    form_class = CompleteForm

    @cached_property
    def visit(self) -> ShowroomVisit:
        return visible_visit(self.request, self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.visit.name, "note": self.visit.note}

    def act(self, **facts: Any) -> ShowroomVisit:
        guest = Guest(facts.pop("phone"), facts.pop("name"))
        return register_actions.complete_visit(self.visit, guest=guest, by=self.request.user, **facts)

    def after(self, _visit: ShowroomVisit) -> str:
        messages.success(self.request, _("The line is complete."))
        return reverse("sales:register")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        heading = _("Complete line %(no)s") % {"no": self.visit.sequence}
        return super().get_context_data(
            object=self.visit, heading=heading, cancel_url=reverse("sales:register"), **context
        )


@require_POST
@requires_right("sales.register")
def leave(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    register_actions.leave(visible_visit(request, pk), by=request.user)
    return redirect("sales:register")


@require_POST
@requires_right("sales.register")
def assign(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The guest goes to the adviser chosen, or to whose turn it is."""
    visit = visible_visit(request, pk)
    chosen = query_params.number(request.POST.get("adviser"))
    adviser = get_object_or_404(advisers(visit.store), pk=chosen) if chosen else None
    visit = register_actions.assign_visit(visit, adviser=adviser, by=request.user)
    messages.success(request, _("%(adviser)s receives the guest.") % {"adviser": visit.adviser})
    return redirect("sales:register")


@require_POST
@requires_right("sales.register")
def hand_next(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Somebody stands in the door: the next adviser takes them now, the line is completed when they leave."""
    row = register_actions.take_next_guest(
        working_store(request), by=request.user, key=request.POST.get("key", "")[:80]
    )
    messages.success(request, said_of(row))
    return redirect("sales:register")


def visible_place(request: AuthenticatedHttpRequest, pk: int) -> RotaPlace:
    places = RotaPlace.objects.visible_to(request.user).select_related("store", "adviser")
    return get_object_or_404(places, pk=pk)


@require_POST
@requires_right("sales.register")
def skip(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The next guest goes to the one behind; why is asked."""
    place = visible_place(request, pk)
    chosen = query_params.number(request.POST.get("reason"))
    if chosen is None:
        raise Refusal(_("Choose why the turn is passed over."), code="no_reason")
    reason = get_object_or_404(Reason.objects.of(Reason.Kind.SKIP), pk=chosen)
    rota_actions.skip(place, reason=reason, by=request.user)
    return redirect("sales:register")


@require_POST
@requires_right("sales.register")
def present(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Away from the floor for a while, or back."""
    rota_actions.set_present(visible_place(request, pk), present=request.POST.get("present") == "1", by=request.user)
    return redirect("sales:register")
