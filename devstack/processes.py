"""Which process is ours. A pid alone proves nothing: it is used again, so it is kept with the start of its process."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar


def started(pid: int) -> str | None:
    """A word that is the same as long as this pid is the same living process; None when there is none."""
    try:
        line = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        if Path("/proc/self/stat").exists():
            return None
        return _started_by_ps(pid)
    except (ProcessLookupError, PermissionError):
        return None
    fields = line.rpartition(")")[2].split()
    if fields[0] in "ZX":
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return f"{boot}/{fields[19]}"


def _started_by_ps(pid: int) -> str | None:
    answer = quietly(["ps", "-o", "stat=,lstart=", "-p", str(pid)])
    state, _, start = answer.stdout.strip().partition(" ")
    return start.strip() if start and not state.startswith("Z") else None


def command_of(pid: int) -> str:
    """The command line of a process, empty when it has gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return quietly(["ps", "-ww", "-o", "command=", "-p", str(pid)]).stdout.strip()


def quietly(command: Sequence[str | Path], **place: Any) -> subprocess.CompletedProcess[str]:
    """Run it to its end, and keep what it says."""
    return subprocess.run(command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL, **place)


def wait_until(true: Callable[[], bool], seconds: float, every: float = 0.02) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True


def end(pid: int, start: str, signals: list[tuple[signal.Signals, float]], *, group: bool = False) -> bool:
    """Send the signals in turn until the process is gone; never to a process that merely has the same pid."""
    for number, patience in signals:
        if started(pid) != start:
            return True
        try:
            if group and os.getpgid(pid) == pid:
                os.killpg(pid, number)
            else:
                os.kill(pid, number)
        except ProcessLookupError:
            return True
        if wait_until(lambda: started(pid) != start, patience):
            return True
    return started(pid) != start


def terminate(processes: Iterable[subprocess.Popen[Any]]) -> None:
    """End children of our own: all are asked at once, and who has not gone in time is ended."""
    asked = list(processes)
    for process in asked:
        process.terminate()
    for process in asked:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


class Server:
    """A child that serves at a port of this machine, and goes by its own ways, each harder than the one before."""

    GOING: ClassVar[list[tuple[signal.Signals, float]]] = [(signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)]
    port = 0
    process: subprocess.Popen[bytes] | None = None

    def stop(self) -> None:
        for number, patience in self.GOING:
            if self.process is None or self.process.poll() is not None:
                return
            self.process.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)


class Roster:
    """The children of a run, written down so that the next run finds those which a crash left behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, tuple[int, str]]:
        try:
            return {name: (int(pid), str(start)) for name, (pid, start) in json.loads(self.path.read_text()).items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def add(self, name: str, pid: int) -> None:
        self._write({**self.read(), name: (pid, started(pid) or "")})

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)

    def living(self) -> dict[str, tuple[int, str]]:
        return {name: (pid, start) for name, (pid, start) in self.read().items() if start and started(pid) == start}

    def _write(self, rows: dict[str, tuple[int, str]]) -> None:
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(rows))
        new.replace(self.path)


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
