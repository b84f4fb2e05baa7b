"""Cells of the lists of sales, where a row shows more than one value."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from markupsafe import Markup, escape

from dms.formats import display
from dms.web.act_markup import acts_cell
from dms.web.addresses import url
from dms.web.http import AuthenticatedHttpRequest
from dms.web.markup import NOTHING, badge, choice, filled, level, number, plate
from sales.acts import STOCK_CAR
from sales.models import DeliverySheet, Lead, OwnerCard, Quote, SignOff, StockCar
from sales.stock_position import family_of_age

LINK = '<a href="%s">%s</a>'
LATE = '<span class="x-late">%s</span>'
CERTIFICATE_ACTS, USE_ACTS = acts_cell(STOCK_CAR, "certificate"), acts_cell(STOCK_CAR, "use")
COLOURED = '<span class="x-%s fw-medium">%s</span>'


def lead_level(lead: Lead, _request: AuthenticatedHttpRequest) -> Markup:
    return level(lead.level)


def lead_customer(lead: Lead, _request: AuthenticatedHttpRequest) -> Markup:
    return filled(LINK, url("sales:lead", lead.pk), lead.customer)


def masked_phone(lead: Lead) -> str:
    return display.masked_phone(lead.customer.phone)


def next_contact(lead: Lead, _request: AuthenticatedHttpRequest) -> Markup:
    shown = escape(display.moment(lead.next_contact_at))
    return filled(LATE, shown) if lead.is_late else shown


def quote_number(quote: Quote, _request: AuthenticatedHttpRequest) -> Markup:
    shown = filled(LINK, url("sales:quote", quote.pk), quote)
    return shown + " " + badge("void", _("Superseded")) if quote.superseded else shown


def quote_customer(quote: Quote, _request: AuthenticatedHttpRequest) -> Markup:
    return filled(LINK, url("sales:lead", quote.lead_id), quote.lead.customer)


def valid_until(quote: Quote, _request: AuthenticatedHttpRequest) -> Markup:
    shown = escape(display.date(quote.valid_until))
    return filled(LATE, shown) if quote.valid_until < timezone.localdate() else shown


def days_in_stock(car: StockCar) -> int | None:
    return car.age(timezone.localdate())


def coloured_days(car: StockCar, _request: AuthenticatedHttpRequest) -> Markup | str:
    days = days_in_stock(car)
    family = family_of_age(days)
    return filled(COLOURED, family, days) if family else number(days)


def certificate(car: StockCar, request: AuthenticatedHttpRequest) -> Markup:
    """Where it is; for who may change it with the act that takes it there."""
    return escape(choice(car, "certificate")) + " " + CERTIFICATE_ACTS(car, request)


def use(car: StockCar, request: AuthenticatedHttpRequest) -> Markup:
    """What it serves for, with the act that changes that."""
    return escape(choice(car, "use")) + " " + USE_ACTS(car, request)


def signed(sheet: DeliverySheet) -> str:
    """Of the four departments."""
    # len() of what came with the list: count() would ask once more for each row.
    return f"{len(sheet.sign_offs.all())} / {len(SignOff.Department.values)}"


def owner_plate(card: OwnerCard, _request: AuthenticatedHttpRequest) -> Markup:
    return plate(card.vehicle.plate) or NOTHING


def kept_by(card: OwnerCard) -> str:
    return _("Customer service") if card.handed_over_at else pgettext("kept by", "Sales")
