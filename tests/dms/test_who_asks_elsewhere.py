"""Two web servers, each a process of its own that remembers people: what is changed in one the other knows at its next request."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date

import httpx
import psycopg2
import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.urls import reverse

from devstack.valkey import Valkey
from dms.actions import people as people_actions
from dms.formats import display
from dms.models import Job, Role, RoleRight, User
from tests import owner
from tests.dms import stack

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

FORM = "t" * 32
"""The token of a form: it is the same in the cookie."""


@pytest.fixture(scope="module")
def servers(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[list[str]]:
    var = tmp_path_factory.mktemp("servers")
    with ExitStack() as running:
        with django_db_blocker.unblock():
            servers = [running.enter_context(stack.web(name, var=var)) for name in ("web-1", "web-2")]
        yield servers


@pytest.fixture(autouse=True)
def _types_stay(servers, transactional_db) -> None:
    """Servers know the types of rows by their keys for as long as they live; emptying the tables makes new keys."""
    with transaction.atomic(), connection.cursor() as cursor:
        owner.let_triggers_sleep()
        if TYPES:
            cursor.execute("DELETE FROM django_content_type")
            cursor.executemany("INSERT INTO django_content_type (id, app_label, model) VALUES (%s, %s, %s)", TYPES)
        else:
            cursor.execute("SELECT id, app_label, model FROM django_content_type")
            TYPES.extend(cursor.fetchall())
    ContentType.objects.clear_cache()


TYPES: list[tuple[int, str, str]] = []


def browser_at(server: str, session: str) -> httpx.Client:
    return httpx.Client(base_url=server, cookies={settings.SESSION_COOKIE_NAME: session, "csrftoken": FORM}, timeout=30)


@pytest.fixture
def visit(servers, signed_in) -> Iterator[Callable[[User], list[httpx.Client]]]:
    """Browsers of somebody, one at each server, who have been there so often that both remember them."""
    with ExitStack() as open_browsers:

        def come(user: User) -> list[httpx.Client]:
            session = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
            browsers = [open_browsers.enter_context(browser_at(server, session)) for server in servers]
            for browser in browsers:
                assert [browser.get("/people/").status_code for _visit in range(3)] == [200] * 3
            return browsers

        yield come


def send(browser: httpx.Client, path: str, form: dict[str, object]) -> None:
    answer = browser.post(path, data={**form, "csrfmiddlewaretoken": FORM})
    assert answer.status_code == 302, answer.text


def configure(administrator: httpx.Client, user: User, **changed: object) -> None:
    """The form of a person on the configuration site."""
    form = {
        "username": user.username,
        "display_name": user.display_name,
        "phone": user.phone,
        "groups": [group.pk for group in user.groups.all()],
        "stores": [store.pk for store in user.stores.all()],
        "is_active": "on",
    }
    send(administrator, reverse("admin:dms_user_change", args=[user.pk]), form | changed)


def by_hand(statement: str, *values: object) -> None:
    """By psql."""
    psql = psycopg2.connect(**connection.get_connection_params())
    with psql, psql.cursor() as cursor:
        cursor.execute(statement, values)
    psql.close()


# --- on the pages of the other server -----------------------------------------------------------------------------------
def test_a_role_taken_away_on_the_configuration_site(cast, visit):
    administrator, _ = visit(cast.admin)
    here, elsewhere = visit(cast.adviser)
    assert elsewhere.get("/crm/customers/").status_code == 200
    configure(administrator, cast.adviser, groups=[Group.objects.get(name="parts_clerk").pk])
    assert elsewhere.get("/crm/customers/").status_code == 403
    assert here.get("/crm/customers/").status_code == 403


def test_a_right_taken_from_a_role_on_the_configuration_site(cast, visit):
    administrator, _ = visit(cast.admin)
    _, elsewhere = visit(cast.adviser)
    assert elsewhere.get("/crm/customers/").status_code == 200
    send(
        administrator,
        reverse("admin:dms_role_change", args=[Role.objects.get(name="adviser").pk]),
        {"rights": ["dms.home"]},
    )
    assert elsewhere.get("/crm/customers/").status_code == 403
    assert elsewhere.get("/").status_code == 200


def test_a_person_who_is_switched_off(cast, visit):
    administrator, _ = visit(cast.admin)
    _, elsewhere = visit(cast.adviser)
    send(administrator, reverse("dms:person_switch_off", args=[cast.adviser.pk]), {"reason": "离职"})
    assert elsewhere.get("/people/").status_code == 302


def test_a_store_that_somebody_no_longer_works_in(cast, other_store, visit):
    cast.sales_manager.stores.add(other_store)
    administrator, _ = visit(cast.admin)
    _, elsewhere = visit(cast.sales_manager)
    assert "高新店" in elsewhere.get("/people/").text
    configure(administrator, cast.sales_manager, stores=[cast.store.pk])
    assert "高新店" not in elsewhere.get("/people/").text


def test_a_password_changed_at_one_server_ends_the_sessions_at_the_other(cast, visit):
    user, old, new = cast.adviser, "lu-ban-xia-2026", "xia-ban-lu-6202"
    user.set_password(old)
    user.save()
    here, _ = visit(user)
    _, elsewhere = visit(user)
    send(here, reverse("password_change"), {"old_password": old, "new_password1": new, "new_password2": new})
    assert elsewhere.get("/people/").status_code == 302


def test_an_absence_planned_at_one_server_stands_on_the_pages_of_the_other(cast, visit):
    here, _ = visit(cast.sales_manager)
    _, elsewhere = visit(cast.adviser)
    day = date(2027, 3, 1)
    absence = {
        "user": cast.adviser.pk,
        "kind": "LEAVE",
        "first_day": day,
        "last_day": day,
        "deputy": "",
        "note": "",
    }
    send(here, reverse("dms:absence_new"), absence)
    assert display.day(day) in elsewhere.get("/absences/").text


def test_what_one_chooses_at_one_server_is_chosen_at_the_other(cast, other_store, visit):
    here, elsewhere = visit(cast.gm)
    send(here, reverse("dms:choose_theme"), {"theme": "dark"})
    assert 'data-bs-theme="dark"' in elsewhere.get("/people/").text
    send(here, reverse("dms:choose_language"), {"language": "en"})
    assert 'lang="en"' in elsewhere.get("/people/").text


# --- by whatever writes -------------------------------------------------------------------------------------------------
def test_a_bulk_update_of_a_third_process_is_known_at_the_next_request_of_both(cast, visit):
    """So often that no luck is left: each change is asked for at once."""
    browsers = visit(cast.adviser)
    rights = RoleRight.objects.filter(role__name="adviser", right="dms.people")
    for granted in (False, True) * 15:
        rights.update(granted=granted)
        assert [browser.get("/people/").status_code for browser in browsers] == [200 if granted else 403] * 2


BY_HAND = {
    "switched off": ("UPDATE dms_user SET is_active = false WHERE id = %s", 302),
    "role taken away": ("DELETE FROM dms_user_groups WHERE user_id = %s", 403),
    "another password": ("UPDATE dms_user SET password = 'x' WHERE id = %s", 302),
}


@pytest.mark.parametrize("change", BY_HAND)
def test_a_change_by_psql_is_heard_by_both(cast, visit, change):
    statement, status = BY_HAND[change]
    browsers = visit(cast.adviser)
    by_hand(statement, cast.adviser.pk)
    assert stack.wait_until(lambda: {browser.get("/people/").status_code for browser in browsers} == {status}, 1)


def test_a_key_revoked_in_another_process_opens_nothing(cast, servers):
    token, key = people_actions.create_token(cast.adviser, by=cast.adviser)
    with httpx.Client(base_url=servers[0], headers={"Authorization": f"Token {key}"}) as program:
        assert [program.get("/api/v1/dms/me/").status_code for _call in range(3)] == [200] * 3
        people_actions.revoke_token(token, by=cast.adviser)
        assert program.get("/api/v1/dms/me/").status_code == 401


# --- with a Redis that is away or hangs ---------------------------------------------------------------------------------
@pytest.fixture
def redis(tmp_path) -> Iterator[Valkey]:
    """One of its own, for a server that is to lose it."""
    server = Valkey(tmp_path, throw_away=True).start()
    yield server
    server.process.send_signal(signal.SIGCONT)
    server.stop()


@pytest.fixture
def lonely(cast, redis, tmp_path, signed_in) -> Iterator[httpx.Client]:
    """The adviser's browser at a server with that Redis."""
    session = signed_in(cast.adviser).cookies[settings.SESSION_COOKIE_NAME].value
    with stack.web("web-3", var=tmp_path, REDIS_URL=redis.url) as server, browser_at(server, session) as browser:
        assert [browser.get("/people/").status_code for _visit in range(4)] == [200] * 4
        yield browser


