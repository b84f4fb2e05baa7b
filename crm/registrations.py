"""What customers and vehicles put into the layout."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm import due_work, letter_job  # noqa: F401 # prints brings its long job
from crm.models import Customer, Invoice, Vehicle
from dms.core import event_words
from dms.formats import display, plates
from dms.models import Event, User
from dms.models.events import EventQuerySet
from dms.navigation import registry
from dms.navigation.registry import Hit, Moment, NewEntry, SearchProvider, Tab, TimelineProvider

registry.AREAS["crm"].tabs[:0] = [
    Tab(
        pgettext_lazy("tab", "Customers"),
        "crm:customers",
        "crm.view",
        "users",
        (
            "crm:customer",
            "crm:customer_new",
            "crm:customer_edit",
            "crm:person_new",
            "crm:vehicle_new",
            "crm:contact_new",
            "crm:customer_duplicates",
            "crm:customer_merge",
        ),
    ),
    Tab(
        pgettext_lazy("tab", "Vehicles"),
        "crm:vehicles",
        "crm.view",
        "car",
        ("crm:vehicle", "crm:vehicle_edit", "crm:vehicle_hand_over"),
    ),
]
registry.new_entries.append(NewEntry(_("Register customer"), "crm:customer_new", "crm.edit", "user-plus"))


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


def find_vehicles(text: str, user: User, limit: int) -> Sequence[Hit]:
    """By plate or the end of the VIN."""
    wanted = plates.normalise(text)
    rows = Vehicle.objects.visible_to(user).matching(text)
    return [
        Hit(
            str(row),
            row.model,
            reverse("crm:vehicle", args=[row.pk]),
            _("Vehicle"),
            rank=0 if wanted in {row.plate, row.vin, row.vin_tail} else 2,
            plate=row.plate or "",
        )
        for row in rows.select_related("variant")[:limit]
    ]


registry.search_providers.extend(
    [SearchProvider("crm.view", find_customers), SearchProvider("crm.view", find_vehicles)]
)

FAMILIES = {"customer.merged": "wait", "vehicle.odometer_replaced": "late", "vehicle.handed_over": "run"}


def log_of(subject: Any) -> EventQuerySet:
    """The events about a row; about a customer, those of the files that were merged into theirs as well."""
    if not isinstance(subject, Customer):
        return Event.objects.about(subject)
    files = [subject.pk, *subject.merged.values_list("pk", flat=True)]
    return Event.objects.filter(subject_type=ContentType.objects.get_for_model(Customer), subject_id__in=files)


def from_events(subject: Any, _user: User) -> Iterable[Moment]:
    """What the log says of the customer or vehicle itself."""
    told_elsewhere = "contact.made"
    rows = log_of(subject).exclude(kind=told_elsewhere).select_related("by")[:100]
    return [
        Moment(row.at, row.words, detail=describe(row), family=FAMILIES.get(row.kind, "idle"), by=str(row.by or ""))
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


for subject in (Customer, Vehicle):
    registry.timeline_providers.append(TimelineProvider(subject, "crm.view", from_events))

event_words.words(
    {
        "customer.registered": _("Customer registered"),
        "customer.changed": _("Customer file changed"),
        "customer.phone_added": _("Phone number added"),
        "customer.phone_preferred": _("Preferred phone changed"),
        "customer.phone_removed": _("Phone number removed"),
        "customer.phone_revealed": _("Phone number revealed"),
        "customer.person_added": _("Contact person added"),
        "customer.looked_up": _("Customer found in the group"),
        "customer.merged": _("Customer files merged"),
        "invoice.opened": _("Invoice opened"),
        "invoice.line_reversed": _("Invoice line reversed"),
        "invoice.credit_approved": _("Credit approved"),
        "invoice.credit_withdrawn": _("Credit withdrawn"),
        "payment.taken": _("Payment taken"),
        "payment.refunded": _("Payment refunded"),
        "vehicle.registered": _("Vehicle registered"),
        "vehicle.changed": _("Vehicle file changed"),
        "vehicle.handed_over": _("New owner"),
        "vehicle.mileage_read": _("Mileage noted"),
        "vehicle.odometer_replaced": _("Odometer replaced"),
    }
)
due_work.register()
registry.AREAS["crm"].tabs.append(
    Tab(
        pgettext_lazy("tab", "Cashier"),
        "crm:invoices",
        "billing.take",
        "cash",
        ("crm:invoice", "crm:invoice_credit", "crm:invoice_credit_end"),
    )
)
registry.subject_pages[Invoice] = ("crm:invoice", "billing.take")
