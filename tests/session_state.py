"""What a statement leaves behind on its connection: behind a pooler that lends connections by the transaction, it breaks.

Every statement of the tests is looked at, over whatever connection it goes.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

BEGINS = re.compile(
    r"""\s*(?:
      SET\s+(?!LOCAL\b|TRANSACTION\b|CONSTRAINTS\b)       # a setting for good
    | (?:RESET|LISTEN|UNLISTEN|PREPARE|DEALLOCATE|DISCARD|LOAD)\s
    | CREATE\s+(?:LOCAL\s+|GLOBAL\s+)?TEMP
    )""",
    re.VERBOSE | re.IGNORECASE,
)
HOLDS = re.compile(
    r"\bwith\s+hold\b"  # a cursor that outlives its transaction
    r"|\bpg_(?:try_)?advisory_(?:un)?lock"  # held until the session ends
    r"|\bset_config\s*\([^)]*,\s*(?:false|'f')\s*\)"
    r"|\binto\s+temp"
)
RARE = ("advisory", "set_config", "hold", "temp")
"""Words of which what holds has one: most statements have none, and are looked at no longer."""
OF_TRANSACTION = re.compile(r"\s*set\s+local\b|.*\bpg_(?:try_)?advisory_xact_lock", re.DOTALL)


class SessionStateError(AssertionError):
    """The statement leaves something on the connection, or asks for what ends before it is of use."""


def fault(statement: str, *, in_transaction: bool) -> str:
    """What is wrong with the statement; nothing, for most."""
    plain = statement.lower()
    rare = any(word in plain for word in RARE)
    if BEGINS.match(plain) or (rare and HOLDS.search(plain)):
        return "stays on the connection, which the next transaction may not get"
    if not in_transaction and (rare or plain.lstrip().startswith("set")) and OF_TRANSACTION.match(plain):
        return "ends with its statement: there is no transaction round it"
    return ""


def look(execute: Callable[..., object], statement: object, *rest: object) -> object:
    """Around every statement (``execute_wrappers``)."""
    *_parameters, context = rest
    assert isinstance(context, dict)
    wrong = fault(str(statement), in_transaction=not context["connection"].get_autocommit())
    if wrong:
        raise SessionStateError(f"{wrong}: {statement}")
    return execute(statement, *rest)


def watch(connection: BaseDatabaseWrapper, **_signal: object) -> None:
    if look not in connection.execute_wrappers:
        connection.execute_wrappers.append(look)


@contextmanager
def watched() -> Iterator[None]:
    """Every connection there is and will be, of every thread."""
    connection_created.connect(watch)
    for connection in connections.all(initialized_only=True):
        watch(connection)
    yield
    connection_created.disconnect(watch)
