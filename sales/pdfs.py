"""Documents of sales on paper: A card, C card, quote, order, delivery sheet."""

from typing import Any

from django.utils.translation import gettext as _

from crm.models import ContactPerson, Customer
from dms.models import Store
from dms.web.pdf import Paper, picture
from sales.actions.allocation import live_allocation
from sales.models import DeliverySheet, Lead, Order, OwnerCard, Quote, SignOff


def _pdf(template: str, context: dict[str, Any], name: str, store: Store) -> Paper:
    return Paper(template, {**context, "store": store}, name, foot=f"{store} · {name}")


def _decider(customer: Customer) -> ContactPerson | None:
    return customer.people.filter(role=ContactPerson.Role.DECISION_MAKER).first()


def lead(found: Lead) -> Paper:
    """The A card in the layout of the trade: its contact rows in the order they happened."""
    rows = list(reversed(found.visits.select_related("by", "reviewed_by")))
    context = {"object": found, "rows": rows, "decider": _decider(found.customer)}
    return _pdf("sales/lead_pdf.html", context, found.number, found.store)


def quote(found: Quote) -> Paper:
    signs = [{"label": _("Customer"), "name": found.lead.customer}, {"label": _("Adviser"), "name": found.made_by}]
    context = {"object": found, "lines": found.lines.all(), "signs": signs}
    return _pdf("sales/quote_pdf.html", context, f"{found.number}-V{found.version}", found.store)


def order(found: Order) -> Paper:
    signs = [
        {"label": _("Customer"), "name": found.customer},
        {"label": _("Adviser"), "name": found.adviser},
        {"label": _("Approved by"), "name": found.approved_by or ""},
    ]
    context = {"object": found, "lines": found.quote.lines.all() if found.quote else [], "signs": signs}
    return _pdf("sales/order_pdf.html", context, found.number, found.store)


def delivery(found: DeliverySheet) -> Paper:
    """The four departments' signatures, the car, and the customer's."""
    signed = {row.department: row for row in found.sign_offs.select_related("by")}
    kept = live_allocation(found.order)
    context = {
        "object": found,
        "order": found.order,
        "car": kept.car if kept else None,
        "departments": [(label, signed.get(value)) for value, label in SignOff.Department.choices],
        "signs": [{"label": _("Customer"), "name": found.confirmed_name, "image": picture(found.signature)}],
    }
    return _pdf("sales/delivery_pdf.html", context, found.number, found.store)


def owner_card(found: OwnerCard) -> Paper:
    """The C card, with every contact since the car was theirs."""
    order: Order | None = found.order
    context = {
        "object": found,
        "rows": found.contacts(),
        "decider": _decider(found.customer),
        "price": order.total if order else None,
        "due": order.invoice.due if order and order.invoice else None,
    }
    return _pdf("sales/owner_card_pdf.html", context, found.number, found.store)
