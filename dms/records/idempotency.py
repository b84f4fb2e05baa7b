"""What is sent twice is done once: a form or a program sends a key with an act, and the row that the act makes keeps it."""

from collections.abc import Callable
from typing import TypeVar

from django.db import connection, models
from django.utils.translation import gettext as _

from dms.core.refusals import Refusal

M = TypeVar("M", bound=models.Model)
ASK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0)); SELECT 1 FROM {table} WHERE key = %s"
"""Both in one round trip, but two statements: of one, what it reads would be of before the wait."""


class KeyReused(Refusal):
    """The key was sent before, with something else."""

    code = "key_reused"


def earlier(rows: "models.QuerySet[M]", key: str, *, same: Callable[[M], object]) -> M | None:
    """The row that this key has made already, or none. The same key at the same moment waits until the first has ended.

    :param same: says of the earlier row whether it was made for what is asked for now.
    :raises KeyReused: when it was not: a second act must not be lost behind the first.
    """
    if not key:
        return None
    with connection.cursor() as cursor:
        about = rows.model._meta  # noqa: SLF001 # Django's public way
        cursor.execute(ASK.format(table=connection.ops.quote_name(about.db_table)), [f"{about.label} {key}", key])
        if cursor.fetchone() is None:
            return None
    row = rows.filter(key=key).first()
    if row is not None and not same(row):
        raise KeyReused(_("This was sent before, for something else. Open the page again and send it anew."))
    return row
