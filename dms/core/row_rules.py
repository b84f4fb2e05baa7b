"""What a row may not do any more, declared beside the model and kept by Postgres, however the statement arrives.

Each rule stands in ``Meta.constraints`` like any other, with its name and its sentence for people. It becomes triggers whose
``WHEN`` is the rule: a row that keeps it costs no call, and ``\\d sales_order`` shows it in plain SQL. What breaks it is refused
by ``dms_refuse`` (dms/migrations/sql/refuse.sql). Rules that must look at other rows are in ``<app>/migrations/sql``.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import BaseConstraint, CheckConstraint, Model, Q
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise


class RowRule(BaseConstraint):
    """A rule that is no constraint of SQL. Its table is made first, and then these statements."""

    def statements(self, model: type[Model]) -> list[str]:
        raise NotImplementedError

    def removal(self, model: type[Model]) -> list[str]:
        raise NotImplementedError

    def arguments(self) -> dict[str, object]:
        """What a migration must know to make the rule again."""
        raise NotImplementedError

    def constraint_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        """Nothing within CREATE TABLE."""
        assert schema_editor is not None
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))
        return ""

    def create_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        assert model is not None
        return "; ".join(self.statements(model))

    def remove_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        assert model is not None
        return "; ".join(self.removal(model))

    def validate(self, *args: object, **kwargs: object) -> None:
        """Forms do not judge it: the row must be compared with the one that is stored."""

    def deconstruct(self) -> tuple[str, Sequence[object], dict[str, object]]:
        path, args, kwargs = super().deconstruct()
        return path, args, kwargs | self.arguments()

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((type(self), self.name))


class TriggerRule(RowRule):
    """A rule over one row as it was and as it would be."""

    def whens(self, model: type[Model]) -> dict[str, str]:
        """Kind of statement → when it is refused, as SQL over ``OLD`` and ``NEW``."""
        raise NotImplementedError

    def statements(self, model: type[Model]) -> list[str]:
        table = model._meta.db_table  # noqa: SLF001 # Django's own way to it
        # AFTER: what other triggers make of the row is judged. A deletion is refused before it costs anything.
        return [
            f"CREATE TRIGGER {self.name}_{what.lower()} {'BEFORE' if what == 'DELETE' else 'AFTER'} {what} ON {table}"
            f" FOR EACH ROW{when and f' WHEN ({when})'} EXECUTE FUNCTION dms_refuse('{self.name}')"
            for what, when in self.whens(model).items()
        ]

    def removal(self, model: type[Model]) -> list[str]:
        table = model._meta.db_table  # noqa: SLF001 # Django's own way to it
        return [f"DROP TRIGGER {self.name}_{what.lower()} ON {table}" for what in self.whens(model)]


def _column(model: type[Model], name: str) -> str:
    field = model._meta.get_field(name)  # noqa: SLF001 # Django's own way to it
    assert hasattr(field, "column")
    return str(field.column)


def _among(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


class StatusMoves(TriggerRule):
    """A status moves along the table of its lifecycle, and a row begins where the lifecycle does.

    :param begins: in which statuses a row may be inserted.
    :param steps: ``NEXT``.
    :param history: in which statuses a row may be inserted that names its ``source_id``: imported, it was over before it came.
    """

    default_violation_error_message = _(
        "It has gone on meanwhile, and this step is not open any more. Reload the page to see its state."
    )

    def __init__(
        self,
        *,
        name: str,
        begins: Sequence[str],
        steps: Mapping[str, Iterable[str]],
        history: Sequence[str] = (),
        violation_error_message: StrOrPromise | None = None,
    ) -> None:
        super().__init__(name=name, violation_error_message=violation_error_message)
        self.begins, self.history = sorted(map(str, begins)), sorted(map(str, history))
        self.steps = {str(before): sorted(map(str, afters)) for before, afters in steps.items() if afters}

    def arguments(self) -> dict[str, object]:
        known = {"begins": self.begins, "steps": self.steps, "history": self.history}
        return {name: value for name, value in known.items() if value}

    def whens(self, model: type[Model]) -> dict[str, str]:
        open_steps = " OR ".join(
            f"OLD.status = '{before}' AND NEW.status IN ({_among(afters)})" for before, afters in self.steps.items()
        )
        begins = f"NEW.status NOT IN ({_among(self.begins)})"
        if self.history:
            imported = f"NEW.status NOT IN ({_among(self.history)})"
            begins = f"CASE WHEN NEW.source_id IS NULL THEN {begins} ELSE {imported} END"
        return {"INSERT": begins, "UPDATE": f"OLD.status IS DISTINCT FROM NEW.status AND NOT ({open_steps})"}


class Frozen(TriggerRule):
    """Columns that do not change any more.

    :param fields: these; left out, all.
    :param but: all except these.
    :param since: only while the row is in one of these statuses.
    :param once: each from when it is set.
    :param if_set: only when this one is set.
    :param same: of a field, the function of SQL that says whether two values are the same to us.
    """

    default_violation_error_message = _("This is fixed by now and does not change any more. Reload the page.")
    # They change with each step: frozen is what a row says, not how far it has come.
    UNHEEDED = ("status", "status_at", "updated_at")

    def __init__(
        self,
        *,
        name: str,
        fields: Sequence[str] = (),
        but: Sequence[str] = (),
        since: Sequence[str] = (),
        once: bool = False,
        if_set: str = "",
        same: str = "",
        violation_error_message: StrOrPromise | None = None,
    ) -> None:
        super().__init__(name=name, violation_error_message=violation_error_message)
        self.fields, self.but, self.since = list(fields), list(but), list(map(str, since))
        self.once, self.if_set, self.same = once, if_set, same

    def arguments(self) -> dict[str, object]:
        known = {
            "fields": self.fields,
            "but": self.but,
            "since": self.since,
            "once": self.once,
            "if_set": self.if_set,
            "same": self.same,
        }
        return {name: value for name, value in known.items() if value}

    def whens(self, model: type[Model]) -> dict[str, str]:
        conditions = []
        if self.since:
            conditions.append(f"OLD.status IN ({_among(self.since)})")
        if self.if_set:
            conditions.append(f"OLD.{_column(model, self.if_set)} IS NOT NULL")
        conditions.append(f"({self._differs(model)})")
        return {"UPDATE": " AND ".join(conditions)}

    def _differs(self, model: type[Model]) -> str:
        if not self.fields:
            known = {field.name for field in model._meta.concrete_fields}  # noqa: SLF001 # Django's own way to it
            names = [*self.but, *(name for name in self.UNHEEDED if name in known)]
            # By what is left out: a column that is added later is frozen from its first day.
            rest = f"ARRAY[{_among(_column(model, name) for name in names)}]::text[]"
            return f"to_jsonb(OLD.*) - {rest} IS DISTINCT FROM to_jsonb(NEW.*) - {rest}"
        return " OR ".join(self._changes(_column(model, name)) for name in self.fields)

    def _changes(self, column: str) -> str:
        changes = f"OLD.{column} IS DISTINCT FROM NEW.{column}"
        if self.same:
            changes += f" AND NOT {self.same}(OLD.{column}, NEW.{column})"
        return f"OLD.{column} IS NOT NULL AND {changes}" if self.once else changes


class Refused(TriggerRule):
    """A change that is refused by its own condition, over ``OLD`` and ``NEW``: no row beside it need be known."""

    default_violation_error_message = Frozen.default_violation_error_message

    def __init__(
        self, *, name: str, when: str, on: str = "UPDATE", violation_error_message: StrOrPromise | None = None
    ) -> None:
        super().__init__(name=name, violation_error_message=violation_error_message)
        self.when, self.on = when, on

    def arguments(self) -> dict[str, object]:
        return {"when": self.when} if self.on == "UPDATE" else {"when": self.when, "on": self.on}

    def whens(self, model: type[Model]) -> dict[str, str]:
        return {self.on: self.when}


class Kept(TriggerRule):
    """Rows are never deleted: what is over says so by a status or a date.

    :param unless: which row may go all the same, as SQL over ``OLD``.
    """

    default_violation_error_message = _("This is kept: a document is ended or cancelled, never deleted.")

    def __init__(self, *, name: str, unless: str = "", violation_error_message: StrOrPromise | None = None) -> None:
        super().__init__(name=name, violation_error_message=violation_error_message)
        self.unless = unless

    def arguments(self) -> dict[str, object]:
        return {"unless": self.unless} if self.unless else {}

    def whens(self, model: type[Model]) -> dict[str, str]:
        return {"DELETE": self.unless and f"NOT ({self.unless})"}

    def statements(self, model: type[Model]) -> list[str]:
        table = model._meta.db_table  # noqa: SLF001 # Django's own way to it
        # TRUNCATE fires no trigger of rows: a table could be emptied past the rule.
        emptying = f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"
        return [*super().statements(model), f"{emptying} EXECUTE FUNCTION dms_refuse('{self.name}')"]

    def removal(self, model: type[Model]) -> list[str]:
        table = model._meta.db_table  # noqa: SLF001 # Django's own way to it
        return [*super().removal(model), f"DROP TRIGGER {table}_no_truncate ON {table}"]


class Shares(RowRule):
    """Two rows that belong together have more in common: a foreign key of several columns, judged at the end of a transaction.

    :param to: the other table, which has a unique constraint over these columns.
    :param columns: ours → theirs.
    """

    default_violation_error_message = _("These do not belong to the same document, customer or store.")

    def __init__(
        self, *, name: str, to: str, columns: Mapping[str, str], violation_error_message: StrOrPromise | None = None
    ) -> None:
        super().__init__(name=name, violation_error_message=violation_error_message)
        self.to, self.columns = to, dict(columns)

    def arguments(self) -> dict[str, object]:
        return {"to": self.to, "columns": self.columns}

    def statements(self, model: type[Model]) -> list[str]:
        table = model._meta.db_table  # noqa: SLF001 # Django's own way to it
        ours, theirs = ", ".join(self.columns), ", ".join(self.columns.values())
        # At the end: a merge moves a customer's papers one table after the other.
        key = f"FOREIGN KEY ({ours}) REFERENCES {self.to} ({theirs}) DEFERRABLE INITIALLY DEFERRED"
        return [f"ALTER TABLE {table} ADD CONSTRAINT {self.name} {key}"]

    def removal(self, model: type[Model]) -> list[str]:
        return [f"ALTER TABLE {model._meta.db_table} DROP CONSTRAINT {self.name}"]  # noqa: SLF001 # Django's own way


class ReasonOf(RowRule):
    """A reason is chosen of its kind: what is counted by its reasons would else hold one that means something else.

    :param field: the foreign key to the reasons.
    :param kind: the kind that may stand there (``Reason.Kind``); :param since: in these statuses, where another has another.
    """

    default_violation_error_message = _("This reason is of another kind. Choose one of the list.")

    def __init__(
        self,
        *,
        name: str,
        field: str,
        kind: str,
        since: Sequence[str] = (),
        violation_error_message: StrOrPromise | None = None,
    ) -> None:
        super().__init__(name=name, violation_error_message=violation_error_message)
        self.field, self.kind, self.since = field, str(kind), list(map(str, since))

    def arguments(self) -> dict[str, object]:
        return {"field": self.field, "kind": self.kind} | ({"since": self.since} if self.since else {})

    def statements(self, model: type[Model]) -> list[str]:
        table, column = model._meta.db_table, _column(model, self.field)  # noqa: SLF001 # Django's own way to it
        # Only of rows that name one: the reason is looked up where somebody chose, and nowhere else.
        columns, when = column, f"NEW.{column} IS NOT NULL"
        if self.since:
            columns, when = f"{column}, status", f"{when} AND NEW.status IN ({_among(self.since)})"
        chosen = f"AFTER INSERT OR UPDATE OF {columns} ON {table} FOR EACH ROW WHEN ({when})"
        judged = f"dms_reason_of_kind('{self.name}', '{column}', '{self.kind}')"
        return [f"CREATE TRIGGER {self.name}_chosen {chosen} EXECUTE FUNCTION {judged}"]

    def removal(self, model: type[Model]) -> list[str]:
        return [f"DROP TRIGGER {self.name}_chosen ON {model._meta.db_table}"]  # noqa: SLF001 # Django's own way to it


class StoredCheck(CheckConstraint):
    """A check over columns that the actions and ``save`` fill in: no form judges it, since it does not have them yet."""

    def validate(self, *args: object, **kwargs: object) -> None:
        """The row is judged as it is stored."""


def one_of(model_name: str, field: str, *values: str) -> StoredCheck:
    """A choice outside its list cannot be stored, whoever writes: pages and clients have no word for it. Forms offer the list."""
    return StoredCheck(
        name=f"{model_name}_{field}_known",
        condition=Q(**{f"{field}__in": values}),
        violation_error_message=_("This is none of the choices. Choose one of the list."),
    )


def says_something(model_name: str, *fields: str) -> CheckConstraint:
    """Texts that must say something are not blank, and keys are not empty. What may be unknown is null."""
    said = Q()
    for field in fields:
        said &= Q(**{f"{field}__regex": r"\S"})
    # Blanks pass NOT NULL, and a reason of blanks explains nothing to whoever asks later.
    return CheckConstraint(
        name=f"{model_name}_says_something",
        condition=said,
        violation_error_message=_("Something is left blank that must be said."),
    )
