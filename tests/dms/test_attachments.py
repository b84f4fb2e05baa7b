"""Files from outside: only what is understood is kept, and nothing of it can run in a browser."""

import io
import zipfile
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import Http404
from PIL import Image

from dms.models import Attachment, Event
from dms.records import attachments
from dms.records.attachments import Unfit


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 30), **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **options)
    return out.getvalue()


def workbook(**extra: bytes) -> bytes:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["编号"])
    book.save(out)
    with zipfile.ZipFile(out, "a") as archive:
        for name, content in extra.items():
            archive.writestr(name, content)
    return out.getvalue()


PDF = b"%PDF-1.4\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"


@pytest.fixture
def keep(cast, store):
    def run(name: str, content: bytes) -> Attachment:
        return attachments.store(SimpleUploadedFile(name, content, "application/x-evil"), by=cast.adviser, store=store)

    return run


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("车.jpg", picture(), "image/jpeg"),
        ("a.PNG", picture("PNG"), "image/png"),
        ("a.webp", picture("WEBP"), "image/webp"),
        ("a.gif", picture("GIF"), "image/png"),
        ("合同.pdf", PDF, "application/pdf"),
        ("a.xlsx", workbook(), attachments.XLSX),
        ("a.csv", "编号,名称".encode("gb18030"), "text/csv"),
        ("a.csv", "编号\t名称".encode("utf-16"), "text/csv"),
        ("a.txt", "行驶证".encode(), "text/plain"),
    ],
)
def test_known_files_are_kept_under_their_true_type(keep, name, content, content_type):
    kept = keep(name, content)
    assert kept.content_type == content_type
    assert kept.size == kept.file.size
    assert len(kept.sha256) == 64
    assert "车" not in kept.file.name
    assert Event.objects.get().kind == "attachment.stored"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", b"MZ"),
        ("a.html", b"<script>"),
        ("a.svg", b"<svg onload=alert(1)>"),
        ("a", b"text"),
        ("a.jpg", PDF),
        ("a.pdf", picture()),
        ("a.csv", picture()),
        ("a.csv", b"\x00\x01"),
        ("a.jpg", b"<script>alert(1)</script>"),
        ("a.jpg", picture()[:200]),
        ("a.pdf", PDF[:-7]),
        ("a.xlsx", b"PK\x03\x04 broken"),
        ("a.xlsx", workbook(**{"xl/vbaProject.bin": b"macro"})),
        ("a.txt", b""),
    ],
)
def test_everything_else_is_refused_with_a_sentence(keep, name, content):
    with pytest.raises(Unfit) as refused:
        keep(name, content)
    assert str(refused.value.sentence)
    assert not Attachment.objects.exists()


@pytest.mark.django_db
def test_a_zip_that_is_no_spreadsheet_is_refused(keep):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "x")
    with pytest.raises(Unfit):
        keep("a.xlsx", out.getvalue())


@pytest.mark.django_db
def test_a_spreadsheet_that_would_fill_the_memory_is_refused(keep, monkeypatch):
    monkeypatch.setattr(attachments, "UNPACKED", 1_000_000)
    with pytest.raises(Unfit):
        keep("a.xlsx", workbook(bomb=b"0" * 2_000_000))


@pytest.mark.django_db
def test_too_large_files_and_pictures_are_refused(keep, settings, monkeypatch):
    monkeypatch.setattr(attachments, "PIXELS", 100)
    with pytest.raises(Unfit):
        keep("a.jpg", picture())
    settings.UPLOAD_LIMIT = 10
    with pytest.raises(Unfit):
        keep("a.txt", b"x" * 11)


@pytest.mark.django_db
def test_a_photo_loses_its_location_and_stands_upright(keep):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90°
    exif[0x013B] = "photographer"
    exif.get_ifd(0x8825)[1] = "N"
    kept = keep("a.jpg", picture(exif=exif) + b"<?php hidden ?>")
    content = kept.file.read()
    with Image.open(io.BytesIO(content)) as drawn:
        assert drawn.size == (30, 60)
        assert not drawn.getexif()
    assert b"hidden" not in content


@pytest.mark.django_db
def test_a_huge_photo_is_brought_down(keep):
    kept = keep("a.png", picture("PNG", (5000, 100)))
    with Image.open(kept.file) as drawn:
        assert drawn.size == (4096, 82)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\车\\行驶证.jpg", "行驶证.jpg"),
        ("a\u202egpj.exe.txt", "agpj.exe.txt"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"),
        (" .. ", "file"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_a_name_is_made_harmless(raw, clean):
    assert attachments.clean_name(raw) == clean


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "disposition"),
    [("图.jpg", picture(), "inline"), ("a.pdf", PDF, "attachment"), ("a.txt", b"<script>", "attachment")],
)
def test_only_pictures_show_in_the_page(keep, name, content, disposition):
    response = attachments.respond(keep(name, content), inline=True)
    assert response["Content-Disposition"].startswith(disposition)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["Content-Security-Policy"].endswith("; sandbox")
    assert response["Cache-Control"] == "private, no-store"
    response.close()


@pytest.mark.django_db
def test_a_download_keeps_its_chinese_name(keep):
    response = attachments.respond(keep("合同.pdf", PDF))
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E5%90%88%E5%90%8C.pdf"
    response.close()


@pytest.mark.django_db
def test_a_file_that_is_gone_is_not_found(keep):
    kept = keep("a.txt", b"x")
    kept.file.storage.delete(kept.file.name)
    with pytest.raises(Http404):
        attachments.respond(kept)


@pytest.mark.django_db
def test_files_are_seen_in_their_store_and_by_who_brought_them(keep, cast, elsewhere):
    kept = keep("a.txt", b"x")
    assert Attachment.objects.visible_to(cast.sales_manager).get() == kept
    assert not Attachment.objects.visible_to(elsewhere.adviser).exists()
    Attachment.objects.update(store=None)
    assert Attachment.objects.visible_to(cast.adviser).get() == kept
    assert not Attachment.objects.visible_to(cast.sales_manager).exists()


@pytest.mark.django_db
def test_files_that_no_row_knows_are_swept_when_they_are_a_day_old(keep):
    kept = keep("a.pdf", PDF)
    with transaction.atomic():  # an act that keeps a file and is refused afterwards
        left = keep("b.pdf", PDF).file.name
        transaction.set_rollback(True)
    assert default_storage.exists(left), "a file is not part of the transaction"
    attachments.sweep()
    assert default_storage.exists(left), "the act may still be under way"
    attachments.sweep(older_than=timedelta(0))
    assert not default_storage.exists(left)
    assert default_storage.exists(kept.file.name)
