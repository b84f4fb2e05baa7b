"""Lists and the log as spreadsheets, made by a long job."""

from datetime import date

import pytest
import time_machine

from dms.background import exports, jobs
from dms.formats import spreadsheets
from dms.models import Heartbeat, User
from dms.records import events
from dms.records.own_events import USER_UNLOCKED
from dms.tasks import heartbeat
from tests.conftest import refuses
from tests.dms import stack, stack_jobs  # noqa: F401 # registers the jobs of the tests
from tests.dms.spreadsheets import table_of


@pytest.mark.django_db
def test_the_log_of_a_period_is_exported_for_ones_own_stores(cast, elsewhere, store):
    cast.assemble("sales_manager")
    elsewhere.assemble("adviser")
    with time_machine.travel("2026-03-05 10:00+08:00"):
        events.record(USER_UNLOCKED, cast.sales_manager, by=cast.sales_manager, store=store, data={"reason": "forgot"})
        events.record(USER_UNLOCKED, elsewhere.adviser, by=elsewhere.adviser, store=elsewhere.adviser.stores.get())
    with time_machine.travel("2026-03-06 00:00+08:00"):
        events.record(USER_UNLOCKED, cast.sales_manager, by=cast.sales_manager, store=store)
    job = jobs.request("export_events", by=cast.sales_manager, params={"first": date(2026, 3, 5), "last": "2026-03-05"})
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    assert job.error == ""
    head, *rows = table_of(job.output_file)
    assert len(head) == 6
    assert len(rows) == 1
    assert f"{rows[0][0]:%Y-%m-%dT%H:%M:%S}" == "2026-03-05T10:00:00"
    assert rows[0][5] == "reason: forgot"


@pytest.fixture
def people_list(monkeypatch):
    columns = [spreadsheets.Column("Name", "username"), spreadsheets.Column("Role", lambda person: person.role_label)]
    listing = exports.Listing(
        "test_people",
        "People",
        "dms.people",
        lambda user, store: User.objects.visible_to(user).of_store(store).order_by("username"),
        lambda _user, _store: columns,
    )
    monkeypatch.setitem(exports.LISTINGS, "test_people", listing)


@pytest.mark.django_db
def test_a_list_is_exported_as_its_page_shows_it(people_list, cast, elsewhere, store):
    cast.assemble("adviser", "sales_manager")
    elsewhere.assemble("adviser")
    job = exports.request("test_people", by=cast.sales_manager, store=store)
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    names = [row[0] for row in table_of(job.output_file)]
    assert names == ["Name", "adviser", "sales_manager"]


@pytest.mark.django_db
def test_a_list_without_the_right_is_refused_also_to_the_worker(people_list, cast, monkeypatch):
    monkeypatch.setitem(
        exports.LISTINGS, "secret", exports.Listing("secret", "Secret", "dms.configure", lambda *_: None, lambda *_: ())
    )
    with refuses("not_yours"):
        exports.request("secret", by=cast.sales_manager)
    job = jobs.request("export_table", by=cast.sales_manager, params={"list": "secret"})
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    assert job.status == "FAILED"
    assert job.output_file is None


@pytest.mark.django_db
def test_a_heartbeat_is_noted_and_moved_on():
    heartbeat()
    first = Heartbeat.objects.get(name="beat").at
    heartbeat()
    assert Heartbeat.objects.get(name="beat").at > first
    assert Heartbeat.objects.filter(name="worker").exists()
