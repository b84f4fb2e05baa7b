"""What may be done to a car of ours."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.acts import Act, Acts
from sales.actions import stock
from sales.forms.stock import CarChangeForm, CertificateForm, PlaceForm
from sales.models import StockCar

STOCK_CAR = Acts(
    StockCar,
    page="sales:stock_car",
    shown_at=lambda _car: reverse("sales:stock_cars"),
    receive=Act(
        stock.receive_car,
        "sales.stock",
        pgettext_lazy("verb", "Receive"),
        to=StockCar.Status.RECEIVED,
        form=PlaceForm,
        place="row",
    ),
    change=Act(
        stock.change_car,
        "sales.stock",
        pgettext_lazy("verb", "Change"),
        guards=(stock.refuse_delivered,),
        form=CarChangeForm,
        edits=True,
        emphasis="quiet",
        place="row",
    ),
    certificate=Act(
        stock.change_car,
        "sales.stock",
        _("Certificate"),
        guards=(stock.refuse_delivered,),
        form=CertificateForm,
        emphasis="quiet",
        place="certificate",
        by_api=False,  # one of what the verb ``change`` takes
    ),
)
"""They stand in the yard, a row each. Which order a car is kept for is an act of the order."""
