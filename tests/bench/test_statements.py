"""Hot paths ask the database no more than is written down, and home pages stay small."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.cases import CASES, Case, World
from bench.inside import InsideClient
from tests.bench.statements import STATEMENTS

HOME = 60_000
"""Bytes of a home page before compression."""
OF_THE_TEST = ("SAVEPOINT", "RELEASE")
"""Statements that only a test has, whose transaction is the outer one."""


def asked(case: Case, world: World, turn: int) -> tuple[int, int]:
    """Statements and bytes of the case, done once more when every cache is warm."""
    client = InsideClient("http://127.0.0.1", world["people"][case.by])
    client.next_person()
    case.act(client, world, turn)
    before = client.raw
    with CaptureQueriesContext(connection) as queries:
        case.act(client, world, turn + 1)
    statements = [query["sql"] for query in queries.captured_queries]
    return sum(not statement.startswith(OF_THE_TEST) for statement in statements), client.raw - before


def test_no_hot_path_asks_more_than_is_written_down(world):
    assert {case.name for case in CASES} == STATEMENTS.keys()
    measured = {case.name: asked(case, world, 2 * turn + 1) for turn, case in enumerate(CASES)}
    assert {name: count for name, (count, _size) in measured.items() if count > STATEMENTS[name]} == {}
    homes = {name: size for name, (_count, size) in measured.items() if name.startswith("home")}
    assert len(homes) == 3
    assert max(homes.values()) <= HOME, homes
