"""Guests of other stores are recognised by exactly what they say, and become known to ours."""

from django.db import transaction
from django.utils.translation import gettext as _

from crm import identity
from crm.actions import customers, vehicles
from crm.identity import Holder
from crm.models import Customer
from dms.core.refusals import Refusal
from dms.formats import phones
from dms.models import Store, User


@transaction.atomic
def look_up(text: str, *, store: Store, by: User, name: str = "", join: bool = False) -> Customer:
    """Find a guest of another store by an exact phone, plate or VIN, and make them known to ours. Logged.

    :param join: whom another store knows is who we say.
    :raises JoinFirst: when that was not said.
    :raises Refusal: when nobody has exactly that, or several people have the number and no name tells who it is.
    """
    holder = exact(text, store=store, by=by, name=name)
    if holder is None:
        # Who has asked enough is told the same of everybody: whether there is such a guest is what a guess wants to know.
        customers.LOOK_UPS.refuse_reached(by)
        sentence = _("Nobody in the group has exactly “%(text)s”. Give the whole phone number, plate or VIN.")
        raise Refusal(sentence % {"text": text.strip()}, code="not_found_exactly")
    # Also of somebody we know: whoever asks in the group is written down.
    return customers.make_known(holder.customer, store=store, by=by, join=join)


def exact(text: str, *, store: Store, by: User, name: str = "") -> Holder | None:
    """Who has exactly this number, or comes with exactly this car, which becomes known to the store as well."""
    if number := phones.normalise(text):
        return identity.person(number, name, store=store)
    car = identity.car(text, store=store)
    if car is None:
        return None
    people = identity.people_of(car, store=store)
    holder = identity.the_one(name, people) if name.strip() else next(iter(people), None)
    if holder is not None:
        vehicles.link(car, store)
    return holder
