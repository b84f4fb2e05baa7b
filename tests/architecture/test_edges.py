"""Pages and the API write nothing: what is done is an act, one transaction, called by both. And an edge calls one act, not two."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import modules

EDGE = re.compile(r"^\w+/(views|api)(/.*)?(\.py)?$")
WRITES = {
    "save",
    "create",
    "update",
    "delete",
    "get_or_create",
    "update_or_create",
    "select_for_update",
    "record",
    "record_now",
    "atomic",
}
WRITERS = ("bulk_", "abulk_")
"""Beginnings of the names of bulk writes."""

EXCEPTIONS = {
    "dms/api/views.py EditViewSet": "base data without consequences: one row and its event, in one transaction",
    "dms/api/fields.py BaseSerializer": "how the one row of base data is written: the fields that were sent",
    "dms/api/versions.py Versioned": "If-Match is judged under the lock of the row, in one transaction with the act",
}
"""Place → why it is no action."""


def places(trees: dict[str, ast.Module]) -> Iterator[tuple[str, ast.stmt]]:
    """The functions and classes of modules, and what stands outside them, each by its path and name."""
    for path, tree in trees.items():
        for node in tree.body:
            yield f"{path} {getattr(node, 'name', node.lineno)}", node


def writes(node: ast.AST) -> set[str]:
    """The names by which something is written, or a transaction begun."""
    found = set()
    for inner in ast.walk(node):
        match inner:
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in WRITES or name.startswith(
                WRITERS
            ):
                found.add(name)
            case ast.Attribute(value=ast.Name(id="transaction"), attr=name):
                found.add(name)
    return found


def acts_called(node: ast.AST) -> int:
    """How many acts a function calls: what takes ``by=`` and is no form."""
    calls = [inner for inner in ast.walk(node) if isinstance(inner, ast.Call)]
    return sum(
        any(keyword.arg == "by" for keyword in call.keywords) and not ast.unparse(call.func).endswith("Form")
        for call in calls
    )


def edges() -> dict[str, ast.Module]:
    return {path: tree for path, tree in modules().items() if EDGE.match(path)}


def writing(trees: dict[str, ast.Module]) -> dict[str, set[str]]:
    return {place: names for place, node in places(trees) if place not in EXCEPTIONS and (names := writes(node))}


def composing(trees: dict[str, ast.Module]) -> set[str]:
    """Functions and methods that call several acts."""
    found = set()
    for place, node in places(trees):
        for inner in ast.walk(node):
            if place not in EXCEPTIONS and isinstance(inner, ast.FunctionDef) and acts_called(inner) > 1:
                found.add(f"{place} {inner.name}")
    return found


def test_edges_are_found():
    assert {"crm/views/customers.py", "crm/api/customers.py", "parts/api.py", "dms/api/views.py"} <= edges().keys()
    assert not any(path.startswith("crm/actions") for path in edges())


def test_pages_and_api_write_nothing():
    assert writing(edges()) == {}, "make it an action"


def test_pages_and_api_do_one_act_at_a_time():
    assert composing(edges()) == set(), "what belongs together is one action, one transaction"


@pytest.mark.parametrize("exception", EXCEPTIONS)
def test_every_exception_is_still_needed(exception):
    node = next(node for place, node in places(edges()) if place == exception)
    assert writes(node) or acts_called(node) > 1


@pytest.mark.parametrize(
    "line",
    [
        "form.save()",
        "Lead.objects.create(customer=customer)",
        "rows.filter(pk=pk).update(gone=True)",
        "row.delete()",
        "Phone.objects.bulk_create(rows)",
        "Bin.objects.get_or_create(code=code)",
        "rows.select_for_update()",
        "events.record_now('user.seen', user, by=user)",
        "with transaction.atomic(): act()",
        "transaction.on_commit(act)",
    ],
)
def test_a_page_that_writes_is_noticed(line):
    page = ast.parse(f"def page(request):\n    {line}")
    assert writing({"crm/views/sample.py": page}).keys() == {"crm/views/sample.py page"}


def test_a_page_that_composes_two_acts_is_noticed():
    page = ast.parse("def page(request):\n    new = register(by=user)\n    hand_over(car, to=new, by=user)")
    assert composing({"crm/views/sample.py": page}) == {"crm/views/sample.py page page"}
    asks = ast.parse("def page(request):\n    form = AbsenceForm(by=user)\n    plan(by=user)")
    assert composing({"crm/views/sample.py": asks}) == set()
