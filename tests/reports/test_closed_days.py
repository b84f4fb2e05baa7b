"""Days are closed once, a month is the sum of its days, and what acts change of a closed day is a line of its own."""

import datetime as dt
import random
from decimal import Decimal

import pytest
import time_machine
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dms import base_data
from dms.demo import loading
from dms.formats.days import end_of, start_of
from dms.models import Event, Store
from reports import actions, tasks
from reports.daily import counted, figures
from reports.kinds import KINDS, Days
from reports.models import DailyFact, LateChange
from sales.actions.register import Guest, Visit, register_visit
from sales.models import Order, ShowroomVisit
from tests.dms import stack
from tests.factories import CustomerFactory, StockCarFactory, StockMoveFactory, VariantFactory
from tests.races import DONE, at_once
from tests.reports.oracle import Rows

pytestmark = pytest.mark.django_db
CHINA = dt.timezone(dt.timedelta(hours=8))
FRIDAY = dt.datetime(2026, 11, 20, 15, tzinfo=CHINA)
NIGHT = dt.datetime(2026, 11, 20, 1, tzinfo=CHINA)
SEEN_ONCE = {kind.key for kind in KINDS if kind.seen_once}


def shown(user, store, day=None):
    days = Days(day or timezone.localdate(), timezone.now())
    return {figure.kind.key: figure for figure in figures(user, store, days)}


def pairs(found):
    return {key: (figure.day, figure.month) for key, figure in found.items()}


def sold(store, number, at):
    """A delivery of the past, as it is imported."""
    return Order.objects.create(
        number=number,
        store=store,
        customer=CustomerFactory.create(),
        variant=VariantFactory.create(),
        status="DELIVERED",
        signed_at=at,
        delivered_at=at,
        source_id=number,
        price=100_000,
    )


def visit(cast, store, name="寒露", phone="13800000009"):
    return register_visit(Guest(phone, name), visit=Visit(), store=store, by=cast.adviser, adviser=cast.adviser)


def close_up_to(day):
    """Close the days before it, one after the other, each at its night."""
    with time_machine.travel(start_of(day) + dt.timedelta(hours=1)):
        tasks.close_days()


# --- a second opinion ---------------------------------------------------------------------------------------------------
@pytest.fixture
def november(settings, tmp_path, db):
    """Some days over the end of a month, of two stores, played by the acts themselves."""
    settings.DEBUG = settings.DEMO = True
    settings.VAR_DIR = tmp_path
    base_data.load(apps)
    base_data.keep_roles()
    now = dt.datetime(2026, 11, 3, 15, tzinfo=CHINA)
    with time_machine.travel(now):
        loaded = loading.Loaded()
        loading.load_group(loaded, now)
        loading.play(loaded, ["JJ01", "SL01"], days=6, now=now)
        settings.DEBUG = False
        yield now


@pytest.mark.long
def test_every_closed_day_and_today_are_what_plain_python_counts_from_the_rows(november, cast):
    tasks.close_days()
    rows, everybody = Rows(), {store.pk for store in Store.objects.all()}
    scopes = [(None, everybody), *((store, {store.pk}) for store in Store.objects.all())]
    for day in (november.date() - dt.timedelta(days=back) for back in range(5, -1, -1)):
        at = min(november, end_of(day))
        for store, stores in scopes:
            found = pairs(shown(cast.gm, store, day))
            assert found == rows.figures(day, at, stores), (day, store)
    assert {fact.day for fact in DailyFact.objects.all()} >= {november.date() - dt.timedelta(days=1)}
    connection.queries_log.clear()
    with CaptureQueriesContext(connection) as asked:
        shown(cast.gm, None)
        shown(cast.gm, None, november.date() - dt.timedelta(days=3))
    assert len(asked) == 3, "of today the closed days and the sums, of a closed day its facts"


# --- once ---------------------------------------------------------------------------------------------------------------
def test_a_closed_day_is_shown_as_it_was_that_evening(cast, store):
    with time_machine.travel(FRIDAY - dt.timedelta(days=1)):
        StockCarFactory.create(store=store, arrived_on=dt.date(2026, 11, 1), cost=150_000)
        then = pairs(shown(cast.gm, store))
    close_up_to(FRIDAY.date())
    with time_machine.travel(FRIDAY):
        car = store.stock_cars.get()
        car.cost = 140_000
        car.save(update_fields=["cost"])
        past = shown(cast.gm, store, FRIDAY.date() - dt.timedelta(days=1))
        assert pairs(past) == then
        assert (past["stock_cars_cost"].day, past["stock_cars_cost"].corrected_day) == (150_000, None)
        assert shown(cast.gm, store)["stock_cars_cost"].day == 140_000


