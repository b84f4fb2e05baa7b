"""The car leaves when four departments, the customer and the money agree; then care begins."""

import base64
import datetime as dt
from decimal import Decimal
from functools import partial
from io import BytesIO

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from rest_framework.test import APIClient

from crm.actions import billing
from crm.acts import INVOICE
from crm.models import FollowUp
from dms.models import Attachment, Event
from dms.navigation import due_work, registry
from dms.navigation.process_map import draw
from sales.actions import deliveries, orders, owner_cards, stock
from sales.models import DeliverySheet, Lead, Order, OwnerCard, StockCar
from tests.conftest import refuses
from tests.factories import VehicleFactory, fresh
from tests.factories.workshop import hour_ahead
from tests.races import DONE, at_once

pytestmark = pytest.mark.django_db


def test_what_is_missing_is_named_exactly(sheet, order, cast, car):
    deliveries.sign_off(sheet, department="SALES", by=cast.adviser)
    deliveries.sign_off(sheet, department="AFTERSALES", by=cast.inspector)
    stock.pledge_certificate(car, reason="银行授信", by=cast.warehouse)
    with refuses("delivery_incomplete") as refusal:
        deliveries.deliver_order(order, by=cast.adviser)
    said = str(refusal.value.sentence)
    assert "200,000.00" in said
    assert len(deliveries.missing(order)) == 5


def test_a_department_signs_for_itself(sheet, cast):
    with refuses("not_yours"):
        deliveries.sign_off(sheet, department="WAREHOUSE", by=cast.adviser)


def test_finance_signs_when_the_money_is_there(sheet, cast):
    with refuses("not_paid"):
        deliveries.sign_off(sheet, department="FINANCE", by=cast.cashier)


def test_the_warehouse_signs_when_the_certificate_is_there(sheet, cast, car):
    stock.pledge_certificate(car, reason="银行授信", by=cast.warehouse)
    with refuses("certificate_pledged"):
        deliveries.sign_off(sheet, department="WAREHOUSE", by=cast.warehouse)


def test_a_department_signs_once(sheet, cast):
    deliveries.sign_off(sheet, department="AFTERSALES", by=cast.inspector)
    with refuses("already_signed"):
        deliveries.sign_off(sheet, department="AFTERSALES", by=cast.inspector)


def test_each_department_has_the_sheet_on_its_list(sheet, cast, store):
    for person in (cast.warehouse, cast.cashier):
        assert [one for one in due_work.due(person, store, timezone.now()) if sheet.number in one.detail]
    deliveries.sign_off(sheet, department="WAREHOUSE", by=cast.warehouse)
    assert not [one for one in due_work.due(cast.warehouse, store, timezone.now()) if sheet.number in one.detail]


def test_delivery_makes_an_owner_a_card_a_file_and_begins_the_care(signed_sheet, order, car, cast):
    card = deliveries.deliver_order(order, by=cast.adviser)
    order.refresh_from_db()
    vehicle = card.vehicle
    assert (order.status, Lead.objects.get().status, StockCar.objects.get().status) == ("DELIVERED",) * 3
    assert (vehicle.vin, vehicle.variant, vehicle.bought_on) == (car.vin, car.variant, timezone.localdate())
    assert vehicle.ownerships.get().customer == order.customer
    assert card.customer == order.customer
    assert FollowUp.objects.filter(vehicle=vehicle, cadence__trigger="DELIVERY").count() >= 4
    assert {"order.delivered", "owner_card.opened", "care.started"} <= set(Event.objects.values_list("kind", flat=True))
    with refuses("illegal_transition"):
        deliveries.deliver_order(order, by=cast.adviser)


