"""Files that belong to a row: checked by content, stored under a random name, served only to who may see the row."""

import uuid
from pathlib import PurePath
from typing import Self

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dms.core.row_rules import Frozen, Kept, says_something
from dms.core.scope import StoreScoped, Viewer
from dms.core.updated_at import UpdatedAt
from dms.models.people import User
from dms.models.stores import Store

ATTACHMENTS = "attachments"
"""The folder of the stored files, by year and month."""


def storage_name(_attachment: "Attachment", name: str) -> str:
    """A random path: the name a person gave never reaches the file system."""
    return f"{ATTACHMENTS}/{timezone.localdate():%Y/%m}/{uuid.uuid4().hex}{PurePath(name).suffix.lower()[:6]}"


class AttachmentQuerySet(StoreScoped["Attachment"]):
    def visible_to(self, user: Viewer) -> Self:
        """Files of one's stores, and those one uploaded oneself."""
        return self if user.sees_all_stores else self.filter(Q(store__in=user.store_ids) | Q(uploaded_by=user))


class Attachment(UpdatedAt):
    """A stored file. ``content_type`` is what the bytes are, not what the browser claimed."""

    file = models.FileField(_("file"), upload_to=storage_name)
    name = models.CharField(_("name"), max_length=120)
    content_type = models.CharField(_("content type"), max_length=80)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    sha256 = models.CharField(max_length=64)
    store = models.ForeignKey(Store, models.PROTECT, null=True, blank=True, verbose_name=_("store"))
    uploaded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="attachments", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    subject_type = models.ForeignKey(ContentType, models.PROTECT, null=True, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    subject = GenericForeignKey("subject_type", "subject_id")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["-uploaded_at", "-pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="attachment_subject"),
            models.Index(fields=["updated_at"], name="attachment_updated_at"),
        ]
        constraints = [
            says_something("attachment", "name", "file"),
            # A signature or a photo is evidence: another file is another row.
            Frozen(
                name="attachment_frozen",
                fields=["file", "name", "content_type", "size", "sha256", "uploaded_by", "uploaded_at"],
            ),
            Kept(name="attachment_kept"),
        ]

    def __str__(self) -> str:
        return self.name
