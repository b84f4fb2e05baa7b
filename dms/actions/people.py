"""Acts about people: their profile and password, absences and their deputies, unlocking a sign-in, keys to the API."""

from datetime import date, datetime, timedelta

from axes.models import AccessAttempt
from axes.utils import reset
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from dms.actions import reveals
from dms.actions.handing_over import hand_over_work
from dms.core.refusals import NotYours, Refusal
from dms.models import Absence, ApiToken, User
from dms.records import events
from dms.records.constraint_errors import refusing
from dms.records.open_work import Shares
from dms.records.own_events import (
    ABSENCE_CHANGED,
    ABSENCE_PLANNED,
    ABSENCE_REMOVED,
    TOKEN_CREATED,
    TOKEN_REVOKED,
    USER_PASSWORD_CHANGED,
    USER_PHONE_REVEALED,
    USER_PROFILE_CHANGED,
    USER_UNLOCKED,
)

# A quarter when nothing is said, about a year at most: a key that was forgotten ends by itself.
TOKEN_DAYS = 90
TOKEN_DAYS_LIMIT = 366
TOKEN_USE_IS_NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def change_profile(user: User, *, by: User, **facts: object) -> User:
    """What people say of themselves: phone, usual deputy, language, appearance. The log names what changed.

    :raises Refusal: when somebody would stand in for themselves.
    """
    # Compared with the row as it is now: an administrator may have changed it since the form was opened.
    user = User.objects.lock(user)
    changed = sorted(name for name, value in facts.items() if getattr(user, name) != value)
    if not changed:
        return user
    if facts.get("deputy") == user:
        raise Refusal(_("Nobody is their own deputy."), code="user_is_not_own_deputy")
    for name in changed:
        setattr(user, name, facts[name])
    user.save(update_fields=changed)
    data = {"fields": changed, **({"deputy": str(user.deputy or "")} if "deputy" in changed else {})}
    events.record(USER_PROFILE_CHANGED, user, by=by, store=user.stores.first(), data=data)
    return user


@transaction.atomic
def change_password(user: User, *, password: str, by: User) -> None:
    """Another password from now on; sessions that were opened with the old one end, and so do the keys to the API."""
    user.set_password(password)
    user.save(update_fields=["password"])
    events.record(USER_PASSWORD_CHANGED, user, by=by)
    # A key outlives the session: left alone it would stay open to whoever knew the old password.
    revoke_tokens(user, by=by)


@transaction.atomic
def revoke_tokens(user: User, *, by: User) -> None:
    """None of the person's keys opens anything any more: who knew the old password may have made one."""
    for token in ApiToken.objects.filter(user=user, revoked_at__isnull=True, expires_at__gt=timezone.now()):
        revoke_token(token, by=by)


@transaction.atomic
def plan_absence(
    user: User,
    *,
    kind: str,
    first_day: date,
    last_day: date,
    by: User,
    deputy: User | None = None,
    note: str = "",
    shares: Shares | None = None,
) -> Absence:
    """Somebody will be away: from the first day on their due work goes to the deputy (the usual one when none is named).

    What falls into these days and cannot wait for them goes to those named in ``shares``, for good.
    """
    _hold(user, by=by)
    absence = Absence(user=user, kind=kind, first_day=first_day, last_day=last_day, deputy=deputy, note=note)
    _store(absence)
    events.record(ABSENCE_PLANNED, absence, by=by, store=user.stores.first(), data=_facts(absence))
    if shares:
        hand_over_work(user, shares=shares, reason=str(absence), by=by, days=(first_day, last_day))
    return absence


@transaction.atomic
def change_absence(absence: Absence, *, by: User, reason: str = "", **changes: object) -> Absence:
    """The days, the kind or the deputy are others now; the event keeps what they were and why."""
    # Two planners change one absence: “before” in the log is what the other wrote, not what a page showed.
    absence = Absence.objects.lock(absence)
    before = _facts(absence)
    for field in ("user", "kind", "first_day", "last_day", "deputy", "note"):
        if field in changes:
            setattr(absence, field, changes[field])
    _hold(absence.user, by=by)
    _store(absence)
    data = {"before": before, "after": _facts(absence), "reason": reason}
    events.record(ABSENCE_CHANGED, absence, by=by, store=absence.user.stores.first(), data=data)
    return absence


@transaction.atomic
def remove_absence(absence: Absence, *, reason: str, by: User) -> Absence:
    """The person is here after all: the absence goes, the event says why."""
    # The absence before its person, as changing takes them.
    absence = Absence.objects.lock(absence)
    _hold(absence.user, by=by)
    if not reason.strip():
        raise Refusal(_("Say why the absence is removed."), code="reason_missing")
    data = {**_facts(absence), "reason": reason.strip()}
    events.record(ABSENCE_REMOVED, absence, by=by, store=absence.user.stores.first(), data=data)
    absence.delete()
    return absence


def _hold(user: User, *, by: User) -> None:
    """Lock the person, so that two planners do not plan the same days; refuse those of other stores."""
    # Overlaps are looked for later: what another planner has not committed yet nobody would see.
    User.objects.lock(user)
    refuse_foreign(user, by=by)


