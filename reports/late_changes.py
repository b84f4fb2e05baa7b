"""The database notes which closed days an act has changed, whoever wrote and how."""

from collections.abc import Sequence

from django.db.migrations.operations import RunSQL

TODAY = "date_trunc('day', now(), 'Asia/Shanghai')"


class NotesLateChanges(RunSQL):
    """A row of the table whose day lies behind us is noted when it comes, goes, or changes what is counted by it.

    :param moments: the columns that say on which day it counts.
    :param counted: further columns that a figure looks at.
    :param via: table and column by which its store is found, where the row does not name it.
    """

    def __init__(
        self, table: str, moments: Sequence[str], counted: Sequence[str] = (), via: Sequence[str] = ("", "store_id")
    ) -> None:
        self.arguments = [table, list(moments), list(counted), list(via)]
        looked_at = [*moments, *counted, *([] if via[0] else ["store_id"])]
        late = " OR ".join(f"NEW.{column} < {TODAY}" for column in moments)
        was_late = " OR ".join(f"OLD.{column} < {TODAY}" for column in moments)
        changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in looked_at)
        words = ", ".join(f"'{word}'" for word in (*via, *moments))
        run = f"EXECUTE FUNCTION reports_late_change({words});"
        create = f"""
CREATE TRIGGER {table}_late_row AFTER INSERT ON {table} FOR EACH ROW WHEN ({late}) {run}
CREATE TRIGGER {table}_late_change AFTER UPDATE OF {", ".join(looked_at)} ON {table} FOR EACH ROW
    WHEN (({late} OR {was_late}) AND ({changed})) {run}
CREATE TRIGGER {table}_late_end AFTER DELETE ON {table} FOR EACH ROW {run}
"""
        drop = "".join(f"DROP TRIGGER {table}_{name} ON {table};" for name in ("late_row", "late_change", "late_end"))
        super().__init__(create, drop)

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return self.__class__.__qualname__, list(self.arguments), {}

    def describe(self) -> str:
        return f"Note late changes of {self.arguments[0]}"
