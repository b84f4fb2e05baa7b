"""Signing in: by user name or phone, locked after five wrong passwords."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from dms.models import User
from dms.web.forms import SignInForm


class NameOrPhoneBackend(ModelBackend):
    """The user name, or the phone number that stands on the name badge. Roles come with the user in one query."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if username and not User.objects.filter(username=username).exists():
            by_phone = User.objects.filter(phone=username.replace(" ", "").replace("-", "")).exclude(phone="").first()
            username = by_phone.username if by_phone else username
        found = super().authenticate(request, username=username, password=password, **kwargs)
        return found if isinstance(found, User) else None

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.get_queryset().with_roles().filter(pk=user_id).order_by().first()
        return user if user is not None and self.user_can_authenticate(user) else None


def locked_out(
    request: HttpRequest, _response: HttpResponse | None = None, *_args: Any, **_kwargs: Any
) -> HttpResponse:
    """The answer to the sixth attempt, right or wrong: a sentence that says how long, and who can help."""
    sentence = _("Too many wrong passwords. Wait 15 minutes, or ask your manager to unlock you.")
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": sentence, "code": "locked_out"}, status=429)
    form = SignInForm(request, initial={"username": request.POST.get("username", "")})
    return render(request, "registration/login.html", {"form": form, "locked_out": sentence}, status=429)
