"""The customer's account: sums that the database keeps, and money that cannot be taken or given back twice."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from crm.actions import billing, customers
from crm.due_work import payments_due
from crm.models import Invoice, InvoiceLine, Payment
from dms.core.refusals import Refusal
from dms.models import Event
from tests.races import DONE, at_once


@pytest.fixture
def cashier(person):
    return person("cashier", name="cashier")


def open_one(store, by, amount="1000.00"):
    customer = customers.register_customer(name="谷雨", phone="13800000001", store=store, by=by).customer
    lines = [billing.Line(InvoiceLine.Kind.LABOUR, "保养", Decimal(amount))]
    return billing.open_invoice(customer=customer, store=store, subject="保养", lines=lines, by=by)


@pytest.fixture
def invoice(store, cashier):
    return open_one(store, cashier)


def pay(invoice, amount, by, **more):
    return billing.take_payment(invoice, amount=Decimal(amount), method=Payment.Method.CASH, by=by, **more)


def test_an_account_sums_its_rows(invoice, cashier):
    pay(invoice, "300", cashier)
    invoice.refresh_from_db()
    assert (invoice.total, invoice.paid, invoice.due, invoice.is_settled) == (1000, 300, 700, False)
    pay(invoice, "700", cashier)
    billing.refund(invoice, amount=Decimal(100), method="CASH", reason="少做一项", by=cashier)
    invoice.refresh_from_db()
    assert (invoice.received, invoice.refunded, invoice.due) == (1000, 100, 100)


def test_more_than_is_due_is_refused_with_the_figure(invoice, cashier):
    with pytest.raises(Refusal, match="1,000.00") as refusal:
        pay(invoice, "1000.01", cashier)
    assert refusal.value.code == "above_due"


def test_a_double_click_is_one_payment(invoice, cashier):
    assert pay(invoice, "300", cashier, key="once") == pay(invoice, "300", cashier, key="once")
    assert Invoice.objects.get().received == 300


def test_a_refund_needs_a_reason_and_never_exceeds_what_was_received(invoice, cashier):
    pay(invoice, "300", cashier)
    for amount, reason, code in (("300.01", "退", "above_received"), ("10", " ", "refund_incomplete")):
        with pytest.raises(Refusal) as refusal:
            billing.refund(invoice, amount=Decimal(amount), method="CASH", reason=reason, by=cashier)
        assert refusal.value.code == code


def test_a_line_is_taken_back_by_its_counter_row_once(invoice, cashier):
    line = invoice.lines.get()
    billing.reverse_line(line, by=cashier, reason="未做")
    invoice.refresh_from_db()
    assert (invoice.total, invoice.lines.count()) == (0, 2)
    with pytest.raises(Refusal):
        billing.reverse_line(line, by=cashier, reason="未做")


def test_credit_settles_until_its_day(invoice, manager):
    billing.approve_credit(invoice, until=in_a_month(), reason="月结客户", by=manager)
    assert Invoice.objects.get().is_settled
    event = Event.objects.get(kind="invoice.credit_approved")
    assert (event.by, event.data["reason"], event.data["amount"]) == (manager, "月结客户", "1000.00")


def in_a_month():
    return timezone.localdate() + timedelta(days=30)


@pytest.mark.parametrize(
    ("days", "reason", "code"), [(-1, "月结", "credit_in_the_past"), (30, " ", "credit_without_reason")]
)
def test_credit_has_a_day_ahead_and_a_reason(invoice, manager, days, reason, code):
    with pytest.raises(Refusal) as refusal:
        billing.approve_credit(invoice, until=timezone.localdate() + timedelta(days=days), reason=reason, by=manager)
    assert refusal.value.code == code
    assert not Invoice.objects.get().is_settled


def test_a_credit_that_has_run_out_is_due_again(invoice, cashier, manager, store, time_machine):
    def asked():
        return [due.title for due in payments_due(cashier, store, timezone.now())]

    billing.approve_credit(invoice, until=in_a_month(), reason="月结客户", by=manager)
    assert asked() == []
    time_machine.move_to(timezone.now() + timedelta(days=31))
    assert asked() == ["谷雨"]
    assert not Invoice.objects.get().is_settled


def test_there_is_no_credit_for_what_is_paid(invoice, cashier, manager):
    pay(invoice, "1000", cashier)
    with pytest.raises(Refusal) as refusal:
        billing.approve_credit(invoice, until=in_a_month(), reason="月结客户", by=manager)
    assert refusal.value.code == "nothing_due"


def test_a_withdrawn_credit_is_due_at_once(invoice, manager):
    billing.approve_credit(invoice, until=in_a_month(), reason="月结客户", by=manager)
    billing.withdraw_credit(invoice, reason="上月未付", by=manager)
    invoice.refresh_from_db()
    assert (invoice.is_settled, invoice.credit_by, invoice.credit_until) == (False, None, None)
    assert Event.objects.get(kind="invoice.credit_withdrawn").data["reason"] == "上月未付"
    with pytest.raises(Refusal) as refusal:
        billing.withdraw_credit(invoice, reason="再来一次", by=manager)
    assert refusal.value.code == "no_credit"


def test_a_manager_approves_and_withdraws_credit_on_its_pages(invoice, manager, signed_in):
    client, back = signed_in(manager), reverse("crm:customer", args=[invoice.customer_id])
    page = reverse("crm:invoice_credit", args=[invoice.pk])
    assert "1,000.00" in client.get(page).text
    assert client.post(page, {"until": "2020-01-01", "reason": "月结"}).status_code == 422
    assert client.post(f"{page}?back={back}", {"until": in_a_month(), "reason": "月结"}).url == back
    assert Invoice.objects.get().credit_by == manager
    assert client.post(reverse("crm:invoice_credit_end", args=[invoice.pk]), {"reason": "未付"}).url == back
    assert not Invoice.objects.get().is_settled


def test_the_cashier_who_takes_the_money_does_not_approve_credit(invoice, cashier, manager, signed_in):
    client, page = signed_in(cashier), reverse("crm:invoice_credit", args=[invoice.pk])
    assert client.get(page).status_code == 403
    assert page not in client.get(reverse("crm:invoice", args=[invoice.pk])).text
    billing.approve_credit(invoice, until=in_a_month(), reason="月结客户", by=manager)
    assert str(manager) in client.get(reverse("crm:invoice", args=[invoice.pk])).text


def test_credit_is_approved_and_withdrawn_by_api(invoice, person, signed_in):
    client, root = signed_in(person("gm", name="gm")), f"/api/v1/crm/invoices/{invoice.pk}"
    body = {"until": in_a_month().isoformat(), "reason": "月结"}
    told = client.post(f"{root}/approve_credit/", body, content_type="application/json")
    assert (told.status_code, told.json()["credit_until"]) == (200, body["until"])
    told = client.post(f"{root}/withdraw_credit/", {"reason": "未付"}, content_type="application/json")
    assert (told.status_code, told.json()["credit_until"]) == (200, None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE crm_invoice SET total = 1",
        "UPDATE crm_invoice SET received = 1000",
        "UPDATE crm_payment SET amount = 1",
        "DELETE FROM crm_payment",
        "UPDATE crm_invoiceline SET amount = 1",
        "DELETE FROM crm_invoiceline",
        (
            "INSERT INTO crm_payment (number, invoice_id, amount, method, note, key, at, by_id)"
            " SELECT 'x', invoice_id, 9999, 'CASH', '', 'k', now(), by_id FROM crm_payment"
        ),
        (
            "INSERT INTO crm_refund (number, invoice_id, amount, method, reason, key, at, by_id)"
            " SELECT 'x', invoice_id, 301, 'CASH', 'x', 'k', now(), by_id FROM crm_payment"
        ),
        (
            "INSERT INTO crm_payment (number, invoice_id, amount, method, note, key, at, by_id)"
            " SELECT 'x', invoice_id, -5, 'CASH', '', 'k', now(), by_id FROM crm_payment"
        ),
    ],
)
def test_the_database_refuses_to_rewrite_the_account(invoice, cashier, statement):
    pay(invoice, "300", cashier)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Invoice.objects.get().paid == 300


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_cashiers_cannot_take_the_same_money_twice(store, cashier):
    invoice = open_one(store, cashier)
    assert at_once(*[partial(pay, invoice, "600", cashier)] * 6) == ["above_due"] * 5 + [DONE]
    assert Payment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_are_there_after_another_test_emptied_the_tables(store, cashier):
    assert open_one(store, cashier).number.startswith("IV-JJ01-")


def test_a_key_that_was_sent_for_another_payment_is_refused(invoice, store, cashier, signed_in):
    other = open_one(store, cashier)
    pay(invoice, "1", cashier, key="once")
    for account, amount in ((other, "1"), (invoice, "2")):
        with pytest.raises(Refusal) as refusal:
            pay(account, amount, cashier, key="once")
        assert refusal.value.code == "key_reused"
    answer = signed_in(cashier).post(
        reverse("crm:invoice_take", args=[other.pk]), {"amount": "1", "method": "CASH", "key": "once"}, follow=True
    )
    assert "之前已为别的内容提交过" in answer.text
    assert Payment.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_key_on_several_accounts_at_once_is_one_payment(store, cashier):
    accounts = [open_one(store, cashier) for _number in range(4)]
    acts = [partial(pay, account, "5", cashier, key="once") for account in accounts]
    assert at_once(*acts) == [DONE, *["key_reused"] * 3]
    assert Payment.objects.count() == 1
