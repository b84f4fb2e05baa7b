"""Signing in, the profile, the password, and one's own keys to the API."""

import pytest
from django.test import Client
from django.urls import reverse

from dms.actions import people
from dms.models import ApiToken, Event, User
from tests.conftest import refuses

pytestmark = pytest.mark.django_db
PASSWORD = "lu-ban-xia-2026"


@pytest.fixture
def colleague(cast):
    user = cast.hire("adviser", username="lu", display_name="陆半夏", phone="13800001234")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(name, password=PASSWORD, **more):
    client = Client()
    return client, client.post(reverse("login"), {"username": name, "password": password, **more})


@pytest.mark.parametrize("name", ["lu", "13800001234", "138 0000 1234"])
def test_one_signs_in_by_name_or_phone(colleague, name):
    client, response = sign_in(name)
    assert response.headers["Location"] == reverse("dms:home")
    assert client.get(reverse("dms:home")).status_code == 200


def test_a_wrong_password_is_said_without_telling_which_was_wrong(colleague):
    _client, known = sign_in("lu", "wrong")
    _client, unknown = sign_in("nobody", "wrong")
    assert known.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()


def test_the_name_is_remembered_on_this_machine_only_when_asked(colleague):
    client, response = sign_in("lu", remember="on")
    assert response.cookies["dms_name"].value == "lu"
    client.post(reverse("logout"))
    assert 'value="lu"' in client.get(reverse("login")).content.decode()
    _client, response = sign_in("lu")
    assert not response.cookies["dms_name"].value


def test_a_page_asked_for_before_signing_in_comes_after_it(colleague):
    client = Client()
    response = client.get(reverse("dms:people"))
    assert response.headers["Location"] == f"{reverse('login')}?next={reverse('dms:people')}"


def test_who_left_does_not_come_in(colleague):
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    client, _response = sign_in("lu")
    assert client.get(reverse("dms:home")).status_code == 302


def test_a_changed_password_ends_other_sessions_and_is_recorded(colleague):
    here, _response = sign_in("lu")
    elsewhere, _response = sign_in("lu")
    new = "xia-ban-lu-6202"
    response = here.post(
        reverse("password_change"), {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )
    assert response.headers["Location"] == reverse("dms:profile")
    assert here.get(reverse("dms:home")).status_code == 200
    assert elsewhere.get(reverse("dms:home")).status_code == 302
    assert Event.objects.get(kind="user.password_changed").by == colleague


def test_a_changed_profile_is_in_the_log_by_page_and_api(signed_in, colleague, cast):
    client, deputy = signed_in(colleague), cast.hire("adviser", username="deputy", display_name="白芷")
    body = {"phone": "13811112222", "language": "en", "theme": "dark", "deputy": deputy.pk}
    client.post(reverse("dms:profile"), body)
    event = Event.objects.get(kind="user.profile_changed")
    assert (event.by, event.data) == (
        colleague,
        {"fields": ["deputy", "language", "phone", "theme"], "deputy": str(deputy)},
    )
    told = client.patch("/api/v1/dms/me/", {"theme": "light"}, content_type="application/json")
    assert (told.status_code, told.json()["theme"], told.json()["phone"]) == (200, "light", "13811112222")
    client.post(reverse("dms:profile"), body | {"theme": "light"})
    assert Event.objects.filter(kind="user.profile_changed").count() == 2, "the same again is no change"


def test_nobody_stands_in_for_themselves(signed_in, colleague):
    told = signed_in(colleague).patch("/api/v1/dms/me/", {"deputy": colleague.pk}, content_type="application/json")
    assert told.status_code in {400, 409}
    with refuses("user_is_not_own_deputy"):
        people.change_profile(colleague, deputy=colleague, by=colleague)


def test_the_profile_is_changed_and_a_taken_phone_is_refused_beside_its_field(signed_in, colleague, cast):
    cast.hire("adviser", phone="13900000000")
    client = signed_in(colleague)
    client.post(reverse("dms:profile"), {"phone": "13811112222", "language": "en", "theme": "dark", "deputy": ""})
    assert User.objects.get(pk=colleague.pk).phone == "13811112222"
    response = client.post(
        reverse("dms:profile"), {"phone": "13900000000", "language": "en", "theme": "dark", "deputy": ""}
    )
    assert response.status_code == 422
    assert response.context["form"].errors
    assert User.objects.get(pk=colleague.pk).phone == "13811112222"


def test_a_new_key_is_shown_once(signed_in, colleague):
    client = signed_in(colleague)
    response = client.post(reverse("dms:token_new"), {"name": "报表", "days": "30", "password": PASSWORD})
    key = response.context["new_key"]
    assert key in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    assert key not in client.get(reverse("dms:profile")).content.decode()
    assert ApiToken.objects.get().user == colleague


def test_a_key_is_made_once_however_often_its_form_is_sent(signed_in, colleague):
    client, sent = signed_in(colleague), {"name": "报表", "days": "30", "password": PASSWORD, "form_key": "k"}
    answers = [client.post(reverse("dms:token_new"), sent, headers={"HX-Request": "true"}) for _n in range(2)]
    assert [answer.status_code for answer in answers] == [201, 409], "the key itself is not kept, and not shown again"
    assert ApiToken.objects.count() == 1


def test_a_key_is_revoked_by_its_owner_only(signed_in, colleague, cast):
    signed_in(colleague).post(reverse("dms:token_new"), {"name": "报表", "days": "30", "password": PASSWORD})
    token = ApiToken.objects.get()
    url = reverse("dms:token_revoke", args=[token.pk])
    assert signed_in(cast.adviser).post(url).status_code == 404
    signed_in(colleague).post(url)
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_a_key_for_ever_is_refused_beside_the_field(signed_in, colleague):
    response = signed_in(colleague).post(reverse("dms:token_new"), {"name": "x", "days": "9999"})
    assert response.status_code == 422
    assert response.context["token_form"].errors["days"]


def test_an_expired_form_is_answered_with_a_page_that_says_what_to_do(colleague):
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse("login"), {"username": "lu", "password": PASSWORD})
    assert response.status_code == 403
    assert reverse("dms:home") in response.content.decode()


@pytest.mark.parametrize("on", [True, False])
def test_the_demo_sign_ins_stand_on_the_page_in_demo_mode_only(settings, on):
    settings.DEBUG, settings.DEMO = on, on
    page = Client().get(reverse("login")).content.decode()
    assert ('data-name="adviser"' in page, settings.DEMO_PASSWORD in page) == (on, on)
