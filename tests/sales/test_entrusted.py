"""委托交车: one store sells, another hands the car over; each does its own part and neither the other's."""

from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from dms.navigation import due_work
from reports.daily import figures
from reports.kinds import Days
from sales import pdfs
from sales.actions import allocation, deliveries, orders
from sales.models import Order
from tests.conftest import refuses
from tests.factories import (
    BrandFactory,
    OrderFactory,
    PaymentFactory,
    QuoteFactory,
    StockCarFactory,
    VariantFactory,
    fresh,
    reason,
)
from tests.statements import misjudged

pytestmark = pytest.mark.django_db


@pytest.fixture
def entrusted(quote, other_store, cast) -> Order:
    """Sold here, signed, handed over in the other store."""
    facts = {"kind": "ENTRUSTED", "delivering_store": other_store}
    order = orders.order_from_quote(quote, by=cast.adviser, submit=True, **facts)
    return orders.approve_order(order, by=cast.sales_manager)


@pytest.fixture
def kept(entrusted, quote, other_store, cast, elsewhere) -> Order:
    """With a car that stands where it is handed over; its sheet goes round."""
    car = StockCarFactory.create(store=other_store, variant=quote.variant, colour=quote.colour, by=elsewhere.warehouse)
    allocation.allocate_car(entrusted, car=car, by=cast.adviser)
    deliveries.plan_delivery(entrusted, by=cast.adviser)
    return fresh(entrusted)


def test_the_delivering_store_is_named_on_page_paper_and_sheet(kept, cast, signed_in):
    client = signed_in(cast.adviser)
    sheet = kept.delivery_sheet
    papers = [pdfs.order(kept, cast.adviser), pdfs.delivery(sheet, cast.adviser)]
    texts = [render_to_string(paper.template, dict(paper.context)) for paper in papers]
    pages = (reverse("sales:order", args=[kept.pk]), reverse("sales:delivery", args=[sheet.pk]))
    texts += [client.get(page).text for page in pages]
    assert all("高新店" in text for text in texts)


def test_the_delivering_store_sees_order_and_sheet_on_page_list_and_in_the_api(kept, elsewhere, signed_in):
    client = signed_in(elsewhere.adviser)
    assert client.get(reverse("sales:order", args=[kept.pk])).status_code == 200
    assert client.get(reverse("sales:delivery", args=[kept.delivery_sheet.pk])).status_code == 200
    assert kept.number in client.get(reverse("sales:orders")).text
    assert kept.delivery_sheet.number in client.get(reverse("sales:deliveries")).text
    answer = client.get(f"/api/v1/sales/orders/{kept.pk}/").json()
    assert (answer["store"], answer["delivering_store"]) == ("JJ01", "GX01")


def test_the_customer_is_known_to_the_store_that_hands_over(entrusted, other_store):
    assert other_store in entrusted.customer.stores.all()


def test_the_delivering_store_gets_the_work_and_the_seller_the_money(kept, cast, elsewhere, store, other_store):
    def kinds(user, where):
        return {str(due.kind) for due in due_work.due(user, where, timezone.now())}

    assert "待签字" in kinds(elsewhere.warehouse, other_store)
    assert "备车" in kinds(elsewhere.warehouse, other_store)
    assert "待签字" in kinds(elsewhere.inspector, other_store)
    assert not {"待签字", "备车"} & kinds(cast.warehouse, store)
    assert "待签字" in kinds(cast.cashier, store)
    assert "待签字" not in kinds(elsewhere.cashier, other_store)


def test_each_signs_for_its_part(kept, cast, elsewhere):
    sheet = kept.delivery_sheet
    for department, stranger in (
        ("SALES", cast.adviser),
        ("WAREHOUSE", cast.warehouse),
        ("AFTERSALES", cast.inspector),
        ("FINANCE", elsewhere.cashier),
    ):
        with refuses("not_yours", match="锦江店" if department == "FINANCE" else "高新店"):
            deliveries.sign_off(sheet, department=department, by=stranger)


def test_the_other_store_hands_over_and_the_seller_keeps_sale_card_and_figures(
    kept, cast, elsewhere, store, other_store
):
    sheet, seller = kept.delivery_sheet, cast.adviser
    PaymentFactory.create(invoice=kept.invoice, amount=kept.invoice.due)
    for department, by in (
        ("SALES", elsewhere.adviser),
        ("WAREHOUSE", elsewhere.warehouse),
        ("AFTERSALES", elsewhere.inspector),
        ("FINANCE", cast.cashier),
    ):
        deliveries.sign_off(sheet, department=department, by=by)
    with refuses("not_yours"):
        allocation.mark_ready(kept, by=cast.warehouse)
    allocation.mark_ready(kept, by=elsewhere.warehouse)
    with refuses("not_yours"):
        deliveries.confirm_delivery(sheet, name="谷雨", by=seller)
    deliveries.confirm_delivery(sheet, name="谷雨", by=elsewhere.adviser)
    with refuses("not_yours"):
        deliveries.deliver_order(kept, by=seller)
    card = deliveries.deliver_order(kept, by=elsewhere.adviser)
    assert (card.store, card.adviser) == (store, seller)
    days = Days(timezone.localdate(), timezone.now())
    sold = {
        where.code: next(figure for figure in figures(who, where, days) if figure.kind.key == "deliveries").day
        for where, who in ((store, cast.sales_manager), (other_store, elsewhere.sales_manager))
    }
    assert sold == {"JJ01": 1, "GX01": 0}


