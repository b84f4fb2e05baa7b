"""The outbox: whatever is sent is posted as a row in the transaction of its act, and sent from the row afterwards.

A sender claims due rows under a lease, sends each outside any transaction, and notes the outcome. A sender that dies leaves
rows whose lease runs out; the next sweep takes them up. Each message is sent at least once and, where the channel recognises
the idempotency key, exactly once.
"""

import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Required, TypedDict, Unpack

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dms.background import task_nudge
from dms.background.channels import Receipt, Reports, Undeliverable, adapter_of, channel_for
from dms.core.leases import new_claim
from dms.core.lifecycle import IllegalTransition
from dms.core.refusals import Refusal
from dms.formats import phones
from dms.models import Message
from dms.models.messages import RETRY_MINUTES
from dms.records import events
from dms.records.own_events import (
    MESSAGE_CANCELLED,
    MESSAGE_CORRECTED,
    MESSAGE_FAILED,
    MESSAGE_NOT_DELIVERED,
    MESSAGE_RESENT,
)

if TYPE_CHECKING:
    from dms.models import Store, User

log = logging.getLogger(__name__)

BATCH = 20
RECEIPTS = 400
"""Messages whose report is asked for in one sweep."""
RECEIPTS_FROM, RECEIPTS_UNTIL = timedelta(minutes=1), timedelta(days=3)
"""A report takes a moment to come, and after three days none comes any more."""


CORRECTABLE = frozenset({Message.Status.PENDING, Message.Status.FAILED, Message.Status.SENT})
SAME_WORDS = (
    "channel",
    "title",
    "body",
    "store",
    "consent",
    "template_code",
    "template_facts",
    "subject_type",
    "subject_id",
)
"""What a corrected message has in common with the one it stands for."""


# --- posting ------------------------------------------------------------------------------------------------------------
class Facts(TypedDict, total=False):
    """What a message is made of."""

    channel: Required[str]
    recipient: Required[str]
    title: Required[str]
    body: Required[str]
    key: Required[str]
    store: "Store | None"
    subject: models.Model | None
    by: "User | None"
    consent: str
    template_code: str
    template_facts: dict[str, str]
    due_at: datetime | None


def draft(**facts: Unpack[Facts]) -> Message:
    """A message not yet posted, for :func:`post_many`."""
    subject = facts.get("subject")
    about: dict[str, object] = {}
    if subject is not None:
        about = {"subject_type": ContentType.objects.get_for_model(subject), "subject_id": subject.pk}
    return Message(
        channel=facts["channel"],
        recipient=facts["recipient"],
        title=facts["title"],
        body=facts["body"],
        idempotency_key=facts["key"],
        store=facts.get("store") or getattr(subject, "store", None),
        posted_by=facts.get("by"),
        consent=facts.get("consent", ""),
        template_code=facts.get("template_code", ""),
        template_facts=facts.get("template_facts", {}),
        due_at=facts.get("due_at") or timezone.now(),
        **about,
    )


def post(**facts: Unpack[Facts]) -> Message:
    """Post one message: part of the caller's transaction, sent after its commit.

    Posting again under the same key returns the message that is already there.
    """
    return post_many([draft(**facts)])[0]


@transaction.atomic
def post_many(messages: Iterable[Message]) -> list[Message]:
    """Post a set in one statement; of those whose key is known, the existing rows are returned in their place."""
    drafts = list(messages)
    # A job that died after posting posts again: the customer gets one message.
    Message.objects.bulk_create(drafts, ignore_conflicts=True, batch_size=1000)
    keys = [message.idempotency_key for message in drafts]
    posted = {message.idempotency_key: message for message in Message.objects.filter(idempotency_key__in=keys)}
    now = timezone.now()
    if any(message.status == Message.Status.PENDING and message.due_at <= now for message in posted.values()):
        task_nudge.send_on_commit("dms.tasks.sweep_outbox")
    return [posted[key] for key in keys]


# --- sending ------------------------------------------------------------------------------------------------------------
@transaction.atomic
def claim(limit: int, worker: str) -> list[Message]:
    """Take due messages for this sender."""
    now, interrupted = timezone.now(), partial(_fail, error=_("The sender was interrupted at every attempt."))
    return Message.objects.due(now).claim(worker, at=now, limit=limit, give_up=interrupted)


def deliver_due(worker: str, *, seconds: float = 3600) -> int:
    """Send what is due, batch by batch, until nothing is left or the time is up; returns how many messages went out."""
    sender, end = new_claim(worker), time.monotonic() + seconds
    sent = 0
    while time.monotonic() < end and (batch := claim(BATCH, sender)):
        sent += sum(_deliver(message) for message in batch)
    return sent


def _deliver(message: Message) -> bool:
    """Send one claimed message and note what came of it.

    The claim is renewed first: the message may have waited behind slow ones, and be another sender's by now.
    """
    if not message.begin():
        return False
    try:
        reference = channel_for(message).send(message)
    except Undeliverable as error:
        _note_failure(message, str(error), final=True)
    except Exception as error:
        log.warning("message %s could not be sent", message.pk, exc_info=True)
        _note_failure(message, f"{type(error).__name__}: {error}", final=message.is_worn_out)
    else:
        return message.end(Message.Status.SENT, sent_at=timezone.now(), reference=reference[:120], error="")
    return False


