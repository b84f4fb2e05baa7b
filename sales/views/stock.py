"""Stock cars: the yard by model and colour, every car with its age, entering and receiving."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from dms.core.refusals import Refusal
from dms.views.lists import BaseListView
from dms.web.act_views import ActFormView
from dms.web.http import AuthenticatedHttpRequest, working_store
from dms.web.rights import RequiresRight, requires_right
from sales.actions import stock
from sales.filters import StockCarFilter
from sales.forms import StockCarForm
from sales.models import StockCar
from sales.stock_position import family_of_age, positions


def visible(request: AuthenticatedHttpRequest, pk: int) -> StockCar:
    cars = StockCar.objects.visible_to(request.user).select_related("store", "variant__series", "colour")
    return get_object_or_404(cars, pk=pk)


class StockCars(BaseListView):
    """The yard: counts by model and colour above, every car below, the longest in stock first."""

    model = StockCar
    right = "sales.view"
    template_name = "sales/stock_list.html"
    row_template = "sales/_stock_row.html"
    filterset_class = StockCarFilter
    related = ("store", "variant__series", "colour")
    words = {
        "heading": gettext_lazy("Stock cars"),
        "search_hint": gettext_lazy("End of the VIN, model"),
        "empty_title": gettext_lazy("No cars yet"),
        "empty_text": gettext_lazy("Enter a car by its VIN when it is ordered or arrives."),
        "new_label": gettext_lazy("Enter a car"),
    }

    def get_queryset(self) -> Any:
        cars = super().get_queryset()
        return cars if self.request.GET.get("status") else cars.exclude(status=StockCar.Status.DELIVERED)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        new_url = reverse("sales:stock_car_new") if self.request.user.has_perm("sales.stock") else ""
        context = super().get_context_data(new_url=new_url, with_model=True, **kwargs)
        for car in context["page_obj"]:
            car.days = car.age(today)
            car.age_family = family_of_age(car.days)
        context["positions"] = positions(self.with_facts(self.rows()), on=today)
        return context


class StockCarNew(RequiresRight, ActFormView[StockCarForm]):
    """A car becomes ours by its VIN."""

    right = "sales.stock"
    form_class = StockCarForm
    places = dict.fromkeys(("vin_missing", "vin_wrong", "vin_known"), "vin")

    def act(self, **facts: Any) -> StockCar:
        return stock.enter_car(store=working_store(self.request), by=self.request.user, **facts)

    def after(self, car: StockCar) -> str:
        messages.success(self.request, _("%(car)s is entered.") % {"car": car})
        return reverse("sales:stock_cars")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(heading=_("Enter a car"), cancel_url=reverse("sales:stock_cars"), **context)


@require_POST
@requires_right("sales.stock")
def receive(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """A car that was on its way has arrived."""
    stock.receive_car(visible(request, pk), by=request.user, location=request.POST.get("location", "")[:40])
    return redirect("sales:stock_cars")


@require_POST
@requires_right("sales.stock")
def certificate(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The certificate is redeemed, or pledged."""
    car, state = visible(request, pk), request.POST.get("certificate", "")
    if state not in StockCar.Certificate.values:
        raise Refusal(_("Say whether the certificate is in hand or pledged."), code="no_certificate")
    stock.change_car(car, by=request.user, certificate=state)
    return redirect("sales:stock_cars")
