"""Nothing on a page leads where the person is refused: every page of every role, every link and button on it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.urls import Resolver404, resolve

from dms.core.roles import ROLES
from dms.web.rights import PUBLIC, SIGNED_IN
from tests.architecture import test_urls
from tests.architecture.rows import ROWS
from tests.architecture.site import Site, ask, may
from tests.architecture.url_table import URLS
from tests.factories import Cast

pytestmark = pytest.mark.django_db

site, _django_db_helper, _empty_cache = test_urls.site, test_urls._django_db_helper, test_urls._empty_cache

PAGES = [
    url for url in URLS if not url.is_api and not url.name.startswith("admin") and url.answers.get("GET") is not None
]
LEADS = {"href", "hx-get", "hx-post", "action"}
ASKED_INSIDE = {"reports:daily_rows"}
"""Addresses whose view asks for another right than the one it is declared with: these are opened."""


class Ways(HTMLParser):
    """Where a page leads: links, and the forms of its buttons. A button that is disabled leads nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in LEADS and value and value.startswith("/") and not value.startswith(("/static", "/media")):
                self.found.add(value)


def ways(text: str) -> set[str]:
    parser = Ways()
    parser.feed(text)
    return parser.found


def right_of(address: str) -> tuple[str, str]:
    """The name of an address, and the right that its view asks for."""
    try:
        match = resolve(re.sub(r"[?#].*$", "", address))
    except Resolver404:
        return "", PUBLIC
    view: Any = match.func
    right = getattr(view, "right", "") or getattr(getattr(view, "view_class", None), "right", "")
    return match.view_name, right or (PUBLIC if not match.view_name.startswith("admin") else "dms.configure")


def refused(site: Site, role: str, address: str) -> bool:
    name, right = right_of(address)
    if right not in {PUBLIC, SIGNED_IN} and not may(role, right):
        return True
    return name in ASKED_INSIDE and site.client(role).get(address).status_code == 403


def seen_by(role: str, site: Site) -> Iterator[tuple[str, str]]:
    """The pages this role may open, as it sees them."""
    for url in PAGES:
        answer = url.answers["GET"]
        if answer.right == PUBLIC or answer.code != 200 or not (answer.right == SIGNED_IN or may(role, answer.right)):
            continue
        row = site.row(url, site.store, site.people[role])
        page = ask(url, "GET", site.client(role), row)
        if page.status_code == 200 and page.headers.get("Content-Type", "").startswith("text/html"):
            yield url.name, page.content.decode()


@pytest.fixture(scope="module")
def _lists_have_rows(site) -> None:
    for make in ROWS.values():
        make(store=site.store, by=Cast(site.store).gm)


@pytest.mark.usefixtures("_lists_have_rows")
@pytest.mark.parametrize("role", ROLES)
def test_no_page_leads_where_it_is_refused(site, role):
    wrong = {
        f"{name} → {re.sub(r'[0-9]+', '…', address)}"
        for name, text in seen_by(role, site)
        for address in ways(text)
        if refused(site, role, address)
    }
    assert wrong == set()


def test_a_link_that_is_refused_would_be_seen(site):
    assert ways('<a href="/parts/stock/?x=1">·</a><form action="/sign-out/"></form><a href="#top">')
    assert refused(site, "cashier", "/parts/stock/")
    assert not refused(site, "parts_clerk", "/parts/stock/")
