"""A connection to Redis that does not ask again at once when Redis did not answer."""

import time

from redis import Connection
from redis.exceptions import ConnectionError as RedisIsAway
from redis.exceptions import TimeoutError as RedisHangs


class PatientConnection(Connection):
    """After a failure nobody asks for a while: of all requests one waits for a Redis that hangs, the others go to the rows.

    When the while is over one asks again, and the others go on without until it has its answer.
    """

    QUIET_SECONDS = 15.0
    away_until = 0.0
    asks_for_all = False

    def connect(self) -> None:
        """Called before each use, also of a connection that stands."""
        if PatientConnection.away_until and not self.asks_for_all:
            if time.monotonic() < PatientConnection.away_until:
                raise RedisIsAway("Redis did not answer a moment ago.")
            # One tries for everybody: if all threads tried, all of them would hang.
            self.asks_for_all = True
            self.be_patient()
        try:
            super().connect()  # type: ignore[no-untyped-call] # redis-py's own
        except (RedisIsAway, RedisHangs):
            self.be_patient()
            raise

    def read_response(self, *args: object, **options: object) -> object:
        try:
            response: object = super().read_response(*args, **options)
        except RedisHangs:
            self.be_patient()
            raise
        if self.asks_for_all:
            self.asks_for_all, PatientConnection.away_until = False, 0.0
        return response

    @classmethod
    def be_patient(cls) -> None:
        cls.away_until = time.monotonic() + cls.QUIET_SECONDS
