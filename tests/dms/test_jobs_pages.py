"""The pages of long jobs: progress, result, files, asking for a new one, exporting a list."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dms.background import exports, jobs
from dms.models import Job, JobProblem, Message
from dms.records import attachments
from tests.factories import MessageFactory, end_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(cast, store):
    return Job.objects.create(
        kind="export_events",
        requested_by=cast.sales_manager,
        store=store,
        params={"last": "2026-11-20", "first": "2026-11-01"},
    )


def move(job, status, **fields):
    now = timezone.now()
    if status in {"DONE", "FAILED", "CANCELLED"}:
        end_work(job, status, **fields)
    else:
        fields |= {"lease_until": now + timedelta(minutes=1), "claimed_by": "w", "started_at": now}
        Job.objects.filter(pk=job.pk).update(status=status, **fields)


def test_a_running_job_shows_its_progress_and_asks_again(signed_in, cast, job):
    move(job, "RUNNING", done=40, total=100)
    page = signed_in(cast.sales_manager).get(reverse("dms:job", args=[job.pk])).content.decode()
    assert f'hx-get="{reverse("dms:job_progress", args=[job.pk])}"' in page
    assert 'aria-valuenow="40"' in page
    assert reverse("dms:job_cancel", args=[job.pk]) in page


def test_the_whole_page_comes_anew_when_the_job_has_ended(signed_in, cast, job):
    client, url = signed_in(cast.sales_manager), reverse("dms:job_progress", args=[job.pk])
    assert "HX-Refresh" not in client.get(url).headers
    move(job, "DONE")
    response = client.get(url)
    assert response.headers["HX-Refresh"] == "true"
    assert "every 2s" not in response.content.decode()


def test_a_done_job_shows_figures_lines_not_taken_and_the_download(signed_in, cast, job):
    file = attachments.keep(b"x", name="events.xlsx", by=cast.sales_manager)
    move(job, "DONE", done=1200, total=1200, problems=1, result={"rows": 1200}, output_file=file)
    JobProblem.objects.create(job=job, line=7, column="手机", value="138", reason="手机号应为 11 位")
    client = signed_in(cast.sales_manager)
    page = client.get(reverse("dms:job", args=[job.pk])).content.decode()
    assert "1,200" in page
    assert "手机号应为 11 位" in page
    download = reverse("dms:attachment", args=[file.pk])
    assert download in page
    assert client.get(download).headers["Content-Disposition"].startswith("attachment")


def test_the_job_of_another_is_not_there(signed_in, cast, job):
    client = signed_in(cast.hire("sales_manager"))
    assert str(job.pk) not in [str(row.pk) for row in client.get(reverse("dms:jobs")).context["page_obj"]]
    for name in ("dms:job", "dms:job_progress"):
        assert client.get(reverse(name, args=[job.pk])).status_code == 404
    for name in ("dms:job_cancel", "dms:job_retry"):
        assert client.post(reverse(name, args=[job.pk])).status_code == 404


def test_the_download_of_another_store_is_not_there(signed_in, cast, elsewhere, store):
    file = attachments.keep(b"x", name="a.xlsx", by=cast.admin, store=store)
    assert signed_in(elsewhere.adviser).get(reverse("dms:attachment", args=[file.pk])).status_code == 404


def test_a_waiting_job_is_stopped_and_started_again(signed_in, cast, job):
    client = signed_in(cast.sales_manager)
    client.post(reverse("dms:job_cancel", args=[job.pk]))
    job.refresh_from_db()
    assert job.status == Job.Status.CANCELLED
    client.post(reverse("dms:job_retry", args=[job.pk]))
    job.refresh_from_db()
    assert job.status == Job.Status.QUEUED


def test_stopping_a_done_job_is_refused_with_a_sentence_where_one_was(signed_in, cast, job):
    move(job, "DONE")
    response = signed_in(cast.sales_manager).post(
        reverse("dms:job_cancel", args=[job.pk]), headers={"Referer": "http://testserver/jobs/"}, follow=True
    )
    assert response.redirect_chain[0][0] == "http://testserver/jobs/"
    assert '<div class="toast-m toast-error" data-toast>' in response.content.decode()


def test_what_may_be_run_depends_on_the_rights(signed_in, cast):
    keys = [kind.key for kind in signed_in(cast.sales_manager).get(reverse("dms:job_new")).context["kinds"]]
    assert "export_events" in keys
    assert "export_table" not in keys
    planner = signed_in(cast.hire("parts_planner"))
    assert "export_events" not in [kind.key for kind in planner.get(reverse("dms:job_new")).context["kinds"]]
    assert planner.get(reverse("dms:job_new"), {"kind": "export_events"}).status_code == 404


def test_a_job_is_asked_for_with_its_parameters(signed_in, cast):
    url = f"{reverse('dms:job_new')}?kind=export_events"
    client = signed_in(cast.sales_manager)
    assert client.get(url).status_code == 200
    assert client.post(url, {"first": "2026-11-20", "last": "2026-11-01"}).status_code == 422
    response = client.post(url, {"first": "2026-11-01", "last": "2026-11-20"})
    job = Job.objects.get()
    assert response.headers["Location"] == reverse("dms:job", args=[job.pk])
    assert job.params == {"first": "2026-11-01", "last": "2026-11-20"}


@pytest.fixture
def importing():
    jobs.KINDS["import_test"] = jobs.Kind("import_test", "Import", "dms.jobs", lambda run: None, accepts_file=True)
    yield f"{reverse('dms:job_new')}?kind=import_test"
    del jobs.KINDS["import_test"]


def test_an_import_takes_its_file(signed_in, cast, importing):
    file = SimpleUploadedFile("客户.csv", "姓名,手机\n谷雨,13800001234\n".encode())
    signed_in(cast.sales_manager).post(importing, {"file": file})
    assert Job.objects.get().input_file.name == "客户.csv"


def test_a_file_that_is_not_what_it_says_is_refused_beside_the_field(signed_in, cast, importing):
    response = signed_in(cast.sales_manager).post(
        importing, {"file": SimpleUploadedFile("a.xlsx", b"MZ\x90\x00 not a workbook")}
    )
    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert not Job.objects.exists()


def test_an_import_without_a_file_is_refused(signed_in, cast, importing):
    assert signed_in(cast.sales_manager).post(importing).status_code == 422


# --- export of a list -----------------------------------------------------------------------------------------------------
def test_the_export_button_says_how_many_rows_and_starts_a_job(signed_in, cast, store):
    for ends in ("FAILED", "FAILED", ""):
        MessageFactory.create(store=store, ends=ends)
    client = signed_in(cast.sales_manager)
    assert reverse("dms:export", args=["messages"]) in client.get(reverse("dms:messages")).content.decode()
    url = f"{reverse('dms:export', args=['messages'])}?status=FAILED"
    assert "2" in client.get(url).context["text"]
    client.post(url)
    assert Job.objects.get().params == {"list": "messages", "query": "status=FAILED"}


def test_every_list_can_be_written(cast):
    cast.hire("technician")
    for listing in exports.LISTINGS.values():
        for row in listing.narrowed(cast.sales_manager, None, ""):
            assert [column.of(row) for column in listing.columns(cast.sales_manager, None)]


def test_an_export_holds_what_the_page_showed_filters_on_stores_included(cast, store, other_store):
    for n, where in enumerate((store, store, other_store)):
        Message.objects.create(channel="sms", recipient="1", body="", store=where, idempotency_key=f"k{n}")
    found = exports.LISTINGS["messages"].narrowed(cast.admin, None, f"store={other_store.code}")
    assert found.count() == 1


def test_a_list_without_the_right_is_not_exported(signed_in, cast):
    client = signed_in(cast.hire("parts_planner"))
    assert client.get(reverse("dms:export", args=["events"])).status_code == 403
    assert client.post(reverse("dms:export", args=["events"])).status_code == 403
    assert client.get(reverse("dms:export", args=["nothing"])).status_code == 404


def test_more_jobs_cost_no_more_queries(signed_in, cast, job):
    client = signed_in(cast.sales_manager)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("dms:jobs"))
        return len(captured)

    queries()
    few = queries()
    Job.objects.bulk_create(
        Job(kind="export_events", requested_by=cast.sales_manager, store=job.store) for _ in range(30)
    )
    assert queries() == few


def test_what_a_manager_exported_is_not_for_everybody_of_the_store(signed_in, cast, store):
    job = jobs.request(
        "export_events", by=cast.sales_manager, store=store, params={"first": "2026-11-01", "last": "2026-11-20"}
    )
    jobs.execute(job.pk, "test")
    file = Job.objects.get(pk=job.pk).output_file
    url = reverse("dms:attachment", args=[file.pk])
    assert signed_in(cast.sales_manager).get(url).status_code == 200
    assert signed_in(cast.adviser).get(url).status_code == 404
