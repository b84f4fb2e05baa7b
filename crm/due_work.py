"""What customer care puts into the layout: due work, figures, the lane of the process map, timelines, search and words."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy
from django_stubs_ext import StrOrPromise

from crm.acts import LETTER
from crm.models import CareChannel, Contact, FollowUp, Invoice, RecallCampaign, RecallEntry
from crm.models.recall import Step, deadline
from dms.formats import display
from dms.formats.days import add_months, end_of, moment
from dms.models import Store, User
from dms.navigation import registry
from dms.navigation.registry import DueItem, Tile

MOST = 50


# --- due ----------------------------------------------------------------------------------------------------------------
@registry.due_work("crm.call")
def follow_ups_due(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """What this person does today: their own, what they stand in for, the free work of their roles."""
    rows = FollowUp.objects
    follow_ups = rows.visible_to(user).of_store(store).due_today(now).mine(user).order_by("due_until", "pk")
    follow_ups = follow_ups.select_related("cadence", "customer", "vehicle", "assignee", "letter")[:MOST]
    return [due_of(row, user) for row in follow_ups]


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


@registry.due_work("crm.manage")
def follow_ups_escalated(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """What others did not do in time, for the manager who was told."""
    rows = FollowUp.objects
    follow_ups = rows.visible_to(user).of_store(store).overdue(now).filter(escalated_to=user)
    follow_ups = follow_ups.exclude(pk__in=rows.pending().mine(user).values("pk")).select_related(
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
        for row in follow_ups.order_by("due_until", "pk")[:MOST]
    ]


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


def steps_due(row: Any, today: date) -> Iterable[DueItem]:
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


@registry.due_work("billing.take")
def payments_due(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """What is to be paid at once: the deposit of an order, the work on a car. The rest of a price waits for the delivery."""
    rows = Invoice.objects
    at_once = Q(deposit=0) | Q(received__lt=F("deposit"))
    on_credit = Q(credit_until__gte=timezone.localdate(now))
    invoices = rows.visible_to(user).of_store(store).unpaid().filter(at_once).exclude(on_credit)
    return [
        DueItem(
            title=str(row.customer),
            detail=f"{row.subject} · {row.subject_number}",
            url=reverse("crm:invoice", args=[row.pk]),
            due_at=row.opened_at,
            kind=pgettext_lazy("due", "Payment"),
            act_label=pgettext_lazy("money", "Take"),
        )
        for row in invoices.select_related("customer").order_by("opened_at", "pk")[:MOST]
    ]


# --- figures ------------------------------------------------------------------------------------------------------------
@registry.tiles("crm.call")
def care_tiles(user: User, store: Store | None) -> Sequence[Tile]:
    """Calls of the store today: due, overdue, made."""
    now = timezone.now()
    rows = FollowUp.objects
    contacts = Contact.objects
    visible = rows.visible_to(user).of_store(store)
    tonight = end_of(timezone.localdate(now))
    counted = (
        visible.pending()
        .to_call()
        .aggregate(due=Count("pk", filter=Q(due_from__lt=tonight)), late=Count("pk", filter=Q(due_until__lt=now)))
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
