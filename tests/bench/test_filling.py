"""The measure at a very small size: the rows are right, every case finds the right answer, and the table says what it must."""

from contextlib import closing

import pytest
from django.urls import reverse

from bench import fill, people, proof
from bench.cases import CASES, Case, Mark
from bench.client import Answer, Client, WrongAnswerError
from bench.measure import Load, Result
from bench.report import compared, table
from bench.world import build
from crm.models import Customer, Phone, Vehicle
from parts.models import Stock, StockMove
from sales.models import Lead, Order


@pytest.fixture
def world(db):
    return build(scale=0.003)


def test_a_filling_obeys_the_rules_of_the_house(world):
    assert Customer.objects.count() == Phone.objects.count() == Vehicle.objects.count() == Lead.objects.count() == 60
    assert StockMove.objects.count() == 3 * Stock.objects.count() == 180
    assert Order.objects.filter(status="DELIVERED").count() == 18
    assert world["rows"]["crm_customer"] == 60
    proof.prove()


def test_the_proof_finds_what_must_not_be(world):
    Phone.objects.filter(pk=Phone.objects.order_by("pk")[0].pk).delete()
    with pytest.raises(AssertionError, match="1 customers without exactly one number"):
        proof.prove()


@pytest.mark.django_db(transaction=True)
def test_every_case_gets_the_answer_it_looks_for_and_a_wrong_one_is_no_result(live_server, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    world = build(scale=0.003)
    for turn, case in enumerate(CASES, 1):
        with closing(Client(live_server.url, world["people"][case.by])) as client:
            client.next_person()
            case.act(client, world, turn)
            assert client.raw > 0, case.name
    proof.prove()
    assert Lead.objects.count() == 62
    with closing(Client(live_server.url, world["people"]["parts_clerk"])) as client:
        client.next_person()
        with pytest.raises(WrongAnswerError, match="403 instead of 200"):
            client.page(reverse("crm:customers")).expect(200)


def test_words_that_are_missing_are_named():
    with pytest.raises(WrongAnswerError, match="without .'y'."):
        Answer(200, "x", "").expect(200, "x", "y")


def test_the_factor_compares_what_is_alike():
    case = next(case for case in CASES if case.mark == Mark(77, 23))
    alone, eight = Load(1, 15.4, 20, 60, 240, 9, 3), Load(8, 60, 90, 115, 460, 9, 3)
    result = Result(case.name, 6.0, 7000, 44000, (alone, eight))
    assert compared(result, alone) == ("77 ms", "5.0")
    assert compared(result, eight) == ("23/s", "5.0")
    assert table([result]).count("\n") == 3


def test_every_case_without_a_mark_is_meant():
    assert [case.name for case in CASES if case.mark is None] == [
        "customers by phone fragment, page",
        "customers by phone fragment, API",
    ]
    assert len({case.name for case in CASES}) == len(CASES)
    assert all(isinstance(case, Case) for case in CASES)


def test_invented_vins_have_their_check_digit():
    assert fill.vin_of(1) == fill.vin_of(1)
    assert len({fill.vin_of(serial)[8] for serial in range(30)}) > 5
    assert people.CREW["adviser"] >= 8
