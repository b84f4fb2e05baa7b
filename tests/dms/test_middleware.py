"""What happens around every request: its id, its language, its store, and what a refusal looks like."""

import json
import logging
import re

import pytest
import structlog
from django.db import DataError, IntegrityError
from django.http import HttpResponse
from django.urls import reverse
from django.utils import translation
from rest_framework.test import APIClient

from dms.core import logs
from dms.core.refusals import Refusal
from dms.models import User
from dms.web.middleware import Refusals

pytestmark = pytest.mark.django_db
SWITCH = "dms:choose_store"


# --- the id of a request ------------------------------------------------------------------------------------------------
def test_every_answer_carries_an_id(client):
    first, second = client.get("/sign-in/"), client.get("/sign-in/")
    assert re.fullmatch(r"[0-9a-f]{32}", first["X-Request-ID"])
    assert first["X-Request-ID"] != second["X-Request-ID"]


def test_the_id_of_a_proxy_is_kept_when_it_is_one(client):
    assert client.get("/sign-in/", headers={"x-request-id": "proxy-1234"})["X-Request-ID"] == "proxy-1234"
    for bad in ("short", "x" * 41, "new\nline-1234", "<script>"):
        assert client.get("/sign-in/", headers={"x-request-id": bad})["X-Request-ID"] != bad


def test_a_line_of_the_log_is_json_with_the_id_of_its_request():
    record = logging.LogRecord("dms", logging.INFO, __file__, 1, "car %s", ("川A",), None)
    with structlog.contextvars.bound_contextvars(request_id="abcd1234"):
        line = json.loads(logs.JsonFormatter().format(record))
    assert (line["event"], line["request_id"], line["level"], line["logger"]) == ("car 川A", "abcd1234", "info", "dms")


@pytest.fixture
def lines(caplog):
    """What the log says of requests."""
    caplog.set_level(logging.INFO, logger="django_structlog")
    return lambda: [record.msg for record in caplog.records if record.name.startswith("django_structlog")]


def test_a_request_leaves_one_line_that_says_who_what_and_how_long(cast, signed_in, lines):
    answer = signed_in(cast.adviser).get(reverse("dms:profile"))
    (line,) = lines()
    assert (line["event"], line["request"], line["code"]) == ("request_finished", "GET /profile/", 200)
    assert (line["user_id"], line["request_id"]) == (cast.adviser.pk, answer["X-Request-ID"])
    assert 0 < line["ms"] < 60_000


def test_what_people_search_for_is_in_no_log(cast, signed_in, lines, caplog):
    signed_in(cast.adviser).get(reverse("crm:customers"), {"q": "13800000021"})
    assert lines()
    assert "13800000021" not in caplog.text


def test_what_went_wrong_is_told_once_with_where_it_did(cast, signed_in, monkeypatch, lines):
    monkeypatch.setattr("dms.views.profile.OwnPage.get_context_data", lambda *_args, **_context: 1 / 0)
    browser = signed_in(cast.admin)
    browser.raise_request_exception = False
    assert browser.get(reverse("dms:profile")).status_code == 500
    assert [line["event"] for line in lines()] == ["request_failed"]


# --- language -----------------------------------------------------------------------------------------------------------
def test_the_house_speaks_chinese_first(client):
    page = client.get("/sign-in/", headers={"accept-language": "en"})
    assert page["Content-Language"] == "zh-hans"
    assert 'lang="zh-hans"' in page.text


def test_the_language_chosen_on_a_machine_counts_before_anybody_signs_in(client):
    client.post(reverse("dms:choose_language"), {"language": "en"})
    assert client.get("/sign-in/")["Content-Language"] == "en"
    client.post(reverse("dms:choose_language"), {"language": "xx"})
    assert client.get("/sign-in/")["Content-Language"] == "zh-hans"


