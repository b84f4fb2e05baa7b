"""The configuration site: who may open it, what it changes, what it writes down and what it refuses."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dms import base_data
from dms.actions.roles import change_rights
from dms.core.event_words import EVENT_WORDS
from dms.core.refusals import Refusal
from dms.core.roles import RIGHTS, ROLES
from dms.models import (
    ApiToken,
    Attachment,
    Brand,
    Colour,
    Event,
    HolidayOverride,
    Job,
    Message,
    NumberCounter,
    NumberSeries,
    Rate,
    Reason,
    Role,
    Series,
    Store,
    User,
    Variant,
)
from dms.records import events

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _base_data(db):
    base_data.load(apps)
    base_data.keep_roles()


@pytest.fixture
def site(admin_user, signed_in):
    return signed_in(admin_user)


@pytest.fixture
def variant(store):
    brand = Brand.objects.create(code="XY", name="星野", name_en="Xingye")
    series = Series.objects.create(brand=brand, code="S7", name="S7")
    return Variant.objects.create(series=series, code="XY-S7-15T", name="1.5T 两驱", list_price=Decimal("158800.00"))


@pytest.fixture
def rows(store, variant, admin_user):
    """One row of every model the site shows."""
    brand = variant.series.brand
    counter = NumberCounter.objects.create(
        series=NumberSeries.objects.first(), store=store, period=date(2026, 11, 21), last=7
    )
    token = ApiToken.objects.create(user=admin_user, name="电话屏", digest="0" * 64, expires_at=timezone.now())
    message = Message.objects.create(channel="email", recipient="a@example.invalid", body="x", idempotency_key="k")
    attachment = Attachment.objects.create(file=ContentFile(b"x", "x.txt"), name="x.txt", size=1, sha256="0" * 64)
    event = events.record("user.unlocked", admin_user, by=admin_user)
    return [
        store,
        admin_user,
        token,
        brand,
        variant.series,
        variant,
        Colour.objects.create(brand=brand, code="W", name="云白"),
        Reason.objects.first(),
        NumberSeries.objects.first(),
        counter,
        Rate.objects.first(),
        Role.objects.get(name="adviser"),
        HolidayOverride.objects.create(day=date(2026, 10, 1), name="国庆"),
        event,
        message,
        Job.objects.create(kind="export_events", requested_by=admin_user),
        attachment,
    ]


def page(row, name="change"):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{name}", args=[row.pk])


def listing(model, name="changelist"):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}")


def fields_of(response):
    """What the browser would post back unchanged."""
    found = {}
    for form in [
        response.context["adminform"].form,
        *(f for s in response.context["inline_admin_formsets"] for f in forms_of(s)),
    ]:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False:
                found[bound.html_name] = value() if callable(value) else value
    return {name: "on" if value is True else value for name, value in found.items()}


def forms_of(inline):
    return [inline.formset.management_form, *inline.formset.initial_forms]


# --- who may open it ------------------------------------------------------------------------------------------------
def test_a_stranger_signs_in_on_the_page_of_the_house():
    answer = Client().get(reverse("admin:dms_store_changelist"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("login"))
    assert "next=" in answer["Location"]


def test_the_sign_in_of_the_admin_is_ours():
    answer = Client().get(reverse("admin:login"), {"next": "/admin/dms/store/"})
    assert answer["Location"] == f"{reverse('login')}?next=/admin/dms/store/"


@pytest.mark.parametrize("role", [code for code in ROLES if code != "admin"])
def test_nobody_but_the_administrator_gets_in(role, person, signed_in):
    client = signed_in(person(role))
    for url in (reverse("admin:index"), listing(Store), listing(Store, "add"), listing(Event)):
        assert client.get(url).status_code == 403


def test_what_the_other_apps_configure_opens_too(site, admin_user):
    others = [model for model in admin.site._registry if model._meta.app_label not in {"dms", "auth"}]
    assert others
    for model in others:
        assert site.get(listing(model)).status_code == 200, model
        assert site.get(listing(model, "add")).status_code in {200, 403}, model  # some are made elsewhere


def test_every_page_opens_in_both_languages(site, rows, admin_user):
    covered = {type(row) for row in rows}
    assert {model for model in admin.site._registry if model._meta.app_label == "dms"} == covered
    for language in ("zh-hans", "en"):
        User.objects.filter(pk=admin_user.pk).update(language=language)
        for row in rows:
            for url in (listing(type(row)), page(row), page(row, "history")):
                assert site.get(url).status_code == 200, url


def test_pages_carry_nothing_that_the_content_policy_forbids(site, rows):
    urls = [reverse("admin:index"), reverse("admin:dms_role_changelist"), listing(User, "add"), listing(Brand, "add")]
    for url in [*urls, *(listing(type(row)) for row in rows), *(page(row) for row in rows)]:
        html = site.get(url).content.decode()
        assert " style=" not in html, url
        assert "<style" not in html, url
        assert " onclick=" not in html, url
        assert all(" src=" in tag for tag in html.split("<script")[1:]), url


def test_the_index_is_arranged_by_subject(site):
    subjects = site.get(reverse("admin:index")).context["app_list"]
    assert [subject["app_label"] for subject in subjects][:4] == ["people", "catalogue", "rules", "records"]


def test_the_rights_of_a_role_are_ticked_in_a_form(site, adviser):
    role = Role.objects.get(name="adviser")
    rights = ROLES["adviser"].rights - {"sales.sell"}
    assert site.post(page(role), {"rights": sorted(rights)}).status_code == 302
    assert User.objects.get(pk=adviser.pk).rights == rights
    assert [event.kind for event in Event.objects.about(role)] == ["role.rights_changed"]


def test_a_role_of_the_list_goes_back_to_its_default(site, adviser, admin_user):
    role = Role.objects.get(name="adviser")
    change_rights(role, rights=["dms.home"], by=admin_user)
    site.post(listing(Role), {"action": "restore_default_rights", "_selected_action": [role.pk], "index": "0"})
    assert User.objects.get(pk=adviser.pk).rights == ROLES["adviser"].rights


def test_the_last_right_to_configure_is_refused_beside_the_field(site):
    role = Role.objects.get(name="admin")
    answer = site.post(page(role), {"rights": ["dms.home"]})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["rights"]
    assert role.rights.granted().count() == len(RIGHTS)


def test_the_list_says_which_roles_may_do_something(site):
    roles = site.get(listing(Role), {"right": "aftersales.claim"}).context["cl"].result_list
    assert {role.name for role in roles} == {"claims", "service_manager", "gm", "admin"}


def test_roles_are_neither_added_nor_deleted(site):
    assert site.get(listing(Role, "add")).status_code == 403
    assert site.post(page(Role.objects.first(), "delete"), {"post": "yes"}).status_code == 403


# --- changes are events ----------------------------------------------------------------------------------------------
def test_a_price_changed_in_the_list_is_an_event_with_old_and_new(site, variant, admin_user):
    data = {
        "form-TOTAL_FORMS": 1,
        "form-INITIAL_FORMS": 1,
        "form-0-id": variant.pk,
        "form-0-list_price": "149800.00",
        "form-0-active": "on",
        "_save": "1",
    }
    assert site.post(listing(Variant), data).status_code == 302
    event = Event.objects.get(kind="configuration.changed")
    assert (event.subject, event.by) == (variant, admin_user)
    assert event.data == {
        "fields": ["list_price"],
        "old": {"list_price": "158800.00"},
        "new": {"list_price": "149800.00"},
    }


def test_saving_without_a_change_records_nothing(site, variant):
    answer = site.get(page(variant))
    assert site.post(page(variant), fields_of(answer)).status_code == 302
    assert not Event.objects.filter(kind__startswith="configuration.").exists()


def test_a_row_added_inside_another_is_an_event_of_its_own(site, variant):
    brand = variant.series.brand
    data = fields_of(site.get(page(brand)))
    data |= {"colours-TOTAL_FORMS": 1, "colours-0-code": "B", "colours-0-name": "曜岩黑", "colours-0-active": "on"}
    assert site.post(page(brand), data).status_code == 302
    event = Event.objects.get(kind="configuration.created")
    assert event.subject == Colour.objects.get(code="B")
    assert event.data["new"]["name"] == "曜岩黑"


def test_the_event_goes_with_the_change_or_not_at_all(site, variant, monkeypatch):
    """Taking the words away makes the event impossible: then the price stays too."""
    monkeypatch.delitem(EVENT_WORDS, "configuration.changed")
    data = fields_of(site.get(page(variant))) | {"list_price": "1.00"}
    with pytest.raises(LookupError):
        site.post(page(variant), data)
    variant.refresh_from_db()
    assert variant.list_price == Decimal("158800.00")


def test_roles_given_stand_in_the_log_by_name(site, adviser):
    data = fields_of(site.get(page(adviser)))
    roles = [group.pk for group in adviser.groups.all()]
    new = apps.get_model("auth", "Group").objects.get(name="cs_manager").pk
    assert site.post(page(adviser), data | {"groups": [*roles, new]}).status_code == 302
    event = Event.objects.about(adviser).get(kind="configuration.changed")
    assert event.data["old"]["groups"] == ["adviser"]
    assert event.data["new"]["groups"] == ["adviser", "cs_manager"]


# --- deletion --------------------------------------------------------------------------------------------------------
def test_a_used_row_is_not_deleted_and_says_why(site, variant):
    brand = variant.series.brand
    for answer in (site.get(page(brand, "delete")), site.post(page(brand, "delete"), {"post": "yes"})):
        assert answer.status_code == 200
        assert answer.context["protected"]
    assert Brand.objects.filter(pk=brand.pk).exists()


def test_a_row_taken_into_use_while_the_question_stood_is_kept(variant):
    page_of_brands = admin.site._registry[Brand]
    with pytest.raises(Refusal, match="星野"):
        page_of_brands.delete_model(None, variant.series.brand)
    assert Variant.objects.filter(pk=variant.pk).exists()


def test_an_unused_row_is_deleted_and_remembered(site):
    reason = Reason.objects.get(kind="HOLD", code="BAY")
    assert site.post(page(reason, "delete"), {"post": "yes"}).status_code == 302
    event = Event.objects.get(kind="configuration.deleted")
    assert event.subject_label == "等工位"


def test_a_rate_in_force_stays(site, store):
    assert site.post(page(Rate.objects.first(), "delete"), {"post": "yes"}).status_code == 403
    future = Rate.objects.create(kind="LABOUR_HOUR", store=store, value=300, valid_from=date(2100, 1, 1))
    assert site.post(page(future, "delete"), {"post": "yes"}).status_code == 302


def test_colleagues_are_switched_off_never_deleted(site, adviser):
    assert site.post(page(adviser, "delete"), {"post": "yes"}).status_code == 403


def test_a_store_keeps_its_code_once_numbers_carry_it(site, store):
    assert "code" in fields_of(site.get(page(store)))
    NumberCounter.objects.create(series=NumberSeries.objects.first(), store=store, period=date(2026, 11, 21), last=1)
    assert "code" not in fields_of(site.get(page(store)))


# --- people ----------------------------------------------------------------------------------------------------------
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


def test_setting_a_password_is_an_event_without_the_password(site, adviser):
    data = {"password1": "Yun-duan-2026", "password2": "Yun-duan-2026"}
    assert site.post(reverse("admin:auth_user_password_change", args=[adviser.pk]), data).status_code == 302
    adviser.refresh_from_db()
    assert adviser.check_password("Yun-duan-2026")
    event = Event.objects.about(adviser).get()
    assert (event.kind, event.data) == ("user.password_changed", {})


def test_an_administrator_cannot_lock_themselves_out(site, admin_user):
    for change in ({"groups": []}, {"is_active": ""}):
        data = fields_of(site.get(page(admin_user))) | change
        answer = site.post(page(admin_user), {name: value for name, value in data.items() if value != ""})
        assert answer.status_code == 200
        assert answer.context["errors"]
    admin_user.refresh_from_db()
    assert admin_user.is_active


def test_a_locked_colleague_is_found_and_unlocked(site, adviser):
    User.objects.filter(pk=adviser.pk).update(phone="13800000055")
    for _ in range(6):
        Client().post(reverse("login"), {"username": "13800000055", "password": "wrong"})
    answer = site.get(listing(User), {"locked": "1"})
    assert [user.username for user in answer.context["cl"].result_list] == [adviser.username]
    site.post(listing(User), {"action": "unlock", "_selected_action": [adviser.pk], "index": "0"})
    assert Event.objects.about(adviser).get().kind == "user.unlocked"
    assert not site.get(listing(User), {"locked": "1"}).context["cl"].result_list


def test_a_key_to_the_api_is_revoked(site, adviser):
    token = ApiToken.objects.create(user=adviser, digest="1" * 64, expires_at=timezone.now())
    site.post(listing(ApiToken), {"action": "revoke", "_selected_action": [token.pk], "index": "0"})
    token.refresh_from_db()
    assert token.revoked_at
    assert Event.objects.about(token).get().kind == "token.revoked"
    assert site.post(page(token), {}).status_code == 403


@pytest.mark.parametrize("model", [Event, Message, Job, Attachment, NumberCounter])
def test_records_are_only_looked_at(model, site, rows):
    row = next(row for row in rows if isinstance(row, model))
    assert site.get(listing(model, "add")).status_code == 403
    assert site.post(page(row), {}).status_code == 403
    assert site.post(page(row, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", [Variant, User, Reason, Event])
def test_lists_need_the_same_number_of_queries_however_long(
    model, site, rows, person, variant, django_assert_num_queries
):
    site.get(listing(model))
    with CaptureQueriesContext(connection) as few:
        site.get(listing(model))
    for number in range(12):
        Variant.objects.create(series=variant.series, code=f"V{number}", name="v")
        Reason.objects.create(kind="HOLD", code=f"R{number}", name="r")
        events.record("user.unlocked", person("adviser"), by=None)
    with django_assert_num_queries(len(few)):
        site.get(listing(model))
