"""What the factories share: rows that a business act makes, and rows of the whole group."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.db.models import Model
from factory.declarations import LazyAttribute
from factory.django import DjangoModelFactory

from dms.models import User
from tests.factories.people import Cast

Row = TypeVar("Row", bound=Model)


def member(choose: Callable[[Cast], User]) -> LazyAttribute:
    """Who does this in the row's store: ``by = member(lambda cast: cast.cashier)``."""
    return LazyAttribute(lambda row: choose(Cast(row.store)))


def fresh(row: Row) -> Row:
    """The row as the database has it now."""
    return type(row)._default_manager.get(pk=row.pk)


class ActFactory(DjangoModelFactory[Row]):
    """A row that comes to be by a business act: ``act`` takes the declared fields and returns it."""

    class Meta:
        abstract = True

    act: ClassVar[Callable[..., Any]]

    @classmethod
    def _create(cls, model_class: type[Row], *args: object, **fields: object) -> Row:
        made: Row = cls.act(*args, **fields)
        return made


class SharedFactory(DjangoModelFactory[Row]):
    """A row of the whole group: it can be asked for like any other, but no store owns it and nobody signs for it."""

    class Meta:
        abstract = True

    class Params:
        store = None
        by = None
