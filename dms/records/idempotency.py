"""What is sent twice is done once: a form or a program sends a key with an act.

Of every form and verb the answer is kept with its key (:func:`once`). The rows of a few acts keep the key themselves
(:func:`earlier`): there it means the same row for good, whoever sends it.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from time import sleep
from typing import TypeVar

from django.db import Error, connection, models, transaction
from django.utils.translation import gettext as _

from dms.core.refusals import Refusal
from dms.core.untyped import Facts, Row
from dms.models import Sending
from dms.models.sendings import SendingQuerySet

M = TypeVar("M", bound=models.Model)
R = TypeVar("R")
ASK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0)); SELECT 1 FROM {table} WHERE key = %s"
"""Both in one round trip, but two statements: of one, what it reads would be of before the wait."""
CLAIM = """
INSERT INTO dms_sending AS sending (key, body, headers, at) VALUES (%(key)s, %(body)s, '{}', clock_timestamp())
ON CONFLICT (key) DO UPDATE SET at = excluded.at
WHERE sending.status IS NULL AND sending.body = excluded.body AND sending.at < excluded.at - make_interval(secs => %(lapsed)s)
RETURNING at
"""
"""In one statement, so that of two at the same moment one has it. What was broken off (a power cut) may be done anew."""
BROKEN_OFF = timedelta(minutes=2)
PAUSE = 0.05
LOOKS = 60
"""Three seconds: longer a second click must not keep a thread of the server."""


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
    headers: Facts = field(default_factory=dict)
    body: Row = None


OF_THE_BODY = frozenset({"Content-Type", "Content-Length"})


def headers_of(headers: Mapping[str, str]) -> Facts:
    """What the first answer said beside its body: its version, where it leads."""
    return {name: value for name, value in headers.items() if name not in OF_THE_BODY}


class SentAlready(Refusal):
    """It was done, and what it showed then is shown no second time."""

    code = "sent_already"


def shown_once() -> SentAlready:
    return SentAlready(_("This was sent already, and is done. Reload the page to see it."))


def once(
    sent: Sent, do: Callable[[], R], *, answer_of: Callable[[R], Answer | None], again: Callable[[Answer], R]
) -> R:
    """Do what was sent, unless that was done before: then the first answer comes again.

    That it is being done is written down first, for all to see. The act and its answer are one transaction: nobody finds
    the one without the other, however it is broken off.

    :param answer_of: what is kept of the result; None when nothing was done, and the same may be sent again.
    :raises KeyReused: when the key was sent before, with something else.
    :raises Refusal: when it is still being done, or was finished by another meanwhile.
    """
    claimed = _claim(sent)
    if isinstance(claimed, Answer):
        return again(claimed)
    mine = Sending.objects.filter(pk=sent.name, at=claimed, status=None)
    try:
        with transaction.atomic():
            result = do()
            _settle(mine, answer_of(result))
            return result
    except BaseException:
        with suppress(Error):  # where the database itself is away the claim lapses
            mine.delete()
        raise


def _settle(mine: SendingQuerySet, answer: Answer | None) -> None:
    """:raises Refusal: when it took so long that another did it: once is enough."""
    if answer is None:
        mine.delete()
    elif not mine.update(status=answer.status, headers=answer.headers, answer=answer.body):
        raise _underway()


def _claim(sent: Sent) -> datetime | Answer:
    """The moment from which on it is ours to do, or what it was answered. Who is being answered is waited for, but not for long."""
    body = digest(sent.body)
    for _look in range(LOOKS):
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, {"key": sent.name, "body": body, "lapsed": BROKEN_OFF.total_seconds()})
            if row := cursor.fetchone():
                claimed: datetime = row[0]
                return claimed
        known = Sending.objects.filter(pk=sent.name).first()
        if known is not None and known.body != body:
            raise KeyReused(key_reused())
        if known is not None and known.status is not None:
            return Answer(known.status, known.headers, known.answer)
        sleep(PAUSE)
    raise _underway()


def _underway() -> Refusal:
    return Refusal(_("This was sent already and is being done. Wait a moment, then reload the page."), code="underway")


def forget() -> int:
    """Nobody repeats what was sent days ago."""
    return Sending.objects.over().delete()[0]
