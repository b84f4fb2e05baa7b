"""The acts of a document on its page. ``{% load acts %}``; ``offers`` is what ``Acts.offered`` says."""

from typing import Any

from django import template
from django_stubs_ext import StrOrPromise

from dms.core.acts import Offer
from dms.web.forms import form_of

register = template.Library()
Offers = dict[str, Offer[Any]]

CLASSES = {"": "btn", "primary": "btn btn-primary", "danger": "btn btn-danger-quiet", "quiet": "btn btn-quiet"}
"""How a button of each emphasis looks."""


@register.inclusion_tag("components/act_buttons.html")
def act_buttons(offers: Offers, place: str = "head") -> dict[str, Any]:
    """The buttons that stand in one place of the page; beside other things they are small."""
    size = "" if place == "head" else " btn-sm"
    return {
        "buttons": [
            (offer, CLASSES[offer.act.emphasis] + size) for offer in offers.values() if offer.act.place == place
        ]
    }


@register.inclusion_tag("components/act_reasons.html")
def act_reasons(offers: Offers) -> dict[str, Any]:
    """Why the next step cannot be taken."""
    return {"offers": [offer for offer in offers.values() if offer.act.emphasis == "primary"]}


@register.inclusion_tag("components/act_form.html")
def act_form(offer: Offer[Any], label: StrOrPromise = "") -> dict[str, Any]:
    """The form of one act, in its place on the page."""
    form = form_of(offer.act, offer.document, offer.user)
    return {"offer": offer, "form": form, "label": label or offer.act.label}
