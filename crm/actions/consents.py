"""The word of a customer is law at once: what is planned against it is dropped, and begins again when they say so."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.consents import May, refused, wanted
from crm.events import (
    CONSENT_GIVEN,
    CONSENT_TAKEN_BACK,
    CONSENT_WITHDRAWN,
    FOLLOWUP_DROPPED,
    FOLLOWUP_REOPENED,
    RECALL_VOID,
)
from crm.models import CareChannel, Consent, ConsentChannel, Contact, Customer, FollowUp, Purpose, RecallEntry
from crm.models.care import FollowUpQuerySet
from crm.models.recall import RecallEntryQuerySet
from dms.core.event_words import EventKind
from dms.core.refusals import Refusal
from dms.formats.days import day_of, start_of
from dms.models import Event, Message, Store, User
from dms.records import events
from dms.records.own_events import MESSAGE_CANCELLED

BATCH = 1000
BEFORE_THE_POST = (RecallEntry.Status.LISTED, RecallEntry.Status.PRINTED)
WITH_A_TEXT = frozenset({Consent.How.WRITTEN, Consent.How.SIGNED, Consent.How.ONLINE})


# --- what they say ------------------------------------------------------------------------------------------------------
@transaction.atomic
def withdraw(
    customer: Customer,
    *,
    by: User,
    purposes: Collection[str],
    channels: Collection[str],
    how: str = Consent.How.SPOKEN,
    store: Store | None = None,
) -> Customer:
    """They do not want it: what is planned is dropped at once, and no rule plans it any more."""
    customer = _held(customer)
    _say(customer, purposes, channels, given=False, how=how, store=store, by=by)
    obey_for(customer, by=by)
    return customer


@transaction.atomic
def consent(  # what was agreed to, all by name
    customer: Customer,
    *,
    by: User,
    purposes: Collection[str],
    channels: Collection[str],
    how: str,
    text_version: str = "",
    store: Store | None = None,
) -> Customer:
    """They want it, perhaps again: what lies ahead is due as it was, repeats go on with the next from today.

    :raises Refusal: when it was given in writing and nobody says to which text.
    """
    if how in WITH_A_TEXT and not text_version.strip():
        raise Refusal(_("Name the version of the text that the customer agreed to."), code="consent_without_text")
    customer = _held(customer)
    _say(customer, purposes, channels, given=True, how=how, text_version=text_version.strip(), store=store, by=by)
    begin_again(customer, by=by)
    return customer


def do_not_call(contact: Contact, *, by: User) -> None:
    """“Do not call me”, said in a call: no purpose calls them any more. The caller holds the customer."""
    _say(
        contact.customer,
        Purpose.values,
        [ConsentChannel.CALL],
        given=False,
        how=Consent.How.SPOKEN,
        store=contact.store,
        by=by,
        contact=contact,
    )
    obey_for(contact.customer, by=by)


def take_back(contact: Contact, *, by: User) -> None:
    """It was not said in this contact: the words before it stand again."""
    rows = list(Consent.objects.standing().filter(contact=contact))
    facts = ("customer_id", "purpose", "channel", "given", "how", "text_version", "store_id", "contact_id")
    Consent.objects.bulk_create(
        [Consent(undoes=row, by=by, **{name: getattr(row, name) for name in facts}) for row in rows]
    )
    if rows:
        events.record(CONSENT_TAKEN_BACK, contact.customer, by=by, store=contact.store, data=_told(rows))
        begin_again(contact.customer, by=by)


def _held(customer: Customer) -> Customer:
    """The file, held: whoever sends something to them right now ends first, and whoever comes later knows their word."""
    held = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if held.erased_at is not None:
        raise Refusal(_("This customer was erased: nothing is written on the file any more."), code="erased")
    return _held(held.merged_into) if held.merged_into else held


def _say(  # noqa: PLR0913 # the columns of the rows, all by name
    customer: Customer,
    purposes: Collection[str],
    channels: Collection[str],
    *,
    given: bool,
    how: str,
    by: User,
    store: Store | None,
    text_version: str = "",
    contact: Contact | None = None,
) -> None:
    now = timezone.now()
    rows = [
        Consent(
            customer=customer,
            purpose=purpose,
            channel=channel,
            given=given,
            at=now,
            how=how,
            text_version=text_version,
            store=store,
            contact=contact,
            by=by,
        )
        for purpose in Purpose.values
        if purpose in purposes
        for channel in ConsentChannel.values
        if channel in channels
    ]
    if not rows:
        raise Refusal(_("Choose at least one purpose and one channel."), code="consent_to_nothing")
    Consent.objects.bulk_create(rows)
    kind = CONSENT_GIVEN if given else CONSENT_WITHDRAWN
    events.record(kind, customer, by=by, store=store, data={**_told(rows), "how": how})


def _told(rows: Collection[Consent]) -> dict[str, object]:
    return {
        "purposes": sorted({str(row.purpose) for row in rows}),
        "channels": sorted({str(row.channel) for row in rows}),
    }


# --- what follows -------------------------------------------------------------------------------------------------------
def obey(rows: FollowUpQuerySet, *, at: datetime, by: User | None = None) -> int:
    """Of these, what its customer refuses is dropped; its repeats sleep with it. Returns how many.

    The caller is in a transaction.
    """
    keys = list(refused(rows.pending()).order_by().values_list("pk", flat=True))
    if not keys:
        return 0
    # Waits: what is being called or sent this moment is over then, and not dropped any more.
    held = FollowUp.objects.filter(pk__in=keys).select_related("customer").lock_all()
    held = [row for row in held if row.status == FollowUp.Status.PENDING]
    FollowUp.objects.filter(pk__in=[row.pk for row in held]).update(
        status=FollowUp.Status.CANCELLED, ended_at=at, ended_why=FollowUp.Why.REFUSED
    )
    _tell(FOLLOWUP_DROPPED, held, by, why=FollowUp.Why.REFUSED)
    return len(held)


def obey_for(customer: Customer, *, by: User | None) -> None:
    """Nothing stays planned that this customer does not want."""
    obey(FollowUp.objects.filter(customer=customer), at=timezone.now(), by=by)
    _call_back(customer, by=by)
    leave_list(RecallEntry.objects.filter(customer=customer), by=by)


def leave_list(entries: RecallEntryQuerySet, *, by: User | None) -> None:
    """Of these, cars whose owner wants no letters leave the list of the recall, while their letter is not in the post yet."""
    against = ~May(F("customer"), Value(Purpose.CARE.value), Value(ConsentChannel.LETTER.value))
    listed = entries.filter(against, status__in=BEFORE_THE_POST).lock_all()
    now = timezone.now()
    RecallEntry.objects.filter(pk__in=[row.pk for row in listed]).update(status=RecallEntry.Status.VOID, ended_at=now)
    Event.objects.bulk_create([events.build(RECALL_VOID, row, by=by, data={"why": "REFUSED"}) for row in listed])


def _call_back(customer: Customer, *, by: User | None) -> None:
    """Text messages that wait to be sent are not sent; what a sender has in its hands cannot be called back."""
    against = refused(FollowUp.objects.filter(customer=customer, channel=CareChannel.SMS)).order_by().values("pk")
    of_calls = ContentType.objects.get_for_model(FollowUp)
    waiting = Message.objects.filter(status=Message.Status.PENDING, subject_type=of_calls, subject_id__in=against)
    held = waiting.lock_all()
    Message.objects.filter(pk__in=[row.pk for row in held]).update(status=Message.Status.CANCELLED)
    Event.objects.bulk_create([events.build(MESSAGE_CANCELLED, row, by=by) for row in held])


def follow_data_word(customer: Customer, *, by: User | None) -> None:
    """They refuse personal data, or do not any more: with it goes all that needs a consent."""
    if customer.data_refused:
        obey_for(customer, by=by)
    else:
        begin_again(customer, by=by)


@transaction.atomic
def stop_refused(at: datetime) -> int:
    """Beat: of what is due, whatever has come to be refused by another way than the customer's own word: a default, an import."""
    return obey(FollowUp.objects.filter(due_from__lte=at), at=at)


