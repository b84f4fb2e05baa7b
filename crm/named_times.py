"""A time that the customer names for a call: kept as named, or refused while it is typed, with the nearest that can be kept."""

from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _

from dms.core.refusals import Refusal
from dms.formats import display
from dms.formats.calling_hours import CallingHours
from dms.formats.days import HERE, day_of
from dms.formats.opening_hours import OpeningHours
from dms.models import Store
from dms.records.calling_calendar import CallingCalendar

ROOM = timedelta(minutes=30)
"""So much of a day must be left to keep a time before the close."""
NIGHT = (time(22), time(7))
"""Nobody is called between these unless a digit was mistyped: the question says so."""


class NotKept(Refusal):
    """Nobody is there at that time."""

    def __init__(self, sentence: str, nearest: datetime, *, code: str) -> None:
        super().__init__(sentence, code=code)
        self.nearest = nearest


def is_kept(at: datetime, store: Store, hours: CallingHours) -> bool:
    """Is somebody there: in calling hours, or while the store is open on a day that is not free?"""
    opening = OpeningHours.of(store).stretches(day_of(at))
    is_open = hours.is_workday(day_of(at)) and any(begins <= at < ends for begins, ends in opening)
    return is_open or hours.allow(at)


def nearest(at: datetime, hours: CallingHours, *, after: datetime) -> datetime:
    """The nearest time in calling hours: before the last close, or at the next opening, but still to come."""
    later, earlier = hours.next_moment(max(at, after)), hours.last_moment(at) - ROOM
    return earlier if earlier > after and hours.allow(earlier) and at - earlier < later - at else later


def refuse_unkept(at: datetime | None, store: Store, *, now: datetime) -> None:
    """:raises NotKept: when nobody is there to call; a time of the night is asked back."""
    if at is None or is_kept(at, store, hours := CallingCalendar.read().of(store)):
        return
    best = nearest(at, hours, after=now)
    words = {"at": display.moment(at), "clock": display.clock(at), "nearest": display.moment(best)}
    at_night = not NIGHT[1] <= at.astimezone(HERE).time() < NIGHT[0]
    sentence = (
        _("Really at %(clock)s in the night? Nobody is there then. The nearest that can be kept is %(nearest)s.")
        if at_night
        else _("Nobody is there to call at %(at)s. The nearest that can be kept is %(nearest)s.")
    )
    raise NotKept(sentence % words, best, code="really_at_night" if at_night else "nobody_calls_then")
