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
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dms.background import task_nudge
from dms.background.channels import Undeliverable, channel_for
from dms.core.leases import new_claim
from dms.core.lifecycle import IllegalTransition
from dms.models import Message
from dms.models.messages import RETRY_MINUTES
from dms.records import events
from dms.records.own_events import MESSAGE_CANCELLED, MESSAGE_FAILED, MESSAGE_RESENT

if TYPE_CHECKING:
    from dms.models import Store, User

log = logging.getLogger(__name__)

BATCH = 20


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
