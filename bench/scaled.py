"""`python3 -m devstack bench --scale`: a standby, PgBouncer, two webs, two workers; the same cases; then the primary is killed.

Standard library only: it runs before anything is installed.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from bench.cluster import Pooler, Standby, kill, sql, wait_for_copy
from devstack import running
from devstack.benching import SERVERS, Measuring, bench
from devstack.places import ROOT, VAR
from devstack.processes import Server, free_port, wait_until
from devstack.say import Trouble, plain_os_error, say, step
from devstack.stack import interpreter
from devstack.stopping import Stop

BEFORE = 4.0
"""Seconds for which rows are written before the primary is killed."""
TWICE = ("one", "two")
STANDBY = "standby"


class Scaled(Measuring):
    """The servers of one measure, each of them twice where there may be two."""

    def __init__(self, home: Path, stop: Stop) -> None:
        super().__init__(home, stop)
        self.figures = VAR / "bench-scale.json"
        self.standby: Standby | None = None
        self.pooler: Pooler | None = None

    def serve(self, env: dict[str, str]) -> str:
        """The standby is copied once the dealership is filled: every commit from here on waits for it."""
        assert self.postgres
        with step("a standby, by pg_basebackup") as note, self.stop.held():
            self.standby = Standby(self.database_home / STANDBY, self.postgres, SERVERS)
            self.standby.start()
            self._guard(self.standby)
            wait_for_copy(self.postgres)
            note.append(f"127.0.0.1:{self.standby.port}, every commit waits for it")
        port, env = free_port(), {**env, **self._addresses()}
        with step("two webs at one port, two workers"):
            logs = [VAR / f"bench-web-{name}.log" for name in TWICE]
            for log in logs:
                self.start([*self.gunicorn(port), "--reuse-port"], env, log)
            for name in TWICE:
                worker = f"-m celery -A dms worker -l INFO -c 2 -n {name}@%h"
                self.start([interpreter(), *worker.split()], env, VAR / f"bench-worker-{name}.log")
            self.wait_for_web(port)
            wait_until(lambda: all(b"Listening at" in log.read_bytes() for log in logs), 60)
        return f"http://127.0.0.1:{port}"

    def _addresses(self) -> dict[str, str]:
        """By way of PgBouncer; without one libpq is told both servers, and takes the one that may be written."""
        assert self.postgres
        assert self.standby
        replica = {"DATABASE_REPLICA_URL": self.standby.url}
        hosts = f":{self.postgres.port},127.0.0.1:{self.standby.port}/"
        both = self.postgres.url.replace(f":{self.postgres.port}/", hosts)
        if Pooler.program() is None:
            say("  · PgBouncer is not installed (apt-get install pgbouncer): the webs go to the servers themselves")
            return {**replica, "DATABASE_URL": both}
        with step("PgBouncer in transaction mode"), self.stop.held():
            self.pooler = Pooler(self.database_home, self.postgres).start()
            self._guard(self.pooler)
        direct = f"{both}?target_session_attrs=read-write"
        return {**replica, "DATABASE_URL": self.pooler.url, "DMS_PGBOUNCER": "1", "DMS_DIRECT_DATABASE_URL": direct}

    def _guard(self, server: Server) -> None:
        if self.guard:
            self.guard.server(server)

    def measure(self, env: dict[str, str], url: str, told: argparse.Namespace) -> int:
        return super().measure(env, url, told) or self.lose_the_primary(env, url)

    def lose_the_primary(self, env: dict[str, str], url: str) -> int:
        """While eight clients write: what was answered must be there afterwards, and they go on without a new start of anything."""
        assert self.postgres
        assert self.standby
        reads = "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE query LIKE 'SELECT%FROM \"%'"
        say(f"  · the standby answered {sql(self.standby, reads)} long reads")
        after = {**env, "DATABASE_URL": self.standby.url}
        command = [interpreter(), "-m", "bench.failover", str(self.world), url]
        with subprocess.Popen(command, env=after, cwd=ROOT) as clients:
            time.sleep(BEFORE)
            began = time.monotonic()
            kill(self.postgres)
            self.standby.promote()
            if self.pooler:
                self.pooler.turn_to(self.standby)
            say(f"  · the primary is killed; the standby is the primary {time.monotonic() - began:.1f} s later")
            done = clients.wait(120)
        if done == 0:
            with step("what must hold still holds, at the new primary"):
                running.python(after, "prove", "-m", "bench.proof")
        return done

    def watched(self) -> list[str]:
        servers = (self.standby and self.standby.process, self.pooler and self.pooler.process)
        return [*super().watched(), *(str(process.pid) for process in servers if process)]

    def end(self, stop: Stop) -> None:
        stop.close()
        for program in self.programs:
            program.terminate()
        for server in (self.pooler, self.standby):
            if server:
                server.stop()
        super().end(stop)


def main() -> int:
    try:
        return bench(sys.argv[1:], Scaled)
    except Trouble as trouble:
        say(f"\n{trouble}")
    except OSError as error:
        say(f"\n{plain_os_error(error) or error}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
