"""Two at once: what one did not change is never written, and what both changed is asked, by page, configuration and API."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from crm.models import Vehicle
from dms.actions import people
from dms.models import Brand, Store, User, Variant
from dms.records import edits as edit_records
from dms.web.edits import KEEP, MINE, OPENED
from sales.models import Lead
from tests.factories import CustomerFactory, LeadFactory, PartFactory, VariantFactory, VehicleFactory
from tests.races import DONE, at_once

pytestmark = pytest.mark.django_db


def opened(client, address: str, name: str = "form") -> dict[str, object]:
    """What a browser would send of the form untouched."""
    form = client.get(address).context[name]
    data = {}
    for field in form:
        value = field.value()
        if value not in (None, False):
            data[field.html_name] = field.field.widget.format_value(value) if value is not True else "on"
    return {name: value[0] if isinstance(value, list) and value else value or "" for name, value in data.items()}


@pytest.fixture
def desk(cast, client):
    """An adviser's browser."""
    client.force_login(cast.adviser)
    return client


def test_of_two_windows_on_a_car_one_keeps_the_plate_and_one_the_colour(desk):
    car = VehicleFactory.create(colour="白")
    address = reverse("crm:vehicle_edit", args=[car.pk])
    first, second = opened(desk, address), opened(desk, address)
    desk.post(address, {**second, "colour": "曜岩黑"})
    desk.post(address, {**first, "plate": "川A7K3M9"})
    car.refresh_from_db()
    assert (car.plate, car.colour) == ("川A7K3M9", "曜岩黑")


def test_a_customer_who_refuses_data_is_not_undone_by_a_new_address(desk):
    customer = CustomerFactory.create()
    address = reverse("crm:customer_edit", args=[customer.pk])
    first, second = opened(desk, address), opened(desk, address)
    desk.post(address, {**second, "data_refused": "on"})
    desk.post(address, {**first, "address": "成都市锦江区"})
    customer.refresh_from_db()
    assert (customer.data_refused, customer.address) == (True, "成都市锦江区")


def test_the_second_price_of_a_part_is_asked_with_who_when_and_both(cast, client, settings):
    part = PartFactory.create(price=156)
    address = reverse("parts:part_edit", args=[part.pk])
    client.force_login(cast.parts_manager)
    typed = opened(client, address)
    other = type(client)()
    other.force_login(cast.parts_planner)
    with time_machine.travel("2099-01-05T02:03:00Z", tick=False):
        other.force_login(cast.parts_planner)
        assert other.post(address, {**opened(other, address), "price": "900"}).status_code == 302
    asked = client.post(address, {**typed, "price": "168", "name": "制动液 DOT4"}, headers={"accept-language": "en"})
    assert asked.status_code == 422
    page = asked.content.decode()
    assert "泽兰" in page
    assert "10:03" in page
    for value in ("900.00", "168", "制动液 DOT4"):
        assert value in page, "nothing typed is lost"
    part.refresh_from_db()
    assert (part.price, part.name) == (900, part.name)
    again = asked.context["form"].data.dict()
    assert client.post(address, {**again, KEEP + "price": MINE}).status_code == 302
    part.refresh_from_db()
    assert (part.price, part.name) == (168, "制动液 DOT4")


def test_a_third_who_comes_between_question_and_answer_is_asked_again(desk, cast):
    car = VehicleFactory.create(colour="白")
    address = reverse("crm:vehicle_edit", args=[car.pk])
    first = opened(desk, address)
    Vehicle.objects.filter(pk=car.pk).update(colour="黑")
    asked = desk.post(address, {**first, "colour": "蓝"})
    Vehicle.objects.filter(pk=car.pk).update(colour="红")
    answer = {**asked.context["form"].data.dict(), KEEP + "colour": MINE}
    again = desk.post(address, answer)
    assert again.status_code == 422
    assert "红" in str(again.context["form"].errors[KEEP + "colour"])


