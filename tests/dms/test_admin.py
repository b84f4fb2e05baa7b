"""The configuration site: who may open it, how it looks, and which lists it keeps small."""

from datetime import date, time
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
from dms.core.roles import RIGHTS, ROLES
from dms.models import (
    ApiToken,
    Attachment,
    Brand,
    CallingHour,
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
from dms.records.own_events import USER_UNLOCKED
from tests.dms.admin_site import listing, page
from tests.factories import role_named

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


@pytest.fixture
def rows(store, variant, cast):
    """One row of every model the site shows."""
    brand = variant.series.brand
    counter = NumberCounter.objects.create(
        series=NumberSeries.objects.first(), store=store, period=date(2026, 11, 21), last=7
    )
    token = ApiToken.objects.create(user=cast.admin, name="电话屏", digest="0" * 64, expires_at=timezone.now())
    message = Message.objects.create(channel="email", recipient="a@example.invalid", body="x", idempotency_key="k")
    attachment = Attachment.objects.create(file=ContentFile(b"x", "x.txt"), name="x.txt", size=1, sha256="0" * 64)
    event = events.record(USER_UNLOCKED, cast.admin, by=cast.admin)
    return [
        store,
        cast.admin,
        token,
        brand,
        variant.series,
        variant,
        Colour.objects.create(brand=brand, code="W", name="云白"),
        Reason.objects.first(),
        NumberSeries.objects.first(),
        counter,
        Rate.objects.first(),
        CallingHour.objects.create(store=store, weekday=5, calls_from=time(10), calls_until=time(16)),
        role_named("adviser"),
        HolidayOverride.objects.create(day=date(2026, 10, 1), name="国庆"),
        event,
        message,
        Job.objects.create(kind="export_events", requested_by=cast.admin),
        attachment,
    ]


# --- who may open it --------------------------------------------------------------------------------------------------
def test_a_stranger_signs_in_on_the_page_of_the_house():
    answer = Client().get(reverse("admin:dms_store_changelist"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("login"))
    assert "next=" in answer["Location"]


def test_the_sign_in_of_the_admin_is_ours():
    answer = Client().get(reverse("admin:login"), {"next": "/admin/dms/store/"})
    assert answer["Location"] == f"{reverse('login')}?next=/admin/dms/store/"


@pytest.mark.parametrize("role", [code for code in ROLES if code != "admin"])
def test_nobody_but_the_administrator_gets_in(role, cast, signed_in):
    client = signed_in(cast.hire(role))
    for url in (reverse("admin:index"), listing(Store), listing(Store, "add"), listing(Event)):
        assert client.get(url).status_code == 403


def test_what_the_other_apps_configure_opens_too(site):
    others = [model for model in admin.site._registry if model._meta.app_label not in {"dms", "auth"}]
    assert others
    for model in others:
        assert site.get(listing(model)).status_code == 200, model
        assert site.get(listing(model, "add")).status_code in {200, 403}, model  # some are made elsewhere


def test_every_page_opens_in_both_languages(site, rows, cast):
    covered = {type(row) for row in rows}
    assert {model for model in admin.site._registry if model._meta.app_label == "dms"} == covered
    for language in ("zh-hans", "en"):
        User.objects.filter(pk=cast.admin.pk).update(language=language)
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


def test_the_rights_of_a_role_are_ticked_in_a_form(site, cast):
    role = role_named("adviser")
    rights = ROLES["adviser"].rights - {"sales.sell"}
    assert site.post(page(role), {"rights": sorted(rights)}).status_code == 302
    assert User.objects.get(pk=cast.adviser.pk).rights == rights
    assert [event.kind for event in Event.objects.about(role)] == ["role.rights_changed"]


def test_a_role_of_the_list_goes_back_to_its_default(site, cast):
    role = role_named("adviser")
    change_rights(role, rights=["dms.home"], by=cast.admin)
    site.post(listing(Role), {"action": "restore_default_rights", "_selected_action": [role.pk], "index": "0"})
    assert User.objects.get(pk=cast.adviser.pk).rights == ROLES["adviser"].rights


def test_the_last_right_to_configure_is_refused_beside_the_field(site):
    role = role_named("admin")
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


@pytest.mark.parametrize("model", [Event, Message, Job, Attachment, NumberCounter])
def test_records_are_only_looked_at(model, site, rows):
    row = next(row for row in rows if isinstance(row, model))
    assert site.get(listing(model, "add")).status_code == 403
    assert site.post(page(row), {}).status_code == 403
    assert site.post(page(row, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", [Variant, User, Reason, Event])
def test_lists_need_the_same_number_of_queries_however_long(
    model, site, rows, cast, variant, django_assert_num_queries
):
    site.get(listing(model))
    with CaptureQueriesContext(connection) as few:
        site.get(listing(model))
    for number in range(12):
        Variant.objects.create(series=variant.series, code=f"V{number}", name="v")
        Reason.objects.create(kind="HOLD", code=f"R{number}", name="r")
        events.record(USER_UNLOCKED, cast.hire("adviser"), by=None)
    with django_assert_num_queries(len(few)):
        site.get(listing(model))
