"""What customer care puts into the layout: due work, figures, the lane of the process map, timelines, search and words."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy
from django_stubs_ext import StrOrPromise

from crm.acts import LETTER
from crm.assignment import stores_without_callers
from crm.events import CUSTOMER_LOOK_UPS_AT_LIMIT
from crm.models import CareChannel, Complaint, Contact, FollowUp, Invoice, Phone, RecallCampaign, RecallEntry
from crm.models.recall import Step, deadline
from dms.core.untyped import Row, ValueRows
from dms.formats import display
from dms.formats.days import add_months, end_of, moment, start_of
from dms.formats.wording import listed
from dms.models import Event, Store, User
from dms.navigation import registry
from dms.navigation.asks import Ask
from dms.navigation.due_rows import MOST, due_rows
from dms.navigation.figures import Figures, summed, tiles
from dms.navigation.registry import DueItem, Tile


# --- due ----------------------------------------------------------------------------------------------------------------
def due_of(row: FollowUp, user: User) -> DueItem:
    """A call opens the desk at it; a letter is printed, then marked as mailed."""
    facts = [str(row.vehicle or ""), display.date(timezone.localdate(row.anchor))]
    if row.deputy_id == user.pk and row.assignee:
        facts.append(pgettext("desk", "from %(name)s") % {"name": row.assignee})
    url, act = reverse("crm:call", args=[row.pk]), ""
    label: StrOrPromise = pgettext_lazy("verb", "Call")
    letter = getattr(row, "letter", None)
    if row.channel == CareChannel.LETTER:
        url = reverse("crm:letters") + ("?mailed=false" if letter else "")
        label = LETTER["printed"].label
        if letter:
            name = "mailed" if letter.printed_at else "printed"
            act, label = reverse(LETTER.url_name(name), args=[letter.pk]), LETTER[name].label
    return DueItem(
        title=str(row.customer),
        detail=" · ".join(fact for fact in facts if fact),
        url=url,
        due_at=row.due_until,
        kind=str(row.cadence),
        act_url=act,
        act_label=label,
        family="wait" if row.attempts else "idle",
    )


def mine_today(ask: Ask) -> QuerySet[FollowUp]:
    """What this person does today: their own, what they stand in for, the free work of their roles."""
    rows = ask.of(FollowUp.objects.all()).pending().filter(due_from__lt=end_of(ask.today)).mine(ask.viewer)
    # Calls of one customer are one line here as at the desk.
    rows = rows.one_a_customer(end_of(ask.today))
    return rows.select_related("cadence", "customer", "vehicle", "assignee", "letter")


@due_rows("crm.call", mine_today, "due_until")
def follow_ups_due(row: FollowUp, user: User, _now: datetime) -> DueItem:
    """A call, a visit or a letter of today."""
    return due_of(row, user)


def numbers_to_mend(ask: Ask) -> QuerySet[Phone]:
    """Numbers that reach nobody, of whom one calls: the last to call them was this person."""
    theirs = Contact.objects.filter(customer=OuterRef("customer"), by=ask.viewer, channel=CareChannel.CALL)
    rows = ask.of(Phone.objects.filter(is_primary=True, to_mend_since__isnull=False))
    return rows.filter(Exists(theirs)).select_related("customer")


@due_rows("crm.call", numbers_to_mend, "to_mend_since")
def phones_to_mend(phone: Phone, _user: User, _at: datetime) -> DueItem:
    """A number to ask for: the file of the customer is where it is mended or found right."""
    return DueItem(
        title=str(phone.customer),
        detail=_now("No call reaches %(number)s.") % {"number": display.masked_phone(phone.number)},
        url=reverse("crm:customer", args=[phone.customer_id]),
        due_at=phone.to_mend_since or _at,
        kind=pgettext_lazy("due", "Number to mend"),
        act_label=pgettext_lazy("verb", "Mend"),
        family="wait",
    )


def escalated(ask: Ask) -> QuerySet[FollowUp]:
    """What others did not do in time, for the manager who was told."""
    rows = FollowUp.objects.all()
    told = Q(escalated_to=ask.viewer) | Q(escalated_again_to=ask.viewer)
    late = ask.of(rows).pending().filter(told, due_until__lt=ask.now)
    late = late.exclude(pk__in=rows.pending().mine(ask.viewer).values("pk"))
    return late.select_related("cadence", "customer", "assignee", "deputy")


@due_rows("crm.manage", escalated, "due_until")
def follow_ups_escalated(row: FollowUp, _user: User, _at: datetime) -> DueItem:
    """A contact that came to the manager, who opens it at the desk."""
    return DueItem(
        title=str(row.customer),
        detail=" · ".join([str(row.cadence), str(row.caller or _now("nobody"))]),
        url=reverse("crm:call", args=[row.pk]),
        due_at=row.due_until,
        kind=pgettext_lazy("due", "Escalated"),
        act_label=pgettext_lazy("verb", "Open"),
        family="late",
    )


def complaints_of(ask: Ask) -> QuerySet[Complaint]:
    """One's own that are live, and nobody's; what came to the manager because it is late."""
    told = Q(escalated_to=ask.viewer) | Q(escalated_again_to=ask.viewer)
    theirs = Q(owner=ask.viewer) | Q(owner__isnull=True) | told
    return ask.of(Complaint.objects.all()).live().filter(theirs).select_related("customer", "kind", "owner")


@due_rows("crm.edit", complaints_of, "due_by")
def complaints_due(row: Complaint, _user: User, at: datetime) -> DueItem:
    """A complaint to solve, or whose solution the customer has still to confirm."""
    ask = row.status == Complaint.Status.RESOLVED
    return DueItem(
        title=str(row.customer),
        detail=" · ".join([str(row.kind), str(row.owner or _now("nobody")), Truncator(row.words).chars(40)]),
        url=reverse("crm:complaint", args=[row.pk]),
        due_at=row.due_by,
        kind=pgettext_lazy("due", "Complaint"),
        act_label=pgettext_lazy("verb", "Ask the customer") if ask else pgettext_lazy("verb", "Solve"),
        family="late" if row.due_by < at and not ask else "ask",
    )


@registry.due_work("crm.manage")
def care_gaps(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """What nobody was asked to do: contacts that an outage made us miss, stores in which nobody may call."""
    rows = FollowUp.objects.visible_to(user).of_store(store).filter(ended_why=FollowUp.Why.MISSED)
    missed = rows.filter(ended_at__gte=now - timedelta(days=7)).aggregate(count=Count("pk"), last=Max("ended_at"))
    title, listed_at = _now("%(n)s contacts missed in an outage") % {"n": missed["count"]}, reverse("crm:follow_ups")
    items = [(title, f"{listed_at}?ended_why={FollowUp.Why.MISSED}", missed["last"])] if missed["count"] else []
    alone = [one for one in stores_without_callers(user) if store is None or one == store]
    if alone:
        title = _now("Nobody may call in %(stores)s") % {"stores": listed([str(one) for one in alone])}
        items.append((title, f"{listed_at}?nobodys=true&status={FollowUp.Status.PENDING}", now))
    kind, label = pgettext_lazy("due", "Care"), pgettext_lazy("verb", "Open")
    return [DueItem(title, "", url, at, kind, act_label=label, family="late") for title, url, at in items]


def brought_in_many(ask: Ask) -> QuerySet[Event]:
    """Who brought in as many guests of other stores today as one may in an hour."""
    since = ask.now - Value(timedelta(days=1))
    return ask.of(Event.objects.all()).filter(kind=CUSTOMER_LOOK_UPS_AT_LIMIT, at__gte=since)


@due_rows("dms.events", brought_in_many, "at")
def many_look_ups(event: Event, _user: User, _now_is: datetime) -> DueItem:
    """The manager asks why somebody brought in so many guests; the log says whom."""
    return DueItem(
        title=event.subject_label,
        detail=_now("%(n)s guests of other stores within an hour") % {"n": event.data.get("guests", "")},
        url=f"{reverse('dms:events')}?by={event.by_id}",
        due_at=event.at,
        kind=pgettext_lazy("due", "Many look-ups"),
        act_label=pgettext_lazy("due", "See whom"),
        family="late",
    )


@registry.due_work("crm.manage")
def recall_due(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """The steps of next month's recall that wait: letters to print, letters to mail, the plan to write."""
    today = timezone.localdate(now)
    rows = RecallCampaign.objects
    recent = rows.visible_to(user).of_store(store).filter(month__gte=add_months(today.replace(day=1), -1))
    listed = Q(entries__status=RecallEntry.Status.LISTED)
    printed = Q(entries__status=RecallEntry.Status.PRINTED)
    campaigns = recent.annotate(
        to_print=Count("pk", filter=listed), to_mail=Count("pk", filter=printed)
    ).select_related("store")
    return [due for row in campaigns.order_by("month", "pk")[:MOST] for due in steps_due(row, today)]