@transaction.atomic
def _note_failure(message: Message, error: str, *, final: bool) -> None:
    if final:
        _fail(message, error)
    else:
        again = timezone.now() + timedelta(minutes=RETRY_MINUTES[message.attempts - 1])
        message.end(Message.Status.PENDING, error=error[:500], due_at=again)


def _fail(message: Message, error: str) -> None:
    """No further attempt by itself: a person must look at it."""
    if message.end(Message.Status.FAILED, error=error[:500]):
        data = {"attempts": message.attempts, "error": error[:500]}
        events.record(MESSAGE_FAILED, message, by=None, data=data)


# --- what became of it --------------------------------------------------------------------------------------------------
def collect_receipts(*, seconds: float = 20, now: datetime | None = None) -> int:
    """Ask the providers what became of what they took; returns how many answers came. A provider that is away is asked later."""
    now, end = now or timezone.now(), time.monotonic() + seconds
    reporting = [channel for channel in Message.Channel.values if isinstance(adapter_of(channel), Reports)]
    rows = Message.objects.filter(channel__in=reporting).without_receipt(now - RECEIPTS_UNTIL, now - RECEIPTS_FROM)
    told = 0
    # In no order: numbers that never answer must not keep those behind them from being asked about.
    for message in rows.order_by("?")[:RECEIPTS] if reporting else ():
        if time.monotonic() > end:
            break
        adapter = channel_for(message)
        assert isinstance(adapter, Reports)
        try:
            receipt = adapter.receipt(message)
        except Exception:
            log.warning("no report of message %s", message.pk, exc_info=True)
            break
        told += receipt is not None and note_receipt(message, receipt)
    return told


@transaction.atomic
def note_receipt(message: Message, receipt: Receipt) -> bool:
    """The network's word stands at the message; the first one, whoever asked."""
    word = Message.Receipt.ARRIVED if receipt.arrived else Message.Receipt.REFUSED
    rows = Message.objects.filter(pk=message.pk, status=Message.Status.SENT, receipt="")
    new = rows.update(receipt=word, receipt_at=receipt.at, receipt_note=receipt.note[:120])
    if new and not receipt.arrived:
        events.record(MESSAGE_NOT_DELIVERED, message, by=None, data={"error": receipt.note[:120]})
    return bool(new)


# --- what people do -----------------------------------------------------------------------------------------------------
@transaction.atomic
def resend(message: Message, *, by: "User") -> Message:
    """Send a failed message again: it waits as if just posted, with all its attempts before it."""
    message = Message.objects.lock(message)
    if message.status != Message.Status.FAILED:  # one that a sender holds goes back to waiting by the sweep alone
        raise IllegalTransition(message, message.status, Message.Status.PENDING)
    message.move(Message.Status.PENDING, attempts=0, error="", due_at=timezone.now())
    events.record(MESSAGE_RESENT, message, by=by)
    task_nudge.send_on_commit("dms.tasks.sweep_outbox")
    return message


@transaction.atomic
def cancel(message: Message, *, by: "User") -> Message:
    """Do not send it (any more); what is just being sent or was sent cannot be called back."""
    # A sender may take it at this moment: what is in its hands cannot be called back.
    message = Message.objects.lock(message)
    message.move(Message.Status.CANCELLED)
    events.record(MESSAGE_CANCELLED, message, by=by)
    return message


def refuse_right(message: Message, *, by: "User") -> None:
    """:raises Refusal: when nothing says that its address is wrong, or it was corrected before."""
    if message.status == Message.Status.SENT and message.receipt != Message.Receipt.REFUSED:
        raise Refusal(_("It was sent, and nothing says that it did not arrive."), code="not_wrong")
    if Message.objects.filter(corrects=message).exists():
        raise Refusal(_("It was corrected already: the new message stands beside it."), code="corrected_already")


def read_recipient(channel: str, text: str) -> str:
    """The address in the form in which it is stored.

    :raises Refusal: when it can be none of its channel.
    """
    if channel == Message.Channel.SMS:
        number = phones.normalise(text)
        if number is None:
            raise Refusal(
                _("This is no phone number. Write eleven digits for a mobile, or area code and number."),
                code="not_a_phone",
            )
        return number
    if channel == Message.Channel.EMAIL:
        try:
            validate_email(text.strip())
        except ValidationError as error:
            raise Refusal(
                _("“%(address)s” is not an e-mail address.") % {"address": text}, code="not_an_address"
            ) from error
    return text.strip()


@transaction.atomic
def correct(message: Message, *, recipient: str, by: "User") -> Message:
    """The same words go to the right address. What was posted stays as it was; the new message names it."""
    # Two who correct it at once: the second is told that it is done.
    message = Message.objects.lock(message)
    if message.status not in CORRECTABLE:
        raise IllegalTransition(message, message.status, Message.Status.CANCELLED)
    refuse_right(message, by=by)
    address = read_recipient(message.channel, recipient)
    if address == message.recipient:
        raise Refusal(_("This is the address it had. Write the right one."), code="same_address")
    if message.status != Message.Status.SENT:
        message.move(Message.Status.CANCELLED)
    same = {name: getattr(message, name) for name in SAME_WORDS}
    key = f"corrected:{message.pk}"
    again = Message(recipient=address, idempotency_key=key, corrects=message, posted_by=by, **same)
    again.save(force_insert=True)
    events.record(MESSAGE_CORRECTED, message, by=by, data={"message": again.pk})
    task_nudge.send_on_commit("dms.tasks.sweep_outbox")
    return again
