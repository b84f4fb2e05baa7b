"""The running system of one checkout: its servers and programs, started in order, stopped in the reverse one."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO

from devstack.guard import Guard
from devstack.places import ROOT, VAR, data_home
from devstack.postgres import Postgres
from devstack.processes import Roster, command_of, end, started, wait_until
from devstack.say import Trouble, paint, require_space, say, step
from devstack.stopping import Stop
from devstack.valkey import Valkey

COLOURS = {"web": "36", "worker": "33", "beat": "35"}
PATIENCE = 8.0
RECORD = VAR / "run.json"


class Stack:
    """Everything this launcher started. Two launchers on one checkout exclude each other by a lock on var/."""

    def __init__(self, stop: Stop) -> None:
        self.stop = stop
        self.roster = Roster(VAR / "children.json")
        self.programs: dict[str, subprocess.Popen[bytes]] = {}
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        self._guard: Guard | None = None
        self._lock: IO[str] | None = None

    def claim(self) -> None:
        """Be the only one here, and clear away what a killed run left behind."""
        VAR.mkdir(exist_ok=True)
        require_space(VAR, 300)
        self._lock = (VAR / "run.lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble(
                f"It is already running{where()}: stop it there by Ctrl-C, or by `python3 -m devstack stop`."
            ) from None
        end_leftovers(self.roster)
        self._guard = Guard()

    def start_servers(self) -> dict[str, str]:
        """The embedded servers, or those that DATABASE_URL and REDIS_URL name; the two addresses."""
        urls = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
        home = data_home()
        if urls["DATABASE_URL"]:
            say("  · Postgres: the one DATABASE_URL names")
        else:
            with step("Postgres") as note, self.stop.held():
                self.postgres = Postgres(home).start()
                self._register("postgres", self.postgres.process, Postgres.GOING[0][0])
                note.append(f"127.0.0.1:{self.postgres.port}")
            urls |= {"DATABASE_URL": self.postgres.application_url, "DMS_OWNER_DATABASE_URL": self.postgres.url}
        if urls["REDIS_URL"]:
            say("  · Redis: the one REDIS_URL names")
        else:
            with step("Redis (Valkey)") as note, self.stop.held():
                self.valkey = Valkey(VAR).start()
                self._register("valkey", self.valkey.process, signal.SIGTERM)
                note.append(f"127.0.0.1:{self.valkey.port}")
            urls["REDIS_URL"] = self.valkey.url
        return urls

    def record(self, env: dict[str, str], url: str = "") -> None:
        """What `stop` and `manage` need to know about this run; it holds passwords."""
        known = worth_knowing(env)
        RECORD.touch(mode=0o600)
        RECORD.chmod(0o600)
        RECORD.write_text(json.dumps({"pid": os.getpid(), "start": started(os.getpid()), "url": url, "env": known}))

    def spawn(self, name: str, command: list[str], env: dict[str, str]) -> None:
        """One program in a session of its own: the terminal's Ctrl-C reaches it only through us, in order."""
        with self.stop.held():
            process = subprocess.Popen(
                command,
                env=env,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self.programs[name] = process
            self._register(name, process, signal.SIGTERM, group=True)
            threading.Thread(target=relay, args=(name, process.stdout), daemon=True).start()

    def dead(self) -> list[str]:
        """The children that ended by themselves, each with how."""
        servers = {"postgres": self.postgres and self.postgres.process, "valkey": self.valkey and self.valkey.process}
        living = {**servers, **self.programs}
        return [f"{name} {how(code)}" for name, one in living.items() if one and (code := one.poll()) is not None]

    def end_all(self) -> None:
        """Programs first, together; then the servers under them. A second Ctrl-C cuts the waiting short."""
        self.stop.close()
        for process in self.programs.values():
            if process.poll() is None:
                process.terminate()
        wait_until(lambda: self.stop.hurry or all(p.poll() is not None for p in self.programs.values()), PATIENCE)
        for name, process in self.programs.items():
            if process.poll() is None:
                say(f"  · {name} did not stop in time and is ended")
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)  # the leader, or what it left of its group
            process.wait(5)
        self._end_servers()

    def _end_servers(self) -> None:
        if self.valkey:
            self.valkey.stop()
        if self.postgres:
            self.postgres.stop()
        self.roster.clear()
        RECORD.unlink(missing_ok=True)
        if self._guard:
            self._guard.dismiss()

    def _register(
        self, name: str, process: subprocess.Popen[bytes] | None, first: signal.Signals, *, group: bool = False
    ) -> None:
        if process and self._guard:
            self.roster.add(name, process.pid)
            self._guard.child(process.pid, first=first, group=group)


