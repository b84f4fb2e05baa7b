"""Two files of one person become one."""

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from crm import signals
from crm.actions import care, consents
from crm.actions.parting import Before, write_down
from crm.events import CUSTOMER_MERGED
from crm.models import Complaint, Customer, CustomerStore, Invoice, Survey
from dms.core.refusals import Refusal
from dms.models import Attachment, User
from dms.records import events

FACTS = (
    "salutation",
    "email",
    "address",
    "postcode",
    "company",
    "industry",
    "company_phone",
    "company_address",
    "character",
    "hobbies",
    "best_time_to_call",
)
"""What the file that stays learns from the other where it knows nothing itself."""
LEARNED = ("birthday", "birthday_is_lunar", "needs", "data_refused", "created_at")
"""What it learns in another way."""


def merge_files(customer: Customer, *, other: Customer, reason: str, by: User, stays: str = "") -> Customer:
    """Of two files of one person this one stays, or, when ``stays`` names it, the other."""
    into, duplicate = (other, customer) if stays == str(other.pk) else (customer, other)
    return merge_customers(duplicate, into=into, reason=reason, by=by)


@transaction.atomic
def merge_customers(duplicate: Customer, *, into: Customer, reason: str, by: User) -> Customer:
    """Two files of one person become one: everything goes to the file that stays, and the other only points to it.

    What the file that stays does not know, it learns from the other; where both know something, its own word stands.
    Whoever refuses personal data in one of them refuses it altogether.

    :raises Refusal: when it is the same file, one of them was merged already, nobody says why, or something of both cannot
        stand in one file (two open cards for one wish): then nothing has moved.
    """
    duplicate, into = pair_of(duplicate, into)
    if not reason.strip():
        raise Refusal(_("Say why these are one person."), code="merge_without_reason")
    before = Before.of(duplicate, into)
    known = {name: getattr(into, name) for name in (*FACTS, *LEARNED)}
    # First of all: a settled work order lets its customer go only to the file its own was merged into (trigger).
    Customer.objects.filter(pk=duplicate.pk).update(merged_into=into)
    # Files merged before follow at once: every old link reaches the file that stays in one step.
    Customer.objects.filter(merged_into=duplicate).update(merged_into=into)
    move_phones(duplicate, into)
    move_cars(duplicate, into)
    duplicate.people.update(customer=into)
    move_stores(duplicate, into)
    Invoice.objects.filter(customer=duplicate).update(customer=into)
    Complaint.objects.filter(customer=duplicate).update(customer=into)
    Survey.objects.filter(customer=duplicate).update(customer=into)
    care.follow_merge(duplicate, into=into, by=by)
    files = move_files(duplicate, into)
    learned = learn(into, duplicate)
    # What the person has said in either file holds for the whole.
    consents.obey_for(into, by=by)
    # Here and not on commit: an app above that cannot hold both must stop the whole merge.
    signals.customers_merged.send(Customer, duplicate=duplicate, into=into, by=by)
    data = {"from": duplicate.pk, "name": duplicate.name, "reason": reason.strip()[:120], "fields": learned}
    # After everything has moved: undoing looks for what people did after this event.
    event = events.record(CUSTOMER_MERGED, into, by=by, data=data)
    facts = {name: known[name] for name in (*learned, "created_at")}
    write_down(before, duplicate=duplicate, into=into, facts=facts, files=files, event=event)
    return into


def pair_of(duplicate: Customer, into: Customer) -> tuple[Customer, Customer]:
    """Both files, held in the order of their keys, so that two people who merge them crosswise do not hold each other up.

    :raises Refusal: when they are one, or one of them is not a file of its own any more.
    """
    # Before anything of either is read: an act on one of them ends first, or waits and follows the pointer.
    rows = Customer.objects.filter(pk__in=[duplicate.pk, into.pk]).lock_all()
    pair = {row.pk: row for row in rows}
    if len(pair) < 2 or any(row.merged_into_id or row.erased_at for row in pair.values()):
        raise Refusal(_("Choose two different customers that are not merged yet."), code="cannot_merge")
    return pair[duplicate.pk], pair[into.pk]


def move_phones(duplicate: Customer, into: Customer) -> None:
    """Every number; the one to call stays the one of the file that stays, if it has any."""
    # A number stands once in a file (unique), so those of both are dropped before the rest moves.
    known = into.phones.values_list("number", flat=True)
    duplicate.phones.filter(number__in=list(known)).delete()
    if into.phones.filter(is_primary=True).exists():
        duplicate.phones.update(is_primary=False)
    duplicate.phones.update(customer=into)


def move_cars(duplicate: Customer, into: Customer) -> None:
    """What they own, owned and drive. Who drives one car by both files drives it since the earlier day."""
    for ownership in duplicate.ownerships.filter(until__isnull=True):
        # One current ownership for each car, person and role (unique): of two the longer stays.
        same = into.ownerships.filter(vehicle=ownership.vehicle_id, role=ownership.role, until__isnull=True).first()
        if same is not None:
            # The earlier day: warranty and care count from when the person got the car, by whichever file.
            same.since = min(same.since, ownership.since)
            same.save(update_fields=["since"])
            ownership.delete()
    duplicate.ownerships.update(customer=into)


def move_stores(duplicate: Customer, into: Customer) -> None:
    """Whoever saw one of the files sees the whole, since the earlier day."""
    shared = CustomerStore.objects.filter(customer=duplicate, store__in=into.stores.all())
    # Made a list first: the rows it reads are deleted below.
    for store, since in list(shared.values_list("store", "since")):
        CustomerStore.objects.filter(customer=into, store=store, since__gt=since).update(since=since)
    shared.delete()
    CustomerStore.objects.filter(customer=duplicate).update(customer=into)


def move_files(duplicate: Customer, into: Customer) -> list[int]:
    """The attachments of the file; returns which."""
    rows = Attachment.objects.filter(subject_type=ContentType.objects.get_for_model(Customer), subject_id=duplicate.pk)
    moved = list(rows.values_list("pk", flat=True))
    Attachment.objects.filter(pk__in=moved).update(subject_id=into.pk)
    return moved


def learn(into: Customer, duplicate: Customer) -> list[str]:
    """Fill what is not known from the other file; returns the names of the facts."""
    new: dict[str, object] = {
        name: getattr(duplicate, name) for name in FACTS if getattr(duplicate, name) and not getattr(into, name)
    }
    # Date and calendar together: a lunar day read as solar is another day.
    if duplicate.birthday and not into.birthday:
        new |= {"birthday": duplicate.birthday, "birthday_is_lunar": duplicate.birthday_is_lunar}
    if wishes := [need for need in duplicate.needs if need not in into.needs]:
        new["needs"] = [*into.needs, *wishes]
    # Who refuses personal data once has refused it: the stricter of two files binds us.
    if duplicate.data_refused and not into.data_refused:
        new["data_refused"] = True
    for name, value in new.items():
        setattr(into, name, value)
    # How long somebody is our customer counts from the first meeting.
    into.created_at = min(into.created_at, duplicate.created_at)
    into.save(update_fields=[*new, "created_at"])
    return sorted(new)
