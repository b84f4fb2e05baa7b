"""What customers and vehicles can be narrowed by, on the page and in the API alike."""

from functools import partial

import django_filters as filters
from django.core.validators import RegexValidator
from django.db.models import F, Q, QuerySet
from django.forms import HiddenInput
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm import kept_promises, satisfaction
from crm.models import (
    Cadence,
    CareChannel,
    Complaint,
    ComplaintKind,
    Contact,
    Customer,
    FollowUp,
    Invoice,
    Letter,
    Payment,
    Questionnaire,
    RecallEntry,
    Result,
    Survey,
    SurveyPerson,
    Trigger,
    Vehicle,
)
from crm.models.billing import InvoiceQuerySet
from crm.models.care import FollowUpQuerySet
from crm.models.complaints import TWO_WEEKS, ComplaintQuerySet
from crm.models.customers import CustomerQuerySet, called_so, reached_by_post
from crm.models.recall import UNADDRESSED
from crm.models.surveys import SurveyQuerySet
from crm.models.vehicles import VehicleQuerySet
from dms.formats import query_params
from dms.models import Brand
from dms.models.catalogue import Energy
from dms.web.filters import OpenOf, Since, StoreScopedFilter, Until

OPINIONS = (
    ("promoter", pgettext_lazy("surveys", "Would bring others")),
    ("passive", pgettext_lazy("surveys", "Undecided")),
    ("detractor", pgettext_lazy("surveys", "Would warn others")),
)
MONTH = r"^20\d\d-(0[1-9]|1[0-2])$"
"""A month as ``2026-11``."""


class CustomerFilter(filters.FilterSet):
    """Name, pinyin initials or part of a phone number; kind; what is missing."""

    q = filters.CharFilter(method="search", label=pgettext_lazy("filter", "Search"))
    kind = filters.ChoiceFilter(choices=Customer.Kind.choices, label=_("Kind"))
    has_car = filters.BooleanFilter(method="with_car", label=_("Has a car"))
    doubled = filters.BooleanFilter(method="with_double", label=_("Possible duplicates"))
    ordering = filters.OrderingFilter(fields={"name_key": "name", "created_at": "since"})

    class Meta:
        model = Customer
        fields: tuple[str, ...] = ()

    def search(self, rows: CustomerQuerySet, _name: str, value: str) -> CustomerQuerySet:
        return rows.matching(value) if value.strip() else rows

    def with_double(self, rows: CustomerQuerySet, _name: str, value: bool) -> CustomerQuerySet:  # noqa: FBT001
        return rows.doubled() if value else rows.exclude(pk__in=rows.doubled())

    def with_car(self, rows: CustomerQuerySet, _name: str, value: bool) -> CustomerQuerySet:  # noqa: FBT001
        owns = Q(ownerships__until__isnull=True, ownerships__isnull=False)
        return rows.filter(owns).distinct() if value else rows.exclude(owns)


class VehicleFilter(filters.FilterSet):
    """Plate, VIN tail or owner; make; what drives it; whether it is still on the road."""

    q = filters.CharFilter(method="search", label=pgettext_lazy("filter", "Search"))
    brand = filters.ModelChoiceFilter(
        field_name="variant__series__brand", queryset=Brand.objects.all(), label=_("Brand")
    )
    energy = filters.ChoiceFilter(choices=Energy.choices, label=_("Energy"))
    gone = filters.BooleanFilter(label=_("Gone"))
    ordering = filters.OrderingFilter(
        fields={
            "plate": "plate",
            "insurance_until": "insurance",
            "inspection_until": "inspection",
            "created_at": "since",
        }
    )

    class Meta:
        model = Vehicle
        fields: tuple[str, ...] = ()

    def search(self, rows: VehicleQuerySet, _name: str, value: str) -> VehicleQuerySet:
        return rows.matching(value) if value.strip() else rows


