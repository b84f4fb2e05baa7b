"""What customer care knows of a customer or car for their timelines, and what the search box finds."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from crm.events import CONTACT_MADE, CUSTOMER_MERGED, VEHICLE_HANDED_OVER, VEHICLE_ODOMETER_REPLACED
from crm.models import CareChannel, Complaint, Contact, Customer, Letter, RecallEntry, Result, Survey, Vehicle
from crm.models.contacts import FAILED, FAMILY, SUCCESS
from crm.models.surveys import DETRACTOR
from dms.core.event_words import EVENT_WORDS
from dms.core.reads import IsOneOf
from dms.formats import display, folding, phones
from dms.models import Event, User
from dms.navigation import registry
from dms.navigation.registry import Hit
from dms.navigation.timelines import Ask, Found, Moment, both_names, person

LOOK = {SUCCESS: "done", FAILED: "wait"}


# --- search -------------------------------------------------------------------------------------------------------------
@registry.search("crm.view")
def find_customers(text: str, user: User, limit: int) -> Sequence[Hit]:
    """By name, pinyin, initials or phone."""
    rows = Customer.objects.visible_to(user).matching(text).with_phones()[:limit]
    name, numbers = folding.name(text), phones.parts(text)
    return [
        Hit(
            row.name,
            display.masked_phone(row.phone),
            reverse("crm:customer", args=[row.pk]),
            _("Customer"),
            rank=0 if name == row.name_folded or row.phone in numbers else 1,
        )
        for row in rows
    ]


@registry.search("crm.view")
def find_vehicles(text: str, user: User, limit: int) -> Sequence[Hit]:
    """By plate or the end of the VIN."""
    code = folding.code(text)
    rows = Vehicle.objects.visible_to(user).matching(text)
    return [
        Hit(
            str(row),
            row.model,
            reverse("crm:vehicle", args=[row.pk]),
            _("Vehicle"),
            rank=0 if code in {row.plate_code, row.plate_code[1:], row.vin, row.vin_tail} else 2,
            plate=row.plate or "",
            begins=registry.begins_with(row.plate or row.vin or "", user),
        )
        for row in rows.select_related("variant")[:limit]
    ]


@registry.search("crm.call")
def find_letters(text: str, user: User, limit: int) -> Sequence[Hit]:
    """A letter by its number."""
    # Shorter, the end of a number would be that of hundreds of letters.
    if not text.upper().startswith("LT-") and not (text.isdigit() and len(text) >= 4):
        return []
    rows = Letter.objects
    letters = rows.visible_to(user).filter(number__endswith=text.upper()).order_by("-pk")[:limit]
    return [
        Hit(row.number, row.addressee, reverse("crm:letter_pdf", args=[row.pk]), _("Letter"), rank=0) for row in letters
    ]


# --- timelines ----------------------------------------------------------------------------------------------------------
LOOKS: dict[str, str] = {CUSTOMER_MERGED: "wait", VEHICLE_ODOMETER_REPLACED: "late", VEHICLE_HANDED_OVER: "run"}


def log_of(ask: Ask) -> QuerySet[Event]:
    """The events about a row; about a customer, those of the files that were merged into theirs as well."""
    events = Event.objects.filter(subject_type=ask.subject_type).exclude(kind=CONTACT_MADE)  # a contact tells itself
    if ask.of != "customer":
        return events.filter(subject_id=ask.subject)
    files = Customer.objects.filter(Q(pk=ask.subject) | Q(merged_into=ask.subject))
    # an array and no join: Postgres reads the few files first, then the index of the log for each of them
    return events.filter(IsOneOf(F("subject_id"), ArraySubquery(files.values("pk"))))


@registry.timeline(
    Customer,
    Vehicle,
    right="crm.view",
    rows=log_of,
    at="at",
    facts={"kind": "kind", "data": "data", "by": person("by")},
)
def from_log(event: Found) -> Moment:
    """What the log says of the customer or vehicle itself."""
    kind = event["kind"]
    words = str(EVENT_WORDS.get(kind, kind))
    return Moment(event.at, words, describe(event["data"]), family=LOOKS.get(kind, "idle"), by=event["by"])


def describe(data: Mapping[str, Any]) -> str:
    """The fact worth a second look: the mileage, the changed plate, the end of a number."""
    if "km" in data:
        return f"{data['km']:,} km {data.get('reason', '')}".strip()
    if "plate" in data:
        return " → ".join(plate or "–" for plate in data["plate"])
    if "tail" in data:
        return f"…{data['tail']}"
    return " · ".join(str(data[fact]) for fact in ("name", "reason") if data.get(fact))


@registry.timeline(
    Customer,
    Vehicle,
    right="crm.view",
    rows=lambda ask: ask.about(Contact.objects.all()),
    at="at",
    facts={
        "channel": "channel",
        "result": "result",
        "said": "said",
        **both_names("cadence", "follow_up__cadence"),
        "by": person("by"),
    },
)
def contacts(contact: Found) -> Moment:
    """Calls, letters, visits with the customer, or about the car."""
    what = contact.name("cadence") or CareChannel(contact["channel"]).label
    result = Result(contact["result"])
    return Moment(
        contact.at,
        f"{what} · {result.label}",
        detail=contact["said"],
        family=LOOK.get(FAMILY[result], "void"),
        by=contact["by"],
    )


@registry.timeline(
    Customer,
    Vehicle,
    right="crm.view",
    rows=lambda ask: ask.about(RecallEntry.objects.all()),
    at=Coalesce("ended_at", "called_at", "mailed_at", "listed_at"),
    facts={"month": "due_month", "status": "status", **both_names("reason", "reason")},
    most=24,
)
def recalls(entry: Found) -> Moment:
    """Maintenance recalls of the car, each with where it ended."""
    month, status = date.fromisoformat(entry["month"]), RecallEntry.Status(entry["status"])
    page = reverse("crm:recall") if entry.user.has_perm("crm.call") else ""
    return Moment(
        entry.at,
        _now("Recall %(month)s: %(step)s") % {"month": display.month(month), "step": status.label},
        detail=entry.name("reason"),
        url=page and f"{page}?month={month:%Y-%m}",
        family="done" if status in {RecallEntry.Status.BOOKED, RecallEntry.Status.CAME} else "idle",
    )


@registry.timeline(
    Customer,
    Vehicle,
    right="crm.view",
    rows=lambda ask: ask.about(Survey.objects.filter(status=Survey.Status.ANSWERED)),
    at="answered_at",
    facts={"pk": "pk", "nps": "nps", "words": "words", **both_names("sheet", "questionnaire")},
)
def surveys(survey: Found) -> Moment:
    """What the customer answered when we asked."""
    words = _now("%(sheet)s: %(score)s of 10") if survey["nps"] is not None else "%(sheet)s"
    return Moment(
        survey.at,
        words % {"sheet": survey.name("sheet"), "score": survey["nps"]},
        detail=survey["words"],
        url=reverse("crm:survey", args=[survey["pk"]]) if survey.user.has_perm("crm.call") else "",
        family="late" if survey["nps"] is not None and survey["nps"] <= DETRACTOR else "done",
    )


@registry.timeline(
    Customer,
    Vehicle,
    right="crm.edit",
    rows=lambda ask: ask.about(Complaint.objects.all()),
    at="opened_at",
    facts={"pk": "pk", "number": "number", "status": "status", "words": "words", **both_names("kind", "kind")},
)
def complaints(complaint: Found) -> Moment:
    """What the customer was not content with, and where that stands."""
    status = Complaint.Status(complaint["status"])
    return Moment(
        complaint.at,
        _now("Complaint: %(kind)s, %(status)s") % {"kind": complaint.name("kind"), "status": status.label},
        detail=complaint["words"],
        url=reverse("crm:complaint", args=[complaint["pk"]]),
        family="done" if status == Complaint.Status.CLOSED else "late",
    )
