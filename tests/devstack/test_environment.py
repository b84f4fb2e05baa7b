"""An environment counts as made only when its stamp says so."""

import json
import subprocess
import sys

import pytest

from devstack import environment, places, say
from devstack.environment import Environment
from devstack.say import Trouble


@pytest.fixture
def made(tmp_path):
    """An environment as `make run` leaves it, without the packages."""
    place = tmp_path / "venv"
    environment.create(environment.base_python(), place)
    ready = Environment(place, "runtime", "local")
    ready._finish()
    return ready


def test_what_was_finished_is_current(made):
    assert made.is_current()


def test_what_was_broken_off_before_the_stamp_is_not(made):
    made.stamp.unlink()
    assert not made.is_current()


@pytest.mark.parametrize("torn", ["", "{", "[]", "null"])
def test_a_torn_stamp_counts_as_none(made, torn):
    made.stamp.write_text(torn)
    assert not made.is_current()


@pytest.mark.parametrize(("key", "value"), [("local", "0" * 64), ("place", "/elsewhere"), ("python", "3.9")])
def test_another_lock_place_or_python_asks_for_a_new_one(made, key, value):
    made.stamp.write_text(json.dumps({**made.read(), key: value}))
    assert not made.is_current()


def test_an_environment_whose_python_is_gone_is_not_current(made):
    made.python.unlink()
    assert not made.is_current()


def test_an_environment_for_tests_serves_a_run_but_not_the_other_way(made):
    assert Environment(made.place, "runtime").is_current()
    assert not Environment(made.place, "runtime", "local", "dev").is_current()


def test_plain_pytest_finds_the_repository(made):
    found = subprocess.check_output(
        [made.python, "-c", "import devstack; print(devstack.__file__)"], text=True, cwd="/"
    )
    assert found.startswith(str(places.ROOT))


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ("error: Failed to fetch: dns error: failed to lookup address information", "No network"),
        ("WARNING: Retrying: NewConnectionError: Temporary failure in name resolution", "No network"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("Hash mismatch for `django==5.2`", "not the one in the lock"),
    ],
)
def test_what_a_second_try_would_not_heal_is_named(told, sentence):
    with pytest.raises(Trouble, match=sentence):
        environment.give_up_if_named(told)


def test_any_other_failure_may_be_tried_in_another_way():
    environment.give_up_if_named("error: no wheel for this platform")


def test_a_python_without_venv_is_named_with_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "venv.py").write_text("raise ImportError('no venv here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(Trouble, match="install its venv module"):
        environment.create(environment.base_python(), tmp_path / "new")


def test_a_full_disk_is_named_before_the_work_begins(tmp_path):
    with pytest.raises(Trouble, match="The disk is full"):
        say.require_space(tmp_path, 10**9)


def test_a_full_disk_met_on_the_way_is_one_sentence():
    assert "disk is full" in (say.plain_os_error(OSError(28, "No space left", "/var/x")) or "")
    assert say.plain_os_error(OSError(2, "No such file")) is None


def test_caches_move_into_the_checkout_when_home_cannot_be_written(monkeypatch, tmp_path):
    monkeypatch.setattr(places, "VAR", tmp_path)
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.delenv("UV_CACHE_DIR", raising=False)
    assert places.cache_environment()["UV_CACHE_DIR"] == str(tmp_path / "cache" / "uv")


def test_an_old_python_gets_the_sentence_and_no_traceback():
    """The entry must read without new syntax: compile it as 3.7 would, and look at the order of its lines."""
    source = (places.ROOT / "devstack" / "__main__.py").read_text()
    compile(source, "__main__.py", "exec", dont_inherit=True)
    assert source.index("sys.version_info") < source.index("from devstack")
    assert 'f"' not in source
    assert "__future__" not in source
    assert sys.version_info >= environment.OLDEST
