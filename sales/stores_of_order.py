"""Which store does what about an order: one sells it, and may entrust another with handing the car over."""

from django.utils.translation import gettext as _

from dms.core.refusals import NotYours
from dms.models import Store, User
from sales.models import Order, SignOff


def works_in(user: User, store: Store) -> bool:
    """Whether the person does the work of the store."""
    return user.sees_all_stores or store.pk in user.store_ids


def refuse_not_seller(order: Order, *, by: User) -> None:
    """:raises NotYours: when another store has sold the car: its price, its papers and its money stay there."""
    if order.delivering_store_id and not works_in(by, order.store):
        raise NotYours(_("%(store)s sells this car, and decides about the order.") % {"store": order.store})


def refuse_not_deliverer(order: Order, *, by: User) -> None:
    """:raises NotYours: when another store is entrusted with the car."""
    if order.delivering_store_id and not works_in(by, order.delivered_in):
        raise NotYours(_("%(store)s hands this car over.") % {"store": order.delivered_in})


def store_signing(order: Order, department: str) -> Store:
    """Money is taken where the car is sold; all else is done where it is handed over."""
    return order.store if department == SignOff.Department.FINANCE else order.delivered_in


def refuse_other_store(order: Order, department: str, *, by: User) -> None:
    """:raises NotYours: when the department of another store signs."""
    store = store_signing(order, department)
    if order.delivering_store_id and not works_in(by, store):
        label = SignOff.Department(department).label
        raise NotYours(_("%(department)s of %(store)s signs this.") % {"department": label, "store": store})
