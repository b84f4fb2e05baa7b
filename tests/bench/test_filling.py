"""The measure at a very small size: the rows are right, every case finds the right answer, and the table says what it must."""

from contextlib import closing

import pytest
from django.urls import reverse

from bench import fill, people, proof
from bench.cases import CASES, FLOOR
from bench.client import Answer, Client, WrongAnswerError
from bench.marks import ISSUE, LEAD, Mark, best
from bench.report import Load, Result, table
from bench.world import build
from crm.models import Customer, Payment, Phone, Vehicle
from parts.models import Stock, StockMove
from sales.models import Lead, Order


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
    assert Payment.objects.count() == 2
    with closing(Client(live_server.url, world["people"]["parts_clerk"])) as client:
        client.next_person()
        with pytest.raises(WrongAnswerError, match="403 instead of 200"):
            client.page(reverse("crm:customers")).expect(200)


def test_words_that_are_missing_are_named():
    with pytest.raises(WrongAnswerError, match="without .'y'."):
        Answer(200, "x", "").expect(200, "x", "y")


def cells(row):
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_every_case_is_a_multiple_of_the_floor_and_stands_beside_the_others():
    floor = Result(FLOOR.name, 0.0, 200, 16, (Load(1, 2.0, 3.0, 500, 300, 2.0, 0.0),))
    loads = (Load(1, 24.4, 30, 40, 300, 18.0, 0.0), Load(8, 60, 90, 85, 300, 20.0, 0.0))
    listed = Result(CASES[1].name, 5.0, 7_000, 44_000, loads)
    head, _line, first, second = (cells(row) for row in table([floor, listed]).splitlines())
    assert dict(zip(head, first, strict=True))["× floor"] == "1.0"
    row = dict(zip(head, second, strict=True))
    assert (row["CPU ms"], row["× floor"], row["target"]) == ("18.0", "9.0", "9")
    assert (row["Odoo 19"], row["InvenTree 1.2"]) == ("173 · 12", "122 · 17")
    assert row["× the best"] == "5.0 · 5.0"


def test_the_best_of_the_others_is_the_best_in_each():
    assert best(LEAD) == Mark(40, 45)
    assert best(ISSUE) == Mark(120, 16)
    assert best({}) is None


def test_every_case_has_a_name_of_its_own_and_a_target():
    assert len({case.name for case in CASES}) == len(CASES)
    assert [case.name for case in CASES if not case.target] == []


def test_invented_vins_have_their_check_digit():
    assert fill.vin_of(1) == fill.vin_of(1)
    assert len({fill.vin_of(serial)[8] for serial in range(30)}) > 5
    assert people.CREW["adviser"] >= 8
