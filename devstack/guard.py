"""Ends the children of a launcher that was killed.

The launcher holds the other end of a pipe and writes a line for each child. When the pipe closes without a last
"bye", the launcher is gone without having cleaned up (SIGKILL, closed laptop lid, out of memory): then the guard
does it. It works wherever there are pipes, and ends only processes whose pid and start both match.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from devstack.processes import Server, end, started


class Guard:
    """The launcher's end: tell it each child, dismiss it when everything has been stopped in order."""

    def __init__(self) -> None:
        root = str(Path(__file__).resolve().parent.parent)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "devstack.guard"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd=root,
            env={**os.environ, "PYTHONPATH": root},
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def child(self, pid: int, *, first: signal.Signals = signal.SIGTERM, group: bool = False) -> None:
        self._tell({"pid": pid, "start": started(pid), "first": int(first), "group": group})

    def server(self, server: Server, *, first: signal.Signals | None = None) -> None:
        """One of the servers; it goes by the first of its own ways."""
        if server.process:
            self.child(server.process.pid, first=first or server.GOING[0][0])

    def rubbish(self, path: Path) -> None:
        """A directory to remove once the children are gone."""
        self._tell({"remove": str(path)})

    def dismiss(self) -> None:
        self._tell("bye")
        with suppress(BrokenPipeError):
            self._process.communicate(timeout=5)

    def _tell(self, what: object) -> None:
        """A guard that was killed itself hears nothing; the next run clears up then."""
        with suppress(BrokenPipeError):
            if self._process.stdin and self._process.poll() is None:
                self._process.stdin.write(json.dumps(what).encode() + b"\n")
                self._process.stdin.flush()


def watch() -> None:
    """The guard's end: listen until the launcher says bye or is gone."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    children: list[dict[str, int | str | bool]] = []
    rubbish: list[str] = []
    for line in sys.stdin:
        told = json.loads(line)
        if told == "bye":
            return
        if "remove" in told:
            rubbish.append(told["remove"])
        else:
            children.append(told)
    for child in reversed(children):  # the last started leans on those before it
        ways = [(signal.Signals(int(child["first"])), 5.0), (signal.SIGKILL, 5.0)]
        end(int(child["pid"]), str(child["start"]), ways, group=bool(child["group"]))
    for path in rubbish:
        shutil.rmtree(path, ignore_errors=True)


if __name__ == "__main__":
    watch()
