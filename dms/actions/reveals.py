"""Showing whole numbers: each is in the log, so many different people an hour, and the manager hears of who reaches the limit."""

from datetime import timedelta

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import ngettext

from dms.core.event_words import EventKind
from dms.core.refusals import Refusal
from dms.models import Event, Rate, Store, User
from dms.records import events
from dms.records.own_events import USER_REVEALS_AT_LIMIT

HOUR = timedelta(hours=1)
REVEALED = ".phone_revealed"
"""How the events of all apps end that show a whole number."""
LIMIT = 30
"""Different people an hour, where no rate says otherwise."""


def limit_of(store: Store | None) -> int:
    """The rate of the store, else of the group."""
    rate = Rate.objects.in_force(Rate.Kind.REVEALS, on=timezone.localdate(), store=store).first()
    return LIMIT if rate is None else int(rate.value)


@transaction.atomic
def note(subject: models.Model, *, kind: EventKind, by: User, store: Store | None = None, **data: object) -> Event:
    """Write down that this person sees a whole number now. The same number again in the hour is no further one.

    :raises Refusal: when they have seen as many as one may in an hour.
    """
    with connection.cursor() as cursor:  # two windows of one person count one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"dms.reveals:{by.pk}"])
    limit = limit_of(by.own_stores[0] if by.own_stores else None)
    seen = Event.objects.filter(by=by, kind__endswith=REVEALED, at__gt=timezone.now() - HOUR)
    people = set(seen.order_by().values_list("subject_type__model", "subject_id").distinct())
    new = (subject._meta.model_name, subject.pk) not in people  # noqa: SLF001 - Django's own word
    if new and len(people) >= limit:
        sentence = ngettext(
            "You have seen the number of %(n)s person within an hour. Your manager has been told; go on later.",
            "You have seen the numbers of %(n)s people within an hour. Your manager has been told; go on later.",
            limit,
        )
        raise Refusal(sentence % {"n": limit}, code="reveal_limit")
    # At the last that is allowed, and so once: refused attempts must not tell the manager each time.
    if new and len(people) + 1 == limit:
        home = by.own_stores[0] if by.own_stores else None
        events.record(USER_REVEALS_AT_LIMIT, by, by=by, store=store or home, data={"numbers": limit})
    return events.record(kind, subject, by=by, store=store, data=data)
