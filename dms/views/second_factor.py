"""The second factor on one's own page: set up, new recovery codes, switch off."""

import time
from base64 import b32encode
from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth import authenticate, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView
from markupsafe import Markup

from dms.actions import second_factor
from dms.core.refusals import Refusal
from dms.core.untyped import Facts, Row
from dms.models import User
from dms.web.rights import SIGNED_IN, RequiresRight, signed_in_user
from dms.web.second_factor import complaint
from dms.web.sign_in_form import BothForm, CodeForm, PasswordAgainForm
from dms.web.sign_in_throttle import TooManySignIns

PROVED_AT = "password_proved_at"
SECONDS = 10 * 60


def note_password(request: HttpRequest) -> None:
    """The password was just right: for ten minutes the secret may be shown."""
    request.session[PROVED_AT] = time.time()


def is_password_fresh(request: HttpRequest) -> bool:
    proved_at = request.session.get(PROVED_AT)
    return isinstance(proved_at, float) and 0 <= time.time() - proved_at < SECONDS


def password_is_right(request: HttpRequest, form: PasswordAgainForm) -> bool:
    """As at the sign-in, and counted with it: who found a machine open shall not guess here either."""
    try:
        user = authenticate(request, username=signed_in_user(request).username, password=form.cleaned_data["password"])
    except TooManySignIns as refusal:
        form.add_error("password", str(refusal.sentence))
        return False
    if user is None:
        form.add_error("password", _("The password is wrong."))
    return user is not None


def groups_of_four(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def facts_of(device: Row) -> Facts:
    """The secret as a picture and as letters."""
    picture = segno.make(device.config_url, micro=False).svg_inline(scale=4, border=4, dark="#000", light="#fff")
    return {
        "picture": Markup(picture),  # noqa: S704 # made by segno of our own address
        "secret": groups_of_four(b32encode(device.bin_key).decode().rstrip("=")),
    }


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class OwnSecondFactor(RequiresRight):
    """What all pages of it share: nothing of them is kept by a browser, and the codes are shown once."""

    right = SIGNED_IN

    @property
    def person(self) -> User:
        return signed_in_user(self.request)

    def show_codes(self, codes: list[str]) -> HttpResponse:
        return render(self.request, "dms/recovery_codes.html", {"codes": codes})

    def stay_signed_in(self) -> None:
        """Other sessions of the person are over, this one goes on under another key."""
        update_session_auth_hash(self.request, User.objects.get(pk=self.person.pk))
        self.request.session.pop(PROVED_AT, None)


class SetUp(OwnSecondFactor):
    """The password again, then the secret and a code that proves that the phone has it, then ten recovery codes."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if isinstance(request.user, User) and request.user.has_second_factor:
            return redirect("dms:profile")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.ask_code(CodeForm()) if is_password_fresh(request) else self.show(PasswordAgainForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if not is_password_fresh(request) or "password" in request.POST:
            return self.take_password(PasswordAgainForm(request.POST))
        form = CodeForm(request.POST)
        if not form.is_valid():
            return self.ask_code(form, status=422)
        try:
            codes = second_factor.confirm(self.person, code=form.cleaned_data["code"], by=self.person)
        except Refusal as refusal:
            form.add_error("code", str(refusal.sentence))
            return self.ask_code(form, status=422)
        self.stay_signed_in()
        return self.show_codes(codes)

    def take_password(self, form: PasswordAgainForm) -> HttpResponse:
        if not form.is_valid() or not password_is_right(self.request, form):
            return self.show(form, status=422)
        note_password(self.request)
        second_factor.begin(self.person, anew=True)
        return redirect("dms:second_factor")

    def ask_code(self, form: CodeForm, *, status: int = 200) -> HttpResponse:
        return self.show(form, status=status, **facts_of(second_factor.begin(self.person)))

    def show(self, form: CodeForm | PasswordAgainForm, *, status: int = 200, **facts: Any) -> HttpResponse:
        context = {"form": form, "owes": self.person.owes_second_factor, **facts}
        return render(self.request, "dms/second_factor.html", context, status=status)


class Weaken(OwnSecondFactor, FormView[BothForm]):
    """Asks for password and code, both counted as at the sign-in."""

    form_class = BothForm
    template_name = "dms/second_factor_change.html"

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if isinstance(request.user, User) and not request.user.has_second_factor:
            return redirect("dms:profile")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: BothForm) -> HttpResponse:
        if not password_is_right(self.request, form):
            return self.form_invalid(form)
        if wrong := complaint(self.request, self.person, form.cleaned_data["code"]):
            form.add_error("code", wrong)
            return self.form_invalid(form)
        return self.change()

    def form_invalid(self, form: BothForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def change(self) -> HttpResponse:
        raise NotImplementedError


class SwitchOff(Weaken):
    """The password alone from now on."""

    extra_context = {"is_off": True}

    def change(self) -> HttpResponse:
        second_factor.switch_off(self.person, by=self.person)
        self.stay_signed_in()
        messages.success(self.request, _("The second factor is switched off."))
        return redirect("dms:profile")


class NewCodes(Weaken):
    """Ten new recovery codes in place of those of before."""

    def change(self) -> HttpResponse:
        return self.show_codes(second_factor.renew_recovery_codes(self.person, by=self.person))
