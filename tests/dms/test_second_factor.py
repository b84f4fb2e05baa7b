"""The second factor: set up, asked for at every door, demanded by roles, reset; and that a code opens one door once."""

import json
import threading
import time
from functools import partial

import pytest
import time_machine
from django.conf import settings
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from dms.actions import people, second_factor
from dms.core import announcements
from dms.models import ApiToken, Event, Role, User
from dms.web import who_asks
from tests.conftest import refuses
from tests.dms import stack
from tests.races import at_once

pytestmark = pytest.mark.django_db
PASSWORD = "orange-bicycle-47"
TOKEN = "/api/v1/auth/token/"
ME = "/api/v1/dms/me/"
SET_UP = "/profile/second-factor/"


def code_of(device: TOTPDevice, *, steps: int = 0) -> str:
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = time.time() + steps * device.step
    return f"{totp.token():06}"


def wrong(device: TOTPDevice) -> str:
    return next(f"{n:06}" for n in range(9) if f"{n:06}" not in {code_of(device, steps=s) for s in (-2, -1, 0, 1, 2)})


@pytest.fixture
def person(cast) -> User:
    user = cast.hire("adviser", username="lu", display_name="陆半夏", phone="13800001234")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def device(person) -> TOTPDevice:
    device = TOTPDevice.objects.create(user=person, name="dms")
    static = StaticDevice.objects.create(user=person, name="dms")
    StaticToken.objects.create(device=static, token="abcdefgh")
    return device


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def password_step(client: Client, **more):
    return client.post(reverse("login"), {"username": "lu", "password": PASSWORD, **more})


def code_step(client: Client, code: str):
    return client.post(reverse("login_code"), {"code": code})


def is_in(client: Client) -> bool:
    return client.get(reverse("dms:profile")).status_code == 200


def demand(*, needed: bool = True, code: str = "adviser", by: User) -> None:
    role = Role.objects.get(name=code)
    assert isinstance(role, Role)
    second_factor.demand(role, needed=needed, by=by)


