"""Who may do what, written a second time by hand: a change of the table in the code must be meant."""

import pytest

from dms.core.roles import RIGHTS, ROLES, rights_of
from dms.models import User

BY_HAND = """
reception: home people catalogue | crm: view edit reveal | sales: view register
adviser: home people catalogue | crm: view edit reveal call | sales: view register sell
sales_manager: home people catalogue absences unlock messages jobs events | crm: view edit reveal call manage
   | sales: view register sell approve stock | aftersales: view | parts: view | reports: view manage
service_adviser: home people catalogue | crm: view edit reveal call | aftersales: view book receive | parts: view
workshop: home people absences | crm: view | aftersales: view repair dispatch inspect | parts: view | sales: view
technician: home people | aftersales: view repair | parts: view
team_leader: home people | aftersales: view repair inspect | parts: view | sales: view
inspector: home people | aftersales: view repair inspect | parts: view | sales: view
parts_clerk: home people | parts: view move | aftersales: view
parts_planner: home people jobs | parts: view move plan | reports: view
parts_manager: home people jobs absences | parts: view move plan manage | reports: view | aftersales: view
claims: home people | aftersales: view claim | crm: view | parts: view
cashier: home people | billing: take | crm: view | sales: view | aftersales: view
warehouse: home people catalogue | sales: view stock
callback: home people | crm: view edit reveal call | aftersales: view book
cs_manager: home people absences unlock messages jobs events | crm: view edit reveal call manage | sales: view
   | aftersales: view book | reports: view
service_manager: home people catalogue absences unlock messages jobs events | crm: view edit reveal call manage
   | sales: view | aftersales: view book receive dispatch inspect claim manage | parts: view manage
   | reports: view manage
"""
"""Rights of the house first; then app by app. The general manager has all but configuring and repairing, the administrator all."""


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


def test_rights_of_several_roles_add_up():
    assert rights_of(["technician", "cashier"]) == ROLES["technician"].rights | ROLES["cashier"].rights
    assert rights_of(["no such role"]) == frozenset()
    assert rights_of([]) == frozenset()


@pytest.mark.django_db
def test_who_left_may_do_nothing(cast):
    leaver = cast.hire("sales_manager", is_active=False)
    assert not leaver.has_right("crm.view")


@pytest.mark.django_db
def test_a_person_without_a_role_may_do_nothing(cast):
    assert cast.hire("").rights == frozenset()


@pytest.mark.django_db
def test_the_first_role_of_the_table_is_the_main_one(cast):
    both = cast.hire("technician")
    both.groups.add(*cast.hire("adviser").groups.all())
    both = User.objects.get(pk=both.pk)
    assert both.role_codes == ["adviser", "technician"]
    assert both.role_label == ROLES["adviser"].label
