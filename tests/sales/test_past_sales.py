"""Past sales come in: every good line once, every bad one in the report, and history is not called."""

import csv
from collections import Counter
from datetime import date
from decimal import Decimal
from operator import itemgetter

import pytest
from django.core.management import CommandError
from django.db.models import Model
from django.utils import timezone

from crm.models import Customer, FollowUp, Phone, Vehicle
from dms.formats import spreadsheets
from dms.models import Brand, Store
from sales import imports, past_sales
from sales.actions.past_sales import take_sales
from sales.models import Order, OwnerCard
from tests.sales.car_sales import BAD, GOOD, SMALL, everything, run

pytestmark = pytest.mark.django_db


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
    counted: list[tuple[str, type[Model]]] = [
        ("vehicles", Vehicle),
        ("orders", Order),
        ("owner_cards", OwnerCard),
        ("follow_ups", FollowUp),
    ]
    for name, model in counted:
        assert figures[name] == model._default_manager.count(), name


def test_a_sale_becomes_customer_car_order_and_card():
    run()
    car = Vehicle.objects.get(source_id="M_0001")
    order = Order.objects.get(source_id="M_0001")
    assert (str(car.variant), car.colour, car.bought_on) == (
        "Ford Expedition SUV Double Overhead Camshaft Auto",
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


def test_a_customer_we_know_already_is_not_entered_twice(cast):
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
    columns = [spreadsheets.Column(name, itemgetter(name)) for name in rows[0]]
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
        rows = list(past_sales.read(imports.renamed(table).rows(), today=date(2026, 1, 1)))
    assert [one.line for one in rows] == list(range(2, 24))


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
    word = past_sales.code(*parts, longest=longest)
    assert 0 < len(word) <= longest
    assert made is None or word == made
