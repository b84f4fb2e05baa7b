"""Colleagues and absences: who may see whom, who stands in, and what is refused."""

from datetime import date, timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group
from django.core.serializers import serialize
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dms.actions import people
from dms.models import Absence, ApiToken, Event, User
from tests.conftest import refuses

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(cast):
    return cast.hire("technician", username="du", display_name="杜仲", phone="13800001234")


@pytest.fixture
def deputy(cast):
    return cast.hire("technician", username="zi", display_name="紫苏")


def plan(user, by, first, last, **more):
    return people.plan_absence(user, kind="LEAVE", first_day=first, last_day=last, by=by, **more)


def lock(name):
    AccessAttempt.objects.create(
        username=name,
        ip_address="10.0.0.9",
        user_agent="x",
        failures_since_start=5,
        get_data="",
        post_data="",
        http_accept="",
        path_info="",
    )


# --- the acts -----------------------------------------------------------------------------------------------------------
def test_the_usual_deputy_stands_in_when_none_is_named(colleague, deputy, cast):
    User.objects.filter(pk=colleague.pk).update(deputy=deputy)
    absence = plan(User.objects.get(pk=colleague.pk), cast.sales_manager, date(2026, 11, 23), date(2026, 11, 25))
    assert absence.deputy == deputy
    event = Event.objects.get(kind="absence.planned")
    assert (event.by, event.store, event.data["deputy"]) == (
        cast.sales_manager,
        cast.sales_manager.stores.get(),
        "紫苏",
    )


def test_a_usual_deputy_who_is_away_too_does_not_stand_in(colleague, deputy, cast):
    User.objects.filter(pk=colleague.pk).update(deputy=deputy)
    plan(deputy, cast.sales_manager, date(2026, 11, 25), date(2026, 11, 27))
    absence = plan(User.objects.get(pk=colleague.pk), cast.sales_manager, date(2026, 11, 23), date(2026, 11, 25))
    assert absence.deputy is None


def test_overlapping_days_are_refused_with_the_days_in_the_sentence(colleague, cast):
    plan(colleague, cast.sales_manager, date(2026, 11, 23), date(2026, 11, 25))
    with refuses("absence_overlap", match="2026-11-23"):
        plan(colleague, cast.sales_manager, date(2026, 11, 25), date(2026, 11, 26))
    assert Absence.objects.count() == Event.objects.count() == 1


def test_the_day_after_an_absence_is_free(colleague, cast):
    plan(colleague, cast.sales_manager, date(2026, 11, 23), date(2026, 11, 25))
    assert plan(colleague, cast.sales_manager, date(2026, 11, 26), date(2026, 11, 26)).pk


def test_a_named_deputy_must_be_there(colleague, deputy, cast):
    plan(deputy, cast.sales_manager, date(2026, 11, 25), date(2026, 11, 27))
    with refuses("absence_deputy_away"):
        plan(colleague, cast.sales_manager, date(2026, 11, 23), date(2026, 11, 25), deputy=deputy)


def test_nobody_plans_for_another_store(cast, elsewhere):
    with refuses("not_yours"):
        plan(elsewhere.adviser, cast.sales_manager, date(2026, 11, 23), date(2026, 11, 25))


def test_a_change_keeps_what_was_and_why(colleague, cast):
    absence = plan(colleague, cast.sales_manager, date(2026, 11, 23), date(2026, 11, 25))
    people.change_absence(absence, last_day=date(2026, 11, 24), reason="提前回来", by=cast.sales_manager)
    data = Event.objects.get(kind="absence.changed").data
    assert (data["before"]["last_day"], data["after"]["last_day"]) == ("2026-11-25", "2026-11-24")
    assert data["reason"] == "提前回来"


def test_an_absence_is_not_removed_without_a_reason(colleague, cast):
    absence = plan(colleague, cast.sales_manager, date(2026, 11, 23), date(2026, 11, 25))
    with refuses("reason_missing"):
        people.remove_absence(absence, reason=" ", by=cast.sales_manager)
    people.remove_absence(absence, reason="取消休假", by=cast.sales_manager)
    assert not Absence.objects.exists()
    assert Event.objects.get(kind="absence.removed").data["reason"] == "取消休假"


