"""What customer care puts into the layout: due work, figures, the lane of the process map, timelines, search and words."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from crm.cadence import add_months
from crm.models import CareChannel, Contact, Customer, FollowUp, Invoice, Letter, RecallCampaign, RecallEntry, Vehicle
from crm.models.contacts import FAILED, SUCCESS
from crm.models.recall import Step, deadline
from dms.core import event_words
from dms.formats import display
from dms.formats.only_fields import named, person
from dms.models import Store, User
from dms.navigation import registry
from dms.navigation.registry import (
    DueItem,
    DueProvider,
    Hit,
    Lane,
    Moment,
    SearchProvider,
    Tab,
    Tile,
    TileProvider,
    TimelineProvider,
)

MOST = 50
LOOK = {SUCCESS: "done", FAILED: "wait"}

WORDS = {
    "care.started": _("Care began"),
    "care.started_many": _("Care began for many"),
    "care.stopped": _("Care stopped"),
    "care.stood_in": _("Deputy stands in"),
    "contact.made": _("Contact made"),
    "followup.dropped": _("Follow-up dropped"),
    "followup.escalated": _("Follow-up overdue, manager told"),
    "followup.reassigned": _("Follow-up given to another"),
    "letter.printed": _("Letter printed"),
    "letter.mailed": _("Letter mailed"),
    "recall.listed": _("Recall listed"),
    "recall.written": _("Recall letters written"),
    "recall.printed": _("Recall letters printed"),
    "recall.mailed": _("Recall letters mailed"),
    "recall.called": _("Recall call made"),
    "recall.booked": _("Recall booked"),
    "recall.void": _("Recall entry void"),
    "recall.planned": _("Improvement plan written"),
    "recall.late": _("Recall step late"),
    "recall.serviced": _("Maintenance done"),
}


# --- due ----------------------------------------------------------------------------------------------------------------
def follow_ups_due(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """What this person does today: their own, what they stand in for, the free work of their roles."""
    rows = FollowUp.objects
    found = rows.visible_to(user).of_store(store).due_today(now).mine(user).order_by("due_until", "pk")
    found = found.select_related("cadence", "customer", "vehicle", "assignee", "letter")[:MOST]
    return [due_of(row, user) for row in found]


def due_of(row: FollowUp, user: User) -> DueItem:
    """A call opens the desk at it; a letter is printed, then marked as mailed."""
    facts = [str(row.vehicle or ""), display.date(timezone.localdate(row.anchor))]
    if row.deputy_id == user.pk and row.assignee:
        facts.append(pgettext("desk", "from %(name)s") % {"name": row.assignee})
    url, act, label = reverse("crm:call", args=[row.pk]), "", pgettext_lazy("verb", "Call")
    letter = getattr(row, "letter", None)
    if row.channel == CareChannel.LETTER:
        url = reverse("crm:letters") + ("?mailed=false" if letter else "")
        label = pgettext_lazy("verb", "Print")
        if letter:
            verb = "crm:letter_mail" if letter.printed_at else "crm:letter_print"
            act = reverse(verb, args=[letter.pk])
            label = pgettext_lazy("act", "Mailed") if letter.printed_at else label
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


def follow_ups_escalated(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """What others did not do in time, for the manager who was told."""
    rows = FollowUp.objects
    found = rows.visible_to(user).of_store(store).overdue(now).filter(escalated_to=user)
    found = found.exclude(pk__in=rows.pending().mine(user).values("pk")).select_related(
        "cadence", "customer", "assignee", "deputy"
    )
    return [
        DueItem(
            title=str(row.customer),
            detail=" · ".join([str(row.cadence), str(row.caller or _now("nobody"))]),
            url=reverse("crm:call", args=[row.pk]),
            due_at=row.due_until,
            kind=pgettext_lazy("due", "Escalated"),
            act_label=pgettext_lazy("verb", "Open"),
            family="late",
        )
        for row in found.order_by("due_until", "pk")[:MOST]
    ]


def recall_due(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """The steps of next month's recall that wait: letters to print, letters to mail, the plan to write."""
    today = timezone.localdate(now)
    rows = RecallCampaign.objects
    recent = rows.visible_to(user).of_store(store).filter(month__gte=add_months(today.replace(day=1), -1))
    listed = Q(entries__status=RecallEntry.Status.LISTED)
    printed = Q(entries__status=RecallEntry.Status.PRINTED)
    found = recent.annotate(to_print=Count("pk", filter=listed), to_mail=Count("pk", filter=printed)).select_related(
        "store"
    )
    return [due for row in found.order_by("month", "pk")[:MOST] for due in steps_due(row, today)]


def steps_due(row: Any, today: Any) -> Iterable[DueItem]:
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
            end = timezone.make_aware(datetime.combine(last, time(18)))  # made aware here
            title = _now("Recall %(month)s: %(step)s") % {"month": display.month(row.month), "step": step.label}
            yield DueItem(
                title, text, url, end, pgettext_lazy("due", "Recall"), act_label=pgettext_lazy("verb", "Open")
            )


