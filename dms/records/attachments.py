"""Files from outside are believed in nothing: neither name nor type nor size, only the bytes.

Pictures are drawn anew (which drops EXIF, location and whatever hides behind the image), PDF, spreadsheets and text are
recognised by content. Files go out under their own name, with headers that let no browser run anything in them.
"""

import hashlib
import io
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from dms.core.refusals import Refusal
from dms.models import Attachment
from dms.models.attachments import ATTACHMENTS
from dms.records import events
from dms.records.own_events import ATTACHMENT_STORED

if TYPE_CHECKING:
    from dms.models import Store, User

    Raw = File[Any]

NAME_LENGTH = 120
PIXELS = 60_000_000
SIDE = 4096
"""Pictures are brought down to this length: enough to read a licence, and no phone fills the disk."""

UNPACKED = 300 * 1024 * 1024
"""What a spreadsheet may unpack to; more is a trap."""

A_DAY = timedelta(days=1)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# MPO is how some phones write a JPEG: with a second picture behind it, which is dropped.
IMAGE_SUFFIX = {"JPEG": ".jpg", "MPO": ".jpg", "PNG": ".png", "WEBP": ".webp", "GIF": ".png"}
IMAGE_TYPE = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}
TYPES = {
    **IMAGE_TYPE,
    ".pdf": "application/pdf",
    ".xlsx": XLSX,
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".zip": "application/zip",
}
INLINE = frozenset(IMAGE_TYPE.values())
"""Drawn anew by us. A PDF is shown by the reader of the machine, outside of our pages: it may run what a stranger wrote in it."""


class Unfit(Refusal):
    """The file is not taken; the sentence says why."""

    code = "unfit_file"


@dataclass(frozen=True)
class Content:
    """What was recognised: the bytes to keep, their type and the suffix that belongs to it."""

    file: "Raw"
    content_type: str
    suffix: str


# --- recognising --------------------------------------------------------------------------------------------------------
def _image(upload: "Raw") -> Content:
    """The picture drawn anew, upright, without metadata."""
    try:
        with Image.open(cast("IO[bytes]", upload.file)) as probe:
            # Before a pixel is unpacked: a file of some kilobytes may claim to be gigabytes of picture.
            if probe.format not in IMAGE_SUFFIX or probe.width * probe.height > PIXELS:
                raise Unfit(_("The picture is too large or of a kind that is not taken. Use JPEG, PNG or WebP."))
            suffix = IMAGE_SUFFIX[probe.format]
            drawn = ImageOps.exif_transpose(probe)
            drawn.thumbnail((SIDE, SIDE))
            clean = drawn.convert("RGB" if suffix == ".jpg" else "RGBA" if drawn.has_transparency_data else "RGB")
            clean.info.clear()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unfit(_("The picture is damaged and cannot be read.")) from error
    out = io.BytesIO()
    clean.save(out, {".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP"}[suffix], quality=88)
    return Content(ContentFile(out.getvalue()), IMAGE_TYPE[suffix], suffix)


def _pdf(upload: "Raw") -> Content:
    # The mark stands near the end, and scanners append a little behind it.
    upload.seek(max(0, (upload.size or 0) - 2048))
    if b"%%EOF" not in upload.read():
        raise Unfit(_("The PDF is damaged or was cut off."))
    return Content(upload, "application/pdf", ".pdf")


