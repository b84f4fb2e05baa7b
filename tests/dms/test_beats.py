"""Of several beats one beats: the others wait for its lock, and take over when it is lost."""

from collections.abc import Callable
from pathlib import Path

import redis
from django.conf import settings

from tests.dms import stack

LOCK = "redbeat::lock"
QUICK = ("--pidfile=", "-l", "INFO", "-S", "redbeat.RedBeatScheduler", "--max-interval", "1")
"""As in docker-compose.yml, but that a lost beat is missed for five seconds and not for twenty-five."""


def says(folder: Path, words: str) -> Callable[[], bool]:
    return lambda: words in (folder / "celery-beat.log").read_text()


def test_the_second_of_two_beats_waits_and_takes_over_when_the_first_is_killed(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    lock = redis.Redis.from_url(settings.REDIS_URL)
    with stack.celery("beat", *QUICK, var=first, DMS_LOG_LEVEL="INFO") as beat:
        assert stack.wait_until(says(first, "Sending due task"), 90)
        holder = lock.get(LOCK)
        with stack.celery("beat", *QUICK, var=second, DMS_LOG_LEVEL="INFO"):
            assert stack.wait_until(says(second, "Starting"), 90)
            assert not stack.wait_until(says(second, "Acquired lock"), 6), "longer than a lock that nobody prolongs"
            assert lock.get(LOCK) == holder
            stack.kill_group(beat)
            assert stack.wait_until(says(second, "Sending due task"), 60)
            assert lock.get(LOCK) not in {holder, None}
    lock.close()