def test_unlocking_forgets_wrong_passwords_however_the_name_was_typed(colleague, cast):
    lock("du")
    people.unlock(colleague, by=cast.sales_manager)
    assert not AccessAttempt.objects.exists()
    assert Event.objects.filter(kind="user.unlocked", subject_id=colleague.pk).exists()
    with refuses("not_locked"):
        people.unlock(colleague, by=cast.sales_manager)


def test_a_key_is_kept_as_its_fingerprint_only(cast):
    token, key = people.create_token(cast.adviser, by=cast.adviser, name="报表", days=30)
    assert ApiToken.objects.get(digest=ApiToken.digest_of(key)) == token
    assert key not in serialize("json", [*ApiToken.objects.all(), *Event.objects.all()])
    assert not people.revoke_token(token, by=cast.adviser).is_live(at=timezone.now())
    people.revoke_token(token, by=cast.adviser)
    assert Event.objects.filter(kind="token.revoked").count() == 1


def test_a_key_does_not_live_for_ever(cast):
    with refuses("token_days"):
        people.create_token(cast.adviser, by=cast.adviser, days=5000)


# --- the pages ----------------------------------------------------------------------------------------------------------
def test_the_list_shows_colleagues_of_ones_stores_with_masked_phones(signed_in, cast, colleague, elsewhere):
    page = signed_in(cast.sales_manager).get(reverse("dms:people")).content.decode()
    assert "杜仲" in page
    assert "138****1234" in page
    assert "13800001234" not in page
    assert elsewhere.adviser.username not in page


def test_people_who_left_are_listed_only_when_asked_for(signed_in, cast, colleague):
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    client = signed_in(cast.sales_manager)
    assert "杜仲" not in client.get(reverse("dms:people")).content.decode()
    assert "杜仲" in client.get(reverse("dms:people"), {"active": "false"}).content.decode()


@pytest.mark.parametrize("q", ["杜", "du", "dz", "1234"])
def test_a_colleague_is_found_by_name_pinyin_initials_and_end_of_phone(signed_in, cast, colleague, deputy, q):
    page = signed_in(cast.sales_manager).get(reverse("dms:people"), {"q": q}).content.decode()
    assert "杜仲" in page
    assert "紫苏" not in page


def test_a_revealed_phone_leaves_an_event(signed_in, cast, colleague):
    response = signed_in(cast.sales_manager).post(reverse("dms:person_phone", args=[colleague.pk]))
    assert "13800001234" in response.content.decode()
    event = Event.objects.get(kind="user.phone_revealed")
    assert (event.by, event.subject_id) == (cast.sales_manager, colleague.pk)
    assert "13800001234" not in str(event.data)


def test_a_phone_of_another_store_is_not_there(signed_in, cast, elsewhere):
    assert (
        signed_in(cast.sales_manager).post(reverse("dms:person_phone", args=[elsewhere.adviser.pk])).status_code == 404
    )
    assert not Event.objects.exists()


def test_a_locked_colleague_is_unlocked_from_the_list(signed_in, cast, colleague):
    lock("du")
    client = signed_in(cast.sales_manager)
    url = reverse("dms:person_unlock", args=[colleague.pk])
    assert url in client.get(reverse("dms:people")).content.decode()
    client.post(url)
    assert url not in client.get(reverse("dms:people")).content.decode()


def test_an_adviser_sees_no_unlock_button_and_may_not_press_it(signed_in, cast, colleague):
    lock("du")
    client, url = signed_in(cast.adviser), reverse("dms:person_unlock", args=[colleague.pk])
    assert url not in client.get(reverse("dms:people")).content.decode()
    assert client.post(url).status_code == 403


def test_an_absence_is_planned_on_the_page(signed_in, cast, colleague):
    response = signed_in(cast.sales_manager).post(
        reverse("dms:absence_new"),
        {"user": colleague.pk, "kind": "SICK", "first_day": "2026-11-23", "last_day": "2026-11-24", "note": "感冒"},
    )
    assert response.headers["Location"] == reverse("dms:absences")
    assert Absence.objects.get().note == "感冒"


