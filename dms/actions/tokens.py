"""Keys to the API: given out once, kept only as a hash, revocable."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from dms import events
from dms.models import ApiToken, User

LONGEST_DAYS = 365
USUAL_DAYS = 90


@transaction.atomic
def create_token(user: User, *, by: User, name: str = "", days: int = USUAL_DAYS) -> tuple[ApiToken, str]:
    """Give a person a key. The key itself is returned here and never again: the database knows its hash."""
    key = ApiToken.new_key()
    expires_at = timezone.now() + timedelta(days=min(max(days, 1), LONGEST_DAYS))
    token = ApiToken.objects.create(user=user, name=name, digest=ApiToken.digest_of(key), expires_at=expires_at)
    events.record("token.created", token, by=by, data={"name": name, "expires_at": expires_at})
    return token, key


@transaction.atomic
def revoke_token(token: ApiToken, *, by: User) -> ApiToken:
    """End a key at once. Revoking it again changes nothing."""
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        events.record("token.revoked", token, by=by)
    return token
