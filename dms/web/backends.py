"""Signing in, by user name or phone, locked after five wrong passwords; and what people may do, in Django's own words."""

import re
import unicodedata
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from dms.core.roles import CONFIGURE
from dms.core.untyped import Option, Row
from dms.formats import phones
from dms.models import User
from dms.records import events
from dms.records.own_events import USER_SIGN_IN_FAILED, USER_SIGNED_IN
from dms.web import sign_in_throttle, who_asks
from dms.web.sign_in_form import SignInForm

MODEL_PERMISSION = re.compile(r"\w+\.(add|change|delete|view)_\w+$")


def person_named(typed: str) -> User | None:
    """Whom a sign-in means: by user name in any case and width, or by phone however it is written. One query, found or not."""
    plain = unicodedata.normalize("NFKC", typed).strip()
    numbers = {plain, plain.replace(" ", "").replace("-", ""), phones.normalise(typed) or ""} - {""}
    people = list(User.objects.filter(Q(username__iexact=plain) | Q(username=typed) | Q(phone__in=numbers))[:20])
    by_name = [user for user in people if user.username == typed] or [
        user for user in people if user.username.casefold() == plain.casefold()
    ]
    return next(iter(sorted(by_name or people, key=lambda user: user.pk)), None)


def counted_name(request: HttpRequest | None, credentials: dict[str, str] | None = None) -> str:
    """The name that wrong passwords are counted under: the person's own, however it was typed."""
    typed = (credentials or {}).get("username") or (request.POST.get("username", "") if request is not None else "")
    person = person_named(typed)
    return person.username if person else unicodedata.normalize("NFKC", typed).strip().casefold()[:150]


class NameOrPhoneBackend(ModelBackend):
    """Sign-in by user name, or by the phone number that stands on the name badge; rights from the rows of the roles.

    Of Django's own permissions (add, change, delete, view a model) only the admin site asks: they all come with the right to
    configure.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Option
    ) -> User | None:
        """Compare the password; that it was right or wrong, and from where, is an event.

        :raises TooManySignIns: when more are trying than may.
        """
        person = person_named(username or "")
        username = person.username if person else username
        if request is None:
            return self.compared(request, username, password, **kwargs)
        # Around the comparing alone: that is what costs, and the name was found without it.
        with sign_in_throttle.one_attempt(request.META.get("REMOTE_ADDR", "")):
            user = self.compared(request, username, password, **kwargs)
        if user is None or not isinstance(getattr(request, "user", None), User):
            note_attempt(request, person, is_right=user is not None)
        return user

    def compared(
        self, request: HttpRequest | None, username: str | None, password: str | None, **kwargs: Option
    ) -> User | None:
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


def note_attempt(request: HttpRequest, person: User | None, *, is_right: bool) -> None:
    """What was typed for a name that is nobody's is not kept: it may be a password in the wrong field."""
    kind = USER_SIGNED_IN if is_right else USER_SIGN_IN_FAILED
    data = {"address": request.META.get("REMOTE_ADDR", ""), "path": request.path[:120]}
    store = person.stores.first() if person else None
    events.record_now(kind, person, by=person if is_right else None, store=store, data=data)


def locked_out(
    request: HttpRequest, _response: HttpResponse | None = None, *_args: object, **_kwargs: object
) -> HttpResponse:
    """The answer to the sixth attempt, right or wrong: a sentence that says how long, and who can help."""
    sentence = _("Too many wrong passwords. Wait 15 minutes, or ask your manager to unlock you.")
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": sentence, "code": "locked_out"}, status=429)
    return sign_in_page(request, sentence)


def sign_in_page(request: HttpRequest, sentence: StrOrPromise) -> HttpResponse:
    """The sign-in page with what keeps one out for now."""
    form = SignInForm(request, initial={"username": request.POST.get("username", "")})
    return render(request, "registration/login.html", {"form": form, "locked_out": sentence}, status=429)