# --- the second step ------------------------------------------------------------------------------------------------
def test_after_the_password_a_code_is_asked_and_until_then_nothing_opens(device):
    client = Client()
    assert password_step(client).headers["Location"] == reverse("login_code")
    half = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert not is_in(client)
    assert client.get(ME).status_code == 401
    assert client.get(reverse("admin:index")).status_code == 302
    assert not Event.objects.filter(kind="user.signed_in").exists()
    page = client.get(reverse("login_code")).content.decode()
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert code_step(client, code_of(device)).headers["Location"] == reverse("dms:home")
    assert is_in(client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != half
    assert Event.objects.filter(kind="user.signed_in", subject_id=device.user_id).count() == 1


def test_one_goes_on_where_one_wanted_to_and_never_to_a_foreign_site(device):
    client = Client()
    password_step(client, next=reverse("dms:people"))
    assert code_step(client, code_of(device)).headers["Location"] == reverse("dms:people")
    client = Client()
    password_step(client, next="https://evil.example/")
    assert code_step(client, "abcd-efgh").headers["Location"] == reverse("dms:home")


def test_the_admin_site_has_no_sign_in_of_its_own(device):
    client = Client()
    assert client.get("/admin/login/").headers["Location"].startswith(reverse("login"))
    client.post("/admin/login/", {"username": "lu", "password": PASSWORD})
    assert not is_in(client)


def test_after_five_minutes_the_password_is_asked_again(device):
    client = Client()
    now = time.time()
    with time_machine.travel(now, tick=False):
        password_step(client)
    with time_machine.travel(now + 301, tick=False):
        assert code_step(client, code_of(device)).headers["Location"] == reverse("login")
        assert not is_in(client)


@pytest.mark.parametrize("meanwhile", ["password", "reset", "off"])
def test_what_changed_between_the_steps_ends_the_half_sign_in(device, person, cast, meanwhile):
    client = Client()
    password_step(client)
    code = code_of(device)
    if meanwhile == "password":
        people.change_password(fresh(person), password="xia-ban-lu-6202", by=person)
    elif meanwhile == "reset":
        second_factor.reset(fresh(person), reason="lost", by=cast.hire("admin"))
    else:
        User.objects.filter(pk=person.pk).update(is_active=False)
    assert code_step(client, code).headers["Location"] == reverse("login")
    assert not is_in(client)


def test_a_code_is_used_once_and_so_is_a_recovery_code(device):
    code = code_of(device)
    for used, answers in ((code, [302, 200]), ("ABCD EFGH", [302, 200])):
        got = []
        for _attempt in range(2):
            client = Client()
            password_step(client)
            got.append(code_step(client, used).status_code)
        assert got == answers


def test_five_wrong_codes_lock_like_wrong_passwords_even_with_the_password_right_between(device):
    client, code = Client(), wrong(device)
    answers = []
    for _attempt in range(5):
        password_step(client)
        answers.append(code_step(client, code).status_code)
    assert answers == [200, 200, 200, 200, 429]
    assert password_step(Client()).status_code == 429
    assert code_step(client, code_of(device)).status_code == 429
    assert Event.objects.filter(kind="user.code_failed", subject_id=device.user_id).count() == 5
    assert code not in json.dumps([event.data for event in Event.objects.all()])


def test_wrong_passwords_and_wrong_codes_are_counted_together(device):
    client = Client()
    password_step(client)
    for n in range(3):
        Client().post(reverse("login"), {"username": "13800001234", "password": f"wrong-{n}"})
    assert code_step(client, wrong(device)).status_code == 200
    assert code_step(client, wrong(device)).status_code == 429


def test_codes_from_one_address_are_limited_with_its_passwords(device, settings):
    client = Client()
    password_step(client)
    settings.SIGN_INS_OF_AN_ADDRESS = 0
    assert code_step(client, code_of(device)).status_code == 429
    assert not is_in(client)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["totp", "recovery"])
def test_two_requests_at_once_with_one_code_let_one_in(device, person, kind):
    code = code_of(device) if kind == "totp" else "abcdefgh"
    inside: list[bool] = []

    def enter() -> None:
        inside.append(second_factor.use_code(person, code))

    at_once(*(partial(enter) for _n in range(4)))
    assert sorted(inside) == [False, False, False, True]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_same_race_lets_both_in(device, person, monkeypatch):
    """The control: both read that the code is unused before either says that it is used."""
    both_have_read, verify, inside = threading.Barrier(2), TOTPDevice.verify_token, []

    def verify_late(found: TOTPDevice, token: str) -> bool:
        both_have_read.wait(10)
        return verify(found, token)

    monkeypatch.setattr(TOTPDevice, "verify_token", verify_late)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows)
    code = code_of(device)
    at_once(*(lambda: inside.append(second_factor.use_code(person, code)),) * 2)
    assert inside == [True, True]


def test_too_many_at_once_are_told_beside_the_code(signed_in, person, device, settings):
    client = signed_in(person)
    settings.SIGN_INS_OF_AN_ADDRESS = 0
    for name in ("second_factor_off", "recovery_codes"):
        answer = client.post(reverse(f"dms:{name}"), {"password": PASSWORD, "code": code_of(device)})
        assert answer.status_code in {422, 429}
    assert fresh(person).has_second_factor


def test_a_recovery_code_is_typed_with_letters(person, device):
    client = Client()
    password_step(client)
    address = reverse("login_code")
    assert 'inputmode="numeric"' in client.get(address).content.decode()
    assert 'inputmode="numeric"' not in client.get(address, {"recovery": "1"}).content.decode()


