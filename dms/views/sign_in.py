"""Signing in and out, and changing one's password."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.messages.views import SuccessMessageMixin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from dms.actions import people
from dms.core import demo_mode
from dms.models import Store, User
from dms.views.second_factor import note_password
from dms.web import second_factor
from dms.web.backends import BACKEND, note_attempt, sign_in_page
from dms.web.rights import PUBLIC, SIGNED_IN
from dms.web.sign_in_form import WRONG_CODE, CodeForm, SignInForm
from dms.web.sign_in_throttle import TooManySignIns


class SignIn(auth_views.LoginView):
    """The first page. Remembers the user name in a cookie when asked to."""

    form_class = SignInForm
    template_name = "registration/login.html"
    redirect_authenticated_user = True
    right = PUBLIC
    REMEMBERED = "dms_name"

    def post(self, request: HttpRequest, *args: str, **kwargs: Any) -> HttpResponse:
        try:
            return super().post(request, *args, **kwargs)
        except TooManySignIns as refusal:
            return sign_in_page(request, refusal.sentence)

    def get_initial(self) -> dict[str, object]:
        name = self.request.COOKIES.get(self.REMEMBERED, "")
        return {**super().get_initial(), "username": name, "remember": bool(name)}

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        logins = demo_mode.logins()
        more = {"demo": logins, "demo_password": demo_mode.password()} if logins else {}
        return super().get_context_data(stores=Store.objects.all()[:6], **more, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        if user.has_second_factor:
            second_factor.hold(self.request, user, to=self.get_success_url())
            response: HttpResponse = redirect("login_code")
        else:
            response = super().form_valid(form)
            if user.owes_second_factor:
                note_password(self.request)
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


@method_decorator([login_not_required, never_cache, sensitive_post_parameters()], name="dispatch")
class SignInCode(FormView[CodeForm]):
    """The second page: a code of the phone, or a recovery code. Until it is right nobody is signed in."""

    form_class = CodeForm
    template_name = "registration/login_code.html"
    right = PUBLIC
    person: User
    to: str

    def dispatch(self, request: HttpRequest, *args: str, **kwargs: Any) -> HttpResponseBase:
        half = second_factor.half_signed_in(request)
        if half is None:
            return redirect("login")
        self.person, self.to = half
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, form_class: type[CodeForm] | None = None) -> CodeForm:
        form = super().get_form(form_class)
        if "recovery" in self.request.GET:  # they have letters, which a phone's keys for numbers do not
            del form.fields["code"].widget.attrs["inputmode"]
        return form

    def form_valid(self, form: CodeForm) -> HttpResponse:
        try:
            is_right = second_factor.check_code(self.request, self.person, form.cleaned_data["code"])
        except TooManySignIns as refusal:
            return sign_in_page(self.request, refusal.sentence)
        if not is_right:
            form.add_error("code", WRONG_CODE)
            return self.form_invalid(form)
        login(self.request, self.person, backend=BACKEND)  # changes the key of the session
        self.request.session.pop(second_factor.HALF, None)
        note_attempt(self.request, self.person, is_right=True)
        return redirect(self.to)


class SignOut(auth_views.LogoutView):
    """Ends the session (POST only)."""

    right = SIGNED_IN


class PasswordForm(PasswordChangeForm):
    """The old password, and twice the new one."""

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 # Django's own signature
        """As the act that the log knows of; ``commit`` means nothing here: Django's view always wants it stored."""
        people.change_password(self.user, password=self.cleaned_data["new_password1"], by=self.user)
        return self.user


class ChangePassword(SuccessMessageMixin[Any], auth_views.PasswordChangeView):
    """Changes one's own password; other sessions of the person end."""

    form_class = PasswordForm
    template_name = "registration/password_change.html"
    success_url = reverse_lazy("dms:profile")
    success_message = _("Your password is changed.")
    right = SIGNED_IN
