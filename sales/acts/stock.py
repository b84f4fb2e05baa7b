"""What may be done to a car of ours."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.acts import Act, Acts
from sales.actions import stock
from sales.forms.choices import WhyForm
from sales.forms.stock import CarChangeForm, OwnUseForm, PlaceForm
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
        opens_form=True,
        emphasis="quiet",
        place="row",
    ),
    pledge=Act(
        stock.pledge_certificate,
        "sales.stock",
        _("Pledge the certificate"),
        guards=(stock.refuse_pledged,),
        form=WhyForm,
        emphasis="quiet",
        place="certificate",
        done=_("The certificate is with the bank."),
    ),
    redeem=Act(
        stock.redeem_certificate,
        "sales.stock",
        _("Certificate is back"),
        guards=(stock.refuse_in_hand,),
        form=WhyForm,
        emphasis="quiet",
        place="certificate",
        done=_("The certificate is in hand."),
    ),
    release_for_sale=Act(
        stock.release_for_sale,
        "sales.stock",
        _("Release for sale"),
        guards=(stock.refuse_for_sale,),
        form=WhyForm,
        emphasis="quiet",
        place="use",
        done=_("The car is for sale."),
    ),
    take_for_own_use=Act(
        stock.take_for_own_use,
        "sales.stock",
        _("Use as test or display car"),
        guards=(stock.refuse_own_use,),
        form=OwnUseForm,
        emphasis="quiet",
        place="use",
        done=_("The car is not for sale until it is released."),
    ),
    void=Act(
        stock.void_car,
        "sales.stock",
        pgettext_lazy("stock car", "Entered by mistake"),
        to=StockCar.Status.VOID,
        guards=(stock.refuse_void,),
        form=WhyForm,
        emphasis="quiet",
        place="row",
        done=lambda car: _("%(vin)s is void, and may be entered again.") % {"vin": car.vin},
    ),
)
"""They stand in the yard, a row each. Which order a car is kept for is an act of the order."""
