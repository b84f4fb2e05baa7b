"""Whoever waits longest is received first; two desks that press at once take two guests."""

from functools import partial

import pytest
from django.urls import reverse

from sales import rota
from sales.actions import register as acts
from sales.actions import rota as turns
from sales.models import RotaPlace, ShowroomVisit
from tests.conftest import refuses
from tests.races import DONE, at_once
from tests.sales.guests import arrive

pytestmark = pytest.mark.django_db


def test_one_key_gives_the_guest_in_the_door_to_the_next(cast, signed_in):
    cast.assemble("adviser")
    signed_in(cast.reception).post(reverse("sales:visit_next"), {"key": "n"})
    assert ShowroomVisit.objects.get().adviser == cast.adviser


def test_whoever_waits_longest_is_received_before_a_new_line_begins(cast, store):
    cast.assemble("adviser")
    turns.set_present(rota.first(turns.open_rota(store)), present=False, by=cast.reception)
    waiting = [arrive("谷雨", "13800000001"), arrive("清明", "13800000002")]
    turns.set_present(RotaPlace.objects.get(adviser=cast.adviser), present=True, by=cast.reception)
    assert acts.take_next_guest(store, by=cast.reception) == waiting[0]
    assert ShowroomVisit.objects.without_adviser().get() == waiting[1]
    assert ShowroomVisit.objects.count() == 2


def test_a_guest_whom_nobody_can_receive_waits_on(cast, store):
    cast.assemble("adviser")
    turns.set_present(rota.first(turns.open_rota(store)), present=False, by=cast.reception)
    arrive("谷雨", "13800000001")
    with refuses("nobody_there"):
        acts.take_next_guest(store, by=cast.reception)
    assert ShowroomVisit.objects.without_adviser().count() == 1


def test_the_next_guest_is_taken_by_api_once_for_a_key(cast, store, signed_in):
    cast.assemble("adviser")
    client, body = signed_in(cast.reception), {"store": store.code, "key": "n"}
    made = [client.post("/api/v1/sales/visits/next/", body, content_type="application/json") for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json()["adviser"] == cast.adviser.pk
    assert ShowroomVisit.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_desks_that_press_at_once_take_two_guests(cast, store):
    cast.assemble("adviser", "second_adviser")
    turns.open_rota(store)
    RotaPlace.objects.update(present=False)
    arrive("谷雨", "13800000001")
    arrive("清明", "13800000002")
    RotaPlace.objects.update(present=True)
    assert at_once(*[partial(acts.take_next_guest, store, by=cast.reception)] * 2) == [DONE] * 2
    assert ShowroomVisit.objects.count() == 2
    assert set(ShowroomVisit.objects.values_list("adviser", flat=True)) == {cast.adviser.pk, cast.second_adviser.pk}
