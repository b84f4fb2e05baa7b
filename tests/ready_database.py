"""The migrations are run once: the databases of the tests are copies of one that is kept as a dump until a migration changes.

To run them takes half a minute, which each worker and each run of a single test would spend again.
"""

import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, cursor

from dms.records import backups

ONE_AT_A_TIME = 0x7E57_DB
"""The key of the lock under which the first worker makes what the others copy."""
APPS = ("dms", "crm", "parts", "sales", "aftersales", "reports")
NOT_RUN_BY_MIGRATIONS = {
    "actions",
    "acts",
    "admin",
    "api",
    "demo",
    "management",
    "navigation",
    "templates",
    "views",
    "web",
}


def prepare() -> None:
    """For the owner: from here on Django copies the database that the migrations make."""
    version = _version()
    name, dump = f"dms_ready_{version}", Path(settings.VAR_DIR) / "tests" / f"{version}.dump"
    with _alone() as server:
        server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'dms\\_ready\\_%'")
        known = {row[0] for row in server.fetchall()}
        if name not in known:
            for older in known:
                server.execute(f"DROP DATABASE {older} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {name}_unready")
            with _connected_to(f"{name}_unready"):
                _fill(dump)
            # By its name it is whole: who is stopped half-way leaves none that could be copied.
            server.execute(f"ALTER DATABASE {name}_unready RENAME TO {name}")
    connection.settings_dict["TEST"]["TEMPLATE"] = name


def _fill(dump: Path) -> None:
    if dump.exists():
        backups.run_program("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", str(dump))
        return
    call_command("migrate", verbosity=0)
    dump.parent.mkdir(parents=True, exist_ok=True)
    for older in dump.parent.glob("*.dump"):
        older.unlink()
    draft = dump.with_suffix(".draft")
    backups.run_program("pg_dump", "-Fc", "--no-owner", "--no-privileges", "-f", str(draft))
    draft.replace(dump)


def _version() -> str:
    """Of everything that has a say in what the migrations make."""
    base = Path(settings.BASE_DIR)
    files = [base / "pyproject.toml"] + [
        path
        for app in APPS
        for path in (base / app).rglob("*")
        if path.suffix in {".py", ".sql", ".json"} and not NOT_RUN_BY_MIGRATIONS & set(path.relative_to(base).parts)
    ]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(str(path.relative_to(base)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@contextmanager
def _alone() -> Iterator[cursor]:
    """On the server itself, outside every transaction, while the other workers wait."""
    login = connection.get_connection_params() | {"dbname": "postgres"}
    login.pop("cursor_factory", None)
    with closing(psycopg2.connect(**login)) as server:
        server.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with server.cursor() as statements:
            statements.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
            yield statements


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
