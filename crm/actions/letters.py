"""Letters: written with frozen text, printed, mailed; text messages by cadence."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import wording
from crm.actions import consents, surveys
from crm.events import LETTER_MAILED, LETTER_PRINTED
from crm.models import Contact, Customer, FollowUp, Letter, LetterTemplate, Purpose, RecallEntry, Vehicle
from crm.models.contacts import Result
from crm.models.customers import FULL_ADDRESS
from crm.models.triggers import CareChannel
from dms.background import outbox
from dms.core.refusals import Refusal
from dms.models import Message, Store, User
from dms.records import events
from dms.records.numbering import next_number

BATCH = 200
RELATED = ("cadence__template", "cadence__questionnaire", "store", "customer", "vehicle__variant", "assignee")


# --- written by cadence -------------------------------------------------------------------------------------------------
def write_due(at: datetime) -> int:
    """Every letter whose day has come is written, once; it stays due until somebody has mailed it."""
    template = LetterTemplate.objects.filter(kind=Letter.Kind.THANKS, is_default=True).first()
    written = 0
    # Batch by batch, each on its own: a worker that dies loses the letters of one batch only.
    while template is not None and (made := _write_batch(template, at)):
        written += made
    return written


@transaction.atomic
def _write_batch(template: LetterTemplate, at: datetime) -> int:
    due = FollowUp.objects.filter(
        status=FollowUp.Status.PENDING, channel=CareChannel.LETTER, due_from__lte=at, letter__isnull=True
    )
    due = due.select_related(*RELATED).order_by("due_from", "pk")
    # Several workers write at once: each takes what no other holds, and the letter’s key makes one letter of a promise.
    taken, done = consents.may_be_sent(due.lock_free(BATCH), at=at)
    for row in taken:
        facts = wording.facts(row.customer, row.vehicle, row.store, since=timezone.localdate(row.anchor))
        letter = write(row.cadence.template or template, facts, row)
        letter.follow_up = row
        letter.save(force_insert=True)
    return done


def write(template: LetterTemplate, facts: dict[str, str], about: FollowUp | RecallEntry) -> Letter:
    """A letter not yet stored: the template's words and the customer's address as they are now."""
    letter = draft(template, facts, about.customer, about.vehicle, about.store)
    # The register of letters is gapless like the books: who claims never to have had one is shown the number.
    letter.number = next_number("letter", about.store)
    letter.purpose = about.cadence.purpose if isinstance(about, FollowUp) else Purpose.CARE
    return letter


def draft(
    template: LetterTemplate, facts: dict[str, str], customer: Customer, vehicle: Vehicle | None, store: Store
) -> Letter:
    """The letter without its number: as it would look."""
    return Letter(
        kind=template.kind,
        template=template,
        template_version=template.version,
        store=store,
        customer=customer,
        vehicle=vehicle,
        title=wording.fill(template.title, facts),
        body=wording.fill(template.body, facts),
        addressee=customer.name,
        address=_address(customer),
    )


def _address(customer: Customer) -> str:
    return f"{customer.postcode} {customer.address}".strip() if customer.address.strip() else ""


# --- printed and mailed -------------------------------------------------------------------------------------------------
def refuse_mailed(letter: Letter, *, by: User) -> None:
    """:raises Refusal: when the letter is in the post."""
    if letter.mailed_at is not None:
        raise Refusal(_("This letter is in the post already."), code="already_mailed")


def refuse_unwanted(letter: Letter, *, by: User) -> None:
    """:raises Refusal: when the customer has said since it was written that they want no such letter."""
    if letter.follow_up is not None and letter.follow_up.ended_why == FollowUp.Why.REFUSED:
        raise Refusal(_("The customer does not want such letters any more: this one stays here."), code="not_wanted")


def refuse_unaddressed(letter: Letter, *, by: User) -> None:
    """:raises Refusal: when no postman would find the addressee: neither by the letter nor by the file as it is now."""
    if letter.printed_at is None and not re.match(FULL_ADDRESS, _address(letter.customer)):
        sentence = _("There is no full address of %(name)s: write it on their file, the letter takes it from there.")
        raise Refusal(sentence % {"name": letter.addressee}, code="no_address")


@transaction.atomic
def mark_printed(letter: Letter, *, by: User) -> Letter:
    """The letter came out of the printer: noted once, at the first time."""
    # Sent to two printers: the first time stands, as the deadlines of a recall are judged by it.
    letter = Letter.objects.lock(letter)
    refuse_mailed(letter, by=by)
    refuse_unwanted(letter, by=by)
    refuse_unaddressed(letter, by=by)
    # Printed again because the paper jammed: the first time counts.
    if letter.printed_at is None:
        # To where they live now: what was written a week ago may have moved house.
        letter.addressee, letter.address = letter.customer.name, _address(letter.customer)
        letter.printed_at = timezone.now()
        letter.save(update_fields=["addressee", "address", "printed_at"])
        events.record(LETTER_PRINTED, letter, by=by)
    return letter


def refuse_mailing(letter: Letter, *, by: User) -> None:
    """:raises Refusal: when it was not printed, is in the post already, or goes there with its recall."""
    if letter.printed_at is None:
        raise Refusal(_("Print the letter first."), code="not_printed")
    refuse_mailed(letter, by=by)
    refuse_unwanted(letter, by=by)
    # One by one they would be mailed without their calls, which fall due together.
    if letter.recall_entry_id:
        raise Refusal(_("Letters of a recall are mailed together, on the page of the recall."), code="mailed_by_recall")


@transaction.atomic
def mail(letter: Letter, *, by: User) -> Letter:
    """The letter is in the post: the promise behind it is kept, and the customer's history shows it."""
    # Two people empty the tray: the customer's history shows one letter, not two.
    letter = Letter.objects.lock(letter)
    refuse_mailing(letter, by=by)
    letter.mailed_at, letter.mailed_by = timezone.now(), by
    letter.save(update_fields=["mailed_at", "mailed_by"])
    note_sent([letter], by=by)
    if letter.follow_up_id:
        kept([letter.follow_up_id], at=letter.mailed_at)
    events.record(LETTER_MAILED, letter, by=by)
    return letter


