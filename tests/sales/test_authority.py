"""A discount above one's limit needs the next authority; who decides sees what they decide by."""

import datetime as dt
from decimal import Decimal
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from dms.models import Role
from dms.navigation import due_work
from sales.actions import orders, stock
from sales.actions.quotes import Item
from sales.authority import may_concede
from sales.models import DiscountLimit, Order
from sales.pricing import share_of, sums_of
from tests.conftest import refuses
from tests.factories import OrderFactory, QuoteFactory, StockCarFactory, fresh
from tests.races import DONE, at_once
from tests.statements import misjudged, verdict

pytestmark = pytest.mark.django_db


def priced(variant, car: int, discount: int = 0, **facts) -> Order:
    """An order that waits for approval; the list says 198,800."""
    items = [Item("VEHICLE", Decimal(car)), Item("INSURANCE", Decimal(6_000))]
    items += [Item("DISCOUNT", Decimal(-discount))] if discount else []
    quote = QuoteFactory.create(variant=variant, items=items, **facts)
    return OrderFactory.create(quote=quote, status="PENDING_APPROVAL")


def test_what_is_given_up_is_the_discount_and_what_the_car_is_priced_below_the_list():
    lines = [("VEHICLE", 180_000), ("OPTION", 3_000), ("ACCESSORY", 800), ("TAX", 16_000), ("DISCOUNT", -2_000)]
    sums = sums_of([(kind, Decimal(amount)) for kind, amount in lines], list_price=Decimal(188_800))
    assert (sums.car, sums.accessories, sums.collected) == (181_000, 800, 16_000)
    assert (sums.discount, sums.conceded, sums.total) == (2_000, 10_800, 197_800)
    assert sums.share == share_of(Decimal(10_800), Decimal(188_800))
    assert sums_of([("VEHICLE", Decimal(1))], list_price=None).conceded == 0


@pytest.mark.parametrize(("car", "discount"), [(198_800, 180_000), (18_800, 0), (198_800, 15_001), (183_700, 0)])
def test_above_the_managers_limit_the_general_manager_approves(variant, cast, car, discount):
    order = priced(variant, car, discount)
    with refuses("beyond_authority", match="总经理"):
        orders.approve_order(order, by=cast.sales_manager)
    assert orders.approve_order(order, by=cast.gm).status == "SIGNED"


@pytest.mark.parametrize(("car", "discount"), [(198_800, 15_000), (184_000, 0), (250_000, 0), (198_800, 0)])
def test_within_it_the_manager_does(variant, cast, car, discount):
    assert orders.approve_order(priced(variant, car, discount), by=cast.sales_manager).status == "SIGNED"


@pytest.mark.parametrize(
    ("amount", "percent", "conceded", "within"),
    [
        (None, None, 100_000, True),
        (5_000, None, 5_000, True),
        (5_000, None, 5_001, False),
        (None, 5, 9_940, True),
        (None, 5, 9_941, False),
        (50_000, 5, 9_941, False),
        (9_000, 5, 9_940, False),
        (0, 0, 1, False),
    ],
)
def test_a_limit_is_an_amount_a_share_or_both(variant, cast, amount, percent, conceded, within):
    DiscountLimit.objects.filter(role__name="sales_manager").update(amount=amount, percent=percent)
    order = priced(variant, 198_800, conceded)
    assert may_concede(order, cast.sales_manager) is within
    assert Order.objects.within_limits_of(cast.sales_manager).filter(pk=order.pk).exists() is within


def test_without_a_list_price_a_share_of_it_is_nothing(variant, cast):
    variant.list_price = None
    variant.save()
    order = priced(variant, 198_800, 100)
    assert not may_concede(order, cast.sales_manager)
    assert not Order.objects.within_limits_of(cast.sales_manager).exists()


def test_a_role_without_a_limit_gives_nothing(variant, cast):
    DiscountLimit.objects.filter(role__name="sales_manager").delete()
    assert not may_concede(priced(variant, 198_800, 1), cast.sales_manager)


def test_the_work_of_a_manager_is_what_they_may_approve(variant, cast, store):
    def waits(user):
        return sum(str(due.kind) == "待审批" for due in due_work.due(user, store, timezone.now()))

    gm = cast.gm
    priced(variant, 198_800, 5_000)
    priced(variant, 198_800, 50_000)
    assert (waits(cast.sales_manager), waits(gm)) == (1, 2)


def test_the_button_says_who_approves_and_the_quote_says_it_before(variant, cast, signed_in):
    order = priced(variant, 198_800, 50_000)
    assert "总经理" in signed_in(cast.sales_manager).get(reverse("sales:order", args=[order.pk])).text
    offer = QuoteFactory.create(variant=variant)
    page = signed_in(cast.adviser).get(reverse("sales:quote", args=[offer.pk]))
    assert page.context["above_limit"], "5,000 are more than an adviser gives"
    assert "销售经理" in page.text


def test_who_decides_sees_list_price_discount_margin_age_and_what_is_on_order(variant, black, cast, signed_in, store):
    long_ago = timezone.localdate() - dt.timedelta(days=103)
    facts = {"variant": variant, "colour": black}
    StockCarFactory.create(**facts, cost=160_000, arrived_on=long_ago)
    StockCarFactory.create(**facts, arrived=False)
    order = priced(variant, 198_800, 8_800, colour=black)
    approval = signed_in(cast.sales_manager).get(reverse("sales:order", args=[order.pk])).context["approval"]
    assert (approval.list_price, approval.car_price, approval.conceded) == (198_800, 190_000, 8_800)
    assert (approval.margin, approval.days, approval.stock.coming) == (30_000, 103, 1)
    answer = signed_in(cast.sales_manager).get(f"/api/v1/sales/orders/{order.pk}/approval/").json()
    assert (answer["margin"], answer["days"], answer["coming"]) == ("30000.00", 103, 1)
    assert signed_in(cast.adviser).get(reverse("sales:order", args=[order.pk])).context["approval"] is None
    assert signed_in(cast.adviser).get(f"/api/v1/sales/orders/{order.pk}/approval/").status_code == 403


