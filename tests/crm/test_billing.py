"""The customer's account: sums that the database keeps, and money that cannot be taken or given back twice."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from crm.actions import billing
from crm.due_work import payments_due
from crm.models import Invoice, InvoiceLine, Payment
from dms.models import Event
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
    billing.approve_credit(invoice, until=in_a_month(), reason="月结客户", by=cast.sales_manager)
    assert Invoice.objects.get().is_settled
    event = Event.objects.get(kind="invoice.credit_approved")
    assert (event.by, event.data["reason"], event.data["amount"]) == (cast.sales_manager, "月结客户", "1000.00")


def in_a_month():
    return timezone.localdate() + timedelta(days=30)


@pytest.mark.parametrize(
    ("days", "reason", "code"), [(-1, "月结", "credit_in_the_past"), (30, " ", "credit_without_reason")]
)
def test_credit_has_a_day_ahead_and_a_reason(invoice, cast, days, reason, code):
    with refuses(code):
        billing.approve_credit(
            invoice, until=timezone.localdate() + timedelta(days=days), reason=reason, by=cast.sales_manager
        )
    assert not Invoice.objects.get().is_settled


def test_a_credit_that_has_run_out_is_due_again(invoice, cast, store, time_machine):
    def asked():
        return [due.title for due in payments_due(cast.cashier, store, timezone.now())]

    billing.approve_credit(invoice, until=in_a_month(), reason="月结客户", by=cast.sales_manager)
    assert asked() == []
    time_machine.move_to(timezone.now() + timedelta(days=31))
    assert asked() == [str(invoice.customer)]
    assert not Invoice.objects.get().is_settled


def test_there_is_no_credit_for_what_is_paid(invoice, cast):
    pay(invoice, "1000", cast.cashier)
    with refuses("nothing_due"):
        billing.approve_credit(invoice, until=in_a_month(), reason="月结客户", by=cast.sales_manager)


def test_a_withdrawn_credit_is_due_at_once(invoice, cast):
    billing.approve_credit(invoice, until=in_a_month(), reason="月结客户", by=cast.sales_manager)
    billing.withdraw_credit(invoice, reason="上月未付", by=cast.sales_manager)
    invoice.refresh_from_db()
    assert (invoice.is_settled, invoice.credit_by, invoice.credit_until) == (False, None, None)
    assert Event.objects.get(kind="invoice.credit_withdrawn").data["reason"] == "上月未付"
    with refuses("no_credit"):
        billing.withdraw_credit(invoice, reason="再来一次", by=cast.sales_manager)


def test_a_manager_approves_and_withdraws_credit_on_its_pages(invoice, cast, signed_in):
    client, back = signed_in(cast.sales_manager), reverse("crm:customer", args=[invoice.customer_id])
    page = reverse("crm:invoice_credit", args=[invoice.pk])
    assert "1,000.00" in client.get(page).text
    assert client.post(page, {"until": "2020-01-01", "reason": "月结"}).status_code == 422
    assert client.post(f"{page}?back={back}", {"until": in_a_month(), "reason": "月结"}).url == back
    assert Invoice.objects.get().credit_by == cast.sales_manager
    assert client.post(reverse("crm:invoice_credit_end", args=[invoice.pk]), {"reason": "未付"}).url == back
    assert not Invoice.objects.get().is_settled


def test_the_cashier_who_takes_the_money_does_not_approve_credit(invoice, cast, signed_in):
    client, page = signed_in(cast.cashier), reverse("crm:invoice_credit", args=[invoice.pk])
    assert client.get(page).status_code == 403
    assert page not in client.get(reverse("crm:invoice", args=[invoice.pk])).text
    billing.approve_credit(invoice, until=in_a_month(), reason="月结客户", by=cast.sales_manager)
    assert str(cast.sales_manager) in client.get(reverse("crm:invoice", args=[invoice.pk])).text


def test_credit_is_approved_and_withdrawn_by_api(invoice, cast, signed_in):
    client, root = signed_in(cast.hire("gm", username="gm")), f"/api/v1/crm/invoices/{invoice.pk}"
    body = {"until": in_a_month().isoformat(), "reason": "月结"}
    response = client.post(f"{root}/approve_credit/", body, content_type="application/json")
    assert (response.status_code, response.json()["credit_until"]) == (200, body["until"])
    response = client.post(f"{root}/withdraw_credit/", {"reason": "未付"}, content_type="application/json")
    assert (response.status_code, response.json()["credit_until"]) == (200, None)


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


def test_what_is_taken_along_of_the_cashiers_list_is_what_it_shows(cast, store, signed_in):
    page = signed_in(cast.gm).get(reverse("crm:invoices"))
    assert f'href="{reverse("dms:export", args=["invoices"])}?unpaid=true"' in page.text


def test_money_to_give_back_is_no_negative_claim(invoice, cast, signed_in):
    pay(invoice, "1000", cast.cashier)
    line = invoice.lines.get()
    billing.reverse_line(line, by=cast.cashier, reason="少做一项")
    till = signed_in(cast.cashier)
    row = till.get(reverse("crm:invoices"), {"q": invoice.number}).text
    assert "待退" in row
    assert "−1,000.00" not in row
    assert '待退</span><b class="t28">¥1,000.00</b>' in till.get(reverse("crm:invoice", args=[invoice.pk])).text
