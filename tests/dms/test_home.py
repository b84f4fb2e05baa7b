"""Home and own work: figures, the process map drawn from lifecycles, what is due with its act."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from axes.models import AccessAttempt
from django.db import connection
from django.db.models import Count, Sum, Value
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.models import FollowUp
from dms.actions import people
from dms.background import outbox
from dms.formats.days import end_of, moment
from dms.models import Absence, Message, Store
from dms.navigation import due_work, figures, own_due_work, registry
from dms.navigation.process_map import draw
from tests.architecture.rows import ROWS
from tests.factories import FollowUpFactory, JobFactory, MessageFactory, OrderFactory, WorkOrderFactory, end_work

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 20
DUE = [
    *("unfilled_visit", "visit", "lead", "pending_order", "delivery_sheet"),
    *("follow_up", "invoice", "recall", "appointment", "absence", "failed_message"),
]
MESSAGES = next(lane for lane in registry.lanes if lane.model is Message)


@pytest.fixture
def failed(store):
    message = outbox.post(channel="sms", recipient="13800001234", title="保养提醒", body="…", key="a", store=store)
    end_work(message, "FAILED", attempts=6, error="timeout")
    return Message.objects.get(pk=message.pk)


def test_a_manager_sees_what_failed_and_may_resend_it_at_once(signed_in, cast, failed):
    client = signed_in(cast.sales_manager)
    page = client.get(reverse("dms:home")).content.decode()
    act = reverse("dms:message_resend", args=[failed.pk])
    assert "保养提醒" in page
    assert act in page
    assert "13800001234" not in page
    client.post(act)
    failed.refresh_from_db()
    assert failed.status == Message.Status.PENDING
    assert act not in client.get(reverse("dms:home")).content.decode()


def test_failed_messages_of_another_store_are_nobodys_here(cast, failed, elsewhere):
    assert not own_due_work.failed_messages(elsewhere.sales_manager, None, timezone.now())


def test_a_technician_with_nothing_due_is_told_what_to_do_next(signed_in, cast):
    response = signed_in(cast.hire("technician")).get(reverse("dms:home"))
    assert not response.context["due"]
    assert f'class="btn btn-primary" href="{reverse("dms:people")}"' in response.content.decode()


@time_machine.travel(datetime(2026, 11, 21, 20, 0, tzinfo=timezone.get_fixed_timezone(0)), tick=False)
def test_the_head_shows_the_day_of_the_store_not_of_greenwich(signed_in, cast):
    cast.adviser.language = "en"
    cast.adviser.save()
    assert "Sun 22 Nov" in signed_in(cast.adviser).get(reverse("dms:home")).content.decode()


def test_who_is_away_today_stands_on_the_home_page_with_the_deputy(signed_in, cast):
    away, deputy = cast.hire("technician", display_name="杜仲"), cast.hire("technician", display_name="紫苏")
    today = timezone.localdate()
    people.plan_absence(away, kind="SICK", first_day=today, last_day=today, deputy=deputy, by=cast.sales_manager)
    page = signed_in(cast.sales_manager).get(reverse("dms:home")).content.decode()
    assert "杜仲" in page
    assert "紫苏" in page


def test_an_absence_without_deputy_is_due_today_and_tomorrow_only(cast):
    today = timezone.localdate()
    for days in (0, 1, 2):
        day = today + timedelta(days=days)
        people.plan_absence(cast.hire("technician"), kind="LEAVE", first_day=day, last_day=day, by=cast.sales_manager)
    due = own_due_work.absences_without_deputy(cast.sales_manager, None, timezone.now())
    assert [item.url for item in due] == [
        reverse("dms:absence_edit", args=[absence.pk]) for absence in Absence.objects.order_by("first_day")[:2]
    ]


def test_a_locked_sign_in_is_due_until_the_lock_ends(cast):
    AccessAttempt.objects.create(
        username=cast.adviser.username,
        ip_address="10.0.0.9",
        user_agent="x",
        failures_since_start=5,
        get_data="",
        post_data="",
        http_accept="",
        path_info="",
    )
    now = timezone.now()
    assert [item.title for item in own_due_work.locked_colleagues(cast.sales_manager, None, now)] == [str(cast.adviser)]
    assert not own_due_work.locked_colleagues(cast.sales_manager, None, now + timedelta(minutes=16))


def test_wrong_passwords_below_the_limit_are_nobodys_business(cast):
    AccessAttempt.objects.create(
        username="adviser",
        ip_address="10.0.0.9",
        user_agent="x",
        failures_since_start=4,
        get_data="",
        post_data="",
        http_accept="",
        path_info="",
    )
    assert not own_due_work.locked_colleagues(cast.sales_manager, None, timezone.now())


def test_ones_own_failed_job_is_due_with_retry_and_those_of_others_are_not(cast):
    now = timezone.now()
    mine = JobFactory.create(kind="x", requested_by=cast.sales_manager, ends="FAILED", error="断了")
    JobFactory.create(kind="x", requested_by=cast.admin, ends="FAILED")
    gaps = JobFactory.create(kind="x", requested_by=cast.sales_manager, ends="DONE", problems=3)
    due = {item.url: item for item in own_due_work.troubled_jobs(cast.sales_manager, None, now)}
    assert due[reverse("dms:job", args=[mine.pk])].act_url == reverse("dms:job_retry", args=[mine.pk])
    assert due[reverse("dms:job", args=[gaps.pk])].act_url == ""
    assert len(due) == 2
    assert not own_due_work.troubled_jobs(cast.sales_manager, None, now + timedelta(days=3))


def test_my_work_lists_everything_by_time_longest_waiting_first(signed_in, cast, failed):
    today = timezone.localdate()
    people.plan_absence(
        cast.hire("technician"), kind="LEAVE", first_day=date(2026, 1, 1), last_day=today, by=cast.sales_manager
    )
    due = signed_in(cast.sales_manager).get(reverse("dms:work")).context["due"]
    assert [item.due_at for item in due] == sorted(item.due_at for item in due)
    assert len(due) == 2


# --- the process map ----------------------------------------------------------------------------------------------------
AFTERNOON = moment(timezone.localdate(), time(14))


def test_nothing_turns_late_on_the_map_while_the_store_is_closed(store, cast):
    evening = moment(timezone.localdate(), time(17, 50))
    outbox.post(channel="sms", recipient="1", title="", body="", key="k", store=store, due_at=evening)
    store.refresh_from_db()
    for hours, overdue in ((5, 0), (14.75, 0), (16, 1)):  # 22:50; 08:35 and 09:50 of the next day
        (node, *_others) = draw([MESSAGES], cast.sales_manager, store, evening + timedelta(hours=hours))[0].nodes
        assert node.overdue == overdue


def test_the_map_counts_what_is_near_and_past_its_limit(store, cast):
    now = AFTERNOON
    for minutes in (5, 50, 70, 90):
        outbox.post(
            channel="sms",
            recipient="1",
            title="",
            body="",
            key=f"k{minutes}",
            store=store,
            due_at=now - timedelta(minutes=minutes),
        )
    waiting = draw([MESSAGES], cast.sales_manager, None, now)[0].nodes[0]
    assert (waiting.count, waiting.near, waiting.overdue, waiting.late) == (4, 1, 2, True)


def test_at_most_one_node_of_a_lane_is_the_bottleneck(store, cast, failed):
    now = AFTERNOON
    Message.objects.filter(pk=failed.pk).update(due_at=now - timedelta(days=1))
    for n in range(3):
        outbox.post(
            channel="sms", recipient="1", title="", body="", key=f"k{n}", store=store, due_at=now - timedelta(hours=2)
        )
    nodes = draw([MESSAGES], cast.sales_manager, None, now)[0].nodes
    assert [node.late for node in nodes] == [True, False, False, False]


def test_of_what_has_ended_only_today_is_counted_and_its_link_says_so(store, cast):
    now = timezone.now()
    for days in (0, 3):
        at = now - timedelta(days=days)
        end_work(MessageFactory.create(store=store, due_at=at), "SENT", sent_at=at)
    lane = draw([MESSAGES], cast.sales_manager, None, now)[0]
    sent = lane.nodes[2]
    assert sent.count == 1
    assert sent.url.endswith(f"?status=SENT&since={timezone.localdate():%Y-%m-%d}")
    assert lane.total == 0


def test_what_lies_ahead_waits_for_nobody_and_the_link_opens_what_is_counted(store, cast, signed_in):
    FollowUpFactory.create(store=store)
    FollowUpFactory.create(store=store, anchor=timezone.now() - timedelta(days=2))
    lane = next(lane for lane in registry.lanes if lane.model is FollowUp)
    tonight = end_of(timezone.localdate())
    due = FollowUp.objects.filter(due_from__lt=tonight).count()
    assert 0 < due < FollowUp.objects.count()
    node = draw([lane], cast.cs_manager, None, timezone.now())[0].nodes[0]
    listed = signed_in(cast.cs_manager).get(node.url).context["page_obj"].paginator.count
    assert (node.count, listed) == (due, due)


def test_the_business_comes_before_the_house_on_the_home_page(signed_in, cast):
    response = signed_in(cast.admin).get(reverse("dms:home"))
    labels = [str(lane.label) for lane in response.context["lanes"]]
    core = [str(lane.label) for lane in registry.lanes if lane.model.__module__.startswith("dms.")]
    assert labels[-len(core) :] == core


def test_the_map_shows_only_the_stores_of_the_person(store, cast, elsewhere):
    outbox.post(channel="sms", recipient="1", title="", body="", key="k", store=store)
    assert draw([MESSAGES], cast.sales_manager, None, timezone.now())[0].nodes[0].count == 1
    assert draw([MESSAGES], elsewhere.sales_manager, None, timezone.now())[0].nodes[0].count == 0


@pytest.fixture
def busy(store, cast):
    """A store in which something of nearly every kind is due."""
    for name in DUE:
        ROWS[name](store=store, by=cast.adviser)
    for stage in ("dispatched", "ready", "settled"):
        WorkOrderFactory.create(stage=stage)
    for status in ("SIGNED", "READY"):
        OrderFactory.create(status=status)


@pytest.mark.parametrize(
    "role",
    ["adviser", "service_adviser", "technician", "parts_clerk", "callback", "sales_manager", "gm"],
)
def test_a_home_page_takes_few_statements(busy, signed_in, cast, role):
    client = signed_in(cast.named(role))
    client.get(reverse("dms:home"))
    with CaptureQueriesContext(connection) as asked:
        page = client.get(reverse("dms:home"))
    assert page.status_code == 200
    assert len(asked) <= MOST_STATEMENTS


def test_what_is_due_together_is_what_each_kind_says_by_itself(busy, cast):
    user, now = cast.sales_manager, timezone.now()
    alone = [item for find in registry.due_work.of(user) for item in find(user, None, now)]
    assert due_work.due(user, None, now) == sorted(alone, key=lambda item: item.due_at)
    assert len({item.kind for item in alone}) > 2


def test_the_figures_together_are_those_of_each_app_by_itself(busy, cast):
    user = cast.admin
    assert figures.tiles_of(user, None) == [tile for tiles in registry.tiles.of(user) for tile in tiles(user, None)]


def test_two_people_with_the_same_rights_have_their_own_work(cast):
    for user in (cast.adviser, cast.second_adviser):
        JobFactory.create(by=user, failed=True)
    now = timezone.now()
    urls = [
        {item.url for item in own_due_work.troubled_jobs(user, None, now)}
        for user in (cast.adviser, cast.second_adviser)
    ]
    assert all(urls)
    assert not urls[0] & urls[1]


def test_money_of_a_figure_is_exact(store):
    much = Decimal("12345678901234567.89")
    (row,) = figures.summed(Message.objects.all(), n=Count("pk"))
    assert row["figures"] == {"n": 0}
    (row,) = figures.summed(Store.objects.filter(pk=store.pk), worth=Sum(Value(much)))
    assert row["figures"]["worth"] == much


def test_a_day_later_the_figures_are_of_that_day(store, cast):
    with time_machine.travel(datetime(2026, 11, 20, 4, 0, tzinfo=timezone.get_fixed_timezone(0)), tick=False) as clock:
        today = timezone.localdate()
        people.plan_absence(
            cast.hire("technician"), kind="SICK", first_day=today, last_day=today, by=cast.sales_manager
        )
        away = [tile.value for tile in own_due_work.people_tiles(cast.sales_manager, None)][1]
        clock.shift(timedelta(days=1))
        assert (away, [tile.value for tile in own_due_work.people_tiles(cast.sales_manager, None)][1]) == ("1", "0")
