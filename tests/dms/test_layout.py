"""The frame: areas and tabs by right, the store switch, language and appearance."""

import re

import pytest
from django.urls import reverse

from dms.core.roles import ROLES
from dms.models import Message, User
from dms.navigation import registry

pytestmark = pytest.mark.django_db
TABS = [tab for area in registry.AREAS.values() for tab in area.tabs if tab.url_name.startswith("dms:")]


@pytest.mark.parametrize("url_name", sorted({tab.url_name for tab in TABS}))
def test_every_tab_opens_a_page_on_which_it_is_lit(signed_in, cast, url_name):
    response = signed_in(cast.admin).get(reverse(url_name))
    assert response.status_code == 200
    tabs = re.search(r'<nav class="tabs".*?</nav>', response.content.decode(), re.DOTALL)[0]
    assert f'href="{reverse(url_name)}" aria-current="page"' in tabs


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_role_has_a_home_page_and_can_open_every_area_of_its_rail(signed_in, cast, role):
    client = signed_in(cast.hire(role))
    page = client.get(reverse("dms:home")).content.decode()
    rail = re.search(r'<nav class="rail".*?</nav>', page, re.DOTALL)[0]
    for url in set(re.findall(r'href="([^"]+)"', rail)):
        assert client.get(url).status_code == 200, url


def test_a_technician_sees_no_area_without_a_page_for_them(signed_in, cast):
    technician = cast.hire("technician")
    page = signed_in(technician).get(reverse("dms:home")).content.decode()
    rail = re.search(r'<nav class="rail".*?</nav>', page, re.DOTALL)[0]
    assert reverse("dms:configuration") not in rail
    assert (reverse("crm:customers") in rail) == technician.has_perm("crm.view")


def test_the_store_switch_narrows_lists_and_is_remembered(signed_in, cast, store, other_store):
    manager = cast.hire("sales_manager")
    manager.stores.add(other_store)
    for where in (store, other_store):
        Message.objects.create(channel="sms", recipient="1", body="", store=where, idempotency_key=where.code)
    client = signed_in(manager)

    def shown():
        return [row.store for row in client.get(reverse("dms:messages")).context["page_obj"]]

    assert len(shown()) == 2
    client.post(reverse("dms:choose_store"), {"store": other_store.pk})
    assert shown() == [other_store]
    client.post(reverse("dms:choose_store"), {"store": ""})
    assert len(shown()) == 2


def test_a_store_one_does_not_work_in_cannot_be_chosen(signed_in, cast, other_store):
    assert signed_in(cast.adviser).post(reverse("dms:choose_store"), {"store": other_store.pk}).status_code == 404


@pytest.mark.parametrize("wanted", ["²", "x", "99999999999999999999999999"])
def test_a_store_that_cannot_be_meant_is_no_fault(signed_in, cast, wanted):
    assert signed_in(cast.adviser).post(reverse("dms:choose_store"), {"store": wanted}).status_code in {302, 404}


def test_a_page_below_a_tab_says_where_it_belongs(signed_in, cast, store):
    message = Message.objects.create(
        channel="sms", recipient="1", title="保养提醒", body="", store=store, idempotency_key="k"
    )
    page = signed_in(cast.sales_manager).get(reverse("dms:message", args=[message.pk])).content.decode()
    crumbs = re.search(r'<nav class="crumbs".*?</nav>', page, re.DOTALL)[0]
    assert f'href="{reverse("dms:messages")}"' in crumbs
    assert "保养提醒" in crumbs


def test_the_filter_by_store_goes_when_the_top_bar_has_chosen(signed_in, cast, store):
    client = signed_in(cast.admin)
    assert "store" in client.get(reverse("dms:messages")).context["filter"].form.fields
    client.post(reverse("dms:choose_store"), {"store": store.pk})
    assert "store" not in client.get(reverse("dms:messages")).context["filter"].form.fields


def test_language_and_appearance_are_kept_with_the_person(signed_in, cast):
    client = signed_in(cast.adviser)
    client.post(reverse("dms:choose_language"), {"language": "en"})
    client.post(reverse("dms:choose_theme"), {"theme": "dark"})
    page = client.get(reverse("dms:home")).content.decode()
    assert 'lang="en"' in page
    assert 'data-bs-theme="dark"' in page
    client.post(reverse("dms:choose_theme"), {"theme": "purple"})
    assert User.objects.get(pk=cast.adviser.pk).theme == "auto"


def test_a_switch_does_not_lead_out_of_the_house(signed_in, cast):
    response = signed_in(cast.adviser).post(
        reverse("dms:choose_theme"), {"theme": "dark"}, headers={"Referer": "https://evil.example/"}
    )
    assert response.headers["Location"] == reverse("dms:home")


def test_the_configuration_page_counts_base_data_and_leads_to_it(signed_in, cast):
    response = signed_in(cast.admin).get(reverse("dms:configuration"))
    entries = {entry.url: entry.count for group in response.context["groups"] for entry in group.entries}
    assert entries[reverse("admin:dms_store_changelist")] == 1
    assert reverse("dms:patterns") in response.content.decode()


def test_configuration_needs_its_right(signed_in, cast):
    assert signed_in(cast.sales_manager).get(reverse("dms:configuration")).status_code == 403
