"""Rules of the database that are written in SQL, each in a file of its own beside the migrations."""

import re
from pathlib import Path

from django.db.migrations.operations import RunSQL

ROOT = Path(__file__).resolve().parents[2]
FUNCTION = re.compile(r"CREATE FUNCTION (\w+)\(")


class SqlFile(RunSQL):
    """Runs ``<app>/migrations/sql/<name>.sql``: one function and the triggers that call it, with the reason at its head."""

    def __init__(self, app: str, name: str) -> None:
        self.app, self.name = app, name
        create = (ROOT / app / "migrations" / "sql" / f"{name}.sql").read_text(encoding="utf-8")
        functions = FUNCTION.findall(create)
        super().__init__(create, "".join(f"DROP FUNCTION {function} CASCADE;" for function in functions))

    def deconstruct(self) -> tuple[str, list[str], dict[str, object]]:
        return self.__class__.__qualname__, [self.app, self.name], {}

    def describe(self) -> str:
        return f"Rules of {self.app}: {self.name}"
