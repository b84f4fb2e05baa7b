"""What may be done to a quote."""

from django.utils.translation import gettext_lazy as _

from dms.core.acts import Act, Acts
from sales.actions import orders, quotes
from sales.forms.orders import OrderForm
from sales.forms.quotes import QuoteForm
from sales.models import Order, Quote

QUOTE = Acts(
    Quote,
    page="sales:quote",
    revise=Act(
        quotes.revise_quote,
        "sales.sell",
        _("New version"),
        guards=(quotes.refuse_to_revise,),
        form=QuoteForm,
        icon="versions",
        then="sales:quote",
        by_api=False,  # the next version is a quote that names what it revises
    ),
    order=Act(
        orders.order_from_quote,
        "sales.sell",
        _("Write the order"),
        guards=(orders.refuse_to_order,),
        form=OrderForm,
        icon="file-text",
        emphasis="primary",
        done=lambda order: _("The manager approves it.") if order.status == Order.Status.PENDING_APPROVAL else "",
        then="sales:order",
        url_name="sales:order_new",
    ),
)
