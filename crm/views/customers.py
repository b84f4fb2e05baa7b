"""Customer pages: the list, the file, and registering in two fields."""

from django.contrib import messages
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from crm import cells, consents, listed
from crm.actions import customers as customer_actions
from crm.actions import recognition
from crm.actions.customers import JoinFirst, Registered
from crm.acts import CUSTOMER, PHONE
from crm.filters import CustomerFilter
from crm.forms import LookUpForm, RegisterCustomerForm
from crm.models import Customer, Phone
from dms.core.acts import AnyForm
from dms.core.untyped import Fact, Option
from dms.formats import phones, wording
from dms.navigation import registry
from dms.views.lists import BaseListView
from dms.web.act_views import ActFormView, ActView
from dms.web.columns import Column
from dms.web.http import AuthenticatedHttpRequest, working_store
from dms.web.rights import RequiresRight, requires_right


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
            look="text-truncate",
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
        return listed.with_facts(rows)

    @staticmethod
    def prepare(rows: list[Customer]) -> None:
        listed.tell(rows)

    def get_context_data(self, **kwargs: Option) -> dict[str, object]:
        new_url = reverse("crm:customer_new") if self.request.user.has_perm("crm.edit") else ""
        return super().get_context_data(new_url=new_url, **kwargs)


class CustomerNew(RequiresRight, ActFormView[RegisterCustomerForm]):
    """Two fields. Somebody we know by phone and name is recognised, not entered twice."""

    right = "crm.edit"
    form_class = RegisterCustomerForm
    template_name = "crm/customer_new.html"
    places = {"not_a_phone": "phone", "join_first": "join"}

    def get_initial(self) -> dict[str, str]:
        return self.request.GET.dict()

    def act(self, **facts: Fact) -> Registered:
        return customer_actions.register_customer(**facts, store=working_store(self.request), by=self.request.user)

    def after(self, registered: Registered) -> str:
        known, new = _("%(name)s is known already; this is the file."), _("%(name)s is registered.")
        messages.success(self.request, (known if registered.known else new) % {"name": registered.customer})
        return reverse("crm:customer", args=[registered.customer.pk])

    def get_context_data(self, **context: object) -> dict[str, object]:
        cancel_url = reverse("crm:customers")
        return super().get_context_data(
            heading=_("Register a customer"), cancel_url=cancel_url, look_up=LookUpForm(), **context
        )


MOST_OFFERED = 5


@require_safe
@requires_right("crm.view")
def customer_known(request: AuthenticatedHttpRequest) -> HttpResponse:
    """While the phone is being typed: whom of our stores does it belong to? Of others only that somebody has it."""
    numbers = phones.parts(request.GET.get("phone", ""))
    everybody = Customer.objects.filter(phones__number__in=numbers, merged_into__isnull=True)
    mine = everybody.visible_to(request.user).prefetch_related("ownerships__vehicle__variant").order_by("pk")
    known = list(mine[:MOST_OFFERED])
    elsewhere = everybody.exclude(pk__in=mine.order_by().values("pk")).exists()
    return render(request, "crm/_known.html", {"known": known, "elsewhere": elsewhere})


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
        "consents": consents.words_of(customer),
        "timeline": registry.timeline.of(customer, request.user)[:100],
        "acts": CUSTOMER.offered(customer, request.user),
    }
    return render(request, "crm/customer_detail.html", context)


class CustomerAct(ActView):
    """An act on the file of a customer; a contact and a new car belong to the store one works in."""

    places = {
        "phone_known": "number",
        "plate_taken": "plate",
        "vin_known": "number",
        "plate_odd": "plate_confirmed",
        "vin_without_reason": "vin_reason",
        "no_result": "result",
        "no_next_time": "next_at",
        "next_in_past": "next_at",
        "nothing_said": "said",
        "person_unnamed": "name",
        "consent_without_text": "text_version",
    }
    AT_A_STORE = frozenset({"contact", "complain", "add_vehicle", "withdraw", "consent"})

    def act(self, **facts: object) -> object:
        at = {"store": working_store(self.request)} if self.name in self.AT_A_STORE else {}
        return super().act(**facts, **at)


class PhoneAct(ActView):
    """An act on a number; it stands on the file of its customer."""

    @property
    def page(self) -> str:
        assert isinstance(self.document, Phone)
        return reverse("crm:customer", args=[self.document.customer_id])


class PhoneReveal(RequiresRight, ActView):
    """The whole number, once, where it stood masked; who looked is in the log."""

    acts, name = PHONE, "reveal"
    right = PHONE["reveal"].right
    http_method_names = ["post"]

    def form_valid(self, form: AnyForm) -> HttpResponse:
        return render(self.request, "components/_phone.html", {"full": self.act()})


class LookUp(RequiresRight, ActFormView[LookUpForm]):
    """A guest served elsewhere in the group, by an exact phone, plate or VIN; asked back whether it is them."""

    right = "crm.edit"
    http_method_names = ["post"]
    form_class = LookUpForm

    def act(self, **facts: Fact) -> Customer:
        return recognition.look_up(**facts, store=working_store(self.request), by=self.request.user)

    def form_valid(self, form: LookUpForm) -> HttpResponse:
        """What is refused for another reason is said where the person was."""
        try:
            customer = self.act(**form.cleaned_data)
        except JoinFirst as asked:
            refusal = asked.told()
            self.say(form, "join" if refusal is asked else None, str(refusal.sentence))
            return self.form_invalid(form)
        return redirect(self.after(customer))

    def after(self, customer: Customer) -> str:
        sentence = _("%(name)s was found in the group and is now known to your store.")
        messages.success(self.request, sentence % {"name": customer})
        return reverse("crm:customer", args=[customer.pk])

    def get_context_data(self, **context: object) -> dict[str, object]:
        words = {"heading": _("Served elsewhere in the group?"), "cancel_url": reverse("crm:customer_new")}
        return super().get_context_data(**words, **context)
