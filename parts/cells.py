"""Cells of the lists of the parts room, where a row shows more than one value."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django_stubs_ext import StrOrPromise
from markupsafe import Markup

from dms.formats import display
from dms.models import Store, User
from dms.web.addresses import url
from dms.web.http import AuthenticatedHttpRequest
from dms.web.markup import NOTHING, ZERO, badge, choice, dash
from parts.models import Part, Stock, StockMove

LINK = Markup('<a href="%s">%s</a>')
HERE = Markup('<a href="%s" aria-current="true">%s</a>')
MARKED = Markup('<span class="hstack gap-1">%s %s</span>')
COLOURED = Markup('<span class="%s">%s</span>')


def knows_cost(user: User, _store: Store | None) -> bool:
    """Whether this person sees what parts cost us: on a page, in a file, as a sum."""
    return user.has_perm("parts.cost")


def pieces(quantity: Decimal) -> object:
    """A quantity; none is muted."""
    shown = display.quantity(quantity)
    return shown if quantity else ZERO % shown


# --- part numbers -------------------------------------------------------------------------------------------------------
def part_name(part: Part, _request: AuthenticatedHttpRequest) -> object:
    if part.handling == Part.Handling.NORMAL:
        return part.name
    return MARKED % (part.name, badge("wait", choice(part, "handling")))


def part_heir(part: Part, _request: AuthenticatedHttpRequest) -> Markup:
    """What replaces it."""
    return part_link(part.superseded_by) if part.superseded_by else NOTHING


def part_link(part: Part) -> Markup:
    return LINK % (url("parts:part", part.pk), part.number)


# --- stock --------------------------------------------------------------------------------------------------------------
def stock_number(stock: Stock, request: AuthenticatedHttpRequest) -> Markup:
    """It opens its part beside the list as it stands: same page, same filters."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    link = HERE if is_selected(stock, request) else LINK
    return link % (url("parts:stock_at", stock.pk) + query, stock.part.number)


def is_selected(stock: Stock, request: AuthenticatedHttpRequest) -> bool:
    """It is the one beside the list."""
    return request.resolver_match is not None and request.resolver_match.kwargs.get("pk") == stock.pk


HANDLING: Mapping[str, StrOrPromise] = {Part.Handling.HAZARD: _("haz."), Part.Handling.FRAGILE: _("fragile")}
"""How parts are to be handled, in the words of a narrow column."""


def stock_part(stock: Stock, _request: AuthenticatedHttpRequest) -> object:
    marks = [badge("wait", str(HANDLING[stock.part.handling]))] if stock.part.handling in HANDLING else []
    if not stock.part.active:
        marks.append(badge("void", pgettext("part", "off")))
    return MARKED % (stock.part.name, Markup(" ").join(marks)) if marks else stock.part.name


def on_hand(stock: Stock, _request: AuthenticatedHttpRequest) -> object:
    return pieces(stock.on_hand)


def reserved(stock: Stock, _request: AuthenticatedHttpRequest) -> object:
    return pieces(stock.reserved)


def free(stock: Stock, _request: AuthenticatedHttpRequest) -> object:
    """Out and wanted, below the minimum, or simply none."""
    shown = display.quantity(stock.available)
    if stock.minimum and stock.available <= 0:
        return COLOURED % ("x-late", shown)
    return COLOURED % ("x-wait", shown) if stock.available < stock.minimum else pieces(stock.available)


# --- moves --------------------------------------------------------------------------------------------------------------
def move_number(move: StockMove, _request: AuthenticatedHttpRequest) -> Markup:
    return LINK % (url("parts:stock_at", move.stock_id), move.stock.part.number)


def move_quantity(move: StockMove, _request: AuthenticatedHttpRequest) -> object:
    """What comes has its sign and colour."""
    shown = display.quantity(move.quantity)
    return COLOURED % ("x-done", f"+{shown}") if move.quantity > 0 else shown


def move_reason(move: StockMove, _request: AuthenticatedHttpRequest) -> object:
    return dash(" ".join(str(words) for words in (move.reason, move.note) if words))
