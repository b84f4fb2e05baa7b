"""Stock cars: the yard by model and colour, every car with its age, entering and receiving."""

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dms.views.lists import BaseListView
from dms.web.act_views import ActFormView
from dms.web.http import working_store
from dms.web.rights import RequiresRight
from sales.actions import stock
from sales.acts import STOCK_CAR
from sales.filters import StockCarFilter
from sales.forms.stock import StockCarForm
from sales.models import StockCar
from sales.stock_position import family_of_age, positions


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
            car.acts = STOCK_CAR.offered(car, self.request.user)
        context["positions"] = positions(self.rows(), on=today)
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
