"""The cashier's pages: what is open, one account, taking money in two clicks, giving it back with a reason, receipts."""

from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from crm import pdfs
from crm.acts import INVOICE
from crm.filters import InvoiceFilter
from crm.models import Invoice, Payment
from dms.formats import display
from dms.navigation.layout import trail
from dms.views.lists import BaseListView
from dms.views.redirects import is_ours
from dms.web.act_views import ActView
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right


def visible(request: AuthenticatedHttpRequest, pk: int) -> Invoice:
    rows = Invoice.objects
    return get_object_or_404(rows.visible_to(request.user).select_related("store", "customer", "credit_by"), pk=pk)


class Invoices(BaseListView):
    """Accounts of the store; the unpaid ones first, unless another filter is chosen."""

    model = Invoice
    right = "billing.take"
    template_name = "crm/invoice_list.html"
    row_template = "crm/_invoice_row.html"
    filterset_class = InvoiceFilter
    related = ("customer", "store")
    words = {
        "heading": gettext_lazy("Cashier"),
        "search_hint": gettext_lazy("Number, name, phone"),
        "empty_title": gettext_lazy("Nothing is open"),
        "empty_text": gettext_lazy("Orders and settled work orders appear here until they are paid."),
    }

    def rows(self) -> Any:
        invoices: Any = super().rows()
        return invoices if self.request.GET else invoices.unpaid()


@require_safe
@requires_right("billing.take")
def invoice(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One account: what is owed, what came, what went back; the agreed deposit, later the rest, is filled in."""
    invoice = visible(request, pk)
    context = {
        "object": invoice,
        "acts": INVOICE.offered(invoice, request.user),
        "lines": invoice.lines.all(),
        "payments": invoice.payments.select_related("by"),
        "refunds": invoice.refunds.select_related("by"),
        "crumbs": trail("crm:invoices", invoice.number),
    }
    return render(request, "crm/invoice_detail.html", context)


class CreditAct(ActView):
    """Credit on an account. Afterwards one is back at the document whose page asked for it (``?back=``)."""

    @property
    def page(self) -> str:
        """Whence one came; else the account, or its customer for those who keep no till."""
        if is_ours(self.request, self.request.GET.get("back", "")):
            return self.request.GET["back"]
        if self.request.user.has_perm("billing.take"):
            return super().page
        return reverse("crm:customer", args=[self.document.customer_id])

    @cached_property
    def document(self) -> Invoice:
        return visible(self.request, self.kwargs["pk"])

    def get_context_data(self, **context: object) -> dict[str, Any]:
        words = {"approve_credit": asked_of, "withdraw_credit": warning_of}[self.name](self.document)
        return super().get_context_data(**context) | words


def asked_of(invoice: Invoice) -> dict[str, Any]:
    """What is asked before a customer may pay later."""
    facts = {"due": display.yuan(invoice.due), "number": invoice, "name": invoice.customer, "subject": invoice.subject}
    note = _("%(name)s owes %(due)s on %(number)s: %(subject)s.") % facts
    return {"form_note": note, "submit_label": pgettext("verb", "Approve")}


def warning_of(invoice: Invoice) -> dict[str, Any]:
    """What the end of a credit means."""
    text = _("%(due)s is due at once then; a car that is still here does not leave before it is paid.")
    return {
        "text": text % {"due": display.yuan(invoice.due)},
        "submit_label": pgettext("verb", "Withdraw"),
        "danger": True,
    }


@require_safe
@requires_right("billing.take")
def receipt(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The receipt of a payment on paper."""
    rows = Payment.objects
    visible_rows = rows.visible_to(request.user).select_related("invoice__store", "invoice__customer", "by")
    payment: Payment = get_object_or_404(visible_rows, pk=pk)
    return pdfs.receipt(payment).answer()
