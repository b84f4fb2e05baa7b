"""Signing in, by user name or phone, locked after five wrong passwords; and what people may do, in Django's own words."""

import re
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from dms.core.roles import CONFIGURE
from dms.core.untyped import Option, Row
from dms.models import User
from dms.web import who_asks
from dms.web.sign_in_form import SignInForm

MODEL_PERMISSION = re.compile(r"\w+\.(add|change|delete|view)_\w+$")


class NameOrPhoneBackend(ModelBackend):
    """Sign-in by user name, or by the phone number that stands on the name badge; rights from the rows of the roles.

    Of Django's own permissions (add, change, delete, view a model) only the admin site asks: they all come with the right to
    configure.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Option
    ) -> User | None:
        if username and not User.objects.filter(username=username).exists():
            by_phone = User.objects.filter(phone=username.replace(" ", "").replace("-", "")).exclude(phone="").first()
            username = by_phone.username if by_phone else username
        user = super().authenticate(request, username=username, password=password, **kwargs)
        return user if isinstance(user, User) else None

    def get_user(self, user_id: int) -> User | None:
        person = who_asks.find(user_id)
        user = person.user() if person else None
        return user if user is not None and self.user_can_authenticate(user) else None

    def has_perm(self, user_obj: Row, perm: str, obj: Model | None = None) -> bool:
        return perm in self.get_all_permissions(user_obj, obj) or (
            MODEL_PERMISSION.match(perm) is not None and CONFIGURE in self.get_all_permissions(user_obj, obj)
        )

    def has_module_perms(self, user_obj: Row, app_label: str) -> bool:
        rights = self.get_all_permissions(user_obj)
        return CONFIGURE in rights or any(right.startswith(f"{app_label}.") for right in rights)

    def get_all_permissions(self, user_obj: Row, obj: Model | None = None) -> Any:
        """The person's rights; none for who left. A right is never about one row: whose rows one sees is the store's affair."""
        return user_obj.rights if isinstance(user_obj, User) and user_obj.is_active else frozenset()


def locked_out(
    request: HttpRequest, _response: HttpResponse | None = None, *_args: object, **_kwargs: object
) -> HttpResponse:
    """The answer to the sixth attempt, right or wrong: a sentence that says how long, and who can help."""
    sentence = _("Too many wrong passwords. Wait 15 minutes, or ask your manager to unlock you.")
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": sentence, "code": "locked_out"}, status=429)
    form = SignInForm(request, initial={"username": request.POST.get("username", "")})
    return render(request, "registration/login.html", {"form": form, "locked_out": sentence}, status=429)
