"""What the system keeps about its own work: absences, jobs, messages, files, keys of the API."""

import datetime as dt
from typing import TypeVar

from django.core.files.base import ContentFile
from django.utils import timezone
from factory.declarations import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from dms.core.leases import Leased, LeasedQuerySet
from dms.models import Absence, ApiToken, Attachment, Job, Message
from tests.factories.base import fresh, member
from tests.factories.people import StoreFactory, UserFactory

Row = TypeVar("Row", bound=Leased)


class AbsenceFactory(DjangoModelFactory[Absence]):
    class Meta:
        model = Absence

    class Params:
        store = SubFactory(StoreFactory)
        by = None

    user = SubFactory(UserFactory, store=SelfAttribute("..store"))
    first_day = LazyFunction(timezone.localdate)
    last_day = LazyAttribute(lambda row: row.first_day + dt.timedelta(days=2))


class AttachmentFactory(DjangoModelFactory[Attachment]):
    class Meta:
        model = Attachment

    class Params:
        by = member(lambda cast: cast.adviser)

    store = SubFactory(StoreFactory)
    uploaded_by = SelfAttribute("by")
    file = LazyFunction(lambda: ContentFile(b"%PDF-1.7", name="a.pdf"))
    name = "a.pdf"
    content_type = "application/pdf"
    size = 8
    sha256 = "0" * 64


def end_work(row: Leased, status: str, **facts: object) -> None:
    """A worker had the row in its hands, and left it so."""
    rows = LeasedQuerySet[Leased](type(row)).filter(pk=row.pk)
    if isinstance(row, Job) and status != row.HELD:
        facts["ended_at"] = timezone.now()
    held = {"status": row.HELD, "claimed_by": "w", "lease_until": timezone.now()}
    rows.update(**held)
    rows.update(**{"status": status, "claimed_by": "", "lease_until": None} | facts)


class WorkedOn(DjangoModelFactory[Row]):
    """A row of work; with ``ends`` a worker has left it in this status."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: type[Row], *args: object, ends: str = "", **fields: object) -> Row:
        row: Row = super()._create(model_class, *args, **fields)
        if ends:
            end_work(row, ends)
        return fresh(row)


class JobFactory(WorkedOn[Job]):
    class Meta:
        model = Job

    class Params:
        by = member(lambda cast: cast.sales_manager)
        failed = Trait(
            ends=Job.Status.FAILED,
            error="–",
            output_file=SubFactory(AttachmentFactory, store=SelfAttribute("..store"), by=SelfAttribute("..by")),
            report_file=SubFactory(AttachmentFactory, store=SelfAttribute("..store"), by=SelfAttribute("..by")),
        )

    store = SubFactory(StoreFactory)
    requested_by = SelfAttribute("by")
    kind = "export_table"
    params = LazyFunction(lambda: {"list": "people"})


class MessageFactory(WorkedOn[Message]):
    class Meta:
        model = Message

    class Params:
        by = None
        failed = Trait(ends=Message.Status.FAILED)

    store = SubFactory(StoreFactory)
    channel = "sms"
    recipient = "13800000000"
    body = "–"
    idempotency_key = Sequence(lambda number: f"k{number}")


class ApiTokenFactory(DjangoModelFactory[ApiToken]):
    class Meta:
        model = ApiToken

    class Params:
        store = SubFactory(StoreFactory)
        by = member(lambda cast: cast.adviser)

    user = SelfAttribute("by")
    digest = Sequence(lambda number: ApiToken.digest_of(f"{number}"))
    expires_at = LazyFunction(lambda: timezone.now() + dt.timedelta(days=1))
