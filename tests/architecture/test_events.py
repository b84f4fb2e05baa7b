"""Every event that the code records has words, and every word belongs to an event that is recorded."""

import ast
import re

from dms.navigation import registry
from tests.architecture.sources import modules

RECORDING = {"record", "record_now", "build"}
KIND = re.compile(r"^[a-z_]+\.[a-z_]+$")


def kinds_in(tree: ast.AST) -> set[str]:
    """Kinds of events that a module records: the first argument of ``events.record(…)``, both branches of a choice."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="events"), attr=way), args=[first, *_]) if (
                way in RECORDING
            ):
                found |= {
                    part.value
                    for part in ast.walk(first)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    return {kind for kind in found if KIND.match(kind)}


def strings_in(tree: ast.AST) -> set[str]:
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def starts_in(tree: ast.AST) -> set[str]:
    """Beginnings of computed kinds: ``f"configuration.{what}"``."""
    return {
        str(node.values[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant)
        if re.match(r"^[a-z_]+\.$", str(node.values[0].value))
    }


def test_every_event_recorded_has_words():
    wordless = {
        path: missing for path, tree in modules().items() if (missing := kinds_in(tree) - registry.event_words.keys())
    }
    assert wordless == {}


def test_no_words_are_left_over():
    said = {kind for path, tree in modules().items() if not path.endswith("house.py") for kind in strings_in(tree)}
    begun = tuple(start for tree in modules().values() for start in starts_in(tree))
    assert {kind for kind in registry.event_words if kind not in said and not kind.startswith(begun)} == set()


def test_kinds_are_named_noun_and_act():
    assert {kind for kind in registry.event_words if not KIND.match(kind)} == set()


def test_a_kind_is_read_from_the_code():
    sample = ast.parse("""
events.record("order.delivered", order, by=by)
events.record_now("order.seen" if late else "order.opened", order, by=by)
Event.objects.bulk_create([events.build("order.merged", row, by=by) for row in rows])
print("order.printed")
""")
    assert kinds_in(sample) == {"order.delivered", "order.seen", "order.opened", "order.merged"}
    assert starts_in(ast.parse('events.record(f"configuration.{what}", row)')) == {"configuration."}
