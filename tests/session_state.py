"""What a statement leaves behind on its connection: behind a pooler that lends connections by the transaction, it breaks.

Every statement of the tests is looked at, over whatever connection it goes.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

OF_SESSION = re.compile(
    r"""
      ^\s*SET\s+(?!LOCAL\b|TRANSACTION\b|CONSTRAINTS\b)     # a setting for good
    | ^\s*(?:RESET|LISTEN|UNLISTEN|PREPARE|DEALLOCATE|DISCARD|LOAD)\s
    | ^\s*CREATE\s+(?:LOCAL\s+|GLOBAL\s+)?TEMP
    | \bSELECT\b.*\bINTO\s+TEMP
    | \bWITH\s+HOLD\b                                       # a cursor that outlives its transaction
    | \bpg_(?:try_)?advisory_(?:un)?lock                    # held until the session ends
    | \bset_config\s*\([^)]*,\s*(?:false|'f')\s*\)
    """,
    re.VERBOSE | re.IGNORECASE,
)
OF_TRANSACTION = re.compile(r"^\s*SET\s+LOCAL\b|\bpg_(?:try_)?advisory_xact_lock", re.IGNORECASE)


class SessionStateError(AssertionError):
    """The statement leaves something on the connection, or asks for what ends before it is of use."""


def fault(statement: str, *, in_transaction: bool) -> str:
    """What is wrong with the statement; nothing, for most."""
    if OF_SESSION.search(statement):
        return "stays on the connection, which the next transaction may not get"
    if not in_transaction and OF_TRANSACTION.search(statement):
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