def note_sent(letters: Sequence[Letter], *, by: User | None) -> None:
    """A letter in the post is a contact with its customer."""
    # A recall mails thousands at once: one statement, not one for each.
    Contact.objects.bulk_create(
        [
            Contact(
                customer_id=letter.customer_id,
                vehicle_id=letter.vehicle_id,
                store_id=letter.store_id,
                follow_up_id=letter.follow_up_id,
                channel=CareChannel.LETTER,
                result=Result.DONE,
                said=letter.title,
                by=by,
            )
            for letter in letters
        ],
        batch_size=1000,
    )


def kept(follow_ups: list[int], *, at: datetime) -> None:
    """What was sent is done."""
    # Only what is still open: a promise dropped meanwhile has its own end and keeps it.
    FollowUp.objects.filter(pk__in=follow_ups, status=FollowUp.Status.PENDING).update(
        status=FollowUp.Status.DONE, ended_at=at, ended_why=FollowUp.Why.SENT, attempts=F("attempts") + 1
    )


# --- text messages ------------------------------------------------------------------------------------------------------
def post_texts(at: datetime) -> int:
    """Text messages of cadences go to the outbox when their time comes; each under its own key, so never twice."""
    posted = 0
    while made := _post_batch(at):
        posted += made
    return posted


@transaction.atomic
def _post_batch(at: datetime) -> int:
    due = FollowUp.objects.filter(status=FollowUp.Status.PENDING, channel=CareChannel.SMS, due_from__lte=at)
    if not settings.PUBLIC_URL:
        # Sent without its link it would ask nothing; it stays due, and somebody hears that it is late.
        due = due.filter(cadence__questionnaire__isnull=True)
    due = due.select_related(*RELATED).prefetch_related("customer__phones").order_by("due_from", "pk")
    taken, done = consents.may_be_sent(due.lock_free(BATCH), at=at)
    # Posted, noted and kept in one transaction: killed between two of them, none of them happened.
    reachable = [row for row in taken if row.customer.phone]
    links, lately = surveys.links_of(reachable, at=at)
    reachable = [row for row in reachable if row.pk not in lately]
    outbox.post_many(_text(row, links.get(row.pk, "")) for row in reachable)
    Contact.objects.bulk_create([_texted(row, links.get(row.pk, "")) for row in reachable])
    kept([row.pk for row in reachable], at=at)
    drop_asked(lately, at=at)
    # Ended, not skipped: left open, the loop would take the same rows again without end.
    FollowUp.objects.filter(pk__in=[row.pk for row in taken if not row.customer.phone]).update(
        status=FollowUp.Status.UNREACHABLE, ended_at=at, ended_why=FollowUp.Why.NO_ANSWER
    )
    return done


def drop_asked(follow_ups: Collection[int], *, at: datetime) -> None:
    """Whoever was asked within thirty days is not asked again so soon."""
    if follow_ups:
        rows = FollowUp.objects.filter(pk__in=follow_ups)
        rows.update(status=FollowUp.Status.CANCELLED, ended_at=at, ended_why=FollowUp.Why.ASKED)


def _said(row: FollowUp, link: str) -> str:
    since = timezone.localdate(row.anchor)
    template = row.cadence.template
    facts = wording.facts(row.customer, row.vehicle, row.store, since=since, caller=row.assignee)
    facts |= {"survey": link, "occasion": row.why[0] if row.why else ""}
    return wording.fill(template.body if template else row.cadence.script, facts)


def _text(row: FollowUp, link: str) -> Message:
    return outbox.draft(
        channel=Message.Channel.SMS,
        recipient=row.customer.phone,
        title=str(row.cadence),
        body=_said(row, link),
        # However often a round is repeated, the customer hears of us once.
        key=f"follow-up:{row.pk}",
        store=row.store,
        subject=row,
    )


def _texted(row: FollowUp, link: str) -> Contact:
    return Contact(
        customer=row.customer,
        vehicle=row.vehicle,
        store=row.store,
        follow_up=row,
        channel=CareChannel.SMS,
        result=Result.DONE,
        # The link is the customer's own: the register does not hold it.
        said=_said(row, link and "…"),
    )