def test_the_language_of_a_person_goes_with_the_person(cast, signed_in):
    signed_in(cast.adviser).post(reverse("dms:choose_language"), {"language": "en"})
    assert signed_in(cast.adviser).get(reverse("dms:profile"))["Content-Language"] == "en"


def test_a_program_may_ask_for_a_language(client):
    answer = client.get("/api/v1/dms/me/", headers={"accept-language": "en"})
    assert answer["Content-Language"] == "en"


def test_a_request_leaves_no_language_behind(client):
    with translation.override("zh-hans"):
        client.cookies["dms_language"] = "en"
        client.get("/sign-in/")
        assert translation.get_language() == "zh-hans"


# --- the working store --------------------------------------------------------------------------------------------------
def store_of(client):
    return client.get(reverse("dms:profile")).wsgi_request.store


def test_somebody_of_one_store_works_there(cast, signed_in, store):
    assert store_of(signed_in(cast.adviser)) == store


def test_somebody_of_several_stores_works_in_all_until_one_is_chosen(cast, signed_in, other_store):
    both = cast.hire("sales_manager")
    both.stores.add(other_store)
    client = signed_in(both)
    assert store_of(client) is None
    client.post(reverse(SWITCH), {"store": other_store.pk})
    assert store_of(client) == other_store
    client.post(reverse(SWITCH), {"store": ""})
    assert store_of(client) is None


def test_nobody_can_choose_a_store_that_is_not_theirs(cast, signed_in, store, other_store):
    client = signed_in(cast.adviser)
    assert client.post(reverse(SWITCH), {"store": other_store.pk}).status_code == 404
    assert store_of(client) == store


def test_a_store_one_left_is_no_longer_chosen(cast, signed_in, store, other_store):
    both = cast.hire("sales_manager")
    both.stores.add(other_store)
    client = signed_in(both)
    client.post(reverse(SWITCH), {"store": other_store.pk})
    both.stores.remove(other_store)
    assert store_of(client) == store


@pytest.mark.parametrize("nonsense", ["abc", "-1", "1; DROP TABLE dms_store", "9" * 30, "²"])
def test_a_store_that_cannot_be_is_no_error(cast, signed_in, nonsense):
    user = cast.hire("gm")
    client = signed_in(user)
    assert client.post(reverse(SWITCH), {"store": nonsense}).status_code in {302, 404}
    assert User.objects.get(pk=user.pk).store_chosen is None


# --- refusals -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def refusing(cast, signed_in):
    """A session of somebody whose next act is refused (the pattern page shows how it looks)."""
    client = signed_in(cast.admin)
    return lambda **headers: client.get(reverse("dms:patterns"), {"refuse": "1"}, headers=headers)


def test_a_refusal_is_a_message_on_the_page_one_was_on(refusing, client):
    back = "http://testserver/people/"
    answer = refusing(referer=back)
    assert answer.status_code == 302
    assert answer["Location"] == back


def test_a_refusal_without_a_page_to_go_back_to_is_a_page_of_its_own(refusing):
    for headers in ({}, {"referer": "https://evil.example/"}):
        answer = refusing(**headers)
        assert answer.status_code == 409
        assert "409.html" in {template.name for template in answer.templates}


def test_a_refusal_of_a_fragment_is_a_fragment(refusing):
    answer = refusing(**{"hx-request": "true"})
    assert answer.status_code == 409
    assert "<html" not in answer.text
    assert answer.context["sentence"]


def test_a_refusal_has_a_sentence_and_a_code():
    refusal = Refusal("The car is reserved.", code="reserved")
    assert (str(refusal), refusal.sentence, refusal.code) == (
        "The car is reserved.",
        "The car is reserved.",
        "reserved",
    )
    assert Refusal("No.").code == "refused"