class FollowUpFilter(filters.FilterSet):
    """Follow-ups by status, rule and channel; what is overdue; whose; a customer or car."""

    q = filters.CharFilter(method="search", label=pgettext_lazy("filter", "Search"))
    status = filters.ChoiceFilter(choices=FollowUp.Status.choices, label=_("Status"))
    trigger = filters.ChoiceFilter(field_name="cadence__trigger", choices=Trigger.choices, label=_("Counts from"))
    channel = filters.ChoiceFilter(choices=CareChannel.choices, label=_("Channel"))
    overdue = filters.BooleanFilter(method="late", label=_("Overdue"))
    ended_why = filters.ChoiceFilter(choices=FollowUp.Why.choices, label=_("How it ended"))
    nobodys = filters.BooleanFilter(field_name="assignee", lookup_expr="isnull", label=_("Nobody’s"))
    since = Since("due_from", label=pgettext_lazy("period", "From"))
    due_by = filters.DateTimeFilter(field_name="due_from", lookup_expr="lte", label=_("Due by"))
    fell_due = filters.CharFilter(
        method="of_month", validators=[RegexValidator(MONTH)], label=_("Fell due in"), widget=HiddenInput
    )
    became = filters.ChoiceFilter(
        choices=[*kept_promises.HOWS.items()], method="which_became", label=_("What became of it"), widget=HiddenInput
    )
    cadence = filters.ModelChoiceFilter(queryset=Cadence.objects.all(), label=_("Cadence"), widget=HiddenInput)
    caller = filters.NumberFilter(method="called_by", label=pgettext_lazy("care", "Who"), widget=HiddenInput)
    vehicle = filters.NumberFilter(field_name="vehicle_id", label=_("Vehicle"), widget=HiddenInput)
    customer = filters.NumberFilter(field_name="customer_id", label=_("Customer"), widget=HiddenInput)
    open_of = OpenOf("calls")
    deputed_to = OpenOf("deputed_calls")
    ordering = filters.OrderingFilter(fields={"due_from": "due", "due_until": "until"})

    class Meta:
        model = FollowUp
        fields: tuple[str, ...] = ()

    def search(self, rows: FollowUpQuerySet, _name: str, value: str) -> FollowUpQuerySet:
        return rows.filter(of_people_and_cars(value)) if value.strip() else rows

    def of_month(self, rows: FollowUpQuerySet, _name: str, value: str) -> FollowUpQuerySet:
        month = query_params.month(value)
        return kept_promises.fell_due(rows, first=month, last=month, at=timezone.now()) if month else rows.none()

    def which_became(self, rows: FollowUpQuerySet, _name: str, value: str) -> FollowUpQuerySet:
        return rows.filter(kept_promises.became(value, timezone.now()))

    def called_by(self, rows: FollowUpQuerySet, _name: str, value: int) -> FollowUpQuerySet:
        """The deputy where there is one; 0 is what lies with nobody."""
        nobody = Q(assignee__isnull=True, deputy__isnull=True)
        return rows.filter(Q(deputy=value) | Q(assignee=value, deputy__isnull=True) if value else nobody)

    def late(self, rows: FollowUpQuerySet, _name: str, value: bool) -> FollowUpQuerySet:  # noqa: FBT001
        return rows.overdue(timezone.now()) if value else rows.exclude(pk__in=rows.overdue(timezone.now()))


class ComplaintFilter(filters.FilterSet):
    """Complaints by state, class and person; what is live or overdue; when they were taken down; a customer."""

    q = filters.CharFilter(method="search", label=pgettext_lazy("filter", "Search"))
    live = filters.BooleanFilter(method="only_live", label=pgettext_lazy("complaint", "Live"))
    overdue = filters.BooleanFilter(method="late", label=_("Overdue"))
    status = filters.ChoiceFilter(choices=Complaint.Status.choices, label=_("Status"))
    kind = filters.ModelChoiceFilter(queryset=ComplaintKind.objects.all(), label=_("Class"))
    since = Since("opened_at", label=pgettext_lazy("period", "From"))
    until = Until("opened_at", label=pgettext_lazy("period", "Until"))
    void = filters.BooleanFilter(method="taken_back", label=_("Void"), widget=HiddenInput)
    at_store = filters.NumberFilter(field_name="store_id", label=_("Store"), widget=HiddenInput)
    in_two_weeks = filters.BooleanFilter(method="closed_soon", label=_("Closed within two weeks"))
    customer = filters.NumberFilter(field_name="customer_id", label=_("Customer"), widget=HiddenInput)
    open_of = OpenOf("complaints")
    ordering = filters.OrderingFilter(fields={"opened_at": "opened", "due_by": "until"})

    class Meta:
        model = Complaint
        fields: tuple[str, ...] = ()

    def search(self, rows: ComplaintQuerySet, _name: str, value: str) -> ComplaintQuerySet:
        named = of_people_and_cars(value) | Q(number__endswith=value.strip().upper())
        return rows.filter(named) if value.strip() else rows

    def only_live(self, rows: ComplaintQuerySet, _name: str, value: bool) -> ComplaintQuerySet:  # noqa: FBT001
        return rows.live() if value else rows.exclude(pk__in=rows.live())

    def late(self, rows: ComplaintQuerySet, _name: str, value: bool) -> ComplaintQuerySet:  # noqa: FBT001
        late = rows.unsolved().filter(due_by__lt=timezone.now())
        return late if value else rows.exclude(pk__in=late)

    def taken_back(self, rows: ComplaintQuerySet, _name: str, value: bool) -> ComplaintQuerySet:  # noqa: FBT001
        void = Q(status=Complaint.Status.VOID)
        return rows.filter(void) if value else rows.exclude(void)

    def closed_soon(self, rows: ComplaintQuerySet, _name: str, value: bool) -> ComplaintQuerySet:  # noqa: FBT001
        soon = Q(closed_at__lte=F("opened_at") + TWO_WEEKS)
        return rows.filter(soon) if value else rows.exclude(status=Complaint.Status.VOID).exclude(soon)


