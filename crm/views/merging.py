"""Two files of one person: found by number or name, compared side by side, made one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm import listed
from crm.actions import merging
from crm.comparison import compare
from crm.forms import MergeForm
from crm.models import Customer
from crm.views.customers import visible
from dms.core.refusals import Refusal
from dms.formats import query_params
from dms.navigation.layout import trail
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right

MOST = 20


@require_safe
@requires_right("crm.manage")
def duplicates(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Files that may be of the same person: those with a number or the name in common, or what one searches for."""
    customer, text = visible(request, pk), request.GET.get("q", "").strip()
    rows = Customer.objects.visible_to(request.user)
    rows = rows.matching(text).exclude(pk=pk) if text else rows.like(customer)
    candidates = list(listed.with_facts(rows.order_by("pk"))[:MOST])
    listed.tell(candidates)
    context = {"object": customer, "rows": candidates, "q": text, "crumbs": trail("crm:customers", customer.name)}
    return render(request, "crm/customer_duplicates.html", context)


@requires_right("crm.manage")
def merge(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """This file and another one (``?other=``) side by side: which of them stays, and why they are one person."""
    customer, other = visible(request, pk), query_params.number(request.GET.get("other"))
    if other is None or other == pk:
        return redirect("crm:customer_duplicates", pk)
    duplicate = visible(request, other)
    form = MergeForm(request.POST or None, files=(customer, duplicate))
    if request.method == "POST" and form.is_valid():
        into, gone = (customer, duplicate) if form.cleaned_data["stays"] == str(pk) else (duplicate, customer)
        try:
            merging.merge_customers(gone, into=into, reason=form.cleaned_data["reason"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("Both files of %(name)s are one now.") % {"name": into})
            return redirect("crm:customer", into.pk)
    context = {
        "form": form,
        "object": customer,
        "other": duplicate,
        "rows": compare(customer, duplicate),
        "heading": _("Are these one person?"),
        "submit_label": _("Merge the files"),
        "cancel_url": reverse("crm:customer_duplicates", args=[pk]),
    }
    return render(request, "crm/customer_merge.html", context, status=422 if form.errors else 200)
