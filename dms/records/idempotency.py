"""What is sent twice is done once: a form or a program sends a key with an act.

Of every form and verb the answer is kept with its key (:func:`once`). The rows of a few acts keep the key themselves
(:func:`earlier`): there it means the same row for good, whoever sends it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from dms.core.refusals import Refusal
from dms.core.untyped import Row
from dms.models import Sending

M = TypeVar("M", bound=models.Model)
R = TypeVar("R")
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
        raise KeyReused(key_reused())
    return row


def key_reused() -> str:
    return _("This was sent before, for something else. Open the page again and send it anew.")


def digest(*parts: object) -> str:
    return sha256(repr(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Sent:
    """A request by its key: whose, where, and what it says."""

    by: int
    path: str
    key: str
    body: object

    @property
    def name(self) -> str:
        return digest(self.by, self.path, self.key)


@dataclass(frozen=True)
class Answer:
    """What is told again to who sends it again."""

    status: int
    location: str = ""
    body: Row = None


@transaction.atomic
def once(
    sent: Sent, do: Callable[[], R], *, answer_of: Callable[[R], Answer | None], again: Callable[[Answer], R]
) -> R:
    """Do what was sent, unless that was done before: then the first answer comes again. The act and its key are one transaction.

    :param answer_of: what is kept of the result; None when nothing was done, and the same may be sent again.
    :raises KeyReused: when the key was sent before, with something else.
    """
    if (before := _known(sent)) is not None:
        if before.body != digest(sent.body):
            raise KeyReused(key_reused())
        return again(Answer(before.status, before.location, before.answer))
    result = do()
    answer = answer_of(result)
    if answer is not None:
        Sending(
            key=sent.name,
            body=digest(sent.body),
            status=answer.status,
            location=answer.location,
            answer=answer.body,
        ).save(force_insert=True)
    return result


def _known(sent: Sent) -> Sending | None:
    """What this key has done already. The same key at the same moment waits here until the first has ended."""
    table = connection.ops.quote_name(Sending._meta.db_table)  # noqa: SLF001 # Django's public way
    with connection.cursor() as cursor:
        cursor.execute(ASK.format(table=table), [f"sending {sent.name}", sent.name])
        known = cursor.fetchone()
    return Sending.objects.get(pk=sent.name) if known else None


def forget() -> int:
    """Nobody repeats what was sent days ago."""
    return Sending.objects.over().delete()[0]
