"""Sessions in Redis and Postgres, as Django keeps them: to load one also tells what was announced about people.

Idle ones end after some hours; one that is used all day ends too, some hours after its sign-in, for pages and the API alike: a
stolen cookie must not live on by being used.
"""

import time

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends import cached_db
from django.dispatch import receiver
from django.http import HttpRequest

from dms.web import who_asks

BEGAN = "began"


class SessionStore(cached_db.SessionStore):
    """Django names the model of the rows and the keys of the cache by the class it finds here: both are Django's own."""

    def load(self) -> dict[str, object]:
        session = who_asks.cached_session(self.cache_key)
        loaded = session if isinstance(session, dict) else super().load()
        return {} if is_over(loaded) else loaded


def is_over(session: dict[str, object]) -> bool:
    """Whether the sign-in was too long ago; of one that does not say when it was, nobody knows."""
    began = session.get(BEGAN)
    age = time.time() - began if isinstance(began, int | float) else float("inf")
    return SESSION_KEY in session and age >= settings.SESSION_LONGEST


@receiver(user_logged_in, dispatch_uid="dms.session_begins")
def begins(request: HttpRequest, **_signal: object) -> None:
    if hasattr(request, "session"):
        request.session[BEGAN] = time.time()
