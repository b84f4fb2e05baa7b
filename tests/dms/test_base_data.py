"""Every installation starts with reasons, number series, rates and roles, and keeps what it changed."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse

from dms import base_data
from dms.core.roles import ROLES
from dms.models import NumberSeries, Rate, Reason


@pytest.fixture(autouse=True)
def _base_data(db):
    """Tests over real connections empty every table: put the rows of the migration back."""
    base_data.load(apps)


def test_the_loss_taxonomy_has_its_twenty_two_reasons():
    reasons = Reason.objects.of(Reason.Kind.LOSS)
    assert reasons.count() == 22
    assert str(reasons[0]) == "车型不符"


@pytest.mark.parametrize("kind", Reason.Kind.values)
def test_every_kind_of_reason_can_be_chosen_in_both_languages(kind):
    reasons = list(Reason.objects.of(kind))
    assert len(reasons) >= 6
    assert all(reason.name and reason.name_en for reason in reasons)


def test_documents_are_numbered_from_the_first_day():
    prefixes = dict(NumberSeries.objects.values_list("kind", "prefix"))
    assert prefixes["work_order"] == "WO"
    assert prefixes["lead"] == "A"
    assert len(set(prefixes.values())) == len(prefixes)


@pytest.mark.parametrize(
    ("kind", "value"), [("VAT_CAR", 13), ("VAT_SERVICE", 6), ("PURCHASE_TAX", 10), ("LABOUR_HOUR", 260)]
)
def test_rates_of_today_are_in_force(kind, value):
    rate = Rate.objects.all().in_force(kind, on=date(2026, 11, 21)).first()
    assert rate is not None
    assert rate.value == Decimal(value)


def test_every_kind_of_rate_has_a_default():
    assert set(Rate.objects.values_list("kind", flat=True)) == set(Rate.Kind.values)


def test_loading_again_keeps_what_the_house_changed():
    Reason.objects.filter(kind="HOLD", code="BAY").update(name="没有工位", active=False)
    Reason.objects.filter(kind="HOLD", code="PARTS").delete()
    before = Reason.objects.count()
    base_data.load(apps)
    kept = Reason.objects.get(kind="HOLD", code="BAY")
    assert (kept.name, kept.active) == ("没有工位", False)
    assert Reason.objects.count() == before + 1


@pytest.mark.django_db(transaction=True)  # migrate goes as the owner of the tables, by another connection
def test_groups_follow_the_table_of_roles(cast):
    held = Group.objects.create(name="old_role_with_people")
    Group.objects.create(name="old_role")
    Group.objects.filter(name="cashier").delete()
    cast.hire("adviser").groups.add(held)
    call_command("migrate", verbosity=0)
    names = set(Group.objects.values_list("name", flat=True))
    assert set(ROLES) <= names
    assert "old_role" not in names
    assert "old_role_with_people" in names


def test_a_reason_keeps_its_kind(cast, client):
    """What was chosen for one purpose would be counted under another."""
    reason = Reason.objects.get(kind="HOLD", code="BAY")
    client.force_login(cast.admin)
    answer = client.patch(f"/api/v1/dms/reasons/{reason.pk}/", {"kind": "LOSS"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "reason_kind_frozen")
    assert "类别" in answer.json()["detail"]
    assert 'name="kind"' not in client.get(reverse("admin:dms_reason_change", args=[reason.pk])).text
