"""ETags: a version that is known is not sent again, and nobody overwrites what they have not read."""

import pytest
from rest_framework.test import APIClient

from dms.actions import people
from dms.models import Brand, Event
from tests.factories import CustomerFactory
from tests.races import at_once

pytestmark = pytest.mark.django_db
BRANDS, CUSTOMERS = "/api/v1/dms/brands/", "/api/v1/crm/customers/"


def client_of(user) -> APIClient:
    key = people.create_token(user, by=user)[1]
    return APIClient(headers={"authorization": f"Token {key}", "accept-language": "en"})


@pytest.fixture
def client(cast):
    return client_of(cast.admin)


@pytest.fixture
def brand(db):
    return Brand.objects.create(code="VW", name="大众")


@pytest.fixture
def url(brand) -> str:
    return f"{BRANDS}{brand.pk}/"


def test_a_version_that_is_known_is_not_sent_again(client, url):
    tag = client.get(url)["ETag"]
    again = client.get(url, headers={"if-none-match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)


def test_a_change_makes_a_new_version(client, url, brand):
    tag = client.get(url)["ETag"]
    Brand.objects.filter(pk=brand.pk).update(name="上汽大众")
    assert client.get(url, headers={"if-none-match": tag}).json()["name"] == "上汽大众"


def test_the_answer_of_a_change_carries_the_version_it_made(client, url):
    changed = client.patch(url, {"name": "上汽大众"})
    assert changed["ETag"] == client.get(url)["ETag"]
    assert changed.json()["updated_at"] == client.get(url).json()["updated_at"]


def test_a_stale_version_is_neither_changed_nor_deleted(client, url, brand):
    tag = client.get(url)["ETag"]
    Brand.objects.filter(pk=brand.pk).update(name="上汽大众")
    for answer in (
        client.patch(url, {"name": "一汽大众"}, headers={"if-match": tag}),
        client.delete(url, headers={"if-match": tag}),
    ):
        assert answer.status_code == 412
        assert answer.json() == {
            "detail": "Somebody has changed this since you read it. Read it again.",
            "code": "stale",
        }
    assert Brand.objects.get(pk=brand.pk).name == "上汽大众"
    assert not Event.objects.filter(kind__startswith="configuration.").exists()


@pytest.mark.parametrize("form", ["{}", '{}, W/"other"', "*"])
def test_the_version_that_was_read_is_changed(client, url, form):
    tag = client.get(url)["ETag"]
    assert client.patch(url, {"name": "上汽大众"}, headers={"if-match": form.format(tag)}).status_code == 200


def test_a_tag_that_a_proxy_called_strong_is_the_same_version(client, url):
    strong = client.get(url)["ETag"].removeprefix("W/")
    assert client.patch(url, {"name": "上汽大众"}, headers={"if-match": strong}).status_code == 200


def test_an_act_on_a_stale_document_is_refused(client):
    customer = CustomerFactory.create(name="半夏", phone="13900001111")
    url = f"{CUSTOMERS}{customer.pk}/"
    tag = client.get(url)["ETag"]
    number = {"number": "13900002222"}
    assert client.post(f"{url}add_phone/", number, headers={"if-match": tag}).status_code == 200
    late = client.post(f"{url}add_phone/", {"number": "13900003333"}, headers={"if-match": tag})
    assert (late.status_code, late.json()["code"]) == (412, "stale")
    assert customer.phones.count() == 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_writers_with_one_version_one_is_told_to_read_again(cast):
    brand = Brand.objects.create(code="VW", name="大众")
    url, key = f"{BRANDS}{brand.pk}/", people.create_token(cast.admin, by=cast.admin)[1]
    headers = {"authorization": f"Token {key}"}
    tag, codes = APIClient(headers=headers).get(url)["ETag"], []

    def write(name: str) -> None:
        answer = APIClient(headers=headers).patch(url, {"name": name}, headers={"if-match": tag})
        codes.append(answer.status_code)

    at_once(lambda: write("一汽大众"), lambda: write("上汽大众"))
    assert sorted(codes) == [200, 412]
    assert Event.objects.filter(kind="configuration.changed").count() == 1
