"""Signatures drawn on the screen: they arrive as the text of a picture, and are kept as a file."""

import base64
import binascii

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.utils.translation import gettext as _

from dms.core.refusals import Refusal
from dms.models import Attachment, Store, User
from dms.records import attachments

PNG = "data:image/png;base64"


def keep_signature(drawn: str, *, subject: Model, store: Store, by: User) -> Attachment | None:
    """The picture as a checked file of the document; None when nothing was drawn.

    :raises Refusal: when it is no whole picture.
    """
    if not drawn:
        return None
    head, _comma, body = drawn.partition(",")
    try:
        content = base64.b64decode(body, validate=True) if head == PNG else b""
    except binascii.Error:
        content = b""
    if not content:
        raise Refusal(_("The signature did not arrive. Sign again, or type the name."), code="signature_broken")
    upload = SimpleUploadedFile(f"{subject}.png", content, "image/png")
    return attachments.store(upload, by=by, subject=subject, store=store)
