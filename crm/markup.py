"""How customers and cars are named on a page: ``phone_of(phone)``, ``file_of(customer)``, ``car_name(vehicle)``.

And what may be done where a document is shown outside its own page: ``credit_offers(invoice)``,
``phone_offers(phone)``; when its next maintenance is due: ``next_maintenance(vehicle)``.
"""

import re

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from crm import cells
from crm import next_maintenance as maintenance
from crm.acts import CREDIT, PHONE
from crm.models import Customer, Invoice, Phone, Vehicle
from crm.models.customers import FULL_ADDRESS
from crm.next_maintenance import NextMaintenance
from dms.core.acts import Offer
from dms.web.addresses import url
from dms.web.jinja import template_function

template_function(cells.car_name)

PAGES = {Customer: "crm:customer", Vehicle: "crm:vehicle"}


@template_function
@pass_context
def phone_of(context: Context, phone: Phone) -> Markup:
    """The number, masked, with the button that shows it whole."""
    return cells.number(phone, context["user"])


@template_function
@pass_context
def file_of(context: Context, what: Customer | Vehicle, text: str = "", style: str = "") -> Markup:
    """Its name (or ``text``), and the way to its file for who may open it; ``style`` is the class of either."""
    marked = Markup(' class="%s"') % style if style else ""
    if context["user"].has_perm("crm.view"):
        return Markup('<a%s href="%s">%s</a>') % (marked, url(PAGES[type(what)], what.pk), text or what)
    return Markup("<span%s>%s</span>") % (marked, text or what)


@template_function
@pass_context
def credit_offers(context: Context, invoice: Invoice) -> list[Offer[Invoice]]:
    """Approve, withdraw: what whoever looks may do now."""
    return [offer for offer in CREDIT.offered(invoice, context["user"]).values() if not offer.why_not]


@template_function
@pass_context
def phone_offers(context: Context, phone: Phone) -> dict[str, Offer[Phone]]:
    """What may be done with a number on the file of its customer."""
    return PHONE.offered(phone, context["user"])


@template_function
def next_maintenance(vehicle: Vehicle) -> NextMaintenance | None:
    """When the car is due for its next maintenance, and why then."""
    return maintenance.of(vehicle)


@template_function
def lacks_address(customer: Customer) -> bool:
    """No letter reaches them: the address is asked while they are here."""
    return re.match(FULL_ADDRESS, customer.address) is None
