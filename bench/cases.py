"""What is measured: each case does one thing as a person or a program does it, and looks at the answer."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.client import Client, WrongAnswerError

World = dict[str, Any]
Act = Callable[[Client, World, int], None]
"""Do it once; the number differs with every call, over all clients."""

PAGES_OF_A_LIST = 20


@dataclass(frozen=True)
class Mark:
    """What another system took on a machine like this: milliseconds alone (p50), operations a second with eight clients."""

    alone: float
    rate: float


@dataclass(frozen=True)
class Case:
    name: str
    by: str
    act: Act
    mark: Mark | None = None


def expect(fact: Any, *, about: Any) -> None:
    if not fact:
        raise WrongAnswerError(str(about)[:300])


def customer_of(world: World, turn: int) -> tuple[int, str, str]:
    """Another customer every time, all over the file."""
    pk, name, number = world["customers"][turn * 7 % len(world["customers"])]
    return pk, name, number


# --- customers --------------------------------------------------------------------------------------------------------
def page_of(world: World, turn: int) -> int:
    """One of the first pages: nobody turns over four hundred."""
    first: int = min(PAGES_OF_A_LIST, world["pages"])
    return turn % first + 1


NAMED = re.compile(r'<td>\s*<a href="/crm/customers/')


def list_page(client: Client, world: World, turn: int) -> None:
    page = client.page(f"/crm/customers/?page={page_of(world, turn)}").expect(200)
    expect(len(NAMED.findall(page.text)) == 50, about="a page that has not 50 customers")


def list_api(client: Client, world: World, turn: int) -> None:
    rows = client.api(f"crm/customers/?page={page_of(world, turn)}").expect(200).json()["results"]
    expect(len(rows) == 50, about=rows)


def fragment_page(client: Client, world: World, turn: int) -> None:
    pk, name, number = customer_of(world, turn)
    client.page(f"/crm/customers/?q={number[4:10]}").expect(200, f'"/crm/customers/{pk}/"', name)


def fragment_api(client: Client, world: World, turn: int) -> None:
    pk, _name, number = customer_of(world, turn)
    rows = client.api(f"crm/customers/?q={number[4:10]}").expect(200).json()["results"]
    expect(pk in [row["id"] for row in rows], about=rows)


def open_page(client: Client, world: World, turn: int) -> None:
    pk, name, _number = customer_of(world, turn)
    client.page(f"/crm/customers/{pk}/").expect(200, name)


def open_api(client: Client, world: World, turn: int) -> None:
    pk, name, _number = customer_of(world, turn)
    client.api(f"crm/customers/{pk}/").expect(200, name)


# --- acts -------------------------------------------------------------------------------------------------------------
def new_guest(turn: int) -> dict[str, str]:
    return {"phone": f"191{turn:08}", "name": f"Guest {turn}", "level": "H"}


def lead_page(client: Client, _world: World, turn: int) -> None:
    guest = new_guest(turn)
    client.followed("/sales/leads/new/", guest).expect(200, guest["name"])


def lead_api(client: Client, world: World, turn: int) -> None:
    guest = new_guest(turn)
    made = client.api("sales/leads/", {"store": world["store"], **guest}).expect(201).json()
    expect(made["status"] == "OPEN" and made["next_contact_at"], about=made)


def issue_page(client: Client, world: World, turn: int) -> None:
    line = world["lines"][turn % len(world["lines"])]
    form = {"quantity": "1", "signed_by": "bench", "key": f"page-{turn}"}
    client.followed(f"/aftersales/lines/{line}/issue/", form).expect(200, f'"/aftersales/lines/{line}/')


def issue_api(client: Client, world: World, turn: int) -> None:
    line = world["lines"][turn % len(world["lines"])]
    answer = client.api(
        f"aftersales/work-lines/{line}/issue/", {"quantity": "1", "signed_by": "bench", "key": f"api-{turn}"}
    )
    expect(float(answer.expect(200).json()["issued"]) >= 1, about=answer)


# --- report -----------------------------------------------------------------------------------------------------------
def month_page(client: Client, world: World, _turn: int) -> None:
    month = world["month"]
    client.page(f"/reports/daily/?day={month['day']}").expect(200, f">{month['deliveries']:,}<")


def month_api(client: Client, world: World, _turn: int) -> None:
    month = world["month"]
    figures = client.api(f"reports/daily/?day={month['day']}&store={world['store']}").expect(200).json()["figures"]
    deliveries = next(figure["month"] for figure in figures if figure["key"] == "deliveries")
    expect(float(deliveries) == month["deliveries"], about=figures)


LIST, OPEN, LEAD, ISSUE, MONTH = Mark(77, 23), Mark(26, 62), Mark(35, 58), Mark(86, 20), Mark(85, 29)

CASES = (
    Case("list 50 customers by name, page", "adviser", list_page, LIST),
    Case("list 50 customers by name, API", "adviser", list_api, LIST),
    Case("customers by phone fragment, page", "adviser", fragment_page),
    Case("customers by phone fragment, API", "adviser", fragment_api),
    Case("open a customer, page", "adviser", open_page, OPEN),
    Case("open a customer, API", "adviser", open_api, OPEN),
    Case("create an A card, page and card", "adviser", lead_page, LEAD),
    Case("create an A card, API", "adviser", lead_api, LEAD),
    Case("issue a part, page and work order", "parts_clerk", issue_page, ISSUE),
    Case("issue a part, API", "parts_clerk", issue_api, ISSUE),
    Case("the month in figures, page", "sales_manager", month_page, MONTH),
    Case("the month in figures, API", "sales_manager", month_api, MONTH),
)
