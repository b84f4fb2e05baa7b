"""Who may do what: the default written a second time by hand, and what administrators make of it."""

from functools import partial

import pytest
from django.contrib import admin
from django.db import connection
from django.template import engines
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from dms import base_data
from dms.actions import people
from dms.actions.roles import change_rights, restore_default_rights
from dms.core.roles import CONFIGURE, RIGHTS, ROLES
from dms.models import Event, RoleRight, Store, User
from tests.conftest import refuses
from tests.factories import role_named
from tests.races import at_once

BY_HAND = """
reception: home people catalogue | crm: view edit reveal | sales: view register
adviser: home people catalogue | crm: view edit reveal call | sales: view register sell
sales_manager: home people catalogue absences unlock messages jobs events | crm: view edit reveal call manage
   | sales: view register sell approve stock cost | aftersales: view turnover | parts: view
   | reports: view manage | billing: credit
service_adviser: home people catalogue | crm: view edit reveal call | aftersales: view book receive turnover | parts: view
workshop: home people absences | crm: view | aftersales: view repair dispatch inspect turnover | parts: view | sales: view
technician: home people | aftersales: view repair | parts: view
team_leader: home people | aftersales: view repair inspect | parts: view | sales: view
inspector: home people | aftersales: view repair inspect | parts: view | sales: view
parts_clerk: home people | parts: view move cost | aftersales: view
parts_planner: home people jobs | parts: view move plan cost | reports: view
parts_manager: home people jobs absences | parts: view move plan manage cost | reports: view | aftersales: view
claims: home people | aftersales: view claim | crm: view | parts: view
cashier: home people | billing: take | crm: view | sales: view | aftersales: view turnover
warehouse: home people catalogue | sales: view stock cost
callback: home people | crm: view edit reveal call | aftersales: view book
cs_manager: home people absences unlock messages jobs events | crm: view edit reveal call manage | sales: view
   | aftersales: view book | reports: view
service_manager: home people catalogue absences unlock messages jobs events | crm: view edit reveal call manage
   | sales: view | aftersales: view book receive dispatch inspect claim manage turnover | parts: view manage cost
   | reports: view manage | billing: credit
"""
"""Rights of the core first; then app by app. The general manager has all but configuring and repairing, the administrator all."""


def read(table: str) -> dict[str, set[str]]:
    found = {}
    for line in table.replace("\n   |", " |").strip().splitlines():
        role, _colon, rest = line.partition(":")
        rights = set()
        for part in f"dms:{rest}".split("|"):
            app, _colon, acts = part.partition(":")
            rights |= {f"{app.strip()}.{act}" for act in acts.split()}
        found[role.strip()] = rights
    return found


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_has_exactly_the_rights_written_here(role):
    group = {"admin": set(RIGHTS), "gm": set(RIGHTS) - {"dms.configure", "aftersales.repair"}}
    assert ROLES[role].rights == (group | read(BY_HAND))[role]


def test_the_roles_are_those_of_the_dealership():
    assert " ".join(ROLES) == (
        "reception adviser sales_manager service_adviser workshop technician team_leader inspector parts_clerk parts_planner"
        " parts_manager claims cashier warehouse callback cs_manager service_manager gm admin"
    )


def test_only_the_head_of_the_group_sees_all_stores():
    assert {code for code, role in ROLES.items() if role.group_wide} == {"gm", "admin"}


def test_who_may_act_in_an_area_may_see_it():
    for role in ROLES.values():
        for right in role.rights:
            app = right.partition(".")[0]
            if app in {"crm", "sales", "aftersales", "parts", "reports"}:
                assert f"{app}.view" in role.rights, (role.code, right)


# --- what a person may do -----------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_first_role_of_the_table_is_the_main_one(cast):
    both = cast.hire("technician")
    both.groups.add(*cast.hire("adviser").groups.all())
    both = User.objects.get(pk=both.pk)
    assert both.role_codes == ["adviser", "technician"]
    assert both.role_label == ROLES["adviser"].label


@pytest.mark.django_db
def test_a_new_dealership_starts_with_the_default(cast):
    for code, default in ROLES.items():
        assert cast.hire(code).rights == default.rights


@pytest.mark.django_db
def test_rights_of_several_roles_add_up(cast):
    both = cast.hire("technician")
    both.groups.add(role_named("cashier"))
    assert User.objects.get(pk=both.pk).rights == ROLES["technician"].rights | ROLES["cashier"].rights


@pytest.mark.django_db
def test_who_left_may_do_nothing(cast):
    leaver = cast.hire("sales_manager", is_active=False)
    assert not leaver.has_perm("crm.view")
    assert leaver.get_all_permissions() == set()


@pytest.mark.django_db
def test_a_person_without_a_role_may_do_nothing(cast):
    assert cast.hire("").rights == frozenset()


@pytest.mark.django_db
def test_a_group_that_is_no_role_gives_nothing(cast):
    guest = cast.hire("")
    guest.groups.create(name="choir")
    assert User.objects.get(pk=guest.pk).rights == frozenset()


@pytest.mark.django_db
def test_a_superuser_may_do_everything(cast):
    root = cast.hire("", is_superuser=True)
    assert root.rights == RIGHTS.keys()
    assert root.has_perm("sales.sell")


