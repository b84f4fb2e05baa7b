"""The drill: what was backed up is restored elsewhere and is the same; what is not whole is not restored at all."""

import os
import tarfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.utils import timezone

from crm.models import Customer
from dms.actions import people
from dms.core import database_roles
from dms.models import ApiToken, Attachment, Sending
from dms.records import attachments, backups
from tests.factories import OrderFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def business(cast, signed_in) -> Attachment:
    """An order with all before it, a file, a key and somebody who is signed in."""
    OrderFactory.create(status="ALLOCATED")
    people.create_token(cast.adviser, by=cast.adviser)
    Sending.objects.create(key="k", body="-", status=200, answer={"name": "谷雨"})
    signed_in(cast.adviser)
    return attachments.keep(ContentFile("合同".encode()), name="合同.txt", by=cast.adviser)


@pytest.fixture
def archive(business, tmp_path) -> Path:
    target = tmp_path / "dms.tar"
    call_command("backup", target)
    return target


@pytest.fixture
def fresh_database(django_db_blocker) -> Iterator[None]:
    """An empty database beside that of the tests, in which everything happens until the end."""
    name, own = f"drill_{os.getpid()}", connection.settings_dict["NAME"]
    with database_roles.as_owner(), connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name}")
    database_roles.sign_in(connection, {"NAME": name})
    yield
    database_roles.sign_in(connection, {"NAME": own})
    with database_roles.as_owner(), connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_the_drill_brings_back_every_row_and_file(archive, business, fresh_database):
    default_storage.delete(business.file.name)
    call_command("restore", archive)
    contents = backups.check(archive)
    there = backups.tables()
    changed = {name for name in there if there[name] != contents.tables[name]}
    assert changed == {"dms_apitoken", "django_session"}
    assert len(there) > 80
    assert Customer.objects.exists()
    assert not Sending.objects.exists(), "what is answered again today is a copy of customers' data too many"
    assert Attachment.objects.get(pk=business.pk).file.read() == "合同".encode()


def test_keys_and_sessions_of_then_open_nothing(archive, fresh_database):
    call_command("restore", archive)
    assert not Session.objects.exists()
    assert ApiToken.objects.count() == 1
    assert ApiToken.objects.get().revoked_at > timezone.now() - timedelta(minutes=1)


def test_the_application_writes_rows_there_and_the_rules_hold(archive, fresh_database, cast):
    call_command("restore", archive)
    assert Customer.objects.update(name="苏合") == 1
    for statement in ("DELETE FROM dms_event", "TRUNCATE dms_event", "ALTER TABLE dms_event DISABLE TRIGGER ALL"):
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_database_with_rows_is_replaced_only_when_that_is_said(archive, fresh_database, tmp_path):
    call_command("restore", archive)
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", archive)
    call_command("backup", tmp_path / "second.tar")
    call_command("restore", tmp_path / "second.tar", replace=True)
    assert Customer.objects.count() == 1


def test_rows_written_while_it_is_taken_are_neither_counted_nor_dumped(business, tmp_path, monkeypatch):
    """Without the one snapshot the count would be of before the write and the dump of after it."""
    run = backups.run_program

    def written_meanwhile(*words: str) -> None:
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("INSERT INTO dms_heartbeat (name, at) VALUES ('meanwhile', now())")
        other.close()
        run(*words)

    monkeypatch.setattr(backups, "run_program", written_meanwhile)
    contents = backups.back_up(tmp_path / "dms.tar")
    assert contents.tables["dms_heartbeat"][0] == 0


def broken(archive: Path, how: str) -> None:
    content = archive.read_bytes()
    if how == "cut off":
        archive.write_bytes(content[: len(content) // 2])
    elif how == "without its list":
        with tarfile.open(archive) as whole, tarfile.open(archive.with_suffix(".new"), "w") as less:
            for entry in whole.getmembers():
                if entry.name != backups.LIST:
                    less.addfile(entry, whole.extractfile(entry))
        archive.with_suffix(".new").replace(archive)
    elif how == "a byte of the dump":
        archive.write_bytes(content[:5000] + bytes([content[5000] ^ 1]) + content[5001:])
    elif how == "a byte of a file":
        archive.write_bytes(flipped(content))
    else:
        archive.write_bytes(b"no archive")


def flipped(content: bytes) -> bytes:
    at = content.rindex("合同".encode(), 0, content.rindex(backups.LIST.encode()))
    return content[:at] + b"X" + content[at + 1 :]


@pytest.mark.parametrize("how", ["cut off", "without its list", "a byte of the dump", "a byte of a file", "no archive"])
def test_an_archive_that_is_not_whole_is_refused_before_anything_is_touched(archive, how):
    broken(archive, how)
    with pytest.raises(CommandError):
        call_command("restore", archive, replace=True)
    assert Customer.objects.count() == 1


def test_a_file_that_is_lost_is_told_and_keeps_nothing_else_from_being_backed_up(business, tmp_path):
    name = business.file.name
    default_storage.delete(name)
    with pytest.raises(CommandError, match=f"lost: {name}"):
        call_command("backup", tmp_path / "dms.tar")
    assert [path.name for path in tmp_path.iterdir()] == ["dms.tar"]
    assert backups.check(tmp_path / "dms.tar").lost == [name]
