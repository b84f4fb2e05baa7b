"""Stock cars: the yard by model and colour, every car with its age, entering and receiving."""

from django.contrib import messages
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dms.core.untyped import Fact, Facts
from dms.views.lists import BaseListView
from dms.web.act_markup import acts_cell
from dms.web.act_views import ActFormView
from dms.web.columns import Column, in_all_stores
from dms.web.http import working_store
from dms.web.rights import RequiresRight
from sales import cells
from sales.actions import stock
from sales.acts import STOCK_CAR
from sales.filters import Yard
from sales.forms.stock import StockCarForm
from sales.models import StockCar
from sales.stock_position import positions


class StockCars(BaseListView):
    """The yard: counts by model and colour above, every car below, the longest in stock first."""

    model = StockCar
    right = "sales.view"
    template_name = "sales/stock_list.html"
    filterset_class = Yard
    related = ("store", "variant__series", "colour")
    prefetched = ("allocations",)  # a car that was ever kept for an order is not offered to be voided
    export_key = "stock_cars"
    columns = (
        Column(gettext_lazy("VIN"), "vin", look="code fw-medium", sort="vin", phone=True, width=20),
        Column(gettext_lazy("Model"), "variant", phone=True, width=24),
        Column(gettext_lazy("Colour"), "colour"),
        Column(gettext_lazy("Arrived"), "arrived_on", "date", sort="arrived"),
        Column(gettext_lazy("Days in stock"), cells.days_in_stock, "integer", cell=cells.coloured_days, phone=True),
        Column(gettext_lazy("Place"), "location"),
        Column(gettext_lazy("Certificate"), "certificate", "choice", cell=cells.certificate, look="text-nowrap"),
        Column(pgettext_lazy("stock car", "Use"), "use", "choice", cell=cells.use, look="text-nowrap"),
        Column(gettext_lazy("Store"), "store", shown=in_all_stores),
        Column(gettext_lazy("Status"), "status", "status", phone=True),
        Column(gettext_lazy("Why it is void"), "void_reason", width=24),
        Column(gettext_lazy("Act"), "pk", cell=acts_cell(STOCK_CAR), only="page", mute=True),
    )
    words = {
        "heading": gettext_lazy("Stock cars"),
        "search_hint": gettext_lazy("End of the VIN, model"),
        "empty_title": gettext_lazy("No cars yet"),
        "empty_text": gettext_lazy("Enter a car by its VIN when it is ordered or arrives."),
        "new_label": gettext_lazy("Enter a car"),
    }

    def get_context_data(self, **kwargs: object) -> Facts:
        new_url = reverse("sales:stock_car_new") if self.request.user.has_perm("sales.stock") else ""
        yard = positions(self.with_facts(self.rows()), on=timezone.localdate())
        return super().get_context_data(new_url=new_url, with_model=True, positions=yard, **kwargs)


class StockCarNew(RequiresRight, ActFormView[StockCarForm]):
    """A car becomes ours by its VIN."""

    right = "sales.stock"
    form_class = StockCarForm
    places = {
        **dict.fromkeys(("vin_missing", "vin_wrong", "vin_known", "stockcar_vin_once"), "vin"),
        "vin_without_reason": "vin_reason",
    }

    def get_form_kwargs(self) -> Facts:
        return {**super().get_form_kwargs(), "store": self.request.store}

    def act(self, **facts: Fact) -> StockCar:
        return stock.enter_car(store=working_store(self.request), by=self.request.user, **facts)

    def after(self, car: StockCar) -> str:
        messages.success(self.request, _("%(car)s is entered.") % {"car": car})
        return reverse("sales:stock_cars")

    def get_context_data(self, **context: object) -> Facts:
        return super().get_context_data(heading=_("Enter a car"), cancel_url=reverse("sales:stock_cars"), **context)
