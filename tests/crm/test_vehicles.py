"""A car's file: identity, owners and an odometer that never runs backwards."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from crm.actions import vehicles as vehicle_actions
from crm.models import Customer, MileageReading, Ownership, Vehicle
from tests.conftest import refuses
from tests.factories import CustomerFactory, VehicleFactory
from tests.races import DONE, at_once

VIN = "LZ91AE3A4J3LSA560"


@pytest.fixture
def guyu(db: None) -> Customer:
    return CustomerFactory.create(name="谷雨", phone="13800000001")


@pytest.fixture
def car(guyu: Customer) -> Vehicle:
    return VehicleFactory.create(owner=guyu, plate="川a·d1234", number="lz91 ae3a 4j3l sa560")


def test_a_car_is_stored_in_normal_form(car):
    assert (car.plate, car.vin, car.vin_tail) == ("川AD1234", VIN, "LSA560")


def test_a_car_without_plate_and_vin_is_refused(guyu, cast, store):
    with refuses("vehicle_unidentified"):
        vehicle_actions.register_vehicle(owner=guyu, store=store, by=cast.adviser)


@pytest.mark.parametrize(
    ("number", "code"),
    [("LZ91AE3A5J3LSA560", "vin_without_reason"), ("LZ91AE3A4J3LSA56O", "vin_wrong"), ("123", "vin_wrong")],
)
def test_a_wrong_vin_is_named(guyu, cast, store, number, code):
    with refuses(code):
        vehicle_actions.register_vehicle(owner=guyu, store=store, by=cast.adviser, number=number)


def test_a_plate_belongs_to_one_current_car(car, guyu, cast, store):
    with refuses("plate_taken"):
        vehicle_actions.register_vehicle(owner=guyu, store=store, by=cast.adviser, plate="川AD1234")
    vehicle_actions.change_vehicle(car, by=cast.adviser, gone=True)
    vehicle_actions.register_vehicle(owner=guyu, store=store, by=cast.adviser, plate="川AD1234")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "row",
    [
        "(NULL, NULL, NULL)",
        "('LZ91AE3A4J3LSA56O', NULL, NULL)",
        "('lz91ae3a4j3lsa560', NULL, NULL)",
        "(NULL, '川a·D1234', NULL)",
    ],
)
def test_the_database_refuses_a_car_that_cannot_be(row):
    columns = "vin_tail, energy, model_text, colour, engine_no, gone, created_at, vin, plate, source_id"
    values = "'', 'PETROL', '', '', '', false, now(), " + row.strip("()")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO crm_vehicle ({columns}) VALUES ({values})")


def test_the_car_changes_hands(car, guyu, cast):
    new = CustomerFactory.create()
    vehicle_actions.hand_over_ownership(car, to=new, by=cast.adviser)
    assert Ownership.objects.get(vehicle=car, until=None).customer == new
    assert Ownership.objects.get(vehicle=car, customer=guyu).until == timezone.localdate()
    with pytest.raises(IntegrityError), transaction.atomic():
        Ownership.objects.create(vehicle=car, customer=guyu)


def test_mileage_never_falls_silently(car, cast, signed_in):
    vehicle_actions.read_mileage(car, km=38_420, by=cast.adviser)
    with refuses("mileage_fell"):
        vehicle_actions.read_mileage(car, km=38_419, by=cast.adviser)
    page = signed_in(cast.adviser).post(
        reverse("crm:vehicle_mileage", args=[car.pk]),
        {"km": 100},
        headers={"referer": "http://testserver/"},
        follow=True,
    )
    assert "38,420" in page.content.decode()
    assert vehicle_actions.read_mileage(car, km=0, by=cast.adviser, odometer_replaced=True, reason="表盘损坏").km == 0
    assert vehicle_actions.read_mileage(car, km=12, by=cast.adviser).km == 12


def test_a_reading_found_later_fits_between_its_neighbours(car, cast):
    now = timezone.now()
    for km, days in ((1_000, 30), (9_000, 1)):
        MileageReading.objects.create(vehicle=car, km=km, at=now - timedelta(days=days), by=cast.adviser)
    MileageReading.objects.create(vehicle=car, km=5_000, at=now - timedelta(days=10), by=cast.adviser)
    for km in (4_000, 9_500):
        with pytest.raises(IntegrityError), transaction.atomic():
            MileageReading.objects.create(vehicle=car, km=km, at=now - timedelta(days=5), by=cast.adviser)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_desks_cannot_make_the_mileage_fall_together(cast):
    car = VehicleFactory.create()
    ends = at_once(
        *(partial(vehicle_actions.read_mileage, car, km=km, by=cast.adviser) for km in range(9_000, 8_200, -100))
    )
    assert set(ends) <= {DONE, vehicle_actions.MileageFell.code}
    readings = list(MileageReading.objects.filter(vehicle=car).order_by("at", "pk").values_list("km", flat=True))
    assert readings == sorted(readings)


def test_the_search_box_finds_a_car_by_plate_vin_tail_and_owner(car, cast, signed_in):
    for text in ("川A", "D1234", "川A·D1234", "lsa560", "SA560", "谷雨"):
        assert (
            "川A·D1234"
            in signed_in(cast.adviser)
            .get(reverse("dms:search"), {"q": text}, headers={"HX-Request": "true"})
            .content.decode()
        ), text


def test_a_car_is_invisible_to_another_store(car, elsewhere, signed_in):
    assert signed_in(elsewhere.adviser).get(reverse("crm:vehicle", args=[car.pk])).status_code == 404
    assert not Vehicle.objects.visible_to(elsewhere.adviser).exists()


def test_a_refused_hand_over_leaves_no_new_customer_behind(car, guyu, cast, store, signed_in, time_machine):
    time_machine.move_to(timezone.now() - timedelta(days=1))  # the car was bought tomorrow
    body = {"name": "小满", "phone": "13900000009"}
    signed_in(cast.adviser).post(reverse("crm:vehicle_hand_over", args=[car.pk]), body)
    response = signed_in(cast.adviser).post(
        f"/api/v1/crm/vehicles/{car.pk}/hand_over/", body | {"store": store.code}, content_type="application/json"
    )
    assert (response.status_code, response.json()["code"]) == (409, "before_purchase")
    assert Customer.objects.get() == guyu
    assert car.ownerships.get().customer == guyu


def test_a_plate_that_is_taken_is_said_beside_it_and_nothing_typed_is_lost(car, guyu, cast, signed_in):
    other = VehicleFactory.create(owner=guyu, plate="川AD9999")
    form = {"plate": "川AD1234", "energy": "BEV", "colour": "雾蓝"}
    page = signed_in(cast.adviser).post(reverse("crm:vehicle_edit", args=[other.pk]), form)
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"plate"}
    assert "雾蓝" in page.text


def test_a_car_on_the_road_again_finds_its_plate_taken(car, guyu, cast, store):
    vehicle_actions.change_vehicle(car, by=cast.adviser, gone=True)
    vehicle_actions.register_vehicle(guyu, store=store, by=cast.adviser, plate="川AD1234")
    with refuses("vehicle_plate_one_current"):
        vehicle_actions.change_vehicle(car, by=cast.adviser, gone=False)
