"""Who may do what before anybody decides otherwise: one table, role → rights.

A role is a Django group of the same code, so that it is given to people in the admin site. Its rights are rows
(``dms.models.RoleRight``) that begin as this table says and that administrators change; the list of rights is fixed here, as
the pages and the API ask for them. Source of the roles: the duty lists of a 4S store (general manager to security guard).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

RIGHTS: dict[str, "_StrPromise"] = {
    "dms.home": _("Sign in, search, own work"),
    "dms.people": _("See colleagues and absences"),
    "dms.absences": _("Plan absences and deputies"),
    "dms.unlock": _("Unlock a colleague’s sign-in"),
    "dms.messages": _("See and resend messages"),
    "dms.jobs": _("Run imports, exports and batches"),
    "dms.events": _("Read the log of events"),
    "dms.catalogue": _("Read the model catalogue"),
    "dms.configure": _("Configure the system"),
    "crm.view": _("See customers and vehicles"),
    "crm.edit": _("Edit customers and vehicles"),
    "crm.reveal": _("Reveal phone numbers (logged)"),
    "crm.call": _("Make follow-up calls"),
    "crm.manage": _("Manage customer care"),
    "sales.view": _("See sales"),
    "sales.register": _("Register visitors"),
    "sales.sell": _("Keep cards, quote and order"),
    "sales.approve": _("Approve orders and losses"),
    "sales.stock": _("Manage stock cars"),
    "sales.cost": _("See what cars cost us"),
    "aftersales.view": _("See the workshop"),
    "aftersales.book": _("Book visits to the workshop"),
    "aftersales.receive": _("Check in and write work orders"),
    "aftersales.dispatch": _("Dispatch and manage the workshop"),
    "aftersales.repair": _("Work on cars"),
    "aftersales.inspect": _("Check quality"),
    "aftersales.claim": _("Handle warranty claims"),
    "aftersales.manage": _("Manage after-sales"),
    "aftersales.turnover": _("See the turnover of the workshop"),
    "parts.view": _("See parts and stock"),
    "parts.move": _("Receive and issue parts"),
    "parts.plan": _("Plan and order parts"),
    "parts.manage": _("Approve counts and transfers"),
    "parts.cost": _("See what parts cost us"),
    "billing.take": _("Take payments"),
    "billing.credit": _("Approve credit"),
    "reports.view": _("See reports"),
    "reports.manage": _("Manage meetings and targets"),
}

CONFIGURE = "dms.configure"
"""The right that gives all others: some role that somebody holds must keep it."""


@dataclass(frozen=True)
class DefaultRole:
    """A post in the dealership, and what it may do at first. ``group_wide`` roles see every store."""

    code: str
    label: "_StrPromise"
    rights: frozenset[str]
    group_wide: bool = False


_EVERYBODY = ("dms.home", "dms.people")
_FLOOR = (*_EVERYBODY, "dms.catalogue", "crm.view", "crm.edit", "crm.reveal", "sales.view")
_SALES_MANAGER = (
    *_FLOOR,
    "sales.register",
    "sales.sell",
    "sales.approve",
    "sales.stock",
    "sales.cost",
    "billing.credit",
    "dms.absences",
    "dms.unlock",
    "dms.messages",
    "dms.jobs",
    "dms.events",
    "crm.call",
    "crm.manage",
    "reports.view",
    "reports.manage",
    "parts.view",
    "aftersales.view",
    "aftersales.turnover",
)
_RECEIVE = (
    *_EVERYBODY,
    "dms.catalogue",
    "crm.view",
    "crm.edit",
    "crm.reveal",
    "aftersales.view",
    "aftersales.book",
    "aftersales.receive",
    "aftersales.turnover",
    "parts.view",
)
_SERVICE_MANAGER = (
    *_RECEIVE,
    "aftersales.dispatch",
    "aftersales.inspect",
    "aftersales.claim",
    "aftersales.manage",
    "billing.credit",
    "parts.manage",
    "parts.cost",
    "crm.call",
    "crm.manage",
    "sales.view",
    "dms.absences",
    "dms.unlock",
    "dms.messages",
    "dms.jobs",
    "dms.events",
    "reports.view",
    "reports.manage",
)
_WORKSHOP = (*_EVERYBODY, "aftersales.view", "aftersales.repair", "parts.view")
_INSPECT = (*_WORKSHOP, "aftersales.inspect", "sales.view")  # PDI: they sign the delivery sheet


def _role(code: str, label: "_StrPromise", rights: Iterable[str], *, group_wide: bool = False) -> DefaultRole:
    return DefaultRole(code, label, frozenset(rights), group_wide)


ROLES: dict[str, DefaultRole] = {
    role.code: role
    for role in (
        _role("reception", pgettext_lazy("role", "Receptionist"), (*_FLOOR, "sales.register")),
        _role("adviser", pgettext_lazy("role", "Sales adviser"), (*_FLOOR, "sales.register", "sales.sell", "crm.call")),
        _role("sales_manager", pgettext_lazy("role", "Sales manager"), _SALES_MANAGER),
        _role("service_adviser", pgettext_lazy("role", "Service adviser"), (*_RECEIVE, "crm.call")),
        _role(
            "workshop",
            pgettext_lazy("role", "Workshop head"),
            (*_INSPECT, "aftersales.dispatch", "aftersales.turnover", "crm.view", "dms.absences"),
        ),
        _role("technician", pgettext_lazy("role", "Technician"), _WORKSHOP),
        _role("team_leader", pgettext_lazy("role", "Team leader"), _INSPECT),
        _role("inspector", pgettext_lazy("role", "Quality inspector"), _INSPECT),
        _role(
            "parts_clerk",
            pgettext_lazy("role", "Parts clerk"),
            (*_EVERYBODY, "parts.view", "parts.move", "parts.cost", "aftersales.view"),
        ),
        _role(
            "parts_planner",
            pgettext_lazy("role", "Parts planner"),
            (*_EVERYBODY, "parts.view", "parts.move", "parts.plan", "parts.cost", "dms.jobs", "reports.view"),
        ),
        _role(
            "parts_manager",
            pgettext_lazy("role", "Parts manager"),
            (
                *_EVERYBODY,
                "parts.view",
                "parts.move",
                "parts.plan",
                "parts.manage",
                "parts.cost",
                "dms.jobs",
                "dms.absences",
                "reports.view",
                "aftersales.view",
            ),
        ),
        _role(
            "claims",
            pgettext_lazy("role", "Claims clerk"),
            (*_EVERYBODY, "aftersales.view", "aftersales.claim", "crm.view", "parts.view"),
        ),
        _role(
            "cashier",
            pgettext_lazy("role", "Cashier"),
            (*_EVERYBODY, "billing.take", "crm.view", "sales.view", "aftersales.view", "aftersales.turnover"),
        ),
        _role(
            "warehouse",
            pgettext_lazy("role", "Vehicle warehouse keeper"),
            (*_EVERYBODY, "dms.catalogue", "sales.view", "sales.stock", "sales.cost"),
        ),
        _role(
            "callback",
            pgettext_lazy("role", "Callback agent"),
            (*_EVERYBODY, "crm.view", "crm.edit", "crm.reveal", "crm.call", "aftersales.view", "aftersales.book"),
        ),
        _role(
            "cs_manager",
            pgettext_lazy("role", "Customer service manager"),
            (
                *_EVERYBODY,
                "crm.view",
                "crm.edit",
                "crm.reveal",
                "crm.call",
                "crm.manage",
                "dms.messages",
                "dms.jobs",
                "dms.absences",
                "dms.events",
                "dms.unlock",
                "sales.view",
                "aftersales.view",
                "aftersales.book",
                "reports.view",
            ),
        ),
        _role("service_manager", pgettext_lazy("role", "Service manager"), _SERVICE_MANAGER),
        _role(
            "gm",
            pgettext_lazy("role", "General manager"),
            frozenset(RIGHTS) - {"dms.configure", "aftersales.repair"},
            group_wide=True,
        ),
        _role("admin", pgettext_lazy("role", "Administrator"), frozenset(RIGHTS), group_wide=True),
    )
}
