"""`python -m bench.plans WORLD`: the index that serves each statement of the measured cases, and tables that are read whole.

Each case is done once inside this process; the statements it sends are explained with the very values they had.
"""

import argparse
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import django

django.setup()

from django.db import connection  # noqa: E402

from bench.cases import CASES, Case, World  # noqa: E402
from bench.inside import InsideClient  # noqa: E402

Plan = dict[str, object]
LARGE = 1_000
"""Rows that a table has when reading it whole is worth a word."""


@contextmanager
def listening(heard: list[str]) -> Iterator[None]:
    """The statements that read, with their values in place."""

    def listen(
        execute: Callable[..., object],
        sql: str,
        params: Sequence[object],
        many: bool,  # noqa: FBT001 # Django's own signature
        context: dict[str, object],
    ) -> object:
        if not many and sql.lstrip().upper().startswith(("SELECT", "WITH")):
            with connection.cursor() as cursor:
                heard.append(cursor.cursor.mogrify(sql, params).decode())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield


def statements_of(case: Case, world: World) -> list[str]:
    """What the case asks when everything is warm."""
    client = InsideClient("http://127.0.0.1", world["people"][case.by])
    client.next_person()
    case.act(client, world, 1)
    heard: list[str] = []
    with listening(heard):
        case.act(client, world, 2)
    return list(dict.fromkeys(heard))


def nodes(plan: Plan) -> Iterator[Plan]:
    yield plan
    below = plan.get("Plans", [])
    assert isinstance(below, list)
    for one in below:
        yield from nodes(one)


def explained(statement: str) -> list[Plan]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement.replace('%', '%%')}", ())
        told = cursor.fetchone()[0]
    return list(nodes((json.loads(told) if isinstance(told, str) else told)[0]["Plan"]))


def large_tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > %s", [LARGE])
        return {name for (name,) in cursor.fetchall()}


def line(case: Case, world: World, large: set[str]) -> tuple[str, ...]:
    """The case, its indexes, the large tables that are read from end to end."""
    statements = statements_of(case, world)
    plans = [node for statement in statements for node in explained(statement)]
    indexes = dict.fromkeys(str(node["Index Name"]) for node in plans if "Index Name" in node)
    whole = {str(node["Relation Name"]) for node in plans if node["Node Type"] == "Seq Scan"} & large
    served = [name for name in indexes if not name.endswith("_pkey")]
    return case.name, str(len(statements)), ", ".join(f"`{name}`" for name in served), ", ".join(sorted(whole))


def main() -> None:
    logging.disable(logging.WARNING)  # a line for each request would stand between those of the table
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("world", type=Path)
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    world, large = json.loads(asked.world.read_text()), large_tables()
    print("\n| case | reads | indexes besides primary keys | large tables read whole |\n| --- | --: | --- | --- |")
    for case in CASES[1:]:
        if asked.only in case.name:
            print(f"| {' | '.join(line(case, world, large))} |", flush=True)


if __name__ == "__main__":
    main()
