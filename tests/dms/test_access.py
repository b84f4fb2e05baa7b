"""Who gets in, how long, and what keeps others out: passwords, lock-out, sessions, forged forms, foreign redirects."""

import datetime as dt
import json
from contextlib import ExitStack

import pytest
import time_machine
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dms.actions import people
from dms.models import Event, User
from dms.web import sign_in_throttle
from dms.web.client_address import client_of

pytestmark = pytest.mark.django_db
PASSWORD = "orange-bicycle-47"
SIGN_IN = "/sign-in/"
TOKEN = "/api/v1/auth/token/"


@pytest.fixture
def adviser(cast) -> User:
    user = cast.hire("adviser", username="adviser", phone="13800000000")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, name: str = "adviser", password: str = PASSWORD, **extra):
    return client.post(SIGN_IN, {"username": name, "password": password, **extra.pop("data", {})}, **extra)


def ask_for_key(body: dict[str, str]):
    return Client().post(TOKEN, body, content_type="application/json")


# --- signing in ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["adviser", "13800000000", "138 0000 0000"])
def test_one_signs_in_by_name_or_phone(adviser, client, name):
    assert sign_in(client, name).headers["Location"] == reverse("dms:home")
    assert client.get("/").status_code == 200


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(adviser, client):
    wrong, unknown = sign_in(client, password="x"), sign_in(client, name="nobody")
    assert wrong.status_code == unknown.status_code == 200
    assert wrong.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()


def test_who_left_does_not_get_in(adviser, client):
    User.objects.filter(pk=adviser.pk).update(is_active=False)
    assert sign_in(client).status_code == 200
    assert client.get("/").status_code == 302


def test_who_leaves_is_out_at_the_next_click(adviser, client):
    sign_in(client)
    User.objects.filter(pk=adviser.pk).update(is_active=False)
    assert client.get("/").status_code == 302


def test_signing_in_changes_the_session_so_that_a_planted_one_is_worthless(adviser, client):
    client.get(SIGN_IN)
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    sign_in(client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != "a" * 32


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:evil.example"]
)
def test_after_signing_in_nobody_is_sent_to_a_foreign_site(adviser, client, place):
    assert sign_in(client, data={"next": place}).headers["Location"] == reverse("dms:home")


def test_after_signing_in_one_goes_on_where_one_wanted_to(adviser, client):
    wanted = client.get(reverse("dms:people")).headers["Location"]
    assert client.post(wanted, {"username": "adviser", "password": PASSWORD}).headers["Location"] == reverse(
        "dms:people"
    )


def test_the_machine_remembers_the_name_only_when_asked_and_never_the_password(adviser, client):
    sign_in(client, data={"remember": "on"})
    cookie = client.cookies["dms_name"]
    assert cookie.value == "adviser"
    assert cookie["httponly"]
    assert PASSWORD not in str(client.cookies)
    sign_in(Client(), data={})
    client.post(reverse("logout"))
    assert client.get(SIGN_IN).context["form"].initial["username"] == "adviser"


# --- lock-out -----------------------------------------------------------------------------------------------------------
def test_after_five_wrong_passwords_even_the_right_one_is_refused_for_a_quarter_of_an_hour(adviser, client):
    answers = [sign_in(client, password=f"wrong-{n}").status_code for n in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    locked = sign_in(client)
    assert locked.status_code == 429
    assert "locked_out" in locked.context
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=14), tick=False):
        assert sign_in(Client()).status_code == 429
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=16), tick=False):
        assert sign_in(client).status_code == 302


def test_a_lock_does_not_shut_others_out(adviser, cast, client):
    other = cast.hire("cashier", username="cashier")
    other.set_password(PASSWORD)
    other.save()
    for n in range(6):
        sign_in(client, password=f"wrong-{n}")
    assert sign_in(Client(), name="cashier").status_code == 302


def test_the_right_password_forgets_the_wrong_ones(adviser):
    for _ in range(2):
        for n in range(4):
            assert sign_in(Client(), password=f"wrong-{n}").status_code == 200
        assert sign_in(Client()).status_code == 302


def test_a_proxy_header_does_not_escape_the_lock(adviser):
    for n in range(5):
        sign_in(Client(), password=f"wrong-{n}", headers={"x-forwarded-for": f"10.0.0.{n}"})
    assert sign_in(Client(), headers={"x-forwarded-for": "10.9.9.9"}).status_code == 429


def test_passwords_are_never_written_into_the_attempts(adviser, client):
    sign_in(client, password="secret-of-mine")
    attempt = AccessAttempt.objects.get()
    assert "secret-of-mine" not in json.dumps({k: str(v) for k, v in attempt.__dict__.items()})


# --- passwords ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("bad", ["short-1", "1234567890123", "password123", "adviser-123"])
def test_weak_passwords_are_refused(adviser, bad):
    with pytest.raises(ValidationError):
        validate_password(bad, adviser)


def test_a_good_password_is_taken(adviser):
    validate_password(PASSWORD, adviser)


