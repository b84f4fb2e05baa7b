"""Only what this launcher started is ever ended."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from devstack.guard import Guard
from devstack.processes import Roster, command_of, end, free_port, port_is_free, started, wait_until

SOON = [(signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)]


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as process:
        yield process
        process.kill()


def test_a_process_keeps_its_start_and_loses_it_when_it_ends(sleeper):
    start = started(sleeper.pid)
    assert start
    assert started(sleeper.pid) == start
    assert "sleep" in command_of(sleeper.pid)
    sleeper.kill()
    assert wait_until(lambda: started(sleeper.pid) is None, 5), "a zombie counts as ended"


def test_a_process_is_ended_when_pid_and_start_match(sleeper):
    assert end(sleeper.pid, started(sleeper.pid) or "", SOON)
    assert sleeper.wait(5) == -signal.SIGTERM


def test_a_stranger_with_the_pid_of_one_of_ours_is_left_alone(sleeper):
    assert end(sleeper.pid, "another boot/12345", SOON), "ours is gone"
    assert sleeper.poll() is None, "the stranger lives"


def test_the_roster_lists_only_those_that_are_still_the_same_process(tmp_path, sleeper):
    roster = Roster(tmp_path / "children.json")
    roster.add("web", sleeper.pid)
    roster.add("worker", 2**22 + 1)
    assert list(roster.living()) == ["web"]
    sleeper.kill()
    sleeper.wait()
    assert roster.living() == {}


@pytest.mark.parametrize("torn", ["", "{", "[]", '{"web": 1}', "null"])
def test_a_torn_roster_counts_as_empty(tmp_path, torn):
    path = tmp_path / "children.json"
    path.write_text(torn)
    assert Roster(path).living() == {}


def test_a_taken_port_is_seen_and_a_free_one_too():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert not port_is_free(taken.getsockname()[1])
    assert port_is_free(free_port())


LAUNCHER = """
import subprocess, sys, time
from pathlib import Path
from devstack.guard import Guard
guard = Guard()
child = subprocess.Popen(["sleep", "60"], start_new_session=True)
guard.child(child.pid)
guard.rubbish(Path(sys.argv[1]))
print(child.pid, flush=True)
time.sleep(60)
"""


def test_when_the_launcher_is_killed_its_children_follow_and_its_rubbish_goes(tmp_path):
    rubbish = tmp_path / "databases"
    rubbish.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, str(rubbish)], stdout=subprocess.PIPE, text=True
    ) as launcher:
        assert launcher.stdout
        child = int(launcher.stdout.readline())
        assert started(child)
        launcher.kill()
    assert wait_until(lambda: started(child) is None, 10)
    assert wait_until(lambda: not rubbish.exists(), 5)


def test_a_dismissed_guard_touches_nothing(tmp_path, sleeper):
    guard = Guard()
    guard.child(sleeper.pid)
    guard.rubbish(Path(tmp_path))
    guard.dismiss()
    time.sleep(0.2)
    assert sleeper.poll() is None
    assert tmp_path.exists()


def test_a_guard_that_was_killed_itself_does_not_stop_the_launcher(sleeper):
    guard = Guard()
    os.kill(guard.pid, signal.SIGKILL)
    assert wait_until(lambda: started(guard.pid) is None, 5)
    guard.child(sleeper.pid)
    guard.dismiss()
