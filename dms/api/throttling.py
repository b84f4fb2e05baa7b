"""How often one may call. A lost Redis lets everybody through: a limit is no reason to stand still."""

import time
from typing import TYPE_CHECKING

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from dms.models import User

if TYPE_CHECKING:
    from rest_framework.views import APIView

WINDOW = 60


class ApiThrottle(BaseThrottle):
    """Calls of one person in a minute, or of one address that has not signed in."""

    scope = "api"
    per_minute = 1200

    def allow_request(self, request: Request, view: "APIView") -> bool:
        return self.count(request) <= self.per_minute

    def count(self, request: Request) -> int:
        """One more call in this minute. Of two first ones at once one is forgotten: that harms nobody.

        A lost Redis counts nothing (``IGNORE_EXCEPTIONS``) and so lets everybody through.
        """
        who = request.user.pk if isinstance(request.user, User) else request.META.get("REMOTE_ADDR", "")
        key = f"throttle:{self.scope}:{who}:{int(time.time()) // WINDOW}"
        try:
            return cache.incr(key) or 0
        except ValueError:
            cache.set(key, 1, 2 * WINDOW)
            return 1

    def wait(self) -> float:
        return WINDOW - time.time() % WINDOW
