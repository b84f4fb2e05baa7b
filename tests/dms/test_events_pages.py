"""The log of events as a page: words, links only to what is there, filters."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dms.actions import people
from dms.models import Event
from dms.records import events
from dms.records.own_events import ABSENCE_CHANGED, CONFIGURATION_CHANGED, USER_UNLOCKED

pytestmark = pytest.mark.django_db


@pytest.fixture
def absence(cast):
    return people.plan_absence(
        cast.hire("technician", display_name="杜仲"),
        kind="SICK",
        first_day=date(2026, 11, 23),
        last_day=date(2026, 11, 25),
        by=cast.sales_manager,
    )


def rows(client, **query):
    return list(client.get(reverse("dms:events"), query).context["page_obj"])


def test_an_event_links_to_its_subject_while_it_is_there(signed_in, cast, absence):
    client = signed_in(cast.sales_manager)
    assert rows(client)[0].url == reverse("dms:absence_edit", args=[absence.pk])
    people.remove_absence(absence, reason="取消", by=cast.sales_manager)
    assert [event.url for event in rows(client)] == ["", ""]


def test_an_event_does_not_link_where_the_person_may_not_go(signed_in, cast, absence):
    cs = cast.hire("cs_manager")
    cs.__dict__.pop("rights", None)
    client = signed_in(cs)
    assert rows(client)[0].url == reverse("dms:absence_edit", args=[absence.pk])
    elsewhere = rows(signed_in(cast.hire("gm")))
    assert elsewhere[0].url


def test_details_are_told_in_words_and_a_change_as_before_and_after(signed_in, cast, absence):
    cast.sales_manager.language = "en"
    cast.sales_manager.save()
    client = signed_in(cast.sales_manager)
    assert rows(client)[0].facts == "Sick · From 2026-11-23 · Until 2026-11-25"
    people.change_absence(absence, last_day=date(2026, 11, 24), reason="back early", by=cast.sales_manager)
    assert rows(client)[0].facts == "Until 2026-11-25 → 2026-11-24 · Reason back early"


def test_the_log_is_narrowed_by_kind_person_and_period(signed_in, cast, absence):
    people.reveal_phone(cast.adviser, by=cast.adviser)
    client = signed_in(cast.sales_manager)
    assert len(rows(client)) == 2
    assert [event.kind for event in rows(client, kind="absence.planned")] == ["absence.planned"]
    assert [event.by for event in rows(client, by=cast.adviser.pk)] == [cast.adviser]
    assert rows(client, until="2020-01-01") == []
    assert len(rows(client, since=f"{timezone.localdate():%Y-%m-%d}")) == 2
    assert rows(client, since=f"{timezone.localdate() + timedelta(days=1):%Y-%m-%d}") == []


def test_events_of_another_store_are_not_shown(signed_in, absence, elsewhere):
    assert rows(signed_in(elsewhere.sales_manager)) == []


def test_the_log_needs_its_right(signed_in, cast):
    assert signed_in(cast.adviser).get(reverse("dms:events")).status_code == 403


def test_more_events_cost_no_more_queries(signed_in, cast, absence, store):
    client = signed_in(cast.sales_manager)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("dms:events"))
        return len(captured)

    queries()
    few = queries()
    Event.objects.bulk_create(
        events.build(ABSENCE_CHANGED, absence, by=cast.sales_manager, store=store) for _ in range(40)
    )
    assert queries() == few


def test_a_change_of_configuration_is_told_by_the_names_of_the_columns(signed_in, cast):
    cast.admin.language = "zh-hans"
    cast.admin.save()
    data = {
        "fields": ["display_name"],
        "old": {"display_name": "白芷", "skills": []},
        "new": {"display_name": "杜仲", "skills": []},
    }
    events.record(CONFIGURATION_CHANGED, cast.sales_manager, by=cast.admin, data=data)
    assert rows(signed_in(cast.admin))[0].facts == "姓名 白芷 → 杜仲"


def test_keys_and_codes_are_for_programs_and_reasons_for_people(signed_in, cast, store):
    data = {
        "adviser": 7,
        "reason": "CUSTOMER_WISH",
        "stage": "SELF",
        "to": 41,
        "km": 420,
        "at": "2026-11-23T09:00:00+08:00",
    }
    events.record(USER_UNLOCKED, cast.sales_manager, by=cast.sales_manager, store=store, data=data)
    facts = rows(signed_in(cast.sales_manager))[0].facts
    assert "km 420" in facts
    assert "客户" in facts
    assert "11月23日 09:00" in facts
    for raw in ("41", "adviser", "CUSTOMER_WISH", "SELF", "T09:00", "stage"):
        assert raw not in facts
