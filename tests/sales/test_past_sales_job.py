"""Past sales come in as a long job, and whole."""

import csv
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.models import Vehicle
from dms.background import jobs
from dms.models import JobProblem, Store
from dms.navigation import registry
from sales import imports, past_sales
from sales.actions.past_sales import take_sales
from tests.sales.car_sales import BAD, GOOD, SMALL, WHOLE, everything, run

pytestmark = pytest.mark.django_db


def asked(user, **params):
    file = SimpleUploadedFile("car_sales.csv", SMALL.read_bytes(), "text/csv")
    return jobs.request("import_car_sales", by=user, params=params, file=file)


def test_the_long_job_does_the_same_and_reports_the_lines(cast):
    job = asked(cast.admin)
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    assert (job.status, job.problems) == ("DONE", 17), job.error
    assert job.report_file is not None
    assert 5 in job.result.values()
    assert {row.line: row.column for row in JobProblem.objects.all()} == BAD
    assert "dms:job_new" in {page.url_name for page in registry.configuration_pages}


def test_the_long_job_tries_without_writing(cast):
    before = everything()[:-1]
    job = asked(cast.admin, dry="on")
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    assert (job.status, job.problems) == ("DONE", 17)
    assert 5 in job.result.values()
    assert everything()[:-1] == before


def test_a_killed_job_goes_on_where_it_was_and_loses_no_line(cast, monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 6)
    job, calls = asked(cast.admin), []

    class Killed(BaseException):
        """The worker is gone."""

    def dying(*args, **kwargs):
        calls.append(1)
        if len(calls) == 2:
            raise Killed
        return take_sales(*args, **kwargs)

    with monkeypatch.context() as broken:
        broken.setattr(imports, "take_sales", dying)
        with pytest.raises(Killed):
            jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    assert job.status == "RUNNING"
    type(job).objects.filter(pk=job.pk).update(lease_until=timezone.now())
    jobs.execute(job.pk, "another")
    job.refresh_from_db()
    assert (job.status, job.problems) == ("DONE", 17), job.error
    assert sorted(Vehicle.objects.values_list("source_id", flat=True)) == GOOD
    assert {row.line: row.column for row in JobProblem.objects.all()} == BAD
    assert 5 in job.result.values()


def test_a_set_costs_the_same_however_many_sales_it_has(store):
    def sales(first, count):
        same = ("Larkspur Cars", "", "Ford", "Fiesta", "Sedan", "Red", Decimal(9))
        return [
            past_sales.Sale(n, f"S{n}", date(2023, 1, 2), f"Ana {n}", "MS", f"77{n:05}", *same)
            for n in range(first, first + count)
        ]

    def queries(rows):
        with CaptureQueriesContext(connection) as captured:
            take_sales(rows, by=None, at=timezone.now())
        return len(captured)

    queries(sales(0, 2))
    few = queries(sales(10, 3))
    assert queries(sales(100, 80)) <= few + 2


def test_only_what_came_from_a_source_is_delivered_without_its_sheet():
    run()
    forget = "UPDATE sales_order SET source_id = NULL WHERE source_id = 'M_0001'"
    with (
        pytest.raises(IntegrityError, match="order_signed_has_invoice"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(forget)


# --- the whole file ---------------------------------------------------------------------------------------------------
@pytest.mark.long
@pytest.mark.skipif(not WHOLE.exists(), reason="the large file is not part of the repository")
def test_the_whole_file_comes_in_and_the_figures_are_those_of_the_file():
    with WHOLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    figures = run(WHOLE)
    assert figures["lines"] == figures["taken"] + figures["faults"] == len(rows) == 19_140
    assert figures["faults"] == 0
    assert figures["stores"] == len({row["Dealer_Name"] for row in rows}) == 28
    assert figures["customers"] == len({(row["Phone"], row["Customer Name"]) for row in rows})
    assert figures["vehicles"] == figures["orders"] == figures["owner_cards"] == len({row["Car_id"] for row in rows})
    assert figures["brands"] == len({row["Company"] for row in rows})
    assert figures["series"] == len({(row["Company"], row["Model"]) for row in rows})
    kinds = ("Company", "Model", "Body Style", "Engine", "Transmission")
    assert figures["variants"] == len({tuple(row[kind] for kind in kinds) for row in rows})
    sold = Counter(row["Dealer_Name"] for row in rows)
    assert {store.name: store.orders.count() for store in Store.objects.filter(name__in=sold)} == dict(sold)
    total = sum(Decimal(row["Price ($)"]) for row in rows)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(price), count(DISTINCT number) FROM sales_order")
        assert cursor.fetchone() == (total, 19_140)
    assert run(WHOLE)["known"] == 19_140
