"""Who a number and a name mean, however both are written, at every desk where they are typed."""

from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from aftersales.actions import intake
from aftersales.actions.intake import Guest as Driver
from crm import identity
from crm.actions import customers, recognition, vehicles
from crm.models import Customer, Ownership
from dms.models import Event
from sales.actions import register
from sales.actions.leads import open_lead_for
from sales.actions.past_sales import take_sales
from sales.actions.register import Guest
from sales.models import Lead, ShowroomVisit
from sales.past_sales import Sale
from tests.conftest import refuses
from tests.factories import CustomerFactory, VehicleFactory, vin_of
from tests.races import DONE, at_once
from tests.sales.guests import arrive

pytestmark = pytest.mark.django_db

SHARED = "13800000021"
"""The mobile of husband and wife."""


@pytest.fixture
def husband(store):
    return CustomerFactory.create(name="夏至", phone=SHARED, salutation="MR")


@pytest.fixture
def wife(husband):
    return CustomerFactory.create(name="谷雨", phone=SHARED, salutation="MS")


@pytest.fixture
def typed(cast, store):
    """``typed("夏至")`` is whom the shared number and the name mean."""
    return lambda name, phone=SHARED, at=store, join=False: (
        customers.register_customer(name=name, phone=phone, store=at, by=cast.adviser, join=join).customer
    )


def looked_up():
    return Event.objects.filter(kind="customer.looked_up").count()


# --- the name among those who share the number ------------------------------------------------------------------------------
def test_of_husband_and_wife_the_name_says_who_it_is(husband, wife, typed):
    assert typed("夏至") == husband
    assert typed("谷雨") == wife


@pytest.mark.parametrize("name", ["夏", "夏先生", "夏 至 先生", "ＸＩＡ"])
def test_a_form_of_address_is_enough_where_one_is_called_so(husband, wife, typed, name):
    if name == "ＸＩＡ":
        customers.change_customer(husband, by=husband.created_by, name="Xia")
    assert typed(name) == husband


def test_mister_and_missis_of_one_name_are_two_people(typed):
    mister, missis = typed("夏先生"), typed("夏女士")
    assert mister != missis
    assert (typed("夏先生"), typed("夏小姐")) == (mister, missis)


def test_a_whole_name_is_the_person_whatever_the_salutation_says(husband, typed):
    assert typed("夏至女士") == husband


def test_a_family_name_that_two_have_does_not_say_which(husband, typed):
    son = typed("夏小满")
    assert typed("夏") not in {husband, son}


def test_a_whole_name_that_nobody_has_is_somebody_new(husband, wife, typed):
    assert typed("夏小满") not in {husband, wife}


def test_the_older_file_of_two_with_one_name_is_meant(husband, wife, typed):
    double = CustomerFactory.create(name="立夏", phone="13900000009")
    customers.change_customer(double, by=double.created_by, name="夏至")
    customers.add_phone(double, number=SHARED, by=double.created_by)
    assert typed("夏至") == husband


DOTS = [
    "阿卜杜拉·买买提",
    "阿卜杜拉•买买提",
    "阿卜杜拉・买买提",
    "阿卜杜拉．买买提",
    "阿卜杜拉 买买提",
    "阿卜杜拉买买提",
]


@pytest.mark.parametrize("first", DOTS)
def test_six_spellings_of_a_dot_are_one_customer_found_by_any_of_them(cast, typed, first):
    known = typed(first)
    assert {typed(name) for name in DOTS} == {known}
    for words in (*DOTS, "买买提", "abdlmmt", "abudula", "ABuDuLa maimaiti"):
        assert list(Customer.objects.matching(words)) == [known], words


