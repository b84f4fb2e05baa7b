"""Past sales come in: every good line once, every bad one in the report, and history is not called."""

import csv
import io
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.models import Customer, FollowUp, Ownership, Phone, Vehicle
from dms.background import jobs
from dms.formats import spreadsheets
from dms.models import Brand, Colour, Event, JobProblem, Store, Variant
from dms.navigation import registry
from sales import imports, past_sales
from sales.actions.past_sales import take_sales
from sales.models import Order, OwnerCard

pytestmark = pytest.mark.django_db
SMALL = Path(__file__).parents[1] / "data" / "car_sales.csv"
WHOLE = settings.BASE_DIR.parent / "shared" / "data" / "car_sales.csv"
GOOD = ["M_0001", "M_0002", "M_0003", "M_0004", "M_0022"]
BAD = {
    6: "Car_id",
    7: "Date",
    8: "Date",
    9: "Date",
    10: "Date",
    11: "Customer Name",
    12: "Dealer_Name",
    13: "Company",
    14: "Model",
    15: "Price ($)",
    16: "Price ($)",
    17: "Price ($)",
    18: "Phone",
    19: "Phone",
    20: "Car_id",
    21: "Customer Name",
    22: "Dealer_Name",
}
"""Line of the small file → the column that is wrong."""


def run(path=SMALL, **options) -> dict[str, int]:
    """The command's figures, as it prints them."""
    out = io.StringIO()
    call_command("import_car_sales", path, stdout=out, stderr=io.StringIO(), **options)
    lines = [line.split() for line in out.getvalue().splitlines()]
    return {words[0]: int(words[1]) for words in lines if len(words) == 2 and words[1].isdigit()}


def everything() -> list[tuple[str, int]]:
    """How many rows each table has that the import writes."""
    models = (Store, Brand, Variant, Colour, Customer, Phone, Vehicle, Ownership, Order, OwnerCard, FollowUp, Event)
    return [(model.__name__, model.objects.count()) for model in models]


# --- the small file -----------------------------------------------------------------------------------------------------
def test_every_good_line_is_taken_and_every_bad_one_is_reported(tmp_path):
    figures = run(report=tmp_path / "report.csv")
    assert (figures["lines"], figures["taken"], figures["faults"]) == (22, 5, 17)
    assert sorted(Vehicle.objects.values_list("source_id", flat=True)) == GOOD
    with (tmp_path / "report.csv").open(encoding="utf-8-sig") as file:
        report = list(csv.DictReader(file))
    assert {int(row["line"]): row["column"] for row in report} == BAD
    assert all(row["reason"] for row in report)
    assert next(row["value"] for row in report if row["line"] == "18") == "call me"


def test_the_figures_say_what_is_in_the_tables():
    before = {"stores": Store.objects.count(), "brands": Brand.objects.count()}
    figures = run()
    assert Store.objects.count() - before["stores"] == figures["stores"] == 2
    assert Brand.objects.count() - before["brands"] == figures["brands"] == 3
    assert figures["customers"] == Customer.objects.count() == 4
    for name, model in [("vehicles", Vehicle), ("orders", Order), ("owner_cards", OwnerCard), ("follow_ups", FollowUp)]:
        assert figures[name] == model.objects.count(), name


def test_a_sale_becomes_customer_car_order_and_card():
    run()
    car = Vehicle.objects.get(source_id="M_0001")
    order = Order.objects.get(source_id="M_0001")
    assert (str(car.variant), car.colour, car.bought_on) == (
        "SUV Double Overhead Camshaft Auto",
        "Black",
        date(2022, 1, 2),
    )
    assert (order.status, order.price, timezone.localdate(order.delivered_at)) == (
        "DELIVERED",
        Decimal(26000),
        date(2022, 1, 2),
    )
    assert (order.store.name, order.store.address) == ("Bluebell Motors Inc", "Middletown 06457-3834")
    card = car.owner_cards.get()
    assert (card.order, card.customer.name, car.ownerships.get().customer) == (order, "Geraldine", card.customer)
    assert (card.customer.salutation, card.customer.phone, card.customer.name_key) == ("MR", "8264678", "geraldine g")


def test_the_same_phone_and_name_is_the_same_customer():
    run()
    same = Customer.objects.get(name="Geraldine")
    assert sorted(same.ownerships.values_list("vehicle__source_id", flat=True)) == ["M_0001", "M_0002"]
    assert same.stores.count() == 2
    assert Customer.objects.filter(phones__number="8264678").count() == 2  # Gia has the same phone


