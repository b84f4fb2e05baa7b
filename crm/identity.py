"""Who is it? The one place that decides which customer a number and a name mean, and which car a plate, wherever they are typed:
register, write-up, look-up, import and API.

The number comes first, then the name among those who share it. Who is known anywhere in the group is known.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from crm.models import Customer, CustomerStore, Vehicle
from crm.models.vehicles import VehicleQuerySet
from dms.core.refusals import Refusal
from dms.core.untyped import AnyRows
from dms.formats import folding, phones
from dms.formats.wording import listed
from dms.models import Store

SHORTEST_PLATE = 6
"""A plate without its province."""


class Holder:
    """Somebody who has the number. ``is_here``: the store knows them already."""

    def __init__(self, customer: Customer, *, is_here: bool) -> None:
        self.customer, self.is_here = customer, is_here

    @cached_property
    def called(self) -> folding.Called:
        """As their file says it; what the name leaves open the salutation tells."""
        called = folding.called(self.customer.name)
        return folding.Called(called.name, called.said_to or self.customer.salutation)


def holders(number: str, *, store: Store) -> list[Holder]:
    """Everybody in the group with exactly this number, the oldest file first."""
    here = Exists(CustomerStore.objects.filter(customer=OuterRef("pk"), store=store))
    # All stores: a guest served elsewhere is recognised and not entered twice.
    rows: AnyRows = Customer.objects.filter(phones__number=number, merged_into__isnull=True)
    return [Holder(row, is_here=row.is_here) for row in rows.annotate(is_here=here).order_by("pk")]


def holders_of(text: str, *, store: Store) -> list[Holder]:
    """As :func:`holders`, while the number is being typed."""
    number = phones.normalise(text)
    return holders(number, store=store) if number else []


def the_one(name: str, among: Iterable[Holder], *, strictly: bool = False) -> Holder | None:
    """Who of these is called so: by the whole name, else the only one whose name begins or ends where it does.

    :param strictly: a family name alone does not say who it is.
    """
    typed, among = folding.called(name), list(among)
    # A whole name is the person, whatever a salutation says that was ticked once; a family name is a Mr or a Ms.
    possible = [holder for holder in among if not holder.called.contradicts(typed)]
    for holder in possible if typed.is_surname else among:
        if holder.called.name == typed.name:
            return holder
    alike = [] if strictly else [holder for holder in possible if holder.called.may_be(typed)]
    return alike[0] if len(alike) == 1 else None


def person(
    number: str, name: str = "", *, store: Store, chosen: int | None = None, stranger: bool = False
) -> Holder | None:
    """Whom a number in its stored form and a name mean; None is somebody new.

    :param chosen: which of those who were offered was picked.
    :param stranger: whoever has the number is somebody else, unless the name is the very same.
    :raises Refusal: when the number alone may be several people's.
    """
    known = holders(number, store=store)
    picked = None if stranger else next((holder for holder in known if holder.customer.pk == chosen), None)
    if picked is not None:
        return picked
    if name.strip():
        return the_one(name, known, strictly=stranger)
    if stranger or not known:
        return None
    # Couples share a number: guessed, the contract would be in the wrong name.
    if len(known) > 1:
        raise Refusal(which_of(known), code="which_person")
    return known[0]


def which_of(known: Sequence[Holder]) -> str:
    """The sentence that offers those who share a number. Names of other stores' guests are not told."""
    names = [holder.customer.name for holder in known if holder.is_here]
    # The number may have been guessed: whose it is elsewhere is personal data and is not told.
    if len(names) < len(known):
        names.append(_("a guest of another store"))
    return _("%(count)s people have this number: %(names)s. Write the name too.") % {
        "count": len(known),
        "names": listed(names),
    }


def car(text: str, *, store: Store | None = None) -> Vehicle | None:
    """The one car with exactly this plate or VIN, anywhere in the group; without its province, of those the store knows."""
    code = folding.code(text)
    if not code:
        return None
    # A plate moves on to the next car: only one on the road is meant by it, a VIN means the same for ever.
    on_the_road = Vehicle.objects.filter(gone=False)
    return (
        _only(on_the_road.filter(plate_code=code))
        or Vehicle.objects.filter(vin=code).first()
        or (_only(on_the_road.of_store(store).filter(plate_code__endswith=code)) if is_bare_plate(code) else None)
    )


def is_bare_plate(code: str) -> bool:
    """A plate of which only the province was left out."""
    return SHORTEST_PLATE <= len(code) <= SHORTEST_PLATE + 1 and code.isascii() and code.isalnum() and code[0].isalpha()


def _only(rows: VehicleQuerySet) -> Vehicle | None:
    # Two are enough to know that the plate alone does not say which.
    cars = list(rows[:2])
    return cars[0] if len(cars) == 1 else None


def people_of(car: Vehicle, *, store: Store) -> list[Holder]:
    """Who owns and drives the car now, the owner first."""
    here = Exists(CustomerStore.objects.filter(customer=OuterRef("pk"), store=store))
    rows: AnyRows = Customer.objects.filter(ownerships__vehicle=car, ownerships__until__isnull=True)
    # OWNER sorts after DRIVER, so downwards the owner comes first.
    rows = rows.annotate(is_here=here).order_by("-ownerships__role", "pk")
    return [Holder(row, is_here=row.is_here) for row in rows]
