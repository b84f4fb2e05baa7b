"""Who may call what: a view declares ``rights``, action → right, with ``"*"`` for the rest. What declares nothing is closed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from dms.models import User
from dms.web.rights import PUBLIC, SIGNED_IN

if TYPE_CHECKING:
    from rest_framework.views import APIView

UNKNOWN_METHOD = SIGNED_IN
"""A method the resource does not have is answered 405, to people who are signed in."""


def person(request: Request) -> User:
    """Who calls."""
    return cast("User", request.user)


def right_of(view: object, method: str) -> str | None:
    """The right that the called action needs; None when the view forgot to say."""
    rights: Mapping[str, str] = getattr(view, "rights", {})
    act = getattr(view, "action", None) or method
    return rights.get(act, rights.get("*"))


class RightPermission(BasePermission):
    """401 for nobody, 403 for somebody without the right."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        method = request.method or ""
        right = right_of(view, method) if method in view.allowed_methods else UNKNOWN_METHOD
        if right == PUBLIC:
            return True
        if right is None or not isinstance(request.user, User):
            return False
        return right == SIGNED_IN or request.user.has_perm(right)
