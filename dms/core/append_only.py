"""Migration operations for rules that only the database can keep."""

from django.db.migrations.operations import RunSQL


class AppendOnly(RunSQL):
    """Rows of the table are never updated, deleted or truncated, however the statement arrives.

    The function stands in dms/migrations/sql/append_only.sql.
    """

    def __init__(self, table: str) -> None:
        self.table = table
        create = (
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION dms_append_only();"
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION dms_append_only();"
        )
        drop = f"DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_no_truncate ON {table};"
        super().__init__(create, drop)

    def deconstruct(self) -> tuple[str, list[str], dict[str, object]]:
        return self.__class__.__qualname__, [self.table], {}

    def describe(self) -> str:
        return f"Make {self.table} append-only"
