"""Whatever happens to the workers of a job, each of its steps counts once."""

import json
import random
import threading
import time
from datetime import timedelta
from functools import partial

import pytest
import structlog
from django.utils import timezone

from dms.background import jobs
from dms.models import Job, JobProblem
from tests.conftest import refuses
from tests.dms import stack, stack_jobs  # noqa: F401 # registers the jobs of the tests
from tests.races import at_once


def expire(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db
def test_a_cancelled_job_does_not_start(count, counter, cast):
    job = jobs.cancel(count(5), by=cast.sales_manager)
    jobs.execute(job.pk, "worker")
    counter.refresh_from_db()
    assert (job.status, counter.last) == ("CANCELLED", 0)


@pytest.mark.django_db(transaction=True)
def test_a_running_job_stops_soon_after_it_is_cancelled_and_goes_on_when_retried(count, counter, cast):
    job = count(400, pause=0.005)
    pid = stack.fork(jobs.execute, job.pk, "worker")
    assert stack.wait_until(lambda: Job.objects.get(pk=job.pk).done > 5)
    jobs.cancel(job, by=cast.sales_manager)
    assert stack.ended_well(pid)
    counter.refresh_from_db()
    assert 5 < counter.last < 400
    jobs.retry(job, by=cast.sales_manager)
    Job.objects.update(params={**job.params, "pause": 0})
    jobs.execute(job.pk, "worker")
    counter.refresh_from_db()
    assert counter.last == 400
    assert Job.objects.get().problems == 40


@pytest.mark.django_db
def test_a_finished_job_is_neither_cancelled_nor_retried(count, cast):
    job = count(1)
    jobs.execute(job.pk, "worker")
    for act in (jobs.cancel, jobs.retry):
        with refuses("illegal_transition"):
            act(job, by=cast.sales_manager)


@pytest.mark.django_db
def test_a_running_job_is_not_put_back_by_hand(count, cast):
    job = count(1)
    Job.objects.update(status="RUNNING", claimed_by="worker", lease_until=timezone.now())
    with refuses("illegal_transition"):
        jobs.retry(job, by=cast.sales_manager)


@pytest.mark.django_db
def test_a_job_that_always_dies_is_given_up_after_three_attempts(cast):
    job = jobs.request("die", by=cast.sales_manager)
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
def test_the_sweep_leaves_a_living_worker_its_job(cast):
    job = jobs.request("die", by=cast.sales_manager)
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

    def reached(goal: int) -> bool:
        return step() >= goal

    while step() < 60:
        pid, goal = stack.fork(jobs.execute, job.pk, "worker"), step() + chance.randint(3, 15)
        stack.wait_until(partial(reached, min(goal, 60)), 5)
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


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_job_that_does_not_stop_when_cancelled_ends_with_its_process_and_the_next_one_runs(count, cast, tmp_path):
    endless = jobs.request("stand_still", by=cast.sales_manager)
    with stack.celery("worker", "-c", "1", "--without-gossip", "--without-mingle", var=tmp_path, DMS_JOB_LEASE="2"):
        assert stack.wait_until(lambda: Job.objects.get().status == "RUNNING", 90)
        jobs.cancel(endless, by=cast.sales_manager)
        after = count(3)
        assert stack.wait_until(lambda: Job.objects.get(pk=after.pk).status == "DONE", 30)
    assert Job.objects.get(pk=endless.pk).status == "CANCELLED"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_job_that_does_not_come_on_fails_with_a_sentence(count, cast, tmp_path):
    endless = jobs.request("stand_still", by=cast.sales_manager)
    quick = {"var": tmp_path, "DMS_JOB_LEASE": "2", "DMS_JOB_SILENCE": "1"}
    with stack.celery("worker", "-c", "1", "--without-gossip", "--without-mingle", **quick):
        assert stack.wait_until(lambda: Job.objects.get().status == "FAILED", 90)
        after = count(3)
        assert stack.wait_until(lambda: Job.objects.get(pk=after.pk).status == "DONE", 30)
    endless.refresh_from_db()
    assert "没有进展" in endless.error
