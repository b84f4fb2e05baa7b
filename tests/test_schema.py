"""The API against its own document: no fault and no answer the document does not know, for whatever comes in.

Schemathesis makes the requests, good and bad, from a fixed seed; several roles send them to the real WSGI application over
real rows. Everything happens in the test's own transaction.
"""

import pytest
import schemathesis
from django.conf import settings as site
from django.contrib.auth.models import Group
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dms.actions import people
from dms.api.throttling import ApiThrottle
from dms.models import Absence, Brand, Colour, Job, Message, Rate, Series, Store, User, Variant
from dms.records import events
from dms.records.own_events import USER_UNLOCKED
from dms.wsgi import application

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ROLES = ("admin", "sales_manager", "technician")
EXAMPLES = 3


@pytest.fixture
def _one_connection():
    """A request leaves the connection of the test open, as with Django's own test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def document(db, _one_connection):
    config = SchemathesisConfig.from_dict({"seed": 20261121})
    return schemathesis.openapi.from_wsgi("/api/schema/?format=json", application, config=config)


@pytest.fixture
def keys(db, monkeypatch) -> list[str]:
    """A row of everything, with ids a generator guesses, and one key per role."""
    monkeypatch.setattr(ApiThrottle, "per_minute", 1_000_000)
    monkeypatch.setattr(site, "SIGN_INS_OF_AN_ADDRESS", 1_000_000)
    monkeypatch.setattr(site, "SIGN_INS_OF_ALL", 1_000_000)
    store = Store.objects.create(pk=1, code="JJ01", name="锦江店")
    found = []
    for number, role in enumerate(ROLES, start=1):
        user = User.objects.create(pk=number, username=role, display_name="白芷", phone=f"1380000000{number}")
        user.groups.add(Group.objects.get_or_create(name=role)[0])
        user.stores.add(store)
        found.append(people.create_token(user, by=user)[1])
    fill(store, User.objects.get(pk=2))
    return [*found, "nonsense"]


def fill(store: Store, by: User) -> None:
    brand = Brand.objects.create(pk=1, code="VW", name="大众")
    series = Series.objects.create(pk=1, brand=brand, code="MAG", name="迈腾")
    Variant.objects.create(pk=1, series=series, code="MAG-1", name="330TSI", list_price=1)
    Colour.objects.create(pk=1, brand=brand, code="W", name="白")
    Rate.objects.get_or_create(pk=1, defaults={"kind": "LABOUR_HOUR", "value": 1, "valid_from": "2020-01-01"})
    Absence.objects.create(pk=1, user=by, first_day="2026-12-01", last_day="2026-12-02")
    Message.objects.create(
        pk=1, channel="sms", recipient="13800001111", title="t", body="b", idempotency_key="k", store=store
    )
    Job.objects.create(pk=1, kind="export_events", requested_by=by, store=store)
    events.record(USER_UNLOCKED, by, by=by, store=store)


def send(case, key: str) -> None:
    """One request whose traces are wiped off again, so that every request meets the same rows."""
    with transaction.atomic():
        headers = {"Authorization": f"Token {key}", "Accept-Encoding": "identity"}
        case.call_and_validate(headers=headers, checks=CHECKS)
        transaction.set_rollback(True)


def problems(document, keys: list[str], mode: GenerationMode, examples: int) -> list[str]:
    """What went wrong, operation by operation."""
    found = []
    for operation in (result.ok() for result in document.get_all_operations()):
        row = {"id": 1} if mode is GenerationMode.POSITIVE and "{id}" in operation.path else None

        @seed(20261121)
        @settings(
            max_examples=examples,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(mode, path_parameters=row), key=st.sampled_from(keys))
        def every(case, key):
            send(case, key)

        try:
            every()
        except Unsatisfiable:
            continue  # nothing can be wrong in a request without input
        except FailureGroup as error:
            found.append(f"{operation.method.upper()} {operation.path}: {error}")
    return found


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
def test_nothing_that_comes_in_makes_the_api_fail_or_leave_its_document(document, keys, mode):
    found = problems(document, keys, mode, EXAMPLES)
    assert not found, "\n\n".join(found)
