"""Between password and code: who is half signed in, how long, and how wrong codes are counted."""

import time

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from dms.actions import second_factor
from dms.models import User
from dms.records import events
from dms.records.own_events import USER_CODE_FAILED
from dms.web import sign_in_throttle
from dms.web.sign_in_form import WRONG_CODE

HALF = "half_signed_in"
SECONDS = 5 * 60


def hold(request: HttpRequest, user: User, *, to: str) -> None:
    """The password was right: for five minutes the session may bring the code, and may do nothing else."""
    request.session.cycle_key()  # a session that somebody planted before does not learn of it
    request.session[HALF] = {"user": user.pk, "hash": user.get_session_auth_hash(), "at": time.time(), "to": to}


def half_signed_in(request: HttpRequest) -> tuple[User, str] | None:
    """Whose code is awaited, and where they want to go; nobody's after five minutes, or once password or factor changed."""
    half = request.session.get(HALF)
    if not isinstance(half, dict) or not 0 <= time.time() - half["at"] < SECONDS:
        request.session.pop(HALF, None)
        return None
    user = User.objects.filter(pk=half["user"], is_active=True).first()
    if user is None or not constant_time_compare(half["hash"], user.get_session_auth_hash()):
        return None
    return user, half["to"]


def complaint(request: HttpRequest, user: User, code: str) -> str:
    """What stands beside the field: nothing when the code is right."""
    try:
        return "" if check_code(request, user, code) else str(WRONG_CODE)
    except sign_in_throttle.TooManySignIns as refusal:
        return str(refusal.sentence)


def check_code(request: HttpRequest, user: User, code: str) -> bool:
    """Whether the code is right. Wrong ones are counted with the wrong passwords of this person, and are events.

    :raises TooManySignIns: when more are trying than may.
    """
    address = request.META.get("REMOTE_ADDR", "")
    credentials = {"username": user.username}
    with sign_in_throttle.one_attempt(address):
        if not AxesProxyHandler.is_allowed(request, credentials):
            vars(request)["axes_locked_out"] = True  # axes' own middleware answers then
            return False
        if second_factor.use_code(user, code):
            return True
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)
    data = {"address": address, "path": request.path[:120]}
    events.record_now(USER_CODE_FAILED, user, by=None, store=user.stores.first(), data=data)
    return False
