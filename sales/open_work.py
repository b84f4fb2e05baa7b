"""What of the sale is somebody’s, and waits for others when they leave: cards, orders, C cards, guests, approvals, the rota."""

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dms.core.untyped import Rows
from dms.models import User
from dms.records.open_work import OpenWork, SharedWork, open_work, shared_work
from sales.actions import leads
from sales.events import LEAD_REASSIGNED, ORDER_REASSIGNED, OWNER_CARD_REASSIGNED, VISIT_ASSIGNED
from sales.models import Lead, Order, OwnerCard, RotaPlace, ShowroomVisit

OVER = (Order.Status.DELIVERED, Order.Status.CLOSED, Order.Status.CANCELLED)


def guests() -> QuerySet[ShowroomVisit]:
    """Who is in the store now."""
    return ShowroomVisit.objects.counted().on(timezone.localdate()).filter(left_at__isnull=True)


LEADS = open_work(
    OpenWork(
        "leads",
        _("A cards"),
        lambda: Lead.objects.filter(status__in=leads.ALIVE),
        owner="owner",
        right="sales.sell",
        hands="sales.approve",
        event=LEAD_REASSIGNED,
        page="sales:leads",
        at="next_contact_at",
    )
)
ORDERS = open_work(
    OpenWork(
        "orders",
        _("Orders"),
        lambda: Order.objects.exclude(status__in=OVER),
        owner="adviser",
        right="sales.sell",
        hands="sales.approve",
        event=ORDER_REASSIGNED,
        page="sales:orders",
    )
)
OWNER_CARDS = open_work(
    OpenWork(
        "owner_cards",
        _("C cards still with sales"),
        lambda: OwnerCard.objects.filter(handed_over_at__isnull=True),
        owner="adviser",
        right="sales.sell",
        hands="sales.approve",
        event=OWNER_CARD_REASSIGNED,
        page="sales:owner_cards",
    )
)
GUESTS = open_work(
    OpenWork(
        "guests",
        _("Guests in the store"),
        guests,
        owner="adviser",
        right="sales.sell",
        hands="sales.register",
        event=VISIT_ASSIGNED,
        page="sales:register",
        query="show=inside",
        at="came_at",
    )
)


def approvals(person: User) -> Rows:
    """Orders that wait for a superior’s word, where this person is one."""
    return Order.objects.visible_to(person).filter(status=Order.Status.PENDING_APPROVAL)


def losses(person: User) -> Rows:
    """Cards that are to be given up, where this person confirms it."""
    return Lead.objects.visible_to(person).filter(status=Lead.Status.LOSS_REQUESTED)


def places(person: User) -> Rows:
    """The place in today’s queue: it is passed over when its adviser has left or is away."""
    return RotaPlace.objects.filter(adviser=person, day=timezone.localdate(), present=True)


shared_work(
    SharedWork(
        "order_approvals",
        _("Orders to approve"),
        "sales.approve",
        approvals,
        page="sales:orders",
        query="status=PENDING_APPROVAL",
    )
)
shared_work(
    SharedWork(
        "loss_approvals",
        _("Losses to confirm"),
        "sales.approve",
        losses,
        page="sales:leads",
        query="status=LOSS_REQUESTED",
    )
)
shared_work(SharedWork("rota", _("Duty in today’s rota"), "sales.sell", places, page="sales:register"))
