"""Keys, rights and scope of the API."""

from datetime import timedelta

import pytest
import time_machine
from django.core.serializers import serialize
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from dms.actions import people
from dms.api.urls import router
from dms.core.roles import RIGHTS
from dms.models import ApiToken, Event, User
from tests.factories import Cast

pytestmark = pytest.mark.django_db
TOKEN, TOKENS, ME = "/api/v1/auth/token/", "/api/v1/auth/tokens/", "/api/v1/dms/me/"


def api(user: User) -> APIClient:
    """A program with a key of this person."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {people.create_token(user, by=user)[1]}")
    return client


@pytest.fixture
def adviser(cast: Cast) -> User:
    """Somebody whose password is known."""
    cast.adviser.set_password("lilac-meadow-77")
    cast.adviser.save()
    return cast.adviser


def sign_in(password="lilac-meadow-77", **more):
    return APIClient().post(TOKEN, {"username": "adviser", "password": password, **more})


def test_name_and_password_give_a_key_that_opens_what_its_owner_may_see(adviser):
    answer = sign_in(name="stock board", days=7)
    assert answer.status_code == 201
    assert set(answer.json()) == {"token", "expires_at"}
    me = APIClient(headers={"authorization": f"Token {answer.json()['token']}"}).get(ME).json()
    assert me["username"] == "adviser"
    assert me["roles"] == ["adviser"]
    assert "sales.sell" in me["rights"]


def test_only_the_hash_of_a_key_is_stored_and_the_events_keep_no_secret(adviser):
    key = sign_in().json()["token"]
    token = ApiToken.objects.get()
    assert token.digest == ApiToken.digest_of(key)
    assert key not in serialize("json", [*ApiToken.objects.all(), *Event.objects.all()])
    assert set(Event.objects.values_list("kind", flat=True)) == {"user.signed_in", "token.created"}


def test_a_wrong_password_gives_no_key(adviser):
    answer = sign_in("wrong")
    assert answer.status_code == 401
    assert answer.json()["code"] == "wrong_credentials"
    assert answer["WWW-Authenticate"].startswith("Token")
    assert not ApiToken.objects.exists()


def test_five_wrong_passwords_lock_the_name_even_for_the_right_one(adviser):
    assert [sign_in("wrong").status_code for _attempt in range(5)][:4] == [401] * 4
    answer = sign_in()
    assert answer.status_code == 429
    assert answer.json()["code"] == "locked_out"


def test_a_manager_unlocks_a_colleague(adviser, cast):
    for _attempt in range(6):
        sign_in("wrong")
    assert api(cast.sales_manager).post(f"/api/v1/dms/users/{adviser.pk}/unlock/").status_code == 200
    assert sign_in().status_code == 201
    again = api(cast.sales_manager).post(f"/api/v1/dms/users/{adviser.pk}/unlock/")
    assert (again.status_code, again.json()["code"]) == (409, "not_locked")


def test_a_key_revokes_itself_and_opens_nothing_any_more(adviser):
    client = api(adviser)
    assert client.delete(TOKEN).status_code == 204
    answer = client.get(ME)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")
    assert Event.objects.filter(kind="token.revoked", by=adviser).count() == 1


def test_one_revokes_an_own_key_and_not_a_colleagues(adviser, cast):
    other, mine = (
        people.create_token(cast.sales_manager, by=cast.sales_manager)[0],
        people.create_token(adviser, by=adviser)[0],
    )
    client = api(adviser)
    assert client.delete(f"{TOKENS}{other.pk}/").status_code == 404
    assert client.delete(f"{TOKENS}{mine.pk}/").status_code == 204
    other.refresh_from_db()
    mine.refresh_from_db()
    assert (other.revoked_at, mine.revoked_at is None) == (None, False)


def test_an_expired_key_and_the_key_of_someone_who_left_open_nothing(adviser):
    token, key = people.create_token(adviser, by=adviser, days=1)
    client = APIClient(headers={"authorization": f"Token {key}"})
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert client.get(ME).status_code == 401
    assert client.get(ME).status_code == 200
    User.objects.filter(pk=adviser.pk).update(is_active=False)
    assert client.get(ME).status_code == 401


def test_the_last_use_of_a_key_is_noted_once_a_minute(adviser):
    client, start = api(adviser), timezone.now()
    for seconds, expected in ((0, 0), (40, 0), (70, 70)):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            client.get(ME)
        noted = ApiToken.objects.get().last_used_at - start
        assert round(noted.total_seconds()) == expected


@pytest.mark.parametrize("header", ["Token", "Token a b", "Token nonsense", "Token \xe9\xff"])
def test_a_malformed_key_is_401(header):
    answer = Client().get(ME, headers={"authorization": header})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Token")


def test_nobody_is_401_and_somebody_without_the_right_403(adviser, cast):
    url = "/api/v1/dms/messages/"
    assert Client().get(url).status_code == 401
    answer = api(cast.hire("technician")).get(url, headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert answer.json()["code"] == "permission_denied"


def test_a_session_opens_the_api_too_but_writes_only_with_the_csrf_token(cast, signed_in):
    client = signed_in(cast.sales_manager)
    client.handler.enforce_csrf_checks = True
    assert client.get(ME).status_code == 200
    answer = client.post("/api/v1/dms/absences/", {}, content_type="application/json")
    assert answer.status_code == 403


def test_every_action_of_every_resource_names_a_known_right():
    known = set(RIGHTS) | {"public", "signed-in"}
    for _prefix, viewset, basename in router.registry:
        rights = getattr(viewset, "rights", {})
        assert "*" in rights, basename
        assert set(rights.values()) <= known, basename


def test_outside_ones_stores_there_is_nothing(adviser, elsewhere, cast):
    client = api(elsewhere.adviser)
    assert client.get(f"/api/v1/dms/users/{cast.sales_manager.pk}/").status_code == 404
    assert client.get(f"/api/v1/dms/users/{cast.admin.pk}/").status_code in {200, 404}
    assert client.get(f"/api/v1/dms/stores/{adviser.stores.get().pk}/").status_code == 404
    assert [row["code"] for row in client.get("/api/v1/dms/stores/").json()["results"]] == ["GX01"]
    assert api(cast.admin).get("/api/v1/dms/stores/").json()["count"] == 2


def test_a_store_one_does_not_see_is_no_choice(adviser, elsewhere):
    answer = api(adviser).get("/api/v1/dms/users/?store=GX01")
    assert (answer.status_code, list(answer.json())) == (400, ["store"])


def test_an_absence_of_another_store_can_be_neither_seen_nor_changed_nor_made(cast, elsewhere):
    absence = people.plan_absence(
        elsewhere.adviser,
        kind="LEAVE",
        first_day=timezone.localdate(),
        last_day=timezone.localdate(),
        by=elsewhere.adviser,
    )
    client, url = api(cast.sales_manager), f"/api/v1/dms/absences/{absence.pk}/"
    assert client.get(url).status_code == 404
    assert client.patch(url, {"note": "x"}).status_code == 404
    assert client.delete(f"{url}?reason=x").status_code == 404
    days = {"first_day": "2026-12-01", "last_day": "2026-12-02"}
    answer = client.post("/api/v1/dms/absences/", {"user": elsewhere.adviser.pk, **days})
    assert (answer.status_code, list(answer.json())) == (400, ["user"])


def test_phone_numbers_are_masked_except_ones_own_and_for_the_administrator(adviser, cast):
    User.objects.filter(pk=adviser.pk).update(phone="13800001234")
    url = f"/api/v1/dms/users/{adviser.pk}/"
    seen = {
        who: api(user).get(url).json()["phone"]
        for who, user in {"self": adviser, "manager": cast.sales_manager, "admin": cast.admin}.items()
    }
    assert seen == {"self": "13800001234", "manager": "138****1234", "admin": "13800001234"}
