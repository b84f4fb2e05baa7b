"""A list asks the database as often for many rows as for few, on the page and by the API."""

import json

import pytest
import time_machine
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.views.generic import ListView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from dms import checks
from dms.api.views import ReadViewSet
from dms.core.scope import GroupWide, scoped_rows
from dms.models import Absence, Store
from tests.architecture.rows import ROWS
from tests.clock import at

pytestmark = pytest.mark.django_db
FEW, MANY = 2, 8
MOST_QUERIES, MOST_ON_A_HOME_PAGE = 25, 52

LISTS = {
    "dms:people": "user",
    "dms:absences": "absence",
    "dms:jobs": "ended_job",
    "dms:messages": "failed_message",
    "dms:events": "event",
    "dms:variants": "variant",
    "crm:customers": "vehicle",
    "crm:vehicles": "vehicle",
    "crm:follow_ups": "follow_up",
    "crm:contacts": "contact",
    "crm:complaints": "complaint",
    "crm:surveys": "survey",
    "crm:letters": "letter",
    "crm:care_files": "vehicle",
    "crm:care_files_pdf": "vehicle",
    "crm:care_records": "follow_up",
    "crm:care_records_pdf": "follow_up",
    "crm:care_register": "contact",
    "crm:care_register_pdf": "contact",
    "crm:care_letters": "letter",
    "crm:care_letters_pdf": "letter",
    "crm:invoices": "invoice",
    "api:crm:customers-list": "vehicle",
    "api:crm:follow-ups-list": "follow_up",
    "api:crm:contacts-list": "contact",
    "api:crm:complaints-list": "complaint",
    "api:crm:surveys-list": "survey",
    "api:crm:satisfaction-list": "survey",
    "api:crm:questionnaires-list": "questionnaire",
    "api:crm:letters-list": "letter",
    "api:crm:invoices-list": "invoice",
    "api:crm:payments-list": "payment",
    "api:crm:vehicles-list": "vehicle",
    "api:crm:recalls-list": "recall",
    "api:crm:recall-entries-list": "recall_entry",
    "api:crm:cadence-presets-list": "preset",
    "aftersales:work_orders": "work_order",
    "aftersales:appointment_list": "appointment",
    "api:aftersales:work-orders-list": "work_order",
    "api:aftersales:work-lines-list": "work_line",
    "api:aftersales:findings-list": "finding",
    "api:aftersales:appointments-list": "appointment",
    "api:aftersales:shop-hours-list": "shop_hour",
    "api:aftersales:bays-list": "bay",
    "api:aftersales:labour-operations-list": "operation",
    "parts:stock": "stock",
    "parts:parts": "part",
    "parts:moves": "move",
    "parts:lost_sales": "lost_sale",
    "api:parts:parts-list": "part",
    "api:parts:stock-list": "stock",
    "api:parts:moves-list": "move",
    "api:parts:reservations-list": "reservation",
    "api:parts:lost-sales-list": "lost_sale",
    "api:reports:daily-list": "lost_sale",
    "api:crm:promises-list": "follow_up",
    "sales:leads": "lead",
    "sales:quotes": "quote",
    "sales:orders": "order",
    "sales:stock_cars": "stock_car",
    "sales:deliveries": "delivery_sheet",
    "sales:owner_cards": "owner_card",
    "api:sales:visits-list": "visit",
    "api:sales:rota-list": "rota_place",
    "api:sales:leads-list": "lead",
    "api:sales:quotes-list": "quote",
    "api:sales:orders-list": "order",
    "api:sales:stock-cars-list": "stock_car",
    "api:sales:deliveries-list": "delivery_sheet",
    "api:sales:owner-cards-list": "owner_card",
    "api:auth:tokens-list": "token",
    "api:dms:stores-list": "",
    "api:dms:users-list": "user",
    "api:dms:absences-list": "absence",
    "api:dms:reasons-list": "reason",
    "api:dms:brands-list": "brand",
    "api:dms:series-list": "series",
    "api:dms:variants-list": "variant",
    "api:dms:colours-list": "colour",
    "api:dms:rates-list": "rate",
    "api:dms:number-series-list": "number_series",
    "api:dms:events-list": "event",
    "api:dms:messages-list": "failed_message",
    "api:dms:jobs-list": "ended_job",
    "api:dms:attachments-list": "attachment",
    "api:dms:search-list": "user",
    "api:dms:work-list": "absence",
    "api:dms:process-map-list": "failed_message",
}
"""List → what it lists (see rows.py). The pages made of several lists are below."""

