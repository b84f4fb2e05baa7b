"""The rounds by several workers at once, and by workers killed at random moments: the same rows, once."""

import random
import time
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.utils import timezone

from crm import tasks
from crm.actions import care, recall, rounds
from crm.actions.care import Said
from crm.models import Contact, FollowUp, Letter, RecallCampaign, RecallEntry
from crm.planner import CadenceStart
from dms.models import Event
from tests import owner
from tests.clock import at
from tests.dms import stack
from tests.factories import owners
from tests.races import DONE, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ANCHOR = at("2024-11-04 10:00")
CARS = 120
FEW = 6
KILLS = 50


@pytest.fixture
def cars(store, cast):
    cast.assemble("adviser", "sales_manager", "callback", "cs_manager")
    return owners(store, CARS)


@pytest.fixture
def promises(cars, store):
    begun = [CadenceStart(customer.pk, vehicle.pk, store.pk, ANCHOR) for customer, vehicle in cars]
    care.start_many("DELIVERY", beginnings=begun, by=None)


def rows():
    """What there is, without keys and moments of ending."""
    return Counter(
        FollowUp.objects.values_list("cadence__code", "customer", "vehicle", "occurrence", "due_from", "due_until")
    )


def wait_for_the_dead():
    """Until Postgres has let go of what killed workers held: what is held is passed over, and this round is to do it all."""
    with connection.cursor() as cursor:
        for _ in range(200):
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND state LIKE 'idle in%'"
            )
            if cursor.fetchone()[0] == 0:
                return
            time.sleep(0.05)


def in_peace(until):
    """The same two years by one worker that nobody disturbs."""
    before = rows()
    with transaction.atomic():
        owner.let_triggers_sleep()  # what is planned is kept; here it is planned anew
        FollowUp.objects.filter(occurrence__gt=1).delete()
        FollowUp.objects.update(continued=False)
        FollowUp.objects.exclude(cadence__every_months__gt=0).update(continued=True)
    rounds.run_due(until)
    return before, rows()


def test_four_workers_at_once_make_the_same_rows_once(promises):
    for months in (0, 1, 4, 8, 14, 24):
        assert at_once(*[lambda: rounds.run_due(ANCHOR + timedelta(days=31 * months))] * 4) == [DONE] * 4  # noqa: B023
    planned, expected = in_peace(ANCHOR + timedelta(days=31 * 24))
    assert planned == expected
    assert max(planned.values()) == 1
    letters = Counter(Letter.objects.values_list("follow_up", flat=True))
    assert len(letters) == CARS
    assert set(letters.values()) == {1}


def test_what_is_late_is_told_once_however_many_beats_run(promises):
    assert at_once(*[lambda: rounds.escalate(ANCHOR + timedelta(days=30))] * 4) == [DONE] * 4
    escalated = Counter(Event.objects.filter(kind="followup.escalated").values_list("subject_id", flat=True))
    assert len(escalated) == CARS * 4
    assert set(escalated.values()) == {1}


def test_two_beats_do_the_whole_round_together(promises):
    assert at_once(*[tasks.care_round] * 2) == [DONE] * 2
    assert at_once(*[tasks.recall_round] * 2) == [DONE] * 2
    assert max(rows().values()) == 1
    assert RecallCampaign.objects.count() == 1


def test_several_beginnings_at_once_are_one(cars, store):
    customer, vehicle = cars[0]
    begin = {"customer": customer, "vehicle": vehicle, "store": store, "anchor": ANCHOR, "by": None}
    assert at_once(*[lambda: care.start_cadence("DELIVERY", **begin)] * 6) == [DONE] * 6
    assert FollowUp.objects.count() == 5
    assert Event.objects.filter(kind="care.started").count() == 1


def test_two_agents_who_take_one_call_record_it_once(promises, cast):
    agent = cast.hire("callback", username="second")
    call = FollowUp.objects.filter(cadence__code="service_call").first()
    ends = at_once(*[lambda: care.record_contact(call, by=agent, said=Said("DONE"))] * 4)
    assert ends == [DONE, *["follow_up_ended"] * 3]
    assert Contact.objects.count() == 1


def test_calls_that_belong_together_are_answered_once_from_whichever_side_they_are_opened(cars, store, cast):
    customer, vehicle = cars[0]
    now = timezone.now()
    begun = {"customer": customer, "vehicle": vehicle, "store": store, "by": None}
    care.start_cadence("SETTLEMENT", anchor=now - timedelta(days=2), **begun)
    care.start_cadence("QUALITY_CALLED", anchor=now - timedelta(days=9), **begun)
    one, other = FollowUp.objects.order_by("pk")
    ends = at_once(
        *[lambda row=row: care.record_call(row, by=cast.callback, result="DONE") for row in (one, other) * 3]
    )
    assert sorted(ends) == sorted([DONE, *["follow_up_ended"] * 5])
    assert Contact.objects.count() == 1
    assert set(Contact.objects.get().answers.values_list("follow_up", flat=True)) == {one.pk, other.pk}


def test_two_stores_that_call_one_customer_at_once_speak_to_them_once(cars, store, cast, elsewhere):
    customer, vehicle = cars[0]
    now = timezone.now()
    begun = {"customer": customer, "vehicle": vehicle, "by": None}
    for where in (store, elsewhere.store):
        care.start_cadence("SETTLEMENT", anchor=now - timedelta(days=2, minutes=where.pk), store=where, **begun)
    calls = [*FollowUp.objects.order_by("pk")]
    assert len(calls) == 2
    ends = at_once(*[lambda row=row: care.record_call(row, by=cast.callback, result="DONE") for row in calls])
    assert sorted(ends) == sorted([DONE, "too_soon"])


def test_the_list_of_a_month_is_made_once(cars, store):
    month = at("2026-11-01 00:00").date()
    assert at_once(*[lambda: recall.prepare(store, month=month, by=None)] * 4) == [DONE] * 4
    assert RecallEntry.objects.count() == CARS
    assert RecallCampaign.objects.count() == 1
    assert Event.objects.filter(kind="recall.listed").count() == 1


def test_fifty_workers_killed_at_random_moments_leave_the_same_rows_once(promises):
    """Where nothing is due, a worker's round takes about ten statements; where much is due, up to thirty."""
    dice, killed, now = random.Random(7), 0, ANCHOR
    for worker in range(KILLS):
        # The first while letters and calls are due, the next while they are late and not yet missed; one of each lives.
        if worker in {FEW, 2 * FEW}:
            wait_for_the_dead()
            (rounds.run_due if worker == FEW else rounds.escalate)(now)
            connection.close()
        now += timedelta(days=15 if worker > 2 * FEW else 2 if worker == FEW else 0)

        def work(now=now, acts=dice.sample([rounds.run_due, rounds.escalate, recall.prepare_next], 3)):  # noqa: B008
            for act in acts:
                act(now)

        blow = partial(stack.struck, work, statement=dice.randint(1, 16), seconds=dice.uniform(1e-5, 2e-3))
        killed += stack.was_killed(stack.fork(blow))
    assert killed > KILLS // 2, "most of them were killed at work"
    connection.close()
    rounds.run_due(now)
    rounds.escalate(now)
    planned, expected = in_peace(now)
    assert planned == expected
    assert max(planned.values()) == 1
    assert Counter(Letter.objects.values_list("follow_up", flat=True)).most_common(1)[0][1] == 1
    escalated = Counter(Event.objects.filter(kind="followup.escalated").values_list("subject_id", "data__level"))
    assert max(escalated.values()) == 1, "each level once"
    assert max(Counter(RecallEntry.objects.values_list("vehicle", "due_month")).values(), default=1) == 1
