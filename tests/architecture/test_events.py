"""Every event has one name, one code and its words, and every one that is declared is recorded somewhere."""

import ast
import re
from collections.abc import Iterator

import pytest

from dms.core.event_words import EVENT_WORDS, event
from tests.architecture.sources import modules

RECORDING = {"record", "record_now", "build"}
KIND = re.compile(r"^[a-z_]+\.[a-z_]+$")


def declared_in(tree: ast.AST) -> dict[str, str]:
    """Name in the code → code of the event: ``ORDER_APPROVED = event("order.approved", …)``."""
    return {name: kind for node in ast.walk(tree) for name, kind in _declaration(node)}


def _declaration(node: ast.AST) -> Iterator[tuple[str, str]]:
    match node:
        case ast.Assign(
            targets=[ast.Name(id=name)],
            value=ast.Call(func=ast.Name(id="event"), args=[ast.Constant(value=str(kind)), *_]),
        ):
            yield name, kind


def literal_kinds_in(tree: ast.AST) -> set[str]:
    """Codes written out where a name belongs: the first argument of ``events.record(…)``."""
    return {
        part.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in RECORDING
        and node.args
        for part in ast.walk(node.args[0])
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and KIND.match(part.value)
    }


def names_used_in(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


DECLARED = {path: declared for path, tree in modules().items() if (declared := declared_in(tree))}


def test_an_event_is_recorded_by_its_name():
    assert {path: kinds for path, tree in modules().items() if (kinds := literal_kinds_in(tree))} == {}


def test_no_event_is_declared_that_nothing_records():
    used = set().union(*(names_used_in(tree) for path, tree in modules().items() if path not in DECLARED))
    assert {name for declared in DECLARED.values() for name in declared if name not in used} == set()


def test_the_name_in_the_code_is_that_in_the_log():
    differ = {
        name: kind
        for declared in DECLARED.values()
        for name, kind in declared.items()
        if name != kind.replace(".", "_").upper()
    }
    assert differ == {}


def test_all_declarations_are_read_at_the_start():
    assert {kind for declared in DECLARED.values() for kind in declared.values()} == EVENT_WORDS.keys()
    assert len(EVENT_WORDS) > 140


def test_kinds_are_named_noun_and_act():
    assert {kind for kind in EVENT_WORDS if not KIND.match(kind)} == set()


def test_two_events_of_one_name_are_refused():
    with pytest.raises(ValueError, match="declared twice"):
        event("order.delivered", "-")


def test_what_is_written_out_is_found():
    sample = ast.parse("""
ORDER_SEEN = event("order.seen", _("Order seen"))
events.record("order.delivered", order, by=by)
events.record_now("order.late" if late else "order.opened", order, by=by)
Event.objects.bulk_create([events.build(ORDER_SEEN, row, by=by) for row in rows])
print("order.printed")
""")
    assert literal_kinds_in(sample) == {"order.delivered", "order.late", "order.opened"}
    assert declared_in(sample) == {"ORDER_SEEN": "order.seen"}
    assert "ORDER_SEEN" in names_used_in(sample)