def test_a_changed_password_ends_the_other_sessions_and_is_recorded(adviser, client):
    elsewhere = Client()
    sign_in(client)
    sign_in(elsewhere)
    new = "quiet-lantern-93"
    answer = client.post(
        reverse("password_change"), {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )
    assert answer.status_code == 302
    assert client.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert sign_in(Client()).status_code == 200
    assert sign_in(Client(), password=new).status_code == 302


# --- sessions -----------------------------------------------------------------------------------------------------------
def test_the_session_cookie_is_out_of_reach_of_scripts_and_foreign_sites(adviser, client):
    sign_in(client)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_an_idle_session_ends_after_four_hours(adviser, client):
    sign_in(client)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=4, minutes=1), tick=False):
        cache.clear()  # Redis forgets by its own clock
        assert client.get("/").status_code == 302


def test_a_used_session_goes_on(adviser, client):
    now = timezone.now()
    sign_in(client)
    for hours in (3, 6, 9):
        with time_machine.travel(now + dt.timedelta(hours=hours), tick=False):
            cache.clear()
            assert client.get("/").status_code == 200, hours


def test_a_busy_session_is_not_written_at_every_click(adviser, client, django_assert_max_num_queries):
    sign_in(client)
    client.get(reverse("dms:profile"))
    with django_assert_max_num_queries(12) as queries:
        client.get(reverse("dms:profile"))
    assert not [query for query in queries.captured_queries if "UPDATE" in query["sql"]]


def test_signing_out_ends_the_session_for_good(adviser, client):
    sign_in(client)
    stolen = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout")).headers["Location"] == SIGN_IN
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = stolen
    assert thief.get("/").status_code == 302


def test_a_page_fragment_of_an_ended_session_sends_the_whole_page_to_sign_in(client, db):
    answer = client.get(reverse("dms:people"), headers={"hx-request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith(SIGN_IN)


# --- forged forms -------------------------------------------------------------------------------------------------------
def test_a_form_from_elsewhere_is_refused_on_a_page_that_says_so(adviser):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(adviser, backend="dms.web.backends.NameOrPhoneBackend")
    answer = strict.post(reverse("dms:choose_theme"), {"theme": "dark"})
    assert answer.status_code == 403
    assert "403_csrf.html" in {template.name for template in answer.templates}
    assert User.objects.get(pk=adviser.pk).theme == "auto"


def test_a_form_of_ours_is_taken(adviser):
    strict = Client(enforce_csrf_checks=True)
    strict.get(SIGN_IN)
    token = strict.cookies["csrftoken"].value
    answer = sign_in(strict, data={"csrfmiddlewaretoken": token})
    assert answer.status_code == 302


@pytest.mark.parametrize("page", ["dms:choose_theme", "dms:choose_store", "dms:choose_language"])
def test_a_switch_leads_back_to_our_own_pages_only(adviser, client, page):
    sign_in(client)
    assert client.post(reverse(page), headers={"referer": "https://evil.example/x"}).headers["Location"] == "/"
    inside = "http://testserver/people/"
    assert client.post(reverse(page), headers={"referer": inside}).headers["Location"] == inside


# --- who is counted, and from where --------------------------------------------------------------------------------------
SPELLINGS = [
    "adviser",
    "ADVISER",
    "ａｄｖｉｓｅｒ",
    " adviser ",
    "13800000000",
    "138 0000 0000",
    "1-3800000000",
    "+86 138 0000 0000",
    "0086-13800000000",
    "１３８００００００００",
]


@pytest.mark.parametrize("name", SPELLINGS)
def test_one_signs_in_however_one_writes_oneself(adviser, client, name):
    assert sign_in(client, name).status_code == 302


@pytest.mark.parametrize("name", SPELLINGS)
def test_the_lock_counts_the_person_however_they_are_written(adviser, name):
    for spelling in ["adviser", "13-800000000", "１３８ 0000 0000", "Adviser", "+8613800000000"]:
        sign_in(Client(), spelling, password="wrong")
    assert sign_in(Client(), name).status_code == 429


def test_page_and_api_count_together(adviser):
    wrong = {"username": "138 0000 0000", "password": "wrong"}
    for _ in range(3):
        assert ask_for_key(wrong).status_code == 401
    for _ in range(2):
        sign_in(Client(), "ADVISER", password="wrong")
    assert ask_for_key({"username": "1-3800000000", "password": PASSWORD}).status_code == 429
    assert sign_in(Client()).status_code == 429


def test_behind_a_trusted_proxy_the_lock_is_of_the_clients_address(adviser, settings):
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    for _ in range(5):
        sign_in(Client(), password="wrong", headers={"x-forwarded-for": "203.0.113.9"})
    assert sign_in(Client(), headers={"x-forwarded-for": "203.0.113.9"}).status_code == 429
    forged = {"x-forwarded-for": "198.51.100.7, 203.0.113.9"}
    assert sign_in(Client(), headers=forged).status_code == 429, "only the proxy's own entry counts"
    assert sign_in(Client(), headers={"x-forwarded-for": "198.51.100.7"}).status_code == 302


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.1", "198.51.100.7", "203.0.113.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "10.0.0.9, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("", "198.51.100.7", ""),
        ("10.0.0.1", "2001:db8::7", "2001:db8::7"),
    ],
)
def test_the_last_address_that_no_proxy_of_ours_has_is_the_clients(settings, peer, forwarded, client):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert client_of(peer, forwarded) == client