@pytest.mark.parametrize(
    ("written", "typed_as"),
    [
        ("Li Lei", "li lei"),
        ("Li Lei", "ＬＩ　ＬＥＩ"),
        ("Li Lei", "Mr. Li Lei"),
        ("賈雨村", "贾雨村"),
        ("贾雨村", "賈 雨村"),
        ("四川（锦江）商贸有限公司", "四川(锦江)商贸有限公司"),
        ("四川锦江商贸有限责任公司", "四川（錦江）商貿有限公司"),
        ("贾雨村先生", "贾雨村"),
        ("José", "Jose"),
    ],
)
def test_width_case_script_title_and_brackets_do_not_make_two(typed, written, typed_as):
    known = typed(written)
    assert typed(typed_as) == known
    assert list(Customer.objects.matching(typed_as)) == [known]
    assert known.name == written, "it stands as it was written"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_desks_that_spell_one_guest_differently_make_one_customer(cast, store):
    desk = partial(customers.register_customer, phone=SHARED, store=store, by=cast.adviser)
    assert at_once(*[partial(desk, name=name) for name in DOTS]) == [DONE] * 6
    assert Customer.objects.count() == 1


# --- the number alone -------------------------------------------------------------------------------------------------------
def test_the_number_alone_of_one_person_is_enough(cast, husband):
    cast.assemble("adviser")
    assert arrive("", SHARED).customer == husband


def test_the_number_alone_of_two_is_asked_back_with_both(cast, husband, wife):
    cast.assemble("adviser")
    with refuses("which_person", match="夏至.*谷雨"):
        arrive("", SHARED)
    assert not ShowroomVisit.objects.exists()


def test_the_register_offers_both_and_takes_the_one_that_is_chosen(cast, husband, wife, signed_in):
    cast.assemble("adviser")
    client = signed_in(cast.reception)
    shown = client.get(reverse("sales:visit_known"), {"phone": SHARED}).content.decode()
    assert "夏至" in shown
    assert "谷雨" in shown
    line = {"phone": SHARED, "chosen": husband.pk, "kind": "WALK_IN", "purpose": "LOOK", "key": "k"}
    client.post(reverse("sales:register"), line)
    assert ShowroomVisit.objects.get().customer == husband


def test_what_is_chosen_must_have_the_number(cast, husband, wife):
    cast.assemble("adviser")
    stranger = CustomerFactory.create(name="立春", phone="13900000001")
    with refuses("which_person"):
        arrive("", SHARED, chosen=stranger.pk)


