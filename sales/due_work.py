"""What sales says is due: contacts, guests to record, lines to complete, approvals, signatures."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dms.formats import display
from dms.models import Absence, Store, User
from dms.navigation import registry
from dms.navigation.registry import DueItem
from sales.actions import deliveries
from sales.models import DeliverySheet, Lead, LeadContact, Order, ShowroomVisit, SignOff

MOST = 50


def rows_of(model: Any, user: User, store: Store | None) -> Any:
    """What the person may see of a model in the store."""
    return model.objects.visible_to(user).of_store(store)


@registry.due_work("sales.sell")
def contacts(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """Whom to contact until tonight: one's own cards, and those of colleagues one stands in for."""
    tonight = timezone.localtime(now).replace(hour=23, minute=59, second=59)
    absences = Absence.objects
    away = absences.on(timezone.localdate(now)).filter(deputy=user).values("user_id")
    rows = rows_of(Lead, user, store).due(tonight).filter(Q(owner=user) | Q(owner__in=away))
    rows = rows.select_related("customer", "series", "variant__series").order_by("next_contact_at", "pk")
    cards = list(rows[:MOST])
    last: dict[int, str] = {}
    for row in LeadContact.objects.filter(lead__in=cards).order_by("at").only("lead_id", "what"):
        last[row.lead_id] = row.what or last.get(row.lead_id, "")
    return [
        DueItem(
            title=str(lead.customer),
            detail=" · ".join(part for part in (lead.car, last.get(lead.pk, "")) if part),
            url=reverse("sales:lead_record", args=[lead.pk]),
            due_at=lead.next_contact_at,
            kind=lead.level,
            act_label=gettext_lazy("Call and record"),
            family="late" if lead.next_contact_at < now else "idle",
        )
        for lead in cards
    ]


@registry.due_work("sales.sell")
def guests_to_record(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """Guests one received today whose card says nothing of it yet; a first guest (the card began with the visit) while here."""
    after = LeadContact.objects.filter(lead=OuterRef("lead"), at__gt=OuterRef("came_at"))
    rows = rows_of(ShowroomVisit, user, store).on(timezone.localdate(now)).filter(adviser=user, lead__status="OPEN")
    told_by_card = Q(is_first=True, left_at__isnull=False)
    rows = rows.exclude(told_by_card).exclude(Exists(after)).select_related("customer")
    return [
        DueItem(
            title=str(row.customer),
            detail=_("In the store since %(time)s") % {"time": display.clock(row.came_at)},
            url=reverse("sales:lead_record", args=[row.lead_id]),
            due_at=row.came_at,
            kind=pgettext_lazy("due", "Guest"),
            act_label=gettext_lazy("Record"),
            family="run",
        )
        for row in rows.order_by("came_at")[:MOST]
    ]


@registry.due_work("sales.register")
def unfilled_visits(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """Lines of the register that must be completed before the evening meeting."""
    rows = rows_of(ShowroomVisit, user, store).on(timezone.localdate(now)).unfilled()
    rows = rows if user.has_perm("sales.approve") or not user.has_perm("sales.sell") else rows.filter(adviser=user)
    return [
        DueItem(
            title=_("Register line %(no)s") % {"no": row.sequence},
            detail=str(row.adviser or ""),
            url=reverse("sales:visit_complete", args=[row.pk])
            if row.customer_id is None
            else reverse("sales:register"),
            due_at=row.came_at,
            kind=pgettext_lazy("due", "Unfilled"),
            act_label=gettext_lazy("Complete"),
            family="wait",
        )
        for row in rows.select_related("adviser").order_by("came_at")[:MOST]
    ]


def orders_to_approve(orders: QuerySet[Order], user: User) -> QuerySet[Order]:
    """Those that wait for a superior, who looks at price and discount first; one's own wait for somebody else."""
    return orders.exclude(made_by=user).select_related("customer", "variant__series", "adviser")


def cars_to_allocate(orders: QuerySet[Order], user: User) -> QuerySet[Order]:
    """One's own signed orders whose deposit is paid."""
    paid = Q(invoice__received__gte=F("invoice__deposit")) | Q(invoice__isnull=True)
    return orders.filter(paid, adviser=user).select_related("customer", "variant__series", "adviser")


def order_line(order: Order) -> tuple[str, str]:
    """How an order reads in a list of work: whose it is for how much, and what."""
    parts = (order.variant.named, order.number, order.adviser)
    return f"{order.customer} · {display.yuan(order.total, 0)}", " · ".join(str(part) for part in parts if part)


@registry.due_work("sales.approve")
def losses_to_confirm(user: User, store: Store | None, _now: datetime) -> Sequence[DueItem]:
    """Cards that advisers want to give up."""
    rows = rows_of(Lead, user, store).filter(status=Lead.Status.LOSS_REQUESTED).exclude(owner=user)
    return [
        DueItem(
            title=str(lead.customer),
            detail=f"{lead.loss_reason or ''} {lead.loss_note}".strip(),
            url=reverse("sales:lead", args=[lead.pk]),
            due_at=lead.status_at,
            kind=pgettext_lazy("due", "Loss"),
            act_label=gettext_lazy("Look at it"),
            family="ask",
        )
        for lead in rows.select_related("customer", "loss_reason").order_by("status_at")[:MOST]
    ]


@registry.due_work("sales.view")
def sign_offs(user: User, store: Store | None, _now: datetime) -> Sequence[DueItem]:
    """Delivery sheets that wait for one's department."""
    mine = [value for value, rights in deliveries.RIGHTS.items() if any(user.has_perm(right) for right in rights)]
    if not mine:
        return []
    signed = SignOff.objects.filter(sheet=OuterRef("pk"), department__in=mine)
    rows = rows_of(DeliverySheet, user, store).filter(order__status__in=deliveries.IN_HAND)
    rows = rows.exclude(Exists(signed)).select_related("order__customer", "order__variant__series")
    return [
        DueItem(
            title=str(sheet.order.customer),
            detail=f"{sheet.order.variant.named} · {sheet.number}",
            url=reverse("sales:delivery", args=[sheet.pk]),
            due_at=sheet.appointment_at or sheet.order.status_at,
            kind=pgettext_lazy("due", "Signature"),
            act_label=gettext_lazy("Open sheet"),
            family="run",
        )
        for sheet in rows.order_by("appointment_at", "pk")[:MOST]
    ]
