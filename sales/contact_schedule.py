"""When the next contact of a card is due: the rule of its level, moved into calling hours."""

from datetime import datetime, timedelta

from django.db import connection

from dms.models import Store
from dms.records import business_hours
from dms.records.calling_calendar import COLUMNS, CallingCalendar
from sales.models import LevelRule

USUAL_HOURS = 24
"""Where the rule of a level was deleted: nobody is left without a next contact."""
RHYTHM = "SELECT (SELECT hours FROM sales_levelrule WHERE level = %(level)s), " + COLUMNS  # noqa: S608 # both are of this code
"""The rule and the calendar of calls, as the configuration has them at this moment, in one statement."""


def hours_of(level: str) -> int:
    """How many hours after a contact the next one is due at this level."""
    return rules().get(level, USUAL_HOURS)


def rules() -> dict[str, int]:
    """Level → hours, for a page that shows them all."""
    return dict(LevelRule.objects.values_list("level", "hours"))


def next_contact(level: str, *, store: Store, after: datetime) -> datetime:
    """The moment by the rule, or the next one in which people may be called."""
    with connection.cursor() as cursor:
        # Raw, in one trip: every contact that is written asks for all three, and under the lock of its card.
        cursor.execute(RHYTHM, {"level": level})
        hours, *columns = cursor.fetchone()
    due = after + timedelta(hours=hours or USUAL_HOURS)
    return business_hours.calling_time(due, store, calendar=CallingCalendar(*columns))
