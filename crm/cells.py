"""Cells of the lists of customer care and of the cashier, where a row shows more than one value."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from markupsafe import Markup

from crm.acts import CONTACT, CUSTOMER, FOLLOW_UP, INVOICE, PHONE, RECALL_ENTRY
from crm.listed import Number, facts_of
from crm.models import (
    CareChannel,
    Contact,
    Customer,
    FollowUp,
    Invoice,
    Letter,
    Ownership,
    Phone,
    RecallEntry,
    Survey,
    Vehicle,
)
from crm.models.contacts import FAILED, SUCCESS
from crm.models.customers import FULL_ADDRESS
from dms.formats import display
from dms.models import User
from dms.web.act_markup import one_button
from dms.web.addresses import url
from dms.web.http import AuthenticatedHttpRequest
from dms.web.markup import NOTHING, badge, choice, dash, filled, icon, phone_reveal, plate

LINK = '<a href="%s">%s</a>'
NAME = '<a href="%s" class="fw-medium">%s</a>'
NAMED = '<a href="%s" class="fw-medium">%s</a> <span class="text-secondary fs-5">%s</span>'
BESIDE = '%s <span class="text-secondary fs-5">%s</span>'
CAR = '<a href="%s">%s</a> <span class="sub wide-only">%s</span>'
TAG = '<span class="tag">%s</span>'
PAPER = '<a href="%s" target="_blank" rel="noopener">%s</a>'
BUTTON = '<a class="btn btn-sm" href="%s">%s</a>'
CALL = '<a class="btn btn-sm" href="%s">%s %s</a>'
CORRECT = '<a class="btn btn-sm btn-quiet" href="%s">%s</a>'
ACTS = '<span class="acts">%s</span>'
MEND = ' <a class="fs-5 x-wait" href="%s">%s</a>'
GIVE_BACK = '<span class="x-late fs-5">%s</span> %s'
WHOLE = '<span title="%s">%s</span>'


# --- customers ----------------------------------------------------------------------------------------------------------
def number(phone: Phone | Number, user: User) -> Markup:
    """The number, masked; who may see it whole gets the button that shows it and writes down that it was shown."""
    reveal = url(PHONE.url_name("reveal"), phone.pk) if user.has_perm(PHONE["reveal"].right) else ""
    return phone_reveal(phone.number, reveal)


def customer_name(customer: Customer, _request: AuthenticatedHttpRequest) -> Markup:
    page, name = url("crm:customer", customer.pk), customer.name
    shown = (
        filled(NAMED, page, name, choice(customer, "salutation")) if customer.salutation else filled(NAME, page, name)
    )
    return shown + " " + badge("void", _("Data refused")) if customer.data_refused else shown


def customer_phone(customer: Customer, request: AuthenticatedHttpRequest) -> Markup:
    phone = facts_of(customer).phone
    return number(phone, request.user) if phone is not None else NOTHING


def customer_cars(customer: Customer, _request: AuthenticatedHttpRequest) -> Markup:
    cars = [
        filled(CAR, url("crm:vehicle", car.pk), plate(car.plate) if car.plate else car.title, car.model)
        for car in facts_of(customer).cars
    ]
    return Markup(" ").join(cars) if cars else NOTHING


def customer_needs(customer: Customer, _request: AuthenticatedHttpRequest) -> Markup:
    return Markup(" ").join(filled(TAG, need) for need in customer.needs[:3]) if customer.needs else NOTHING


# --- cars ---------------------------------------------------------------------------------------------------------------
def car_name(vehicle: Vehicle, size: str = "") -> Markup | str:
    """The number plate, or by what else the car is known before it has one."""
    return plate(vehicle.plate, size=size) if vehicle.plate else str(vehicle)


def vehicle_name(vehicle: Vehicle, _request: AuthenticatedHttpRequest) -> Markup:
    shown = filled(LINK, url("crm:vehicle", vehicle.pk), car_name(vehicle))
    return shown + " " + badge("void", pgettext("vehicle", "Gone")) if vehicle.gone else shown


def owners_of(vehicle: Vehicle) -> list[Ownership]:
    """Who owns it today; more than nobody or one there never is."""
    return [row for row in vehicle.ownerships.all() if row.until is None and row.role == Ownership.Role.OWNER]


def owner_name(vehicle: Vehicle) -> str:
    return next((row.customer.name for row in owners_of(vehicle)), "")


def vehicle_owner(vehicle: Vehicle, _request: AuthenticatedHttpRequest) -> Markup:
    owned = (filled(LINK, url("crm:customer", row.customer_id), row.customer) for row in owners_of(vehicle))
    return next(owned, NOTHING)


def vin_tail(vehicle: Vehicle) -> str:
    """The end of the VIN: on the page and in the file alike."""
    return display.vin_tail(vehicle.vin)


# --- what customers and cars have to do with --------------------------------------------------------------------------
def car(row: FollowUp | Contact | Letter | Survey, _request: AuthenticatedHttpRequest) -> Markup | str:
    return car_name(row.vehicle) if row.vehicle else ""


def customer_of(row: Contact, _request: AuthenticatedHttpRequest) -> Markup:
    return filled(LINK, url("crm:customer", row.customer_id), row.customer)


def addressee(letter: Letter, request: AuthenticatedHttpRequest) -> Markup:
    name = filled(LINK, url("crm:customer", letter.customer_id), letter.addressee)
    return name + to_mend(letter.customer, request) if letter.printed_at is None else name


def to_mend(customer: Customer, request: AuthenticatedHttpRequest) -> Markup:
    """Of one whom no letter reaches, the way to where the address is written."""
    edit = CUSTOMER["edit"]
    if re.match(FULL_ADDRESS, customer.address) or not request.user.has_perm(edit.right):
        return Markup()
    return filled(MEND, url(CUSTOMER.url_name("edit"), customer.pk), _("Mend the address"))


def letter_number(letter: Letter, _request: AuthenticatedHttpRequest) -> Markup:
    return filled(PAPER, url("crm:letter_pdf", letter.pk), letter.number)


def called_customer(follow_up: FollowUp, _request: AuthenticatedHttpRequest) -> Markup:
    return filled(NAME, url("crm:call", follow_up.pk), follow_up.customer)


def cadence(follow_up: FollowUp, _request: AuthenticatedHttpRequest) -> object:
    again = follow_up.occurrence
    return filled(BESIDE, follow_up.cadence, again) if again > 1 else follow_up.cadence


def caller(follow_up: FollowUp, _request: AuthenticatedHttpRequest) -> object:
    if follow_up.deputy is None:
        return dash(follow_up.assignee)
    return filled(BESIDE, follow_up.deputy, _("for %(name)s") % {"name": follow_up.assignee})


# --- contacts -----------------------------------------------------------------------------------------------------------
FAMILIES = {SUCCESS: "done", FAILED: "wait"}


def channel(contact: Contact, _request: AuthenticatedHttpRequest) -> Markup:
    return filled(BESIDE, choice(contact, "channel"), choice(contact, "direction"))


def result(contact: Contact, _request: AuthenticatedHttpRequest) -> Markup:
    return badge(FAMILIES.get(contact.family, "void"), choice(contact, "result"))


def contact_acts(contact: Contact, request: AuthenticatedHttpRequest) -> Markup:
    """What was noted wrongly says so; the rest can be corrected."""
    if hasattr(contact, "correction"):
        return badge("void", _("Corrected"))
    if contact.channel not in {CareChannel.CALL, CareChannel.VISIT}:
        return NOTHING
    # Whether something has followed is asked when it is opened: a list must not ask for each row.
    return filled(CORRECT, url(CONTACT.url_name("correct"), contact.pk), CONTACT["correct"].label)


def said(contact: Contact) -> str:
    return " · ".join(filter(None, (contact.said, str(contact.reason or ""))))


def what_was_said(contact: Contact, _request: AuthenticatedHttpRequest) -> Markup:
    return filled(WHOLE, contact.said, dash(said(contact)))


def next_step(contact: Contact) -> str:
    agreed = choice(contact, "next_step") if contact.next_step else ""
    return " ".join(filter(None, (agreed, display.moment(contact.next_at) if contact.next_at else "")))


# --- surveys ------------------------------------------------------------------------------------------------------------
def score(survey: Survey, _request: AuthenticatedHttpRequest) -> Markup | str:
    if survey.nps is None:
        return NOTHING
    return badge("late", str(survey.nps)) if survey.is_detractor else str(survey.nps)


def complaint_of(survey: Survey, request: AuthenticatedHttpRequest) -> Markup | str:
    if survey.complaint is None:
        return NOTHING
    return (
        filled(LINK, url("crm:complaint", survey.complaint_id), survey.complaint)
        if request.user.has_perm("crm.edit")
        else str(survey.complaint)
    )


# --- the recall ---------------------------------------------------------------------------------------------------------
def owner_mailed(entry: RecallEntry, request: AuthenticatedHttpRequest) -> Markup:
    """The owner; one whom no letter reaches has the way to where the address is written."""
    name = filled(LINK, url("crm:customer", entry.customer_id), entry.customer)
    waits = entry.status == RecallEntry.Status.LISTED and not entry.control
    return name + to_mend(entry.customer, request) if waits else name


def car_due(entry: RecallEntry, _request: AuthenticatedHttpRequest) -> Markup:
    return filled(LINK, url("crm:vehicle", entry.vehicle_id), car_name(entry.vehicle))


def entry_acts(entry: RecallEntry, request: AuthenticatedHttpRequest) -> Markup:
    """The calls that wait, and to take the car off the list: what whoever looks may do now."""
    calls = [
        filled(CALL, url("crm:call", call.pk), icon(offer.act.icon, "s"), offer.act.label)
        for call in entry.follow_ups.all()
        for offer in FOLLOW_UP.offered(call, request.user, "record", "reopen").values()
        if not offer.why_not
    ]
    gone = [
        one_button(offer, request, offer.act.label)
        for offer in RECALL_ENTRY.offered(entry, request.user).values()
        if not offer.why_not
    ]
    return filled(ACTS, Markup().join(calls + gone))


# --- the cashier --------------------------------------------------------------------------------------------------------
def due(invoice: Invoice, _request: AuthenticatedHttpRequest) -> Markup:
    """What is to be collected; what is to be given back says so in place of a minus."""
    if invoice.due >= 0:
        return filled("%s", display.money(invoice.due))
    return filled(GIVE_BACK, _("To give back"), display.money(-invoice.due))


def till(invoice: Invoice, _request: AuthenticatedHttpRequest) -> Markup:
    """The way to the account, where one sees what for before one takes."""
    label = INVOICE["take"].label if invoice.due > 0 else pgettext("verb", "Open")
    return filled(BUTTON, url("crm:invoice", invoice.pk), label)
