"""From the offer to the signed order and its money, and the way back."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from crm.actions import billing
from crm.models import Refund
from dms.models import Event
from dms.navigation import due_work
from sales.actions import leads, losses, orders, quotes
from sales.actions.quotes import Item
from sales.models import Lead, Order, Quote, StockCar
from tests.conftest import refuses
from tests.factories import advance_order, fresh, reason

pytestmark = pytest.mark.django_db


def again(quote, adviser, amount=190_000):
    items = [Item("VEHICLE", Decimal(amount))]
    return quotes.make_quote(
        quote.lead, variant=quote.variant, items=items, valid_until=quote.valid_until, by=adviser, revises=quote
    )


def test_a_changed_offer_is_the_next_version_and_the_former_stays(quote, cast):
    second = again(quote, cast.adviser)
    quote.refresh_from_db()
    assert (second.number, second.version, quote.superseded) == (quote.number, 2, True)
    assert (quote.total, second.total) == (200_000, 190_000)
    with refuses("superseded"):
        again(quote, cast.adviser)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([("INSURANCE", 6_000)], "no_car_line"),
        ([("VEHICLE", 100), ("DISCOUNT", -200)], "discount_above_price"),
    ],
)
def test_an_offer_that_makes_no_sense_is_refused(lead, variant, cast, lines, code):
    items = [Item(kind, Decimal(amount)) for kind, amount in lines]
    with refuses(code):
        quotes.make_quote(lead, variant=variant, items=items, valid_until=dt.date(2040, 1, 1), by=cast.adviser)


def test_the_quote_page_shows_the_stock_and_prints(quote, car, cast, signed_in):
    client = signed_in(cast.adviser)
    page = client.get(reverse("sales:quote", args=[quote.pk])).content.decode()
    assert "曜岩黑" in page
    assert "¥200,000.00" in page
    assert client.get(reverse("sales:quote_pdf", args=[quote.pk])).content.startswith(b"%PDF")


def test_a_quote_is_made_on_the_page_with_a_positive_discount(lead, variant, cast, signed_in):
    client = signed_in(cast.adviser)
    url = reverse("sales:quote_new", args=[lead.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {}).status_code == 422
    facts = {"variant": variant.pk, "vehicle": "198800", "discount": "8800", "valid_until": "2040-01-01"}
    client.post(url, facts)
    assert Quote.objects.get().total == 190_000


def test_an_order_takes_its_figures_from_the_quote(draft, quote, cast):
    assert (draft.price, draft.discount, draft.total, draft.deposit) == (205_000, 5_000, 200_000, 5_000)
    with refuses("order_exists"):
        orders.order_from_quote(quote, by=cast.adviser)


def test_a_quote_that_ran_out_becomes_no_order(quote, cast, time_machine):
    time_machine.move_to(timezone.now() + dt.timedelta(days=9))
    with refuses("ran_out"):
        orders.order_from_quote(quote, by=cast.adviser)


def test_somebody_else_approves_and_the_invoice_is_opened(draft, cast, store):
    orders.submit_order(draft, by=cast.adviser)
    (item,) = [
        one
        for one in due_work.due(cast.sales_manager, store, timezone.now())
        if one.url == reverse("sales:order", args=[draft.pk])
    ]
    assert item.act_url == "", "looked at before it is approved"
    with refuses("own_order"):
        orders.approve_order(draft, by=cast.adviser)
    order = orders.approve_order(draft, by=cast.sales_manager)
    assert (order.status, order.invoice.total, order.invoice.due) == ("SIGNED", 200_000, 200_000)
    assert [line.kind for line in order.invoice.lines.all()] == ["CAR", "FEE", "DISCOUNT"]
    lead = Lead.objects.get()
    assert (lead.status, lead.next_contact_at) == ("ORDERED", None)


def test_a_returned_order_says_what_is_to_change(draft, cast):
    orders.submit_order(draft, by=cast.adviser)
    with refuses("no_instruction"):
        orders.return_order(draft, note=" ", by=cast.sales_manager)
    assert orders.return_order(draft, note="少让两千", by=cast.sales_manager).status == "DRAFT"


def test_the_order_knows_when_its_deposit_and_its_price_are_there(order, pay, cast, signed_in):
    pay(order, 5_000)
    assert Event.objects.filter(kind="order.deposit_paid").count() == 1
    page = signed_in(cast.adviser).get(reverse("sales:order", args=[order.pk])).content.decode()
    assert "¥195,000.00" in page
    pay(order, 195_000)
    assert Event.objects.filter(kind="order.deposit_paid").count() == 1
    assert Event.objects.filter(kind="order.paid").count() == 1


def test_a_signed_order_is_cancelled_by_the_manager_alone(order, cast):
    with refuses("manager_cancels"):
        orders.cancel_order(order, reason=reason("CANCEL"), by=cast.adviser)


def test_a_cancelled_order_frees_its_car(order, car, cast):
    orders.cancel_order(advance_order(order, "ALLOCATED", car=car), reason=reason("CANCEL"), by=cast.sales_manager)
    assert StockCar.objects.get().status == "AVAILABLE"


def test_a_cancelled_order_opens_its_card_again_with_a_next_contact(order, cast):
    orders.cancel_order(order, reason=reason("CANCEL"), by=cast.sales_manager)
    lead = Lead.objects.get()
    assert lead.status == "OPEN"
    assert lead.next_contact_at > timezone.now()


@pytest.fixture
def cancelled(order, pay, cast):
    """Of a deposit of 5,000, a thousand was kept."""
    pay(order, 5_000)
    return orders.cancel_order(order, reason=reason("CANCEL"), forfeit=Decimal(1_000), by=cast.sales_manager)


def test_of_the_debt_remains_what_is_kept_of_the_deposit(cancelled):
    account = fresh(cancelled.invoice)
    assert (cancelled.status, account.total, account.due) == ("CANCELLED", 1_000, -4_000)


def test_the_rest_of_the_deposit_goes_back_once(cancelled, cast):
    assert orders.refund_cancelled(cancelled, method="CARD", by=cast.cashier).amount == 4_000
    with refuses("nothing_to_refund"):
        orders.refund_cancelled(cancelled, method="CARD", by=cast.cashier)
    assert Refund.objects.count() == 1


def test_no_more_is_kept_than_was_paid(order, pay, cast):
    pay(order, 5_000)
    with refuses("forfeit_above_paid"):
        orders.cancel_order(order, reason=reason("CANCEL"), forfeit=Decimal(6_000), by=cast.sales_manager)


def test_pages_carry_an_order_from_quote_to_signature(quote, cast, signed_in):
    client = signed_in(cast.adviser)
    body = {"kind": "GENERAL", "deposit": "5000", "pays": "CASH", "submit": "1"}
    client.post(reverse("sales:order_new", args=[quote.pk]), body)
    order = Order.objects.get()
    assert order.status == "PENDING_APPROVAL"
    assert client.post(reverse("sales:order_approve", args=[order.pk])).status_code == 403
    signed_in(cast.sales_manager).post(reverse("sales:order_approve", args=[order.pk]))
    order.refresh_from_db()
    assert order.status == "SIGNED"
    assert client.get(reverse("sales:order_pdf", args=[order.pk])).content.startswith(b"%PDF")
    assert order.number in client.get(reverse("sales:orders")).content.decode()


def test_an_order_may_be_kept_as_a_draft_and_sent_later(quote, cast, signed_in):
    client = signed_in(cast.adviser)
    body = {"kind": "GENERAL", "deposit": "5000", "pays": "CASH"}
    client.post(reverse("sales:order_new", args=[quote.pk]), body)
    order = Order.objects.get()
    assert order.status == "DRAFT"
    client.post(reverse("sales:order_submit", args=[order.pk]))
    order.refresh_from_db()
    assert order.status == "PENDING_APPROVAL"


def test_the_cashier_is_asked_for_the_deposit_and_then_for_the_rest(order, pay):
    assert order.invoice.asked == 5_000
    pay(order, 2_000)
    order.invoice.refresh_from_db()
    assert order.invoice.asked == 3_000
    pay(order, 3_000)
    order.invoice.refresh_from_db()
    assert order.invoice.asked == order.invoice.due == 195_000


QUOTED = "INSERT INTO sales_quoteline (text, quote_id, kind, amount) SELECT '', id, {} FROM sales_quote"


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE sales_order SET approved_by_id = made_by_id", "order_signed_is_approved_by_another"),
        ("UPDATE sales_order SET discount = price + 1", "order_amounts_plausible"),
        ("UPDATE sales_order SET deposit = -1", "order_amounts_plausible"),
        ("UPDATE sales_order SET kind = 'ENTRUSTED'", "order_entrusted_names_store"),
        ("UPDATE sales_order SET status = 'CANCELLED'", "order_cancelled_has_reason"),
        ("UPDATE sales_order SET status = 'DELIVERED', delivered_at = now()", "cannot be delivered"),
        (QUOTED.format("'OPTION', -1"), "quoteline_sign"),
        (QUOTED.format("'VEHICLE', 1"), "quoteline_one_car"),
    ],
)
def test_the_database_keeps_orders_and_quotes(order, statement, constraint):
    with pytest.raises(DatabaseError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_api_carries_an_order_from_quote_to_cancellation(lead, variant, cast, signed_in):
    mine, theirs = signed_in(cast.adviser), signed_in(cast.sales_manager)
    lines = [{"kind": "VEHICLE", "amount": "198800.00"}, {"kind": "DISCOUNT", "amount": "-800.00"}]
    body = {"lead": lead.pk, "variant": variant.pk, "valid_until": "2040-01-01", "lines": lines}
    quote = mine.post("/api/v1/sales/quotes/", body, content_type="application/json")
    assert quote.status_code == 201, quote.content
    url = f"/api/v1/sales/quotes/{quote.json()['id']}/order/"
    order = mine.post(url, {"deposit": "3000.00"}, content_type="application/json")
    assert order.status_code == 201, order.content
    here = f"/api/v1/sales/orders/{order.json()['id']}/"
    mine.post(f"{here}submit/")
    assert mine.post(f"{here}approve/").status_code == 403
    signed = theirs.post(f"{here}approve/")
    assert (signed.json()["status"], signed.json()["due"]) == ("SIGNED", "198000.00"), signed.content
    ended = theirs.post(f"{here}cancel/", {"reason": "CAR_LATE"}, content_type="application/json")
    assert ended.json()["status"] == "CANCELLED", ended.content
    nothing = signed_in(cast.cashier).post(f"{here}refund/", {"method": "CASH"}, content_type="application/json")
    assert nothing.json()["code"] == "nothing_to_refund"


def test_a_quote_without_a_price_costs_what_the_list_says(lead, cast, variant, signed_in):
    sent = {"variant": variant.pk, "valid_until": f"{timezone.localdate():%Y-%m-%d}", "vehicle": ""}
    url = reverse("sales:quote_new", args=[lead.pk])
    variant.list_price = None
    variant.save()
    assert "这款车没有指导价" in signed_in(cast.adviser).post(url, sent).text
    variant.list_price = Decimal(123_400)
    variant.save()
    assert signed_in(cast.adviser).post(url, sent).status_code == 302
    assert lead.quotes.get().total == Decimal(123_400)


@pytest.mark.parametrize("amount", ["100000000.00", "-100000000.00"])
def test_no_line_of_an_offer_is_absurd(lead, variant, cast, amount):
    items = [Item("VEHICLE", Decimal(1)), Item("OPTION", Decimal(amount))]
    with refuses("amount_too_large"):
        quotes.make_quote(lead, variant=variant, items=items, valid_until=dt.date(2040, 1, 1), by=cast.adviser)


@pytest.mark.parametrize(
    "sent", [{"deposit": "-5"}, {"deposit": "1e30"}, {"deliver_on": "9999-12-31"}, {"deliver_on": "2020-01-01"}]
)
def test_an_order_that_cannot_be_is_told_at_its_form(quote, cast, signed_in, sent):
    page = signed_in(cast.adviser).post(
        reverse("sales:order_new", args=[quote.pk]), {"kind": "GENERAL", "pays": "CASH", "deposit": "0"} | sent
    )
    assert page.status_code == 422
    assert not Order.objects.exists()


def test_a_card_with_an_order_under_way_is_not_lost(draft, cast):
    with refuses("order_under_way"):
        losses.request_loss(draft.lead, reason=reason("LOSS", "PRICE"), loss_class="SAME_BRAND", by=cast.adviser)


def test_a_lost_card_is_neither_moved_nor_changed(lead, cast):
    losses.request_loss(lead, reason=reason("LOSS", "PRICE"), loss_class="SAME_BRAND", by=cast.adviser)
    losses.confirm_loss(lead, by=cast.sales_manager)
    tomorrow = timezone.now() + dt.timedelta(days=1)
    for act in (
        lambda: leads.reschedule(lead, to=tomorrow, reason=reason("RESCHEDULE"), by=cast.adviser),
        lambda: leads.change_wish(lead, by=cast.adviser, wish="七座"),
    ):
        with refuses("not_open"):
            act()


def test_a_paid_deposit_sends_the_adviser_to_the_cars(order, cast, store):
    def kinds(user):
        return [str(due.kind) for due in due_work.due(user, store, timezone.now())]

    assert "收款" in kinds(cast.cashier)
    assert "配车" not in kinds(cast.adviser)
    billing.take_payment(order.invoice, amount=Decimal(5_000), method="WECHAT", by=cast.cashier)
    assert "配车" in kinds(cast.adviser)
    assert "收款" not in kinds(cast.cashier), "the rest waits for the delivery"


def test_the_next_version_of_an_offer_is_made_from_its_page(quote, cast, signed_in):
    client, address = signed_in(cast.adviser), reverse("sales:quote_revise", args=[quote.pk])
    assert client.get(address).context["form"].initial["discount"] == 5_000, "it begins with the former version"
    sent = {"variant": quote.variant_id, "vehicle": "205000", "discount": "8000", "valid_until": "2040-01-01"}
    client.post(address, sent)
    newer = Quote.objects.get(superseded=False)
    assert (newer.number, newer.version, newer.total) == (quote.number, quote.version + 1, 197_000)
    assert client.post(address, sent).status_code == 422, "there is a newer version by now"
