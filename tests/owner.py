"""What a test may do only as the owner of the tables: empty them, let their triggers sleep.

Tests sign in by the application's role, so what it may not do they cannot do either, in a transaction with the rows they made.
The database of the tests has therefore one function that goes as the owner, inside the test's own transaction.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

from dms.core import database_roles

FUNCTION = """
CREATE OR REPLACE FUNCTION tests_as_owner(statement text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
AS $$ BEGIN EXECUTE statement; END $$
"""


def as_owner(statement: str) -> None:
    """One statement without parameters, for which the application's role has no right."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tests_as_owner(%s)", [statement])


def let_triggers_sleep() -> None:
    """Until the transaction ends rows may be written that nobody could write."""
    as_owner("SET LOCAL session_replication_role = replica")


def wake_triggers() -> None:
    as_owner("SET LOCAL session_replication_role = origin")


@contextmanager
def tables_are_emptied_by_the_owner() -> Iterator[None]:
    """After a test over real connections Django empties all tables at once, which is faster than to delete their rows."""

    def empty(self: DatabaseOperations, statements: Sequence[str]) -> None:
        for statement in statements:
            as_owner(statement)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", empty)
        yield


@contextmanager
def stands_aside() -> Iterator[None]:
    """Inside, the tests are the application."""
    owner = {name: connection.settings_dict[name] for name in database_roles.LOGIN}
    database_roles.sign_in(connection, {**owner, **database_roles.application()})
    try:
        yield
    finally:
        database_roles.sign_in(connection, owner)


def allow_emptying() -> None:
    """Tests over real connections are cleaned by TRUNCATE, which ledgers refuse: here, and only here, they allow it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgname LIKE '%%\\_no\\_truncate'")
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        cursor.execute(FUNCTION)
