"""Statements of SQL as anybody with the application's database user could send them, and what Postgres says to each."""

from collections.abc import Iterable, Mapping

from django.db import IntegrityError, connection, transaction

from dms.records.constraint_errors import name_of

TABLES = (
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename ~ '^(dms|crm|parts|sales|aftersales)_'"
)


def verdict(statement: str) -> str:
    """The name of the rule that refuses it, also at the end of the transaction; empty when it goes through. Nothing stays."""
    with transaction.atomic(), connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(statement)
                hit = cursor.rowcount
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except IntegrityError as error:
            return name_of(error)
        finally:
            transaction.set_rollback(True)
    return "" if hit else "no row was hit"


def misjudged(table: Mapping[str, Iterable[str]]) -> list[tuple[str, str, str]]:
    """Of rules with the statements they refuse: which of them something else is said to. All rows are as before."""
    before = fingerprint()
    wrong = [
        (rule, statement, said)
        for rule, statements in table.items()
        for statement in statements
        if (said := verdict(statement)) != rule
    ]
    assert fingerprint() == before
    return wrong


def fingerprint() -> dict[str, str]:
    """A sum over the rows of every table."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        sums = {}
        for (name,) in cursor.fetchall():
            cursor.execute(f"SELECT md5(string_agg(row::text, ',' ORDER BY row::text)) FROM {name} AS row")
            sums[name] = cursor.fetchone()[0]
        return sums
