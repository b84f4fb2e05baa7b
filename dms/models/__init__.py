"""The base data of the core."""

from dms.models.attachments import Attachment
from dms.models.catalogue import Brand, Colour, Series, Variant
from dms.models.days import CallingHour, HolidayOverride
from dms.models.events import Event
from dms.models.heartbeats import Heartbeat
from dms.models.jobs import Job, JobProblem
from dms.models.messages import Message
from dms.models.numbers import NumberCounter, NumberSeries
from dms.models.people import Absence, ApiToken, User
from dms.models.rates import Rate
from dms.models.reasons import Reason
from dms.models.roles import Role, RoleRight, RoleSignIn
from dms.models.sendings import Sending
from dms.models.stores import Store

__all__ = [
    "Absence",
    "ApiToken",
    "Attachment",
    "Brand",
    "CallingHour",
    "Colour",
    "Event",
    "Heartbeat",
    "HolidayOverride",
    "Job",
    "JobProblem",
    "Message",
    "NumberCounter",
    "NumberSeries",
    "Rate",
    "Reason",
    "Role",
    "RoleRight",
    "RoleSignIn",
    "Sending",
    "Series",
    "Store",
    "User",
    "Variant",
]
