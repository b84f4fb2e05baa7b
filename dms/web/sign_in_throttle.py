"""How many may try a password: from one address, everywhere together, and at one moment in one process.

To compare a password costs most of a second on purpose. Without a limit a few clients would leave no thread for the pages of
those who are signed in.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from dms.core.refusals import Refusal

WINDOW = 60
at_once = BoundedSemaphore(settings.SIGN_INS_AT_ONCE)


class TooManySignIns(Refusal):
    """Nobody was asked for: the password was not looked at."""

    code = "throttled"


def too_many() -> TooManySignIns:
    return TooManySignIns(_("Too many are signing in at this moment. Wait a little and try again."))


@contextmanager
def one_attempt(address: str) -> Iterator[None]:
    """Around the comparing of one password.

    :raises TooManySignIns: at once: who waited here would hold a thread.
    """
    limits = (f"from:{address}", settings.SIGN_INS_OF_AN_ADDRESS), ("all", settings.SIGN_INS_OF_ALL)
    for whose, limit in limits:  # what one address has too many of does not count against all
        if count(whose) > limit:
            raise too_many()
    if not at_once.acquire(blocking=False):
        raise too_many()
    try:
        yield
    finally:
        at_once.release()


def count(whose: str) -> int:
    """One more in this minute. A lost Redis counts nothing and lets everybody through, at so many at once."""
    key = f"sign-in:{whose}:{int(time.time()) // WINDOW}"
    # Longer than its minute: a counter that ends within it would begin anew.
    cache.add(key, 0, 2 * WINDOW)
    try:
        return cache.incr(key) or 0
    except ValueError:
        return 0
