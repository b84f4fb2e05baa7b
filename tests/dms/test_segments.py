"""Lists open on what is live, remember the last choice of a person, and never hide what a search asks for."""

from decimal import Decimal

import pytest
from django.urls import reverse

from crm.actions import billing
from crm.models import InvoiceLine
from tests.factories import InvoiceFactory

pytestmark = pytest.mark.django_db
LIST = reverse("crm:invoices")


@pytest.fixture
def accounts(store, cast):
    """One account that is open, one that is paid."""

    def account():
        lines = [billing.Line(InvoiceLine.Kind.LABOUR, "保养", Decimal(100))]
        return InvoiceFactory.create(store=store, lines=lines, by=cast.cashier)

    open_one, paid = account(), account()
    billing.take_payment(paid, amount=Decimal(100), method="CASH", by=cast.cashier)
    return open_one, paid


def numbers(page):
    return {invoice.number for invoice in page.context["page_obj"]}


def test_a_list_opens_on_what_is_live(accounts, cast, signed_in):
    open_one, paid = accounts
    till = signed_in(cast.cashier)
    assert numbers(till.get(LIST)) == {open_one.number}
    assert numbers(till.get(LIST, {"ordering": "-number"})) == {open_one.number}
    assert numbers(till.get(LIST, {"q": ""})) == {open_one.number, paid.number}


def test_what_is_searched_for_is_found_although_it_is_over(accounts, cast, signed_in):
    _open_one, paid = accounts
    assert numbers(signed_in(cast.cashier).get(LIST, {"q": paid.number})) == {paid.number}


def test_the_last_choice_of_a_person_is_kept_and_another_persons_is_not_touched(accounts, cast, signed_in):
    open_one, paid = accounts
    till = signed_in(cast.cashier)
    till.get(LIST, {"unpaid": "false"})
    till.get(LIST, {"q": open_one.number})
    again = till.get(LIST)
    assert numbers(again) == {paid.number}
    assert [choice.current for choice in again.context["choices"]] == [False, True, False]
    till.force_login(cast.gm, backend="dms.web.backends.NameOrPhoneBackend")
    assert numbers(till.get(LIST)) == {open_one.number}


def test_a_cookie_that_says_something_else_is_not_listened_to(accounts, cast, signed_in):
    open_one, _paid = accounts
    till = signed_in(cast.cashier)
    till.cookies[f"opens_on_{cast.cashier.pk}"] = "payer=NONSENSE"
    assert numbers(till.get(LIST)) == {open_one.number}
