"""Who gets what at every URL: all roles and nobody, inside and outside their stores, by the table in ``url_table.py``."""

import dataclasses
import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import timedelta
from functools import cache
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.test import Client
from django.test.client import ClientHandler
from django.test.utils import override_settings
from django.urls import Resolver404, path, resolve, reverse
from django.utils import timezone

from dms import checks
from dms.core.roles import RIGHTS, ROLES
from dms.models import Heartbeat, Store, User
from dms.web.backends import NameOrPhoneBackend
from dms.web.rights import PUBLIC, SIGNED_IN, requires_right
from tests.architecture.things import THINGS
from tests.architecture.url_table import ADMIN_INDEX, METHODS, URLS, Answer, Url

pytestmark = pytest.mark.django_db


@dataclasses.dataclass
class House:
    """Two stores, and a signed-in person of every role in the first."""

    store: Store
    elsewhere: Store
    people: dict[str, User]
    outsider: User
    sessions: dict[str, str]
    site: ClientHandler

    def client(self, role: str, *, part: bool = False) -> Client:
        """A browser of its own for each request, so that signing out ends nothing but itself; the site is one for all.

        ``part``: it asks for a part of a page, as a button does; a refusal then needs no page drawn around it.
        """
        client = Client(headers={"HX-Request": "true"} if part else None)
        client.handler = self.site
        if role:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is rolled back."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


@contextmanager
def unobserved() -> Iterator[None]:
    """Nobody reads what the log says of 5,000 refusals, nor which templates made a page, nor what another process caches."""
    logging.disable()
    try:
        with (
            pytest.MonkeyPatch.context() as patch,
            override_settings(CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}),
        ):
            patch.setattr("django.test.client.store_rendered_templates", lambda *_told, **_more: None)
            yield
    finally:
        logging.disable(logging.NOTSET)


@contextmanager
def known(people: Iterable[User]) -> Iterator[None]:
    """Who comes by session is looked up once for all, with roles and stores: these thousands of requests ask for nothing else."""
    rows = {user.pk: NameOrPhoneBackend().get_user(user.pk) for user in people}
    for user in rows.values():
        assert user.own_stores
        assert user.rights
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(NameOrPhoneBackend, "get_user", lambda _backend, pk: copy(rows[int(pk)]))
        yield


def hire(role: str, store: Store) -> User:
    user = User.objects.create(username=f"{role}-{store.code}", display_name="白芷", store_chosen=store)
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    user.stores.add(store)
    return user


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user, backend="dms.web.backends.NameOrPhoneBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def _django_db_helper(house) -> None:
    """One transaction for the whole module (see ``house``) in place of one for each test: there are hundreds."""


@pytest.fixture
def _empty_cache() -> None:
    """The number on the bell stays known from one request to the next: it is not what is asked here."""


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker) -> Iterator[House]:
    """Set up once; everything a test does is undone after each request."""
    with django_db_blocker.unblock(), transaction.atomic(), unobserved():
        store = Store.objects.create(code="JJ01", name="锦江店")
        elsewhere = Store.objects.create(code="GX01", name="高新店")
        Heartbeat.objects.create(name="beat", at=timezone.now() + timedelta(hours=1))
        people = {role: hire(role, store) for role in ROLES}
        sessions = {role: session_of(user) for role, user in people.items()}
        with known(people.values()):
            yield House(store, elsewhere, people, hire("admin", elsewhere), sessions, Client().handler)
        transaction.set_rollback(True)


def may(role: str, right: str) -> bool:
    return right in {PUBLIC, SIGNED_IN} or right in ROLES[role].rights


@dataclasses.dataclass
class Nowhere:
    """A row that never was: enough for whatever is answered before a row is looked for."""

    pk: int = 999_999_999


def nowhere(url: Url) -> Nowhere | None:
    return Nowhere() if url.of else None


def ask(
    house: House,
    url: Url,
    method: str,
    client: Client,
    about: models.Model | Nowhere | None,
    answer: Answer | None = None,
):
    data = dict(answer.data) if answer else {}
    word = about.pk if about is not None else url.key
    address = url.path or reverse(url.name, args=[word] if word else [])
    query = f"?{quote(url.query, safe='=&')}" if url.query else ""
    content = {"content_type": "application/json"} if url.is_api and method != "GET" else {}
    return getattr(client, method.lower())(address + query, data, **content)


def make(house: House, url: Url, store: Store, owner: User) -> models.Model | None:
    return THINGS[url.of](store, owner) if url.of else None


def expected_of_nobody(url: Url, answer: Answer) -> int:
    if answer.right == PUBLIC:
        return answer.code
    return 401 if url.is_api else 302


PERSONAL = {"attachment", "ended_job", "job", "token"}
"""Rows that only their owner sees, and who configures."""

CASES = [pytest.param(url, method, id=f"{url.name}-{method}") for url in URLS for method in url.answers]


# --- the table is whole ---------------------------------------------------------------------------------------------------
def in_resolver() -> set[str]:
    return {name for name, _path, _pattern in checks.patterns()}


def test_every_url_stands_in_the_table():
    table = {url.name for url in URLS}
    assert in_resolver() - table == set(), "add these to tests/architecture/url_table.py"
    assert table - in_resolver() == set(), "these are gone"
    assert len(table) == len(URLS)


def test_every_url_has_a_name():
    assert {where for _name, where, pattern in checks.patterns() if not pattern.name} == set()


