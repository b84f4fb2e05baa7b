"""So many different people an hour: what one may see of others. The manager hears of who sees that many."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, models, transaction
from django.utils import timezone

from dms.core.event_words import EventKind
from dms.core.refusals import Refusal
from dms.models import Event, Rate, Store, User
from dms.records import events

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class HourlyLimit:
    """One thing that is seen of people, and of how many.

    :param rate: how many, as data; ``otherwise``, where no rate says.
    :param counts: the events that say that somebody was seen; :param alarm: what is recorded at the last who may be.
    :param counted: how the alarm calls the number; :param sentence: of the refusal, to a number; :param code: of it.
    """

    rate: Rate.Kind
    otherwise: int
    counts: models.Q
    alarm: EventKind
    counted: str
    sentence: Callable[[int], str]
    code: str

    def of(self, by: User) -> int:
        """The rate of the person's store, else of the group."""
        rate = Rate.objects.in_force(self.rate, on=timezone.localdate(), store=home_of(by)).first()
        return self.otherwise if rate is None else int(rate.value)

    @transaction.atomic
    def note(
        self, subject: models.Model, *, kind: EventKind, by: User, store: Store | None = None, **data: object
    ) -> Event:
        """Write down that this person sees something of the subject. The same again in the hour is no further one.

        :raises Refusal: when they have seen as many as one may in an hour.
        """
        with connection.cursor() as cursor:  # two windows of one person count one after the other
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{self.code}:{by.pk}"])
        limit, seen = self.of(by), self._seen(by)
        new = (subject._meta.model_name, subject.pk) not in seen  # noqa: SLF001 - Django's own word
        if new and len(seen) >= limit:
            raise self._refusal(limit)
        # At the last that is allowed, and so once: refused attempts must not tell the manager each time.
        if new and len(seen) + 1 == limit:
            events.record(self.alarm, by, by=by, store=store or home_of(by), data={self.counted: limit})
        return events.record(kind, subject, by=by, store=store, data=data)

    def refuse_reached(self, by: User) -> None:
        """:raises Refusal: when this person has seen as many as one may in an hour."""
        if len(self._seen(by)) >= (limit := self.of(by)):
            raise self._refusal(limit)

    def _seen(self, by: User) -> set[tuple[str, int | None]]:
        rows = Event.objects.filter(self.counts, by=by, at__gt=timezone.now() - HOUR)
        return set(rows.order_by().values_list("subject_type__model", "subject_id").distinct())

    def _refusal(self, limit: int) -> Refusal:
        return Refusal(self.sentence(limit), code=self.code)


def home_of(person: User) -> Store | None:
    return person.own_stores[0] if person.own_stores else None
