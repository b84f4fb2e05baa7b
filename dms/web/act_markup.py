"""The acts of a document on its page: which buttons stand where, and the form of one. ``offers`` is what ``Acts.offered`` says."""

from collections.abc import Iterator, Mapping
from typing import Any

from dms.core.acts import AnyForm, Offer
from dms.web.forms import form_of

Offers = Mapping[str, Offer[Any]]

CLASSES = {"": "btn", "primary": "btn btn-primary", "danger": "btn btn-danger-quiet", "quiet": "btn btn-quiet"}
"""How a button of each emphasis looks."""


def buttons_in(offers: Offers, place: str) -> Iterator[tuple[Offer[Any], str]]:
    """The offers of one place of the page, each with the classes of its button; beside other things they are small."""
    size = "" if place == "head" else " btn-sm"
    return ((offer, CLASSES[offer.act.emphasis] + size) for offer in offers.values() if offer.act.place == place)


def form_of_offer(offer: Offer[Any]) -> AnyForm:
    """The form of the act, narrowed to its document and to who looks."""
    return form_of(offer.act, offer.document, offer.user)
