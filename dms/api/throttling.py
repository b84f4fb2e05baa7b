"""How often one may call. A lost Redis lets everybody through: a limit is no reason to stand still."""

import logging
from typing import TYPE_CHECKING

from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from dms.models import User

if TYPE_CHECKING:
    from rest_framework.views import APIView

log = logging.getLogger(__name__)


class HouseThrottle(SimpleRateThrottle):
    """Calls of one person, or of one address that has not signed in."""

    scope = "house"
    rate = "1200/min"

    def get_cache_key(self, request: Request, view: "APIView") -> str:  # noqa: ARG002 - DRF's signature
        who = request.user.pk if isinstance(request.user, User) else request.META.get("REMOTE_ADDR", "")
        return f"throttle:{self.scope}:{who}"

    def allow_request(self, request: Request, view: "APIView") -> bool:
        try:
            return super().allow_request(request, view)
        except RedisError:
            log.warning("the cache is away: no throttling")
            return True


class SignInThrottle(HouseThrottle):
    """Attempts to get a key, from one address; wrong passwords lock the name long before."""

    scope = "sign-in"
    rate = "60/min"
