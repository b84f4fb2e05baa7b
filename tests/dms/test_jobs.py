"""Long jobs are asked for by those who may, and end with the right totals and a sentence."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dms.background import jobs
from dms.models import Event, Job
from tests.conftest import refuses
from tests.dms import stack, stack_jobs  # noqa: F401 # registers the jobs of the tests
from tests.dms.spreadsheets import table_of


@pytest.mark.django_db
def test_a_job_runs_to_its_end_and_says_so(count, counter):
    job = count(25)
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    counter.refresh_from_db()
    assert (job.status, job.done, job.total, job.percent) == ("DONE", 25, 25, 100)
    assert job.result == {"steps": 25}
    assert counter.last == 25
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == ["job.requested", "job.done"]


@pytest.mark.django_db
def test_who_lacks_the_right_may_not_ask(cast):
    with refuses("not_yours"):
        jobs.request("count_up", by=cast.adviser)
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_nobody_asks_for_a_store_not_theirs(cast, other_store):
    with refuses("not_yours"):
        jobs.request("count_up", by=cast.sales_manager, store=other_store)


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
def test_a_job_that_cannot_run_is_refused_when_asked_for(cast, kind, params, code):
    with refuses(code) as refused:
        jobs.request(kind, by=cast.sales_manager, params=params)
    assert str(refused.value.sentence)


@pytest.mark.django_db
def test_a_brought_file_is_checked_and_read(cast):
    job = jobs.request(
        "read_file",
        by=cast.sales_manager,
        file=SimpleUploadedFile("parts.csv", "编号,名称\n1,机油\n2,滤芯\n".encode("gb18030")),
    )
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    assert job.result == {"rows": 2}


# --- ending -----------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "words"), [("refuse", "Month closed."), ("break", "ValueError")])
def test_a_job_that_goes_wrong_ends_with_a_sentence(cast, kind, words):
    job = jobs.request(kind, by=cast.sales_manager)
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