def test_a_new_url_is_noticed(monkeypatch):
    @requires_right("dms.home")
    def surprise(request):
        raise AssertionError

    entry = path("surprise/", surprise, name="surprise")
    monkeypatch.setattr(checks, "get_resolver", lambda: type("R", (), {"url_patterns": [entry]}))
    assert in_resolver() - {url.name for url in URLS} == {"surprise"}


def test_the_table_names_rights_that_exist():
    named = {answer.right for url in URLS for answer in url.answers.values()}
    assert named - RIGHTS.keys() <= {PUBLIC, SIGNED_IN}


# --- who gets what --------------------------------------------------------------------------------------------------------
def shown(answer) -> str:
    return "" if answer.streaming else answer.text[-1500:]


def assert_policy(answer, *, strict: bool) -> None:
    """Every answer carries the strict policy; only a sandboxed file and the API's page may style themselves."""
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy or "sandbox" in policy
    assert "unsafe" not in policy or "sandbox" in policy or not strict
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] in {"DENY", "SAMEORIGIN"}


LINK = re.compile(r"""\b(href|hx-get|hx-post|action|formaction)="(/[^"?#]*)""")
RIGHT_OF = {(url.name, method): answer.right for url in URLS for method, answer in url.answers.items()}


@cache
def name_of(address: str) -> str:
    """Which URL an address is, for any row; nothing for a file or the admin site."""
    try:
        return resolve(address).view_name
    except Resolver404:
        return ""


def closed_doors(role: str, page: str) -> set[str]:
    """What a page offers to somebody who would be refused there."""
    found = set()
    for kind, address in LINK.findall(page):
        method = "GET" if kind in {"href", "hx-get"} else "POST"
        right = RIGHT_OF.get((name_of(re.sub(r"\d+", "1", address)), method), PUBLIC)
        if not may(role, right):
            found.add(f"{method} {address} wants {right}")
    return found


@pytest.mark.parametrize(("url", "method"), CASES)
def test_every_role_gets_what_the_table_says(house, url, method):
    answer = url.answers[method]
    allowed = [role for role in house.people if may(role, answer.right)]
    expected = 302 if url.name == "login" else answer.code  # who is signed in goes home
    with undone():
        about = make(house, url, house.store, house.people[allowed[-1]])
        for role in allowed:
            with undone():
                if url.of in PERSONAL:
                    about = make(house, url, house.store, house.people[role])
                got = ask(house, url, method, house.client(role), about, answer)
            assert got.status_code == expected, f"{role}: {got.status_code}, expected {expected}: {shown(got)}"
            assert_policy(got, strict=url.name != "api:docs")
            if got.status_code == 200 and got["Content-Type"].startswith("text/html"):
                assert closed_doors(role, got.text) == set(), role
        for role in house.people.keys() - set(allowed):
            got = ask(house, url, method, house.client(role, part=True), about, answer)
            assert got.status_code == 403, f"{role}: {got.status_code}, expected 403: {shown(got)}"
            assert_policy(got, strict=True)


@pytest.mark.parametrize(("url", "method"), CASES)
def test_nobody_gets_in_without_signing_in(house, url, method):
    answer = url.answers[method]
    with undone():
        got = ask(house, url, method, house.client(""), nowhere(url), answer)
    assert got.status_code == expected_of_nobody(url, answer)
    if got.status_code == 302 and answer.right != PUBLIC:
        assert got["Location"].startswith(reverse("login"))


@pytest.mark.parametrize(("url", "method"), [case for case in CASES if case.values[0].of and not case.values[0].shared])
def test_another_stores_row_is_not_there(house, url, method):
    answer = url.answers[method]
    insiders = [role for role in ROLES if may(role, answer.right) and not ROLES[role].group_wide]
    with undone():
        about = make(house, url, house.elsewhere, house.outsider)
        for role in {*insiders[:1], *insiders[-1:]}:  # the scope asks for the store, not for the role
            got = ask(house, url, method, house.client(role), about, answer)
            assert got.status_code == 404, f"{role}: {got.status_code}"


@pytest.mark.parametrize("url", [url for url in URLS if url.of], ids=lambda url: url.name)
def test_a_row_that_never_was_is_not_there(house, url):
    method, answer = next(iter(url.answers.items()))
    with undone():
        got = ask(house, url, method, house.client("admin"), nowhere(url), answer)
    assert got.status_code == 404


@pytest.mark.parametrize("url", URLS, ids=lambda url: url.name)
def test_other_methods_are_refused(house, url):
    refused = {405, 403, 401} if url.is_api else {405}  # the API asks first who it is
    with undone():
        for method in METHODS:
            if method not in url.answers:
                got = ask(house, url, method, house.client("admin"), nowhere(url))
                assert got.status_code in refused, f"{method}: {got.status_code}"


def test_who_lacks_the_right_reads_so_on_a_page(house):
    page = house.client("technician").get(reverse("dms:jobs"))
    assert page.status_code == 403
    assert "你的岗位没有这项权限" in page.text
    part = house.client("technician", part=True).get(reverse("dms:jobs"))
    assert (part.status_code, part.text) == (403, ""), "a part of a page has no page around it"


def test_the_admin_site_opens_for_those_who_configure(house):
    for role in ROLES:
        got = ask(house, ADMIN_INDEX, "GET", house.client(role), None)
        assert (got.status_code == 200) is may(role, "dms.configure"), role
    assert ask(house, ADMIN_INDEX, "GET", house.client(""), None).status_code == 302