# --- setting up -----------------------------------------------------------------------------------------------------
def test_one_sets_it_up_with_password_and_code_and_sees_ten_recovery_codes_once(signed_in, person):
    client, elsewhere = signed_in(person), signed_in(person)
    assert "<svg" not in client.get(SET_UP).content.decode()
    assert client.post(SET_UP, {"password": "wrong"}).status_code == 422
    client.post(SET_UP, {"password": PASSWORD})
    page = client.get(SET_UP)
    device = TOTPDevice.objects.get(user=person)
    assert "<svg" in page.content.decode()
    assert page.context["secret"] in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert not fresh(person).has_second_factor
    assert client.post(SET_UP, {"code": wrong(device)}).status_code == 422
    done = client.post(SET_UP, {"code": code_of(device)})
    codes = done.context["codes"]
    assert len(set(codes)) == 10
    assert fresh(person).has_second_factor
    assert is_in(client)
    assert not is_in(elsewhere), "the password alone had opened it"
    assert codes[0] not in client.get(reverse("dms:profile")).content.decode()
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert "user.second_factor_set_up" in kinds
    assert device.key not in json.dumps([event.data for event in Event.objects.all()])
    again = Client()
    password_step(again)
    assert code_step(again, codes[0]).status_code == 302


def test_the_person_switches_it_off_with_password_and_code(signed_in, person, device):
    client, url = signed_in(person), reverse("dms:second_factor_off")
    assert client.post(url, {"password": PASSWORD, "code": wrong(device)}).status_code == 422
    assert client.post(url, {"password": "x", "code": "abcdefgh"}).status_code == 422
    assert fresh(person).has_second_factor
    with time_machine.travel(time.time() + 60):
        assert client.post(url, {"password": PASSWORD, "code": code_of(device)}).status_code == 302
    assert not fresh(person).has_second_factor
    assert not StaticToken.objects.exists()
    assert is_in(client)


def test_new_recovery_codes_replace_those_of_before(signed_in, person, device):
    done = signed_in(person).post(reverse("dms:recovery_codes"), {"password": PASSWORD, "code": code_of(device)})
    assert len(done.context["codes"]) == 10
    assert not second_factor.use_code(person, "abcdefgh")


# --- demanded by a role ---------------------------------------------------------------------------------------------
def test_who_owes_it_is_led_to_it_and_reaches_nothing_else(person, cast):
    key = people.create_token(person, by=person)[1]
    program = Client(headers={"authorization": f"Token {key}"})
    assert program.get(ME).status_code == 200
    demand(by=cast.hire("admin"))
    refused = program.get(ME)
    assert (refused.status_code, refused.json()["code"]) == (401, "second_factor_setup_required")
    client = Client()
    password_step(client)
    for url in ("/", reverse("dms:profile"), reverse("dms:people"), reverse("admin:index"), reverse("password_change")):
        assert client.get(url).headers["Location"] == SET_UP, url
    assert client.post(reverse("dms:token_new"), {"name": "x", "days": 1, "password": PASSWORD}).status_code == 302
    api = client.get(ME)
    assert (api.status_code, api.json()["code"]) == (403, "second_factor_setup_required")
    assert client.get("/work/count/", headers={"hx-request": "true"}).headers["HX-Redirect"] == SET_UP
    client.post(SET_UP, {"password": PASSWORD})
    device = TOTPDevice.objects.get(user=person)
    assert client.post(SET_UP, {"code": code_of(device)}).status_code == 200
    assert is_in(client)
    assert program.get(ME).status_code == 200


def test_it_is_not_switched_off_where_the_role_demands_it(signed_in, person, device, cast):
    demand(by=cast.hire("admin"))
    with refuses("second_factor_demanded"):
        second_factor.switch_off(person, by=person)
    url = reverse("dms:second_factor_off")
    assert signed_in(person).post(url, {"password": PASSWORD, "code": code_of(device)}).status_code == 409
    assert fresh(person).has_second_factor