def test_a_form_that_was_tampered_with_writes_over_nothing(desk):
    car = VehicleFactory.create(colour="白")
    address = reverse("crm:vehicle_edit", args=[car.pk])
    sent = {**opened(desk, address), "colour": "黑", OPENED: "forged"}
    assert desk.post(address, sent).status_code == 422
    other = VehicleFactory.create(colour="白")
    foreign = opened(desk, reverse("crm:vehicle_edit", args=[other.pk]))[OPENED]
    assert desk.post(address, {**sent, OPENED: foreign}).status_code == 422
    car.refresh_from_db()
    assert car.colour == "白"


def test_ones_own_profile_in_two_windows(desk, cast):
    address = reverse("dms:profile")
    first, second = opened(desk, address), opened(desk, address)
    assert OPENED in first
    desk.post(address, {**second, "theme": "dark"})
    desk.post(address, {**first, "phone": "13900001234"})
    me = User.objects.get(pk=cast.adviser.pk)
    assert (me.theme, me.phone) == ("dark", "13900001234")
    User.objects.filter(pk=me.pk).update(phone="13900005555")
    assert desk.post(address, {**first, "phone": "13900006666"}).status_code == 422


# --- configuration ------------------------------------------------------------------------------------------------------
@pytest.fixture
def configuration(cast, client):
    client.force_login(cast.admin)
    return client


def untouched(page) -> dict[str, object]:
    """What a browser would send of a page of the configuration site, its rows below included."""
    context = page.context
    forms = [context["adminform"].form]
    data = {}
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.initial_forms]
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:  # the number of rows below may be 0
                data[field.html_name] = "on" if value is True else value
    return data


def test_two_administrators_on_a_make_and_its_series(configuration):
    variant = VariantFactory.create()
    brand = variant.series.brand
    address = reverse("admin:dms_series_change", args=[variant.series.pk])
    first, second = untouched(configuration.get(address)), untouched(configuration.get(address))
    price = next(name for name in first if name.endswith("-name"))
    assert configuration.post(address, {**second, "name": "远途"}).status_code == 302
    assert configuration.post(address, {**first, price: "1.5T 新款"}).status_code == 302
    variant.series.refresh_from_db()
    assert variant.series.name == "远途"
    assert Variant.objects.filter(series=variant.series, name="1.5T 新款").exists()
    assert brand == variant.series.brand


def test_two_administrators_on_one_field_of_a_store(configuration, store):
    address = reverse("admin:dms_store_change", args=[store.pk])
    page = configuration.get(address)
    assert f'name="{OPENED}"' in page.content.decode()
    first = untouched(page)
    Store.objects.filter(pk=store.pk).update(name="锦江旗舰店")
    asked = configuration.post(address, {**first, "name": "锦江一店"})
    assert asked.status_code == 200
    assert "锦江旗舰店" in asked.content.decode()
    assert f'name="{KEEP}name"' in asked.content.decode()
    again = {**untouched(asked), "name": "锦江一店", KEEP + "name": MINE}
    assert configuration.post(address, again).status_code == 302
    store.refresh_from_db()
    assert store.name == "锦江一店"


def test_a_list_of_the_configuration_site_asks_too(configuration):
    variant = VariantFactory.create(list_price=100_000)
    address = reverse("admin:dms_variant_changelist")
    page = configuration.get(address)
    formset = page.context["cl"].formset
    data = {field.html_name: field.value() for field in formset.management_form}
    for form in formset.forms:
        data |= {field.html_name: field.value() for field in form if field.value() not in (None, False)}
        data[form.add_prefix(OPENED)] = form[OPENED].value()
        assert form[OPENED].value() in page.content.decode()
    index = next(i for i, form in enumerate(formset.forms) if form.instance.pk == variant.pk)
    Variant.objects.filter(pk=variant.pk).update(list_price=120_000)
    data |= {f"form-{index}-list_price": "110000", "_save": "1"}
    asked = configuration.post(address, data)
    assert asked.status_code == 200
    assert "120000" in asked.content.decode()
    variant.refresh_from_db()
    assert variant.list_price == 120_000


