"""A standby that follows a primary, and PgBouncer before them: what runs beyond one machine, here on one. Standard library only."""

import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

from devstack.places import IS_ROOT, database_user
from devstack.postgres import Postgres, binaries, dropped
from devstack.processes import Server, free_port, wait_until
from devstack.say import Trouble

NAME = "standby"
"""Under this name the primary knows its standby."""


class Standby(Postgres):
    """A copy of the primary made by ``pg_basebackup``, which goes on following it until it is promoted."""

    def __init__(self, home: Path, primary: Postgres, settings: tuple[str, ...] = ()) -> None:
        super().__init__(home, settings=("hot_standby_feedback=on", "max_standby_streaming_delay=30s", *settings))
        self.primary = primary

    def _new_password(self) -> str:
        return self.primary.password

    def _environment(self) -> dict[str, str]:
        return {**super()._environment(), "PGPASSWORD": self.primary.password}

    def _making(self, bin_dir: Path, place: Path) -> list[str | Path]:
        source = f"host=127.0.0.1 port={self.primary.port} user=dms application_name={NAME}"
        options = ["--write-recovery-conf", "--checkpoint=fast", "--wal-method=stream", "--no-sync"]
        return [bin_dir / "pg_basebackup", "-D", place, "-d", source, *options]

    def _create_database(self, bin_dir: Path) -> None:
        """It came with the copy."""

    def promote(self) -> None:
        """The primary is lost: from here on rows are written here. Returns when they can be."""
        control(self, "promote")


def control(server: Postgres, *command: str) -> None:
    words: list[str | Path] = [binaries(server.home) / "pg_ctl", "-D", server.data, *command]
    done = subprocess.run(words, check=False, capture_output=True, text=True, cwd="/", **dropped())
    if done.returncode:
        raise Trouble(f"pg_ctl {' '.join(command)} failed: {done.stderr.strip() or done.stdout.strip()}")


def sql(server: Postgres, statement: str) -> str:
    psql: list[str | Path] = [binaries(server.home) / "psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
    words = [*psql, "-d", server.url, "-c", statement]
    done = subprocess.run(words, check=False, capture_output=True, text=True, cwd="/")
    if done.returncode:
        raise Trouble(f"{statement} failed: {done.stderr.strip()}")
    return done.stdout.strip()


def wait_for_copy(primary: Postgres) -> None:
    """A commit is answered only when the standby has it on its disk, too: what was answered outlives the primary."""
    sql(primary, f"ALTER SYSTEM SET synchronous_standby_names = '{NAME}'")
    sql(primary, "SELECT pg_reload_conf()")
    in_step = f"SELECT count(*) FROM pg_stat_replication WHERE application_name = '{NAME}' AND sync_state = 'sync'"
    if not wait_until(lambda: sql(primary, in_step) == "1", 20, every=0.2):
        raise Trouble("The standby does not follow the primary.")


def kill(server: Postgres) -> None:
    """As when the machine is lost: no process of it gets a last word."""
    if server.process:
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait(10)


class Pooler(Server):
    """PgBouncer in transaction mode: a connection of the server belongs to a client for one transaction, and no longer."""

    CONFIGURATION = """\
[databases]
* = host=127.0.0.1 port={server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {users}
pool_mode = transaction
default_pool_size = {pool}
max_client_conn = 200
server_login_retry = 1
"""

    def __init__(self, home: Path, server: Postgres, *, pool: int = 12) -> None:
        self.home = home / f"pgbouncer-{secrets.token_hex(3)}"
        self.server, self.pool, self.port = server, pool, free_port()

    @staticmethod
    def program() -> str | None:
        """Debian's package puts it where only root looks."""
        return shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")

    @property
    def url(self) -> str:
        return self.server.url.replace(f":{self.server.port}/", f":{self.port}/")

    def start(self) -> "Pooler":
        self.home.mkdir(mode=0o700)
        if IS_ROOT:
            shutil.chown(self.home, database_user())
        self._write("users", f'"dms" "{self.server.password}"\n')
        self._configure()
        with (self.home / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [str(self.program()), str(self.home / "pgbouncer.ini")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **dropped(),
            )
        if not wait_until(self._listens, 10):
            raise Trouble(f"PgBouncer did not start: {(self.home / 'log').read_text()[-300:]}")
        return self

    def turn_to(self, server: Postgres) -> None:
        """Another server is the primary now: PgBouncer reads its file anew, its clients stay."""
        self.server = server
        self._configure()
        if self.process:
            self.process.send_signal(signal.SIGHUP)

    def _configure(self) -> None:
        users = self.home / "users"
        facts = {"server": self.server.port, "port": self.port, "users": users, "pool": self.pool}
        self._write("pgbouncer.ini", self.CONFIGURATION.format(**facts))

    def _write(self, name: str, text: str) -> None:
        path = self.home / name
        path.write_text(text)
        path.chmod(0o600)
        if IS_ROOT:
            shutil.chown(path, database_user())

    def _listens(self) -> bool:
        return b"listening on" in (self.home / "log").read_bytes()
