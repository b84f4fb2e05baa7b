"""Promises kept and late: each counted once, under what became of it; the lists behind the counts hold as many rows."""

import re
from contextlib import contextmanager

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.actions import care
from crm.actions.care import Said
from crm.kept_promises import HOWS, Tally, tallies
from crm.models import FollowUp
from tests.clock import at
from tests.factories import owners
from tests.owner import let_triggers_sleep, wake_triggers


@contextmanager
def past_triggers():
    let_triggers_sleep()
    yield
    wake_triggers()


pytestmark = pytest.mark.django_db
MONTH = at("2026-09-01 00:00").date()
NOW = at("2026-09-25 12:00")


@pytest.fixture
def september(store, cast, time_machine):
    """Six cars delivered on the 8th: of the adviser's call one is kept, one late, one not reached, one missed, two are open."""
    cast.assemble("adviser", "sales_manager", "callback", "cs_manager")
    time_machine.move_to(at("2026-09-08 10:00"), tick=False)
    for customer, vehicle in owners(store, 6):
        begin = {"customer": customer, "vehicle": vehicle, "store": store, "anchor": timezone.now(), "by": None}
        care.start_cadence("DELIVERY", **begin)
    calls = [*FollowUp.objects.filter(cadence__code="adviser_call").order_by("pk")]
    FollowUp.objects.filter(pk__in=[call.pk for call in calls]).update(assignee=cast.adviser)
    for call, day in ((calls[0], "2026-09-10 11:00"), (calls[1], "2026-09-14 11:00")):
        time_machine.move_to(at(day), tick=False)
        care.record_contact(call, by=cast.adviser, said=Said("DONE"))
    ended = {"ended_at": at("2026-09-10 12:00")}
    with past_triggers():
        FollowUp.objects.filter(pk=calls[2].pk).update(status="UNREACHABLE", ended_why="NO_ANSWER", **ended)
        FollowUp.objects.filter(pk=calls[3].pk).update(status="CANCELLED", ended_why="MISSED", **ended)
    time_machine.move_to(NOW, tick=False)
    return calls


def of_call(user, calls):
    rows = FollowUp.objects.visible_to(user)
    told = tallies(rows, first=MONTH, last=MONTH, at=timezone.now())
    return sum((one.tally for one in told if one.cadence_id == calls[0].cadence_id), Tally())


def test_each_promise_is_counted_once(september, cast):
    told = of_call(cast.cs_manager, september)
    assert told == Tally(kept=1, after=1, unreached=1, missed=1, open=2)
    assert (told.due, told.share) == (6, 17)


def test_a_car_that_is_gone_is_no_broken_promise(september, cast):
    with past_triggers():
        FollowUp.objects.filter(pk=september[3].pk).update(ended_why="GONE")
    assert of_call(cast.cs_manager, september).due == 5


def test_what_is_still_to_come_is_not_late(september, cast, time_machine):
    time_machine.move_to(at("2026-09-10 11:30"), tick=False)
    assert of_call(cast.cs_manager, september).open == 0


def test_the_month_of_a_promise_is_that_of_its_last_day_here(september, cast):
    """23:30 on 30 September in Chengdu is the 30th, not 1 October and not the day of UTC."""
    with past_triggers():
        FollowUp.objects.filter(pk=september[4].pk).update(due_until=at("2026-09-30 23:30"))
        FollowUp.objects.filter(pk=september[5].pk).update(due_until=at("2026-10-01 00:30"))
    rows = FollowUp.objects.filter(cadence=september[0].cadence_id)
    told = tallies(rows, first=MONTH, last=MONTH, at=at("2026-10-20 12:00"))
    assert sum((one.tally for one in told), Tally()).open == 1
    assert {one.month for one in told} == {MONTH}


def test_every_count_of_the_page_opens_as_many_rows(september, cast, signed_in):
    client = signed_in(cast.cs_manager)
    page = client.get(reverse("crm:promises"), {"month": "2026-09"}).content.decode()
    links = re.findall(r'href="(/crm/follow-ups/\?fell_due=[^"]+)">(\d+)</a>', page)
    assert len(links) > 10
    for address, count in links:
        rows = client.get(address.replace("&amp;", "&")).context["page_obj"].paginator.count
        assert rows == int(count), address
    assert cast.adviser.display_name in page


def test_the_api_tells_the_same(september, cast, signed_in):
    answer = signed_in(cast.cs_manager).get("/api/v1/crm/promises/", {"month": "2026-09"}).json()
    (mine,) = [row for row in answer if row["cadence"] == september[0].cadence_id]
    assert mine == {
        "cadence": september[0].cadence_id,
        "person": cast.adviser.pk,
        "due": 6,
        "kept": 1,
        "kept_late": 1,
        "unreached": 1,
        "never_made": 1,
        "late_and_open": 2,
    }
    assert signed_in(cast.cs_manager).get("/api/v1/crm/promises/", {"month": "2026-13"}).status_code == 400


def test_a_sister_stores_promises_are_not_counted(september, elsewhere):
    assert of_call(elsewhere.hire("cs_manager"), september).due == 0


def test_the_words_of_all_that_can_become_of_a_promise(september):
    assert [*Tally().parts] == [*HOWS]
