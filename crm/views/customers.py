"""Customer pages: the list, the file, and registering in two fields."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from crm import cells, listed
from crm.actions import customers as customer_actions
from crm.filters import CustomerFilter
from crm.forms import ContactPersonForm, CustomerForm, LookUpForm, PhoneForm, RegisterCustomerForm
from crm.models import Customer, Phone
from dms.core.refusals import Refusal
from dms.formats import wording
from dms.navigation import registry
from dms.views.lists import BaseListView
from dms.web.columns import Column
from dms.web.http import AuthenticatedHttpRequest, working_store
from dms.web.rights import requires_right


def visible(request: AuthenticatedHttpRequest, pk: int) -> Customer:
    rows = Customer.objects.visible_to(request.user)
    return get_object_or_404(rows, pk=pk)


class Customers(BaseListView):
    """Everybody the chosen store has dealt with."""

    model = Customer
    right = "crm.view"
    filterset_class = CustomerFilter
    export_key = "customers"
    columns = (
        Column(gettext_lazy("Name"), "name", cell=cells.customer_name, sort="name", phone=True),
        Column(
            gettext_lazy("Phone"),
            listed.masked_number,
            cell=cells.customer_phone,
            phone=True,
        ),
        Column(gettext_lazy("Cars"), listed.cars_in_words, cell=cells.customer_cars, phone=True, width=24),
        Column(
            gettext_lazy("Needs"),
            lambda customer: wording.listed(customer.needs),
            cell=cells.customer_needs,
            look="cut",
            width=24,
        ),
        Column(gettext_lazy("Stores"), lambda customer: listed.facts_of(customer).stores, look="sub"),
        Column(gettext_lazy("Registered"), "created_at", "date", sort="since"),
    )
    words = {
        "heading": gettext_lazy("Customers"),
        "search_hint": gettext_lazy("Name, initials, phone"),
        "empty_title": gettext_lazy("No customers yet"),
        "empty_text": gettext_lazy("Register the first one: name and phone are enough."),
        "new_label": gettext_lazy("Register"),
    }

    @classmethod
    def with_facts(cls, rows: QuerySet[Customer]) -> QuerySet[Customer]:
        with_facts: QuerySet[Customer] = listed.with_facts(rows)
        return with_facts

    @staticmethod
    def prepare(rows: list[Customer]) -> None:
        listed.tell(rows)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        new_url = reverse("crm:customer_new") if self.request.user.has_perm("crm.edit") else ""
        return super().get_context_data(new_url=new_url, **kwargs)


@requires_right("crm.edit")
def customer_new(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Two fields. Somebody we know by phone and name is recognised, not entered twice."""
    form = RegisterCustomerForm(request.POST or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            registered = customer_actions.register_customer(
                **form.cleaned_data, store=working_store(request), by=request.user
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            known, new = _("%(name)s is known already; this is the file."), _("%(name)s is registered.")
            messages.success(request, (known if registered.known else new) % {"name": registered.customer})
            return redirect("crm:customer", registered.customer.pk)
    context = {
        "form": form,
        "heading": _("Register a customer"),
        "cancel_url": reverse("crm:customers"),
        "look_up": LookUpForm(),
    }
    return render(request, "crm/customer_new.html", context, status=422 if form.errors else 200)


@require_safe
@requires_right("crm.view")
def customer_known(request: AuthenticatedHttpRequest) -> HttpResponse:
    """While the phone is being typed: whom of our stores does it belong to?"""
    known = []
    for number in customer_actions.phone_forms(request.GET.get("phone", "")):
        rows = Customer.objects.visible_to(request.user).filter(phones__number=number)
        known = list(rows.prefetch_related("ownerships__vehicle__variant")[:3])
    return render(request, "crm/_known.html", {"known": known})


@require_safe
@requires_right("crm.view")
def customer(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The whole customer on one page: facts, cars, people, and one timeline of everything."""
    customer = Customer.objects.visible_to(request.user).filter(pk=pk).first()
    if customer is None:  # a merged file leads to the one that stays
        whole = get_object_or_404(Customer.objects.visible_to(request.user), merged=pk)
        return redirect("crm:customer", whole.pk)
    prefetch_related_objects([customer], "phones")
    owned = list(customer.ownerships.select_related("vehicle__variant"))
    context = {
        "object": customer,
        "phones": customer.phones.all(),
        "cars": [one for one in owned if one.until is None],
        "former_cars": [one for one in owned if one.until is not None],
        "people": customer.people.all(),
        "stores": customer.stores.all(),
        "timeline": registry.timeline.of(customer, request.user)[:100],
        "phone_form": PhoneForm(),
    }
    return render(request, "crm/customer_detail.html", context)


@requires_right("crm.edit")
def customer_edit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    customer = visible(request, pk)
    form = CustomerForm(request.POST or None, instance=customer)
    if request.method == "POST" and form.is_valid():
        fresh = Customer.objects.get(pk=pk)
        customer_actions.change_customer(fresh, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("crm:customer", pk)
    context = {
        "form": form,
        "object": customer,
        "heading": _("Edit customer"),
        "cancel_url": reverse("crm:customer", args=[pk]),
    }
    return render(request, "generic/form.html", context, status=422 if form.errors else 200)


@require_POST
@requires_right("crm.edit")
def phone_add(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    customer = visible(request, pk)
    form = PhoneForm(request.POST)
    if not form.is_valid():
        raise Refusal(" ".join(str(error) for errors in form.errors.values() for error in errors), code="not_a_phone")
    facts = form.cleaned_data
    customer_actions.add_phone(
        customer, number=facts["number"], kind=facts["kind"], primary=facts["is_primary"], by=request.user
    )
    messages.success(request, _("Number added."))
    return redirect("crm:customer", pk)


def visible_phone(request: AuthenticatedHttpRequest, pk: int) -> Phone:
    rows = Customer.objects.visible_to(request.user)
    return get_object_or_404(Phone.objects.select_related("customer").filter(customer__in=rows), pk=pk)


@require_POST
@requires_right("crm.reveal")
def phone_reveal(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The whole number, once; who looked is in the log."""
    number = customer_actions.reveal_phone(visible_phone(request, pk), by=request.user)
    return render(request, "components/_phone.html", {"full": number})


@require_POST
@requires_right("crm.edit")
def phone_prefer(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    phone = customer_actions.prefer_phone(visible_phone(request, pk), by=request.user)
    return redirect("crm:customer", phone.customer_id)


@require_POST
@requires_right("crm.edit")
def phone_remove(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    phone = visible_phone(request, pk)
    customer_actions.remove_phone(phone, by=request.user)
    return redirect("crm:customer", phone.customer_id)


@requires_right("crm.edit")
def person_new(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Somebody round the customer: who decides, the family with birthdays, the driver."""
    customer = visible(request, pk)
    form = ContactPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        customer_actions.add_person(customer, by=request.user, **form.cleaned_data)
        return redirect("crm:customer", pk)
    context = {
        "form": form,
        "object": customer,
        "heading": _("Add a person"),
        "cancel_url": reverse("crm:customer", args=[pk]),
    }
    return render(request, "generic/form.html", context, status=422 if form.errors else 200)


@require_POST
@requires_right("crm.edit")
def look_up(request: AuthenticatedHttpRequest) -> HttpResponse:
    """A guest served elsewhere in the group, by an exact phone, plate or VIN."""
    form = LookUpForm(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    customer = customer_actions.look_up(text, store=working_store(request), by=request.user)
    messages.success(request, _("%(name)s was found in the group and is now known to your store.") % {"name": customer})
    return redirect("crm:customer", customer.pk)
