"""What is measured: each case does one thing as a person or a program does it, and looks at the answer."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypedDict
from urllib.parse import quote

from bench import marks
from bench.client import Client, Person, WrongAnswerError
from bench.marks import Marks

PAGES_OF_A_LIST = 20


class Month(TypedDict):
    """A past month and what was delivered in it."""

    day: str
    deliveries: int


class Known(TypedDict):
    """A customer, and the car they drive."""

    pk: int
    name: str
    number: str
    plate: str


class World(TypedDict):
    """What the clients know of the filled dealership."""

    store: str
    pages: int
    customers: list[Known]
    lines: list[int]
    leads: dict[str, list[int]]
    work_orders: list[tuple[int, str]]
    invoices: list[int]
    people: dict[str, list[Person]]
    password: str
    month: Month
    so_far: Month
    rows: dict[str, int]


Act = Callable[[Client, World, int], None]
"""Do it once; the number differs with every call, over all clients."""


@dataclass(frozen=True)
class Case:
    name: str
    by: str
    act: Act
    target: float = 0
    """So many times the floor it may cost in processor time."""
    marks: Marks = field(default_factory=dict)


def expect(fact: object, *, about: object) -> None:
    if not fact:
        raise WrongAnswerError(str(about)[:300])


def customer_of(world: World, turn: int) -> Known:
    """Another customer every time, all over the file."""
    return world["customers"][turn * 7 % len(world["customers"])]


def floor(client: Client, _world: World, _turn: int) -> None:
    """What any answer costs: the same servers, middleware and log, without person, database and page."""
    client.bare("/healthz").expect(200, "ok")


# --- customers --------------------------------------------------------------------------------------------------------
def page_of(world: World, turn: int) -> int:
    """One of the first pages: nobody turns over four hundred."""
    return turn % min(PAGES_OF_A_LIST, world["pages"]) + 1


NAMED = re.compile(r'<td>\s*<a href="/crm/customers/')


def list_page(client: Client, world: World, turn: int) -> None:
    page = client.page(f"/crm/customers/?page={page_of(world, turn)}").expect(200)
    expect(len(NAMED.findall(page.text)) == 50, about="a page that has not 50 customers")


def list_api(client: Client, world: World, turn: int) -> None:
    rows = client.api(f"crm/customers/?page={page_of(world, turn)}").expect(200).json()["results"]
    expect(len(rows) == 50, about=rows)


def fragment_page(client: Client, world: World, turn: int) -> None:
    who = customer_of(world, turn)
    path = f"/crm/customers/?q={who['number'][-4:]}"
    client.page(path).expect(200, f'"/crm/customers/{who["pk"]}/"', who["name"])


def fragment_api(client: Client, world: World, turn: int) -> None:
    who = customer_of(world, turn)
    rows = client.api(f"crm/customers/?q={who['number'][-4:]}").expect(200).json()["results"]
    expect(who["pk"] in [row["id"] for row in rows], about=rows)


def open_page(client: Client, world: World, turn: int) -> None:
    who = customer_of(world, turn)
    client.page(f"/crm/customers/{who['pk']}/").expect(200, who["name"])


def open_api(client: Client, world: World, turn: int) -> None:
    who = customer_of(world, turn)
    client.api(f"crm/customers/{who['pk']}/").expect(200, who["name"])


def sought(who: Known, turn: int) -> str:
    """A plate or a number, as it is typed into the search box."""
    return "q=" + quote(who["plate"] if turn % 2 else who["number"])


def search_page(client: Client, world: World, turn: int) -> None:
    who = customer_of(world, turn)
    client.page(f"/search/?{sought(who, turn)}").expect(200, who["plate"])


def search_api(client: Client, world: World, turn: int) -> None:
    who = customer_of(world, turn)
    answer = client.api(f"dms/search/?{sought(who, turn)}").expect(200)
    expect(who["plate"] in [hit["plate"] for hit in answer.json()["results"]], about=answer)


# --- the first page, and the way to it ----------------------------------------------------------------------------------
def home(client: Client, _world: World, _turn: int) -> None:
    client.page("/").expect(200, '"/work/"')


def sign_in(client: Client, world: World, _turn: int) -> None:
    """A password is checked as slowly as the law of passwords wants it, then the home page comes."""
    client.sign_in(world["password"]).expect(200, '"/work/"')


# --- acts of sales ------------------------------------------------------------------------------------------------------
def new_guest(turn: int) -> dict[str, str]:
    return {"phone": f"191{turn:08}", "name": f"Guest {turn}", "level": "H"}


def lead_page(client: Client, _world: World, turn: int) -> None:
    guest = new_guest(turn)
    client.followed("/sales/leads/new/", guest).expect(200, guest["name"])


def lead_api(client: Client, world: World, turn: int) -> None:
    guest = new_guest(turn)
    made = client.api("sales/leads/", {"store": world["store"], **guest}).expect(201).json()
    expect(made["status"] == "OPEN" and made["next_contact_at"], about=made)


def own_lead(client: Client, world: World, turn: int) -> int:
    leads = world["leads"][client.who["user"]]
    return leads[turn % len(leads)]


def contact_of(by: str, turn: int) -> dict[str, str]:
    return {"result": "TALKED", "level": "A", "channel": "CALL", "what": f"Talk {turn}", "key": f"contact-{by}-{turn}"}


def contact_page(client: Client, world: World, turn: int) -> None:
    lead = own_lead(client, world, turn)
    client.followed(f"/sales/leads/{lead}/record/", contact_of("page", turn)).expect(200, "/sales/leads/")


def contact_api(client: Client, world: World, turn: int) -> None:
    path = f"sales/leads/{own_lead(client, world, turn)}/contact/"
    client.api(path, contact_of("api", turn)).expect(200, f"Talk {turn}")


# --- the workshop and its parts -----------------------------------------------------------------------------------------
def work_order_page(client: Client, world: World, turn: int) -> None:
    pk, number = world["work_orders"][turn % len(world["work_orders"])]
    client.page(f"/aftersales/work-orders/{pk}/").expect(200, number)


def work_order_api(client: Client, world: World, turn: int) -> None:
    pk, number = world["work_orders"][turn % len(world["work_orders"])]
    client.api(f"aftersales/work-orders/{pk}/").expect(200, number)


def board(client: Client, world: World, turn: int) -> None:
    pk, _number = world["work_orders"][turn % len(world["work_orders"])]
    client.page("/aftersales/board/").expect(200, f'"/aftersales/work-orders/{pk}/"')


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


# --- the desks ----------------------------------------------------------------------------------------------------------
def call_desk(client: Client, _world: World, _turn: int) -> None:
    client.page("/crm/calls/").expect(200, "/record/")


def invoice_of(world: World, turn: int) -> int:
    return world["invoices"][turn % len(world["invoices"])]


def payment(by: str, turn: int) -> dict[str, str]:
    return {"amount": "1.00", "method": "WECHAT", "note": "", "key": f"pay-{by}-{turn}"}


def pay_page(client: Client, world: World, turn: int) -> None:
    invoice = invoice_of(world, turn)
    client.followed(f"/crm/invoices/{invoice}/take/", payment("page", turn)).expect(200, "/pdf/")


def pay_api(client: Client, world: World, turn: int) -> None:
    taken = client.api(f"crm/invoices/{invoice_of(world, turn)}/take/", payment("api", turn)).expect(200).json()
    expect(float(taken["received"]) >= 1, about=taken)


# --- report -----------------------------------------------------------------------------------------------------------
def month_page(client: Client, world: World, _turn: int) -> None:
    month = world["month"]
    client.page(f"/reports/daily/?day={month['day']}").expect(200, f">{month['deliveries']:,}<")


def so_far_page(client: Client, world: World, _turn: int) -> None:
    delivered = world["so_far"]["deliveries"]
    client.page("/reports/daily/").expect(200, f">{delivered:,}<" if delivered else "zero")


def so_far_api(client: Client, world: World, _turn: int) -> None:
    figures = client.api(f"reports/daily/?store={world['store']}").expect(200).json()["figures"]
    delivered = next(figure["month"] for figure in figures if figure["key"] == "deliveries")
    expect(float(delivered) == world["so_far"]["deliveries"], about=figures)


def month_api(client: Client, world: World, _turn: int) -> None:
    month = world["month"]
    figures = client.api(f"reports/daily/?day={month['day']}&store={world['store']}").expect(200).json()["figures"]
    delivered = next(figure["month"] for figure in figures if figure["key"] == "deliveries")
    expect(float(delivered) == month["deliveries"], about=figures)


FLOOR = Case("the floor: /healthz", "adviser", floor, 1)

CASES = (
    FLOOR,
    Case("list 50 customers by name, page", "adviser", list_page, 9, marks.LIST),
    Case("list 50 customers by name, API", "adviser", list_api, 5, marks.LIST),
    Case("customers by phone fragment, page", "adviser", fragment_page, 8, marks.FRAGMENT),
    Case("customers by phone fragment, API", "adviser", fragment_api, 4, marks.FRAGMENT),
    Case("open a customer, page", "adviser", open_page, 9, marks.OPEN),
    Case("open a customer, API", "adviser", open_api, 3, marks.OPEN),
    Case("create an A card, page and card", "adviser", lead_page, 16, marks.LEAD),
    Case("create an A card, API", "adviser", lead_api, 7, marks.LEAD),
    Case("issue a part, page and work order", "parts_clerk", issue_page, 20, marks.ISSUE),
    Case("issue a part, API", "parts_clerk", issue_api, 7, marks.ISSUE),
    Case("the month in figures, page", "sales_manager", month_page, 10, marks.MONTH),
    Case("the month in figures, API", "sales_manager", month_api, 6, marks.MONTH),
    Case("today and the month so far, page", "sales_manager", so_far_page, 10),
    Case("today and the month so far, API", "sales_manager", so_far_api, 6),
    Case("home of an adviser", "adviser", home, 9),
    Case("home of a service adviser", "service_adviser", home, 9),
    Case("home of the general manager", "gm", home, 14),
    Case("open a work order, page", "service_adviser", work_order_page, 12),
    Case("open a work order, API", "service_adviser", work_order_api, 5),
    Case("the workshop board", "service_adviser", board, 14),
    Case("the calling page", "callback", call_desk, 15),
    Case("search everything, page", "adviser", search_page, 7),
    Case("search everything, API", "adviser", search_api, 5),
    Case("record a contact, page and next card", "adviser", contact_page, 16),
    Case("record a contact, API", "adviser", contact_api, 7),
    Case("take a payment, page and invoice", "cashier", pay_page, 16),
    Case("take a payment, API", "cashier", pay_api, 7),
    Case("sign in and see home", "adviser", sign_in, 300),
)
