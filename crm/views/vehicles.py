"""Vehicle pages: one file per car."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from crm.actions import vehicles as vehicle_actions
from crm.filters import VehicleFilter
from crm.forms import MileageForm, OwnerForm, VehicleForm
from crm.models import Vehicle
from crm.views.customers import visible as visible_customer
from dms.core.refusals import Refusal
from dms.formats import vin
from dms.navigation import registry
from dms.views.lists import BaseListView
from dms.web.http import AuthenticatedHttpRequest, working_store
from dms.web.rights import requires_right


def visible(request: AuthenticatedHttpRequest, pk: int) -> Vehicle:
    rows = Vehicle.objects.visible_to(request.user).select_related("variant__series__brand")
    return get_object_or_404(rows, pk=pk)


class Vehicles(BaseListView):
    """Every car the chosen store has dealt with."""

    model = Vehicle
    right = "crm.view"
    template_name = "crm/vehicle_list.html"
    row_template = "crm/_vehicle_row.html"
    filterset_class = VehicleFilter
    related = ("variant__series",)
    prefetched = ("ownerships__customer",)
    words = {
        "heading": gettext_lazy("Vehicles"),
        "search_hint": gettext_lazy("Plate, VIN tail, owner"),
        "empty_title": gettext_lazy("No vehicles yet"),
        "empty_text": gettext_lazy("Open a customer and add the car there."),
    }


@requires_right("crm.edit")
def vehicle_new(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """A car of this customer."""
    owner = visible_customer(request, pk)
    form = VehicleForm(request.POST or None)
    del form.fields["gone"]
    if request.method == "POST" and form.is_valid():
        facts: dict[str, Any] = dict(form.cleaned_data)
        number, plate = facts.pop("vin") or "", facts.pop("plate") or ""
        vehicle = vehicle_actions.register_vehicle(
            owner=owner, store=working_store(request), by=request.user, number=number, plate=plate, **facts
        )
        messages.success(request, _("The car is on file."))
        return redirect("crm:vehicle", vehicle.pk)
    context = {
        "form": form,
        "heading": _("Add a car of %(name)s") % {"name": owner},
        "cancel_url": reverse("crm:customer", args=[pk]),
    }
    return render(request, "generic/form.html", context, status=422 if form.errors else 200)


@require_safe
@requires_right("crm.view")
def vehicle(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The file of one car: facts, owners, mileage, and one timeline of everything."""
    vehicle = visible(request, pk)
    context = {
        "object": vehicle,
        "owners": vehicle.ownerships.select_related("customer"),
        "readings": vehicle.readings.select_related("by")[:10],
        "timeline": registry.timeline.of(vehicle, request.user)[:100],
        "doubt": vin.judge(vehicle.vin).warning if vehicle.vin else "",
        "mileage_form": MileageForm(),
    }
    return render(request, "crm/vehicle_detail.html", context)


@requires_right("crm.edit")
def vehicle_edit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    vehicle = visible(request, pk)
    form = VehicleForm(request.POST or None, instance=vehicle)
    if request.method == "POST" and form.is_valid():
        vehicle_actions.change_vehicle(Vehicle.objects.get(pk=pk), by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("crm:vehicle", pk)
    context = {
        "form": form,
        "object": vehicle,
        "heading": _("Edit vehicle"),
        "cancel_url": reverse("crm:vehicle", args=[pk]),
    }
    return render(request, "generic/form.html", context, status=422 if form.errors else 200)


@require_POST
@requires_right("crm.edit")
def mileage(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Note what the odometer shows."""
    vehicle = visible(request, pk)
    form = MileageForm(request.POST)
    if not form.is_valid():
        raise Refusal(_("Write the mileage as a whole number of kilometres."), code="mileage_not_read")
    vehicle_actions.read_mileage(vehicle, by=request.user, **form.cleaned_data)
    messages.success(request, _("Mileage noted."))
    return redirect("crm:vehicle", pk)


@requires_right("crm.edit")
def hand_over(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The car changed hands: who owns it now?"""
    vehicle = visible(request, pk)
    form = OwnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ownership = vehicle_actions.hand_over_to_new_owner(
            vehicle, **form.cleaned_data, store=working_store(request), by=request.user
        )
        messages.success(request, _("The car now belongs to %(name)s.") % {"name": ownership.customer})
        return redirect("crm:vehicle", pk)
    context = {
        "form": form,
        "object": vehicle,
        "heading": _("New owner"),
        "cancel_url": reverse("crm:vehicle", args=[pk]),
    }
    return render(request, "generic/form.html", context, status=422 if form.errors else 200)
