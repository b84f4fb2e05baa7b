"""Every page says who may open it: a right, everybody who is signed in, or the public. A page that says nothing is closed."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.generic.base import View

from dms.models import User
from dms.web import sent_once

PUBLIC = "public"
SIGNED_IN = "signed-in"

V = TypeVar("V", bound=Callable[..., HttpResponseBase])


def signed_in_user(request: HttpRequest) -> User:
    """The person behind a request of Django's own pages (the admin's), whose type knows of nobody signed in."""
    return cast("User", request.user)


def check_right(request: HttpRequest, right: str) -> None:
    """Refuse (403) who lacks the right. Anonymous people never come so far: the middleware sends them to sign in."""
    if right in {PUBLIC, SIGNED_IN}:
        return
    if not request.user.has_perm(right):
        raise PermissionDenied(right)


def requires_right(right: str) -> Callable[[V], V]:
    """The decorator of function views: ``@requires_right("crm.view")``."""

    def wrap(view: V) -> V:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            check_right(request, right)
            return sent_once.once(request, lambda: view(request, *args, **kwargs))

        guarded.right = right  # type: ignore[attr-defined] # read by dms/checks.py
        return cast("V", login_not_required(guarded) if right == PUBLIC else guarded)

    return wrap


class RequiresRight(View):
    """The mixin of class views: ``right = "crm.view"``."""

    right: str

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        check_right(request, self.right)
        dispatch = super().dispatch
        return sent_once.once(request, lambda: dispatch(request, *args, **kwargs))
