"""Colleagues in the configuration site: passwords, locks, keys."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dms import base_data
from dms.models import (
    ApiToken,
    Brand,
    Event,
    Series,
    User,
    Variant,
)
from tests.dms.admin_site import fields_of, listing, page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _base_data(db):
    base_data.load(apps)
    base_data.keep_roles()


@pytest.fixture
def site(cast, signed_in):
    return signed_in(cast.admin)


@pytest.fixture
def variant(store):
    brand = Brand.objects.create(code="XY", name="星野", name_en="Xingye")
    series = Series.objects.create(brand=brand, code="S7", name="S7")
    return Variant.objects.create(series=series, code="XY-S7-15T", name="1.5T 两驱", list_price=Decimal("158800.00"))


def test_a_new_colleague_signs_in_with_the_first_password_which_is_nowhere_written(site):
    data = {
        "username": "banxia",
        "display_name": "陆半夏",
        "phone": "13800000077",
        "password1": "Yun-duan-2026",
        "password2": "Yun-duan-2026",
    }
    assert site.post(listing(User, "add"), data).status_code == 302
    user = User.objects.get(username="banxia")
    assert user.check_password("Yun-duan-2026")
    assert user.name_key
    event = Event.objects.about(user).get()
    assert set(event.data["fields"]) == {"username", "display_name", "phone"}
    assert "Yun-duan" not in str(event.data)


def test_setting_a_password_is_an_event_without_the_password(site, cast):
    data = {"password1": "Yun-duan-2026", "password2": "Yun-duan-2026"}
    assert site.post(reverse("admin:auth_user_password_change", args=[cast.adviser.pk]), data).status_code == 302
    cast.adviser.refresh_from_db()
    assert cast.adviser.check_password("Yun-duan-2026")
    event = Event.objects.about(cast.adviser).get()
    assert (event.kind, event.data) == ("user.password_changed", {})


def test_an_administrator_cannot_lock_themselves_out(site, cast):
    changes: list[dict[str, object]] = [{"groups": []}]  # who has left is switched off where their work is given away
    for change in changes:
        data = fields_of(site.get(page(cast.admin))) | change
        answer = site.post(page(cast.admin), {name: value for name, value in data.items() if value != ""})
        assert answer.status_code == 200
        assert answer.context["errors"]
    cast.admin.refresh_from_db()
    assert cast.admin.is_active


def test_a_locked_colleague_is_found_and_unlocked(site, cast):
    User.objects.filter(pk=cast.adviser.pk).update(phone="13800000055")
    for _ in range(6):
        Client().post(reverse("login"), {"username": "13800000055", "password": "wrong"})
    answer = site.get(listing(User), {"locked": "1"})
    assert [user.username for user in answer.context["cl"].result_list] == [cast.adviser.username]
    site.post(listing(User), {"action": "unlock", "_selected_action": [cast.adviser.pk], "index": "0"})
    assert Event.objects.about(cast.adviser).filter(kind="user.unlocked").count() == 1
    assert not site.get(listing(User), {"locked": "1"}).context["cl"].result_list


def test_a_key_to_the_api_is_revoked(site, cast):
    token = ApiToken.objects.create(user=cast.adviser, digest="1" * 64, expires_at=timezone.now())
    site.post(listing(ApiToken), {"action": "revoke", "_selected_action": [token.pk], "index": "0"})
    token.refresh_from_db()
    assert token.revoked_at
    assert Event.objects.about(token).get().kind == "token.revoked"
    assert site.post(page(token), {}).status_code == 403