def steps_due(row: Row, today: date) -> Iterable[DueItem]:
    counts = {Step.PRINT: row.to_print, Step.MAIL: row.to_mail, Step.PLAN: int(not row.improvement)}
    for step, count in counts.items():
        last = deadline(row.month, step)
        if count and (step != Step.PLAN or last - today <= timedelta(days=7)):
            url = f"{reverse('crm:recall')}?month={row.month:%Y-%m}"
            text = (
                _now("%(store)s, %(n)s cars") % {"store": row.store, "n": count}
                if step != Step.PLAN
                else str(row.store)
            )
            end = moment(last, time(18))
            title = _now("Recall %(month)s: %(step)s") % {"month": display.month(row.month), "step": step.label}
            yield DueItem(
                title, text, url, end, pgettext_lazy("due", "Recall"), act_label=pgettext_lazy("verb", "Open")
            )


def to_pay_at_once(ask: Ask) -> QuerySet[Invoice]:
    """What is to be paid at once: the deposit of an order, the work on a car. The rest of a price waits for the delivery."""
    at_once = Q(deposit=0) | Q(received__lt=F("deposit"))
    unpaid = ask.of(Invoice.objects.all()).unpaid().filter(at_once)
    return unpaid.exclude(credit_until__gte=ask.today).select_related("customer")