def test_the_page_leads_the_other_store_nowhere_it_may_not_go(kept, elsewhere, signed_in):
    page = signed_in(elsewhere.adviser).get(reverse("sales:order", args=[kept.pk])).text
    assert reverse("sales:lead", args=[kept.lead_id]) not in page


def test_the_seller_alone_decides(entrusted, elsewhere):
    manager = elsewhere.sales_manager
    for act in (
        lambda: orders.cancel_order(entrusted, reason=reason("CANCEL"), by=manager),
        lambda: orders.close_order(entrusted, by=manager),
        lambda: orders.refund_cancelled(entrusted, method="CASH", by=elsewhere.cashier),
        lambda: allocation.allocate_car(entrusted, car=StockCarFactory.create(variant=entrusted.variant), by=manager),
    ):
        with refuses("not_yours"):
            act()


def test_no_approval_from_the_other_store(quote, other_store, cast, elsewhere, signed_in):
    facts = {"kind": "ENTRUSTED", "delivering_store": other_store}
    order = orders.order_from_quote(quote, by=cast.adviser, submit=True, **facts)
    for act in (orders.approve_order, lambda order, by: orders.return_order(order, note="再议", by=by)):
        with refuses("not_yours"):
            act(order, by=elsewhere.sales_manager)
    assert str(order.pk) not in [due.url for due in due_work.due(elsewhere.sales_manager, other_store, timezone.now())]


@pytest.mark.parametrize("named", ["", "JJ01"])
def test_another_store_is_named_by_page_and_api(quote, cast, store, signed_in, named):
    client = signed_in(cast.adviser)
    body = {"kind": "ENTRUSTED", "pays": "CASH", "delivering_store": named and store.pk}
    assert client.post(reverse("sales:order_new", args=[quote.pk]), body).status_code == 422
    body |= {"delivering_store": named or None}
    answer = client.post(f"/api/v1/sales/quotes/{quote.pk}/order/", body, content_type="application/json")
    assert answer.status_code in {400, 409}, answer.content


def test_the_api_names_a_store_that_is_not_ones_own(quote, cast, other_store, signed_in):
    body = {"kind": "ENTRUSTED", "delivering_store": other_store.code}
    address = f"/api/v1/sales/quotes/{quote.pk}/order/"
    answer = signed_in(cast.adviser).post(address, body, content_type="application/json")
    assert (answer.status_code, answer.json()["delivering_store"]) == (201, "GX01"), answer.content


def test_a_store_that_does_not_sell_the_make_is_not_entrusted(cast, store, other_store, signed_in):
    ours, theirs = BrandFactory.create(), BrandFactory.create()
    ours.stores.add(store)
    theirs.stores.add(other_store)
    quote = QuoteFactory.create(variant=VariantFactory.create(series__brand=ours))
    form = signed_in(cast.adviser).get(reverse("sales:order_new", args=[quote.pk])).context["form"]
    assert other_store not in form.fields["delivering_store"].queryset


def test_the_database_keeps_an_entrusted_order_whole(draft, other_store):
    itself = "kind = 'ENTRUSTED', delivering_store_id = store_id"
    changes = ("kind = 'ENTRUSTED'", f"delivering_store_id = {other_store.pk}", itself)
    table = {"order_entrusted_names_store": [f"UPDATE sales_order SET {change}" for change in changes]}
    assert misjudged(table) == []


# --- a cancelled order shows what it reached -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "reached"),
    [
        ("DRAFT", ["草稿", "已取消"]),
        ("PENDING_APPROVAL", ["草稿", "待审批", "已取消"]),
        ("SIGNED", ["草稿", "待审批", "已签订", "已取消"]),
        ("ALLOCATED", ["草稿", "待审批", "已签订", "已配车", "已取消"]),
    ],
)
def test_a_cancelled_order_shows_what_it_reached_and_no_more(quote, car, cast, signed_in, status, reached):
    order = OrderFactory.create(quote=quote, status=status, car=car, deposit=Decimal(0))
    orders.cancel_order(order, reason=reason("CANCEL"), by=cast.sales_manager)
    steps = signed_in(cast.adviser).get(reverse("sales:order", args=[order.pk])).context["steps"]
    assert [str(step.label) for step in steps] == reached
    assert all(step.hint for step in steps), "each with its day"


def test_an_order_on_its_way_shows_what_is_still_to_come(order, cast, signed_in):
    steps = signed_in(cast.adviser).get(reverse("sales:order", args=[order.pk])).context["steps"]
    assert [step.state for step in steps] == ["ok", "ok", "now", "", "", "", ""]
