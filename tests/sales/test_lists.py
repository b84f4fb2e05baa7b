"""A list shows at first what somebody works on, and its file holds what it showed."""

import pytest

from dms.background import exports
from sales.actions import losses, quotes
from sales.actions.quotes import Item
from sales.views import deliveries, leads, orders, owner_cards, stock
from sales.views import quotes as quote_views
from tests.factories import reason

pytestmark = pytest.mark.django_db

LISTS = (
    deliveries.Deliveries,
    leads.Leads,
    orders.Orders,
    owner_cards.OwnerCards,
    quote_views.Quotes,
    stock.StockCars,
)


def listed(view, user, store, query=""):
    return list(exports.LISTINGS[view.export_key].narrowed(user, store, query))


@pytest.fixture
def lost(lead, cast):
    losses.request_loss(lead, reason=reason("LOSS", "PRICE"), loss_class="SAME_BRAND", by=cast.adviser)
    return losses.confirm_loss(lead, by=cast.sales_manager)


@pytest.mark.parametrize("listing", LISTS, ids=lambda listing: listing.export_key)
def test_every_list_of_sales_can_be_taken_along(listing):
    assert exports.LISTINGS[listing.export_key].columns


def test_the_file_of_the_card_box_holds_the_cards_somebody_works_on(lost, cast, store):
    assert listed(leads.Leads, cast.sales_manager, store) == []
    assert listed(leads.Leads, cast.sales_manager, store, "status=LOST") == [lost]


def test_the_file_of_the_quotes_holds_the_newest_version(quote, cast, store):
    items = [Item("VEHICLE", quote.total)]
    newer = quotes.revise_quote(
        quote, variant=quote.variant, items=items, valid_until=quote.valid_until, by=cast.adviser
    )
    assert listed(quote_views.Quotes, cast.adviser, store) == [newer]
    assert listed(quote_views.Quotes, cast.adviser, store, "superseded=true") == [quote]


def test_the_file_of_the_yard_leaves_out_cars_that_were_delivered(car, cast, store):
    assert listed(stock.StockCars, cast.warehouse, store) == [car]
    assert listed(stock.StockCars, cast.warehouse, store, "status=DELIVERED") == []


def test_the_cells_of_the_yard_offer_what_may_be_done_there(car, cast, signed_in):
    change = f"/sales/stock-cars/{car.pk}/change/"
    assert change in signed_in(cast.warehouse).get("/sales/stock-cars/").text
    assert change not in signed_in(cast.adviser).get("/sales/stock-cars/").text
