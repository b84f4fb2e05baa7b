"""The customer's account: sums that the database keeps, and money that cannot be taken or given back twice."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from crm.actions import billing
from crm.models import Invoice, InvoiceLine, Payment
from tests.conftest import refuses
from tests.factories import InvoiceFactory
from tests.races import DONE, at_once


def open_one(store, by, amount="1000.00"):
    lines = [billing.Line(InvoiceLine.Kind.LABOUR, "保养", Decimal(amount))]
    return InvoiceFactory.create(store=store, lines=lines, by=by)


@pytest.fixture
def invoice(store, cast):
    return open_one(store, cast.cashier)


def pay(invoice, amount, by, **more):
    return billing.take_payment(invoice, amount=Decimal(amount), method=Payment.Method.CASH, by=by, **more)


def test_an_account_sums_its_rows(invoice, cast):
    pay(invoice, "300", cast.cashier)
    invoice.refresh_from_db()
    assert (invoice.total, invoice.paid, invoice.due, invoice.is_settled) == (1000, 300, 700, False)
    pay(invoice, "700", cast.cashier)
    billing.refund(invoice, amount=Decimal(100), method="CASH", reason="少做一项", by=cast.cashier)
    invoice.refresh_from_db()
    assert (invoice.received, invoice.refunded, invoice.due) == (1000, 100, 100)


def test_more_than_is_due_is_refused_with_the_figure(invoice, cast):
    with refuses("above_due", match="1,000.00"):
        pay(invoice, "1000.01", cast.cashier)


def test_a_double_click_is_one_payment(invoice, cast):
    assert pay(invoice, "300", cast.cashier, key="once") == pay(invoice, "300", cast.cashier, key="once")
    assert Invoice.objects.get().received == 300


def test_a_refund_needs_a_reason_and_never_exceeds_what_was_received(invoice, cast):
    pay(invoice, "300", cast.cashier)
    for amount, reason, code in (("300.01", "退", "above_received"), ("10", " ", "refund_incomplete")):
        with refuses(code):
            billing.refund(invoice, amount=Decimal(amount), method="CASH", reason=reason, by=cast.cashier)


def test_a_line_is_taken_back_by_its_counter_row_once(invoice, cast):
    line = invoice.lines.get()
    billing.reverse_line(line, by=cast.cashier, reason="未做")
    invoice.refresh_from_db()
    assert (invoice.total, invoice.lines.count()) == (0, 2)
    with refuses("already_reversed"):
        billing.reverse_line(line, by=cast.cashier, reason="未做")


def test_credit_settles_until_its_day(invoice, cast):
    billing.approve_credit(invoice, until=timezone.localdate() + timedelta(days=30), by=cast.sales_manager)
    assert Invoice.objects.get().is_settled
    with refuses("credit_in_the_past"):
        billing.approve_credit(invoice, until=timezone.localdate() - timedelta(days=1), by=cast.sales_manager)


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
def test_the_database_refuses_to_rewrite_the_account(invoice, cast, statement):
    pay(invoice, "300", cast.cashier)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Invoice.objects.get().paid == 300


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_cashiers_cannot_take_the_same_money_twice(store, cast):
    invoice = open_one(store, cast.cashier)
    assert at_once(*[partial(pay, invoice, "600", cast.cashier)] * 6) == ["above_due"] * 5 + [DONE]
    assert Payment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_are_there_after_another_test_emptied_the_tables(store, cast):
    assert open_one(store, cast.cashier).number.startswith("IV-JJ01-")


def test_a_key_that_was_sent_for_another_payment_is_refused(invoice, store, cast, signed_in):
    other = open_one(store, cast.cashier)
    pay(invoice, "1", cast.cashier, key="once")
    for account, amount in ((other, "1"), (invoice, "2")):
        with refuses("key_reused"):
            pay(account, amount, cast.cashier, key="once")
    answer = signed_in(cast.cashier).post(
        reverse("crm:invoice_take", args=[other.pk]), {"amount": "1", "method": "CASH", "key": "once"}, follow=True
    )
    assert "之前已为别的内容提交过" in answer.text
    assert Payment.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_key_on_several_accounts_at_once_is_one_payment(store, cast):
    accounts = [open_one(store, cast.cashier) for _number in range(4)]
    acts = [partial(pay, account, "5", cast.cashier, key="once") for account in accounts]
    assert at_once(*acts) == [DONE, *["key_reused"] * 3]
    assert Payment.objects.count() == 1
