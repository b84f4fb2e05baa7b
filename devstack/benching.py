"""`make bench`: a large dealership on its own servers, served as in production, and measured over HTTP."""

from __future__ import annotations

import argparse
import fcntl
import shutil
import signal
import subprocess
from pathlib import Path
from typing import IO

from devstack import frontend, running
from devstack.environment import Environment
from devstack.guard import Guard
from devstack.places import ROOT, VAR, VENV, data_home
from devstack.postgres import Postgres
from devstack.processes import free_port, terminate, wait_until
from devstack.say import Trouble, say, step
from devstack.stack import child_environment, interpreter, production_environment, worth_knowing
from devstack.stopping import Stop, Stopped
from devstack.valkey import Valkey

SERVERS = ("shared_preload_libraries=pg_stat_statements", "pg_stat_statements.track_utility=off")
WEB_LOG = VAR / "bench-web.log"
COUNTER = """
import django
django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", "--noinput", "-v", "0", skip_checks=True)
connection.cursor().execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
"""


def bench(arguments: list[str], kind: type[Measuring] | None = None) -> int:
    """Fill, serve, measure; everything it made is gone afterwards but the figures in var/bench.json."""
    told = parser().parse_args(arguments)
    stop = Stop()
    stop.listen()
    place = (kind or Measuring)(VAR / "bench", stop)
    try:
        env = place.prepare()
        with step(f"a dealership of {told.rows_scale:g} × 20,000 customers") as note:
            filling = ("-m", "bench.world", str(place.world), "--scale", str(told.rows_scale))
            note.append(running.python(env, "fill", *filling).strip())
        url = place.serve(env)
        say()
        done = 0 if told.stay else place.measure(env, url, told)
        if told.stay:
            say(f"  {url} is up; its environment is in {place.write_down(env)}. Ctrl-C ends it.")
            signal.pause()
    except Stopped:
        return 0 if told.stay else 1
    finally:
        place.end(stop)
    return done


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python3 -m devstack bench")
    made.add_argument("--rows-scale", type=float, default=1.0, help="1 is 20,000 customers")
    made.add_argument("--seconds", type=float, default=4.0, help="how long each case is measured")
    made.add_argument("--only", default="", help="only the cases with this word in their names")
    made.add_argument("--scale", action="store_true", help="a standby, two webs, two workers; the primary is killed")
    made.add_argument("--stay", action="store_true", help="fill and serve, and stay up for looking closer")
    return made


class Measuring:
    """The servers of one measure. Never those of DATABASE_URL: what is filled here must not reach anybody's data."""

    def __init__(self, home: Path, stop: Stop) -> None:
        self.home, self.stop = home, stop
        self.world = home / "world.json"
        self.guard: Guard | None = None
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        self.programs: list[subprocess.Popen[bytes]] = []
        self.figures = VAR / "bench.json"
        self.database_home = home
        self.lock: IO[str] | None = None

    def prepare(self) -> dict[str, str]:
        """What a run needs, an empty database with its tables; the environment of production."""
        VAR.mkdir(exist_ok=True)
        Environment(VENV, "runtime", "local").ensure()
        frontend.ensure()
        self._clear()
        self.guard = Guard()
        self._start_servers()
        env = self._environment()
        running.prepare_files(
            {**child_environment({}), "DATABASE_URL": env["DATABASE_URL"], "REDIS_URL": env["REDIS_URL"]}
        )
        with step("database tables"):
            running.python(env, "migrate", "-c", COUNTER)
        return env

    def _clear(self) -> None:
        self.lock = (VAR / "bench.lock").open("w")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble("Another measure runs in this checkout: wait for it, or stop it there by Ctrl-C.") from None
        base = data_home()
        self.database_home = self.home if base == VAR else base / "bench"
        for place in {self.home, self.database_home}:
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)

    def _start_servers(self) -> None:
        assert self.guard
        self.guard.rubbish(self.database_home)
        with step("Postgres as in production, Redis") as note, self.stop.held():
            self.postgres = Postgres(self.database_home, settings=SERVERS).start()
            self.valkey = Valkey(self.home, throw_away=True).start()
            for server in (self.postgres, self.valkey):
                self.guard.server(server)
            note.append(f"127.0.0.1:{self.postgres.port}")

    def _environment(self) -> dict[str, str]:
        """No DEBUG, a secret of its own, behind a proxy that ends TLS."""
        assert self.postgres
        assert self.valkey
        return {
            "WEB_CONCURRENCY": "2",
            **production_environment("127.0.0.1", VAR),
            "DMS_BEHIND_PROXY": "1",
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.valkey.url,
            "PYTHONUNBUFFERED": "1",
        }

    def serve(self, env: dict[str, str]) -> str:
        """gunicorn with two workers, its JSON log in a file."""
        port = free_port()
        with step("web, two workers"):
            self.start(self.gunicorn(port), env, WEB_LOG)
            self.wait_for_web(port)
        return f"http://127.0.0.1:{port}"

    def gunicorn(self, port: int) -> list[str]:
        return [interpreter(), "-m", "gunicorn", "dms.wsgi", "--bind", f"127.0.0.1:{port}"]

    def start(self, command: list[str], env: dict[str, str], log: Path) -> None:
        with self.stop.held(), log.open("wb") as out:
            process = subprocess.Popen(
                command, env=env, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )
            self.programs.append(process)
            if self.guard:
                self.guard.child(process.pid, first=signal.SIGTERM, group=True)

    def wait_for_web(self, port: int) -> None:
        def over() -> bool:
            return any(program.poll() is not None for program in self.programs)

        if not wait_until(lambda: over() or running.answers(port), 60, every=0.1) or over():
            raise Trouble(f"The web server did not answer: {WEB_LOG} says why.")

    def measure(self, env: dict[str, str], url: str, told: argparse.Namespace) -> int:
        """Its lines are for the reader; a wrong answer ends it with 1."""
        asked = ["--seconds", str(told.seconds), "--only", told.only, "--json", str(self.figures)]
        command = [interpreter(), "-m", "bench.measure", str(self.world), url, *asked, "--watch", *self.watched()]
        done = subprocess.run(command, env=env, cwd=ROOT, check=False).returncode
        if done == 0:
            with step("what must hold still holds"):
                running.python(env, "prove", "-m", "bench.proof")
        return done

    def watched(self) -> list[str]:
        """The processes whose processor time is counted, with all below them."""
        servers = (*self.programs, self.postgres and self.postgres.process)
        return [str(process.pid) for process in servers if process]

    def write_down(self, env: dict[str, str]) -> Path:
        place = self.home / "environment"
        place.touch(mode=0o600)
        place.write_text("".join(f"export {key}='{value}'\n" for key, value in worth_knowing(env).items()))
        return place

    def end(self, stop: Stop) -> None:
        stop.close()
        terminate(self.programs)
        for server in (self.valkey, self.postgres):
            if server:
                server.stop()
        if self.guard:
            for place in {self.home, self.database_home}:
                shutil.rmtree(place, ignore_errors=True)
            self.guard.dismiss()
