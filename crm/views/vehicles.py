"""Vehicle pages: one file per car."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django_stubs_ext import StrOrPromise

from crm import cells
from crm.acts import VEHICLE
from crm.filters import VehicleFilter
from crm.models import Vehicle
from dms.formats import plates
from dms.navigation import registry
from dms.views.lists import BaseListView
from dms.web.act_views import ActView
from dms.web.columns import Column
from dms.web.http import AuthenticatedHttpRequest, working_store
from dms.web.rights import requires_right


def words_of(plate: str | None) -> StrOrPromise:
    """The family of a plate that is none of everyday."""
    known = plates.parse(plate or "")
    return plates.WORDS[known.ground] if known and known.ground is not plates.Ground.ORDINARY else ""


def visible(request: AuthenticatedHttpRequest, pk: int) -> Vehicle:
    rows = Vehicle.objects.visible_to(request.user).select_related("variant__series__brand", "vin_reason_by")
    return get_object_or_404(rows, pk=pk)


class Vehicles(BaseListView):
    """Every car the chosen store has dealt with."""

    model = Vehicle
    right = "crm.view"
    filterset_class = VehicleFilter
    export_key = "vehicles"
    related = ("variant__series",)
    prefetched = ("ownerships__customer",)
    columns = (
        Column(gettext_lazy("Plate"), str, cell=cells.vehicle_name, sort="plate", phone=True),
        Column(gettext_lazy("Model"), "model", width=24),
        Column(gettext_lazy("VIN"), cells.vin_tail, look="code", width=20),
        Column(gettext_lazy("Owner"), cells.owner_name, cell=cells.vehicle_owner, phone=True),
        Column(gettext_lazy("Insured until"), "insurance_until", "date", sort="insurance"),
        Column(gettext_lazy("Inspection due"), "inspection_until", "date", sort="inspection", phone=True),
        Column(gettext_lazy("Registered"), "created_at", "date", sort="since"),
    )
    words = {
        "heading": gettext_lazy("Vehicles"),
        "search_hint": gettext_lazy("Plate, VIN tail, owner"),
        "empty_title": gettext_lazy("No vehicles yet"),
        "empty_text": gettext_lazy("Open a customer and add the car there."),
    }


@require_safe
@requires_right("crm.view")
def vehicle(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The file of one car: facts, owners, mileage, and one timeline of everything."""
    vehicle = visible(request, pk)
    context = {
        "object": vehicle,
        "owners": vehicle.ownerships.select_related("customer"),
        "readings": vehicle.readings.select_related("by", "misreading")[:10],
        "timeline": registry.timeline.of(vehicle, request.user)[:100],
        "plate_words": words_of(vehicle.plate),
        "acts": VEHICLE.offered(vehicle, request.user),
        "begins": [] if vehicle.gone else registry.begins_with(vehicle.plate or vehicle.vin or "", request.user),
    }
    return render(request, "crm/vehicle_detail.html", context)


class VehicleAct(ActView):
    """An act on the file of a car; a new owner is met by the store one works in."""

    places = {
        "join_first": "join",
        "plate_taken": "plate",
        "vehicle_plate_one_current": "plate",
        "plate_odd": "plate_confirmed",
        "vin_known": "vin",
        "vin_without_reason": "vin_reason",
        "mileage_fell": "km",
        "mileage_leaps": "km_confirmed",
        "replacement_without_reason": "reason",
        "not_a_phone": "phone",
    }

    def act(self, **facts: object) -> object:
        at = {"store": working_store(self.request)} if self.name == "hand_over" else {}
        return super().act(**facts, **at)
