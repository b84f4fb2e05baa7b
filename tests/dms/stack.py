"""Real processes against the test database: forked senders to kill by the dozen, and whole Celery workers and beats.

The tests that use them run on real connections (``transaction=True``), so that the processes see each other's rows.
"""

import itertools
import os
import signal
import socket
import subprocess
import sys
import time
import traceback
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import connection, connections

from dms.background.task_nudge import bell


def fork(work: Callable[..., object], *args: object) -> int:
    """Run the function in a child process with a connection of its own; returns its pid.

    Closing before the fork is not enough: where playwright's loop runs, Django keeps the test's connection apart from
    one opened earlier, and only the earlier one is what the child finds.
    """
    connections.close_all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python 3.12 warns of forking beside threads
        pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        bell.silent_until = float("inf")  # the parent's connections, to the broker and to the database, are not ours
        for alias in connections:
            with suppress(AttributeError):
                del connections[alias]
        work(*args)
        code = 0
    except BaseException:
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)


def struck(work: Callable[[], object], *, statement: int, seconds: float) -> None:
    """For a child: the work, killed by the kernel so many seconds after its n-th statement to the database has begun.

    The blow is counted in statements and not in seconds since the start, so it falls on work in progress however fast the
    machine is. Nothing in Python hears of it: SIGALRM keeps its default action, which ends a process as SIGKILL does.
    """
    begun = itertools.count(1)

    def count(execute: Callable[..., object], *call: object) -> object:
        if next(begun) == statement:
            signal.setitimer(signal.ITIMER_REAL, seconds)
        return execute(*call)

    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    with connection.execute_wrapper(count):
        work()


def was_killed(pid: int) -> bool:
    """Wait for a child: did it die at its work?"""
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def ended_well(pid: int) -> bool:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def wait_until(condition: Callable[[], object], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())


def database_url() -> str:
    db = connection.settings_dict
    return f"postgresql://{db['USER']}:{db['PASSWORD']}@{db['HOST']}:{db['PORT']}/{db['NAME']}"


@contextmanager
def celery(*args: str, var: Path, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """``celery("worker", "-c", "1", var=tmp_path)``: a real process on the test database; killed at the end, if still there."""
    command = ["celery", "-A", "dms", *args]
    with program(f"celery-{args[0]}", *command, var=var, **variables) as process:
        yield process


@contextmanager
def web(name: str, *, var: Path, **variables: str) -> Iterator[str]:
    """A web server with one process of its own, as in production; its address. It answers when it is given out."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = ["gunicorn", "dms.wsgi", "--bind", address, "--no-control-socket", "--worker-class", "gthread"]
    with program(name, *command, "--threads", "2", var=var, **variables) as process:
        assert wait_until(lambda: process.poll() is not None or answers(address), 60)
        yield f"http://{address}"


def answers(address: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"http://{address}/healthz", timeout=5) as answer:
        return bool(answer.status == 200)
    return False


@contextmanager
def program(name: str, *command: str, var: Path, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """A module of Python on the test database and Redis, with a log of its name; killed at the end with all it started."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.dms.stack_settings",
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "DMS_VAR": str(var),
        "DMS_LOG_LEVEL": "WARNING",
        **variables,
    }
    with (var / f"{name}.log").open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=settings.BASE_DIR,
            env=environment,
            start_new_session=True,
            stdout=output,
            stderr=output,
        )
    try:
        yield process
    finally:
        kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the process and everything it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def closing(work: Callable[..., object]) -> Callable[..., None]:
    """For a thread: the function, and its connection closed afterwards."""

    def run(*args: object) -> None:
        try:
            work(*args)
        finally:
            connection.close()

    return run