def test_the_api_of_the_register_takes_the_chosen_one(cast, husband, wife, signed_in):
    cast.assemble("adviser")
    client = signed_in(cast.reception)
    body = {"store": "JJ01", "kind": "WALK_IN", "phone": SHARED}
    answer = client.post("/api/v1/sales/visits/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "which_person")
    answer = client.post("/api/v1/sales/visits/", body | {"chosen": wife.pk}, content_type="application/json")
    assert answer.json()["customer"] == wife.pk
    answer = client.post("/api/v1/sales/visits/", body | {"name": "夏至"}, content_type="application/json")
    assert answer.json()["customer"] == husband.pk


# --- every desk -------------------------------------------------------------------------------------------------------------
def test_every_desk_knows_the_husband(cast, husband, wife, store, signed_in):
    cast.assemble("adviser")
    car = VehicleFactory.create(plate="川AD1234", owner=wife)
    by = {"store": store, "by": cast.adviser}
    who = {
        "register": arrive("夏 先生", SHARED).customer,
        "completed": register.complete_visit(arrive(), guest=Guest(SHARED, "夏至"), by=cast.reception).customer,
        "call": arrive("夏至", SHARED, kind="CALL").customer,
        "card": open_lead_for(name="夏至先生", phone=SHARED, owner=cast.adviser, **by).customer,
        "write-up": intake.guest_and_car(Driver("川AD1234", SHARED, "夏至"), store=store, by=cast.service_adviser)[0],
        "new owner": vehicles.hand_over_to_new_owner(car, name="夏至", phone=SHARED, **by).customer,
        "look-up": recognition.look_up(SHARED, name="夏至", **by),
    }
    assert who == dict.fromkeys(who, husband)
    for url in ("/api/v1/crm/customers/", "/api/v1/crm/customers/look_up/"):
        body = {"name": "夏至先生", "phone": SHARED, "text": SHARED, "store": "JJ01"}
        assert signed_in(cast.adviser).post(url, body, content_type="application/json").json()["id"] == husband.pk
    assert Customer.objects.count() == 2
    assert Lead.objects.filter(customer=husband).count() == 1


def sale(line, name):
    """A line of the file of past sales."""
    car = ("Jinjiang Motors", "", "Shanyuan", "S7", "", "", Decimal(100))
    return Sale(line, f"M_{line}", date(2025, 5, 1), name, "", SHARED, *car)


def test_past_sales_come_to_whom_the_file_knows(husband, wife):
    names = ("夏至", "夏先生", "谷 雨", "立夏", "立 夏")
    take_sales([sale(line, name) for line, name in enumerate(names, 2)], by=None, at=timezone.now())
    assert Customer.objects.count() == 3, "of five lines one is somebody new"
    assert Ownership.objects.filter(customer=husband).count() == 2
    assert Ownership.objects.filter(customer=wife).count() == 1


def test_who_brings_a_car_is_known_by_the_name_alone_if_they_drive_it(cast, husband, wife, store):
    car = VehicleFactory.create(plate="川AD1234", owner=wife)
    Ownership.objects.create(vehicle=car, customer=husband, role="DRIVER", since=timezone.localdate())
    brings = partial(intake.guest_and_car, store=store, by=cast.service_adviser)
    assert brings(Driver("川AD1234", name="夏先生"))[0] == husband
    assert brings(Driver("川AD1234"))[0] == wife


# --- guests of a sister store -----------------------------------------------------------------------------------------------
def test_a_guest_of_a_sister_store_becomes_known_and_is_not_entered_twice(cast, elsewhere, husband, other_store):
    elsewhere.assemble("adviser")
    with refuses("join_first", match="夏.*锦江店"):
        arrive("", SHARED, store=other_store)
    assert looked_up() == 0
    row = arrive("", SHARED, store=other_store, join=True)
    assert row.customer == husband
    assert Customer.objects.visible_to(elsewhere.adviser).get() == husband
    assert looked_up() == 1
    arrive("夏至", SHARED, store=other_store)
    assert (Customer.objects.count(), looked_up()) == (1, 1), "once known it is not looked up again"


def test_by_name_and_number_too_and_that_is_logged(husband, typed, other_store, cast):
    with refuses("join_first"):
        typed("夏先生", at=other_store)
    assert typed("夏先生", at=other_store, join=True) == husband
    assert looked_up() == 1


def test_the_register_asks_with_one_box_and_takes_the_answer(elsewhere, husband, signed_in):
    elsewhere.assemble("adviser")
    client, line = signed_in(elsewhere.reception), {"phone": SHARED, "kind": "WALK_IN", "purpose": "LOOK", "key": "k"}
    asked = client.post(reverse("sales:register"), line)
    assert asked.status_code == 422
    assert 'type="checkbox" name="join"' in asked.content.decode()
    assert "夏至" not in asked.content.decode()
    assert not ShowroomVisit.objects.exists()
    assert client.post(reverse("sales:register"), line | {"join": "1"}).status_code == 302
    assert ShowroomVisit.objects.get().customer == husband


def test_a_program_says_join_before_a_guest_of_a_sister_store_is_known(elsewhere, husband, signed_in):
    elsewhere.assemble("adviser")
    client, body = signed_in(elsewhere.adviser), {"store": "GX01", "phone": SHARED, "name": "夏至", "text": SHARED}
    for url in ("crm/customers/look_up", "crm/customers", "sales/leads"):
        answer = client.post(f"/api/v1/{url}/", body, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (409, "join_first")
    assert not Customer.objects.visible_to(elsewhere.adviser).exists()
    answer = client.post("/api/v1/sales/leads/", body | {"join": True}, content_type="application/json")
    assert answer.json()["customer"] == husband.pk
    assert looked_up() == 1


def test_while_typing_only_that_there_is_one_is_told(elsewhere, husband, signed_in):
    elsewhere.assemble("adviser")
    client = signed_in(elsewhere.adviser)
    for name in ("sales:visit_known", "crm:customer_known"):
        shown = client.get(reverse(name), {"phone": SHARED}).content.decode()
        assert "note" in shown
        assert "夏至" not in shown
    assert looked_up() == 0


def test_of_two_with_the_number_names_of_sister_stores_are_not_told(elsewhere, husband, other_store):
    elsewhere.assemble("adviser")
    CustomerFactory.create(name="谷雨", phone=SHARED, store=other_store, by=elsewhere.adviser)
    with refuses("which_person", match="谷雨") as refusal:
        arrive("", SHARED, store=other_store)
    assert "夏至" not in str(refusal.value)


VIN = vin_of("LZ91AE3A0J3000010")


@pytest.mark.parametrize(
    "text", ["川AD1234", "川a·d1234", "川A D1234", VIN, VIN.lower(), VIN.replace("0", "o"), VIN.replace("1", "I")]
)
def test_a_car_of_a_sister_store_is_found_by_its_exact_plate_or_vin(elsewhere, other_store, store, text):
    car = VehicleFactory.create(plate="川AD1234", number=VIN, owner__name="夏至")
    with refuses("join_first"):
        recognition.look_up(text, store=other_store, by=elsewhere.adviser)
    assert set(car.stores.all()) == {store}
    found = recognition.look_up(text, store=other_store, by=elsewhere.adviser, join=True)
    assert found.name == "夏至"
    assert set(car.stores.all()) == {store, other_store}
    assert looked_up() == 1


def test_without_its_province_only_a_car_of_the_store_is_meant(elsewhere, other_store, store):
    car = VehicleFactory.create(plate="川AD1234")
    assert identity.car("ad1234", store=store) == car
    assert identity.car("AD1234", store=other_store) is None
    VehicleFactory.create(plate="渝AD1234")
    assert identity.car("AD1234", store=store) is None, "of two it says neither"
    assert identity.car("川AD1234", store=store) == car


def test_a_write_up_finds_the_car_without_its_province(cast, store):
    car = VehicleFactory.create(plate="川A8Q7T1")
    order = intake.write_up(Driver("a8q7t1"), store=store, by=cast.service_adviser, complaint="异响", km=10)
    assert order.vehicle == car
    assert identity.car("A8Q7TI", store=store) == car, "I and 1 look alike"


def test_a_number_without_a_name_at_the_workshop_is_whoever_has_it(cast, husband, store):
    VehicleFactory.create(plate="川AD1234")
    brings = partial(intake.guest_and_car, store=store, by=cast.service_adviser)
    assert brings(Driver("川AD1234", SHARED))[0] == husband
    CustomerFactory.create(name="谷雨", phone=SHARED)
    with refuses("which_person"):
        brings(Driver("川AD1234", SHARED))
    with refuses("no_name"):
        brings(Driver("川AD1234", "13900000077"))


# --- fixed lines ------------------------------------------------------------------------------------------------------------
LINES = [
    "028-85551234-801",
    "(028)85551234转801",
    "86-28-85551234-801",
    "+86 28 8555 1234 ext 801",
    "０２８－８５５５１２３４－８０１",
    "02885551234 分机801",
]


def test_a_fixed_line_with_its_extension_is_one_number_however_it_is_written(typed, cast, signed_in):
    known = typed("锦江物业", LINES[0])
    assert {typed("锦江物业", line) for line in LINES} == {known}
    assert known.phone == "02885551234-801"
    for words in (*LINES, "85551234", "8555-1234", "85551234-801"):
        assert list(Customer.objects.matching(words)) == [known], words
    phone = known.phones.get()
    shown = signed_in(cast.adviser).post(reverse("crm:phone_reveal", args=[phone.pk])).content.decode()
    assert 'href="tel:02885551234,801"' in shown
    listed = signed_in(cast.adviser).get(reverse("crm:customers")).content.decode()
    assert "028****1234-***" in listed


def test_numbers_beside_the_customers_own_have_one_form_too(cast, husband):
    customers.change_customer(husband, by=cast.adviser, company_phone="(028)85551234转801")
    friend = customers.add_person(husband, name="立春", phone="86-28-85551234", by=cast.adviser)
    husband.refresh_from_db()
    assert (husband.company_phone, friend.phone) == ("02885551234-801", "02885551234")
