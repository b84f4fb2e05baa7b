"""What sales tells whoever is on the phone: what the customer bought, from whom, when it was promised and when it came."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.call_story import Caller, Line, story
from dms.formats import display
from sales.models import Order

HANDED_OVER = frozenset({Order.Status.DELIVERED, Order.Status.CLOSED})


@story
def purchases(caller: Caller) -> Iterable[Line]:
    """The last two orders: car, sum, adviser, and whether it came on the day that was agreed."""
    orders = Order.objects.visible_to(caller.user).filter(customer=caller.customer)
    orders = orders.exclude(status=Order.Status.CANCELLED).select_related("variant", "adviser").order_by("-pk")
    for order in orders[:2]:
        done = order.status in HANDED_OVER
        facts = [
            str(order.variant),
            display.yuan(order.total, 0),
            "" if done else str(order.get_status_display()),
            _("promised %(day)s") % {"day": display.date(order.deliver_on)} if order.deliver_on else "",
            _("handed over %(at)s") % {"at": display.moment(order.delivered_at)} if order.delivered_at else "",
            str(order.adviser or ""),
            order.note,
        ]
        day = timezone.localdate(order.delivered_at) if order.delivered_at else timezone.localdate(caller.now)
        late = order.deliver_on is not None and day > order.deliver_on
        yield Line(
            gettext_lazy("Bought") if done else gettext_lazy("Order under way"),
            " · ".join(fact for fact in facts if fact),
            caller.opens(reverse("sales:order", args=[order.pk]), "sales.view"),
            "late" if late and not done else "run" if not done else "",
            "steering-wheel",
        )
