"""A VIN whose check digit does not fit is taken with a reason, by whatever way it comes; the colour of a plate is asked about."""

import pytest
from django.db import connection
from django.urls import reverse

from aftersales.actions import intake
from crm.actions import vehicles
from crm.models import Vehicle
from dms.formats import vin
from tests.conftest import refuses
from tests.factories import CustomerFactory, VehicleFactory, vin_of
from tests.statements import misjudged, verdict

pytestmark = pytest.mark.django_db

RIGHT = vin_of("LSVAM4180C2999001")
WRONG = RIGHT[:8] + ("1" if RIGHT[8] == "0" else "0") + RIGHT[9:]
FOREIGN = "WVWZZZ1JZ3W386752"
WHY = "compared with the metal, twice"


@pytest.fixture
def owner(store):
    return CustomerFactory.create(name="谷雨", phone="13800000001")


@pytest.fixture
def manager(cast):
    return cast.service_adviser


@pytest.mark.parametrize("number", [WRONG, FOREIGN])
def test_a_vin_that_does_not_fit_is_registered_with_who_said_why_and_when(owner, store, manager, number):
    with refuses("vin_without_reason"):
        vehicles.register_vehicle(owner, store=store, by=manager, number=number)
    with refuses("vin_without_reason"):
        vehicles.register_vehicle(owner, store=store, by=manager, number=number, vin_reason=" ")
    car = vehicles.register_vehicle(owner, store=store, by=manager, number=number, vin_reason=WHY)
    car.refresh_from_db()
    assert (car.vin, car.vin_reason, car.vin_reason_by) == (number, WHY, manager)
    assert car.vin_reason_at is not None


def test_a_vin_that_fits_keeps_no_reason(owner, store, manager):
    car = vehicles.register_vehicle(owner, store=store, by=manager, number=RIGHT, vin_reason=WHY)
    assert (car.vin_reason, car.vin_reason_by, car.vin_reason_at) == ("", None, None)


def test_a_vin_is_changed_to_one_that_does_not_fit_with_a_reason_only(store, manager):
    car = VehicleFactory.create()
    with refuses("vin_without_reason"):
        vehicles.change_vehicle(car, by=manager, vin=WRONG)
    car = vehicles.change_vehicle(car, by=manager, vin=WRONG, vin_reason=WHY)
    assert (car.vin, car.vin_reason, car.vin_reason_by) == (WRONG, WHY, manager)
    car = vehicles.change_vehicle(car, by=manager, colour="red")
    assert car.vin_reason == WHY
    with refuses("vin_without_reason"):  # another one is not right because the first was
        vehicles.change_vehicle(car, by=manager, vin=FOREIGN)
    assert vehicles.change_vehicle(car, by=manager, vin=RIGHT).vin_reason == ""


def test_the_write_up_takes_it_with_a_reason(store, manager):
    with refuses("vin_without_reason"):
        intake.guest_and_car(intake.Guest(WRONG, "13800005551", "Li Lei"), store=store, by=manager)
    guest = intake.Guest(WRONG, "13800005551", "Li Lei", WHY)
    assert intake.guest_and_car(guest, store=store, by=manager)[1].vin_reason == WHY


def test_the_pages_of_write_up_and_booking_ask_for_the_reason_beside_the_form(signed_in, store, manager):
    client = signed_in(manager)
    typed = {"car": WRONG, "phone": "13800005551", "name": "李雷", "complaint": "保养", "km": 100, "fuel_eighths": 4}
    asked = client.post(reverse("aftersales:work_order_new"), typed)
    assert (asked.status_code, list(asked.context["form"].errors)) == (422, ["vin_reason"])
    assert client.post(reverse("aftersales:work_order_new"), typed | {"vin_reason": WHY}).status_code == 302
    body = typed | {"car": FOREIGN, "store": store.code}
    told = client.post(reverse("api:aftersales:work-orders-list"), body, "application/json")
    assert (told.status_code, told.json()["code"]) == (409, "vin_without_reason")
    made = client.post(reverse("api:aftersales:work-orders-list"), body | {"vin_reason": WHY}, "application/json")
    assert made.status_code == 201
    assert set(Vehicle.objects.exclude(vin_reason="").values_list("vin", "vin_reason")) == {
        (WRONG, WHY),
        (FOREIGN, WHY),
    }


def test_a_page_asks_for_the_reason_and_takes_the_same_form_with_it(signed_in, store, manager, owner):
    client = signed_in(manager)
    url, typed = reverse("crm:vehicle_new", args=[owner.pk]), {"number": WRONG, "energy": "PETROL"}
    assert client.get(url).context["form"].fields["vin_reason"].widget.is_hidden
    asked = client.post(url, typed)
    assert asked.status_code == 422
    assert str(vin.DOUBT) in asked.content.decode()
    assert not asked.context["form"].fields["vin_reason"].widget.is_hidden
    assert client.post(url, typed | {"vin_reason": WHY}).status_code == 302
    car = Vehicle.objects.get(vin=WRONG)
    assert WHY in client.get(reverse("crm:vehicle", args=[car.pk])).content.decode()


