"""Being asked to stop: Ctrl-C, SIGTERM and a closed terminal mean the same, and the second time means at once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stopped(BaseException):
    """Somebody asked the launcher to stop; not an Exception, so that nothing takes it for a failure."""


class Stop:
    """Listens for the signals. The first raises Stopped where the launcher is; later ones only make it hurry."""

    def __init__(self) -> None:
        self.times = 0
        self.hurry = False
        self._held = False
        self._closing = False

    def listen(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked)

    def close(self) -> None:
        """From now on everything is being stopped: asking again only makes it hurry."""
        self._closing = True

    @contextmanager
    def held(self) -> Iterator[None]:
        """No stopping between making a child and writing it down; it follows right after."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self.times:
            raise Stopped

    def _asked(self, _number: int, _frame: FrameType | None) -> None:
        self.times += 1
        self.hurry = self._closing or self.times > 1
        if self.times == 1 and not self._held and not self._closing:
            raise Stopped
