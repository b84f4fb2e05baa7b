"""The second factor of a sign-in: a code of the person's phone (TOTP), or one of ten recovery codes.

What a code is and whether it is right is django-otp's affair; who has one, since when, and what ends with it is ours.
"""

import unicodedata

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from dms.actions.people import refuse_foreign, revoke_tokens
from dms.core.refusals import Refusal
from dms.core.untyped import Row
from dms.models import Role, RoleSignIn, User
from dms.records import events
from dms.records.own_events import (
    ROLE_SIGN_IN_CHANGED,
    USER_RECOVERY_CODES_NEW,
    USER_SECOND_FACTOR_OFF,
    USER_SECOND_FACTOR_RESET,
    USER_SECOND_FACTOR_SET_UP,
)

RECOVERY_CODES = 10
NAME = "dms"


@transaction.atomic
def begin(user: User, *, anew: bool = False) -> Row:
    """A secret that counts only once a code of it was typed; asked again, the same one unless it shall be another."""
    user = User.objects.lock(user)
    refuse_set_up(user)
    pending = TOTPDevice.objects.filter(user=user, confirmed=False)
    if anew:
        pending.delete()
    return pending.first() or TOTPDevice.objects.create(user=user, name=NAME, confirmed=False)


@transaction.atomic
def confirm(user: User, *, code: str, by: User) -> list[str]:
    """The phone shows the right code: from now on it is asked for. Other sessions, opened by the password alone, end.

    :raises Refusal: when the code is wrong, or the second factor is set up already.
    """
    user = User.objects.lock(user)  # two windows that confirm at once: the second finds it set up
    refuse_set_up(user)
    device = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    if device is None or not device.verify_token(plain(code)):
        raise Refusal(_("This code is wrong. Is the clock of your phone right?"), code="wrong_code")
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    end_sessions(user)
    events.record(USER_SECOND_FACTOR_SET_UP, user, by=by, store=user.stores.first())
    return make_recovery_codes(user)


@transaction.atomic
def renew_recovery_codes(user: User, *, by: User) -> list[str]:
    """Ten new ones; those of before open nothing any more."""
    user = User.objects.lock(user)
    refuse_none(user)
    events.record(USER_RECOVERY_CODES_NEW, user, by=by, store=user.stores.first())
    return make_recovery_codes(user)


@transaction.atomic
def switch_off(user: User, *, by: User) -> None:
    """The password alone is asked for again.

    :raises Refusal: where a role of the person demands the second factor.
    """
    user = User.objects.lock(user)
    refuse_none(user)
    if user.needs_second_factor:
        raise Refusal(_("Your role demands the second factor."), code="second_factor_demanded")
    remove(user)
    events.record(USER_SECOND_FACTOR_OFF, user, by=by, store=user.stores.first())


@transaction.atomic
def reset(user: User, *, reason: str, by: User) -> User:
    """The phone is lost: secret and recovery codes go, and with them every session and key of the person."""
    user = User.objects.lock(user)
    refuse_foreign(user, by=by)
    refuse_own(user, by=by)
    refuse_none(user)
    if not reason.strip():
        raise Refusal(_("Say why the second factor is reset."), code="reason_missing")
    remove(user)
    revoke_tokens(user, by=by)
    events.record(USER_SECOND_FACTOR_RESET, user, by=by, store=user.stores.first(), data={"reason": reason.strip()})
    return user


@transaction.atomic
def demand(role: Role, *, needed: bool, by: User) -> None:
    """Whether people of the role need a second factor; who has none is led to it at the next request."""
    Role.objects.select_for_update().get(
        pk=role.pk
    )  # of two administrators the second compares with what the first wrote
    before = RoleSignIn.objects.filter(role=role, needs_second_factor=True).exists()
    if before == needed:
        return
    RoleSignIn.objects.update_or_create(role=role, defaults={"needs_second_factor": needed})
    events.record(
        ROLE_SIGN_IN_CHANGED,
        role,
        by=by,
        data={"before": {"needs_second_factor": before}, "after": {"needs_second_factor": needed}},
    )


@transaction.atomic
def use_code(user: User, code: str) -> bool:
    """Whether the code is right; it is used up then."""
    typed = plain(code)
    devices = TOTPDevice if len(typed) == 6 and typed.isdecimal() else StaticDevice
    # The lock: two requests with one code at once would both read that it is unused, and both be let in.
    device = devices.objects.select_for_update().filter(user=user, confirmed=True).first()
    return device is not None and bool(device.verify_token(typed))


def plain(code: str) -> str:
    """As it was meant: a Chinese keyboard types wide digits, people type the spaces and hyphens they see."""
    typed = unicodedata.normalize("NFKC", code).casefold()
    return "".join(letter for letter in typed if letter.isascii() and letter.isalnum())[:16]


def make_recovery_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name=NAME)
    codes = [StaticToken.random_token() for _number in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def remove(user: User) -> None:
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    end_sessions(user)


def end_sessions(user: User) -> None:
    User.objects.filter(pk=user.pk).update(sign_in_epoch=F("sign_in_epoch") + 1)


def refuse_set_up(user: User) -> None:
    if user.has_second_factor:
        raise Refusal(_("The second factor is set up already."), code="second_factor_set_up")


def refuse_none(user: User, *, by: User | None = None) -> None:
    """:raises Refusal: when the person has no second factor."""
    if not user.has_second_factor:
        raise Refusal(_("%(name)s has no second factor.") % {"name": user}, code="no_second_factor")


def refuse_own(user: User, *, by: User) -> None:
    """:raises Refusal: who found a session open must not get rid of the code by it."""
    if user.pk == by.pk:
        raise Refusal(_("Switch your own second factor off on your own page."), code="own_second_factor")
