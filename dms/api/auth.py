"""Keys and sessions: a program comes with ``Authorization: Token …``, the browsable page with the session of the browser."""

from functools import cache

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from dms.actions import people
from dms.models import ApiToken, User
from dms.models.people import ApiTokenQuerySet

KEYWORD = "Token"
REALM = f'{KEYWORD} realm="api"'


@cache
def tokens_with_roles() -> ApiTokenQuerySet:
    """Put together once, as ``dms.web.backends.people_with_roles``."""
    return ApiToken.objects.with_roles().order_by()


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
        token, now = tokens_with_roles().filter(digest=ApiToken.digest_of(key)).first(), timezone.now()
        if token is None or not token.is_live(at=now) or not token.user.is_active:
            raise AuthenticationFailed(_("This key is unknown, revoked or expired."), code="token_invalid")
        people.note_token_use(token, at=now)
        token.user.held_groups, token.user.held_rights = token.held_groups, token.held_rights
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return REALM


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session, with its CSRF check on every writing method."""
