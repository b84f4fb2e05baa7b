"""The register as a table: its columns on the page, in the spreadsheet, and what of them stands on paper."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from markupsafe import Markup

from dms.formats import display
from dms.web.act_markup import acts_cell, one_button
from dms.web.addresses import url
from dms.web.columns import Column, in_all_stores
from dms.web.http import AuthenticatedHttpRequest
from dms.web.markup import NOTHING, badge, dash, filled, level
from sales.acts import VISIT
from sales.models import ShowroomVisit

LINK = '<a href="%s">%s</a>'
MUTED = Markup('<span class="text-secondary">%s</span>')
INSIDE = Markup('<span class="x-run fw-medium">%s</span>')
BOTH = Markup('<span class="hstack gap-1">%s %s</span>')

complete_button = acts_cell(VISIT, "card")
assign_button = acts_cell(VISIT, "adviser")


def left(visit: ShowroomVisit, request: AuthenticatedHttpRequest) -> object:
    """When they left; of who is here a button that says so, for who writes the register."""
    if visit.is_void:
        return NOTHING
    if visit.left_at is not None:
        return display.clock(visit.left_at)
    offer = VISIT.offered(visit, request.user, "leave").get("leave")
    inside = INSIDE % pgettext("register", "In store")
    return BOTH % (inside, one_button(offer, request, _("Has left"))) if offer else inside


def guest(visit: ShowroomVisit) -> str:
    """How they are called, as far as they said."""
    return str(visit.customer or visit.name or "")


def guest_link(visit: ShowroomVisit, _request: AuthenticatedHttpRequest) -> object:
    if visit.is_void:
        return BOTH % (
            Markup("<s>%s</s>") % (guest(visit) or _("No name left")),
            badge("void", visit.void_reason or ""),
        )
    if visit.lead_id:
        return filled(LINK, url("sales:lead", visit.lead_id), guest(visit))
    if visit.customer_id:
        return filled(LINK, url("crm:customer", visit.customer_id), guest(visit))
    return guest(visit) or MUTED % _("No name left")


def phone(visit: ShowroomVisit) -> str:
    return display.masked_phone(visit.customer.phone) if visit.customer else ""


def phone_or_none(visit: ShowroomVisit, _request: AuthenticatedHttpRequest) -> object:
    return phone(visit) or MUTED % _("None left")


def first_or_again(visit: ShowroomVisit) -> str:
    return pgettext("visit", "First") if visit.is_first else pgettext("visit", "Again")


def source(visit: ShowroomVisit) -> str:
    return visit.source.name if visit.source else ""


def wants(visit: ShowroomVisit) -> str:
    return visit.lead.car if visit.lead else ""


def receiver(visit: ShowroomVisit, request: AuthenticatedHttpRequest) -> object:
    if visit.adviser_id or visit.is_void:
        return dash(visit.adviser)
    return assign_button(visit, request) or NOTHING


def card(visit: ShowroomVisit, request: AuthenticatedHttpRequest) -> object:
    """The level of the card; of a line without one the button that completes it."""
    if visit.lead is not None:
        shown = level(visit.lead.level) if visit.lead.is_open else badge(visit.lead)
        return filled(LINK, url("sales:lead", visit.lead.pk), shown)
    return (complete_button(visit, request) if visit.is_nameless else None) or NOTHING


def card_number(visit: ShowroomVisit) -> str:
    return visit.lead.number if visit.lead else ""


COLUMNS = (
    Column(gettext_lazy("Store"), "store", shown=in_all_stores, only="file"),
    Column(gettext_lazy("Day"), "day", "day", only="file"),
    Column(gettext_lazy("No."), "sequence", "integer", phone=True, look="text-secondary"),
    Column(
        gettext_lazy("Came"), "came_at", "moment", cell=lambda visit, _request: display.clock(visit.came_at), phone=True
    ),
    Column(pgettext_lazy("register", "Left"), "left_at", "moment", cell=left),
    Column(pgettext_lazy("register", "Kind"), "kind", "choice", look="text-nowrap"),
    Column(gettext_lazy("Customer"), guest, cell=guest_link, phone=True, look="fw-medium"),
    Column(gettext_lazy("Mobile"), phone, cell=phone_or_none, look="text-nowrap"),
    Column(pgettext_lazy("register", "People"), "party_size", "integer"),
    Column(gettext_lazy("Purpose"), "purpose", "choice", look="text-nowrap"),
    Column(pgettext_lazy("register", "Visit"), first_or_again, look="text-nowrap"),
    Column(pgettext_lazy("lead", "Source"), source, look="sub text-nowrap"),
    Column(gettext_lazy("Wants"), wants, look="text-nowrap"),
    Column(gettext_lazy("Adviser"), "adviser", cell=receiver, phone=True, look="text-nowrap"),
    Column(gettext_lazy("A card"), card_number, cell=card, look="text-nowrap"),
    Column(gettext_lazy("Note"), "note", only="file", width=30),
    Column(pgettext_lazy("register", "Void"), "void_reason", only="file", width=24),
    Column(
        gettext_lazy("Acts"), "pk", cell=acts_cell(VISIT, "row"), only="page", mute=True, phone=True, look="text-end"
    ),
)
RELATED = ("store", "customer", "adviser", "lead__series", "lead__variant", "source__parent")


def row_class(visit: ShowroomVisit) -> str:
    if visit.is_void:
        return "gone"
    return "lateR" if visit.is_unfilled else ""
