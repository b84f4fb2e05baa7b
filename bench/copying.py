"""Rows into tables by COPY, through every constraint and trigger. Ids are drawn first, so that rows can name each other."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import StringIO
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
NULL = "\\N"


def draw(model: type[models.Model], count: int) -> range:
    """The next ids of a table, of which nobody else draws meanwhile. The sequence is asked, not set: that is the owner's."""
    drawn = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) AS id FROM generate_series(1, %s)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(min(id), 0) FROM ({drawn}) AS drawn", [model._meta.db_table, count])
        first = cursor.fetchone()[0]
    return range(first, first + count)


def copy(model: type[models.Model], columns: str, rows: Iterable[Sequence[Any]]) -> int:
    """Write the rows. A column that is not named has the default of its field, or the database's. Returns how many there were."""
    named = columns.split()
    rest = {
        field.column: text(default(field))
        for field in model._meta.concrete_fields
        if field.column not in named and not field.primary_key and not field.has_db_default()
    }
    constant = "".join(f"\t{value}" for value in rest.values())
    lines = ["\t".join(map(text, row)) + constant + "\n" for row in rows]
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY {table} ({', '.join((*named, *map(str, rest)))}) FROM STDIN", StringIO("".join(lines))
        )
    return len(lines)


def default(field: models.Field[Any, Any]) -> Any:
    """What the field puts in when nothing is said."""
    value = field.get_default()
    return "{}" if isinstance(field, ArrayField) and not value else value


def text(value: Any) -> str:
    """A value in COPY's text format."""
    match value:
        case None:
            return NULL
        case bool():
            return "t" if value else "f"
        case datetime() | date():
            return value.isoformat()
        case dict() | list():
            return json.dumps(value, ensure_ascii=False).translate(ESCAPES)
        case _:
            return str(value).translate(ESCAPES)
