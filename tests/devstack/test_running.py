"""The launcher's words for what is not as it should be, and its ways around."""

import socket
import subprocess
import sys

import pytest

from devstack import checking, chromium, running, stack
from devstack.places import ROOT
from devstack.pytest_services import redis_url_for
from devstack.say import Trouble


def test_a_taken_port_is_named_with_the_command_that_helps():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Trouble, match=f"Port {port} is taken.*PORT={port + 1} make run"):
            running.require_port(port)


@pytest.mark.parametrize("told", ["", "http", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(monkeypatch, told):
    monkeypatch.setenv("PORT", told)
    with pytest.raises(Trouble, match="is not a port"):
        running.wanted_port()


def test_an_unknown_command_says_which_there_are():
    answer = subprocess.run(
        [sys.executable, "-m", "devstack", "fly"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr


def test_how_a_child_ended_is_told_by_signal_or_code():
    assert stack.how(-9) == "was ended by SIGKILL"
    assert stack.how(3) == "ended with exit code 3"


def test_a_command_is_not_repeated_while_its_inputs_stay_and_what_it_made_is_there(tmp_path, monkeypatch):
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(running, "VAR", tmp_path)
    monkeypatch.setattr(running, "python", lambda _env, *command: calls.append(command))
    source, made = tmp_path / "a.css", tmp_path / "made"
    source.write_text("a")
    made.write_text("")

    def times() -> int:
        running.once("static files", [source], [made], {}, "collectstatic")
        return len(calls)

    assert [times(), times()] == [1, 1]
    source.write_text("ab")
    assert [times(), times()] == [2, 2]
    made.unlink()
    assert times() == 3


def test_every_xdist_worker_has_a_redis_number_of_its_own():
    assert redis_url_for("gw0", "redis://:pw@127.0.0.1:1/0") == "redis://:pw@127.0.0.1:1/1"
    assert redis_url_for("gw1", "redis://127.0.0.1:6379") == "redis://127.0.0.1:6379/2"
    assert redis_url_for("gw1", "redis://127.0.0.1:6379/") == "redis://127.0.0.1:6379/2"


def test_the_browser_named_by_hand_is_taken_and_a_wrong_name_is_not_covered_up(tmp_path, monkeypatch):
    browser = tmp_path / "browser"
    browser.write_text("#!/bin/sh\necho Chromium 1\n")
    browser.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(browser))
    assert chromium.find() == str(browser)
    browser.write_text("#!/bin/sh\necho 'install the snap' >&2; exit 10\n")
    assert chromium.find() is None
    with pytest.raises(Trouble, match="does not start"):
        chromium.ensure()


def test_the_first_browser_on_the_path_that_starts_is_taken(tmp_path, monkeypatch):
    for name, code in (("chromium", 1), ("chromium-browser", 0)):
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {code}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium.find() == str(tmp_path / "chromium-browser")
    (tmp_path / "chromium-headless-shell").symlink_to(tmp_path / "chromium-browser")
    assert chromium.find() == str(tmp_path / "chromium-headless-shell")


def test_pytests_closing_line_is_the_last_of_ours(capsys):
    outcomes = [checking.Outcome("lint", False, 1.0), checking.Outcome("pytest", True, 2.0, "== 3 passed in 2.00s ==")]
    assert checking.summary(outcomes, 3.0) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "1 of 2 steps passed" in lines[-2]
    assert "3 passed in 2.00s" in lines[-1]


def test_a_run_without_failures_ends_well(capsys):
    assert checking.summary([checking.Outcome("pytest", True, 2.0, "1 passed")], 3.0) == 0
    assert "1 passed" in capsys.readouterr().out


@pytest.mark.parametrize(("words", "code"), [(["services", "--help"], 0), (["run", "--port", "3"], 2)])
def test_a_command_that_takes_nothing_starts_nothing_for_words_behind_it(words, code):
    answer = subprocess.run(
        [sys.executable, "-m", "devstack", *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=20
    )
    assert answer.returncode == code
    assert "usage:" in answer.stdout + answer.stderr
