"""What the resources answer: refusals, bad input, pages, filters, events of changes."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from dms.actions import people
from dms.background import jobs, outbox
from dms.models import Absence, Brand, Event, Job, Message, Rate, Reason, Series, Store, User, Variant
from dms.records import events
from dms.records.own_events import USER_UNLOCKED
from tests.factories import AttachmentFactory

pytestmark = pytest.mark.django_db
HOUSE = "/api/v1/dms/"


@pytest.fixture
def api():
    def client_of(user: User) -> APIClient:
        client = APIClient(headers={"accept-language": "en"})
        client.credentials(HTTP_AUTHORIZATION=f"Token {people.create_token(user, by=user)[1]}")
        return client

    return client_of


@pytest.fixture
def brand(db):
    return Brand.objects.create(code="VW", name="大众", name_en="Volkswagen")


def test_a_refusal_is_409_with_a_sentence_and_a_code(api, cast):
    days = {"user": cast.adviser.pk, "first_day": "2026-12-01", "last_day": "2026-12-03"}
    client = api(cast.sales_manager)
    assert client.post(f"{HOUSE}absences/", days).status_code == 201
    again = client.post(f"{HOUSE}absences/", days)
    assert again.status_code == 409
    assert set(again.json()) == {"detail", "code"}
    assert again.json()["code"] == "absence_overlap"


def test_an_absence_is_planned_changed_and_removed_by_the_same_acts_as_on_the_page(api, cast):
    client = api(cast.sales_manager)
    made = client.post(
        f"{HOUSE}absences/", {"user": cast.adviser.pk, "first_day": "2026-12-01", "last_day": "2026-12-03"}
    )
    url = f"{HOUSE}absences/{made.json()['id']}/"
    assert client.patch(url, {"last_day": "2026-12-05"}).json()["last_day"] == "2026-12-05"
    assert client.delete(url).json()["code"] == "reason_missing"
    assert client.delete(f"{url}?reason=came+back").status_code == 204
    assert not Absence.objects.exists()
    kinds = list(Event.objects.filter(kind__startswith="absence.").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["absence.planned", "absence.changed", "absence.removed"]


def test_bad_input_is_400_with_the_errors_of_each_field(api, cast):
    answer = api(cast.sales_manager).post(f"{HOUSE}absences/", {"first_day": "2026-13-01", "kind": "PARTY"})
    assert answer.status_code == 400
    assert set(answer.json()) == {"user", "first_day", "last_day", "kind"}


def test_a_breach_of_a_constraint_is_400_with_the_sentence_of_the_model(api, cast, store):
    client = api(cast.admin)
    answer = client.patch(f"{HOUSE}stores/{store.pk}/", {"opens_at": "20:00"})
    assert answer.json() == {"non_field_errors": ["The store must open before it closes."]}
    Rate.objects.create(kind="VAT_CAR", value=13, valid_from="2026-01-01")
    answer = client.post(f"{HOUSE}rates/", {"kind": "VAT_CAR", "value": "9", "valid_from": "2026-01-01"})
    assert answer.json() == {"non_field_errors": ["There is already a rate of this kind from that day."]}


def test_what_is_in_use_is_not_deleted(api, cast, brand):
    Series.objects.create(brand=brand, code="MAG", name="迈腾")
    answer = api(cast.admin).delete(f"{HOUSE}brands/{brand.pk}/")
    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
    assert not Event.objects.filter(kind="configuration.deleted").exists()


def test_base_data_is_written_by_configurators_and_leaves_events(api, cast, brand):
    body = {"code": "AUDI", "name": "奥迪", "stores": ["JJ01"]}
    assert api(cast.adviser).post(f"{HOUSE}brands/", body).status_code == 403
    client = api(cast.admin)
    made = client.post(f"{HOUSE}brands/", body)
    assert (made.status_code, made.json()["stores"]) == (201, ["JJ01"])
    url = f"{HOUSE}brands/{made.json()['id']}/"
    assert client.patch(url, {"active": False}).json()["active"] is False
    assert client.delete(url).status_code == 204
    noted = Event.objects.filter(kind__startswith="configuration.").order_by("pk")
    assert [event.kind for event in noted] == [
        "configuration.created",
        "configuration.changed",
        "configuration.deleted",
    ]
    assert {event.by for event in noted} == {cast.admin}


BAD = {
    "nul": b'{"name": "a\\u0000b", "code": "X"}',
    "half surrogate": b'{"name": "\\ud800", "code": "X"}',
    "latin-1": '{"name": "é"}'.encode("latin-1"),
    "no json": b"{",
    "nan": b'{"name": NaN}',
    "infinite": b'{"name": 1e999}',
    "a list": b"[1]",
    "bottomless": b"[" * 100_000 + b"]" * 100_000,
    "nested": b'{"name":' * 60 + b"1" + b"}" * 60,
    "long number": b'{"name": "x", "code": ' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
def test_a_body_that_cannot_be_stored_is_400(api, cast, body):
    answer = api(cast.admin).post(f"{HOUSE}brands/", body, content_type="application/json")
    assert answer.status_code == 400, answer.content


@pytest.mark.parametrize(
    "query",
    [
        "stores/?q=%00",
        "users/?q=%ED%A0%80%00",
        "search/?q=%00",
        "events/?since=0000-00-00",
        "events/?until=9999-12-31",
        "events/?by=99999999999999999999999",
        "variants/?model_year=1e400",
        "messages/?status=%00",
        "users/?ordering=password",
        "jobs/?store=%00",
        "work/?store=%00",
        "absences/?since=32026-01-01",
        "users/?away=maybe&role=x",
    ],
)
def test_a_filter_that_cannot_be_meant_is_400(api, cast, query):
    assert api(cast.admin).get(f"{HOUSE}{query}").status_code == 400


@pytest.mark.parametrize(
    "url",
    [
        "users/999999999999999999/",
        "users/9999999999999999999999/",
        "users/x/",
        "nothing/",
        "users/?page=0",
        "users/?page=99999999999999999999",
        "users/?page=%00",
        "users",
    ],
)
def test_what_is_not_there_is_404_in_json(api, cast, url):
    answer = api(cast.admin).get(f"{HOUSE}{url}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_methods_and_types_a_resource_does_not_have_are_405_406_and_415(api, cast):
    client = api(cast.admin)
    assert client.put(f"{HOUSE}events/").status_code == 405
    assert client.options(f"{HOUSE}events/").status_code == 405
    assert client.get(f"{HOUSE}events/", headers={"accept": "text/csv"}).status_code == 406
    assert client.post(f"{HOUSE}brands/", "a,b", content_type="text/csv").status_code == 415


def test_lists_come_in_pages_of_at_most_200(api, cast):
    Reason.objects.bulk_create(Reason(kind="LOSS", code=f"T{n}", name=f"试用{n}") for n in range(210))
    answer = api(cast.admin).get(f"{HOUSE}reasons/?page_size=5000&q=试用").json()
    assert (answer["count"], len(answer["results"])) == (210, 200)


def many_rows(store: Store, by: User, brand: Brand, count: int) -> None:
    series = Series.objects.create(brand=brand, code=f"S{count}", name="系")
    for n in range(count):
        user = User.objects.create(username=f"u{count}{n}", display_name="白芷", deputy=by)
        user.stores.add(store)
        Variant.objects.create(series=series, code=f"V{count}{n}", name="型")
        Absence.objects.create(user=user, first_day="2026-12-01", last_day="2026-12-02", deputy=by)
        outbox.post(channel="sms", recipient="13800001111", title="t", body="b", key=f"k{count}{n}", store=store, by=by)
        Job.objects.create(kind="export_events", requested_by=by, store=store)
        AttachmentFactory.create(store=store, by=by)
        events.record(USER_UNLOCKED, user, by=by, store=store)


LISTS = (
    "stores",
    "users",
    "absences",
    "reasons",
    "brands",
    "series",
    "variants",
    "colours",
    "rates",
    "number-series",
    "events",
    "messages",
    "jobs",
    "attachments",
)


@pytest.mark.parametrize("noun", LISTS)
def test_a_list_takes_the_same_number_of_queries_however_long(noun, api, cast, store, brand, django_assert_num_queries):
    many_rows(store, cast.admin, brand, 2)
    client = api(cast.admin)
    client.get(f"{HOUSE}{noun}/")
    with CaptureQueriesContext(connection) as few:
        assert client.get(f"{HOUSE}{noun}/").status_code == 200
    many_rows(store, cast.admin, brand, 9)
    with django_assert_num_queries(len(few)):
        client.get(f"{HOUSE}{noun}/")


def test_an_address_is_read_in_full_only_by_who_configures(api, cast, store):
    message = outbox.post(
        channel="email", recipient="guyu@example.com", title="t", body="b", key="k", store=store, by=cast.sales_manager
    )
    url = f"{HOUSE}messages/{message.pk}/"
    assert api(cast.sales_manager).get(url).json()["recipient"] == "g***@example.com"
    assert api(cast.admin).get(url).json()["recipient"] == "guyu@example.com"


def test_a_message_is_cancelled_once_and_its_phone_is_masked(api, cast, store):
    message = outbox.post(
        channel="sms", recipient="13800001111", title="t", body="b", key="k", store=store, by=cast.sales_manager
    )
    client, url = api(cast.sales_manager), f"{HOUSE}messages/{message.pk}/"
    assert client.get(url).json()["recipient"] == "138****1111"
    assert client.post(f"{url}cancel/").json()["status"] == Message.Status.CANCELLED
    again = client.post(f"{url}cancel/")
    assert (again.status_code, again.json()["code"]) == (409, "illegal_transition")


def test_a_job_is_asked_for_seen_cancelled_and_retried_by_its_owner_only(api, cast):
    client = api(cast.sales_manager)
    kind = "export_events"
    assert kind in [row["key"] for row in client.get(f"{HOUSE}jobs/kinds/").json()["results"]]
    assert client.post(f"{HOUSE}jobs/", {"kind": "nothing"}).status_code == 400
    period = dict.fromkeys(jobs.KINDS[kind].form().fields, "2026-01-01")
    made = client.post(f"{HOUSE}jobs/", {"kind": kind, "params": period})
    assert made.status_code == 201, made.json()
    url = f"{HOUSE}jobs/{made.json()['id']}/"
    assert api(cast.hire("sales_manager")).get(url).status_code == 404
    assert client.get(f"{url}output/").status_code == 404
    assert client.post(f"{url}cancel/").json()["status"] == "CANCELLED"
    assert client.post(f"{url}retry/").json()["status"] == "QUEUED"
    assert api(cast.hire("technician")).post(f"{HOUSE}jobs/", {"kind": kind}).status_code == 403


@pytest.mark.parametrize("params", [{"since": {}}, {"since": [[]]}, [], "x", {"since": "0001-99-01"}, {"since": 5}])
def test_job_parameters_that_cannot_be_read_are_400(api, cast, params):
    answer = api(cast.sales_manager).post(f"{HOUSE}jobs/", {"kind": "export_events", "params": params})
    assert answer.status_code == 400
    assert list(answer.json()) == ["params"]


def test_a_file_is_kept_and_fetched_by_who_brought_it_and_by_nobody_else(api, cast):
    client = api(cast.adviser)
    upload = SimpleUploadedFile("list.csv", "code,name\n1,白芷\n".encode())
    made = client.post(f"{HOUSE}attachments/", {"file": upload, "store": "JJ01"}, format="multipart")
    assert made.status_code == 201, made.json()
    url = f"{HOUSE}attachments/{made.json()['id']}/"
    answer = client.get(f"{url}content/", headers={"accept": "text/csv"})
    assert b"".join(answer.streaming_content).startswith(b"code,name")
    assert "attachment" in answer["Content-Disposition"]
    assert api(cast.sales_manager).get(url).status_code == 404
    assert api(cast.sales_manager).get(f"{url}content/").status_code == 404
    bad = client.post(f"{HOUSE}attachments/", {"file": SimpleUploadedFile("a.png", b"MZ\x90")}, format="multipart")
    assert (bad.status_code, set(bad.json())) == (409, {"detail", "code"})


def test_the_search_box_finds_a_colleague(api, cast):
    cast.hire("technician", username="zhangsan", display_name="张三")
    found = api(cast.sales_manager).get(f"{HOUSE}search/?q=zs").json()
    assert [hit["label"] for hit in found["results"]] == ["张三"]
    assert api(cast.sales_manager).get(f"{HOUSE}work/").json()["count"] >= 0


def test_the_answer_is_in_the_language_asked_for(api, cast):
    client = api(cast.sales_manager)
    chinese = client.get(f"{HOUSE}nothing/", headers={"accept-language": "zh-CN"})
    assert chinese["Content-Language"] == "zh-hans"
    assert client.get(f"{HOUSE}nothing/")["Content-Language"] == "en"
    json.dumps(chinese.json())