def test_the_margin_is_for_who_has_the_right_to_it(variant, black, cast, signed_in):
    StockCarFactory.create(variant=variant, colour=black, cost=160_000)
    order = priced(variant, 198_800, 8_800, colour=black)
    role = Role.objects.get(name="sales_manager")
    role.rights.filter(right="sales.cost").update(granted=False)
    manager = cast.sales_manager
    page = signed_in(manager).get(reverse("sales:order", args=[order.pk]))
    assert (page.context["approval"].margin, page.context["approval"].cost) == (None, None)
    assert "160,000" not in page.text


def test_limits_are_edited_by_the_administrator(cast, signed_in):
    limit = DiscountLimit.objects.get(role__name="adviser")
    address = reverse("admin:sales_discountlimit_change", args=[limit.pk])
    signed_in(cast.admin).post(address, {"role": limit.role_id, "amount": "1000", "percent": ""})
    assert (fresh(limit).amount, fresh(limit).percent) == (1_000, None)


SIGN = "UPDATE sales_order SET status = 'SIGNED', approved_by_id = {by}, signed_at = now() WHERE status = 'PENDING_APPROVAL'"


def test_the_database_lets_nobody_sign_above_their_limit(variant, cast):
    priced(variant, 198_800, 50_000)
    assert misjudged({"order_within_authority": [SIGN.format(by=cast.sales_manager.pk)]}) == []
    assert verdict(SIGN.format(by=cast.gm.pk)) == ""


def test_the_database_knows_what_is_given_up(variant, cast):
    priced(variant, 198_800, 50_000)
    OrderFactory.create(quote=QuoteFactory.create(variant=variant), status="DRAFT")
    draft = " WHERE status = 'DRAFT'"
    table = {
        "order_terms_frozen": ["UPDATE sales_order SET conceded = 0, list_price = 1 WHERE status = 'PENDING_APPROVAL'"],
        "order_costs_as_offered": [
            f"UPDATE sales_order SET conceded = 0{draft}",
            f"UPDATE sales_order SET collected = 0{draft}",
            f"UPDATE sales_order SET accessories = 9{draft}",
            f"UPDATE sales_order SET list_price = 999999{draft}",
            f"UPDATE sales_order SET discount = 0, price = price - discount{draft}",
        ],
    }
    wrong = misjudged(table)
    assert [row for row in wrong if row[0] != "order_terms_frozen"] == []
    assert {row[2] for row in wrong} <= {"order_costs_as_offered"}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_managers_approve_once(variant, cast):
    order = priced(variant, 198_800, 5_000)
    people = (cast.sales_manager, cast.gm)
    ends = at_once(*(partial(orders.approve_order, order, by=person) for person in people))
    assert ends == [DONE, "illegal_transition"]


def test_the_price_of_a_car_is_the_cars_on_every_paper(variant, black, cast, signed_in):
    items = [
        Item("VEHICLE", Decimal(188_800)),
        Item("ACCESSORY", Decimal(680)),
        Item("TAX", Decimal(16_700)),
        Item("INSURANCE", Decimal(5_600)),
        Item("PLATE", Decimal(500)),
        Item("FINANCE", Decimal(2_000)),
        Item("DISCOUNT", Decimal(-5_000)),
    ]
    quote = QuoteFactory.create(variant=variant, colour=black, items=items)
    order = fresh(OrderFactory.create(quote=quote, status="DELIVERED"))
    assert (order.car_price, order.accessories, order.collected, order.total) == (183_800, 680, 24_800, 209_280)
    client, card = signed_in(cast.sales_manager), order.owner_card
    for address in (
        reverse("sales:owner_card", args=[card.pk]),
        reverse("sales:order", args=[order.pk]),
        reverse("sales:quote", args=[quote.pk]),
        reverse("sales:orders") + "?status=DELIVERED",
        reverse("sales:quotes"),
    ):
        page = client.get(address).text
        assert "183,800" in page, address
    assert client.get(f"/api/v1/sales/owner-cards/{card.pk}/").json()["car_price"] == "183800.00"
    answer = client.get(f"/api/v1/sales/orders/{order.pk}/").json()
    assert (answer["car_price"], answer["collected"]) == ("183800.00", "24800.00")
    rates = {line.text or line.kind: line.vat_rate for line in order.invoice.lines.all()}
    assert set(rates.values()) == {Decimal(0), Decimal(13)}, "no tax of ours on what is not ours"


def test_a_discount_does_not_eat_what_is_collected_for_others(variant):
    with refuses("discount_above_price"):
        QuoteFactory.create(
            variant=variant,
            items=[Item("VEHICLE", Decimal(100)), Item("TAX", Decimal(50)), Item("DISCOUNT", Decimal(-120))],
        )


def test_a_pledged_car_stays_in_the_figures_of_the_yard(variant, black, cast):
    car = stock.pledge_certificate(StockCarFactory.create(variant=variant), reason="授信", by=cast.warehouse)
    assert car.status == "AVAILABLE"