def refuse_foreign(user: User, *, by: User) -> None:
    """:raises NotYours: when the colleague works in none of the stores of this person."""
    if by.sees_all_stores:
        return
    # of the rows of a list the stores were fetched with them, and nothing is asked again
    shared = {store.pk for store in user.stores.all()} & set(by.store_ids)
    if not shared and not User.objects.visible_to(by).filter(pk=user.pk).exists():
        raise NotYours(_("%(name)s works in another store.") % {"name": user})


def _store(absence: Absence) -> None:
    """Refuse what cannot be, find the deputy, save."""
    if absence.last_day < absence.first_day:
        raise Refusal(_("The last day must not be before the first day."), code="absence_days")
    clash = _days(absence, absence.user).exclude(pk=absence.pk).first()
    if clash is not None:
        raise Refusal(_overlap(clash), code="absence_overlap")
    if absence.deputy is None:
        absence.deputy = _usual_deputy(absence)
    elif absence.deputy == absence.user:
        raise Refusal(_("Choose a deputy other than the person who is away."), code="absence_deputy")
    elif _days(absence, absence.deputy).exists():
        sentence = _("%(name)s is away on some of these days too. Choose another deputy.")
        raise Refusal(sentence % {"name": absence.deputy}, code="absence_deputy_away")
    with refusing():  # where something writes without holding the person: the exclusion constraint still keeps the rule
        absence.save()


def _overlap(clash: Absence) -> str:
    return _("%(name)s is already away from %(first)s to %(last)s (%(kind)s). Change that absence instead.") % {
        "name": clash.user,
        "first": clash.first_day,
        "last": clash.last_day,
        "kind": clash.get_kind_display(),
    }


def _days(absence: Absence, user: User) -> QuerySet[Absence]:
    """Absences of a person that touch these days."""
    touching = Absence.objects.filter(user=user, first_day__lte=absence.last_day, last_day__gte=absence.first_day)
    return touching.select_related("user")


def _usual_deputy(absence: Absence) -> User | None:
    """The usual deputy, unless they have left or are away themselves."""
    usual = absence.user.deputy
    return usual if usual is not None and usual.is_active and not _days(absence, usual).exists() else None


def _facts(absence: Absence) -> dict[str, object]:
    return {
        "kind": absence.kind,
        "first_day": absence.first_day,
        "last_day": absence.last_day,
        "deputy": str(absence.deputy or ""),
    }


@transaction.atomic
def unlock(user: User, *, by: User) -> User:
    """The wrong passwords are forgotten: the person may sign in again at once."""
    refuse_foreign(user, by=by)
    refuse_not_locked(user, by=by)
    reset(username=user.username)
    events.record(USER_UNLOCKED, user, by=by, store=user.stores.first())
    return user


def refuse_not_locked(user: User, *, by: User) -> None:
    """:raises Refusal: when no wrong password was typed for this colleague."""
    if not AccessAttempt.objects.filter(username=user.username).exists():
        raise Refusal(_("%(name)s is not locked.") % {"name": user}, code="not_locked")


@transaction.atomic
def reveal_phone(user: User, *, by: User) -> str:
    """The whole number of a colleague; that it was asked for, and by whom, stays in the log.

    :raises Refusal: when this person has seen too many within an hour.
    """
    reveals.note(user, kind=USER_PHONE_REVEALED, by=by, store=user.stores.first())
    return user.phone


@transaction.atomic
def create_token(owner: User, *, by: User, name: str = "", days: int = TOKEN_DAYS) -> tuple[ApiToken, str]:
    """A new key to the API with the owner's rights. The key is returned once; only its hash is kept."""
    if not 1 <= days <= TOKEN_DAYS_LIMIT:
        sentence = _("A key lives from one to %(limit)s days.") % {"limit": TOKEN_DAYS_LIMIT}
        raise Refusal(sentence, code="token_days")
    key = ApiToken.new_key()
    expires_at = timezone.now() + timedelta(days=days)
    token = ApiToken.objects.create(user=owner, name=name, digest=ApiToken.digest_of(key), expires_at=expires_at)
    events.record(TOKEN_CREATED, token, by=by, store=owner.stores.first(), data={"name": name, "days": days})
    return token, key


@transaction.atomic
def revoke_token(token: ApiToken, *, by: User) -> ApiToken:
    """The key opens nothing any more."""
    # Revoked twice at once it is told once.
    token = ApiToken.objects.lock(token)
    if token.revoked_at is not None:
        return token
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    events.record(TOKEN_REVOKED, token, by=by, store=token.user.stores.first(), data={"name": token.name})
    return token


def note_token_use(token: ApiToken, *, at: datetime) -> bool:
    """When a key was used last, once a minute at most: not every call of a program is worth a write. Whether it was now."""
    latest = at - TOKEN_USE_IS_NOTED_EVERY
    if token.last_used_at is not None and token.last_used_at > latest:
        return False
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=latest)
    # Judged again by the database: of many calls at this moment one writes.
    ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=at)
    return True
