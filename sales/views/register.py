"""The register: whoever comes or calls is written down in two fields and Enter, and the rota says whose turn it is."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm import identity
from crm.models import Customer
from dms.core.acts import Offer
from dms.models import Store, User
from dms.web.http import AuthenticatedHttpRequest, sent, working_store
from dms.web.rights import check_right, requires_right
from sales import rota
from sales.actions import leads
from sales.actions import register as register_actions
from sales.actions import rota as rota_actions
from sales.actions.register import Guest, Visit
from sales.acts import ROTA_PLACE, VISIT
from sales.forms.register import VisitForm
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


def count(rows: list[ShowroomVisit]) -> Counts:
    return Counts(
        len(rows),
        sum(row.kind == ShowroomVisit.Kind.WALK_IN for row in rows),
        sum(row.kind == ShowroomVisit.Kind.CALL for row in rows),
        sum(row.is_first for row in rows),
        sum(row.customer_id is not None for row in rows),
        sum(row.left_at is None for row in rows),
        sum(row.is_unfilled for row in rows),
    )


def narrowed(rows: list[ShowroomVisit], shown: str) -> list[ShowroomVisit]:
    if shown == "inside":
        return [row for row in rows if row.left_at is None]
    return [row for row in rows if row.is_unfilled] if shown == "unfilled" else rows


def shown_store(request: AuthenticatedHttpRequest) -> Store:
    """The store whose register is shown: the chosen one, else the first one may see. Writing asks for a choice."""
    if getattr(request, "store", None) is not None:
        return working_store(request)
    first = Store.objects.visible_to(request.user).active().order_by("code").first()
    return first or working_store(request)


@dataclass(frozen=True)
class Line:
    """A line of the register with its acts."""

    visit: ShowroomVisit
    acts: Mapping[str, Offer[ShowroomVisit]]


@dataclass(frozen=True)
class Turn:
    """An adviser in the queue with the acts on their place."""

    standing: rota.Standing
    acts: Mapping[str, Offer[RotaPlace]]


@requires_right("sales.view")
def register(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The page of the reception: two fields, whose turn it is, and today's lines."""
    store = working_store(request) if request.method == "POST" else shown_store(request)
    form = VisitForm(sent(request), initial={"key": uuid.uuid4().hex})
    if request.method == "POST":
        check_right(request, "sales.register")
        if form.is_valid():
            return registered(request, form, store)
    visits, shown = todays(request.user, store), request.GET.get("show", "")
    context = {
        "form": form if request.user.has_perm("sales.register") else None,
        "store": store,
        "key": form["key"].value() or uuid.uuid4().hex,
        "lines": [Line(visit, VISIT.offered(visit, request.user)) for visit in narrowed(visits, shown)],
        "counts": count(visits),
        "shown": shown if shown in SHOWN else "all",
        "kinds": ShowroomVisit.Kind.choices,
        "purposes": ShowroomVisit.Purpose.choices,
        "parties": (1, 2, 3, 4),
        **whose_turn(request.user, store),
    }
    return render(request, "sales/register.html", context, status=422 if form.errors else 200)


def whose_turn(user: User, store: Store) -> dict[str, object]:
    """The queue of the day, and who is next in it."""
    queue = rota_actions.open_rota(store)
    turns = [Turn(standing, ROTA_PLACE.offered(standing.place, user)) for standing in queue]
    first = rota.first(queue)
    return {
        "queue": [turn for turn in turns if turn.standing.place != first],
        "advisers": len(queue),
        "next_up": next((turn for turn in turns if turn.standing.place == first), None),
    }


def registered(request: AuthenticatedHttpRequest, form: VisitForm, store: Store) -> HttpResponse:
    facts = form.cleaned_data
    row = register_actions.register_visit(
        Guest(facts["phone"], facts["name"], facts["stranger"], facts["chosen"]),
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
    """While the number is being typed: whom of this store it belongs to, and on whose card they are; of several all are offered.

    Of guests of other stores only that there is one: who they are is said, and logged, when the line is written.
    """
    store = shown_store(request)
    known = identity.holders_of(request.GET.get("phone", ""), store=store)
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