# --- API ------------------------------------------------------------------------------------------------------------------
def api(user) -> APIClient:
    return APIClient(
        headers={"authorization": f"Token {people.create_token(user, by=user)[1]}", "accept-language": "en"}
    )


def test_a_patch_writes_only_what_is_sent(cast, monkeypatch):
    """Base data too: a row read before somebody else wrote is not written back."""
    brand = Brand.objects.create(code="VW", name="大众")
    hold = edit_records.hold

    def meanwhile(row):
        Brand.objects.filter(pk=brand.pk).update(name="上汽大众")
        hold(row)

    monkeypatch.setattr(edit_records, "hold", meanwhile)
    answer = api(cast.admin).patch(f"/api/v1/dms/brands/{brand.pk}/", {"code": "SVW"}, format="json")
    assert answer.status_code == 200
    brand.refresh_from_db()
    assert (brand.code, brand.name) == ("SVW", "上汽大众")


@pytest.mark.parametrize(
    ("make", "url", "field", "was", "theirs", "mine"),
    [
        (VehicleFactory, "crm/vehicles", "colour", "白", "黑", "蓝"),
        (CustomerFactory, "crm/customers", "address", "成都", "重庆", "绵阳"),
        (PartFactory, "parts/parts", "price", "156.00", "900.00", "168.00"),
    ],
)
def test_opened_says_what_was_read_and_both_values_come_back(cast, make, url, field, was, theirs, mine):
    row = make.create(**{field: was})
    client, address = api(cast.gm), f"/api/v1/{url}/{row.pk}/"
    read = {name: value for name, value in client.get(address).json().items() if name == field}
    type(row).objects.filter(pk=row.pk).update(**{field: theirs})
    refused = client.patch(address, {field: mine, OPENED: read}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "edited_meanwhile")
    assert refused.json()["fields"] == {field: {"opened": was, "now": theirs, "sent": mine}}
    unchanged = client.patch(address, {field: was, OPENED: read}, format="json")
    assert unchanged.status_code == 200
    assert unchanged.json()[field] == theirs, "what the client did not change is not written"
    assert client.patch(address, {field: mine, OPENED: {field: theirs}}, format="json").json()[field] == mine
    assert client.patch(address, {field: mine, OPENED: [1]}, format="json").status_code == 400


def test_a_verb_that_edits_takes_opened_too(cast):
    lead = LeadFactory.create()
    client, address = api(cast.adviser), f"/api/v1/sales/leads/{lead.pk}/wish/"
    Lead.objects.filter(pk=lead.pk).update(colour="黑")
    refused = client.post(address, {"colour": "蓝", OPENED: {"colour": "白"}}, format="json")
    assert (refused.status_code, refused.json().get("code")) == (409, "edited_meanwhile")


def test_ones_own_facts_over_the_api(cast):
    client, address = api(cast.adviser), "/api/v1/dms/me/"
    User.objects.filter(pk=cast.adviser.pk).update(theme="dark")
    refused = client.patch(address, {"theme": "light", OPENED: {"theme": "auto"}}, format="json")
    assert (refused.status_code, refused.json().get("code")) == (409, "edited_meanwhile")


# --- really at once --------------------------------------------------------------------------------------------------------
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_the_same_field_in_the_same_moment_one_is_asked(cast):
    car, user = VehicleFactory.create(colour="白"), cast.adviser
    address = reverse("crm:vehicle_edit", args=[car.pk])
    codes = []

    def window(colour: str):
        client = Client()
        client.force_login(user)
        sent = {**opened(client, address), "colour": colour}
        return lambda: codes.append(client.post(address, sent).status_code)

    assert at_once(window("黑"), window("蓝")) == [DONE, DONE]
    assert sorted(codes) == [302, 422]
