"""What a list of customers says of each beside its own facts, asked for with the rows in one query."""

from dataclasses import dataclass
from typing import Any, TypedDict

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from crm.models import Customer, Ownership, Phone
from crm.models.customers import CustomerQuerySet, CustomerStore
from dms.core.names import in_language
from dms.core.reads import Read
from dms.core.untyped import Row
from dms.formats import display
from dms.models import Store

STORES = Read(Store.objects.all)


@dataclass(frozen=True)
class Number:
    """The number to call."""

    pk: int
    number: str


@dataclass(frozen=True)
class Car:
    """A car they own or drive now; ``title`` is what it is called without a plate."""

    pk: int
    plate: str
    title: str
    model: str


@dataclass(frozen=True)
class Listed:
    """The number to call, the cars of today, the names and codes of the stores that know the customer."""

    phone: Number | None
    cars: list[Car]
    stores: str
    codes: list[str]


class CarFact(TypedDict):
    """A car as the query says it."""

    pk: int
    plate: str | None
    vin: str
    source: str | None
    text: str
    name: str | None
    name_en: str | None


def with_facts(rows: QuerySet[Customer]) -> CustomerQuerySet:
    """The rows with the raw facts; ``tell`` makes them readable."""
    assert isinstance(rows, CustomerQuerySet)
    mine = OuterRef("pk")
    number = Phone.objects.filter(customer=mine, is_primary=True).values(fact=JSONObject(pk="pk", number="number"))
    cars = Ownership.objects.filter(customer=mine, until__isnull=True).values(
        fact=JSONObject(
            pk="vehicle_id",
            plate="vehicle__plate",
            vin="vehicle__vin_tail",
            source="vehicle__source_id",
            text="vehicle__model_text",
            name="vehicle__variant__full_name",
            name_en="vehicle__variant__full_name_en",
        )
    )
    stores = CustomerStore.objects.filter(customer=mine).values("store_id")
    return rows.annotate(
        listed_phone=Subquery(number),
        listed_cars=ArraySubquery(cars),
        listed_stores=ArraySubquery(stores.order_by("store__code")),
    )


def tell(rows: list[Customer]) -> None:
    """Give each row its ``listed``."""
    houses = {store.pk: store for store in STORES.fetch()}
    for row in rows:
        facts: Any = row
        facts.listed = Listed(
            Number(**facts.listed_phone) if facts.listed_phone else None,
            [car_of(fact) for fact in facts.listed_cars],
            " · ".join(str(houses[pk]) for pk in facts.listed_stores),
            [houses[pk].code for pk in facts.listed_stores],
        )


def facts_of(customer: Row) -> Listed:
    """What ``tell`` gave it."""
    facts: Listed = customer.listed
    return facts


def masked_number(customer: Customer) -> str:
    phone = facts_of(customer).phone
    return display.masked_phone(phone.number) if phone is not None else ""


def cars_in_words(customer: Customer) -> str:
    return ", ".join(car.plate or car.title for car in facts_of(customer).cars)


def car_of(fact: CarFact) -> Car:
    title = f"…{fact['vin']}" if fact["vin"] else fact["source"] or ""
    model = in_language(fact["name"] or "", fact["name_en"] or "") or fact["text"]
    return Car(fact["pk"], fact["plate"] or "", title, model)
