"""What sales says is due: contacts, guests to record, lines to complete, approvals, signatures."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dms.formats import display
from dms.models import Absence, User
from dms.navigation.asks import Ask
from dms.navigation.due_rows import due_rows
from dms.navigation.registry import DueItem
from sales.actions import deliveries
from sales.models import DeliverySheet, Lead, LeadContact, Order, ShowroomVisit, SignOff
from sales.models.orders import OrderQuerySet
from sales.models.register import NAMELESS, VisitQuerySet

FORGOTTEN = timedelta(days=31)
"""A line of the register that was not completed stays due for so long; then the month is counted, and the register keeps it."""


def contacts_due(leads: QuerySet[Lead], user: User) -> QuerySet[Lead]:
    """Whom to contact until tonight: one's own cards, and those of colleagues one stands in for."""
    # Until tonight and not until now: advisers plan their whole day by it.
    tonight = timezone.localtime().replace(hour=23, minute=59, second=59)
    absences = Absence.objects
    away = absences.on(timezone.localdate()).filter(deputy=user).values("user_id")
    due = leads.filter(Q(owner=user) | Q(owner__in=away), next_contact_at__lte=tonight)
    last_words = LeadContact.objects.filter(lead=OuterRef("pk")).exclude(what="").order_by("-at").values("what")
    return due.select_related("customer", "series", "variant__series").annotate(last_words=Subquery(last_words[:1]))


def contact_line(lead: Lead) -> tuple[str, str]:
    """Whom one calls, what they want, and what was said last."""
    last_words: str | None = vars(lead)["last_words"]
    return str(lead.customer), " · ".join(part for part in (lead.car, last_words) if part)


def guests_of_today(ask: Ask) -> QuerySet[ShowroomVisit]:
    """Guests one received today whose card says nothing of it yet; a first guest (the card began with the visit) while here."""
    after = LeadContact.objects.filter(lead=OuterRef("lead"), at__gt=OuterRef("came_at"))
    rows = ask.of(ShowroomVisit.objects.counted()).on(ask.today)
    rows = rows.filter(adviser=ask.viewer, lead__status=Lead.Status.OPEN)
    told_by_card = Q(is_first=True, left_at__isnull=False)
    return rows.exclude(told_by_card).exclude(Exists(after)).select_related("customer")


@due_rows("sales.sell", guests_of_today, "came_at")
def guests_to_record(visit: ShowroomVisit, _user: User, _now: datetime) -> DueItem:
    """A guest whose card is to be written."""
    return DueItem(
        title=str(visit.customer),
        detail=_("In the store since %(time)s") % {"time": display.clock(visit.came_at)},
        url=reverse("sales:lead_record", args=[visit.lead_id]),
        due_at=visit.came_at,
        kind=pgettext_lazy("due", "Guest"),
        act_label=gettext_lazy("Record"),
        family="run",
    )


def lines_of_today(visits: VisitQuerySet, user: User) -> VisitQuerySet:
    """The lines of the register that this person has to complete, also forgotten ones; an adviser's are of own guests."""
    visits = visits.filter(day__gte=timezone.localdate() - FORGOTTEN).select_related("adviser")
    # A manager may sell as well, and looks after everybody's lines all the same.
    own = user.has_perm("sales.sell") and not user.has_perm("sales.approve")
    return visits.filter(adviser=user) if own else visits


def visits_to_complete(visits: VisitQuerySet, user: User) -> VisitQuerySet:
    """Nobody knows yet who it was."""
    return lines_of_today(visits, user).nameless()


def visits_to_assign(visits: VisitQuerySet, user: User) -> VisitQuerySet:
    """Whom nobody receives; a line that is still to be completed gets its adviser by that."""
    return lines_of_today(visits, user).without_adviser().exclude(NAMELESS)


def visit_line(visit: ShowroomVisit) -> tuple[str, str]:
    """The line of the register, and whose guest it is."""
    when = "" if visit.day == timezone.localdate() else display.date(visit.day)
    return _("Register line %(no)s") % {"no": visit.sequence}, " · ".join(
        part for part in (when, str(visit.adviser or "")) if part
    )


