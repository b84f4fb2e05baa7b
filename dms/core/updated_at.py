"""When a row last changed, kept true by the database: whoever writes, by ``save``, ``update`` or SQL, the trigger says when.

``updated_at`` never stands still and never goes back for one row, so that it serves as the version of a document (the API's
ETag) and as the mark from which a program fetches what is new (``updated_since``).
"""

from django.db import models
from django.db.migrations.operations import RunSQL
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class UpdatedAt(models.Model):
    """A row that says when it last changed. Its migration adds ``StampUpdates``; nothing in Python sets it."""

    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)

    class Meta:
        abstract = True


class StampUpdates(RunSQL):
    """Every update of the table's rows notes its moment in ``updated_at`` (dms/migrations/sql/stamp_update.sql)."""

    def __init__(self, table: str) -> None:
        self.table = table
        create = (
            f"CREATE TRIGGER {table}_stamp BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION dms_stamp_update();"
        )
        super().__init__(create, f"DROP TRIGGER {table}_stamp ON {table};")

    def deconstruct(self) -> tuple[str, list[str], dict[str, object]]:
        return self.__class__.__qualname__, [self.table], {}

    def describe(self) -> str:
        return f"Stamp updates of {self.table}"


class StampParent(RunSQL):
    """A change of a part (a line, a phone) is a change of the document or person it belongs to.

    Acts lock the document before its lines, so the update asks for a lock that is already held. Of many lines in one transaction
    the first stamps for all: what this transaction has written nobody else has seen (a savepoint counts as one of its own).
    """

    def __init__(self, table: str, parent: str, column: str) -> None:
        self.arguments = [table, parent, column]
        function = f"{table}_stamps_{parent}"
        create = f"""
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE {parent} SET updated_at = clock_timestamp()
    WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.{column} ELSE NEW.{column} END
        AND xmin <> pg_current_xact_id()::xid;
    RETURN NULL;
END $$;
CREATE TRIGGER {function} AFTER INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {function}();
"""  # noqa: S608 - names of tables from a migration
        drop = f"DROP TRIGGER {function} ON {table}; DROP FUNCTION {function}();"
        super().__init__(create, drop)

    def deconstruct(self) -> tuple[str, list[str], dict[str, object]]:
        return self.__class__.__qualname__, self.arguments, {}

    def describe(self) -> str:
        table, parent, _column = self.arguments
        return f"Let changes of {table} count as changes of {parent}"
