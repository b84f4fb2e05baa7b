"""A client that a program makes of the document, used as a partner's programmer would use it."""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from openapi_python_client import generate
from openapi_python_client.config import Config, ConfigFile, MetaType

from dms.api import docs
from dms.models import Store, User
from dms.wsgi import application
from tests.factories import CustomerFactory

NAME, PASSWORD = "dms_client", "lilac-meadow-77"
FILES = {"application/pdf": "application/octet-stream", "*/*": "application/octet-stream"}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The generated package; everything in the document can be generated."""
    place: Path = tmp_path_factory.mktemp("client")
    document = place / "schema.json"
    document.write_text(json.dumps(docs.document()))
    options = ConfigFile(post_hooks=[], content_type_overrides=FILES)
    config = Config.from_sources(options, MetaType.NONE, document, "utf-8", overwrite=True, output_path=place / NAME)
    problems = [f"{problem.header}: {problem.detail}" for problem in generate(config=config)]
    assert problems == []
    sys.path.insert(0, str(place))
    yield importlib.import_module(NAME)
    sys.path.remove(str(place))


@pytest.fixture
def site(db: None) -> Iterator[dict[str, Any]]:
    """The real application in the transaction of the test, in place of a network."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield {"base_url": "http://localhost", "httpx_args": {"transport": httpx.WSGITransport(app=application)}}
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def seller(cast) -> User:
    cast.adviser.set_password(PASSWORD)
    cast.adviser.save()
    return cast.adviser


def operation(tag: str, name: str) -> Any:
    return importlib.import_module(f"{NAME}.api.{tag}.{name}")


def signed_in(package: ModuleType, site: dict[str, Any], seller: User) -> Any:
    body = importlib.import_module(f"{NAME}.models").SignInRequest(username=seller.username, password=PASSWORD)
    key = operation("auth_token", "auth_token_create").sync(client=package.Client(**site), body=body)
    return package.AuthenticatedClient(token=key.token, prefix="Token", **site)


@pytest.mark.long
def test_a_generated_client_signs_in_lists_customers_and_opens_a_lead(
    package: ModuleType, site: dict[str, Any], seller: User, store: Store
) -> None:
    models = importlib.import_module(f"{NAME}.models")
    CustomerFactory.create(name="半夏", phone="13900001111")
    client = signed_in(package, site, seller)

    page = operation("crm_customers", "crm_customers_list").sync(client=client, kind=[models.CustomerKind.PERSON])
    assert [(customer.name, customer.phone) for customer in page.results] == [("半夏", "139****1111")]

    wanted = models.LeadRequest(store=store.code, name="苏木", phone="13900002222", level=models.LeadLevel.H)
    opened = operation("sales_leads", "sales_leads_create").sync(client=client, body=wanted)
    lead = operation("sales_leads", "sales_leads_retrieve").sync(opened.id, client=client)
    assert (lead.name, lead.status, lead.level) == ("苏木", models.LeadStatus.OPEN, models.LeadLevel.H)
    assert lead.updated_at == opened.updated_at


@pytest.mark.long
def test_a_generated_client_is_told_that_it_read_an_older_version(
    package: ModuleType, site: dict[str, Any], seller: User
) -> None:
    models = importlib.import_module(f"{NAME}.models")
    customer = CustomerFactory.create(name="半夏", phone="13900001111")
    client = signed_in(package, site, seller)
    change = operation("crm_customers", "crm_customers_partial_update").sync_detailed
    tag = operation("crm_customers", "crm_customers_retrieve").sync_detailed(customer.pk, client=client).headers["ETag"]

    body = models.PatchedCustomerChangeRequest(hobbies="钓鱼")
    assert change(customer.pk, client=client, body=body, if_match=tag).status_code == 200
    refused = change(customer.pk, client=client, body=body, if_match=tag)
    assert (refused.status_code, refused.parsed.code) == (412, "stale")