def test_a_green_plate_on_petrol_is_asked_by_page_and_by_api(signed_in, store, manager, owner):
    client = signed_in(manager)
    url, typed = reverse("crm:vehicle_new", args=[owner.pk]), {"plate": "川AD12345", "energy": "PETROL"}
    asked = client.post(url, typed)
    assert asked.status_code == 422
    assert "plate_confirmed" in asked.context["form"].errors
    assert client.post(url, typed | {"plate_confirmed": "on"}).status_code == 302
    api = reverse("api:crm:vehicles-list")
    body = {"plate": "川AD12346", "energy": "DIESEL", "owner": owner.pk, "store": store.code}
    asked = client.post(api, body, "application/json")
    assert (asked.status_code, asked.json()["code"]) == (409, "plate_odd")
    taken = client.post(api, body | {"plate_confirmed": True}, "application/json")
    assert (taken.status_code, taken.json()["plate_kind"]) == (201, "new-energy")


@pytest.mark.parametrize(
    ("plate", "energy", "is_odd"),
    [
        ("川AD12345", "HYBRID", True),
        ("川A12345D", "DIESEL", True),
        ("川A12345", "BEV", True),
        ("川AD12345", "BEV", False),
        ("川AF12345", "PHEV", False),
        ("川A12345", "PHEV", False),
        ("川A12345", "EREV", False),
        ("川A1234警", "BEV", False),
        ("川AD12345", "OTHER", False),
    ],
)
def test_a_change_of_plate_or_drive_asks_about_the_pair(store, manager, plate, energy, is_odd):
    car = VehicleFactory.create(plate="川B54321")
    if not is_odd:
        vehicles.change_vehicle(car, by=manager, plate=plate, energy=energy)
        return
    with refuses("plate_odd"):
        vehicles.change_vehicle(car, by=manager, plate=plate, energy=energy)
    car = vehicles.change_vehicle(car, by=manager, plate=plate, energy=energy, plate_confirmed=True)
    assert vehicles.change_vehicle(car, by=manager, colour="red").plate == car.plate


@pytest.mark.parametrize(
    ("plate", "energy"), [("川AD12345", "BEV"), ("川AF12345", "PHEV"), ("川A12345H", "PHEV"), ("川A12345", "PETROL")]
)
def test_a_new_car_at_the_desk_has_the_drive_that_its_plate_tells(store, manager, plate, energy):
    guest = intake.Guest(plate, "13800005551", "Li Lei")
    assert intake.guest_and_car(guest, store=store, by=manager)[1].energy == energy


def test_the_family_of_a_plate_stands_on_the_page_of_the_car_and_in_the_api(signed_in, store, manager):
    car = VehicleFactory.create(plate="川A1234警")
    client = signed_in(manager)
    page = client.get(reverse("crm:vehicle", args=[car.pk])).content.decode()
    assert "警用号牌" in page, page[page.index("<h1") :][:900]
    assert client.get(reverse("api:crm:vehicles-detail", args=[car.pk])).json()["plate_kind"] == "police"


def test_postgres_reckons_the_check_digit_as_the_standard_does():
    numbers = [RIGHT, WRONG, FOREIGN, "1M8GDM9AXKP042788", "11111111111111111", "short", "LSVAM4180C2É99001"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT crm_vin_fits(n) FROM unnest(%s) WITH ORDINALITY AS t (n, i) ORDER BY i", [numbers])
        told = [row[0] for row in cursor.fetchall()]
    assert told == [True, False, False, True, True, False, False]


def test_no_statement_brings_a_vin_that_does_not_fit_without_its_reason(store):
    VehicleFactory.create()
    vouched = f"UPDATE crm_vehicle SET vin = '{WRONG}', vin_reason = 'as on the metal', vin_reason_at = now()"
    refused = {
        "vehicle_vin_vouched": [
            f"UPDATE crm_vehicle SET vin = '{WRONG}'",
            f"UPDATE crm_vehicle SET vin = '{FOREIGN}'",
            f"{vouched}; UPDATE crm_vehicle SET vin_reason = '', vin_reason_at = NULL",
        ],
        "vehicle_vin_reason_dated": [
            f"UPDATE crm_vehicle SET vin = '{WRONG}', vin_reason = 'as on the metal'",
            "UPDATE crm_vehicle SET vin_reason_at = now()",
        ],
    }
    assert misjudged(refused) == []
    assert verdict(vouched) == ""


def test_an_edit_by_page_and_by_api_asks_and_takes_the_same_again(signed_in, store, manager):
    car, client = VehicleFactory.create(plate="川B54321"), signed_in(manager)
    page = reverse("crm:vehicle_edit", args=[car.pk])
    form = client.get(page).context["form"]
    typed = {"plate": "川AD12345", "vin": WRONG, "energy": "PETROL", "opened": form["opened"].value()}
    assert list(client.post(page, typed).context["form"].errors) == ["vin_reason"]
    assert list(client.post(page, typed | {"vin_reason": WHY}).context["form"].errors) == ["plate_confirmed"]
    assert client.post(page, typed | {"vin_reason": WHY, "plate_confirmed": "on"}).status_code == 302
    car.refresh_from_db()
    assert (car.plate, car.vin, car.vin_reason) == ("川AD12345", WRONG, WHY)
    api = reverse("api:crm:vehicles-detail", args=[car.pk])
    told = client.patch(api, {"vin": FOREIGN, "plate": "川AD12346"}, "application/json")
    assert (told.status_code, told.json()["code"]) == (409, "vin_without_reason")
    body = {"vin": FOREIGN, "plate": "川AD12346", "vin_reason": WHY}
    told = client.patch(api, body, "application/json")
    assert (told.status_code, told.json()["code"]) == (409, "plate_odd")
    taken = client.patch(api, body | {"plate_confirmed": True}, "application/json")
    assert (taken.status_code, taken.json()["vin_reason_by"]) == (200, manager.pk)
