"""The outbox: whatever leaves the house is posted as a row in the transaction of its act, and sent from the row afterwards.

A sender claims due rows under a lease, sends each outside any transaction, and notes the outcome. A sender that dies leaves
rows whose lease runs out; the next sweep takes them up. Each message is sent at least once and, where the channel recognises
the idempotency key, exactly once.
"""

import logging
import time
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Required, TypedDict, Unpack

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from dms.background import task_nudge
from dms.background.channels import Undeliverable, channel_for
from dms.models import Message
from dms.records import events

if TYPE_CHECKING:
    from dms.models import Store, User

log = logging.getLogger(__name__)

RETRY_MINUTES = (1, 5, 30, 2 * 60, 12 * 60)
"""How long to wait after each failed attempt; after the last one the message has failed."""

MAX_ATTEMPTS = len(RETRY_MINUTES) + 1
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
    about: dict[str, Any] = {}
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
    wanted = list(messages)
    Message.objects.bulk_create(wanted, ignore_conflicts=True, batch_size=1000)
    keys = [message.idempotency_key for message in wanted]
    posted = {message.idempotency_key: message for message in Message.objects.filter(idempotency_key__in=keys)}
    now = timezone.now()
    if any(message.status == Message.Status.PENDING and message.due_at <= now for message in posted.values()):
        task_nudge.send_on_commit("dms.tasks.sweep_outbox")
    return [posted[key] for key in keys]


# --- sending ------------------------------------------------------------------------------------------------------------
def lease() -> timedelta:
    return timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)


@transaction.atomic
def claim(limit: int, worker: str) -> list[Message]:
    """Take due messages for this sender; what another sender is just claiming is passed over, not waited for."""
    now = timezone.now()
    found = Message.objects.due(now).order_by("due_at", "pk").select_for_update(skip_locked=True, of=("self",))[:limit]
    claimed: list[Message] = []
    given_up: list[Message] = []
    for message in found:
        (given_up if message.attempts >= MAX_ATTEMPTS else claimed).append(message)
    for message in given_up:
        _fail(message, _("The sender was interrupted at every attempt."))
    for message in claimed:
        message.status = Message.Status.SENDING
        message.claimed_by = worker[:80]
        message.lease_until = now + lease()
    Message.objects.bulk_update(claimed, ["status", "claimed_by", "lease_until"])
    return claimed


def deliver_due(worker: str, *, seconds: float = 3600) -> int:
    """Send what is due, batch by batch, until nothing is left or the time is up; returns how many messages went out."""
    sender, end = f"{worker[:60]}#{uuid.uuid4().hex[:12]}", time.monotonic() + seconds
    sent = 0
    while time.monotonic() < end and (batch := claim(BATCH, sender)):
        sent += sum(_deliver(message) for message in batch)
    return sent


def _deliver(message: Message) -> bool:
    """Send one claimed message and note what came of it.

    The claim is renewed first: it may have waited behind slow ones. The attempt counts before it is made, so that a message
    that kills its sender is given up in the end.
    """
    if not _mine(message).update(lease_until=timezone.now() + lease(), attempts=F("attempts") + 1):
        return False
    message.attempts += 1
    try:
        reference = channel_for(message).send(message)
    except Undeliverable as error:
        _note_failure(message, str(error), final=True)
    except Exception as error:
        log.warning("message %s could not be sent", message.pk, exc_info=True)
        _note_failure(message, f"{type(error).__name__}: {error}", final=message.attempts >= MAX_ATTEMPTS)
    else:
        return bool(
            _mine(message).update(
                status=Message.Status.SENT,
                sent_at=timezone.now(),
                reference=reference[:120],
                error="",
                lease_until=None,
            )
        )
    return False


def _mine(message: Message) -> "models.QuerySet[Message]":
    """The row, if this sender still holds it."""
    return Message.objects.filter(pk=message.pk, status=Message.Status.SENDING, claimed_by=message.claimed_by)


@transaction.atomic
def _note_failure(message: Message, error: str, *, final: bool) -> None:
    held = _mine(message).select_for_update().first()
    if held is None:
        return
    if final:
        _fail(held, error)
        return
    held.become(Message.Status.PENDING)
    held.error = error[:500]
    held.due_at = timezone.now() + timedelta(minutes=RETRY_MINUTES[held.attempts - 1])
    held.claimed_by, held.lease_until = "", None
    held.save(update_fields=["status", "error", "due_at", "claimed_by", "lease_until"])


def _fail(message: Message, error: str) -> None:
    """No further attempt by itself: a person must look at it."""
    message.become(Message.Status.FAILED)
    message.error = error[:500]
    message.claimed_by, message.lease_until = "", None
    message.save(update_fields=["status", "error", "claimed_by", "lease_until"])
    events.record("message.failed", message, by=None, data={"attempts": message.attempts, "error": message.error})


# --- what people do -----------------------------------------------------------------------------------------------------
@transaction.atomic
def resend(message: Message, *, by: "User") -> Message:
    """Send a failed message again: it waits as if just posted, with all its attempts before it."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    message.become(Message.Status.PENDING)
    message.attempts, message.error, message.due_at = 0, "", timezone.now()
    message.save(update_fields=["status", "attempts", "error", "due_at"])
    events.record("message.resent", message, by=by)
    task_nudge.send_on_commit("dms.tasks.sweep_outbox")
    return message


@transaction.atomic
def cancel(message: Message, *, by: "User") -> Message:
    """Do not send it (any more); what is just being sent or was sent cannot be called back."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    message.become(Message.Status.CANCELLED)
    message.save(update_fields=["status"])
    events.record("message.cancelled", message, by=by)
    return message