def orders_to_approve(orders: OrderQuerySet, user: User) -> OrderQuerySet:
    """Those that wait for a superior whose limit allows the discount; one's own wait for somebody else."""
    sold = orders.counted_for(user, None).within_limits_of(user)
    # Four eyes: nobody is shown as work what they may not approve.
    return sold.exclude(made_by=user).select_related("customer", "variant", "adviser")


def cars_to_allocate(orders: QuerySet[Order], user: User) -> QuerySet[Order]:
    """One's own signed orders whose deposit is paid."""
    # The custom of the trade: no car is kept before the deposit has come.
    paid = Q(invoice__received__gte=F("invoice__deposit")) | Q(invoice__isnull=True)
    return orders.filter(paid, adviser=user).select_related("customer", "variant__series", "adviser")


def order_line(order: Order) -> tuple[str, str]:
    """How an order reads in a list of work: whose it is for how much, and what."""
    parts = (order.variant, order.number, order.adviser)
    return f"{order.customer} · {display.yuan(order.total, 0)}", " · ".join(str(part) for part in parts if part)


def handed_over_by(orders: QuerySet[Order], user: User) -> QuerySet[Order]:
    """Those whose car this person's store hands over."""
    if user.sees_all_stores:
        return orders
    return orders.alias(deliverer=Coalesce("delivering_store", "store")).filter(deliverer__in=user.store_ids)


def cars_to_prepare(orders: QuerySet[Order], user: User) -> QuerySet[Order]:
    """Cars whose sheet goes round, of the store that hands them over."""
    rows = handed_over_by(orders, user).filter(delivery_sheet__isnull=False)
    return rows.select_related("customer", "variant", "adviser", "delivering_store", "store")


def cars_to_hand_over(orders: QuerySet[Order], user: User) -> QuerySet[Order]:
    """Cars that are ready, by when the customer comes: one's own, and those that another store entrusts to one's store."""
    rows = handed_over_by(orders, user).filter(Q(adviser=user) | Q(delivering_store__isnull=False))
    return rows.select_related("customer", "variant", "adviser", "delivering_store", "store").annotate(
        comes_at=Coalesce("delivery_sheet__appointment_at", "status_at")
    )


def car_line(order: Order) -> tuple[str, str]:
    """Whose car it is, and who sold it where it is not us who did."""
    sold_by = _("sold by %(store)s") % {"store": order.store} if order.delivering_store_id else order.adviser
    parts = (order.variant, order.number, sold_by)
    return str(order.customer), " · ".join(str(part) for part in parts if part)


def losses_to_confirm(leads: QuerySet[Lead], user: User) -> QuerySet[Lead]:
    """Cards that advisers want to give up; one's own waits for somebody else."""
    return leads.exclude(owner=user).select_related("customer", "loss_reason")


def loss_line(lead: Lead) -> tuple[str, str]:
    """Whose card it is, and why it is given up."""
    said = (lead.get_loss_class_display(), lead.lost_to, lead.loss_reason, lead.loss_note)
    return str(lead.customer), " · ".join(str(part) for part in said if part)


def sheets_to_sign(sheets: QuerySet[DeliverySheet], user: User) -> QuerySet[DeliverySheet]:
    """Delivery sheets that wait for one's department, until the customer comes; before that is agreed, since the last step."""
    own = deliveries.departments_of(user)
    signed = SignOff.objects.filter(sheet=OuterRef("pk"), department__in=own)
    waiting = sheets.filter(order__status__in=deliveries.IN_HAND).exclude(Exists(signed))
    if not user.sees_all_stores:  # money is signed for where the car is sold, all else where it is handed over
        money = Q(store__in=user.store_ids) if SignOff.Department.FINANCE in own else Q(pk__in=[])
        hands = Q(deliverer__in=user.store_ids) if set(own) - {SignOff.Department.FINANCE} else Q(pk__in=[])
        waiting = waiting.alias(deliverer=Coalesce("order__delivering_store", "store")).filter(money | hands)
    return waiting.select_related("order__customer", "order__variant").annotate(
        waits_since=Coalesce("appointment_at", "order__status_at")
    )


def sheet_line(sheet: DeliverySheet) -> tuple[str, str]:
    """Whose car it is, and which."""
    return str(sheet.order.customer), f"{sheet.order.variant} · {sheet.number}"
