"""A rule is changed: whom it moves is said before, and a preview shows what a delivery would bring."""

import pytest
import time_machine
from django.urls import reverse

from crm.actions import rules
from crm.models import Cadence, CadencePreset, FollowUp
from tests.clock import at
from tests.crm.conftest import FRIDAY

NOW = at("2026-11-20 12:00")


def test_a_changed_rule_moves_what_is_planned_and_nothing_that_is_due(delivered, cast):
    rule = Cadence.objects.select_related("preset").get(code="quarterly", preset__code="house")
    rule.window_hours = 24
    assert rules.customers_moved(rule, NOW) == 1
    assert FollowUp.objects.get(cadence=rule).due_until == delivered["quarterly"].due_until, "looked at, not moved"
    rule.save()
    assert rules.move_planned(rule, by=cast.admin, now=NOW) == 1
    assert FollowUp.objects.get(cadence=rule).due_until == at("2027-02-21 19:30")
    letter = Cadence.objects.select_related("preset").get(code="thanks_letter", preset__code="house")
    letter.window_hours = 30
    assert rules.customers_moved(letter, NOW) == 0, "it is due already"


def test_the_page_of_a_rule_says_how_many_customers_before_it_is_saved(delivered, cast, signed_in):
    rule = Cadence.objects.get(code="service_call", preset__code="house")
    names = ("code", "name", "name_en", "trigger", "offset", "unit", "every_months", "channel", "role", "script")
    typed = {"preset": rule.preset_id, "active": "on", **{name: getattr(rule, name) for name in names}}
    page, url = signed_in(cast.admin), reverse("admin:crm_cadence_change", args=[rule.pk])
    with time_machine.travel(NOW, tick=False):
        asked = page.post(url, {**typed, "window_hours": 48})
        assert asked.status_code == 200
        assert list(asked.context["adminform"].form.errors) == ["move"]
        assert page.post(url, {**typed, "window_hours": 48, "move": "on"}).status_code == 302
    assert FollowUp.objects.get(cadence=rule).due_until == at("2026-11-26 19:30")


def test_a_delivery_is_looked_at_on_a_calendar_and_nothing_is_written(cast, signed_in):
    cast.assemble("sales_manager", "callback")
    preset = CadencePreset.objects.get(code="s003")
    url = reverse("admin:crm_cadencepreset_preview", args=[preset.pk])
    page = signed_in(cast.admin).get(url, {"at": FRIDAY.replace(" ", "T"), "store": cast.store.pk})
    shown = page.context["preview"]
    due = {day.day.isoformat(): [one.rule.code for one in day.due] for week in shown.weeks for day in week if day.due}
    assert due == {"2026-11-21": ["thanks_letter", "manager_call"], "2026-11-27": ["adviser_call"]}
    assert [one.rule.code for one in shown.later] == ["two_monthly"]
    assert not FollowUp.objects.exists()


@pytest.mark.django_db
def test_who_may_not_configure_sees_no_preview(cast, signed_in):
    url = reverse("admin:crm_cadencepreset_preview", args=[CadencePreset.objects.get(code="house").pk])
    assert signed_in(cast.adviser).get(url).status_code == 403
