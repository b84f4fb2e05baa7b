"""Documents of the workshop on paper: commission, settlement sheet, gate pass."""

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales.models import WorkOrder
from aftersales.work_order_page import WorkOrderPage, work_order_page
from crm.pdfs import numbers
from dms.core.untyped import Facts
from dms.models import User
from dms.web.pdf import Paper, picture


def commission(order: WorkOrder, user: User, *, whole: bool | None = None) -> Paper:
    """Lines, choices, terms and signature, in two copies. It is the customer's contract, with their number."""
    copies = [_("Customer’s copy"), _("Store’s copy")]
    shows = numbers(order.customer, user, paper=order.number, whole=whole, contract=True)
    context = {**_about(order, user), "signs": _signs(order), "copies": copies, **shows}
    return Paper("aftersales/work_order_pdf.html", context, order.number, foot=order.number)


def settlement(order: WorkOrder, user: User) -> Paper:
    """Every fee, who pays it, the next maintenance.

    :raises Http404: when the order is not settled.
    """
    about = _about(order, user)
    page: WorkOrderPage = about["page"]
    if page.money.settlement is None:
        raise Http404(order.number)
    name = page.money.settlement.number
    return Paper("aftersales/settlement_pdf.html", {**about, "signs": _signs(order)}, name, foot=name)


def gate_pass(order: WorkOrder, user: User) -> Paper:
    """The slip for the guard.

    :raises Http404: when there is none yet.
    """
    about = _about(order, user)
    page: WorkOrderPage = about["page"]
    if page.money.gate_pass is None:
        raise Http404(order.number)
    name = page.money.gate_pass.number
    return Paper("aftersales/gate_pass_pdf.html", about, name, foot=name, size="A5")


def _about(order: WorkOrder, user: User) -> Facts:
    return {"object": order, "store": order.store, "page": work_order_page(order, user, timezone.now())}


def _signs(order: WorkOrder) -> list[dict[str, str]]:
    """Who signs: the customer (drawn on the screen, when it was), and the adviser."""
    return [
        {"label": _("Customer"), "name": order.signed_name, "image": picture(order.signature)},
        {"label": _("Service adviser"), "name": str(order.adviser), "image": ""},
    ]