def test_an_administrator_says_which_roles_demand_it(signed_in, cast):
    administrator = cast.hire("admin")
    client, role = signed_in(administrator), Role.objects.get(name="cashier")
    rights = [row.right for row in role.rights.filter(granted=True)]
    url = reverse("admin:dms_role_change", args=[role.pk])
    client.post(url, {"rights": rights, "needs_second_factor": "on"})
    assert cast.hire("cashier").owes_second_factor
    assert Event.objects.get(kind="role.sign_in_changed").by == administrator
    client.post(url, {"rights": rights})
    assert not cast.hire("cashier").owes_second_factor


@pytest.mark.django_db(transaction=True)
def test_asking_costs_no_statement(signed_in, person, cast, django_assert_num_queries):
    demand(by=cast.hire("admin"))
    client = signed_in(person)
    who_asks.memory.forget(announcements.EVERYBODY)
    assert stack.wait_until(who_asks.listener.is_awake)
    for _request in range(3):
        client.get("/")
    with django_assert_num_queries(0):
        assert client.get("/").headers["Location"] == SET_UP


# --- the API --------------------------------------------------------------------------------------------------------
def ask_for_key(**more):
    return Client().post(TOKEN, {"username": "lu", "password": PASSWORD, **more}, content_type="application/json")


def test_a_key_asks_for_the_code_as_well(device):
    missing = ask_for_key()
    assert (missing.status_code, missing.json()["code"]) == (401, "second_factor_required")
    bad = ask_for_key(code=wrong(device))
    assert (bad.status_code, bad.json()["code"]) == (401, "wrong_code")
    assert not ApiToken.objects.exists()
    assert ask_for_key(code="abcdefgh").status_code == 201


def test_wrong_codes_by_the_api_lock_as_well(device):
    assert [ask_for_key(code=wrong(device)).status_code for _n in range(5)] == [401, 401, 401, 401, 429]
    assert password_step(Client()).status_code == 429


def test_who_owes_it_gets_no_key(person, cast):
    demand(by=cast.hire("admin"))
    refused = ask_for_key()
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_setup_required")


def test_a_key_made_on_the_own_page_asks_for_the_code(signed_in, person, device):
    client, url = signed_in(person), reverse("dms:token_new")
    body = {"name": "x", "days": 30, "password": PASSWORD}
    assert client.post(url, body).status_code == 422
    assert client.post(url, body | {"code": wrong(device)}).status_code == 422
    assert client.post(url, body | {"code": "abcdefgh"}).status_code == 201
    assert ApiToken.objects.count() == 1


# --- reset ----------------------------------------------------------------------------------------------------------
def test_a_reset_ends_sessions_and_keys_and_is_an_event_with_its_reason(signed_in, person, device, cast):
    client, administrator = signed_in(person), cast.hire("admin")
    token = people.create_token(person, by=person)[0]
    url = reverse("dms:person_reset_second_factor", args=[person.pk])
    assert signed_in(cast.sales_manager).post(url, {"reason": "x"}).status_code == 403
    assert signed_in(administrator).post(url, {"reason": ""}).status_code == 422
    assert fresh(person).has_second_factor
    assert signed_in(administrator).post(url, {"reason": "手机丢了"}).status_code == 302
    assert not fresh(person).has_second_factor
    assert not StaticToken.objects.exists()
    assert not is_in(client)
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert Event.objects.get(kind="user.second_factor_reset").data["reason"] == "手机丢了"


def test_nobody_resets_their_own(person, device, cast):
    with refuses("own_second_factor"):
        second_factor.reset(person, reason="x", by=person)


def test_the_admin_site_shows_who_has_one_and_no_secret(signed_in, person, device, cast):
    client = signed_in(cast.hire("admin"))
    listed = client.get(reverse("admin:dms_user_changelist"), {"second_factor": "1"}).content.decode()
    assert ("陆半夏" in listed, str(cast.adviser.username) in listed) == (True, False)
    page = client.get(reverse("admin:dms_user_change", args=[person.pk])).content.decode()
    assert device.key not in page
    assert reverse("dms:person_reset_second_factor", args=[person.pk]) in page
    assert client.get("/admin/otp_totp/totpdevice/").status_code == 404
