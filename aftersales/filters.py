"""What appointments and work orders can be narrowed by, on the page and in the API alike."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.forms import HiddenInput
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.models import Appointment, Finding, LabourOperation, WorkLine, WorkOrder
from aftersales.models.appointments import AppointmentQuerySet
from aftersales.models.orders import WorkOrderQuerySet, late_at
from dms.core.untyped import AnyRows
from dms.formats import pinyin
from dms.web.filters import OpenOf


class WorkOrderFilter(filters.FilterSet):
    """Work orders by status, adviser, technician; those past their first promise; a car or customer."""

    q = filters.CharFilter(method="search", label=pgettext_lazy("filter", "Search"))
    status = filters.MultipleChoiceFilter(choices=WorkOrder.Status.choices, label=_("Status"))
    open = filters.BooleanFilter(method="in_shop", label=_("In the shop"))
    late = filters.BooleanFilter(method="past_promise", label=_("Late"))
    opened = filters.DateFilter(field_name="opened_at", lookup_expr="date", label=pgettext_lazy("filter", "Opened on"))
    open_of = OpenOf("work_orders")
    job_of = OpenOf("jobs", label=_("Job of"))
    adviser = filters.NumberFilter(field_name="adviser_id", label=_("Service adviser"), widget=HiddenInput)
    technician = filters.NumberFilter(field_name="technician_id", label=_("Technician"), widget=HiddenInput)
    vehicle = filters.NumberFilter(field_name="vehicle_id", label=_("Vehicle"), widget=HiddenInput)
    customer = filters.NumberFilter(field_name="customer_id", label=_("Customer"), widget=HiddenInput)
    ordering = filters.OrderingFilter(fields={"opened_at": "opened", "promised_at": "promised", "number": "number"})

    class Meta:
        model = WorkOrder
        fields: tuple[str, ...] = ()

    def search(self, rows: WorkOrderQuerySet, _name: str, value: str) -> WorkOrderQuerySet:
        return rows.matching(value.strip()) if value.strip() else rows

    def in_shop(self, rows: WorkOrderQuerySet, _name: str, value: bool) -> WorkOrderQuerySet:  # noqa: FBT001
        return rows.open() if value else rows.exclude(pk__in=rows.open())

    def past_promise(self, rows: WorkOrderQuerySet, _name: str, value: bool) -> WorkOrderQuerySet:  # noqa: FBT001
        late = late_at(timezone.now()) & Q(pk__in=rows.in_shop())
        return rows.filter(late) if value else rows.exclude(late)


class WorkLineFilter(filters.FilterSet):
    """Lines of one order, by status, kind and payer."""

    work_order = filters.NumberFilter(field_name="work_order_id", label=_("Work order"))
    status = filters.ChoiceFilter(choices=WorkLine.Status.choices, label=_("Status"))
    kind = filters.ChoiceFilter(choices=WorkLine.Kind.choices, label=_("Kind"))
    payer = filters.ChoiceFilter(choices=WorkLine.Payer.choices, label=_("Payer"))

    class Meta:
        model = WorkLine
        fields: tuple[str, ...] = ()


class FindingFilter(filters.FilterSet):
    """What was found on one order; what is not answered yet."""

    work_order = filters.NumberFilter(field_name="work_order_id", label=_("Work order"))
    open = filters.BooleanFilter(field_name="answered_at", lookup_expr="isnull", label=_("Not answered"))

    class Meta:
        model = Finding
        fields: tuple[str, ...] = ()


class AppointmentFilter(filters.FilterSet):
    """Appointments of a day, by status; a car or customer."""

    q = filters.CharFilter(method="search", label=pgettext_lazy("filter", "Search"))
    day = filters.DateFilter(field_name="starts_at", lookup_expr="date", label=_("Day"))
    status = filters.ChoiceFilter(choices=Appointment.Status.choices, label=_("Status"))
    open_of = OpenOf("appointments")
    vehicle = filters.NumberFilter(field_name="vehicle_id", label=_("Vehicle"), widget=HiddenInput)
    customer = filters.NumberFilter(field_name="customer_id", label=_("Customer"), widget=HiddenInput)
    ordering = filters.OrderingFilter(fields={"starts_at": "time"})

    class Meta:
        model = Appointment
        fields: tuple[str, ...] = ()

    def search(self, rows: AppointmentQuerySet, _name: str, value: str) -> AppointmentQuerySet:
        return rows.matching(value.strip()) if value.strip() else rows


class AppointmentsAhead(AppointmentFilter):
    """On the page: visits that are still to come, until others are asked for."""

    def filter_queryset(self, queryset: QuerySet[Appointment]) -> AppointmentQuerySet:
        visits: AppointmentQuerySet = super().filter_queryset(queryset)
        return visits if self.data.get("status") or self.data.get("day") else visits.live()


class LabourOperationFilter(filters.FilterSet):
    """Operations by code, name, pinyin or initials."""

    q = filters.CharFilter(method="search", label=pgettext_lazy("filter", "Search"))
    active = filters.BooleanFilter(label=_("active"))

    class Meta:
        model = LabourOperation
        fields: tuple[str, ...] = ()

    def search(self, rows: AnyRows, _name: str, value: str) -> Any:
        text = value.strip()
        named = Q(code__istartswith=text) | Q(name__contains=text) | Q(name_en__icontains=text)
        if letters := pinyin.typed(text):
            named |= Q(name_key__contains=letters)
        return rows.filter(named) if text else rows
