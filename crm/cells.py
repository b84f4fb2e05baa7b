"""Cells of the lists of customers and cars, where a row shows more than one value."""

from django.utils.translation import gettext as _
from markupsafe import Markup

from crm.listed import Number, facts_of
from crm.models import Customer, Phone
from dms.web.addresses import url
from dms.web.http import AuthenticatedHttpRequest
from dms.web.markup import NOTHING, badge, choice, filled, phone_reveal, plate

NAME = '<a href="%s" class="b5">%s</a>'
NAMED = '<a href="%s" class="b5">%s</a> <span class="mut t12">%s</span>'
CAR = '<a href="%s">%s</a> <span class="sub">%s</span>'
TAG = '<span class="tag">%s</span>'


def number(phone: Phone | Number, request: AuthenticatedHttpRequest) -> Markup:
    """The number, masked; who may see it whole gets the button that shows it and writes down that it was shown."""
    reveal = url("crm:phone_reveal", phone.pk) if request.user.has_perm("crm.reveal") else ""
    return phone_reveal(phone.number, reveal)


def customer_name(customer: Customer, _request: AuthenticatedHttpRequest) -> Markup:
    page, name = url("crm:customer", customer.pk), customer.name
    shown = (
        filled(NAMED, page, name, choice(customer, "salutation")) if customer.salutation else filled(NAME, page, name)
    )
    return shown + " " + badge("void", _("Data refused")) if customer.data_refused else shown


def customer_phone(customer: Customer, request: AuthenticatedHttpRequest) -> Markup:
    phone = facts_of(customer).phone
    return number(phone, request) if phone is not None else NOTHING


def customer_cars(customer: Customer, _request: AuthenticatedHttpRequest) -> Markup:
    cars = [
        filled(CAR, url("crm:vehicle", car.pk), plate(car.plate) if car.plate else car.title, car.model)
        for car in facts_of(customer).cars
    ]
    return Markup(" ").join(cars) if cars else NOTHING


def customer_needs(customer: Customer, _request: AuthenticatedHttpRequest) -> Markup:
    return Markup(" ").join(filled(TAG, need) for need in customer.needs[:3]) if customer.needs else NOTHING
