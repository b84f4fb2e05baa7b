"""What may be done to a part number, to its stock in a store, and to what is reserved of it: who may, and how it is called."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.acts import Act, Acts
from parts.actions import catalogue, stock
from parts.forms import CorrectForm, LimitsForm, LostSaleForm, PartForm
from parts.models import Part, Reservation, Stock

PART = Acts(
    Part,
    page="parts:part",
    edit=Act(
        catalogue.save_part,
        "parts.plan",
        pgettext_lazy("verb", "Edit"),
        form=PartForm,
        edits=True,
        icon="edit",
        done=_("Saved."),
    ),
)

STOCK = Acts(
    Stock,
    page="parts:stock_at",
    lost_sale=Act(
        stock.lose_sale,
        "parts.move",
        pgettext_lazy("verb", "Lost sale"),
        form=LostSaleForm,
        place="counter",
        done=lambda lost: _("Lost sale of %(part)s noted.") % {"part": lost.part},
        url_name="parts:stock_lost_sale",
    ),
    correct=Act(
        stock.correct_stock,
        "parts.manage",
        pgettext_lazy("verb", "Correct"),
        form=CorrectForm,
        done=_("The book agrees with the shelf."),
        url_name="parts:stock_correct",
    ),
    limits=Act(
        catalogue.set_limits,
        "parts.plan",
        pgettext_lazy("verb", "Limits"),
        form=LimitsForm,
        edits=True,
        done=_("Saved."),
        url_name="parts:stock_limits",
    ),
)
"""Receiving and issuing begin with the number of a part, not with a row of stock: its page is written by hand."""

RESERVATION = Acts(
    Reservation,
    page="parts:stock_at",
    release=Act(
        stock.release,
        "parts.move",
        pgettext_lazy("verb", "Release"),
        place="waiting",
        done=_("Released."),
        url_name="parts:reservation_release",
    ),
)
"""A reservation has no page of its own: it stands beside its stock, and there its act ends."""
