"""Every URL of the site: what it needs, what it answers. A URL that is not here fails the test.

    page(name, right)          GET 200
    form(name, right)          GET 200, POST of nothing 422 with what was wrong
    verb(name, right)          POST only: 302 to the next page
    api(name, GET=(right, 200), POST=(right, 400) …)

``of`` names the row of ``things.py`` that the URL is about; another store's row is 404. ``shared`` rows belong to the group.
``path`` stands for an address without a pattern, ``key`` is the word in the address where there is no row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dms.access import PUBLIC, SIGNED_IN

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Answer:
    """Who may, what comes, and what must be sent for it."""

    right: str
    code: int
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Url:
    name: str
    answers: Mapping[str, Answer]
    of: str = ""
    shared: bool = False
    query: str = ""
    key: str = ""
    path: str = ""

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api:")


def page(name: str, right: str, of: str = "", *, shared: bool = False, query: str = "") -> Url:
    return Url(name, {"GET": Answer(right, 200)}, of, shared, query)


NOTHING = {"csrfmiddlewaretoken": "-"}
"""What a browser sends of a form in which nothing was typed."""


def form(name: str, right: str, of: str = "", *, empty: int = 422, query: str = "") -> Url:
    return Url(name, {"GET": Answer(right, 200), "POST": Answer(right, empty, NOTHING)}, of, query=query)


def verb(name: str, right: str, of: str = "", *, code: int = 302, **data: Any) -> Url:
    return Url(name, {"POST": Answer(right, code, data)}, of)


def api(name: str, of: str = "", *, shared: bool = False, query: str = "", **answers: tuple[Any, ...]) -> Url:
    return Url(f"api:{name}", {method: Answer(*answer) for method, answer in answers.items()}, of, shared, query)


def base_data(noun: str, read: str, of: str, *, shared: bool = True) -> tuple[Url, Url]:
    """List and detail of a resource that only configurators change."""
    write = "dms.configure"
    return (
        api(f"dms:{noun}-list", GET=(read, 200), POST=(write, 400)),
        api(f"dms:{noun}-detail", of, shared=shared, GET=(read, 200), PATCH=(write, 200), DELETE=(write, 204)),
    )


def readable(noun: str, right: str, of: str, *, shared: bool = False) -> tuple[Url, Url]:
    """List and detail of a resource that nobody changes by itself."""
    return (
        api(f"dms:{noun}-list", GET=(right, 200)),
        api(f"dms:{noun}-detail", of, shared=shared, GET=(right, 200)),
    )


PAGES = (
    form("login", PUBLIC, empty=200),
    verb("logout", SIGNED_IN),
    form("password_change", SIGNED_IN, empty=200),
    page("dms:home", "dms.home"),
    page("dms:work", "dms.home"),
    page("dms:search", "dms.home", query="q=半夏"),
    verb("dms:choose_store", SIGNED_IN),
    verb("dms:choose_language", PUBLIC, language="en"),
    verb("dms:choose_theme", SIGNED_IN, theme="dark"),
    Url("dms:profile", {"GET": Answer(SIGNED_IN, 200), "POST": Answer(SIGNED_IN, 422, {"phone": "1" * 40})}),
    verb("dms:token_new", SIGNED_IN, code=422, days="0"),
    verb("dms:token_revoke", SIGNED_IN, "token"),
    page("dms:people", "dms.people"),
    verb("dms:person_phone", "dms.people", "user", code=200),
    verb("dms:person_unlock", "dms.unlock", "locked_user"),
    page("dms:absence_month", "dms.people"),
    page("dms:absences", "dms.people"),
    form("dms:absence_new", "dms.absences"),
    form("dms:absence_edit", "dms.absences", "absence"),
    form("dms:absence_remove", "dms.absences", "absence"),
    page("dms:jobs", "dms.jobs"),
    form("dms:job_new", "dms.jobs", empty=200),
    page("dms:job", "dms.jobs", "job"),
    page("dms:job_progress", "dms.jobs", "job"),
    verb("dms:job_cancel", "dms.jobs", "job"),
    verb("dms:job_retry", "dms.jobs", "ended_job"),
    Url("dms:export", {"GET": Answer("dms.jobs", 200), "POST": Answer("dms.jobs", 302)}, key="people"),
    page("dms:attachment", "dms.home", "attachment"),
    page("dms:messages", "dms.messages"),
    page("dms:message", "dms.messages", "message"),
    verb("dms:message_resend", "dms.messages", "failed_message"),
    verb("dms:message_cancel", "dms.messages", "message"),
    page("dms:events", "dms.events"),
    page("dms:variants", "dms.catalogue"),
    page("dms:variant", "dms.catalogue", "variant", shared=True),
    page("dms:configuration", "dms.configure"),
    form("dms:patterns", "dms.configure"),
    page("healthz", PUBLIC),
    page("readyz", PUBLIC),
)

CRM = (
    page("crm:customers", "crm.view"),
    form("crm:customer_new", "crm.edit"),
    page("crm:customer_known", "crm.view", query="phone=13800000000"),
    verb("crm:customer_look_up", "crm.edit", code=409, text="13899999999"),
    page("crm:customer", "crm.view", "customer"),
    form("crm:customer_edit", "crm.edit", "customer"),
    verb("crm:phone_add", "crm.edit", "customer", number="13700000000", kind="MOBILE"),
    form("crm:person_new", "crm.edit", "customer"),
    form("crm:vehicle_new", "crm.edit", "customer"),
    verb("crm:phone_reveal", "crm.reveal", "phone", code=200),
    verb("crm:phone_prefer", "crm.edit", "phone"),
    verb("crm:phone_remove", "crm.edit", "phone", code=409),
    page("crm:vehicles", "crm.view"),
    page("crm:vehicle", "crm.view", "vehicle"),
    form("crm:vehicle_edit", "crm.edit", "vehicle"),
    verb("crm:vehicle_mileage", "crm.edit", "vehicle", km="12000"),
    form("crm:vehicle_hand_over", "crm.edit", "vehicle"),
    page("crm:desk", "crm.call"),
    page("crm:desk_call", "crm.call", "follow_up"),
    verb("crm:desk_record", "crm.call", "follow_up", result="DONE"),
    form("crm:contact_new", "crm.call", "customer"),
    page("crm:follow_ups", "crm.call"),
    page("crm:contacts", "crm.call"),
    page("crm:letters", "crm.call"),
    page("crm:letter_pdf", "crm.call", "letter"),
    verb("crm:letter_print", "crm.call", "letter"),
    verb("crm:letter_mail", "crm.call", "letter", code=409),
    page("crm:recall", "crm.call"),
    verb("crm:recall_prepare", "crm.manage", "store"),
    verb("crm:recall_print", "crm.manage", "recall"),
    verb("crm:recall_mail", "crm.manage", "recall", code=409),
    verb("crm:recall_plan", "crm.manage", "recall", text="-"),
    verb("crm:recall_void", "crm.call", "recall_entry"),
    page("crm:cadences", "crm.call"),
)

API = (
    api("docs", GET=(PUBLIC, 200)),
    api("schema", GET=(PUBLIC, 200)),
    Url("api:nowhere", dict.fromkeys(METHODS, Answer(PUBLIC, 404)), path="/api/no/such/place/"),
    api("auth:token", POST=(PUBLIC, 400), DELETE=(SIGNED_IN, 401)),
    api("auth:tokens-list", GET=(SIGNED_IN, 200)),
    api("auth:tokens-detail", "token", DELETE=(SIGNED_IN, 204)),
    api("dms:me", GET=(SIGNED_IN, 200)),
    api("dms:search-list", query="q=半夏", GET=("dms.home", 200)),
    api("dms:work-list", GET=("dms.home", 200)),
    *base_data("stores", "dms.home", "store", shared=False),
    *base_data("reasons", "dms.home", "reason"),
    *base_data("brands", "dms.catalogue", "brand"),
    *base_data("series", "dms.catalogue", "series"),
    *base_data("variants", "dms.catalogue", "variant"),
    *base_data("colours", "dms.catalogue", "colour"),
    *base_data("rates", "dms.home", "rate", shared=False),
    *base_data("number-series", "dms.configure", "number_series"),
    *readable("users", "dms.people", "user"),
    api("dms:users-unlock", "locked_user", POST=("dms.unlock", 200)),
    api("dms:absences-list", GET=("dms.people", 200), POST=("dms.absences", 400)),
    api(
        "dms:absences-detail", "absence", query="reason=changed",
        GET=("dms.people", 200), PATCH=("dms.absences", 200), DELETE=("dms.absences", 204),
    ),
    *readable("events", "dms.events", "event"),
    *readable("messages", "dms.messages", "message"),
    api("dms:messages-resend", "failed_message", POST=("dms.messages", 200)),
    api("dms:messages-cancel", "message", POST=("dms.messages", 200)),
    api("dms:jobs-list", GET=("dms.jobs", 200), POST=("dms.jobs", 400)),
    api("dms:jobs-detail", "job", GET=("dms.jobs", 200)),
    api("dms:jobs-kinds", GET=("dms.jobs", 200)),
    api("dms:jobs-cancel", "job", POST=("dms.jobs", 200)),
    api("dms:jobs-retry", "ended_job", POST=("dms.jobs", 200)),
    api("dms:jobs-output", "ended_job", GET=("dms.jobs", 200)),
    api("dms:jobs-report", "ended_job", GET=("dms.jobs", 200)),
    api("dms:attachments-list", GET=("dms.home", 200), POST=("dms.home", 415)),
    api("dms:attachments-detail", "attachment", GET=("dms.home", 200)),
    api("dms:attachments-content", "attachment", GET=("dms.home", 200)),
    api("crm:cadence-presets-list", GET=("crm.call", 200), POST=("dms.configure", 400)),
    api(
        "crm:cadence-presets-detail", "preset", shared=True,
        GET=("crm.call", 200), PATCH=("dms.configure", 200), DELETE=("dms.configure", 204),
    ),
    api("crm:follow-ups-list", GET=("crm.call", 200)),
    api("crm:follow-ups-detail", "follow_up", GET=("crm.call", 200)),
    api("crm:follow-ups-record", "follow_up", POST=("crm.call", 400)),
    api("crm:contacts-list", GET=("crm.call", 200), POST=("crm.call", 400)),
    api("crm:contacts-detail", "contact", GET=("crm.call", 200)),
    api("crm:letters-list", GET=("crm.call", 200)),
    api("crm:letters-detail", "letter", GET=("crm.call", 200)),
    api("crm:letters-printed", "letter", POST=("crm.call", 200)),
    api("crm:letters-mailed", "letter", POST=("crm.call", 409)),
    api("crm:recalls-list", GET=("crm.call", 200), POST=("crm.manage", 400)),
    api("crm:recalls-detail", "recall", GET=("crm.call", 200)),
    api("crm:recalls-print", "recall", POST=("crm.manage", 202)),
    api("crm:recalls-mail", "recall", POST=("crm.manage", 409)),
    api("crm:recalls-plan", "recall", POST=("crm.manage", 400)),
    api("crm:recall-entries-list", GET=("crm.call", 200)),
    api("crm:recall-entries-detail", "recall_entry", GET=("crm.call", 200)),
    api("crm:recall-entries-void", "recall_entry", POST=("crm.call", 200)),
    api("crm:recall-entries-book", "recall_entry", POST=("crm.call", 200)),
)  # fmt: skip

PIECES = {"store": "JJ01", "quantity": "1"}
PARTS = (
    page("parts:stock", "parts.view"),
    page("parts:stock_at", "parts.view", "stock"),
    verb("parts:stock_lost_sale", "parts.move", "stock"),
    form("parts:stock_correct", "parts.manage", "stock"),
    form("parts:stock_limits", "parts.plan", "stock"),
    verb("parts:reservation_release", "parts.move", "reservation"),
    form("parts:receive", "parts.move"),
    page("parts:parts", "parts.view"),
    form("parts:part_new", "parts.plan"),
    page("parts:part", "parts.view", "part", shared=True),
    Url("parts:part_edit", {"GET": Answer("parts.plan", 200), "POST": Answer("parts.plan", 422, NOTHING)}, "part", shared=True),
    page("parts:moves", "parts.view"),
    page("parts:lost_sales", "parts.view"),
    api("parts:parts-list", GET=("parts.view", 200), POST=("parts.plan", 400)),
    api("parts:parts-detail", "part", shared=True, GET=("parts.view", 200), PATCH=("parts.plan", 200)),
    api("parts:parts-receive", "part", shared=True, POST=("parts.move", 200, PIECES | {"cost": "21.40"})),
    api("parts:parts-issue", "part", shared=True, POST=("parts.move", 409, PIECES | {"source_line": "W-1", "signed_by": "石斛"})),
    api("parts:parts-reserve", "part", shared=True, POST=("parts.move", 409, PIECES | {"source_line": "W-1"})),
    api("parts:parts-correct", "part", shared=True, POST=("parts.manage", 400)),
    api("parts:parts-lost-sale", "part", shared=True, POST=("parts.move", 200, {"store": "JJ01"})),
    api("parts:stock-list", GET=("parts.view", 200)),
    api("parts:stock-detail", "stock", GET=("parts.view", 200), PATCH=("parts.plan", 200)),
    api("parts:stock-demand", "stock", GET=("parts.view", 200)),
    api("parts:moves-list", GET=("parts.view", 200)),
    api("parts:moves-detail", "move", GET=("parts.view", 200)),
    api("parts:moves-return", "move", POST=("parts.move", 200, {"quantity": "1"})),
    api("parts:reservations-list", GET=("parts.view", 200)),
    api("parts:reservations-detail", "reservation", GET=("parts.view", 200)),
    api("parts:reservations-release", "reservation", POST=("parts.move", 200)),
    api("parts:lost-sales-list", GET=("parts.view", 200)),
)  # fmt: skip

URLS = (*PAGES, *PARTS, *CRM, *API)

ADMIN_INDEX = page("admin:index", "dms.configure")
"""The admin site asks for its right in one place; its own tests open its pages."""
