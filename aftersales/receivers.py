"""What after-sales does when two files of one person become one."""

from django.dispatch import receiver

from aftersales.models import Appointment, WorkOrder
from crm import signals
from crm.models import Customer


@receiver(signals.customers_merged, dispatch_uid="aftersales.follow_merge")
def follow_merge(sender: object, *, duplicate: Customer, into: Customer, **_more: object) -> None:
    """The same transaction: bookings and work orders, also the settled ones, go with the customer."""
    for model in (Appointment, WorkOrder):
        model.objects.filter(customer=duplicate).update(customer=into)
