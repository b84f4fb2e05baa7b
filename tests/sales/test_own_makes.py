"""A store offers its own makes, a variant belongs to its series, a colour to its make, and a car is called by its whole name."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from dms.models import Brand, Series, Variant
from sales.actions import leads, quotes, stock
from sales.actions.quotes import Item
from tests.conftest import refuses
from tests.factories import (
    BrandFactory,
    ColourFactory,
    LeadFactory,
    OrderFactory,
    QuoteFactory,
    SeriesFactory,
    StockCarFactory,
    StoreFactory,
    VariantFactory,
    fresh,
    vin_of,
)
from tests.statements import misjudged, verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours(store) -> Variant:
    """The make of the store."""
    brand = BrandFactory.create(code="XY", name="星野")
    brand.stores.add(store)
    return VariantFactory.create(series__brand=brand, series__name="S7", name="2.0T 四驱")


@pytest.fixture
def theirs(other_store) -> Variant:
    """That of the store next door."""
    brand = BrandFactory.create(code="YT", name="云汀")
    brand.stores.add(other_store)
    return VariantFactory.create(series__brand=brand, series__name="远浦 S9", name="2.0T 四驱")


def test_two_makes_have_a_variant_of_one_name_and_their_cars_have_not(ours, theirs):
    assert [str(fresh(one)) for one in (ours, theirs)] == ["星野 S7 2.0T 四驱", "云汀 远浦 S9 2.0T 四驱"]
    assert str(fresh(ours.series)) == "星野 S7"


@pytest.mark.parametrize(
    ("brand", "series", "variant", "whole"),
    [
        ("星野", "星野 S7", "四驱", "星野 S7 四驱"),
        ("星野", "S7", "S7 四驱", "星野 S7 四驱"),
        ("星野", "S7", "星野 S7 四驱", "星野 S7 四驱"),
    ],
)
def test_what_is_said_already_is_not_said_twice(brand, series, variant, whole):
    made = VariantFactory.create(series__brand__name=brand, series__name=series, name=variant)
    assert str(made) == whole


def test_a_make_or_series_that_is_renamed_is_renamed_everywhere(ours):
    Brand.objects.filter(code="XY").update(name="新星野")
    Series.objects.update(name="S8")
    assert str(fresh(ours)) == "新星野 S8 2.0T 四驱"


def test_nobody_gives_a_car_another_name(ours):
    Variant.objects.update(full_name="别的")
    assert fresh(ours).full_name == "星野 S7 2.0T 四驱"


def test_a_car_is_called_by_its_whole_name_on_every_list_page_paper_and_in_the_api(ours, cast, signed_in, store):
    whole = "星野 S7 2.0T 四驱"
    lead = LeadFactory.create()
    leads.change_wish(lead, variant=ours, by=cast.adviser)
    quote = QuoteFactory.create(lead=lead, variant=fresh(ours))
    order = delivered(quote)
    card = order.owner_card
    manager = signed_in(cast.sales_manager)
    QuoteFactory.create(variant=fresh(ours))
    StockCarFactory.create(variant=fresh(ours))
    pages = [
        *(reverse(f"sales:{name}") + "?" + asked for name, asked in LISTS.items()),
        reverse("sales:lead", args=[lead.pk]),
        reverse("sales:quote", args=[quote.pk]),
        reverse("sales:order", args=[order.pk]),
        reverse("sales:delivery", args=[order.delivery_sheet.pk]),
        reverse("sales:owner_card", args=[card.pk]),
        reverse("crm:vehicle", args=[card.vehicle_id]),
        reverse("crm:customer", args=[card.customer_id]),
    ]
    assert [page for page in pages if whole not in manager.get(page).text] == []
    api = {
        "leads": ("car", lead.pk),
        "quotes": ("variant_name", quote.pk),
        "orders": ("variant_name", order.pk),
        "stock-cars": ("variant_name", order.allocations.get().car_id),
        "owner-cards": ("car", card.pk),
    }
    for noun, (name, pk) in api.items():
        assert manager.get(f"/api/v1/sales/{noun}/{pk}/").json()[name] == whole, noun
    assert whole in order.invoice.subject


LISTS = {"leads": "status=DELIVERED", "quotes": "", "orders": "q=", "stock_cars": "", "owner_cards": ""}


def delivered(quote):
    return OrderFactory.create(quote=quote, status="DELIVERED")


def test_forms_offer_the_makes_of_the_store(ours, theirs, cast, signed_in, store):
    lead, client = LeadFactory.create(), signed_in(cast.sales_manager)
    ColourFactory.create(brand=theirs.series.brand, name="沙丘金")
    for address in (
        reverse("sales:lead_new"),
        reverse("sales:lead_edit", args=[lead.pk]),
        reverse("sales:quote_new", args=[lead.pk]),
        reverse("sales:stock_car_new"),
    ):
        form = client.get(address).context["form"]
        assert list(form.fields["variant"].queryset) == [ours], address
        for name in ("series", "colour"):
            rows = getattr(form.fields.get(name), "queryset", [])
            assert {row.brand for row in rows} <= {ours.series.brand}, (address, name)


def test_an_outlet_sells_what_its_store_sells(ours, theirs, store):
    outlet = StoreFactory.create(code="SL01", kind="OUTLET", parent=store)
    assert list(Variant.objects.offered_in(outlet)) == [ours]


def test_a_store_for_which_no_make_is_named_offers_all(ours, theirs):
    assert set(Variant.objects.offered_in(StoreFactory.create(code="NW01"))) == {ours, theirs}


def test_no_document_of_a_store_names_another_make(ours, theirs, store, cast):
    lead = LeadFactory.create()
    with refuses("lead_of_own_make"):
        leads.change_wish(lead, variant=theirs, by=cast.adviser)
    with refuses("quote_of_own_make"):
        QuoteFactory.create(lead=LeadFactory.create(), variant=theirs)
    with refuses("stockcar_of_own_make"):
        stock.enter_car(vin=vin_of("LSVAM4187C2184860"), variant=theirs, store=store, by=cast.warehouse)


def test_no_document_names_a_colour_of_another_make(ours, theirs, store, cast):
    gold = ColourFactory.create(brand=theirs.series.brand, name="沙丘金")
    items = [Item("VEHICLE", Decimal(100))]
    with refuses("quote_colour_of_make"):
        quotes.make_quote(
            LeadFactory.create(),
            variant=ours,
            colour=gold,
            items=items,
            valid_until=timezone.localdate(),
            by=cast.adviser,
        )
    with refuses("stockcar_colour_of_make"):
        vin = vin_of("LSVAM4187C2184860")
        stock.enter_car(vin=vin, variant=ours, colour=gold, store=store, by=cast.warehouse)


def test_the_api_refuses_another_make(ours, theirs, cast, signed_in):
    lead = LeadFactory.create()
    lines = [{"kind": "VEHICLE", "amount": "198800.00"}]
    body = {"lead": lead.pk, "variant": theirs.pk, "valid_until": "2040-01-01", "lines": lines}
    answer = signed_in(cast.adviser).post("/api/v1/sales/quotes/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "quote_of_own_make")


def test_the_database_sells_no_other_make(ours, theirs, store):
    LeadFactory.create()
    leads.change_wish(LeadFactory.create(), variant=ours, by=QuoteFactory.create(variant=fresh(ours)).made_by)
    StockCarFactory.create(variant=fresh(ours))
    gold = ColourFactory.create(brand=theirs.series.brand)
    table = {
        "lead_of_own_make": [f"UPDATE sales_lead SET series_id = {theirs.series_id}, variant_id = NULL"],
        "stockcar_of_own_make": [f"UPDATE sales_stockcar SET variant_id = {theirs.pk}, colour_id = NULL"],
        "stockcar_colour_of_make": [f"UPDATE sales_stockcar SET colour_id = {gold.pk}"],
        "quote_of_own_make": [COPY_QUOTE.format(variant=theirs.pk, colour="NULL")],
        "quote_colour_of_make": [COPY_QUOTE.format(variant="variant_id", colour=gold.pk)],
    }
    assert misjudged(table) == []
    assert verdict(COPY_QUOTE.format(variant="variant_id", colour="colour_id")) == ""


COPY_QUOTE = (
    "INSERT INTO sales_quote (number, version, lead_id, store_id, variant_id, colour_id, valid_until, note, made_at, made_by_id,"
    " superseded, updated_at) SELECT 'QT-9', 1, lead_id, store_id, {variant}, {colour}, valid_until, '', now(), made_by_id, false,"
    " now() FROM sales_quote LIMIT 1"
)


def test_a_variant_of_another_series_is_asked_about_and_nothing_is_overwritten(ours, cast, signed_in):
    lead, other = LeadFactory.create(), SeriesFactory.create(brand=ours.series.brand, name="S5")
    with refuses("other_series"):
        leads.change_wish(lead, series=other, variant=ours, by=cast.adviser)
    client = signed_in(cast.adviser)
    page = client.post(reverse("sales:lead_edit", args=[lead.pk]), {"series": other.pk, "variant": ours.pk})
    assert page.status_code == 422
    body = {"series": other.pk, "variant": ours.pk}
    answer = client.post(f"/api/v1/sales/leads/{lead.pk}/wish/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "other_series")
    body |= {"store": lead.store.code, "phone": "13800000009", "name": "霜降"}
    answer = client.post("/api/v1/sales/leads/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "other_series")
    assert (fresh(lead).series, fresh(lead).variant) == (None, None)


def test_the_database_keeps_a_variant_with_its_series(ours, cast):
    leads.change_wish(LeadFactory.create(), variant=ours, by=cast.adviser)
    other = SeriesFactory.create(brand=ours.series.brand)
    table = {
        "lead_variant_of_series": [f"UPDATE sales_lead SET series_id = {other.pk}"],
        "lead_variant_has_series": ["UPDATE sales_lead SET series_id = NULL"],
    }
    assert misjudged(table) == []