def seconds(browser: httpx.Client, status: int) -> float:
    began = time.monotonic()
    assert browser.get("/profile/").status_code == status
    return time.monotonic() - began


def test_a_redis_that_hangs_costs_one_second_once_and_one_that_is_gone_nothing(cast, redis, lonely):
    """And neither costs the truth: what is changed meanwhile is known at the next request, and again when Redis is back."""
    redis.process.send_signal(signal.SIGSTOP)
    first, *others = [seconds(lonely, 200) for _visit in range(5)]
    assert first < 2
    assert max(others) < 0.8
    RoleRight.objects.filter(right="dms.people").update(granted=False)
    assert lonely.get("/people/").status_code == 403
    redis.process.send_signal(signal.SIGCONT)
    RoleRight.objects.filter(right="dms.people").update(granted=True)
    assert lonely.get("/people/").status_code == 200
    redis.process.kill()
    assert seconds(lonely, 200) < 0.8
    User.objects.filter(pk=cast.adviser.pk).update(is_active=False)
    assert seconds(lonely, 302) < 0.8


def test_an_act_that_wakes_a_worker_costs_no_second_wait_for_a_redis_that_hangs(cast, redis, lonely, signed_in):
    session = signed_in(cast.sales_manager).cookies[settings.SESSION_COOKIE_NAME].value
    took = []
    with browser_at(str(lonely.base_url), session) as manager:
        assert manager.get("/exports/jobs/").status_code == 200
        redis.process.send_signal(signal.SIGSTOP)
        for _time in range(3):
            began = time.monotonic()
            send(manager, "/exports/jobs/", {})
            took.append(time.monotonic() - began)
    assert took[0] < 2.5
    assert max(took[1:]) < 0.8
    assert Job.objects.filter(status="QUEUED").count() == 3