# --- headers ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/sign-in/", "/", "/no/such/page/", "/people/"])
def test_every_answer_carries_the_strict_policy(client, path):
    answer = client.get(path)
    policy = dict(
        part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";") if " " in part.strip()
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
    assert policy["base-uri"] == policy["frame-ancestors"] == policy["object-src"] == "'none'"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_page_that_is_not_there_says_so_in_the_frame_of_the_house(cast, signed_in):
    answer = signed_in(cast.adviser).get("/no/such/page/")
    assert answer.status_code == 404
    assert "404.html" in {template.name for template in answer.templates}


def test_a_page_without_the_right_says_so(cast, signed_in):
    answer = signed_in(cast.hire("technician")).get(reverse("dms:events"))
    assert answer.status_code == 403
    assert "403.html" in {template.name for template in answer.templates}


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_pages_know_reading_and_sending_only(cast, signed_in, method):
    assert getattr(signed_in(cast.adviser), method)(reverse("dms:home")).status_code == 405


def test_an_act_sent_by_htmx_ends_on_a_whole_page(cast, signed_in):
    browser, form = signed_in(cast.adviser), {"phone": "13800000021", "name": "立夏", "level": "N"}
    answer = browser.post(reverse("sales:lead_new"), form, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert browser.get(answer["HX-Redirect"]).status_code == 200
    assert "Location" not in answer


# --- what cannot be meant -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("parts_clerk", "/parts/stock/?scan=%00"),
        ("service_adviser", "/aftersales/work-orders/known/?car=%00"),
        ("service_adviser", "/aftersales/work-orders/new/?car=%00&appointment=²"),
        ("service_adviser", "/aftersales/appointments/?day=9999-12-31"),
        ("service_adviser", "/aftersales/appointments/?day=0001-01-01"),
        ("cs_manager", "/crm/recall/?month=9999-12"),
        ("cs_manager", "/crm/recall/?month=0001-01-01"),
        ("gm", "/reports/daily/?day=0001-01-01"),
        ("manager", "/absences/month/?month=9999-12"),
    ],
)
def test_an_address_that_cannot_be_meant_is_read_as_nothing(cast, signed_in, role, address):
    user = cast.hire("sales_manager" if role == "manager" else role, username="somebody")
    assert signed_in(user).get(address).status_code in {200, 302}


def test_a_number_of_five_thousand_digits_names_nothing(cast, signed_in):
    browser = signed_in(cast.sales_manager)
    assert browser.post(reverse(SWITCH), {"store": "9" * 5000}).status_code == 302
    assert browser.post("/sales/register/1/assign/", {"adviser": "9" * 5000}).status_code == 404


def test_a_text_loses_what_no_column_takes(service_desk, signed_in):
    page = signed_in(service_desk).post("/aftersales/appointments/new/", {"car": "a\0b", "wish": "保\0养"})
    assert page.status_code == 422
    assert 'value="ab"' in page.text


@pytest.fixture
def service_desk(cast):
    return cast.hire("service_adviser", username="desk")


def test_a_year_that_cannot_be_meant_is_told_by_page_and_api(service_desk, signed_in):
    sent = {"car": "川AD1234", "starts_at": "9999-12-31T23:59", "wish": "保养", "hours": "1", "channel": "PHONE"}
    page = signed_in(service_desk).post("/aftersales/appointments/new/", sent)
    assert page.status_code == 422
    assert "9999 不合理" in page.text
    client = APIClient()
    client.force_authenticate(service_desk)
    told = client.post("/api/v1/aftersales/appointments/", sent | {"store": "JJ01"}, format="json")
    assert told.status_code == 400
    assert "starts_at" in told.json()


@pytest.mark.parametrize("error", [IntegrityError("who was quicker"), DataError("too large")])
def test_what_the_database_refuses_of_a_form_is_an_answer(rf, cast, error):
    middleware = Refusals(lambda request: HttpResponse())
    sent = rf.post("/", headers={"hx-request": "true"})
    sent.user, sent.htmx = cast.sales_manager, True
    assert middleware.process_exception(sent, error).status_code == 409
    assert middleware.process_exception(rf.get("/"), error) is None, "of a page that is only read it is our fault"
