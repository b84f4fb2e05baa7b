"""The acts of a document on its page: which buttons stand where, and the form of one. ``offers`` is what ``Acts.offered`` says."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.middleware.csrf import get_token
from django_stubs_ext import StrOrPromise
from markupsafe import Markup

from dms.core.acts import Acts, AnyForm, Offer
from dms.core.untyped import Row
from dms.web.forms import form_of
from dms.web.http import AuthenticatedHttpRequest
from dms.web.markup import icon

Offers = Mapping[str, Offer[Any]]

CLASSES = {"": "btn", "primary": "btn btn-primary", "danger": "btn btn-danger-quiet", "quiet": "btn btn-quiet"}
"""How a button of each emphasis looks."""


def buttons_in(offers: Offers, place: str, *, in_row: bool = False) -> Iterator[tuple[Offer[Any], str]]:
    """The offers of one place of the page, each with the classes of its button; beside other things they are small."""
    size = "" if place == "head" and not in_row else " btn-sm"
    return ((offer, CLASSES[offer.act.emphasis] + size) for offer in offers.values() if offer.act.place == place)


def form_of_offer(offer: Offer[Any]) -> AnyForm:
    """The form of the act, narrowed to its document and to who looks."""
    return form_of(offer.act, offer.document, offer.user)


FORM = Markup(
    '<form method="post" action="%s"%s><input type="hidden" name="csrfmiddlewaretoken" value="%s">'
    '<button class="%s">%s%s</button></form>'
)
LINK = Markup('<a class="%s" href="%s"%s>%s%s</a>')
FIELD = Markup('<input type="hidden" name="%s" value="%s">')
OVER = Markup(' hx-get="%s" hx-target="#dialog"')
NEW_WINDOW = Markup(' target="_blank"')


def acts_cell(acts: Acts[Any], place: str = "row", *names: str) -> Callable[[Any, AuthenticatedHttpRequest], Markup]:
    """The cell of a list with what may be done to its row now (of the acts named, or of all of the place).

    What would be refused is left to the row's own page.
    """

    def cell(document: Row, request: AuthenticatedHttpRequest) -> Markup:
        drawn = buttons_in(acts.offered(document, request.user, *names), place, in_row=True)
        buttons = [_button(offer, classes, request) for offer, classes in drawn if not offer.why_not]
        return Markup('<span class="acts">%s</span>') % Markup().join(buttons) if buttons else Markup()

    return cell


def one_button(offer: Offer[Any], request: AuthenticatedHttpRequest, label: StrOrPromise, **facts: str) -> Markup:
    """A button in a list that does an act at once with what it says; an act that asks for more opens its form."""
    if offer.act.asks:
        return _button(offer, f"{CLASSES[offer.act.emphasis]} btn-sm", request)
    fields = Markup().join(FIELD % fact for fact in facts.items())
    classes = f"{CLASSES[offer.act.emphasis]} btn-sm"
    return FORM % (offer.url, "", get_token(request), classes, fields, label)


def _button(offer: Offer[Any], classes: str, request: AuthenticatedHttpRequest) -> Markup:
    drawing = icon(offer.act.icon, "s") if offer.act.icon else ""
    if offer.act.asks:
        over = OVER % offer.url if offer.act.opens_over else ""
        return LINK % (classes, offer.url, over, drawing, offer.act.label)
    # A paper opens beside the list, where one goes on afterwards.
    window = NEW_WINDOW if offer.act.then.endswith("_pdf") else ""
    return FORM % (offer.url, window, get_token(request), classes, drawing, offer.act.label)