class SurveyFilter(filters.FilterSet):
    """Surveys by questionnaire, state and opinion; the month in which they were asked; whose work; why."""

    q = filters.CharFilter(method="search", label=pgettext_lazy("filter", "Search"))
    sheet = filters.ModelChoiceFilter(
        field_name="questionnaire", queryset=Questionnaire.objects.all(), label=_("Questionnaire")
    )
    status = filters.ChoiceFilter(choices=Survey.Status.choices, label=_("Status"))
    opinion = filters.ChoiceFilter(choices=OPINIONS, method="of_opinion", label=pgettext_lazy("survey", "Opinion"))
    since = Since("asked_at", label=pgettext_lazy("period", "From"))
    until = Until("asked_at", label=pgettext_lazy("period", "Until"))
    asked_in = filters.CharFilter(
        method="of_month", validators=[RegexValidator(MONTH)], label=_("Asked in"), widget=HiddenInput
    )
    critical = filters.BooleanFilter(method="no_promoter", label=_("Would not recommend us"), widget=HiddenInput)
    reason = filters.NumberFilter(method="of_reason", label=_("Main reason"), widget=HiddenInput)
    at_store = filters.NumberFilter(field_name="store_id", label=_("Store"), widget=HiddenInput)
    adviser = filters.NumberFilter(method="of_adviser", label=pgettext_lazy("survey", "Adviser"), widget=HiddenInput)
    technician = filters.NumberFilter(
        method="of_technician", label=pgettext_lazy("survey", "Technician"), widget=HiddenInput
    )
    customer = filters.NumberFilter(field_name="customer_id", label=_("Customer"), widget=HiddenInput)
    ordering = filters.OrderingFilter(fields={"asked_at": "asked", "nps": "score"})

    class Meta:
        model = Survey
        fields: tuple[str, ...] = ()

    def search(self, rows: SurveyQuerySet, _name: str, value: str) -> SurveyQuerySet:
        named = of_people_and_cars(value) | Q(about__endswith=value.strip().upper())
        return rows.filter(named) if value.strip() else rows

    def of_opinion(self, rows: SurveyQuerySet, _name: str, value: str) -> SurveyQuerySet:
        return rows.counted().filter(satisfaction.OPINIONS[value])

    def of_month(self, rows: SurveyQuerySet, _name: str, value: str) -> SurveyQuerySet:
        month = query_params.month(value)
        return satisfaction.of_months(rows, month, month) if month else rows.none()

    def no_promoter(self, rows: SurveyQuerySet, _name: str, value: bool) -> SurveyQuerySet:  # noqa: FBT001
        critical = ~satisfaction.OPINIONS["promoter"] & Q(nps__isnull=False)
        return rows.counted().filter(critical) if value else rows.exclude(critical)

    def of_reason(self, rows: SurveyQuerySet, _name: str, value: int) -> SurveyQuerySet:
        """0 is where none was named."""
        return rows.filter(reason=value) if value else rows.filter(reason__isnull=True)

    def of_adviser(self, rows: SurveyQuerySet, _name: str, value: int) -> SurveyQuerySet:
        return rows.filter(people__user=value, people__part=SurveyPerson.Part.ADVISER)

    def of_technician(self, rows: SurveyQuerySet, _name: str, value: int) -> SurveyQuerySet:
        return rows.filter(people__user=value, people__part=SurveyPerson.Part.TECHNICIAN)


class ContactFilter(filters.FilterSet):
    """Contacts by result, channel and direction; a customer or car."""

    q = filters.CharFilter(method="search", label=pgettext_lazy("filter", "Search"))
    result = filters.MultipleChoiceFilter(choices=Result.choices, label=_("Result"))
    channel = filters.ChoiceFilter(choices=CareChannel.choices, label=_("Channel"))
    direction = filters.ChoiceFilter(choices=Contact.Direction.choices, label=_("Direction"))
    day = filters.DateFilter(field_name="at", lookup_expr="date", label=_("Day"))
    customer = filters.NumberFilter(field_name="customer_id", label=_("Customer"), widget=HiddenInput)
    ordering = filters.OrderingFilter(fields={"at": "at"})

    class Meta:
        model = Contact
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet[Contact], _name: str, value: str) -> QuerySet[Contact]:
        return rows.filter(of_people_and_cars(value)) if value.strip() else rows