def test_on_the_map_a_delivered_order_has_arrived_and_is_never_late(signed_sheet, order, cast):
    deliveries.deliver_order(order, by=cast.adviser)
    lane = next(lane for lane in registry.lanes if lane.model is Order)
    delivered = draw([lane], cast.adviser, None, timezone.now())[0].nodes[lane.statuses.index("DELIVERED")]
    assert (delivered.count, delivered.late) == (1, False)
    later = draw([lane], cast.adviser, None, timezone.now() + dt.timedelta(days=30))[0]
    assert (later.nodes[lane.statuses.index("DELIVERED")].count, later.total) == (0, 0)


def test_a_demonstrator_on_file_changes_hands(signed_sheet, order, car, cast):
    from_file = VehicleFactory.create(owner=order.customer, number=car.vin)
    assert deliveries.deliver_order(order, by=cast.adviser).vehicle == from_file


def test_care_of_the_card_goes_to_customer_service_once(signed_sheet, order, cast):
    card = deliveries.deliver_order(order, by=cast.adviser)
    handed = owner_cards.hand_to_customer_service(card.vehicle, by=cast.adviser)
    assert handed.handed_over_at
    assert owner_cards.hand_to_customer_service(card.vehicle, by=cast.adviser) is None
    assert not OwnerCard.objects.filter(handed_over_at__isnull=True).exists()


def test_customer_and_car_tell_the_purchase(signed_sheet, order, cast):
    card = deliveries.deliver_order(order, by=cast.adviser)
    for subject in (order.customer, card.vehicle):
        assert any(order.number in moment.title for moment in registry.timeline.of(subject, cast.adviser))


def png():
    file = BytesIO()
    Image.new("RGB", (60, 20), "white").save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def test_the_sheet_goes_round_by_page(order, car, cast, pay, signed_in):
    client = signed_in(cast.adviser)
    client.post(reverse("sales:order_allocate", args=[order.pk]), {"car": car.pk})
    at = timezone.localtime(hour_ahead(0))
    client.post(reverse("sales:delivery_plan", args=[order.pk]), {"at": f"{at:%Y-%m-%dT%H:%M}"})
    sheet = DeliverySheet.objects.get()
    pay(order, 200_000)
    for by, department in (
        (cast.adviser, "SALES"),
        (cast.warehouse, "WAREHOUSE"),
        (cast.inspector, "AFTERSALES"),
        (cast.cashier, "FINANCE"),
    ):
        url = reverse("sales:delivery_sign", args=[sheet.pk])
        code = signed_in(by).post(url, {"department": department}).status_code
        assert code == (302 if by.has_perm("sales.view") else 403)
    if not sheet.sign_offs.filter(department="AFTERSALES").exists():
        deliveries.sign_off(sheet, department="AFTERSALES", by=cast.inspector)
    for step in ("cleaned", "papers", "arrived"):
        client.post(reverse("sales:delivery_step", args=[sheet.pk]), {"step": step})
    client.post(reverse("sales:delivery_confirm", args=[sheet.pk]), {"signature": png()})
    signed_in(cast.warehouse).post(reverse("sales:order_ready", args=[order.pk]))
    page = client.get(reverse("sales:delivery", args=[sheet.pk]))
    assert page.context["missing"] == []
    assert client.get(reverse("sales:delivery_pdf", args=[sheet.pk])).content.startswith(b"%PDF")
    client.post(reverse("sales:order_deliver", args=[order.pk]))
    card = OwnerCard.objects.get()
    sheet.refresh_from_db()
    assert sheet.signature
    assert sheet.confirmed_name == str(order.customer)
    assert card.number in client.get(reverse("sales:owner_cards")).content.decode()
    assert client.get(reverse("sales:owner_card", args=[card.pk])).status_code == 200
    assert client.get(reverse("sales:owner_card_pdf", args=[card.pk])).content.startswith(b"%PDF")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_car_is_handed_over_once(signed_sheet, order, cast):
    people = (cast.adviser, cast.sales_manager)
    ends = at_once(*(partial(deliveries.deliver_order, order, by=person) for person in people))
    assert ends == [DONE, "illegal_transition"]
    assert OwnerCard.objects.count() == 1
    assert Event.objects.filter(kind="order.delivered").count() == 1