def _workbook(upload: "Raw") -> Content:
    """A spreadsheet: the parts of one, no macros, and no more than it may unpack to."""
    try:
        with zipfile.ZipFile(cast("IO[bytes]", upload.file)) as archive:
            names, unpacked = set(archive.namelist()), sum(item.file_size for item in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Unfit(_("The spreadsheet is damaged and cannot be read.")) from error
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        raise Unfit(_("This kind of file is not taken. Use a picture, PDF, xlsx, CSV or text file."))
    if any(name.lower().endswith(".bin") and "vba" in name.lower() for name in names):
        raise Unfit(_("Spreadsheets with macros are not taken. Save the file as xlsx."))
    if unpacked > UNPACKED:
        raise Unfit(_("The spreadsheet is too large when unpacked."))
    return Content(upload, XLSX, ".xlsx")


def _text(upload: "Raw", *, suffix: str) -> Content:
    """Text in one of the encodings that spreadsheets of this country write."""
    upload.seek(0)
    content = upload.read()
    marked = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    encodings = ("utf-16",) if marked else ("utf-8", "gb18030")
    if (b"\0" in content and not marked) or not any(_decodes(content, encoding) for encoding in encodings):
        raise Unfit(_("This kind of file is not taken. Use a picture, PDF, xlsx, CSV or text file."))
    return Content(upload, "text/csv" if suffix == ".csv" else "text/plain", suffix)


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


READERS: dict[str, "Callable[[Raw], Content]"] = {
    ".jpg": _image,
    ".jpeg": _image,
    ".png": _image,
    ".webp": _image,
    ".gif": _image,
    ".pdf": _pdf,
    ".xlsx": _workbook,
    ".csv": partial(_text, suffix=".csv"),
    ".txt": partial(_text, suffix=".txt"),
}
SIGNATURES: tuple[tuple[int, bytes, "Callable[[Raw], Content]"], ...] = (
    (0, b"\xff\xd8\xff", _image),
    (0, b"\x89PNG\r\n\x1a\n", _image),
    (0, b"GIF8", _image),
    (8, b"WEBP", _image),
    (0, b"%PDF-", _pdf),
    (0, b"PK\x03\x04", _workbook),
)


def recognise(upload: "Raw", name: str) -> Content:
    """What the bytes are.

    :raises Unfit: when they are nothing we take, damaged, or something else than the name says.
    """
    promised = READERS.get(PurePath(name).suffix.lower())
    if promised is None:
        raise Unfit(_("This kind of file is not taken. Use a picture, PDF, xlsx, CSV or text file."))
    upload.seek(0)
    head = upload.read(16)
    upload.seek(0)
    reader = next((reader for at, mark, reader in SIGNATURES if head[at : at + len(mark)] == mark), None)
    is_text = isinstance(promised, partial)
    if (reader is not None and is_text) or (not is_text and reader is not promised):
        raise Unfit(_("“%(name)s” is not what its name says. Save it again in the right format.") % {"name": name})
    content = promised(upload)
    content.file.seek(0)
    return content


def clean_name(raw: str) -> str:
    """A name fit for lists and headers: no path, no control or direction characters, not too long."""
    name = PurePath(unicodedata.normalize("NFC", raw).replace("\\", "/")).name
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C").strip(" .")
    suffix = PurePath(name).suffix[:10]
    stem = name[: len(name) - len(suffix)] if suffix else name
    return f"{stem[: NAME_LENGTH - len(suffix)]}{suffix}" or "file"


# --- storing ------------------------------------------------------------------------------------------------------------
@transaction.atomic
def store(
    upload: "UploadedFile[Any]", *, by: "User", subject: models.Model | None = None, store: "Store | None" = None
) -> Attachment:
    """Keep a file that somebody brought, and note who did.

    :raises Unfit: when it is empty, too large, damaged, of a kind not taken or not what its name says.
    """
    if not upload.size:
        raise Unfit(_("The file is empty."))
    if upload.size > settings.UPLOAD_LIMIT:
        raise Unfit(_("The file is larger than %(limit)s MB.") % {"limit": settings.UPLOAD_LIMIT // 1024**2})
    name = clean_name(upload.name or "")
    content = recognise(upload, name)
    if content.content_type in IMAGE_TYPE.values():
        name = clean_name(f"{PurePath(name).stem}{content.suffix}")
    attachment = keep(content.file, name=name, content_type=content.content_type, by=by, subject=subject, store=store)
    events.record(ATTACHMENT_STORED, attachment, by=by, data={"size": attachment.size})
    return attachment


Picture = Attachment | UploadedFile[Any]
"""A picture for a document: brought before, or drawn just now."""


def as_attachment(picture: Picture | None, *, by: "User", subject: models.Model) -> Attachment | None:
    """The picture as a file: one brought before is one, one drawn just now becomes one with the document it belongs to.

    :raises Unfit: when it is no picture.
    """
    return picture if picture is None or isinstance(picture, Attachment) else store(picture, by=by, subject=subject)


def keep(
    file: "Raw | bytes | Path",
    *,
    name: str,
    content_type: str = "",
    by: "User | None",
    subject: models.Model | None = None,
    store: "Store | None" = None,
) -> Attachment:
    """Keep a file that the program itself made (a report, a print); nothing is checked."""
    if isinstance(file, Path):
        with file.open("rb") as opened:
            return keep(File(opened), name=name, content_type=content_type, by=by, subject=subject, store=store)
    content = ContentFile(file) if isinstance(file, bytes) else file
    attachment = Attachment(
        name=clean_name(name),
        content_type=content_type or TYPES.get(PurePath(name).suffix.lower(), "application/octet-stream"),
        size=content.size,
        sha256=_digest(content),
        store=store if store is not None else getattr(subject, "store", None),
        uploaded_by=by,
    )
    if subject is not None:
        attachment.subject_type = ContentType.objects.get_for_model(subject)
        attachment.subject_id = subject.pk
    # The bytes before the row: a file too many is swept, a row without its file is a loss.
    attachment.file.save(attachment.name, content, save=False)
    attachment.save(force_insert=True)
    return attachment


def _digest(content: "Raw") -> str:
    content.seek(0)
    digest = hashlib.sha256()
    while chunk := content.read(1024 * 1024):
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()


# --- sweeping -----------------------------------------------------------------------------------------------------------
def sweep(*, older_than: timedelta = A_DAY) -> int:
    """Delete files that no row knows: their act was refused or its worker killed after the bytes were written. How many?

    A young file may belong to an act that is not committed yet, hence the age. Month by month: no list grows with the years.
    """
    gone, until = 0, timezone.now() - older_than
    for month in _folders(ATTACHMENTS, depth=2):
        names = [f"{month}/{name}" for name in default_storage.listdir(month)[1]]
        known = set(Attachment.objects.filter(file__startswith=f"{month}/").values_list("file", flat=True))
        for name in names:
            if name not in known and default_storage.get_modified_time(name) < until:
                default_storage.delete(name)
                gone += 1
    return gone


def _folders(path: str, *, depth: int) -> Iterator[str]:
    """Nobody is asked whether a folder is there: a bucket has none, only names that begin alike."""
    if depth == 0:
        yield path
        return
    try:
        names = default_storage.listdir(path)[0]
    except FileNotFoundError:
        return
    for name in names:
        yield from _folders(f"{path}/{name}", depth=depth - 1)


def unaltered(attachment: Attachment) -> bytes:
    """The stored file.

    :raises Refusal: when it is not the one that was kept.
    """
    with attachment.file.open("rb") as opened:
        content: bytes = opened.read()
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        sentence = _("The stored file “%(name)s” is not the one that was kept. Tell the administrator.")
        raise Refusal(sentence % {"name": attachment.name}, code="file_altered")
    return content


# --- serving ------------------------------------------------------------------------------------------------------------
def respond(attachment: Attachment, *, inline: bool = False) -> FileResponse:
    """The file as an answer. Only pictures may show in the page's own window; everything else is a download."""
    show = inline and attachment.content_type in INLINE
    try:
        opened = attachment.file.open("rb")
    except FileNotFoundError as error:
        raise Http404(attachment.name) from error
    response = FileResponse(
        opened, as_attachment=not show, filename=attachment.name, content_type=attachment.content_type
    )
    # Whatever was stored, nothing in it runs: the pages here are signed in.
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    # Papers of customers must not stay in the cache of a computer that a whole desk uses.
    response["Cache-Control"] = "private, no-store"
    return response
