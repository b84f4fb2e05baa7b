"""Two files of one person: found by number or name, compared side by side, made one."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm import listed
from crm.acts import CUSTOMER, MERGE
from crm.comparison import compare
from crm.forms import MergeForm
from crm.models import Customer, CustomerMerge
from crm.views.customers import visible
from dms.core.acts import AnyForm, Offer
from dms.core.untyped import Option
from dms.formats import query_params
from dms.navigation.layout import trail
from dms.web.act_views import ActView
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import RequiresRight, requires_right

MOST = 20
MOST_MERGES = 5


@dataclass(frozen=True)
class Merged:
    """A file that was merged into this one, with the way back."""

    merge: CustomerMerge
    acts: Mapping[str, Offer[CustomerMerge]]


@require_safe
@requires_right("crm.manage")
def duplicates(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Files that may be of the same person: those with a number or the name in common, or what one searches for."""
    customer, text = visible(request, pk), request.GET.get("q", "").strip()
    rows = Customer.objects.visible_to(request.user)
    rows = rows.matching(text).exclude(pk=pk) if text else rows.like(customer)
    candidates = list(listed.with_facts(rows.order_by("pk"))[:MOST])
    listed.tell(candidates)
    merges = CustomerMerge.objects.visible_to(request.user).of_file(customer)[:MOST_MERGES]
    context = {
        "object": customer,
        "rows": candidates,
        "q": text,
        "merges": [Merged(merge, MERGE.offered(merge, request.user)) for merge in merges],
        "crumbs": trail("crm:customers", customer.name),
    }
    return render(request, "crm/customer_duplicates.html", context)


class Merge(RequiresRight, ActView):
    """This file and another one (``?other=``) side by side: which of them stays, and why they are one person."""

    acts, name = CUSTOMER, "merge"
    right = CUSTOMER["merge"].right

    @property
    def other(self) -> int | None:
        other = query_params.number(self.request.GET.get("other") or self.request.POST.get("other"))
        return None if other == self.kwargs["pk"] else other

    def get(self, *args: object, **kwargs: object) -> HttpResponse:
        return super().get(*args, **kwargs) if self.other else self.choose()

    def post(self, *args: Option, **kwargs: Option) -> HttpResponse:
        return super().post(*args, **kwargs) if self.other else self.choose()

    def choose(self) -> HttpResponse:
        """The other file is named first."""
        return redirect("crm:customer_duplicates", self.document.pk)

    @cached_property
    def files(self) -> tuple[Customer, Customer]:
        assert self.other is not None
        return visible(self.request, self.kwargs["pk"]), visible(self.request, self.other)

    def get_form(self, form_class: type[AnyForm] | None = None) -> AnyForm:
        form = super().get_form(form_class)
        assert isinstance(form, MergeForm)
        form.between(*self.files)
        return form

    def act(self, **facts: object) -> object:
        return super().act(**facts, other=self.files[1])

    def get_context_data(self, **context: object) -> dict[str, object]:
        return super().get_context_data(other=self.files[1], rows=compare(*self.files), **context) | {
            "heading": _("Are these one person?"),
            "cancel_url": reverse("crm:customer_duplicates", args=[self.document.pk]),
        }
