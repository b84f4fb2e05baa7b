"""How customers and cars are named on a page. ``{% load crm %}``: ``phone_of file_of car``."""

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from crm.models import Customer, Phone, Vehicle
from dms.templatetags.dms import phone_reveal, plate, row_url

register = template.Library()
PAGES = {Customer: "crm:customer", Vehicle: "crm:vehicle"}


@register.simple_tag(takes_context=True)
def phone_of(context: Context, phone: Phone) -> SafeString:
    """The number, masked; who may see it whole gets the button that shows it and writes down that it was shown."""
    url = row_url("crm:phone_reveal", phone.pk) if "crm.reveal" in context["user"].rights else ""
    return phone_reveal(phone.number, url)


@register.simple_tag(takes_context=True)
def file_of(context: Context, what: Customer | Vehicle, text: str = "", style: str = "") -> SafeString:
    """Its name (or ``text``), and the way to its file for who may open it; ``style`` is the class of either."""
    marked = format_html(' class="{}"', style) if style else ""
    if "crm.view" in context["user"].rights:
        return format_html('<a{} href="{}">{}</a>', marked, row_url(PAGES[type(what)], what.pk), text or what)
    return format_html("<span{}>{}</span>", marked, text or what)


@register.simple_tag
def car(vehicle: Vehicle, size: str = "") -> SafeString | str:
    """The number plate, or by what else the car is known before it has one."""
    return plate(vehicle.plate, size=size) if vehicle.plate else str(vehicle)
