"""Documents of sales on paper: A card, C card, quote, order, delivery sheet."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from crm.models import ContactPerson, Customer
from crm.pdfs import numbers
from dms.core.untyped import Facts
from dms.models import Store, User
from dms.web.pdf import Paper, picture
from sales.actions.allocation import live_allocation
from sales.models import DeliverySheet, Lead, Order, OwnerCard, Quote, ShowroomVisit, SignOff
from sales.register_counts import count as count_lines


def _pdf(template: str, context: Mapping[str, object], name: str, store: Store, size: str = "A4") -> Paper:
    return Paper(template, {**context, "store": store}, name, f"{store} · {name}", size)


def _decider(customer: Customer) -> ContactPerson | None:
    return customer.people.filter(role=ContactPerson.Role.DECISION_MAKER).first()


def lead(lead: Lead, user: User, *, whole: bool | None = None) -> Paper:
    """The A card in the layout of the trade: its contact rows in the order they happened."""
    rows = list(reversed(lead.contacts.select_related("by", "reviewed_by")))
    context: Facts = {"object": lead, "rows": rows, "decider": _decider(lead.customer)}
    context |= numbers(lead.customer, user, paper=lead.number, whole=whole)
    return _pdf("sales/lead_pdf.html", context, lead.number, lead.store)


def quote(quote: Quote, user: User, *, whole: bool | None = None) -> Paper:
    signs = [{"label": _("Customer"), "name": quote.lead.customer}, {"label": _("Adviser"), "name": quote.made_by}]
    context: Facts = {"object": quote, "lines": quote.lines.all(), "signs": signs, "sums": quote.sums}
    context |= numbers(quote.lead.customer, user, paper=quote.number, whole=whole)
    return _pdf("sales/quote_pdf.html", context, f"{quote.number}-V{quote.version}", quote.store)


def order(order: Order, user: User, *, whole: bool | None = None) -> Paper:
    signs = [
        {"label": _("Customer"), "name": order.customer},
        {"label": _("Adviser"), "name": order.adviser},
        {"label": _("Approved by"), "name": order.approved_by or ""},
    ]
    context: Facts = {
        "object": order,
        "lines": order.quote.lines.all() if order.quote else [],
        "signs": signs,
        "allocation": live_allocation(order),
    }
    context |= numbers(order.customer, user, paper=order.number, whole=whole, contract=True)
    return _pdf("sales/order_pdf.html", context, order.number, order.store)


def register(store: Store, day: date) -> Paper:
    """The lines of a day, the first at the top; lines by mistake with why, so that no number is missing."""
    rows = list(
        ShowroomVisit.objects.filter(store=store)
        .on(day)
        .select_related("customer", "adviser", "lead__series", "lead__variant", "source__parent")
        .prefetch_related("customer__phones")
        .order_by("sequence")
    )
    context = {"day": day, "rows": rows, "counts": count_lines(rows)}
    name = f"register-{day:%Y-%m-%d}"
    return _pdf("sales/register_pdf.html", context, name, store, "A4 landscape")


def delivery(sheet: DeliverySheet, user: User, *, whole: bool | None = None) -> Paper:
    """The four departments' signatures, the car, and the customer's."""
    signed = {row.department: row for row in sheet.sign_offs.select_related("by")}
    allocation = live_allocation(sheet.order)
    context: Facts = {
        "object": sheet,
        "order": sheet.order,
        "allocation": allocation,
        "car": allocation.car if allocation else None,
        "departments": [(label, signed.get(value)) for value, label in SignOff.Department.choices],
        "signs": [{"label": _("Customer"), "name": sheet.confirmed_name, "image": picture(sheet.signature)}],
    }
    context |= numbers(sheet.order.customer, user, paper=sheet.number, whole=whole)
    return _pdf("sales/delivery_pdf.html", context, sheet.number, sheet.store)


def owner_card(card: OwnerCard, user: User, *, whole: bool | None = None) -> Paper:
    """The C card, with every contact since the car was theirs."""
    order: Order | None = card.order
    context: Facts = {
        "object": card,
        "rows": card.contacts(),
        "decider": _decider(card.customer),
        "order": order,
        "due": order.invoice.due if order and order.invoice else None,
    }
    context |= numbers(card.customer, user, paper=card.number, whole=whole)
    return _pdf("sales/owner_card_pdf.html", context, card.number, card.store)
