"""Showing whole numbers: each is in the log, so many different people an hour, and the manager hears of who reaches the limit."""

from django.db.models import Q
from django.utils.translation import ngettext

from dms.models import Rate
from dms.records.hourly_limits import HourlyLimit
from dms.records.own_events import USER_REVEALS_AT_LIMIT

REVEALED = ".phone_revealed"
"""How the events of all apps end that show a whole number."""


def seen_enough(limit: int) -> str:
    sentence = ngettext(
        "You have seen the number of %(n)s person within an hour. Your manager has been told; go on later.",
        "You have seen the numbers of %(n)s people within an hour. Your manager has been told; go on later.",
        limit,
    )
    return sentence % {"n": limit}


REVEALS = HourlyLimit(
    rate=Rate.Kind.REVEALS,
    otherwise=30,
    counts=Q(kind__endswith=REVEALED),
    alarm=USER_REVEALS_AT_LIMIT,
    counted="numbers",
    sentence=seen_enough,
    code="reveal_limit",
)
note = REVEALS.note
