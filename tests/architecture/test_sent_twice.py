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

from dms.api.sent_once import KEY
from dms.records import idempotency
from dms.web.sent_once import FIELD
from tests.architecture import test_urls
from tests.architecture.act_table import DOCUMENTS, Document
from tests.architecture.form_table import FORMS, NO_BODY, Form
from tests.architecture.site import Site, undone
from tests.architecture.test_acts import WORKS, fresh, is_open, roles_that_differ, sample
from tests.architecture.url_table import URLS

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
    told = [leads_to(first), leads_to(send())]
    made = gained(before)
    return f"made {made}, answered {told}" if made or told[0] != told[1] or told[0][0] >= 400 else ""


def leads_to(answer: Any) -> tuple[int, str | None, str | None]:
    """What it is answered: how, where it leads, and which version of the row that is."""
    headers = answer.headers
    return answer.status_code, headers.get("Location") or headers.get("HX-Redirect"), headers.get("ETag")


def page_of(site: Site, role: str, address: str, data: dict[str, Any]) -> Send:
    key = uuid.uuid4().hex
    return lambda: site.client(role).post(address, {**data, FIELD: key})


def call_of(site: Site, role: str, document: Document, name: str, row: models.Model, data: dict[str, Any]) -> Send:
    method, address = document.request(name, row)
    headers = {KEY: uuid.uuid4().hex}
    return lambda: getattr(site.client(role), method)(address, data, content_type="application/json", headers=headers)


SHOWN_ONCE = {"reveal"}
"""What makes no row but the event that a number was seen, and answers with the number: a page shows it anew."""


def ways_of(site: Site, document: Document, name: str, row: models.Model, role: str) -> dict[str, Send]:
    """How this act is sent: by page, and by API."""
    page, body = sample(document, name, row, site.people[role])
    ways = {"page": page_of(site, role, reverse(document.acts.url_name(name), args=[row.pk]), page)}
    if document.acts[name].by_api and name not in document.calls:
        ways["API"] = call_of(site, role, document, name, row, body)
    return ways


def acts_sent_twice(site: Site, document: Document) -> tuple[set[str], dict[str, str]]:
    """The acts that were sent, and those that a repeated request does again.

    Each once, on the first row and by the first role it is open to: what holds a repeated request off stands before the act, and
    knows neither the status of its row nor who sends it.
    """
    sent: set[str] = set(SHOWN_ONCE)
    faults = {}
    for make in document.rows.values():
        if sent >= set(document.acts.rights()):
            break
        with undone():
            row = fresh(document, make, site)
            for role in roles_that_differ(document):
                offers = document.acts.offered(row, site.people[role])
                for name in [name for name in offers if name not in sent and is_open(offers, name)]:
                    sent.add(name)
                    for way, send in ways_of(site, document, name, row, role).items():
                        with undone():
                            if fault := doubled(send):
                                faults[f"{name} by {way}"] = fault
    return sent, faults


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.acts.model.__name__)
def test_an_act_that_is_sent_twice_is_done_once(site, document):
    sent, faults = acts_sent_twice(site, document)
    assert faults == {}
    assert sent >= set(document.acts.rights())


def test_without_the_guard_the_walk_finds_what_is_doubled(site, monkeypatch):
    monkeypatch.setattr(idempotency, "once", lambda _sent, do, **_how: do())
    (customer,) = (document for document in DOCUMENTS if document.acts.model.__name__ == "Customer")
    _sent, faults = acts_sent_twice(site, customer)
    assert {"add_person by page", "add_person by API"} <= set(faults)


# --- the forms that make a row or change several, and are no act of a document ------------------------------------------------
def sent_by_page(site: Site, form: Form) -> Send:
    address = reverse(form.name, args=[form.key] if form.key else []) + form.query
    return page_of(site, form.role, address, form.data(site))


def sent_by_api(site: Site, form: Form) -> Send:
    address = reverse(form.name)
    data, headers = form.data(site), {KEY: uuid.uuid4().hex}
    return lambda: site.client(form.role).post(address, data, content_type="application/json", headers=headers)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_form_that_is_sent_twice_makes_its_row_once(site, form: Form):
    with undone():
        send = (sent_by_api if form.name.startswith("api:") else sent_by_page)(site, form)
        before = counts()
        first = send()
        assert first.status_code in WORKS | {302}, first.text
        made = gained(before)
        assert set(form.makes) <= set(made)
        second = send()
        assert gained(before) == made
        assert leads_to(second) == leads_to(first)


def test_every_way_to_make_a_row_is_walked():
    """What the API makes in a list, and the lists that hand over several rows at once."""
    walked = {form.name for form in FORMS}
    lists = {url.name for url in URLS if url.name.endswith("-list") and "POST" in url.answers}
    handing = {url.name for url in URLS if url.name.endswith(("_hand_over", "-hand-over")) and not url.of}
    assert (lists | handing) - walked == NO_BODY


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