def test_a_customer_we_know_already_is_not_entered_twice(store, person):
    known = Customer.objects.create(name="白芷")
    Phone.objects.create(customer=known, number="13800000000", is_primary=True)
    run()
    assert known.ownerships.get().vehicle.source_id == "M_0004"


def test_history_is_not_called():
    now = timezone.now()
    run()
    assert FollowUp.objects.exists()
    assert not FollowUp.objects.filter(due_until__lt=now).exists()
    kinds = Counter(FollowUp.objects.values_list("vehicle__source_id", flat=True))
    assert set(kinds) == set(GOOD)
    assert all(row.cadence.every_months for row in FollowUp.objects.select_related("cadence"))


def test_run_again_it_changes_nothing():
    run()
    before = everything()
    again = run()
    assert (again["taken"], again["known"], again["faults"]) == (0, 5, 17)
    assert everything() == before


def test_a_dry_run_says_the_same_and_writes_nothing():
    before = everything()
    tried = run(dry_run=True)
    assert everything() == before
    assert tried == run()


def test_a_file_without_a_needed_column_is_refused(tmp_path):
    path = tmp_path / "cut.csv"
    path.write_text("Car_id,Date\n1,1/2/2022\n")
    with pytest.raises(CommandError, match="Phone"):
        run(path)


def test_the_same_table_as_xlsx_or_gb18030_is_the_same(tmp_path):
    with SMALL.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns = [spreadsheets.Column(name, lambda row, name=name: row[name]) for name in rows[0]]
    spreadsheets.write_xlsx(tmp_path / "sales.xlsx", columns, rows)
    (tmp_path / "sales.csv").write_bytes(SMALL.read_text(encoding="utf-8").replace("Â\xa0", " ").encode("gb18030"))
    with_xlsx = run(tmp_path / "sales.xlsx", dry_run=True)
    assert with_xlsx["taken"] == 5
    assert run(tmp_path / "sales.csv", dry_run=True) == run(dry_run=True)


def test_interrupted_between_portions_and_run_again_it_is_complete(monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 2)
    calls = []

    def stumble(*args, **kwargs):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return take_sales(*args, **kwargs)

    with monkeypatch.context() as broken:
        broken.setattr(imports, "take_sales", stumble)
        with pytest.raises(KeyboardInterrupt):
            run()
    assert 0 < Vehicle.objects.count() < len(GOOD)
    rest = run()
    assert rest["taken"] + rest["known"] == len(GOOD)
    assert Order.objects.count() == OwnerCard.objects.count() == len(GOOD)


def test_every_line_read_is_a_sale_or_a_fault():
    with SMALL.open("rb") as file, spreadsheets.reading(file, SMALL.name) as table:
        found = list(past_sales.read(imports.renamed(table).rows(), today=date(2026, 1, 1)))
    assert [one.line for one in found] == list(range(2, 24))


@pytest.mark.parametrize(
    ("parts", "longest", "made"),
    [
        (("Mercedes-B",), 20, "MERCEDES-B"),
        (("Ford", "Expedition SUV"), 40, "FORD-EXPEDITION-SUV"),
        (("!!",), 20, None),
        (("A" * 50,), 20, None),
    ],
)
def test_codes_are_capitals_and_fit(parts, longest, made):
    found = past_sales.code(*parts, longest=longest)
    assert 0 < len(found) <= longest
    assert made is None or found == made


# --- as a long job ------------------------------------------------------------------------------------------------------
def asked(user, **params):
    file = SimpleUploadedFile("car_sales.csv", SMALL.read_bytes(), "text/csv")
    return jobs.request("import_car_sales", by=user, params=params, file=file)


def test_the_long_job_does_the_same_and_reports_the_lines(admin_user):
    job = asked(admin_user)
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    assert (job.status, job.problems) == ("DONE", 17), job.error
    assert job.report_file is not None
    assert 5 in job.result.values()
    assert {row.line: row.column for row in JobProblem.objects.all()} == BAD
    assert "dms:job_new" in {page.url_name for page in registry.configuration_pages}


def test_the_long_job_tries_without_writing(admin_user):
    before = everything()[:-1]
    job = asked(admin_user, dry="on")
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    assert (job.status, job.problems) == ("DONE", 17)
    assert 5 in job.result.values()
    assert everything()[:-1] == before


def test_a_killed_job_goes_on_where_it_was_and_loses_no_line(admin_user, monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 6)
    job, calls = asked(admin_user), []

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
        pytest.raises(IntegrityError, match="approved_by_another"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(forget)


# --- the whole file -----------------------------------------------------------------------------------------------------
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
