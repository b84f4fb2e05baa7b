"""Signing in and out, and changing one's password."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.messages.views import SuccessMessageMixin
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from dms import demo
from dms.models import Store
from dms.records import events
from dms.records.own_events import USER_PASSWORD_CHANGED
from dms.web.rights import PUBLIC, SIGNED_IN


class SignInForm(AuthenticationForm):
    """Name or phone, and the password; the machine may remember the name, never the password."""

    remember = forms.BooleanField(label=_("Remember me on this machine"), required=False)
    error_messages = {
        "invalid_login": _(
            "Name or password is wrong. After five wrong passwords the sign-in is locked for 15 minutes."
        ),
        "inactive": _("This sign-in is switched off. Ask your manager."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name or phone")
        self.fields["username"].widget.attrs.update(autocomplete="username", autocapitalize="none")


class SignIn(auth_views.LoginView):
    """The first page. Remembers the user name in a cookie when asked to."""

    form_class = SignInForm
    template_name = "registration/login.html"
    redirect_authenticated_user = True
    right = PUBLIC
    REMEMBERED = "dms_name"

    def get_initial(self) -> dict[str, Any]:
        name = self.request.COOKIES.get(self.REMEMBERED, "")
        return {**super().get_initial(), "username": name, "remember": bool(name)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        logins = demo.logins()
        more = {"demo": logins, "demo_password": demo.password()} if logins else {}
        return super().get_context_data(stores=Store.objects.all()[:6], **more, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        if form.cleaned_data.get("remember"):
            response.set_cookie(
                self.REMEMBERED,
                form.cleaned_data["username"],
                max_age=180 * 24 * 3600,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        else:
            response.delete_cookie(self.REMEMBERED)
        return response


class SignOut(auth_views.LogoutView):
    """Ends the session (POST only)."""

    right = SIGNED_IN


class ChangePassword(SuccessMessageMixin[Any], auth_views.PasswordChangeView):
    """Changes one's own password; other sessions of the person end."""

    template_name = "registration/password_change.html"
    success_url = reverse_lazy("dms:profile")
    success_message = _("Your password is changed.")
    right = SIGNED_IN

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        events.record_now(USER_PASSWORD_CHANGED, form.user, by=form.user)
        return response