def test_missed_days_are_closed_later_and_each_once(cast, store):
    with time_machine.travel(FRIDAY - dt.timedelta(days=9)):
        visit(cast, store)
    close_up_to(FRIDAY.date() - dt.timedelta(days=7))
    with time_machine.travel(NIGHT):
        tasks.close_days()
        tasks.close_days()
        lines = DailyFact.objects.filter(day__gte="2026-11-11", store=store, key="visits").order_by("day")
        assert [(fact.day.day, fact.line, fact.value, fact.month) for fact in lines] == [
            (11, 0, 1, 1),
            *((day, 0, 0, 1) for day in range(12, 20)),
        ]


def test_a_day_is_not_closed_before_it_is_over(cast, store):
    with time_machine.travel(FRIDAY - dt.timedelta(days=1)):
        visit(cast, store)
    for minute, closed in ((10, 18), (31, 19)):
        with time_machine.travel(start_of(FRIDAY.date()) + dt.timedelta(minutes=minute)):
            tasks.close_days()
            assert DailyFact.objects.latest("day").day.day == closed


# --- later --------------------------------------------------------------------------------------------------------------
def test_a_late_row_counts_at_once_and_is_a_line_of_its_own(cast, store, other_store):
    with time_machine.travel(FRIDAY - dt.timedelta(days=1)):
        visit(cast, store)
        sold(store, "A", timezone.now())
    close_up_to(FRIDAY.date())
    with time_machine.travel(FRIDAY):
        sold(store, "B", timezone.now() - dt.timedelta(days=3))
        with time_machine.travel(FRIDAY - dt.timedelta(days=2)):
            StockMoveFactory.create(store=store)
        worth = shown(cast.gm, store)["parts_value"].day
        assert shown(cast.gm, store)["deliveries"].month == 2, "before it is corrected: counted from the rows"
        assert {note.day.day for note in LateChange.objects.all()} == {17, 18}
        tasks.close_days()
        assert not LateChange.objects.exists()
        today, then = shown(cast.gm, store), shown(cast.gm, store, dt.date(2026, 11, 17))
        assert (today["deliveries"].month, today["parts_value"].day) == (2, worth)
        assert (then["deliveries"].day, then["deliveries"].corrected_day, then["deliveries"].corrected_month) == (
            0,
            1,
            1,
        )
        after = shown(cast.gm, store, dt.date(2026, 11, 19))
        assert (after["deliveries"].month, after["deliveries"].corrected_month) == (1, 2)
        assert (after["parts_value"].day, after["parts_value"].corrected_day) == (0, worth)
        assert pairs(shown(cast.gm, store)) == {
            figure.kind.key: (figure.day, figure.month)
            for figure in counted(cast.gm, store, Days(timezone.localdate(), timezone.now()))
        }
        assert actions.correct_days(timezone.now()) == 0


def test_a_row_that_goes_is_taken_off_its_day(cast, store):
    with time_machine.travel(FRIDAY - dt.timedelta(days=1)):
        visit(cast, store)
        visit(cast, store, "霜降", "13800000008")
    close_up_to(FRIDAY.date())
    with time_machine.travel(FRIDAY):
        ShowroomVisit.objects.filter(name="霜降").update(is_first=False)
        tasks.close_days()
        then = shown(cast.gm, store, dt.date(2026, 11, 19))["first_visits"]
        assert (then.day, then.corrected_day) == (2, 1)
        assert shown(cast.gm, store)["first_visits"].month == 1


def test_what_is_changed_today_of_today_is_no_late_change(cast, store):
    close_up_to(FRIDAY.date())
    with time_machine.travel(FRIDAY):
        visit(cast, store)
        sold(store, "A", timezone.now())
    # The database's own clock stands where it is: of its today nothing is late, and nothing of a day that is not closed.
    assert not LateChange.objects.exists()


def test_a_manager_of_one_store_reads_the_days_of_that_store(cast, store, other_store):
    with time_machine.travel(FRIDAY - dt.timedelta(days=1)):
        sold(store, "A", timezone.now())
        sold(other_store, "B", timezone.now())
    close_up_to(FRIDAY.date())
    manager = cast.hire("sales_manager")
    with time_machine.travel(FRIDAY):
        yesterday = dt.date(2026, 11, 19)
        assert shown(manager, None, yesterday)["deliveries"].day == 1
        assert shown(manager, None)["deliveries"].month == 1
        assert shown(cast.gm, None)["deliveries"].month == 2


