"""What a page can change the API can change: every act that a page calls is called by the API as well."""

import ast
from collections.abc import Iterator

from tests.architecture.sources import modules

BY_PAGES_ONLY = {
    "aftersales.actions.appointments.at",
    "aftersales.actions.appointments.minutes_open",
    "aftersales.actions.consent.suggested",
    "aftersales.actions.release.next_service",
    "aftersales.actions.work_orders.car_has_order",
    "crm.actions.recall.expected",
    "crm.actions.recall.late_steps",
    "crm.actions.surveys.answer_link",
    "crm.actions.surveys.refuse_over",
    "crm.actions.surveys.survey_of",
    "dms.actions.people.change_password",
    "dms.actions.preferences.choose_language",
    "dms.actions.preferences.choose_store",
    "dms.actions.preferences.choose_theme",
    "dms.actions.second_factor.begin",
    "dms.actions.second_factor.confirm",
    "dms.actions.second_factor.renew_recovery_codes",
    "dms.actions.second_factor.switch_off",
    "sales.actions.deliveries.departments_of",
    "sales.actions.deliveries.thanks_by",
    "sales.actions.leads.open_card_of",
    "sales.actions.register.recognise",
    "sales.actions.rota.open_rota",
    "sales.actions.allocation.live_allocation",
}
"""They read for the page, (the rota of the day) happen by themselves with the first act, or change how one signs in oneself."""


def dotted(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


def acts() -> set[str]:
    """Every function of the actions modules."""
    return {
        f"{dotted(path)}.{node.name}"
        for path, module in modules().items()
        if "/actions/" in path
        for node in module.body
        if isinstance(node, ast.FunctionDef)
    }


def named_in(module: ast.Module) -> Iterator[str]:
    """What is called or handed on, under its full name."""
    imported = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in imported:
            yield f"{imported[node.value.id]}.{node.attr}"
        if isinstance(node, ast.Name) and node.id in imported:
            yield imported[node.id]


def called_from(*places: str) -> set[str]:
    """The acts that modules of these names or packages call."""
    callers = [module for path, module in modules().items() if {*dotted(path).split(".")} & {*places}]
    return {name for module in callers for name in named_in(module)} & acts()


def test_what_a_page_can_change_the_api_can_change():
    assert called_from("views", "work_order_page") - called_from("api") - BY_PAGES_ONLY == set()


def test_an_act_of_pages_alone_is_noticed():
    module = ast.parse("from sales.actions import orders as acts\n\ndef page(request):\n    acts.submit_order(order)\n")
    assert "sales.actions.orders.submit_order" in set(named_in(module))
    assert "sales.actions.orders.submit_order" in acts()