def relay(name: str, stream: IO[bytes]) -> None:
    label = paint(f"{name:<6} │", COLOURS.get(name, "32"))
    for line in stream:
        say(f"{label} {line.decode(errors='replace').rstrip()}")


def how(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"


def end_leftovers(roster: Roster) -> None:
    """End the children of a killed run. Only those whose pid and start both match: nothing foreign."""
    for name, (pid, start) in roster.living().items():
        say(f"  · {name} left behind by a killed run (pid {pid}) is stopped first")
        first = signal.SIGINT if name == "postgres" else signal.SIGTERM
        group = name not in {"postgres", "valkey"}
        if not end(pid, start, [(first, PATIENCE), (signal.SIGKILL, 5.0)], group=group):
            raise Trouble(f"{name} of an earlier run (pid {pid}) does not stop: end it by `kill -9 {pid}`.")
    roster.clear()


def running() -> dict[str, object]:
    """What the living run of this checkout wrote down; empty when there is none."""
    try:
        told = json.loads(RECORD.read_text())
        alive = started(int(told["pid"])) == told["start"] and bool(command_of(int(told["pid"])))
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return told if alive else {}


def where() -> str:
    told = running()
    return f" at {told['url']} (pid {told['pid']})" if told.get("url") else ""


def secret_key() -> str:
    """Made once and kept, so that people stay logged in over a restart."""
    path: Path = VAR / "secret-key"
    if not path.exists() or not path.read_text():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


def child_environment(urls: dict[str, str]) -> dict[str, str]:
    """The environment of every program: what is exported stays, what we know is added."""
    ours = {
        "DMS_DEBUG": "1",
        "DMS_DEMO": "1",
        "DMS_SECRET_KEY": secret_key(),
        "DMS_VAR": str(VAR),
        "DMS_STATIC_STORAGE": "dms.web.static.AlwaysHashed",
        "PYTHONUNBUFFERED": "1",
    }
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**ours, **os.environ, **urls, "DJANGO_SETTINGS_MODULE": "dms.settings", "PATH": path}


def without_ours() -> dict[str, str]:
    """What is exported, but for our own settings."""
    return {key: value for key, value in os.environ.items() if not key.startswith("DMS_")}


def production_environment(host: str, var: Path) -> dict[str, str]:
    """As on a server: no DEBUG, a secret of its own, a host name."""
    return {
        **without_ours(),
        "DJANGO_SETTINGS_MODULE": "dms.settings",
        "DMS_SECRET_KEY": secrets.token_urlsafe(60),
        "DMS_ALLOWED_HOSTS": host,
        "DMS_VAR": str(var),
    }


def worth_knowing(env: dict[str, str]) -> dict[str, str]:
    """What another process needs to work with the same servers; it holds passwords."""
    return {key: env[key] for key in env if key.startswith(("DMS_", "DJANGO_")) or key.endswith("_URL")}


def interpreter() -> str:
    """The environment's Python, for the programs; the launcher itself may run on any."""
    return str(ROOT / ".venv" / "bin" / "python") if (ROOT / ".venv").exists() else sys.executable
