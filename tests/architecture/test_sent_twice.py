"""What is sent twice is done once: every act by page and by API, every form that makes a row, also at the same moment."""

import re
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.urls import reverse
from django.utils import timezone

from dms.api.sent_once import KEY
from dms.models import Sending
from dms.records import idempotency
from dms.web.sent_once import FIELD
from tests.architecture import test_urls
from tests.architecture.act_table import DOCUMENTS, Document, Make
from tests.architecture.site import Site, undone
from tests.architecture.test_acts import ROWS, fresh, is_open, roles_that_differ, sample
from tests.factories import VehicleFactory

pytestmark = pytest.mark.django_db

site, _django_db_helper, _empty_cache = test_urls.site, test_urls._django_db_helper, test_urls._empty_cache
"""Fixtures: the same two stores with people of every role, set up once for this module."""

NOT_COUNTED = {"django_session", "dms_sending"}
"""Who is signed in, and the keys themselves."""


def counts() -> dict[str, int]:
    """How many rows each table has, in one statement."""
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)} - NOT_COUNTED)
    ask = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(ask)
        return dict(cursor.fetchall())


def gained(before: dict[str, int]) -> dict[str, int]:
    after = counts()
    return {table: after[table] - before[table] for table in after if after[table] != before[table]}


Send = Callable[[], Any]


def doubled(send: Send) -> str:
    """What the second of two equal requests made, or how its answer differs; empty when it did nothing."""
    first = send()
    before = counts()
    second = send()
    told = [
        (answer.status_code, answer.headers.get("Location") or answer.headers.get("HX-Redirect"))
        for answer in (first, second)
    ]
    made = gained(before)
    return f"made {made}, answered {told}" if made or told[0] != told[1] else ""


def page_of(site: Site, role: str, address: str, data: dict[str, Any]) -> Send:
    key = uuid.uuid4().hex
    return lambda: site.client(role).post(address, {**data, FIELD: key})


def call_of(site: Site, role: str, document: Document, name: str, row: models.Model, data: dict[str, Any]) -> Send:
    method, address = document.request(name, row)
    headers = {KEY: uuid.uuid4().hex}
    return lambda: getattr(site.client(role), method)(address, data, content_type="application/json", headers=headers)


SHOWN_ANEW = {"reveal"}
"""What makes no row but the event that a number was seen, and answers with the number."""


def act_sent_twice(site: Site, document: Document, make: Make) -> dict[str, str]:
    """The open acts of this row that a repeated request does again."""
    faults = {}
    with undone():
        row = fresh(document, make, site)
        for role in roles_that_differ(document):
            user = site.people[role]
            offers = document.acts.offered(row, user)
            for name, act in document.acts.items():
                if not is_open(offers, name) or name in SHOWN_ANEW:
                    continue
                page, body = sample(document, name, row, user)
                ways = {"page": page_of(site, role, reverse(document.acts.url_name(name), args=[row.pk]), page)}
                if act.by_api and name not in document.calls:
                    ways["API"] = call_of(site, role, document, name, row, body)
                for way, send in ways.items():
                    with undone():
                        if fault := doubled(send):
                            faults[f"{name} by {way}"] = fault
    return faults


@pytest.mark.parametrize(("document", "make"), ROWS)
def test_an_act_that_is_sent_twice_is_done_once(site, document, make: Make):
    assert act_sent_twice(site, document, make) == {}


def test_without_the_guard_the_walk_finds_what_is_doubled(site, monkeypatch):
    monkeypatch.setattr(idempotency, "_known", lambda _sent: None)
    monkeypatch.setattr(Sending, "save", lambda *_args, **_how: None)
    doubles = [
        (document, make)
        for document in DOCUMENTS
        for make in document.rows.values()
        if document.acts.model.__name__ in {"Customer", "Lead"}
    ]
    faults = {name for document, make in doubles for name in act_sent_twice(site, document, make)}
    assert {"add_person by page", "add_person by API", "quote by page"} <= faults


# --- the forms that make a row and are no act of a document -----------------------------------------------------------------
TODAY = timezone.localdate


def car_in(site: Site) -> dict[str, Any]:
    return {"car": VehicleFactory.create(store=site.store).plate, "km": "12000", "complaint": "保养"}


def absence_of(site: Site) -> dict[str, Any]:
    return {"user": site.people["adviser"].pk, "kind": "LEAVE", "first_day": TODAY(), "last_day": TODAY()}


FORMS: dict[str, tuple[str, Callable[[Site], dict[str, Any]]]] = {
    "crm:customer_new": ("adviser", lambda _site: {"name": "谷雨", "phone": "13900000001"}),
    "sales:register": ("reception", lambda _site: {"name": "谷雨", "phone": "13900000001", "kind": "WALK_IN"}),
    "sales:visit_next": ("reception", lambda _site: {"day": "-"}),
    "sales:lead_new": ("adviser", lambda _site: {"name": "谷雨", "phone": "13900000001", "level": "A"}),
    "aftersales:work_order_new": ("service_adviser", car_in),
    "dms:absence_new": ("sales_manager", absence_of),
}
"""URL → who sends it, and what."""


@pytest.mark.parametrize("name", FORMS)
def test_a_form_that_is_sent_twice_makes_its_row_once(site, name):
    role, data = FORMS[name]
    with undone():
        before = counts()
        send = page_of(site, role, reverse(name), data(site))
        assert doubled(send) == ""
        assert gained(before)


def test_each_form_of_a_page_has_a_key_of_its_own(site):
    page = site.client("adviser").get(reverse("crm:customer_new")).text
    keys = re.findall(rf'name="{FIELD}" value="([0-9a-f]+)"', page)
    assert len(keys) == page.count('method="post"')
    assert len(set(keys)) == len(keys)


def test_the_key_of_one_form_is_not_taken_for_something_else(site):
    send = page_of(site, "adviser", reverse("crm:customer_new"), {"name": "谷雨", "phone": "13900000001"})
    key = uuid.uuid4().hex
    sent = {"name": "谷雨", "phone": "13900000001", FIELD: key}
    client = site.client("adviser", part=True)
    with undone():
        assert send().status_code == 302
        assert client.post(reverse("crm:customer_new"), sent).status_code == 204
        assert client.post(reverse("crm:customer_new"), {**sent, "phone": "13900000002"}).status_code == 409


def test_a_form_that_was_refused_may_be_sent_again(site):
    key, address = uuid.uuid4().hex, reverse("crm:customer_new")
    with undone():
        assert site.client("adviser").post(address, {"name": "谷雨", "phone": "1", FIELD: key}).status_code == 422
        sent = {"name": "谷雨", "phone": "13900000001", FIELD: key}
        assert site.client("adviser").post(address, sent).status_code == 302


def test_the_answer_of_the_api_comes_again_whole(site):
    with undone():
        address, body = "/api/v1/crm/customers/", {"name": "谷雨", "phone": "13900000001", "store": site.store.code}
        say = partial(site.client("adviser").post, address, body, content_type="application/json")
        first, second = (say(headers={KEY: "a"}) for _n in range(2))
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json() == second.json()
        other = site.client("adviser").post(
            address, {**body, "name": "清明"}, content_type="application/json", headers={KEY: "a"}
        )
        assert (other.status_code, other.json()["code"]) == (409, "key_reused")
