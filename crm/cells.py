"""Cells of the lists of customers and cars, where a row shows more than one value."""

from django.utils.translation import gettext as _
from markupsafe import Markup

from crm.listed import Number, facts_of
from crm.models import Customer, Phone
from dms.web.addresses import url
from dms.web.http import AuthenticatedHttpRequest
from dms.web.markup import NOTHING, badge, choice, phone_reveal, plate

LINK = Markup('<a href="%s">%s</a>')
NAME = Markup('<a href="%s" class="fw-medium">%s</a>')
QUIET = Markup(' <span class="mut t12">%s</span>')
CAR = Markup('<a href="%s">%s</a> <span class="sub">%s</span>')
TAG = Markup('<span class="tag">%s</span>')


def number(phone: Phone | Number, request: AuthenticatedHttpRequest) -> Markup:
    """The number, masked; who may see it whole gets the button that shows it and writes down that it was shown."""
    reveal = url("crm:phone_reveal", phone.pk) if request.user.has_perm("crm.reveal") else ""
    return phone_reveal(phone.number, reveal)


def customer_name(customer: Customer, _request: AuthenticatedHttpRequest) -> Markup:
    shown = NAME % (url("crm:customer", customer.pk), customer.name)
    if customer.salutation:
        shown += QUIET % choice(customer, "salutation")
    if customer.data_refused:
        shown += Markup(" ") + badge("void", _("Data refused"))
    return shown


def customer_phone(customer: Customer, request: AuthenticatedHttpRequest) -> Markup:
    phone = facts_of(customer).phone
    return number(phone, request) if phone is not None else NOTHING


def customer_cars(customer: Customer, _request: AuthenticatedHttpRequest) -> Markup:
    cars = (
        CAR % (url("crm:vehicle", car.pk), plate(car.plate) if car.plate else car.title, car.model)
        for car in facts_of(customer).cars
    )
    return Markup(" ").join(cars) or NOTHING


def customer_needs(customer: Customer, _request: AuthenticatedHttpRequest) -> Markup:
    return Markup(" ").join(TAG % need for need in customer.needs[:3]) or NOTHING
