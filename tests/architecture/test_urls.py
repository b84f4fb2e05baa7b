"""Who gets what at every URL: all roles and nobody, inside and outside their stores, by the table in ``url_table.py``."""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache

import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, path, resolve, reverse
from django.utils import timezone

from dms import checks
from dms.api.throttling import ApiThrottle
from dms.core.roles import RIGHTS, ROLES
from dms.models import Heartbeat, User
from dms.web.rights import PUBLIC, SIGNED_IN, requires_right
from tests.architecture.site import Site, ask, known, may, nowhere, session_of, undone, unobserved
from tests.architecture.url_table import ADMIN_INDEX, METHODS, URLS, Answer, Url
from tests.factories import Cast, StoreFactory


@pytest.fixture(autouse=True)
def _no_limit_of_calls(monkeypatch):
    """The whole map is walked by one person in less than a minute."""
    monkeypatch.setattr(ApiThrottle, "per_minute", 1_000_000)


pytestmark = pytest.mark.django_db


@pytest.fixture
def _django_db_helper(site) -> None:
    """One transaction for the whole module (see ``site``) in place of one for each test: there are hundreds."""


@pytest.fixture
def _empty_cache() -> None:
    """The number on the bell stays known from one request to the next: it is not what is asked here."""


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker) -> Iterator[Site]:
    """Set up once; everything a test does is undone after each request."""
    with django_db_blocker.unblock(), transaction.atomic(), unobserved():
        store, elsewhere = StoreFactory.create(), StoreFactory.create(code="GX01", name="高新店")
        Heartbeat.objects.create(name="beat", at=timezone.now() + timedelta(hours=1))
        people = {role: Cast(store).named(role) for role in ROLES}
        User.objects.update(store_chosen=store)
        sessions = {role: session_of(user) for role, user in people.items()}
        with known(people.values()):
            yield Site(store, elsewhere, people, Cast(elsewhere).admin, sessions, Client().handler)
        transaction.set_rollback(True)


def expected_of_nobody(url: Url, answer: Answer) -> int:
    if answer.right == PUBLIC:
        return answer.code
    return 401 if url.is_api else 302


PERSONAL = {"attachment", "ended_job", "job", "token"}
"""Rows that only their owner sees, and who configures."""

CASES = [pytest.param(url, method, id=f"{url.name}-{method}") for url in URLS for method in url.answers]
OWNED = [
    pytest.param(url, method, id=f"{url.name}-{method}")
    for url in URLS
    for method in url.answers
    if url.of and not url.shared
]


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


def test_paper_has_one_word_in_every_address():
    named = {name for name, _path, _pattern in checks.patterns() if name.endswith(("_pdf", "-pdf"))}
    placed = {name for name, where, _pattern in checks.patterns() if where.rstrip("$").endswith("/pdf/")}
    assert named == placed


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
def test_every_role_gets_what_the_table_says(site, url, method):
    answer = url.answers[method]
    allowed = [role for role in site.people if may(role, answer.right)]
    expected = 302 if url.name == "login" else answer.code  # who is signed in goes home
    for role in allowed:
        about = site.row(url, site.store, site.people[role if url.of in PERSONAL else allowed[-1]])
        with undone():
            got = ask(url, method, site.client(role), about, answer)
        assert got.status_code == expected, f"{role}: {got.status_code}, expected {expected}: {shown(got)}"
        assert_policy(got, strict=url.name != "api:docs")
        if got.status_code == 200 and got["Content-Type"].startswith("text/html"):
            assert closed_doors(role, got.text) == set(), role
    for role in site.people.keys() - set(allowed):
        with undone():
            got = ask(url, method, site.client(role, part=True), about, answer)
        assert got.status_code == 403, f"{role}: {got.status_code}, expected 403: {shown(got)}"
        assert_policy(got, strict=True)


@pytest.mark.parametrize(("url", "method"), CASES)
def test_nobody_gets_in_without_signing_in(site, url, method):
    answer = url.answers[method]
    with undone():
        got = ask(url, method, site.client(""), nowhere(url), answer)
    assert got.status_code == expected_of_nobody(url, answer)
    if got.status_code == 302 and answer.right != PUBLIC:
        assert got["Location"].startswith(reverse("login"))


@pytest.mark.parametrize(("url", "method"), OWNED)
def test_another_stores_row_is_not_there(site, url, method):
    answer = url.answers[method]
    insiders = [role for role in ROLES if may(role, answer.right) and not ROLES[role].group_wide]
    about = site.row(url, site.elsewhere, site.outsider)
    for role in {*insiders[:1], *insiders[-1:]}:  # the scope asks for the store, not for the role
        with undone():
            got = ask(url, method, site.client(role), about, answer)
        assert got.status_code == 404, f"{role}: {got.status_code}"


@pytest.mark.parametrize("url", [url for url in URLS if url.of], ids=lambda url: url.name)
def test_a_row_that_never_was_is_not_there(site, url):
    method, answer = next(iter(url.answers.items()))
    with undone():
        got = ask(url, method, site.client("admin"), nowhere(url), answer)
    assert got.status_code == 404


@pytest.mark.parametrize("url", URLS, ids=lambda url: url.name)
def test_other_methods_are_refused(site, url):
    refused = {405, 403, 401} if url.is_api else {405}  # the API asks first who it is
    with undone():
        for method in METHODS:
            if method not in url.answers:
                got = ask(url, method, site.client("admin"), nowhere(url))
                assert got.status_code in refused, f"{method}: {got.status_code}"


def test_who_lacks_the_right_reads_so_on_a_page(site):
    page = site.client("technician").get(reverse("dms:jobs"))
    assert page.status_code == 403
    assert "你的岗位没有这项权限" in page.text
    part = site.client("technician", part=True).get(reverse("dms:jobs"))
    assert (part.status_code, part.text) == (403, ""), "a part of a page has no page around it"


def test_the_admin_site_opens_for_those_who_configure(site):
    for role in ROLES:
        got = ask(ADMIN_INDEX, "GET", site.client(role), None)
        assert (got.status_code == 200) is may(role, "dms.configure"), role
    assert ask(ADMIN_INDEX, "GET", site.client(""), None).status_code == 302