@pytest.mark.parametrize(
    ("spoil", "missing"),
    [
        ("UPDATE sales_stockcar SET certificate = 'PLEDGED'", "certificate"),
        ("UPDATE sales_allocation SET ended_at = now()", "certificate"),
    ],
)
def test_the_database_delivers_nothing_incomplete(signed_sheet, spoil, missing):
    deliver = "UPDATE sales_order SET status = 'DELIVERED', delivered_at = now()"
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match=missing), transaction.atomic():
        cursor.execute(f"{spoil}; {deliver}")


def test_a_signature_stays(signed_sheet):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM sales_signoff")


def test_a_purchase_is_closed_once_nothing_is_owed(signed_sheet, order, cast, signed_in):
    deliveries.deliver_order(order, by=cast.adviser)
    client, close = signed_in(cast.sales_manager), reverse("sales:order_close", args=[order.pk])
    order.refresh_from_db()
    billing.refund(order.invoice, amount=Decimal(600), method="CARD", reason="误收", by=cast.cashier)
    answer = client.post(close)
    assert answer.status_code == 409
    assert "¥600.00" in answer.text
    billing.take_payment(order.invoice, amount=Decimal(600), method="CARD", by=cast.cashier)
    page = reverse("sales:order", args=[order.pk])
    assert close in client.get(page).text
    assert client.post(close).status_code == 302
    order.refresh_from_db()
    assert order.status == "CLOSED"
    assert close not in client.get(page).text


def test_what_closed_a_sale_is_not_given_back_by_the_till_alone(signed_sheet, order, cast, signed_in):
    deliveries.deliver_order(order, by=cast.adviser)
    order.refresh_from_db()
    orders.close_order(order, by=cast.sales_manager)
    client, where = signed_in(cast.cashier), f"/api/v1/crm/invoices/{order.invoice_id}/refund/"
    for amount in (order.invoice.paid, 1):
        answer = client.post(
            where, {"amount": str(amount), "method": "CASH", "reason": "x"}, content_type="application/json"
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "refund_leaves_sale_paid")
    order.invoice.refresh_from_db()
    assert order.invoice.refunded == 0
    offer = INVOICE.offered(order.invoice, cast.cashier)["refund"]
    assert str(offer.why_not) == str(Order.TRIGGERS["refund_leaves_sale_paid"])
    page = client.get(reverse("crm:invoice", args=[order.invoice_id])).text
    assert str(offer.why_not) in page
    assert reverse("crm:invoice_refund", args=[order.invoice_id]) not in page


def test_the_api_delivers(signed_sheet, order, cast, signed_in):
    client = signed_in(cast.adviser)
    sheet = client.get(f"/api/v1/sales/deliveries/{signed_sheet.pk}/").json()
    assert (sheet["missing"], len(sheet["signed"])) == ([], 4)
    card = client.post(f"/api/v1/sales/orders/{order.pk}/deliver/")
    assert card.status_code == 200, card.content
    assert Order.objects.get().status == "DELIVERED"
    assert client.get("/api/v1/sales/owner-cards/").json()["results"][0]["number"] == card.json()["number"]


def test_home_counts_the_day(signed_sheet, order, cast, signed_in):
    deliveries.deliver_order(order, by=cast.adviser)
    client = signed_in(cast.sales_manager)
    assert client.get(reverse("dms:home")).status_code == 200
    assert client.get(reverse("dms:search"), {"q": order.number[-4:]}).status_code == 200
    assert client.get(reverse("crm:customer", args=[order.customer_id])).status_code == 200


@pytest.fixture
def owner_card(signed_sheet, order, cast):
    return deliveries.deliver_order(order, by=cast.adviser)