PAGES_OF_LISTS = {
    "dms:home": "failed_message",
    "dms:work": "failed_message",
    "dms:search": "user",
    "dms:absence_month": "absence",
}
QUERIES = {"dms:search": "?q=colleague", "api:dms:search-list": "?q=colleague"}


def lists_of_the_site() -> set[str]:
    found = set()
    for name, _path, pattern in checks.patterns():
        view = getattr(pattern.callback, "view_class", None)
        acts = getattr(pattern.callback, "actions", None) or {}
        if (view is not None and issubclass(view, ListView)) or acts.get("get") == "list":
            found.add(name)
    return found


def test_every_list_stands_in_the_table():
    assert lists_of_the_site() - LISTS.keys() == set(), "add these to LISTS"
    assert LISTS.keys() - lists_of_the_site() == set(), "these are gone"


@pytest.fixture
def boss(cast, other_store):
    """Somebody of two stores who may see every list: the worst case of the scope."""
    user = cast.hire("admin")
    user.stores.add(other_store)
    return type(user).objects.get(pk=user.pk)


def signed_in_as(user) -> Client:
    client = Client()
    client.force_login(user, backend="dms.web.backends.NameOrPhoneBackend")
    return client


def queries_of(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code == 200
    return [query["sql"] for query in captured.captured_queries]


@pytest.mark.parametrize("name", [*LISTS, *PAGES_OF_LISTS])
def test_many_rows_cost_as_many_queries_as_few(name, boss, store):
    thing = (LISTS | PAGES_OF_LISTS)[name]
    client, address = signed_in_as(boss), reverse(name) + QUERIES.get(name, "")

    def add(count: int) -> None:
        for _ in range(count if thing else 0):
            ROWS[thing](store=store, by=boss)

    add(FEW)
    queries_of(client, address)  # content types and the session are remembered now
    few = queries_of(client, address)
    add(MANY - FEW)
    many = queries_of(client, address)
    assert len(many) == len(few), "\n".join(query[:200] for query in many if query not in few)
    assert len(many) <= (MOST_QUERIES if name in LISTS else MOST_ON_A_HOME_PAGE)


def test_a_list_that_asks_for_every_row_is_noticed(boss, store):
    def careless(count: int) -> int:
        for _ in range(count):
            ROWS["absence"](store=store, by=boss)
        with CaptureQueriesContext(connection) as captured:
            for absence in Absence.objects.all():
                str(absence.user)
        return len(captured)

    assert careless(2) < careless(5)


@pytest.mark.parametrize("name", [name for name in LISTS if name.startswith("api:") and LISTS[name]])
def test_the_api_shows_of_a_row_what_its_serializer_says(name, boss, store):
    """Rows are represented without DRF's walk through the fields: the answer is the same, field by field."""
    patterns = {found: pattern for found, _path, pattern in checks.patterns()}
    view = getattr(patterns[name].callback, "cls")  # noqa: B009 # DRF puts it there
    if view.list is not ReadViewSet.list:
        return
    ROWS[LISTS[name]](store=store, by=boss)
    client = signed_in_as(boss)
    shown = client.get(reverse(name)).json()["results"]
    request = Request(RequestFactory().get("/"))
    request.user = boss
    made = view(action="list", request=request, format_kwarg=None, kwargs={})
    rows = {row.pk: row for row in made.with_facts(made.visible())}
    asked = [rows[row["id"]] for row in shown]
    made.fill_in(asked)
    assert shown == json.loads(JSONRenderer().render(made.get_serializer(asked, many=True).data))


DETAILS = [f"{name}-detail" for name in (each.removesuffix("-list") for each in LISTS if each.endswith("-list"))]


@pytest.mark.parametrize("name", DETAILS)
def test_the_api_shows_of_one_row_what_its_serializer_says(name, boss, store):
    patterns = {found: pattern for found, _path, pattern in checks.patterns()}
    view = getattr(patterns[name].callback, "cls", None) if name in patterns else None
    kind = LISTS[f"{name.removesuffix('-detail')}-list"]
    if view is None or not kind or "get" not in getattr(patterns[name].callback, "actions"):  # noqa: B009
        return
    ROWS[kind](store=store, by=boss)
    client = signed_in_as(boss)
    request = Request(RequestFactory().get("/"))
    request.user = boss
    made = view(action="retrieve", request=request, format_kwarg=None, kwargs={})
    row = made.get_queryset().first()
    shown = client.get(reverse(name, args=[row.pk])).json()
    made.fill_in([row])
    assert shown == json.loads(JSONRenderer().render(made.get_serializer(row).data))


@pytest.mark.parametrize("name", [name for name in LISTS if LISTS[name]])
def test_a_list_is_sorted_by_each_of_its_columns(name, boss, store):
    """By the name that its page and its document of the API give the column, up and down."""
    patterns = {found: pattern for found, _path, pattern in checks.patterns()}
    view = getattr(patterns[name].callback, "view_class", None) or getattr(patterns[name].callback, "cls")  # noqa: B009
    page = getattr(view, "filterset_class", None)
    if page is None or "ordering" not in page.base_filters:
        return
    ROWS[LISTS[name]](store=store, by=boss)
    client = signed_in_as(boss)
    for column in page.base_filters["ordering"].param_map:
        for direction in ("", "-"):
            assert client.get(reverse(name), {"ordering": direction + column}).status_code == 200, column


def ids_of(client: Client, address: str, **asked: str) -> set[int]:
    return {row["id"] for row in client.get(address, {"page_size": "200", **asked}).json()["results"]}


@pytest.mark.parametrize("name", [name for name in LISTS if name.startswith("api:")])
@time_machine.travel(at("2026-11-24 10:00"), tick=True)
def test_a_list_of_the_api_is_narrowed_to_a_store_or_refuses(name, boss, store, other_store):
    """A store that is none, or not one's own, is refused by every list; of a store there are its rows and no others."""
    client, address = signed_in_as(boss), reverse(name)
    assert client.get(address, {"store": "NOPE"}).status_code == 400
    patterns = {found: pattern for found, _path, pattern in checks.patterns()}
    model = getattr(getattr(patterns[name].callback, "cls"), "model", None)  # noqa: B009 # DRF puts it there
    if model in {None, Store} or issubclass(type(scoped_rows(model)), GroupWide):
        return
    ROWS[LISTS[name]](store=store, by=boss)
    here, there = ids_of(client, address, store=store.code), ids_of(client, address, store=other_store.code)
    assert here - there
    assert there == {row.pk for row in scoped_rows(model).visible_to(boss).of_store(other_store)}


def test_the_store_of_others_is_no_store_to_ask_for(cast, store, other_store):
    """Neither its rows nor that it exists: as if the code were none."""
    client = signed_in_as(cast.service_adviser)
    for name in ("customers", "vehicles", "invoices", "contacts", "follow-ups", "letters"):
        answer = client.get(reverse(f"api:crm:{name}-list"), {"store": other_store.code})
        assert (name, answer.status_code) in {(name, 400), (name, 403)}
