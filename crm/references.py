"""What hangs on a customer's file, in whatever app: every row that names it, found by the foreign keys themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import F, ForeignKey, Value

from crm.models import Customer
from crm.models.merges import CustomerMerge

Rows = Mapping[str, set[int]]
"""Where → which rows."""


@dataclass(frozen=True)
class Reference:
    """A column that names a customer."""

    model: Any
    field: str

    @property
    def label(self) -> str:
        return f"{self.model._meta.label_lower}.{self.field}"  # noqa: SLF001 # Django's own way to it

    @property
    def rows(self) -> Any:
        """Whatever a manager hides is there all the same."""
        return self.model._base_manager.order_by()  # noqa: SLF001 # Django's own way to it


def _columns() -> Iterator[Reference]:
    # Found and not listed: an app that adds a key to customers is parted and merged without being told to.
    for model in apps.get_models():
        for field in model._meta.concrete_fields:  # noqa: SLF001 # Django's own way to it
            if isinstance(field, ForeignKey) and field.related_model is Customer and model is not CustomerMerge:
                yield Reference(model, field.name)


@cache
def references() -> tuple[Reference, ...]:
    """Every column that names a customer, except the book of the mergings itself."""
    return tuple(_columns())


def rows_of(*files: Customer) -> dict[int, dict[str, set[int]]]:
    """File → where → which rows name it. One statement, however many apps there are."""
    sets = [
        reference.rows.filter(**{f"{reference.field}__in": files})
        .annotate(_where=Value(reference.label), _file=F(f"{reference.field}_id"), _row=F("pk"))
        .values_list("_where", "_file", "_row")
        for reference in references()
    ]
    rows: dict[int, dict[str, set[int]]] = {file.pk: {} for file in files}
    # ALL: rows of different tables are never the same, so nothing is sorted to find doubles.
    for where, file, row in sets[0].union(*sets[1:], all=True):
        rows[file].setdefault(where, set()).add(row)
    return rows
