"""Documents on paper: A card, C card, quote, order, delivery sheet."""

import base64
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.models import ContactPerson
from dms import pdf
from dms.access import needs
from dms.models import Attachment
from sales.actions.stock import live_allocation
from sales.models import Order, SignOff
from sales.views import deliveries, leads, orders, owner_cards, quotes


def answer(template: str, context: dict[str, Any], name: str, store: Any) -> HttpResponse:
    """The document as a file that browsers show."""
    content = pdf.render(template, {**context, "store": store}, title=name, foot=f"{store} · {name}")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def drawn(attachment: Attachment | None) -> str:
    """A picture as data, for the renderer that reads nothing else."""
    if attachment is None:
        return ""
    with attachment.file.open("rb") as file:
        return f"data:{attachment.content_type};base64,{base64.b64encode(file.read()).decode()}"


def decider(customer: Any) -> ContactPerson | None:
    return customer.people.filter(role=ContactPerson.Role.DECISION_MAKER).first()  # type: ignore[no-any-return]


@require_safe
@needs("sales.view")
def lead_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The A card in the layout of the trade."""
    found = leads.visible(request, pk)
    context = {"object": found, "rows": leads.contact_rows(found), "decider": decider(found.customer)}
    return answer("sales/lead_paper.html", context, found.number, found.store)


@require_safe
@needs("sales.view")
def quote_paper(request: HttpRequest, pk: int) -> HttpResponse:
    found = quotes.visible(request, pk)
    signs = [{"label": _("Customer"), "name": found.lead.customer}, {"label": _("Adviser"), "name": found.made_by}]
    context = {"object": found, "lines": found.lines.all(), "signs": signs}
    return answer("sales/quote_paper.html", context, f"{found.number}-V{found.version}", found.store)


@require_safe
@needs("sales.view")
def order_paper(request: HttpRequest, pk: int) -> HttpResponse:
    found = orders.visible(request, pk)
    lines = found.quote.lines.all() if found.quote else []
    signs = [
        {"label": _("Customer"), "name": found.customer},
        {"label": _("Adviser"), "name": found.adviser},
        {"label": _("Approved by"), "name": found.approved_by or ""},
    ]
    return answer(
        "sales/order_paper.html", {"object": found, "lines": lines, "signs": signs}, found.number, found.store
    )


@require_safe
@needs("sales.view")
def delivery_paper(request: HttpRequest, pk: int) -> HttpResponse:
    found = deliveries.visible(request, pk)
    signed = {row.department: row for row in found.sign_offs.select_related("by")}
    departments = [(label, signed.get(value)) for value, label in SignOff.Department.choices]
    kept = live_allocation(found.order)
    signs = [{"label": _("Customer"), "name": found.confirmed_name, "image": drawn(found.signature)}]
    context = {
        "object": found,
        "order": found.order,
        "car": kept.car if kept else None,
        "departments": departments,
        "signs": signs,
    }
    return answer("sales/delivery_paper.html", context, found.number, found.store)


@require_safe
@needs("sales.view")
def owner_card_paper(request: HttpRequest, pk: int) -> HttpResponse:
    found = owner_cards.visible(request, pk)
    order: Order | None = found.order
    context = {
        "object": found,
        "rows": owner_cards.contacts(found),
        "decider": decider(found.customer),
        "price": order.total if order else None,
        "due": order.invoice.due if order and order.invoice else None,
    }
    return answer("sales/owner_card_paper.html", context, found.number, found.store)