def test_a_store_that_is_new_has_its_figures_on_its_first_day(cast, store):
    close_up_to(FRIDAY.date())
    with time_machine.travel(FRIDAY):
        fresh = Store.objects.create(code="NEW1", name="新店", kind="STORE")
        sold(fresh, "A", timezone.now())
        sold(fresh, "B", timezone.now() - dt.timedelta(days=2))
        for _turn in range(2):
            assert shown(cast.gm, fresh)["deliveries"].month == 2
            assert shown(cast.gm, None)["deliveries"].month == 2
            tasks.close_days()


def test_the_page_and_the_api_say_what_was_corrected(signed_in, cast, store):
    with time_machine.travel(FRIDAY - dt.timedelta(days=1)):
        visit(cast, store)
    close_up_to(FRIDAY.date())
    with time_machine.travel(FRIDAY):
        address = reverse("reports:daily"), {"day": "2026-11-19"}
        client = signed_in(cast.gm)
        page = client.get(*address)
        assert (page.context["closed"], page.context["corrected"]) == (True, [])
        sold(store, "B", timezone.now() - dt.timedelta(days=1))
        tasks.close_days()
        page = client.get(*address)
        assert {line.figure.kind.key: line.corrected_day for line in page.context["corrected"]} == {
            "orders": "1",
            "deliveries": "1",
        }
        assert "data-corrected" in page.text
        answer = client.get("/api/v1/reports/daily/", {"day": "2026-11-19"}).json()
        deliveries = next(one for one in answer["figures"] if one["key"] == "deliveries")
        assert (deliveries["day"], deliveries["corrected_day"]) == ("0.00", "1.00")


# --- two at once, and killed ------------------------------------------------------------------------------------------------
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_beats_close_each_day_once(cast, store):
    Event.objects.create(kind="user.signed_in", at=timezone.now() - dt.timedelta(days=40))
    assert at_once(*[tasks.close_days] * 4) == [DONE] * 4
    tasks.close_days()
    assert_closed_once()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_killed_anywhere_each_day_is_closed_once_and_wholly(cast, store):
    Event.objects.create(kind="user.signed_in", at=timezone.now() - dt.timedelta(days=40))
    dice, killed = random.Random(10), 0
    for _worker in range(12):
        statement, seconds = dice.randint(1, 60), dice.uniform(1e-5, 2e-3)

        def blow(statement=statement, seconds=seconds):
            stack.struck(tasks.close_days, statement=statement, seconds=seconds)

        killed += stack.was_killed(stack.fork(blow))
    assert killed > 3, "some were killed at work"
    connection.close()
    tasks.close_days()
    assert_closed_once()


def assert_closed_once():
    # In the first half hour yesterday is open yet.
    today = timezone.localdate(timezone.now() - actions.AFTER_MIDNIGHT)
    first = (today - dt.timedelta(days=40)).replace(day=1)
    last = today - dt.timedelta(days=1)
    days = [first + dt.timedelta(days=step) for step in range((last - first).days + 1)]
    closed = list(DailyFact.objects.order_by("day", "store", "key").values_list("day", "store", "key", "line"))
    stores = sorted(Store.objects.values_list("pk", flat=True))
    keys = sorted(kind.key for kind in KINDS)
    assert closed == [(day, store, key, 0) for day in days for store in stores for key in keys]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_day_waits_to_be_closed_for_an_act_that_changes_it(cast, store, other_store):
    """Without the lock that both take, the act would see no closed day, and the closing would not see its row."""
    Event.objects.create(kind="user.signed_in", at=timezone.now() - dt.timedelta(days=2))
    yesterday = timezone.now() - dt.timedelta(days=1)
    with transaction.atomic():
        sold(store, "A", yesterday)
        assert at_once(tasks.close_days) == [DONE]
        assert not DailyFact.objects.exists()
    tasks.close_days()
    assert shown(cast.gm, store, timezone.localdate(yesterday))["deliveries"].day == 1


def test_facts_are_never_changed(cast, store):
    close_up_to(FRIDAY.date())
    with pytest.raises(Exception, match="append-only|never changed|restrict"):
        DailyFact.objects.update(value=Decimal(1))
