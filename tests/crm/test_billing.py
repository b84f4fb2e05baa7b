"""The customer's account: sums that the database keeps, and money that cannot be taken or given back twice."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from crm.actions import billing, customers
from crm.models import Invoice, InvoiceLine, Payment
from dms.core.refusals import Refusal
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
    billing.approve_credit(invoice, until=timezone.localdate() + timedelta(days=30), by=manager)
    assert Invoice.objects.get().is_settled
    with pytest.raises(Refusal):
        billing.approve_credit(invoice, until=timezone.localdate() - timedelta(days=1), by=manager)


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
