"""The cashier's pages: what is open, one account, taking money in two clicks, giving it back with a reason, receipts."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST, require_safe

from crm import pdfs
from crm.actions import billing as acts
from crm.billing_forms import CreditEndForm, CreditForm, PaymentForm, RefundForm
from crm.filters import InvoiceFilter
from crm.models import Invoice, Payment
from dms.core.refusals import Refusal
from dms.formats import display
from dms.navigation.layout import trail
from dms.views.lists import BaseListView
from dms.views.redirects import is_ours
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right


def visible(request: AuthenticatedHttpRequest, pk: int) -> Invoice:
    rows = Invoice.objects
    found: Invoice = get_object_or_404(
        rows.visible_to(request.user).select_related("store", "customer", "credit_by"), pk=pk
    )
    return found


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
        found: Any = super().rows()
        return found if self.request.GET else found.unpaid()


@require_safe
@requires_right("billing.take")
def invoice(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One account: what is owed, what came, what went back; the agreed deposit, later the rest, is filled in."""
    found = visible(request, pk)
    context = {
        "object": found,
        "lines": found.lines.all(),
        "payments": found.payments.select_related("by"),
        "refunds": found.refunds.select_related("by"),
        "payment_form": PaymentForm(
            initial={"amount": found.asked, "key": uuid.uuid4().hex, "method": Payment.Method.WECHAT}
        ),
        "refund_form": RefundForm(initial={"amount": found.paid, "key": uuid.uuid4().hex}, auto_id="refund-%s"),
        "crumbs": trail("crm:invoices", found.number),
    }
    return render(request, "crm/invoice_detail.html", context)


def said_wrong(form: Any) -> Refusal:
    return Refusal(" ".join(str(error) for errors in form.errors.values() for error in errors), code="not_filled_in")


@require_POST
@requires_right("billing.take")
def take(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Money comes in."""
    found, form = visible(request, pk), PaymentForm(request.POST)
    if not form.is_valid():
        raise said_wrong(form)
    payment = acts.take_payment(found, by=request.user, **form.cleaned_data)
    messages.success(request, _("%(sum)s taken.") % {"sum": display.yuan(payment.amount)})
    return redirect("crm:invoice", pk)


@require_POST
@requires_right("billing.take")
def refund(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Money goes back, with the reason."""
    found, form = visible(request, pk), RefundForm(request.POST)
    if not form.is_valid():
        raise said_wrong(form)
    made = acts.refund(found, by=request.user, **form.cleaned_data)
    messages.success(request, _("%(sum)s given back.") % {"sum": display.yuan(made.amount)})
    return redirect("crm:invoice", pk)


def whence(request: AuthenticatedHttpRequest, invoice: Invoice) -> str:
    """The document whose page asked for the credit; else the account, or its customer for those who keep no till."""
    if is_ours(request, request.GET.get("back", "")):
        return request.GET["back"]
    if request.user.has_perm("billing.take"):
        return reverse("crm:invoice", args=[invoice.pk])
    return reverse("crm:customer", args=[invoice.customer_id])


@requires_right("billing.credit")
def credit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The customer may pay later: until when, and why."""
    found = visible(request, pk)
    form = CreditForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.approve_credit(found, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("%(name)s may pay later.") % {"name": found.customer})
            return redirect(whence(request, found))
    owed = {"due": display.yuan(found.due), "number": found, "name": found.customer, "subject": found.subject}
    context = {
        "form": form,
        "heading": _("Approve credit"),
        "form_note": _("%(name)s owes %(due)s on %(number)s: %(subject)s.") % owed,
        "submit_label": pgettext("verb", "Approve"),
        "cancel_url": whence(request, found),
    }
    return render(request, "generic/form.html", context, status=422 if form.errors else 200)


@requires_right("billing.credit")
def credit_end(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The credit ends before its day, and why."""
    found = visible(request, pk)
    form = CreditEndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.withdraw_credit(found, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("The credit has ended: %(due)s is due.") % {"due": display.yuan(found.due)})
            return redirect(whence(request, found))
    context = {
        "form": form,
        "heading": _("Withdraw the credit"),
        "text": _("%(due)s is due at once then; a car that is still here does not leave before it is paid.")
        % {"due": display.yuan(found.due)},
        "submit_label": pgettext("verb", "Withdraw"),
        "danger": True,
        "cancel_url": whence(request, found),
    }
    return render(request, "generic/confirm.html", context, status=422 if form.errors else 200)


@require_safe
@requires_right("billing.take")
def receipt(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The receipt of a payment on paper."""
    rows = Payment.objects
    seen = rows.visible_to(request.user).select_related("invoice__store", "invoice__customer", "by")
    payment: Payment = get_object_or_404(seen, pk=pk)
    return pdfs.receipt(payment).answer()
