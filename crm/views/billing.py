"""The cashier's pages: what is open, one account, taking money in two clicks, giving it back with a reason, receipts."""

from functools import cached_property

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from crm import cells, pdfs
from crm.acts import INVOICE
from crm.filters import InvoiceFilter
from crm.models import Invoice, Payment
from dms.navigation.layout import trail
from dms.views.lists import BaseListView
from dms.views.redirects import is_ours
from dms.web.act_views import ActView
from dms.web.columns import Column
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right
from dms.web.segments import Segment


def visible(request: AuthenticatedHttpRequest, pk: int) -> Invoice:
    rows = Invoice.objects
    return get_object_or_404(rows.visible_to(request.user).select_related("store", "customer", "credit_by"), pk=pk)


class Invoices(BaseListView):
    """Accounts of the store; the unpaid ones first, unless another filter is chosen."""

    model = Invoice
    right = "billing.take"
    filterset_class = InvoiceFilter
    export_key = "invoices"
    related = ("customer", "store")
    opens_on = (
        Segment(pgettext_lazy("accounts", "Open"), "unpaid=true"),
        Segment(gettext_lazy("Paid"), "unpaid=false"),
        Segment(gettext_lazy("All"), "q="),
    )
    columns = (
        Column(gettext_lazy("Number"), "number", link="crm:invoice", sort="number", phone=True, look="code"),
        Column(gettext_lazy("Customer"), "customer", phone=True),
        Column(pgettext_lazy("invoice", "For"), "subject", look="cut-s", width=24),
        Column(gettext_lazy("Document"), "subject_number", look="code"),
        Column(gettext_lazy("Amount (CNY)"), "total", "money", sort="total"),
        Column(pgettext_lazy("money", "Paid"), "paid", "money"),
        Column(pgettext_lazy("money", "Due"), "due", "money", cell=cells.due, look="fw-semibold", phone=True),
        Column(gettext_lazy("Since"), "opened_at", "age", sort="opened", look="text-secondary"),
        Column(gettext_lazy("Acts"), "pk", cell=cells.till, look="text-end", only="page", mute=True),
    )
    words = {
        "heading": gettext_lazy("Cashier"),
        "search_hint": gettext_lazy("Number, name, phone"),
        "empty_title": gettext_lazy("Nothing is open"),
        "empty_text": gettext_lazy("Orders and settled work orders appear here until they are paid."),
    }


@require_safe
@requires_right("billing.take")
def invoice(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One account: what is owed, what came, what went back; the agreed deposit, later the rest, is filled in."""
    invoice = visible(request, pk)
    offers = INVOICE.offered(invoice, request.user)
    context = {
        "object": invoice,
        "offers": {name: offer for name, offer in offers.items() if not offer.why_not},
        "stays": offers["refund"].why_not if invoice.paid > 0 and "refund" in offers else "",
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


@require_safe
@requires_right("billing.take")
def receipt_pdf(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The receipt of a payment on paper."""
    rows = Payment.objects
    visible_rows = rows.visible_to(request.user).select_related("invoice__store", "invoice__customer", "by")
    payment: Payment = get_object_or_404(visible_rows, pk=pk)
    return pdfs.receipt(payment, request.user).answer()
