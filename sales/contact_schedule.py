"""When the next contact of a card is due: the rule of its level, moved into calling hours."""

from datetime import datetime, timedelta

from dms.models import Store
from dms.records import business_hours
from sales.models import LevelRule

USUAL_HOURS = 24
"""Where the rule of a level was deleted: nobody is left without a next contact."""


def hours_of(level: str) -> int:
    """How many hours after a contact the next one is due at this level."""
    return LevelRule.objects.filter(level=level).values_list("hours", flat=True).first() or USUAL_HOURS


def rules() -> dict[str, int]:
    """Level → hours, for a page that shows them all."""
    return dict(LevelRule.objects.values_list("level", "hours"))


def next_contact(level: str, *, store: Store, after: datetime) -> datetime:
    """The moment by the rule, or the next one in which people may be called."""
    return business_hours.calling_time(after + timedelta(hours=hours_of(level)), store)