# --- how many -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("limit", ["SIGN_INS_OF_AN_ADDRESS", "SIGN_INS_OF_ALL"])
def test_sign_ins_are_limited_by_page_and_api(adviser, settings, limit):
    cache.clear()
    setattr(settings, limit, 3)
    with time_machine.travel(timezone.now().replace(second=5), tick=False):
        answers = [sign_in(Client(), f"nobody-{n}").status_code for n in range(2)]
        answers.append(ask_for_key({"username": "nobody", "password": "x"}).status_code)
        assert answers == [200, 200, 401]
        refused = sign_in(Client())
        assert (refused.status_code, "locked_out" in refused.context) == (429, True)
        by_api = ask_for_key({"username": "adviser", "password": PASSWORD})
        assert (by_api.status_code, by_api.json()["code"]) == (429, "throttled")
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=2), tick=False):
        assert sign_in(Client()).status_code == 302


def test_half_of_a_process_is_left_to_the_pages(adviser, settings):
    """Who comes while others are being compared is told so at once: to wait would hold a thread."""
    with ExitStack() as busy:
        for _ in range(settings.SIGN_INS_AT_ONCE):
            busy.enter_context(sign_in_throttle.one_attempt("198.51.100.7"))
        assert sign_in(Client()).status_code == 429
    assert sign_in(Client()).status_code == 302


# --- what is written down -------------------------------------------------------------------------------------------------
def test_right_and_wrong_passwords_are_events_and_what_was_typed_is_not(adviser):
    sign_in(Client(), password="wrong")
    sign_in(Client(), "my-secret-in-the-wrong-field", password="x")
    sign_in(Client(), "138 0000 0000")
    ask_for_key({"username": "adviser", "password": PASSWORD})
    rows = list(Event.objects.filter(kind__startswith="user.sign").order_by("pk"))
    failed, signed_in = "user.sign_in_failed", "user.signed_in"
    assert [(row.kind, row.by, row.subject_id) for row in rows] == [
        (failed, None, adviser.pk),
        (failed, None, None),
        (signed_in, adviser, adviser.pk),
        (signed_in, adviser, adviser.pk),
    ]
    assert [row.data["path"] for row in rows] == [SIGN_IN, SIGN_IN, SIGN_IN, TOKEN]
    assert rows[0].store == adviser.stores.first()
    assert "secret" not in json.dumps([row.data for row in rows])


# --- what a new password ends ---------------------------------------------------------------------------------------------
def test_a_new_password_ends_the_keys(adviser):
    key = people.create_token(adviser, by=adviser)[1]
    headers = {"authorization": f"Token {key}"}
    assert Client().get("/api/v1/dms/me/", headers=headers).status_code == 200
    people.change_password(adviser, password="quiet-lantern-93", by=adviser)
    assert Client().get("/api/v1/dms/me/", headers=headers).status_code == 401


def test_a_password_set_by_an_administrator_ends_the_keys_too(adviser, cast, signed_in):
    key = people.create_token(adviser, by=adviser)[1]
    page = reverse("admin:auth_user_password_change", args=[adviser.pk])
    client = signed_in(cast.admin)
    client.post(page, {"password1": "a", "password2": "b"})
    assert Client().get("/api/v1/dms/me/", headers={"authorization": f"Token {key}"}).status_code == 200
    assert client.post(page, {"password1": "Yun-duan-2026", "password2": "Yun-duan-2026"}).status_code == 302
    assert Client().get("/api/v1/dms/me/", headers={"authorization": f"Token {key}"}).status_code == 401


def test_a_key_is_made_with_the_password_alone(adviser, client):
    sign_in(client)
    new = {"name": "x", "days": "9", "password": "wrong"}
    assert client.post(reverse("dms:token_new"), new).status_code == 422
    assert client.post(reverse("dms:token_new"), {**new, "password": ""}).status_code == 422
    assert not adviser.api_tokens.exists()
    assert client.post(reverse("dms:token_new"), {**new, "password": PASSWORD}).status_code == 201
    assert adviser.api_tokens.count() == 1


def test_guesses_at_the_form_of_keys_count_as_at_the_sign_in(adviser, client):
    sign_in(client)
    for _ in range(5):
        client.post(reverse("dms:token_new"), {"name": "x", "days": "9", "password": "wrong"})
    new = {"name": "x", "days": "9", "password": PASSWORD}
    assert client.post(reverse("dms:token_new"), new).status_code == 429
    assert not adviser.api_tokens.exists()


def test_a_busy_session_ends_half_a_day_after_its_sign_in(adviser, client):
    now = timezone.now()
    sign_in(client)
    for hours in (3, 6, 9, 11.9):
        with time_machine.travel(now + dt.timedelta(hours=hours), tick=False):
            assert client.get("/").status_code == 200, hours
    with time_machine.travel(now + dt.timedelta(hours=12, minutes=1), tick=False):
        assert client.get("/api/v1/dms/me/").status_code in {401, 403}
        assert client.get("/").status_code == 302
