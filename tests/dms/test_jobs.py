"""Long jobs end with the right totals, whatever happens to their workers."""

import io
import json
import random
import threading
import time
from datetime import date, timedelta
from functools import partial

import openpyxl
import pytest
import structlog
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from dms.background import exports, jobs
from dms.core.lifecycle import IllegalTransition
from dms.core.refusals import NotYours, Refusal
from dms.formats import spreadsheets
from dms.models import Event, Heartbeat, Job, JobProblem, NumberCounter, NumberSeries, User
from dms.records import events
from dms.tasks import heartbeat
from tests.dms import stack, stack_jobs  # noqa: F401 # registers the jobs of the tests
from tests.races import at_once


@pytest.fixture
def counter(store):
    series = NumberSeries.objects.create(kind="test", name="Test", prefix="ZZZZ")
    return NumberCounter.objects.create(series=series, store=store, period=date(2026, 1, 1))


@pytest.fixture
def count(manager, counter):
    """A waiting job of so many steps."""

    def make(steps: int, pause: float = 0) -> Job:
        return jobs.request("count_up", by=manager, params={"steps": steps, "counter": counter.pk, "pause": pause})

    return make


def table_of(attachment) -> list[list[object]]:
    with attachment.file.open("rb") as file:
        book = openpyxl.load_workbook(io.BytesIO(file.read()))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def expire(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


# --- asking ---
@pytest.mark.django_db
def test_a_job_runs_to_its_end_and_says_so(count, counter, manager):
    job = count(25)
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    counter.refresh_from_db()
    assert (job.status, job.done, job.total, job.percent) == ("DONE", 25, 25, 100)
    assert job.result == {"steps": 25}
    assert counter.last == 25
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == ["job.requested", "job.done"]


@pytest.mark.django_db
def test_who_lacks_the_right_may_not_ask(adviser):
    with pytest.raises(NotYours):
        jobs.request("count_up", by=adviser)
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_nobody_asks_for_a_store_not_theirs(manager, other_store):
    with pytest.raises(NotYours):
        jobs.request("count_up", by=manager, store=other_store)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "params", "code"),
    [
        ("nothing", {}, "unknown_kind"),
        ("export_events", {"first": "2026-11-31", "last": "2026-12-01"}, "bad_parameters"),
        ("export_events", {"first": "2026-11-30", "last": "2026-11-01"}, "bad_parameters"),
        ("export_table", {"list": "nothing"}, "bad_parameters"),
        ("read_file", {}, "file_missing"),
    ],
)
def test_a_job_that_cannot_run_is_refused_when_asked_for(manager, kind, params, code):
    with pytest.raises(Refusal) as refused:
        jobs.request(kind, by=manager, params=params)
    assert refused.value.code == code
    assert str(refused.value.sentence)


@pytest.mark.django_db
def test_a_brought_file_is_checked_and_read(manager):
    job = jobs.request(
        "read_file", by=manager, file=SimpleUploadedFile("parts.csv", "编号,名称\n1,机油\n2,滤芯\n".encode("gb18030"))
    )
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    assert job.result == {"rows": 2}


# --- ending ---
@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "words"), [("refuse", "Month closed."), ("break", "ValueError")])
def test_a_job_that_goes_wrong_ends_with_a_sentence(manager, kind, words):
    job = jobs.request(kind, by=manager)
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    assert job.status == "FAILED"
    assert words in job.error
    assert "secret detail" not in job.error
    assert Event.objects.filter(kind="job.failed").count() == 1


@pytest.mark.django_db
def test_lines_not_taken_are_reported_as_a_spreadsheet(count):
    job = count(25)
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    assert job.problems == 2
    assert table_of(job.report_file)[1:] == [
        [10, "step", "10", "divisible by ten"],
        [20, "step", "20", "divisible by ten"],
    ]


@pytest.mark.django_db
def test_the_error_report_of_a_hopeless_file_stays_small(count, monkeypatch):
    monkeypatch.setattr("dms.background.job_run.KEPT_PROBLEMS", 3)
    job = count(100)
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    assert job.problems == 10
    assert len(table_of(job.report_file)) == 1 + 3


# --- stopping and going on ---
@pytest.mark.django_db
def test_a_cancelled_job_does_not_start(count, counter, manager):
    job = jobs.cancel(count(5), by=manager)
    jobs.execute(job.pk, "worker")
    counter.refresh_from_db()
    assert (job.status, counter.last) == ("CANCELLED", 0)