@due_rows("billing.take", to_pay_at_once, "opened_at")
def payments_due(invoice: Invoice, _user: User, _now: datetime) -> DueItem:
    """An invoice that the cashier expects money for."""
    return DueItem(
        title=str(invoice.customer),
        detail=f"{invoice.subject} · {invoice.subject_number}",
        url=reverse("crm:invoice", args=[invoice.pk]),
        due_at=invoice.opened_at,
        kind=pgettext_lazy("due", "Payment"),
        act_label=pgettext_lazy("money", "Take"),
    )


# --- figures ------------------------------------------------------------------------------------------------------------
def care_sums(ask: Ask) -> Sequence[ValueRows]:
    """Calls that are due by tonight, those that are late, and what was done today."""
    tonight = end_of(ask.today)
    # Of every customer a next call is promised some day: none of them is looked at before its day.
    calls = ask.of(FollowUp.objects.all()).pending().to_call().filter(due_from__lt=tonight).one_a_customer(tonight)
    made = ask.of(Contact.objects.counted()).filter(at__gte=start_of(ask.today), at__lt=tonight)
    made = made.filter(channel__in=[CareChannel.CALL, CareChannel.VISIT], direction=Contact.Direction.OUT)
    return [
        summed(calls, due=Count("pk"), late=Count("pk", filter=Q(due_until__lt=ask.now))),
        summed(made, made=Count("pk")),
    ]


@tiles("crm.call", care_sums)
def care_tiles(figures: Figures, user: User, _today: date) -> Sequence[Tile]:
    """Calls of the store today: due, overdue, made."""
    unit = pgettext_lazy("tile", "calls")
    desk = reverse("crm:call_desk") + ("?whose=all" if user.has_perm("crm.manage") else "")
    return [
        Tile(
            _("Calls due"),
            display.number(figures["due"]),
            desk,
            unit,
            hint=_now("%(n)s made today") % {"n": figures["made"]},
        ),
        Tile(
            _("Calls overdue"),
            display.number(figures["late"]),
            f"{reverse('crm:follow_ups')}?overdue=true",
            unit,
            family="late" if figures["late"] else "idle",
        ),
    ]
