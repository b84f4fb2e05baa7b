"""What customer care knows of a customer or car for their timelines, and what the search box finds."""

from collections.abc import Iterable, Sequence

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from crm.events import CONTACT_MADE, CUSTOMER_MERGED, VEHICLE_HANDED_OVER, VEHICLE_ODOMETER_REPLACED
from crm.models import Customer, Letter, RecallEntry, Vehicle
from crm.models.contacts import FAILED, SUCCESS
from dms.formats import display, plates
from dms.formats.only_fields import named, person
from dms.models import Event, User
from dms.models.events import EventQuerySet
from dms.navigation import registry
from dms.navigation.registry import Hit, Moment

LOOK = {SUCCESS: "done", FAILED: "wait"}


# --- search -------------------------------------------------------------------------------------------------------------
@registry.search("crm.view")
def find_customers(text: str, user: User, limit: int) -> Sequence[Hit]:
    """By name, pinyin, initials or phone."""
    rows = Customer.objects.visible_to(user).matching(text).with_phones()[:limit]
    return [
        Hit(
            row.name,
            display.masked_phone(row.phone),
            reverse("crm:customer", args=[row.pk]),
            _("Customer"),
            rank=0 if text in {row.name, row.phone} else 1,
        )
        for row in rows
    ]


@registry.search("crm.view")
def find_vehicles(text: str, user: User, limit: int) -> Sequence[Hit]:
    """By plate or the end of the VIN."""
    plate = plates.normalise(text)
    rows = Vehicle.objects.visible_to(user).matching(text)
    return [
        Hit(
            str(row),
            row.model,
            reverse("crm:vehicle", args=[row.pk]),
            _("Vehicle"),
            rank=0 if plate in {row.plate, row.vin, row.vin_tail} else 2,
            plate=row.plate or "",
        )
        for row in rows.select_related("variant")[:limit]
    ]


@registry.search("crm.call")
def find_letters(text: str, user: User, limit: int) -> Sequence[Hit]:
    """A letter by its number."""
    if not text.upper().startswith("LT-") and not (text.isdigit() and len(text) >= 4):
        return []
    rows = Letter.objects
    letters = rows.visible_to(user).filter(number__endswith=text.upper()).order_by("-pk")[:limit]
    return [
        Hit(row.number, row.addressee, reverse("crm:letter_pdf", args=[row.pk]), _("Letter"), rank=0) for row in letters
    ]


# --- timelines ----------------------------------------------------------------------------------------------------------
FAMILIES: dict[str, str] = {CUSTOMER_MERGED: "wait", VEHICLE_ODOMETER_REPLACED: "late", VEHICLE_HANDED_OVER: "run"}


def log_of(subject: Customer | Vehicle) -> EventQuerySet:
    """The events about a row; about a customer, those of the files that were merged into theirs as well."""
    if not isinstance(subject, Customer):
        return Event.objects.about(subject)
    files = [subject.pk, *subject.merged.values_list("pk", flat=True)]
    return Event.objects.filter(subject_type=ContentType.objects.get_for_model(Customer), subject_id__in=files)


@registry.timeline(Customer, Vehicle, right="crm.view")
def from_events(subject: Customer | Vehicle, _user: User) -> Iterable[Moment]:
    """What the log says of the customer or vehicle itself."""
    told_elsewhere = CONTACT_MADE
    rows = log_of(subject).exclude(kind=told_elsewhere).select_related("by")[:100]
    return [
        Moment(
            row.at,
            row.words,
            detail=describe(row),
            family=FAMILIES.get(row.kind, "idle"),
            by=str(row.by or ""),
        )
        for row in rows
    ]


def describe(event: Event) -> str:
    """The fact worth a second look: the mileage, the changed plate, the end of a number."""
    data = event.data
    if "km" in data:
        return f"{data['km']:,} km {data.get('reason', '')}".strip()
    if "plate" in data:
        return " → ".join(plate or "–" for plate in data["plate"])
    if "tail" in data:
        return f"…{data['tail']}"
    return " · ".join(str(data[fact]) for fact in ("name", "reason") if data.get(fact))


@registry.timeline(Customer, Vehicle, right="crm.view")
def contact_moments(subject: Customer | Vehicle, _user: User) -> Iterable[Moment]:
    """Calls, letters, visits with the customer, or about the car."""
    rows = subject.contacts.select_related("by", "follow_up__cadence").only(
        "at", "channel", "result", "said", "follow_up__cadence_id", *named("follow_up__cadence"), *person("by")
    )[:100]
    return [
        Moment(
            row.at,
            f"{row.follow_up.cadence if row.follow_up else row.get_channel_display()} · {row.get_result_display()}",
            detail=row.said,
            family=LOOK.get(row.family, "void"),
            by=str(row.by or ""),
        )
        for row in rows
    ]


@registry.timeline(Customer, Vehicle, right="crm.view")
def recall_moments(subject: Customer | Vehicle, user: User) -> Iterable[Moment]:
    """Maintenance recalls of the car, each with where it ended."""
    page = reverse("crm:recall") if user.has_perm("crm.call") else ""
    return [
        Moment(
            row.ended_at or row.called_at or row.mailed_at or row.listed_at,
            _now("Recall %(month)s: %(step)s")
            % {"month": display.month(row.due_month), "step": row.get_status_display()},
            detail=str(row.reason or ""),
            url=page and f"{page}?month={row.due_month:%Y-%m}",
            family="done" if row.status == RecallEntry.Status.BOOKED else "idle",
        )
        for row in subject.recalls.select_related("reason")[:24]
    ]