def begin_again(customer: Customer, *, by: User | None) -> None:
    """What they want again and still lies ahead is due as it was; what has passed meanwhile is not made up for."""
    now = timezone.now()
    slept = FollowUp.objects.filter(
        Q(vehicle__isnull=True) | Q(vehicle__gone=False),
        customer=customer,
        status=FollowUp.Status.CANCELLED,
        ended_why=FollowUp.Why.REFUSED,
        due_from__gte=start_of(day_of(now)),
        due_until__gt=now,
    )
    keys = list(wanted(slept).order_by().values_list("pk", flat=True))
    held = FollowUp.objects.filter(pk__in=keys).select_related("customer").lock_all()
    FollowUp.objects.filter(pk__in=[row.pk for row in held]).update(
        status=FollowUp.Status.PENDING, ended_at=None, ended_why=""
    )
    _tell(FOLLOWUP_REOPENED, held, by)


def may_be_sent(rows: list[FollowUp], *, at: datetime) -> tuple[list[FollowUp], int]:
    """Of rows that a sender holds, those it may send now, with their customers held until they are out; and how many it has
    done with: whoever is busy elsewhere is left for the next round."""
    customers = Customer.objects.filter(pk__in={row.customer_id for row in rows}).order_by("pk")
    # Skipped, not waited for: whoever holds the customer may be waiting for these rows. And what they say is known next time.
    free = set(customers.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
    mine = FollowUp.objects.filter(pk__in=[row.pk for row in rows if row.customer_id in free])
    stay = set(wanted(mine).order_by().values_list("pk", flat=True))
    dropped = obey(mine.exclude(pk__in=stay), at=at)
    return [row for row in rows if row.pk in stay], len(stay) + dropped


def _tell(kind: EventKind, rows: Collection[FollowUp], by: User | None, **data: object) -> None:
    Event.objects.bulk_create(
        [events.build(kind, row, by=by, data={"cadence": row.cadence_id, **data}) for row in rows], batch_size=BATCH
    )
