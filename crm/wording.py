"""Scripts and letters: texts with places to be filled, and what they are filled with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import pgettext

from crm.models import Customer, Vehicle
from crm.places import PLACE
from dms.formats import display
from dms.formats.days import add_months
from dms.models import Store, User

USUAL_MONTHS = 6
"""Until the first maintenance, where the catalogue does not know the car."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a text; a filled one is marked on the screen."""

    text: str
    filled: bool = False


def pieces(text: str, facts: Mapping[str, str]) -> list[Piece]:
    """The text in stretches, its places filled; an unknown place stays as it is written."""
    filled: list[Piece] = []
    end = 0
    for place in PLACE.finditer(text):
        fact = facts.get(place[1])
        if fact is not None:
            filled += [Piece(text[end : place.start()]), Piece(fact, filled=True)]
            end = place.end()
    return [piece for piece in (*filled, Piece(text[end:])) if piece.text]


def fill(text: str, facts: Mapping[str, str]) -> str:
    return "".join(piece.text for piece in pieces(text, facts))


def form_of_address(customer: Customer) -> str:
    """Family name and title as one speaks to them; the whole name where we do not know how."""
    title = {
        Customer.Salutation.MR: pgettext("address", "%(name)s (Mr)"),
        Customer.Salutation.MS: pgettext("address", "%(name)s (Ms)"),
    }.get(Customer.Salutation(customer.salutation))
    if title is None:
        return customer.name
    name = customer.name if customer.name.isascii() else customer.name[:1]
    return title % {"name": name}


def car_name(vehicle: Vehicle | None) -> str:
    return (vehicle.model if vehicle else "") or pgettext("letter", "car")


def first_service(vehicle: Vehicle | None, since: date) -> date:
    """The month of the first maintenance after the day the car was handed over."""
    months = vehicle.variant.first_service_months if vehicle and vehicle.variant else USUAL_MONTHS
    return add_months(since, months)


def facts(
    customer: Customer,
    vehicle: Vehicle | None,
    store: Store,
    *,
    since: date,
    caller: User | None = None,
    month: date | None = None,
) -> dict[str, str]:
    """What the places of scripts and letters are filled with."""
    plate = display.plate(vehicle.plate) if vehicle else None
    return {
        "customer": form_of_address(customer),
        "caller": str(caller or ""),
        "store": str(store),
        "phone": store.phone,
        "car": car_name(vehicle),
        "plate": plate.text if plate else str(vehicle or ""),
        "since": display.date(since, today=date.min if caller is None else None),
        "first_service": display.month(first_service(vehicle, since)),
        "month": display.month(month) if month else "",
        "today": display.date(timezone.localdate(), today=date.min),
    }
