"""Columns that are worked out of others (keys to search by): filled in sets for the rows that are there already.

``save`` and the importers write them for rows of today; a migration that adds one, or reads it otherwise, fills the rest.
"""

from collections.abc import Callable, Mapping

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunPython
from django.db.migrations.state import StateApps

AT_ONCE = 5000

Work = Callable[..., Mapping[str, str]]
"""The values of the sources of a row → column → value."""


class Derive(RunPython):
    """Fills columns of a table from others of the same row.

    :param sources: columns that are read, in the order in which ``work`` takes them.
    """

    def __init__(self, table: str, sources: tuple[str, ...], work: Work) -> None:
        self.table, self.sources, self.work = table, sources, work
        super().__init__(self.fill, RunPython.noop)

    def fill(self, _apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """A set after the other by primary key: neither memory nor the statement grows with the table."""
        read = f"SELECT id, {', '.join(self.sources)} FROM {self.table} WHERE id > %s ORDER BY id LIMIT {AT_ONCE}"  # noqa: S608
        last = 0
        with schema_editor.connection.cursor() as cursor:
            while True:
                # By key and not by OFFSET, which reads again all that it passes over.
                cursor.execute(read, [last])
                if not (rows := cursor.fetchall()):
                    return
                last = rows[-1][0]
                derived = [self.work(*(value or "" for value in row[1:])) for row in rows]
                columns = {name: [values[name] for values in derived] for name in derived[0]}
                # One statement a set; rows that are right already are left alone, and so is their updated_at.
                cursor.execute(self._update(list(columns)), [[row[0] for row in rows], *columns.values()])

    def _update(self, columns: list[str]) -> str:
        sets = ", ".join(f"{name} = derived.{name}" for name in columns)
        arrays = ", ".join(["%s::bigint[]", *("%s::text[]" for _ in columns)])
        changed = " OR ".join(f"old.{name} <> derived.{name}" for name in columns)
        return (
            f"UPDATE {self.table} old SET {sets} FROM unnest({arrays}) AS derived (id, {', '.join(columns)})"  # noqa: S608
            f" WHERE old.id = derived.id AND ({changed})"
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return self.__class__.__qualname__, [self.table, self.sources, self.work], {}

    def describe(self) -> str:
        return f"Columns of {self.table} that are worked out of {', '.join(self.sources)}"