@pytest.mark.parametrize("sent", [{"loan_until": "2020-01-01"}, {"loan_until": ""}])
def test_a_loan_that_cannot_be_stays_in_the_form(owner_card, cast, signed_in, sent):
    page = signed_in(cast.adviser).post(
        reverse("sales:owner_card_loan", args=[owner_card.pk]), {"loan_terms": "36"} | sent
    )
    assert page.status_code == 422
    assert 'value="36"' in page.text


def test_the_loan_of_a_card_is_noted_by_page(owner_card, cast, signed_in):
    until = timezone.localdate() + dt.timedelta(days=1095)
    address = reverse("sales:owner_card_loan", args=[owner_card.pk])
    assert signed_in(cast.adviser).post(address, {"loan_until": until, "loan_terms": "36"}).status_code == 302
    card = fresh(owner_card)
    assert (card.loan_until, card.loan_terms) == (until, 36)


def test_the_loan_of_a_card_is_noted_by_api_once_and_taken_away(owner_card, cast):
    client, address = APIClient(), reverse("api:sales:owner-cards-loan", args=[owner_card.pk])
    client.force_authenticate(cast.adviser)
    until = timezone.localdate() + dt.timedelta(days=1095)
    for _again in range(2):
        answer = client.post(address, {"loan_until": until.isoformat(), "loan_terms": 36}, format="json")
        assert answer.json()["loan_terms"] == 36
    assert Event.objects.filter(kind="owner_card.loan_noted").count() == 1, "the same again is nothing new"
    assert client.post(address, {}, format="json").json()["loan_until"] is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"loan_terms": 36}, "loan_without_end"),
        ({"loan_terms": 0}, "loan_without_end"),
        ({"loan_until": "2020-01-01", "loan_terms": 36}, "loan_over_before_purchase"),
    ],
)
def test_a_loan_that_cannot_be_is_refused_by_the_api(signed_sheet, order, cast, body, code):
    card = deliveries.deliver_order(order, by=cast.adviser)
    client = APIClient()
    client.force_authenticate(cast.adviser)
    answer = client.post(reverse("api:sales:owner-cards-loan", args=[card.pk]), body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_the_database_takes_no_instalments_without_an_end(signed_sheet, order, cast):
    card = deliveries.deliver_order(order, by=cast.adviser)
    with pytest.raises(DatabaseError, match="ownercard_loan_has_end"), transaction.atomic():
        OwnerCard.objects.filter(pk=card.pk).update(loan_terms=36)


def test_the_customers_word_is_not_written_over(sheet, cast):
    deliveries.confirm_delivery(sheet, name="谷雨", by=cast.adviser)
    with refuses("already_confirmed"):
        deliveries.confirm_delivery(sheet, name="别人", by=cast.adviser)
    sheet.refresh_from_db()
    assert sheet.confirmed_name == "谷雨"


def test_a_loan_of_ten_thousand_instalments_is_told_at_the_form(signed_sheet, order, cast, signed_in):
    card = deliveries.deliver_order(order, by=cast.adviser)
    page = signed_in(cast.adviser).post(
        reverse("sales:owner_card_loan", args=[card.pk]), {"loan_until": "2030-01-01", "loan_terms": "40000"}
    )
    assert page.status_code == 422


def test_a_signature_drawn_for_a_refused_confirmation_is_not_kept(sheet, cast, signed_in):
    deliveries.confirm_delivery(sheet, name="谷雨", by=cast.adviser)
    client = signed_in(cast.adviser)
    client.post(reverse("sales:delivery_confirm", args=[sheet.pk]), {"signature": png()})
    assert not Attachment.objects.exists()


def test_who_signs_by_hand_is_the_buyer(sheet, cast, signed_in):
    client = signed_in(cast.adviser)
    client.post(reverse("sales:delivery_confirm", args=[sheet.pk]), {"signature": png()})
    sheet.refresh_from_db()
    assert (sheet.confirmed_name, sheet.signature) == ("谷雨", Attachment.objects.get())
