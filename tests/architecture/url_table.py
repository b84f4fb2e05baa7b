"""Every URL of the site: what it needs, what it answers. A URL that is not here fails the test.

    page(name, right)          GET 200
    form(name, right)          GET 200, POST of nothing 422 with what was wrong
    verb(name, right)          POST only: 302 to the next page
    api(name, GET=(right, 200), POST=(right, 400) …)

``of`` names the row of ``rows.py`` that the URL is about; another store's row is 404. ``shared`` rows belong to the group.
``path`` stands for an address without a pattern, ``key`` is the word in the address where there is no row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dms.web.rights import PUBLIC, SIGNED_IN

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


def not_yet(name: str, right: str, of: str) -> Url:
    """A form whose act is not open to the row: it does not even open."""
    return Url(name, {"GET": Answer(right, 409), "POST": Answer(right, 422, NOTHING)}, of)


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
    Url("login_code", {"GET": Answer(PUBLIC, 302), "POST": Answer(PUBLIC, 302, NOTHING)}),
    verb("logout", SIGNED_IN),
    form("password_change", SIGNED_IN, empty=200),
    page("dms:home", "dms.home"),
    page("dms:work", "dms.home"),
    page("dms:bell", "dms.home"),
    page("dms:search", "dms.home", query="q=半夏"),
    verb("dms:choose_store", SIGNED_IN),
    verb("dms:choose_language", PUBLIC, language="en"),
    verb("dms:choose_theme", SIGNED_IN, theme="dark"),
    Url("dms:profile", {"GET": Answer(SIGNED_IN, 200), "POST": Answer(SIGNED_IN, 422, {"phone": "1" * 40})}),
    form("dms:second_factor", SIGNED_IN),
    Url("dms:second_factor_off", {"GET": Answer(SIGNED_IN, 302), "POST": Answer(SIGNED_IN, 302, NOTHING)}),
    Url("dms:recovery_codes", {"GET": Answer(SIGNED_IN, 302), "POST": Answer(SIGNED_IN, 302, NOTHING)}),
    verb("dms:token_new", SIGNED_IN, code=422, days="0"),
    verb("dms:token_revoke", SIGNED_IN, "token"),
    page("dms:people", "dms.people"),
    verb("dms:person_phone", "dms.people", "user", code=200),
    verb("dms:person_unlock", "dms.unlock", "locked_user"),
    form("dms:person_hand_over", "dms.absences", "user"),
    form("dms:person_switch_off", "dms.configure", "user"),
    form("dms:person_reset_second_factor", "dms.configure", "two_factor_user"),
    verb("dms:person_switch_on", "dms.configure", "gone_user"),
    page("dms:absence_month", "dms.people"),
    page("dms:absences", "dms.people"),
    form("dms:absence_new", "dms.absences"),
    form("dms:absence_edit", "dms.absences", "absence", empty=302),
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
    form("dms:message_correct", "dms.messages", "failed_message"),
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
    form("crm:customer_edit", "crm.edit", "customer", empty=302),
    page("crm:customer_duplicates", "crm.manage", "customer"),
    Url("crm:customer_merge", {method: Answer("crm.manage", 302) for method in ("GET", "POST")}, "customer"),
    form("crm:merge_undo", "crm.manage", "merge"),
    form("crm:phone_add", "crm.edit", "customer"),
    form("crm:person_new", "crm.edit", "customer"),
    form("crm:customer_withdraw", "crm.edit", "customer"),
    form("crm:customer_consent", "crm.edit", "customer"),
    form("crm:customer_erase", "crm.manage", "customer"),
    verb("crm:customer_data", "crm.manage", "customer"),
    form("crm:vehicle_new", "crm.edit", "customer"),
    verb("crm:phone_reveal", "crm.reveal", "phone", code=200),
    verb("crm:phone_prefer", "crm.edit", "phone"),
    verb("crm:phone_remove", "crm.edit", "phone", code=409),
    verb("crm:phone_confirm", "crm.call", "phone", code=409),
    page("crm:vehicles", "crm.view"),
    page("crm:vehicle", "crm.view", "vehicle"),
    form("crm:vehicle_edit", "crm.edit", "vehicle", empty=302),
    form("crm:vehicle_mileage", "crm.edit", "vehicle"),
    not_yet("crm:vehicle_correct_mileage", "crm.edit", "vehicle"),
    form("crm:vehicle_hand_over", "crm.edit", "vehicle"),
    page("crm:call_desk", "crm.call"),
    page("crm:call", "crm.call", "follow_up"),
    verb("crm:call_record", "crm.call", "follow_up", result="DONE"),
    verb("crm:call_reopen", "crm.call", "follow_up", code=409),
    form("crm:contact_new", "crm.call", "customer"),
    form("crm:contact_correct", "crm.call", "contact"),
    page("crm:follow_ups", "crm.call"),
    verb("crm:follow_ups_hand_over", "crm.manage"),
    page("crm:contacts", "crm.call"),
    form("crm:customer_complain", "crm.edit", "customer"),
    page("crm:complaints", "crm.edit"),
    page("crm:complaint", "crm.edit", "complaint"),
    verb("crm:complaint_take", "crm.edit", "complaint"),
    form("crm:complaint_solve", "crm.edit", "complaint"),
    not_yet("crm:complaint_close", "crm.edit", "complaint"),
    not_yet("crm:complaint_reopen", "crm.edit", "complaint"),
    form("crm:complaint_assign", "crm.manage", "complaint"),
    form("crm:complaint_void", "crm.manage", "complaint"),
    verb("crm:complaint_restore", "crm.manage", "complaint", code=409),
    verb("crm:complaints_hand_over", "crm.manage"),
    page("crm:letters", "crm.call"),
    page("crm:letter_pdf", "crm.call", "letter"),
    verb("crm:letter_print", "crm.call", "letter"),
    verb("crm:letter_mail", "crm.call", "letter", code=409),
    page("crm:care_files", "crm.call"),
    page("crm:care_files_pdf", "crm.call"),
    page("crm:care_records", "crm.call"),
    page("crm:care_records_pdf", "crm.call"),
    page("crm:care_register", "crm.call"),
    page("crm:care_register_pdf", "crm.call"),
    page("crm:care_letters", "crm.call"),
    page("crm:care_letters_pdf", "crm.call"),
    page("crm:recall", "crm.call"),
    verb("crm:recall_prepare", "crm.manage", "store"),
    verb("crm:recall_print", "crm.manage", "recall"),
    verb("crm:recall_mail", "crm.manage", "recall", code=409),
    form("crm:recall_plan", "crm.manage", "recall"),
    form("crm:recall_void", "crm.call", "recall_entry"),
    not_yet("crm:recall_restore", "crm.call", "recall_entry"),
    page("crm:cadences", "crm.call"),
    page("crm:promises", "crm.manage"),
)

API = (
    api("docs", GET=(PUBLIC, 200)),
    api("schema", query="format=json", GET=(PUBLIC, 200)),
    Url("api:nowhere", dict.fromkeys(METHODS, Answer(PUBLIC, 404)), path="/api/no/such/place/"),
    api("auth:token", POST=(PUBLIC, 400), DELETE=(SIGNED_IN, 401)),
    api("auth:tokens-list", GET=(SIGNED_IN, 200)),
    api("auth:tokens-detail", "token", DELETE=(SIGNED_IN, 204)),
    api("dms:me", GET=(SIGNED_IN, 200), PATCH=(SIGNED_IN, 200)),
    api("dms:search-list", query="q=半夏", GET=("dms.home", 200)),
    api("dms:work-list", GET=("dms.home", 200)),
    api("dms:process-map-list", GET=("dms.home", 200)),
    *base_data("stores", "dms.home", "store", shared=False),
    *base_data("reasons", "dms.home", "reason"),
    *base_data("brands", "dms.catalogue", "brand"),
    *base_data("series", "dms.catalogue", "series"),
    *base_data("variants", "dms.catalogue", "variant"),
    *base_data("colours", "dms.catalogue", "colour"),
    *base_data("rates", "dms.home", "rate", shared=False),
    *base_data("number-series", "dms.configure", "number_series"),
    *readable("users", "dms.people", "user"),
    api("dms:users-reveal-phone", "user", POST=("dms.people", 200)),
    api("dms:users-open-work", "user", GET=("dms.absences", 200)),
    api("dms:users-hand-over", "user", POST=("dms.absences", 400)),
    api("dms:users-switch-off", "user", POST=("dms.configure", 400)),
    api("dms:users-reset-second-factor", "two_factor_user", POST=("dms.configure", 400)),
    api("dms:users-switch-on", "gone_user", POST=("dms.configure", 200)),
    api("dms:users-unlock", "locked_user", POST=("dms.unlock", 200)),
    api("dms:absences-list", GET=("dms.people", 200), POST=("dms.absences", 400)),
    api(
        "dms:absences-detail",
        "absence",
        query="reason=changed",
        GET=("dms.people", 200),
        PATCH=("dms.absences", 200),
        DELETE=("dms.absences", 204),
    ),
    *readable("events", "dms.events", "event"),
    *readable("messages", "dms.messages", "message"),
    api("dms:messages-resend", "failed_message", POST=("dms.messages", 200)),
    api("dms:messages-cancel", "message", POST=("dms.messages", 200)),
    api("dms:messages-correct", "failed_message", POST=("dms.messages", 400)),
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
        "crm:cadence-presets-detail",
        "preset",
        shared=True,
        GET=("crm.call", 200),
        PATCH=("dms.configure", 200),
        DELETE=("dms.configure", 204),
    ),
    api("crm:customers-list", GET=("crm.view", 200), POST=("crm.edit", 400)),
    api("crm:customers-add-person", "customer", POST=("crm.edit", 400)),
    api("crm:customers-duplicates", "customer", GET=("crm.manage", 200)),
    api("crm:customers-withdraw", "customer", POST=("crm.edit", 400)),
    api("crm:customers-consent", "customer", POST=("crm.edit", 400)),
    api("crm:customers-erase", "customer", POST=("crm.manage", 400)),
    api("crm:customers-data", "customer", POST=("crm.manage", 202)),
    api("crm:customers-consents", "customer", GET=("crm.view", 200)),
    api("crm:customers-merge", "customer", POST=("crm.manage", 400)),
    api("crm:customers-merges", "customer", GET=("crm.manage", 200)),
    api("crm:customer-merges-undo", "merge", POST=("crm.manage", 400)),
    api("crm:customers-detail", "customer", GET=("crm.view", 200), PATCH=("crm.edit", 200)),
    api("crm:customers-add-phone", "customer", POST=("crm.edit", 400)),
    api("crm:customers-look-up", POST=("crm.edit", 400)),
    api("crm:phones-detail", "phone", DELETE=("crm.edit", 409)),
    api("crm:phones-prefer", "phone", POST=("crm.edit", 200)),
    api("crm:phones-confirm", "phone", POST=("crm.call", 409)),
    api("crm:phones-reveal", "phone", POST=("crm.reveal", 200)),
    api("crm:follow-ups-list", GET=("crm.call", 200)),
    api("crm:follow-ups-detail", "follow_up", GET=("crm.call", 200)),
    api("crm:follow-ups-record", "follow_up", POST=("crm.call", 400)),
    api("crm:follow-ups-reopen", "follow_up", POST=("crm.call", 409)),
    api("crm:follow-ups-hand-over", POST=("crm.manage", 400)),
    api("crm:contacts-list", GET=("crm.call", 200), POST=("crm.call", 400)),
    api("crm:contacts-detail", "contact", GET=("crm.call", 200)),
    api("crm:contacts-correct", "contact", POST=("crm.call", 400)),
    api("crm:complaints-list", GET=("crm.edit", 200), POST=("crm.edit", 400)),
    api("crm:complaints-detail", "complaint", GET=("crm.edit", 200)),
    api("crm:complaints-take", "complaint", POST=("crm.edit", 200)),
    api("crm:complaints-assign", "complaint", POST=("crm.manage", 400)),
    api("crm:complaints-solve", "complaint", POST=("crm.edit", 400)),
    api("crm:complaints-close", "complaint", POST=("crm.edit", 400)),
    api("crm:complaints-reopen", "complaint", POST=("crm.edit", 400)),
    api("crm:complaints-void", "complaint", POST=("crm.manage", 400)),
    api("crm:complaints-restore", "complaint", POST=("crm.manage", 409)),
    api("crm:complaints-hand-over", POST=("crm.manage", 400)),
    api("crm:letters-list", GET=("crm.call", 200)),
    api("crm:letters-detail", "letter", GET=("crm.call", 200)),
    api("crm:letters-pdf", "letter", GET=("crm.call", 200)),
    api("crm:letters-printed", "letter", POST=("crm.call", 200)),
    api("crm:letters-mailed", "letter", POST=("crm.call", 409)),
    api("crm:recalls-list", GET=("crm.call", 200), POST=("crm.manage", 400)),
    api("crm:recalls-detail", "recall", GET=("crm.call", 200)),
    api("crm:recalls-print", "recall", POST=("crm.manage", 202)),
    api("crm:recalls-mail", "recall", POST=("crm.manage", 409)),
    api("crm:recalls-plan", "recall", POST=("crm.manage", 400)),
    api("crm:recall-entries-list", GET=("crm.call", 200)),
    api("crm:recall-entries-detail", "recall_entry", GET=("crm.call", 200)),
    api("crm:recall-entries-void", "recall_entry", POST=("crm.call", 400)),
    api("crm:recall-entries-restore", "recall_entry", POST=("crm.call", 400)),
    api("crm:vehicles-list", GET=("crm.view", 200), POST=("crm.edit", 400)),
    api("crm:vehicles-detail", "vehicle", GET=("crm.view", 200), PATCH=("crm.edit", 200)),
    api("crm:vehicles-mileage", "vehicle", POST=("crm.edit", 400)),
    api("crm:vehicles-correct-mileage", "vehicle", POST=("crm.edit", 400)),
    api("crm:vehicles-hand-over", "vehicle", POST=("crm.edit", 400)),
    api("crm:vehicles-timeline", "vehicle", GET=("crm.view", 200)),
)

PIECES = {"store": "JJ01", "quantity": "1"}
PARTS = (
    page("parts:stock", "parts.view"),
    page("parts:stock_at", "parts.view", "stock"),
    verb("parts:stock_lost_sale", "parts.move", "stock"),
    form("parts:stock_correct", "parts.manage", "stock"),
    form("parts:stock_limits", "parts.plan", "stock", empty=302),
    verb("parts:reservation_release", "parts.move", "reservation"),
    form("parts:receive", "parts.move"),
    page("parts:parts", "parts.view"),
    form("parts:part_new", "parts.plan"),
    page("parts:part", "parts.view", "part", shared=True),
    Url(
        "parts:part_edit",
        {"GET": Answer("parts.plan", 200), "POST": Answer("parts.plan", 302, NOTHING)},
        "part",
        shared=True,
    ),
    page("parts:moves", "parts.view"),
    page("parts:lost_sales", "parts.view"),
    api("parts:parts-list", GET=("parts.view", 200), POST=("parts.plan", 400)),
    api("parts:parts-detail", "part", shared=True, GET=("parts.view", 200), PATCH=("parts.plan", 200)),
    api("parts:parts-receive", "part", shared=True, POST=("parts.move", 200, PIECES | {"cost": "21.40"})),
    api(
        "parts:parts-issue",
        "part",
        shared=True,
        POST=("parts.move", 409, PIECES | {"source_line": "W-1", "signed_by": "石斛"}),
    ),
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
)

REPORTS = (
    page("reports:daily", "reports.view"),
    Url("reports:daily_rows", {"GET": Answer("sales.view", 200)}, key="visits"),
    api("reports:daily-list", GET=("reports.view", 200)),
    api("crm:promises-list", GET=("crm.manage", 200)),
)

SALES = (
    Url("sales:register", {"GET": Answer("sales.view", 200), "POST": Answer("sales.register", 422, NOTHING)}),
    page("sales:register_pdf", "sales.view"),
    form("sales:visit_correct", "sales.register", "visit", empty=302),
    form("sales:visit_void", "sales.register", "visit"),
    verb("sales:visit_still_here", "sales.register", "left_visit"),
    page("sales:visit_known", "sales.view", query="phone=13800000000"),
    verb("sales:visit_next", "sales.register"),
    form("sales:visit_complete", "sales.register", "unfilled_visit"),
    verb("sales:visit_leave", "sales.register", "visit"),
    verb("sales:visit_assign", "sales.register", "visit"),
    not_yet("sales:rota_skip", "sales.register", "rota_place"),
    verb("sales:rota_present", "sales.register", "rota_place", present="0"),
    page("sales:leads", "sales.view"),
    *(verb(f"sales:{name}_hand_over", "sales.approve") for name in ("leads", "orders", "owner_cards")),
    form("sales:lead_new", "sales.sell"),
    page("sales:lead", "sales.view", "lead"),
    form("sales:lead_edit", "sales.sell", "lead", empty=302),
    form("sales:lead_record", "sales.sell", "lead"),
    form("sales:lead_reschedule", "sales.sell", "lead"),
    form("sales:lead_reassign", "sales.approve", "lead"),
    form("sales:lead_loss", "sales.sell", "lead"),
    Url(
        "sales:lead_confirm",
        {"GET": Answer("sales.approve", 409), "POST": Answer("sales.approve", 422, NOTHING)},
        "lead",
    ),
    Url(
        "sales:lead_return",
        {"GET": Answer("sales.approve", 409), "POST": Answer("sales.approve", 422, NOTHING)},
        "lead",
    ),
    not_yet("sales:lead_withdraw_loss", "sales.sell", "lead"),
    not_yet("sales:lead_reopen", "sales.approve", "lead"),
    page("sales:lead_pdf", "sales.view", "lead"),
    form("sales:quote_new", "sales.sell", "lead"),
    verb("sales:contact_review", "sales.approve", "contact_row"),
    page("sales:quotes", "sales.view"),
    page("sales:quote", "sales.view", "quote"),
    page("sales:quote_pdf", "sales.view", "quote"),
    form("sales:quote_revise", "sales.sell", "quote"),
    form("sales:order_new", "sales.sell", "quote"),
    page("sales:orders", "sales.view"),
    page("sales:order", "sales.view", "order"),
    page("sales:order_pdf", "sales.view", "order"),
    verb("sales:order_submit", "sales.sell", "draft_order"),
    verb("sales:order_approve", "sales.approve", "pending_order"),
    verb("sales:order_close", "sales.approve", "ready_order", code=409),
    form("sales:order_return", "sales.approve", "pending_order"),
    form("sales:order_cancel", "sales.sell", "draft_order"),
    Url(
        "sales:order_refund",
        {"GET": Answer("billing.take", 409), "POST": Answer("billing.take", 422, NOTHING)},
        "order",
    ),
    form("sales:order_allocate", "sales.sell", "order"),
    form("sales:order_release", "sales.sell", "allocated_order"),
    verb("sales:order_ready", "sales.stock", "allocated_order"),
    form("sales:order_not_ready", "sales.stock", "ready_order"),
    form("sales:delivery_plan", "sales.sell", "allocated_order", empty=302),
    verb("sales:order_deliver", "sales.sell", "ready_order", code=409),
    page("sales:stock_cars", "sales.view"),
    form("sales:stock_car_new", "sales.stock"),
    verb("sales:stock_car_receive", "sales.stock", "coming_car"),
    form("sales:stock_car_change", "sales.stock", "stock_car", empty=302),
    form("sales:stock_car_pledge", "sales.stock", "stock_car"),
    not_yet("sales:stock_car_redeem", "sales.stock", "stock_car"),
    not_yet("sales:stock_car_release_for_sale", "sales.stock", "stock_car"),
    form("sales:stock_car_take_for_own_use", "sales.stock", "stock_car"),
    form("sales:stock_car_void", "sales.stock", "stock_car"),
    page("sales:deliveries", "sales.view"),
    page("sales:delivery", "sales.view", "delivery_sheet"),
    page("sales:delivery_pdf", "sales.view", "delivery_sheet"),
    verb("sales:delivery_sign", "sales.view", "delivery_sheet", code=422),
    verb("sales:delivery_step", "sales.view", "delivery_sheet", code=409),
    not_yet("sales:delivery_undo_step", "sales.view", "delivery_sheet"),
    not_yet("sales:delivery_unconfirm", "sales.sell", "delivery_sheet"),
    verb("sales:delivery_confirm", "sales.sell", "delivery_sheet", code=409),
    page("sales:owner_cards", "sales.view"),
    page("sales:owner_card", "sales.view", "owner_card"),
    form("sales:owner_card_loan", "sales.sell", "owner_card", empty=302),
    page("sales:owner_card_pdf", "sales.view", "owner_card"),
    api("sales:visits-list", GET=("sales.view", 200), POST=("sales.register", 400)),
    api("sales:visits-detail", "visit", GET=("sales.view", 200)),
    api("sales:visits-next", POST=("sales.register", 400)),
    api("sales:visits-complete", "unfilled_visit", POST=("sales.register", 409)),
    api("sales:visits-assign", "visit", POST=("sales.register", 200)),
    api("sales:visits-leave", "visit", POST=("sales.register", 200)),
    api("sales:visits-correct", "visit", POST=("sales.register", 200)),
    api("sales:visits-void", "visit", POST=("sales.register", 400)),
    api("sales:visits-still-here", "left_visit", POST=("sales.register", 200)),
    api("sales:visits-pdf", query="store=JJ01", GET=("sales.view", 200)),
    api("sales:leads-hand-over", POST=("sales.approve", 400)),
    api("sales:orders-hand-over", POST=("sales.approve", 400)),
    api("sales:owner-cards-hand-over", POST=("sales.approve", 400)),
    api("sales:rota-list", GET=("sales.view", 200)),
    api("sales:rota-detail", "rota_place", GET=("sales.view", 200)),
    api("sales:rota-skip", "rota_place", POST=("sales.register", 400)),
    api("sales:rota-presence", "rota_place", POST=("sales.register", 400)),
    api("sales:leads-list", GET=("sales.view", 200), POST=("sales.sell", 400)),
    api("sales:leads-detail", "lead", GET=("sales.view", 200)),
    api("sales:leads-pdf", "lead", GET=("sales.view", 200)),
    api("sales:leads-wish", "lead", POST=("sales.sell", 200)),
    api("sales:leads-contact", "lead", POST=("sales.sell", 400)),
    api("sales:leads-reschedule", "lead", POST=("sales.sell", 400)),
    api("sales:leads-reassign", "lead", POST=("sales.approve", 400)),
    api("sales:leads-review", "lead", POST=("sales.approve", 400)),
    api("sales:leads-request-loss", "lead", POST=("sales.sell", 400)),
    api("sales:leads-confirm-loss", "lead", POST=("sales.approve", 409)),
    api("sales:leads-return-loss", "lead", POST=("sales.approve", 400)),
    api("sales:leads-withdraw-loss", "lead", POST=("sales.sell", 400)),
    api("sales:leads-reopen", "lead", POST=("sales.approve", 400)),
    api("sales:quotes-list", GET=("sales.view", 200), POST=("sales.sell", 400)),
    api("sales:quotes-detail", "quote", GET=("sales.view", 200)),
    api("sales:quotes-pdf", "quote", GET=("sales.view", 200)),
    api("sales:quotes-order", "quote", POST=("sales.sell", 201)),
    api("sales:orders-list", GET=("sales.view", 200)),
    api("sales:orders-detail", "order", GET=("sales.view", 200)),
    api("sales:orders-pdf", "order", GET=("sales.view", 200)),
    api("sales:orders-approval", "order", GET=("sales.approve", 200)),
    api("sales:orders-submit", "draft_order", POST=("sales.sell", 200)),
    api("sales:orders-approve", "pending_order", POST=("sales.approve", 200)),
    api("sales:orders-give-back", "pending_order", POST=("sales.approve", 400)),
    api("sales:orders-cancel", "draft_order", POST=("sales.sell", 400)),
    api("sales:orders-refund", "order", POST=("billing.take", 400)),
    api("sales:orders-allocate", "order", POST=("sales.sell", 400)),
    api("sales:orders-release", "allocated_order", POST=("sales.sell", 400)),
    api("sales:orders-ready", "allocated_order", POST=("sales.stock", 200)),
    api("sales:orders-not-ready", "ready_order", POST=("sales.stock", 400)),
    api("sales:orders-plan", "allocated_order", POST=("sales.sell", 200)),
    api("sales:orders-deliver", "ready_order", POST=("sales.sell", 409)),
    api("sales:orders-close", "ready_order", POST=("sales.approve", 409)),
    api("sales:stock-cars-list", GET=("sales.view", 200), POST=("sales.stock", 400)),
    api("sales:stock-cars-detail", "stock_car", GET=("sales.view", 200)),
    api("sales:stock-cars-receive", "coming_car", POST=("sales.stock", 200)),
    api("sales:stock-cars-change", "stock_car", POST=("sales.stock", 200)),
    *(
        api(f"sales:stock-cars-{act}", "stock_car", POST=("sales.stock", 400))
        for act in ("pledge", "redeem", "release-for-sale", "take-for-own-use", "void")
    ),
    api("sales:deliveries-list", GET=("sales.view", 200)),
    api("sales:deliveries-detail", "delivery_sheet", GET=("sales.view", 200)),
    api("sales:deliveries-pdf", "delivery_sheet", GET=("sales.view", 200)),
    api("sales:deliveries-sign", "delivery_sheet", POST=("sales.view", 400)),
    api("sales:deliveries-step", "delivery_sheet", POST=("sales.view", 400)),
    api("sales:deliveries-confirm", "delivery_sheet", POST=("sales.sell", 400)),
    api("sales:deliveries-undo-step", "delivery_sheet", POST=("sales.view", 400)),
    api("sales:deliveries-unconfirm", "delivery_sheet", POST=("sales.sell", 400)),
    api("sales:owner-cards-list", GET=("sales.view", 200)),
    api("sales:owner-cards-detail", "owner_card", GET=("sales.view", 200)),
    api("sales:owner-cards-loan", "owner_card", POST=("sales.sell", 200)),
    api("sales:owner-cards-pdf", "owner_card", GET=("sales.view", 200)),
)

CASHIER = (
    page("crm:invoices", "billing.take"),
    page("crm:invoice", "billing.take", "invoice"),
    form("crm:invoice_take", "billing.take", "invoice"),
    Url(
        "crm:invoice_refund",
        {"GET": Answer("billing.take", 409), "POST": Answer("billing.take", 422, NOTHING)},
        "invoice",
    ),
    form("crm:invoice_credit", "billing.credit", "invoice"),
    Url(
        "crm:invoice_credit_end",
        {"GET": Answer("billing.credit", 409), "POST": Answer("billing.credit", 422, NOTHING)},
        "invoice",
    ),
    page("crm:receipt_pdf", "billing.take", "payment"),
    api("crm:payments-list", GET=("billing.take", 200)),
    api("crm:payments-detail", "payment", GET=("billing.take", 200)),
    api("crm:payments-pdf", "payment", GET=("billing.take", 200)),
    api("crm:invoices-list", GET=("billing.take", 200)),
    api("crm:invoices-detail", "invoice", GET=("billing.take", 200)),
    api("crm:invoices-take", "invoice", POST=("billing.take", 400)),
    api("crm:invoices-refund", "invoice", POST=("billing.take", 400)),
    api("crm:invoices-approve-credit", "invoice", POST=("billing.credit", 400)),
    api("crm:invoices-withdraw-credit", "invoice", POST=("billing.credit", 400)),
)

SEE, BOOK, RECEIVE, REPAIR = "aftersales.view", "aftersales.book", "aftersales.receive", "aftersales.repair"
AFTERSALES = (
    page("aftersales:appointments", SEE),
    page("aftersales:appointment_list", SEE),
    *(verb(f"aftersales:{name}_hand_over", "aftersales.manage") for name in ("appointment_list", "work_orders")),
    form("aftersales:appointment_new", BOOK),
    page("aftersales:appointment", SEE, "appointment"),
    verb("aftersales:appointment_confirm", BOOK, "appointment"),
    verb("aftersales:appointment_prepare", RECEIVE, "appointment"),
    form("aftersales:appointment_move", BOOK, "appointment", empty=302),
    form("aftersales:appointment_cancel", BOOK, "appointment"),
    form("aftersales:appointment_no_show", RECEIVE, "appointment"),
    not_yet("aftersales:appointment_undo_arrival", RECEIVE, "appointment"),
    page("aftersales:work_orders", SEE),
    form("aftersales:work_order_new", RECEIVE),
    page("aftersales:car_known", BOOK, query="car=AB12345"),
    page("aftersales:part_numbers", RECEIVE, query="part=SY"),
    page("aftersales:work_order", SEE, "work_order"),
    page("aftersales:work_order_pdf", SEE, "work_order"),
    form("aftersales:work_order_describe", RECEIVE, "work_order", empty=302),
    form("aftersales:work_order_sign", RECEIVE, "estimated_order"),
    form("aftersales:work_order_cancel", RECEIVE, "work_order"),
    *(not_yet(f"aftersales:work_order_{act}", RECEIVE, "work_order") for act in ("estimate", "promise", "send_back")),
    *(
        verb(f"aftersales:{act}", RECEIVE, "work_order", code=409)
        for act in (
            "work_order_reopen",
            "work_order_settle",
            "work_order_gate_pass",
            "work_order_release",
        )
    ),
    *(form(f"aftersales:{line}_add", RECEIVE, "work_order") for line in ("labour", "part", "other")),
    not_yet("aftersales:take_up", RECEIVE, "work_order"),
    form("aftersales:line_change", RECEIVE, "work_line", empty=302),
    *(form(f"aftersales:line_{act}", RECEIVE, "work_line") for act in ("decline", "defer")),
    verb("aftersales:line_propose", RECEIVE, "work_line", code=409),
    verb("aftersales:line_start", REPAIR, "work_line", code=409),
    not_yet("aftersales:line_finish", REPAIR, "work_line"),
    *(not_yet(f"aftersales:line_{act}", "parts.move", "work_line") for act in ("issue", "return")),
    not_yet("aftersales:work_order_dispatch", "aftersales.dispatch", "work_order"),
    *(not_yet(f"aftersales:work_order_{act}", REPAIR, "work_order") for act in ("hold", "check")),
    verb("aftersales:work_order_resume", REPAIR, "work_order", code=409),
    *(not_yet(f"aftersales:work_order_{act}", SEE, "work_order") for act in ("ready", "undo_ready", "withdraw_check")),
    *(not_yet(f"aftersales:work_order_{act}", REPAIR, "work_order") for act in ("report", "diagnose")),
    not_yet("aftersales:work_order_check_in", RECEIVE, "work_order"),
    form("aftersales:work_order_undo_check_in", RECEIVE, "work_order"),
    not_yet("aftersales:line_reopen", REPAIR, "work_line"),
    *(form(f"aftersales:finding_{act}", RECEIVE, "finding") for act in ("price", "dismiss")),
    page("aftersales:addendum_pdf", SEE, "addendum"),
    page("aftersales:board", SEE),
    page("aftersales:jobs", REPAIR),
    page("aftersales:checks", SEE),
    page("aftersales:settlements", "aftersales.turnover"),
    Url("aftersales:settlement_pdf", {"GET": Answer(SEE, 404)}, "work_order"),
    Url("aftersales:gate_pass_pdf", {"GET": Answer(SEE, 404)}, "work_order"),
    api("aftersales:appointments-list", GET=(SEE, 200), POST=(BOOK, 400)),
    api("aftersales:appointments-hand-over", POST=("aftersales.manage", 400)),
    api("aftersales:work-orders-hand-over", POST=("aftersales.manage", 400)),
    api("aftersales:appointments-detail", "appointment", GET=(SEE, 200)),
    api("aftersales:appointments-confirm", "appointment", POST=(BOOK, 200)),
    api("aftersales:appointments-prepare", "appointment", POST=(RECEIVE, 200)),
    *(api(f"aftersales:appointments-{act}", "appointment", POST=(BOOK, 400)) for act in ("move", "cancel")),
    *(api(f"aftersales:appointments-{act}", "appointment", POST=(RECEIVE, 400)) for act in ("no-show", "undo-arrival")),
    api("aftersales:shop-hours-list", GET=(SEE, 200)),
    api("aftersales:shop-hours-detail", "shop_hour", GET=(SEE, 200)),
    api("aftersales:work-orders-list", GET=(SEE, 200), POST=(RECEIVE, 400)),
    api("aftersales:work-orders-detail", "work_order", GET=(SEE, 200)),
    api("aftersales:work-orders-pdf", "work_order", GET=(SEE, 200)),
    api("aftersales:work-orders-settlement-pdf", "work_order", GET=(SEE, 404)),
    api("aftersales:work-orders-gate-pass-pdf", "work_order", GET=(SEE, 404)),
    api("aftersales:work-orders-left-undone", "work_order", GET=(SEE, 200)),
    api("aftersales:work-orders-describe", "work_order", POST=(RECEIVE, 200)),
    *(
        api(f"aftersales:work-orders-{act}", "work_order", POST=(RECEIVE, 400))
        for act in (
            "add-labour",
            "add-part",
            "add-other",
            "take-up",
            "estimate",
            "promise",
            "authorise",
            "cancel",
            "send-back",
        )
    ),
    *(
        api(f"aftersales:work-orders-{act}", "work_order", POST=(RECEIVE, 409))
        for act in ("reopen", "settle", "gate-pass", "release")
    ),
    api("aftersales:work-orders-dispatch-job", "work_order", POST=("aftersales.dispatch", 400)),
    api("aftersales:work-orders-hold", "work_order", POST=(REPAIR, 400)),
    api("aftersales:work-orders-resume", "work_order", POST=(REPAIR, 409)),
    api("aftersales:work-orders-check", "work_order", POST=(REPAIR, 400)),
    *(
        api(f"aftersales:work-orders-{act}", "work_order", POST=(SEE, 400))
        for act in ("ready", "undo-ready", "withdraw-check")
    ),
    *(api(f"aftersales:work-orders-{act}", "work_order", POST=(REPAIR, 400)) for act in ("report", "diagnose")),
    *(api(f"aftersales:work-orders-{act}", "work_order", POST=(RECEIVE, 400)) for act in ("check-in", "undo-check-in")),
    api("aftersales:work-orders-addendum-pdf", "work_order", GET=(SEE, 404)),
    api("aftersales:work-lines-reopen", "work_line", POST=(REPAIR, 400)),
    api("aftersales:findings-list", GET=(SEE, 200)),
    api("aftersales:findings-detail", "finding", GET=(SEE, 200)),
    api("aftersales:findings-price", "finding", POST=(RECEIVE, 409)),
    api("aftersales:findings-dismiss", "finding", POST=(RECEIVE, 400)),
    api("aftersales:work-lines-list", GET=(SEE, 200)),
    api("aftersales:work-lines-detail", "work_line", GET=(SEE, 200)),
    *(api(f"aftersales:work-lines-{act}", "work_line", POST=(RECEIVE, 400)) for act in ("change", "decline", "defer")),
    api("aftersales:work-lines-propose", "work_line", POST=(RECEIVE, 409)),
    *(api(f"aftersales:work-lines-{act}", "work_line", POST=(REPAIR, 409)) for act in ("start", "finish")),
    *(api(f"aftersales:work-lines-{act}", "work_line", POST=("parts.move", 400)) for act in ("issue", "give-back")),
    api("aftersales:labour-operations-list", GET=(SEE, 200), POST=("dms.configure", 400)),
    api(
        "aftersales:labour-operations-detail",
        "operation",
        shared=True,
        GET=(SEE, 200),
        PATCH=("dms.configure", 200),
        DELETE=("dms.configure", 204),
    ),
    api("aftersales:bays-list", GET=(SEE, 200), POST=("dms.configure", 400)),
    api("aftersales:bays-detail", "bay", GET=(SEE, 200), PATCH=("dms.configure", 200), DELETE=("dms.configure", 204)),
)

URLS = (*PAGES, *CASHIER, *AFTERSALES, *SALES, *PARTS, *REPORTS, *CRM, *API)

ADMIN_INDEX = page("admin:index", "dms.configure")
"""The admin site asks for its right in one place; its own tests open its pages."""
