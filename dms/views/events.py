"""The log of what happened."""

from dms.models import Event
from dms.views.lists import HouseList


class Events(HouseList):
    """Who did what, when."""

    model = Event
    right = "dms.events"