@pytest.mark.django_db(transaction=True)
def test_a_running_job_stops_soon_after_it_is_cancelled_and_goes_on_when_retried(count, counter, manager):
    job = count(400, pause=0.005)
    pid = stack.fork(jobs.execute, job.pk, "worker")
    assert stack.wait_until(lambda: Job.objects.get(pk=job.pk).done > 5)
    jobs.cancel(job, by=manager)
    assert stack.ended_well(pid)
    counter.refresh_from_db()
    assert 5 < counter.last < 400
    jobs.retry(job, by=manager)
    Job.objects.update(params={**job.params, "pause": 0})
    jobs.execute(job.pk, "worker")
    counter.refresh_from_db()
    assert counter.last == 400
    assert Job.objects.get().problems == 40


@pytest.mark.django_db
def test_a_finished_job_is_neither_cancelled_nor_retried(count, manager):
    job = count(1)
    jobs.execute(job.pk, "worker")
    for act in (jobs.cancel, jobs.retry):
        with pytest.raises(IllegalTransition):
            act(job, by=manager)


@pytest.mark.django_db
def test_a_job_that_always_dies_is_given_up_after_three_attempts(manager):
    job = jobs.request("die", by=manager)
    for _attempt in range(3):
        with pytest.raises(SystemExit):
            jobs.execute(job.pk, "worker")
        expire(job)
        jobs.sweep()
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    assert (job.status, job.attempts) == ("FAILED", 3)
    assert job.error


@pytest.mark.django_db
def test_the_sweep_leaves_a_living_worker_its_job(manager):
    job = jobs.request("die", by=manager)
    with pytest.raises(SystemExit):
        jobs.execute(job.pk, "worker")
    assert jobs.sweep() == 0
    jobs.execute(job.pk, "another")
    assert Job.objects.get().attempts == 1


@pytest.mark.django_db
def test_a_worker_that_lost_its_job_can_neither_finish_nor_spoil_it(count):
    job = jobs._claim(count(5).pk, "first")
    expire(job)
    jobs.sweep()
    successor = jobs._claim(job.pk, "second")
    with jobs.Run.of(job) as run:
        for write in (lambda: run.checkpoint({"step": 1}), lambda: run.finish({}), lambda: run.advance(1)):
            with pytest.raises(jobs.Stopped):
                write()
    successor.refresh_from_db()
    assert (successor.status, successor.claimed_by, successor.checkpoint) == ("RUNNING", "second", {})


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_job_rung_for_eight_times_runs_once(count, counter):
    job = count(30)
    at_once(*(partial(jobs.execute, job.pk, f"worker-{number}") for number in range(8)))
    counter.refresh_from_db()
    assert counter.last == 30
    assert Job.objects.get().attempts == 1


