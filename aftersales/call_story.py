"""What the workshop tells whoever is on the phone: the car that is here now, the last visits, declined work, the next visit."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.models import Appointment, WorkLine, WorkOrder
from aftersales.models.orders import OVER
from crm.call_story import Caller, Line, story
from dms.formats import display

VISITS = 3
DECLINED_FOR = timedelta(days=365)
"""So long what was declined is worth a word."""


def _theirs(caller: Caller) -> Q:
    """Of the customer, or of the car they are called about: a car's history is one, wherever in the group it was."""
    return Q(customer=caller.customer) | Q(vehicle=caller.vehicle) if caller.vehicle else Q(customer=caller.customer)


@story
def visits(caller: Caller) -> Iterable[Line]:
    """The car that is in the workshop this minute, and the last visits with their sums and times."""
    orders = WorkOrder.objects.filter(_theirs(caller)).exclude(status=WorkOrder.Status.CANCELLED)
    orders = orders.select_related("store", "bay", "invoice", "vehicle").order_by("-opened_at", "-pk")
    for order in orders[:VISITS]:
        here = order.status not in {*OVER, WorkOrder.Status.SETTLED}
        what = (order.correction if not here else "") or order.complaint
        facts = [
            display.date(timezone.localdate(order.opened_at)),
            str(order.store),
            str(order.get_status_display()) if here else "",
            str(order.bay) if here and order.bay else "",
            " ".join(what.split())[:60],
            display.yuan(order.invoice.total, 0) if order.invoice else "",
            _("promised %(at)s") % {"at": display.moment(order.first_promised_at)} if order.first_promised_at else "",
            _("ready %(at)s") % {"at": display.moment(order.ready_at)} if order.ready_at else "",
        ]
        yield Line(
            gettext_lazy("In the workshop now") if here else gettext_lazy("Visit"),
            " · ".join(fact for fact in facts if fact),
            caller.opens(reverse("aftersales:work_order", args=[order.pk]), "aftersales.view"),
            "late" if order.is_late_at(caller.now) else "run" if here else "",
            "tool",
        )


@story
def declined(caller: Caller) -> Iterable[Line]:
    """Work that was found and not wanted: the next good moment may be now."""
    refused = Q(status__in=[WorkLine.Status.DECLINED, WorkLine.Status.DEFERRED])
    car = Q(work_order__vehicle=caller.vehicle) if caller.vehicle else Q(work_order__customer=caller.customer)
    lines = WorkLine.objects.filter(refused & car, added_at__gt=caller.now - DECLINED_FOR)
    for line in lines.select_related("work_order").order_by("-added_at", "-pk")[:VISITS]:
        yield Line(
            gettext_lazy("Declined work"),
            f"{line.text} · {display.yuan(line.amount, 0)} · {display.date(timezone.localdate(line.added_at))}",
            caller.opens(reverse("aftersales:work_order", args=[line.work_order_id]), "aftersales.view"),
            "wait",
            "clipboard-list",
        )


@story
def booked(caller: Caller) -> Iterable[Line]:
    """The visits that are agreed."""
    rows = Appointment.objects.filter(_theirs(caller)).live().filter(starts_at__gte=caller.now - timedelta(hours=2))
    for visit in rows.select_related("store").order_by("starts_at", "pk")[:2]:
        yield Line(
            gettext_lazy("Booked"),
            f"{display.moment(visit.starts_at)} · {visit.store} · {visit.wish}",
            caller.opens(reverse("aftersales:appointment", args=[visit.pk]), "aftersales.view"),
            "run",
            "calendar",
        )
