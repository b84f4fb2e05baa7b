"""Wake a worker after the commit. Redis is only the bell: the work itself is a row, so a lost ring costs time, not work."""

import logging
import time
from functools import partial

from django.db import connection, transaction

from dms.celery import app
from dms.core.redis_connection import PatientConnection

log = logging.getLogger(__name__)

QUIET_SECONDS = 15.0
"""After a failed ring nobody rings for so long: the acts of a busy day must not each wait for a dead broker."""


class TaskNudge:
    """Rings for the workers, and keeps silent for a while when nobody can be reached."""

    def __init__(self) -> None:
        self.silent_until = 0.0

    def ring(self, task: str, *args: object) -> bool:
        """Send the task's name to the broker; a broker that is away is logged, never raised."""
        if time.monotonic() < max(self.silent_until, PatientConnection.away_until):  # one Redis is bell and cache
            return False
        try:
            app.send_task(task, args=args, retry=False, ignore_result=True, expires=300)
        except Exception as error:  # whatever the transport throws: the sweeper finds the row
            self.silent_until = time.monotonic() + QUIET_SECONDS
            PatientConnection.be_patient()
            log.warning("the broker is away (%s); the sweeper will find the work", error)
            return False
        return True


bell = TaskNudge()


def send_on_commit(task: str, *args: object) -> None:
    """Ring once the caller's transaction is committed; however often it asks, one ring for the same task and arguments."""
    ring = partial(bell.ring, task, *args)
    waiting = (entry[1] for entry in connection.run_on_commit)
    if not any(isinstance(item, partial) and (item.func, item.args) == (ring.func, ring.args) for item in waiting):
        transaction.on_commit(ring)
