"""No page asks the database more than twenty times; what still does is written down, and only shrinks."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dms.web.rights import PUBLIC
from tests.architecture.rows import ROWS
from tests.architecture.site import ask, unobserved
from tests.architecture.url_table import URLS

pytestmark = pytest.mark.django_db

MOST = 20
STILL_MORE = {
    "dms:home": 44,
    "dms:work": 27,
    "dms:bell": 26,
    "dms:configuration": 24,
    "dms:person_hand_over": 24,  # every kind of work that a colleague may leave is counted
    "dms:person_switch_off": 24,
}
"""Pages above it, with what they ask."""
PAGES = [
    url
    for url in URLS
    if not url.is_api and (answer := url.answers.get("GET")) and answer.code == 200 and answer.right != PUBLIC
]


@pytest.mark.parametrize("url", PAGES, ids=lambda url: url.name)
def test_no_page_asks_more_than_twenty_times(url, cast, signed_in):
    manager = cast.named("admin")
    row = ROWS[url.of](store=cast.store, by=manager) if url.of else None
    client = signed_in(manager)
    with unobserved():
        ask(url, "GET", client, row)
        with CaptureQueriesContext(connection) as queries:
            assert ask(url, "GET", client, row).status_code == 200
    statements = [query["sql"] for query in queries.captured_queries]
    asked = sum(not statement.startswith(("SAVEPOINT", "RELEASE")) for statement in statements)
    assert asked <= STILL_MORE.get(url.name, MOST)