@pytest.mark.django_db
def test_no_more_jobs_run_at_once_than_may(count, settings):
    settings.JOBS_AT_ONCE = 1
    first, second = count(1), count(1)
    assert jobs._claim(first.pk, "worker")
    jobs.execute(second.pk, "worker")
    assert Job.objects.get(pk=second.pk).status == "QUEUED"
    expire(first)
    jobs.execute(second.pk, "worker")
    assert Job.objects.get(pk=second.pk).status == "DONE"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_long_step_keeps_its_lease(count, settings):
    settings.JOB_LEASE_SECONDS = 0.3
    job = count(1, pause=1)
    worker = threading.Thread(target=stack.closing(jobs.execute), args=(job.pk, "slow"))
    worker.start()
    put_back = 0
    while worker.is_alive():
        put_back += jobs.sweep()
        time.sleep(0.05)
    worker.join()
    assert put_back == 0
    assert Job.objects.get().status == "DONE"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_job_killed_again_and_again_counts_each_step_once(count, counter, settings, monkeypatch):
    settings.JOB_LEASE_SECONDS = 0.2
    monkeypatch.setattr(Job, "MOST_ATTEMPTS", 100)
    job, chance, kills = count(60, pause=0.002), random.Random(11), 0

    def step() -> int:
        return Job.objects.get().checkpoint.get("step", 0)

    while step() < 60:
        pid, goal = stack.fork(jobs.execute, job.pk, "worker"), step() + chance.randint(3, 15)
        stack.wait_until(lambda goal=goal: step() >= min(goal, 60), 5)
        stack.kill(pid)
        kills += 1
        assert kills < 40
        stack.wait_until(lambda: jobs.sweep() or Job.objects.get().status == "DONE", 2)
    jobs.execute(job.pk, "worker")
    counter.refresh_from_db()
    assert kills > 3
    assert counter.last == 60
    assert JobProblem.objects.count() == Job.objects.get().problems == 6


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_real_worker_is_killed_and_two_beats_bring_the_job_to_its_end(count, counter, tmp_path):
    quick = {"var": tmp_path, "DMS_JOB_LEASE": "2", "DMS_SWEEP_SECONDS": "1"}
    job = count(60, pause=0.05)
    with stack.celery("worker", "-c", "1", "--without-gossip", "--without-mingle", **quick) as worker:
        assert stack.wait_until(lambda: Job.objects.get().done > 5, 90)
        stack.kill_group(worker)
    assert Job.objects.get().status == "RUNNING"
    schedules = [str(tmp_path / f"schedule-{number}") for number in (1, 2)]
    with (
        stack.celery("worker", "-c", "2", "--without-gossip", "--without-mingle", **quick),
        stack.celery("beat", "--pidfile=", "-s", schedules[0], "--max-interval", "1", **quick),
        stack.celery("beat", "--pidfile=", "-s", schedules[1], "--max-interval", "1", **quick),
    ):
        assert stack.wait_until(lambda: Job.objects.get().status == "DONE", 90)
    job.refresh_from_db()
    counter.refresh_from_db()
    assert counter.last == 60
    assert (job.attempts, job.problems) == (2, 6)
    assert (tmp_path / "media").exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_task_leaves_a_line_with_its_id_and_that_of_the_request_behind_it(count, tmp_path):
    with stack.celery("worker", "-c", "1", "--without-gossip", "-l", "INFO", var=tmp_path, DMS_LOG_LEVEL="INFO"):
        with structlog.contextvars.bound_contextvars(request_id="request-of-a-page"):
            count(1)
        assert stack.wait_until(lambda: Job.objects.get().status == "DONE", 90)
        log = tmp_path / "celery-worker.log"
        assert stack.wait_until(lambda: "task_succeeded" in log.read_text(), 10)
    lines = [json.loads(line) for line in log.read_text().splitlines() if "task_succeeded" in line]
    assert {line["request_id"] for line in lines} == {"request-of-a-page"}
    assert all(line["task_id"] and line["duration_ms"] >= 0 for line in lines)


# --- exports ---
@pytest.mark.django_db
def test_the_log_of_a_period_is_exported_for_ones_own_stores(manager, outsider, store):
    with time_machine.travel("2026-03-05 10:00+08:00"):
        events.record("user.unlocked", manager, by=manager, store=store, data={"reason": "forgot"})
        events.record("user.unlocked", outsider, by=outsider, store=outsider.stores.get())
    with time_machine.travel("2026-03-06 00:00+08:00"):
        events.record("user.unlocked", manager, by=manager, store=store)
    job = jobs.request("export_events", by=manager, params={"first": date(2026, 3, 5), "last": "2026-03-05"})
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    assert job.error == ""
    head, *rows = table_of(job.output_file)
    assert len(head) == 6
    assert len(rows) == 1
    assert rows[0][0].isoformat() == "2026-03-05T10:00:00"
    assert rows[0][5] == "reason: forgot"


@pytest.fixture
def people_list(monkeypatch):
    monkeypatch.setattr(exports, "LISTINGS", {})
    exports.register(
        "test_people",
        "People",
        "dms.people",
        lambda user, store: User.objects.visible_to(user).of_store(store).order_by("username"),
        [spreadsheets.Column("Name", "username"), spreadsheets.Column("Role", lambda person: person.role_label)],
    )


@pytest.mark.django_db
def test_a_list_is_exported_as_its_page_shows_it(people_list, manager, adviser, outsider, store):
    job = exports.request("test_people", by=manager, store=store)
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    names = [row[0] for row in table_of(job.output_file)]
    assert names == ["Name", "adviser", "sales_manager"]


@pytest.mark.django_db
def test_a_list_without_the_right_is_refused_also_to_the_worker(people_list, manager, monkeypatch):
    monkeypatch.setitem(
        exports.LISTINGS, "secret", exports.Listing("secret", "Secret", "dms.configure", lambda *_: None, ())
    )
    with pytest.raises(NotYours):
        exports.request("secret", by=manager)
    job = jobs.request("export_table", by=manager, params={"list": "secret"})
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
