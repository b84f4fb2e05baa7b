"""What is changed in the configuration site stands in the log; what is in use is not deleted."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib import admin

from dms import base_data
from dms.core.event_words import EVENT_WORDS
from dms.models import (
    Brand,
    Colour,
    Event,
    NumberCounter,
    NumberSeries,
    Rate,
    Reason,
    Series,
    Variant,
)
from tests.conftest import refuses
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


def test_a_price_changed_in_the_list_is_an_event_with_old_and_new(site, variant, cast):
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
    assert (event.subject, event.by) == (variant, cast.admin)
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


def test_roles_given_stand_in_the_log_by_name(site, cast):
    data = fields_of(site.get(page(cast.adviser)))
    roles = [group.pk for group in cast.adviser.groups.all()]
    new = apps.get_model("auth", "Group").objects.get(name="cs_manager").pk
    assert site.post(page(cast.adviser), data | {"groups": [*roles, new]}).status_code == 302
    event = Event.objects.about(cast.adviser).get(kind="configuration.changed")
    assert event.data["old"]["groups"] == ["adviser"]
    assert event.data["new"]["groups"] == ["adviser", "cs_manager"]


# --- deletion ---------------------------------------------------------------------------------------------------------
def test_a_used_row_is_not_deleted_and_says_why(site, variant):
    brand = variant.series.brand
    for answer in (site.get(page(brand, "delete")), site.post(page(brand, "delete"), {"post": "yes"})):
        assert answer.status_code == 200
        assert answer.context["protected"]
    assert Brand.objects.filter(pk=brand.pk).exists()


def test_a_row_taken_into_use_while_the_question_stood_is_kept(variant):
    page_of_brands = admin.site._registry[Brand]
    with refuses("in_use", match="星野"):
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


def test_colleagues_are_switched_off_never_deleted(site, cast):
    assert site.post(page(cast.adviser, "delete"), {"post": "yes"}).status_code == 403


def test_a_store_keeps_its_code_once_numbers_carry_it(site, store):
    assert "code" in fields_of(site.get(page(store)))
    NumberCounter.objects.create(series=NumberSeries.objects.first(), store=store, period=date(2026, 11, 21), last=1)
    assert "code" not in fields_of(site.get(page(store)))