def payments_due(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """What is to be paid at once: the deposit of an order, the work on a car. The rest of a price waits for the delivery."""
    rows = Invoice.objects
    at_once = Q(deposit=0) | Q(received__lt=F("deposit"))
    on_credit = Q(credit_until__gte=timezone.localdate(now))
    found = rows.visible_to(user).of_store(store).unpaid().filter(at_once).exclude(on_credit)
    return [
        DueItem(
            title=str(row.customer),
            detail=f"{row.subject} · {row.subject_number}",
            url=reverse("crm:invoice", args=[row.pk]),
            due_at=row.opened_at,
            kind=pgettext_lazy("due", "Payment"),
            act_label=pgettext_lazy("money", "Take"),
        )
        for row in found.select_related("customer").order_by("opened_at", "pk")[:MOST]
    ]


# --- figures ------------------------------------------------------------------------------------------------------------
def care_tiles(user: User, store: Store | None) -> Sequence[Tile]:
    """Calls of the store today: due, overdue, made."""
    now = timezone.now()
    rows = FollowUp.objects
    contacts = Contact.objects
    visible = rows.visible_to(user).of_store(store)
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(now), time.max))  # made aware here
    counted = (
        visible.pending()
        .to_call()
        .aggregate(due=Count("pk", filter=Q(due_from__lte=midnight)), late=Count("pk", filter=Q(due_until__lt=now)))
    )
    made = contacts.visible_to(user).of_store(store).filter(at__date=timezone.localdate(now)).count()
    unit = pgettext_lazy("tile", "calls")
    desk = reverse("crm:call_desk") + ("?whose=all" if user.has_perm("crm.manage") else "")
    return [
        Tile(_("Calls due"), display.number(counted["due"]), desk, unit, hint=_now("%(n)s made today") % {"n": made}),
        Tile(
            _("Calls overdue"),
            display.number(counted["late"]),
            f"{reverse('crm:follow_ups')}?overdue=true",
            unit,
            family="late" if counted["late"] else "idle",
        ),
    ]


# --- search and timelines -----------------------------------------------------------------------------------------------
def find_letters(text: str, user: User, limit: int) -> Sequence[Hit]:
    """A letter by its number."""
    if not text.upper().startswith("LT-") and not (text.isdigit() and len(text) >= 4):
        return []
    rows = Letter.objects
    found = rows.visible_to(user).filter(number__endswith=text.upper()).order_by("-pk")[:limit]
    return [
        Hit(row.number, row.addressee, reverse("crm:letter_pdf", args=[row.pk]), _("Letter"), rank=0) for row in found
    ]


def contact_moments(subject: Customer | Vehicle, _user: User) -> Iterable[Moment]:
    """Calls, letters, visits with the customer, or about the car."""
    rows = subject.contacts.select_related("by", "follow_up__cadence").only(
        "at", "channel", "result", "said", "follow_up__cadence_id", *named("follow_up__cadence"), *person("by")
    )[:100]
    return [
        Moment(
            row.at,
            f"{row.follow_up.cadence if row.follow_up else row.get_channel_display()} · {row.get_result_display()}",
            detail=row.said,
            family=LOOK.get(row.family, "void"),
            by=str(row.by or ""),
        )
        for row in rows
    ]


def recall_moments(subject: Customer | Vehicle, user: User) -> Iterable[Moment]:
    """Maintenance recalls of the car, each with where it ended."""
    page = reverse("crm:recall") if user.has_perm("crm.call") else ""
    return [
        Moment(
            row.ended_at or row.called_at or row.mailed_at or row.listed_at,
            _now("Recall %(month)s: %(step)s")
            % {"month": display.month(row.due_month), "step": row.get_status_display()},
            detail=str(row.reason or ""),
            url=page and f"{page}?month={row.due_month:%Y-%m}",
            family="done" if row.status == RecallEntry.Status.BOOKED else "idle",
        )
        for row in subject.recalls.select_related("reason")[:24]
    ]


# --- into the layout -----------------------------------------------------------------------------------------------------
def register() -> None:
    """Called by ``crm/registrations.py``: tabs in the order of the area, providers, the lane, words."""
    tabs = registry.AREAS["crm"].tabs
    tabs[:0] = [
        Tab(
            pgettext_lazy("tab", "Callback desk"),
            "crm:call_desk",
            "crm.call",
            "headset",
            ("crm:call", "crm:call_record"),
        ),
        Tab(pgettext_lazy("tab", "Recall"), "crm:recall", "crm.call", "calendar-repeat"),
    ]
    after = next((place + 1 for place, tab in enumerate(tabs) if tab.url_name == "crm:vehicles"), len(tabs))
    tabs[after:after] = [
        Tab(pgettext_lazy("tab", "Letters"), "crm:letters", "crm.call", "mail"),
        Tab(
            pgettext_lazy("tab", "Care"),
            "crm:cadences",
            "crm.call",
            "heart-handshake",
            ("crm:follow_ups", "crm:contacts"),
        ),
    ]
    registry.due_providers += [
        DueProvider("crm.call", follow_ups_due),
        DueProvider("billing.take", payments_due),
        DueProvider("crm.manage", follow_ups_escalated),
        DueProvider("crm.manage", recall_due),
    ]
    registry.tile_providers.append(TileProvider("crm.call", care_tiles))
    registry.search_providers.append(SearchProvider("crm.call", find_letters))
    registry.lanes.extend(
        [
            Lane(
                "crm",
                pgettext_lazy("lane", "Follow-ups"),
                FollowUp,
                ("PENDING", "DONE", "UNREACHABLE"),
                "crm:follow_ups",
                "crm.call",
                "due_from",
                limit_minutes=3 * 24 * 60,
            ),
            Lane(
                "crm",
                pgettext_lazy("lane", "Recall"),
                RecallEntry,
                ("LISTED", "PRINTED", "MAILED", "CALLED", "BOOKED"),
                "crm:recall",
                "crm.call",
                "listed_at",
                limit_minutes=30 * 24 * 60,
            ),
        ]
    )
    for subject in (Customer, Vehicle):
        registry.timeline_providers.extend(
            [
                TimelineProvider(subject, "crm.view", contact_moments),
                TimelineProvider(subject, "crm.view", recall_moments),
            ]
        )
    registry.subject_pages.update({FollowUp: ("crm:call", "crm.call"), Letter: ("crm:letter_pdf", "crm.call")})
    event_words.words(dict(WORDS))