class LetterFilter(filters.FilterSet):
    """Letters by kind and by what is still to be done with them."""

    q = filters.CharFilter(method="search", label=pgettext_lazy("filter", "Search"))
    kind = filters.ChoiceFilter(choices=Letter.Kind.choices, label=_("Kind"))
    printed = filters.BooleanFilter(field_name="printed_at", lookup_expr="isnull", exclude=True, label=_("Printed"))
    unaddressed = filters.BooleanFilter(method="without_address", label=_("Address to mend"))
    mailed = filters.BooleanFilter(field_name="mailed_at", lookup_expr="isnull", exclude=True, label=_("Mailed"))
    ordering = filters.OrderingFilter(fields={"written_at": "written"})

    class Meta:
        model = Letter
        fields: tuple[str, ...] = ()

    def without_address(self, rows: QuerySet[Letter], _name: str, value: bool) -> QuerySet[Letter]:  # noqa: FBT001
        waiting = Q(printed_at__isnull=True) & ~reached_by_post("customer__")
        return rows.filter(waiting) if value else rows.exclude(waiting)

    def search(self, rows: QuerySet[Letter], _name: str, value: str) -> QuerySet[Letter]:
        return rows.filter(of_people_and_cars(value) | Q(number__endswith=value.strip())) if value.strip() else rows


class RecallEntryFilter(filters.FilterSet):
    """Cars of a recall by state and month."""

    q = filters.CharFilter(method="search", label=pgettext_lazy("filter", "Search"))
    status = filters.ChoiceFilter(choices=RecallEntry.Status.choices, label=_("Status"))
    month = filters.DateFilter(field_name="due_month", label=_("Due month"))
    campaign = filters.NumberFilter(field_name="campaign_id", label=_("Recall"), widget=HiddenInput)
    unaddressed = filters.BooleanFilter(method="without_address", label=_("Address to mend"), widget=HiddenInput)
    control = filters.BooleanFilter(label=_("left alone"), widget=HiddenInput)

    class Meta:
        model = RecallEntry
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet[RecallEntry], _name: str, value: str) -> QuerySet[RecallEntry]:
        return rows.filter(of_people_and_cars(value)) if value.strip() else rows

    def without_address(self, rows: QuerySet[RecallEntry], _name: str, value: bool) -> QuerySet[RecallEntry]:  # noqa: FBT001
        return rows.filter(UNADDRESSED) if value else rows.exclude(UNADDRESSED)


def of_people_and_cars(text: str) -> Q:
    """Rows whose customer or car the text names, as staff type it."""
    customers = Customer.objects
    vehicles = Vehicle.objects
    return Q(customer__in=customers.matching(text)) | Q(vehicle__in=vehicles.matching(text))


class PaymentFilter(StoreScopedFilter):
    """Payments by receipt number or customer; method, period, account."""

    SEARCHED = ("number__endswith", partial(called_so, path="invoice__customer__"))

    method = filters.ChoiceFilter(choices=Payment.Method.choices)
    invoice = filters.NumberFilter(field_name="invoice_id", label=_("Invoice"), widget=HiddenInput)
    since = Since("at", label=pgettext_lazy("period", "From"))
    until = Until("at", label=pgettext_lazy("period", "Until"))
    ordering = filters.OrderingFilter(fields={"at": "at", "amount": "amount", "number": "number"})

    class Meta:
        model = Payment
        fields: tuple[str, ...] = ()


class InvoiceFilter(filters.FilterSet):
    """Accounts by payer; unpaid ones; a customer."""

    q = filters.CharFilter(method="search", label=pgettext_lazy("filter", "Search"))
    unpaid = filters.BooleanFilter(method="open_only", label=_("Unpaid"))
    payer = filters.ChoiceFilter(choices=Invoice.Payer.choices, label=_("Payer"))
    customer = filters.NumberFilter(field_name="customer_id", label=_("Customer"), widget=HiddenInput)
    ordering = filters.OrderingFilter(fields={"opened_at": "opened", "number": "number", "total": "total"})

    class Meta:
        model = Invoice
        fields: tuple[str, ...] = ()

    def search(self, rows: InvoiceQuerySet, _name: str, value: str) -> InvoiceQuerySet:
        return rows.matching(value.strip()) if value.strip() else rows

    def open_only(self, rows: InvoiceQuerySet, _name: str, value: bool) -> InvoiceQuerySet:  # noqa: FBT001
        return rows.unpaid() if value else rows.exclude(pk__in=rows.unpaid())