def test_a_refused_absence_says_so_in_its_place_and_keeps_what_was_typed(signed_in, cast, colleague):
    plan(colleague, cast.sales_manager, date(2026, 11, 23), date(2026, 11, 25))
    response = signed_in(cast.sales_manager).post(
        reverse("dms:absence_new"),
        {"user": colleague.pk, "kind": "SICK", "first_day": "2026-11-24", "last_day": "2026-11-26", "note": "看牙医"},
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert response.context["form"].errors["first_day"]
    assert "看牙医" in page
    assert 'value="2026-11-26"' in page
    assert Absence.objects.count() == 1


def test_htmx_is_sent_to_the_list_after_saving(signed_in, cast, colleague):
    response = signed_in(cast.sales_manager).post(
        reverse("dms:absence_new"),
        {"user": colleague.pk, "kind": "SICK", "first_day": "2026-11-23", "last_day": "2026-11-24"},
        headers={"HX-Request": "true"},
    )
    assert (response.status_code, response.headers["HX-Redirect"]) == (204, reverse("dms:absences"))


def test_a_colleague_of_another_store_cannot_be_chosen(signed_in, cast, elsewhere):
    response = signed_in(cast.sales_manager).post(
        reverse("dms:absence_new"),
        {"user": elsewhere.adviser.pk, "kind": "SICK", "first_day": "2026-11-23", "last_day": "2026-11-24"},
    )
    assert response.status_code == 422
    assert not Absence.objects.exists()


def test_an_absence_is_changed_and_removed_with_reasons(signed_in, cast, colleague):
    absence, client = (
        plan(colleague, cast.sales_manager, date(2026, 11, 23), date(2026, 11, 25)),
        signed_in(cast.sales_manager),
    )
    client.post(
        reverse("dms:absence_edit", args=[absence.pk]),
        {"user": colleague.pk, "kind": "TRIP", "first_day": "2026-11-23", "last_day": "2026-11-26", "reason": "改出差"},
    )
    absence.refresh_from_db()
    assert (absence.kind, absence.last_day) == ("TRIP", date(2026, 11, 26))
    remove = reverse("dms:absence_remove", args=[absence.pk])
    assert client.post(remove, {"reason": ""}).status_code == 422
    client.post(remove, {"reason": "不去了"})
    assert not Absence.objects.exists()


def test_the_absence_of_another_store_is_not_there(signed_in, cast, elsewhere):
    absence = plan(elsewhere.adviser, cast.admin, date(2026, 11, 23), date(2026, 11, 25))
    for name in ("dms:absence_edit", "dms:absence_remove"):
        assert signed_in(cast.sales_manager).get(reverse(name, args=[absence.pk])).status_code == 404


def test_who_may_not_plan_sees_the_list_without_the_button(signed_in, cast, colleague):
    plan(colleague, cast.sales_manager, timezone.localdate(), timezone.localdate())
    client = signed_in(cast.adviser)
    page = client.get(reverse("dms:absences")).content.decode()
    assert "杜仲" in page
    assert reverse("dms:absence_new") not in page
    assert client.get(reverse("dms:absence_new")).status_code == 403


def test_the_month_shows_every_day_of_an_absence(signed_in, cast, colleague):
    plan(colleague, cast.sales_manager, date(2026, 11, 23), date(2026, 11, 25))
    page = signed_in(cast.sales_manager).get(reverse("dms:absence_month"), {"month": "2026-11"}).content.decode()
    assert page.count("杜仲") == 3


@pytest.mark.parametrize("month", ["", "2026-13", "x", "0001-01", "9999-12"])
def test_a_month_that_cannot_be_meant_is_no_fault(signed_in, cast, month):
    assert signed_in(cast.sales_manager).get(reverse("dms:absence_month"), {"month": month}).status_code == 200


@pytest.mark.parametrize("url_name", ["dms:people", "dms:absences"])
def test_more_rows_cost_no_more_queries(signed_in, cast, store, url_name):
    client = signed_in(cast.sales_manager)

    def add(start, count):
        group = Group.objects.get_or_create(name="technician")[0]
        for n in range(start, start + count):
            user = User.objects.create(username=f"t{n}", display_name=f"石斛{n}", deputy=cast.sales_manager)
            user.groups.add(group)
            user.stores.add(store)
            plan(user, cast.sales_manager, timezone.localdate(), timezone.localdate())

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse(url_name))
        return len(captured)

    add(0, 2)
    queries()  # the first request warms content types and the like
    few = queries()
    add(2, 20)
    assert queries() == few
