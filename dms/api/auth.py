"""Keys and sessions: a program comes with ``Authorization: Token …``, the browsable page with the session of the browser."""

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from dms.actions import people
from dms.models import ApiToken, User
from dms.web import who_asks

KEYWORD = "Token"
REALM = f'{KEYWORD} realm="api"'


class TokenAuthentication(authentication.BaseAuthentication):
    """The key's hash is looked up; a revoked or expired key, or one of a person who left, opens nothing."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        parts = authentication.get_authorization_header(request).split()
        if not parts or parts[0].lower() != KEYWORD.lower().encode():
            return None
        if len(parts) != 2:
            raise AuthenticationFailed(_("Write “Authorization: Token <key>”."), code="token_malformed")
        # Latin-1 reads any bytes: a key of strange ones is simply unknown.
        return self.recognise(parts[1].decode("latin-1"))

    def recognise(self, text: str) -> tuple[User, ApiToken]:
        digest, now = ApiToken.digest_of(text), timezone.now()
        key = who_asks.find_key(digest)
        token = key.token() if key else None
        # One answer to all three: which keys there are, or were, is nobody's business.
        if token is None or not token.is_live(at=now) or not token.user.is_active:
            raise AuthenticationFailed(_("This key is unknown, revoked or expired."), code="token_invalid")
        if people.note_token_use(token, at=now):
            who_asks.memory.note_use(digest, at=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return REALM


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session, with its CSRF check on every writing method."""
