"""A call that was noted wrongly: the contact stays as it was noted, a counter-row says what is right, and what it did is undone."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.actions import care, consents, surveys, unreached
from crm.actions.care import Said
from crm.actions.rounds import drop_batch
from crm.events import CONTACT_CORRECTED, VEHICLE_CHANGED
from crm.models import Answer, Contact, FollowUp, RecallEntry, Trigger, Vehicle
from crm.models.care import FollowUpQuerySet
from crm.models.contacts import FAILED, FAMILY
from crm.models.recall import COMES
from crm.models.triggers import CareChannel
from crm.planner import CadenceStart, Planner
from dms.core.refusals import Refusal
from dms.models import Reason, User
from dms.records import events
from dms.records.constraint_errors import refusing


def refuse_correcting(contact: Contact, *, by: User) -> None:
    """:raises Refusal: when it was corrected already, is no talk, or something has followed from it."""
    if Contact.objects.filter(corrects=contact).exists():
        raise Refusal(_("This contact is corrected already. Correct its correction."), code="corrected_already")
    if contact.channel not in {CareChannel.CALL, CareChannel.VISIT}:
        raise Refusal(_("What was written stands in the register of letters and messages."), code="not_a_talk")
    answered = contact.answers.values("follow_up")
    later = Answer.objects.filter(follow_up__in=answered, contact__gt=contact.pk)
    second = _begun(contact).filter(cadence__trigger=Trigger.QUALITY_CALLED)
    begun = Contact.objects.filter(follow_up__in=second.values("pk"))
    if later.exists() or begun.exists():
        raise Refusal(_("The customer was called again since: what follows stands on this call."), code="went_on")


@transaction.atomic
def correct_contact(  # what was said, all by name
    contact: Contact,
    *,
    by: User,
    why: str,
    result: str,
    said: str = "",
    next_at: datetime | None = None,
    reason: Reason | None = None,
) -> Contact:
    """What came of the contact was another thing: its follow-ups are put back where they stood, and answered rightly.

    :raises Refusal: without a reason, or when something has followed from the contact.
    """
    if not why.strip():
        raise Refusal(_("Say what was wrong."), code="corrected_without_reason")
    care.check(right := Said(result, said, next_at=next_at, reason=reason), timezone.now())
    # As at the desk: whoever calls this customer meanwhile comes after us.
    care.lock_customer(contact.customer_id)
    contact = Contact.objects.lock(contact)
    refuse_correcting(contact, by=by)
    answers = {answer.follow_up_id: answer for answer in contact.answers.all()}
    rows = FollowUp.objects.filter(pk__in=answers).lock_all()
    for row in rows:
        _put_back(row, answers[row.pk])
    if contact.result in care.CHANGED_HANDS:
        _theirs_again(contact, rows, by)
    unreached.forget(contact)
    consents.take_back(contact, by=by)
    if FAMILY[result] == FAILED:
        surveys.forget(contact, by=by)
    begun = list(_begun(contact))
    counter = _counter_row(contact, right, by)
    # The follow-up of the contact first, as the desk keeps them.
    rows.sort(key=lambda row: row.pk != contact.follow_up_id)
    care.keep(counter, rows=rows, by=by)
    _drop_begun(begun, rows, by)
    events.record(
        CONTACT_CORRECTED,
        contact.customer,
        by=by,
        store=contact.store,
        data={"contact": contact.pk, "from": contact.result, "result": result, "reason": why.strip()[:120]},
    )
    return counter


def _counter_row(contact: Contact, right: Said, by: User) -> Contact:
    """What the contact should have been; it counts from the moment of the talk."""
    return Contact(
        customer_id=contact.customer_id,
        vehicle_id=contact.vehicle_id,
        store=contact.store,
        follow_up=contact.follow_up,
        channel=contact.channel,
        direction=contact.direction,
        result=right.result,
        reason=right.reason,
        said=right.said.strip(),
        next_at=right.next_at,
        at=contact.at,
        by=by,
        corrects=contact,
    )


def _put_back(row: FollowUp, answer: Answer) -> None:
    """The follow-up as it was before the contact."""
    if row.has_ended:
        row.become(FollowUp.Status.PENDING)
    row.due_from, row.due_until, row.named_at = answer.due_from, answer.due_until, answer.named_at
    row.attempts, row.assignee_id = answer.attempts, answer.assignee_id
    row.ended_at, row.ended_why = None, ""
    row.save()
    if row.recall_entry_id:
        _put_back_entry(row.recall_entry_id, answer.entry)


def _put_back_entry(pk: int, before: str) -> None:
    entry = RecallEntry.objects.lock(pk)
    # A booking or visit stands, whatever was noted of the call.
    if not before or entry.status == before or entry.status in COMES:
        return
    # A booking, a refusal: from these the table of the recall leads nowhere back, on purpose.
    if not entry.may_become(before):
        raise Refusal(
            _("The recall of this car has gone on: it is “%(status)s” now. Correct it on the page of the recall.")
            % {"status": entry.get_status_display()},
            code="recall_went_on",
        )
    entry.move(before, ended_at=None)


def _theirs_again(contact: Contact, rows: list[FollowUp], by: User) -> None:
    """The car was not sold: its file is open again, and what was dropped for it is due as it was."""
    for vehicle in Vehicle.objects.filter(pk__in={row.vehicle_id for row in rows if row.vehicle_id}, gone=True):
        with refusing():
            # While its file was closed the plate may have gone to another car.
            Vehicle.objects.filter(pk=vehicle.pk).update(gone=False)
        events.record(VEHICLE_CHANGED, vehicle, by=by, data={"fields": ["gone"]})
        dropped = FollowUp.objects.filter(
            vehicle=vehicle, ended_at=contact.at, ended_why=FollowUp.Why.STOPPED, status=FollowUp.Status.CANCELLED
        )
        held = dropped.lock_all()
        FollowUp.objects.filter(pk__in=[row.pk for row in held]).update(
            status=FollowUp.Status.PENDING, ended_at=None, ended_why=""
        )
        _go_on([row for row in [*held, *rows] if row.vehicle_id == vehicle.pk])


def _go_on(rows: list[FollowUp]) -> None:
    """The chains of repeats that were ended go on: their next is written ahead, as the ended row may not write it any more."""
    planner = Planner()
    following = [
        planner.write(
            row.cadence,
            CadenceStart(row.customer_id, row.vehicle_id, row.store_id, row.anchor, row.assignee_id),
            row.occurrence + 1,
        )
        for row in rows
        if row.cadence.every_months and row.continued
    ]
    FollowUp.objects.bulk_create(following, ignore_conflicts=True)


def _begun(contact: Contact) -> FollowUpQuerySet:
    """What began with this contact: the second call, or what is written to somebody not reached."""
    begins = [Trigger.QUALITY_CALLED, Trigger.UNREACHED, Trigger.NUMBER_DEAD]
    return FollowUp.objects.select_related("cadence").filter(
        cadence__trigger__in=begins, customer=contact.customer_id, anchor=contact.at
    )


def _drop_begun(begun: list[FollowUp], rows: list[FollowUp], by: User) -> None:
    """A second call stands only behind a first one that was made, a letter only behind calls that reached nobody."""
    made = any(row.status == FollowUp.Status.DONE and row.cadence.code == care.QUALITY for row in rows)
    given_up = any(row.status == FollowUp.Status.UNREACHABLE for row in rows)
    over = [row.pk for row in begun if not (made if row.cadence.trigger == Trigger.QUALITY_CALLED else given_up)]
    if over:
        open_rows = FollowUp.objects.filter(pk__in=over).pending()
        drop_batch(open_rows, at=timezone.now(), why=FollowUp.Why.STOPPED, by=by)