# --- Django's own words -------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_template_of_django_asks_by_perms(cast, rf):
    request = rf.get("/")
    request.user = cast.adviser
    template = engines["django"].from_string("{{ perms.sales.sell }} {{ perms.sales.approve }}")
    assert template.render({}, request) == "True False"


@pytest.mark.django_db
def test_the_admin_site_asks_by_the_permissions_of_its_models(cast, rf):
    stores = admin.site.get_model_admin(Store)
    request = rf.get("/")
    for user, may in ((cast.admin, True), (cast.hire("gm"), False)):
        request.user = user
        assert set(stores.get_model_perms(request).values()) == {may}


# --- changed by an administrator ----------------------------------------------------------------------------------------
@pytest.fixture
def role(db):
    return role_named("adviser")


@pytest.mark.django_db
def test_a_right_taken_away_is_refused_on_the_next_request(role, cast, signed_in):
    browser, page = signed_in(cast.adviser), reverse("sales:lead_new")
    assert browser.get(page).status_code == 200
    change_rights(role, rights=ROLES["adviser"].rights - {"sales.sell"}, by=cast.admin)
    assert browser.get(page).status_code == 403


@pytest.mark.django_db
def test_a_right_given_counts_for_a_key_to_the_api_on_the_next_call(role, cast):
    client = APIClient(headers={"authorization": f"Token {people.create_token(cast.adviser, by=cast.adviser)[1]}"})
    assert client.get("/api/v1/dms/events/").status_code == 403
    change_rights(role, rights=ROLES["adviser"].rights | {"dms.events"}, by=cast.admin)
    assert client.get("/api/v1/dms/events/").status_code == 200


@pytest.mark.django_db
def test_person_roles_and_rights_are_one_statement(cast, signed_in):
    browser = signed_in(cast.adviser)
    with CaptureQueriesContext(connection) as asked:
        browser.get(reverse("dms:profile"))
    assert sum("dms_roleright" in query["sql"] for query in asked) == 1
    assert any("dms_roleright" in query["sql"] and "password" in query["sql"] for query in asked)


@pytest.mark.django_db
def test_who_has_a_right_is_asked_of_the_rows(role, cast):
    change_rights(role, rights=ROLES["adviser"].rights - {"sales.sell"}, by=cast.admin)
    assert cast.adviser not in User.objects.get_queryset().with_right("sales.sell")
    assert cast.sales_manager in User.objects.get_queryset().with_right("sales.sell")


@pytest.mark.django_db
def test_a_change_is_an_event_that_names_what_was_given_and_taken(role, cast):
    change_rights(role, rights=ROLES["adviser"].rights - {"sales.sell"} | {"sales.approve"}, by=cast.admin)
    event = Event.objects.get(kind="role.rights_changed")
    assert (event.subject_id, event.subject_label, event.by) == (role.pk, "销售顾问", cast.admin)
    assert event.data == {"given": ["sales.approve"], "taken": ["sales.sell"]}


@pytest.mark.django_db
def test_no_change_is_no_event(role, cast):
    change_rights(role, rights=ROLES["adviser"].rights, by=cast.admin)
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_a_role_goes_back_to_the_default_in_one_step(role, cast):
    change_rights(role, rights=["dms.home", "parts.view"], by=cast.admin)
    restore_default_rights(role, by=cast.admin)
    assert User.objects.get(pk=cast.adviser.pk).rights == ROLES["adviser"].rights
    assert Event.objects.filter(kind="role.rights_changed").count() == 2


@pytest.mark.django_db
def test_a_right_that_is_not_in_the_table_is_refused(role, cast):
    with refuses("right_unknown"):
        change_rights(role, rights=["dms.home", "dms.everything"], by=cast.admin)


@pytest.mark.django_db
def test_the_last_role_that_may_configure_keeps_the_right(cast):
    """A role that nobody holds does not count: it could not give the right back."""
    change_rights(role_named("gm"), rights=RIGHTS.keys(), by=cast.admin)
    with refuses("last_configuring_role"):
        change_rights(role_named("admin"), rights=RIGHTS.keys() - {CONFIGURE}, by=cast.admin)


@pytest.mark.django_db
def test_the_right_to_configure_may_move_to_another_role(cast):
    cast.hire("gm")
    change_rights(role_named("gm"), rights=RIGHTS.keys(), by=cast.admin)
    change_rights(role_named("admin"), rights=RIGHTS.keys() - {CONFIGURE}, by=cast.admin)
    assert not User.objects.get(pk=cast.admin.pk).has_perm(CONFIGURE)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_take_the_right_to_configure_from_each_other(cast):
    other, both = cast.hire("gm"), [role_named("admin"), role_named("gm")]
    change_rights(both[1], rights=RIGHTS.keys(), by=cast.admin)
    ends = at_once(*(partial(change_rights, role, rights=RIGHTS.keys() - {CONFIGURE}, by=other) for role in both))
    assert ends == ["done", "last_configuring_role"]


@pytest.mark.django_db
def test_a_newer_version_brings_its_rights_and_keeps_what_was_decided(role, cast):
    change_rights(role, rights=ROLES["adviser"].rights - {"sales.sell"}, by=cast.admin)
    RoleRight.objects.filter(right="crm.call").delete()
    RoleRight.objects.create(role=role, right="sales.abolished", granted=True)
    base_data.keep_roles()
    given = set(role.rights.granted().values_list("right", flat=True))
    assert given == ROLES["adviser"].rights - {"sales.sell"}
