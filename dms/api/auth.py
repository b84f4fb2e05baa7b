"""Keys and sessions: a program comes with ``Authorization: Token …``, the browsable page with the session of the browser."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from dms.models import ApiToken, User

KEYWORD = "Token"
REALM = f'{KEYWORD} realm="api"'
USE_IS_NOTED_EVERY = timedelta(minutes=1)


class TokenAuthentication(authentication.BaseAuthentication):
    """The key's hash is looked up; a revoked or expired key, or one of a person who left, opens nothing."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        parts = authentication.get_authorization_header(request).split()
        if not parts or parts[0].lower() != KEYWORD.lower().encode():
            return None
        if len(parts) != 2:
            raise AuthenticationFailed(_("Write “Authorization: Token <key>”."), code="token_malformed")
        return self.recognise(parts[1].decode("latin-1"))

    def recognise(self, key: str) -> tuple[User, ApiToken]:
        rows = ApiToken.objects.with_roles().order_by()
        token, now = rows.filter(digest=ApiToken.digest_of(key)).first(), timezone.now()
        if token is None or not token.is_live(at=now) or not token.user.is_active:
            raise AuthenticationFailed(_("This key is unknown, revoked or expired."), code="token_invalid")
        if token.last_used_at is None or now - token.last_used_at >= USE_IS_NOTED_EVERY:
            stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - USE_IS_NOTED_EVERY)
            ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
        token.user.held_groups = token.held_groups
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return REALM


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session, with its CSRF check on every writing method."""
