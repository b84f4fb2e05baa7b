"""Channels: how a message goes out. One small interface; which class serves which channel stands in the settings."""

import hashlib
import json
import os
import re
import smtplib
import uuid
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from typing import Protocol, runtime_checkable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.mail.utils import DNS_NAME
from django.core.validators import validate_email
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from dms.models import Message


class Undeliverable(Exception):  # noqa: N818 - an answer of the channel, not a fault of the program
    """No later attempt will help: the address does not exist, the text is not allowed."""


@dataclass(frozen=True)
class Receipt:
    """What became of a message after the provider took it: the network's word, which comes later."""

    arrived: bool
    at: datetime
    note: str = ""


class Channel(Protocol):
    """An adapter to a provider. ``send`` may be called again for the same message when a sender died in between."""

    def send(self, message: Message) -> str:
        """Hand the message over and return the provider's reference.

        :raises Undeliverable: when trying again is useless; any other exception means "try later".
        """
        ...


@runtime_checkable
class Reports(Protocol):
    """A channel whose provider can be asked what became of a message."""

    def receipt(self, message: Message) -> Receipt | None: ...


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]


class EmailChannel:
    """Django's mail. The Message-ID comes from the idempotency key: a second sending after a crash is recognised by mailboxes."""

    def send(self, message: Message) -> str:
        try:
            validate_email(parseaddr(message.recipient)[1])
        except ValidationError as error:
            raise Undeliverable(
                _("“%(address)s” is not an e-mail address.") % {"address": message.recipient}
            ) from error
        reference = f"<{digest(message.idempotency_key)}@{DNS_NAME}>"
        # A line break in a subject would be read as a header of its own.
        mail = EmailMessage(
            " ".join(message.title.split()), message.body, to=[message.recipient], headers={"Message-ID": reference}
        )
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _reply in error.recipients.values()]
            # 4xx may be a full mailbox or greylisting: there a later attempt helps.
            if codes and all(code >= 500 for code in codes):
                raise Undeliverable(
                    _("The mail server refuses the address “%(address)s”.") % {"address": message.recipient}
                ) from error
            raise
        return reference


class FileChannel:
    """One file per idempotency key under ``VAR_DIR/outbox/<channel>/``: for machines without a provider, and for tests.

    The file appears whole or not at all, and a second sending is the same file: exactly once.
    """

    def send(self, message: Message) -> str:
        target = self.path(message)
        if not target.exists():
            self.write(target, message)
        return target.name

    @staticmethod
    def path(message: Message) -> Path:
        readable = re.sub(r"[^A-Za-z0-9._-]+", "-", message.idempotency_key)[:60].strip(".-")
        folder = Path(settings.VAR_DIR) / "outbox" / message.channel
        return folder / f"{readable}-{digest(message.idempotency_key)[:16]}.json"

    @staticmethod
    def write(target: Path, message: Message) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        facts = {
            "key": message.idempotency_key,
            "channel": message.channel,
            "to": message.recipient,
            "title": message.title,
            "body": message.body,
            "consent": message.consent,
        }
        draft = target.with_name(f".{target.stem}.{uuid.uuid4().hex[:8]}.tmp")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(facts, file, ensure_ascii=False, indent=1)
            file.flush()
            # On the disk before it has its name: after a loss of power there is a whole file, or none.
            os.fsync(file.fileno())
        draft.replace(target)


class NoChannel:
    """Where no provider is named in production: nothing leaves, so nothing says that it was sent."""

    def send(self, message: Message) -> str:
        raise Undeliverable(
            _("No provider for “%(channel)s” is set up here: it was not sent.")
            % {"channel": message.get_channel_display()}
        )


@cache
def _made(path: str) -> Channel:
    channel: Channel = import_string(path)()
    return channel


def adapter_of(channel: str) -> Channel:
    """The adapter that the settings name for a channel. Files are no provider: outside a development machine they reach nobody."""
    adapter = _made(settings.OUTBOX_CHANNELS[channel])
    # A file says “sent” to whoever looks, and no customer ever reads it.
    return NoChannel() if isinstance(adapter, FileChannel) and not settings.OUTBOX_FILES else adapter


def channel_for(message: Message) -> Channel:
    return adapter_of(message.channel)


def stopped() -> list[str]:
    """The channels by which nothing leaves: no provider is named for them."""
    return [channel for channel in Message.Channel.values if isinstance(adapter_of(channel), NoChannel)]
