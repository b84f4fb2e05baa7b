"""One's own page: what one says of oneself, one's rights, the keys to the API."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from dms.actions import people
from dms.core.roles import RIGHTS
from dms.core.untyped import Fact, Facts, Option
from dms.forms import ProfileForm, TokenForm
from dms.models import User
from dms.records import edits as edit_records
from dms.views.redirects import go
from dms.web import edits
from dms.web.act_views import ActFormView, F
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import SIGNED_IN, RequiresRight, requires_right
from dms.web.second_factor import complaint
from dms.web.sign_in_form import CodeField


def profile_form(user: User, **sent: Option) -> ProfileForm:
    """What one may say of oneself, with what it was when the page was opened."""
    # A row of its own: the form writes what was typed into it, and the page around it shows who the person is.
    form = ProfileForm(**{**sent, "instance": User.objects.get(pk=user.pk)})
    edits.carry(form, form.instance, user)
    return form


def token_form(user: User, **sent: Option) -> TokenForm:
    """A new key outlives the session: who signs in by two things shows both for it."""
    form = TokenForm(**sent)
    if user.has_second_factor:
        form.fields["code"] = CodeField()
    return form


class OwnPage(RequiresRight, ActFormView[F]):
    """The page with its two forms, whichever of them was sent."""

    right = SIGNED_IN
    template_name = "dms/profile.html"

    def get_context_data(self, **context: object) -> Facts:
        user = self.request.user
        now = timezone.now()
        facts: Facts = {
            "form": profile_form(user),
            "token_form": token_form(user, auto_id="id_token_%s"),
            "person": user,
            "stores": user.own_stores,
            "rights": [label for right, label in RIGHTS.items() if user.has_perm(right)],
            "tokens": [(token, token.is_live(at=now)) for token in user.api_tokens.all()[:50]],
        }
        return super().get_context_data(**{**facts, **context})


class Profile(OwnPage[ProfileForm]):
    """Phone, deputy, language, appearance; rights; the way to the password; own keys to the API."""

    form_class = ProfileForm
    places = {"user_is_not_own_deputy": "deputy"}

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Of two windows the second waits, and is compared with what the first wrote."""
        return edit_records.alone(self.request.user, lambda: super(Profile, self).post(*args, **kwargs))

    def get_form(self, _form_class: type[ProfileForm] | None = None) -> ProfileForm:
        return profile_form(self.request.user, **self.get_form_kwargs())

    def act(self, **facts: Fact) -> User:
        return people.change_profile(self.request.user, by=self.request.user, **facts)

    def after(self, _user: User) -> str:
        messages.success(self.request, _("Saved."))
        return reverse("dms:profile")


@method_decorator(never_cache, name="dispatch")
class TokenNew(OwnPage[TokenForm]):
    """A new key to the API, shown this once and never again."""

    http_method_names = ["post"]
    form_class = TokenForm

    def get_form_kwargs(self) -> Facts:
        return {**super().get_form_kwargs(), "auto_id": "id_token_%s"}

    def get_form(self, _form_class: type[TokenForm] | None = None) -> TokenForm:
        return token_form(self.request.user, **self.get_form_kwargs())

    def form_valid(self, form: TokenForm) -> HttpResponse:
        password = form.cleaned_data.pop("password")
        # As at the sign-in, and counted with it: who found a machine open shall not guess here either.
        if authenticate(self.request, username=self.request.user.username, password=password) is None:
            form.add_error("password", _("The password is wrong."))
            return self.form_invalid(form)
        code = form.cleaned_data.pop("code", "")
        wrong = complaint(self.request, self.request.user, code) if self.request.user.has_second_factor else ""
        if wrong:
            form.add_error("code", wrong)
            return self.form_invalid(form)
        token, key = people.create_token(self.request.user, **form.cleaned_data, by=self.request.user)
        return self.render_to_response(self.get_context_data(new_key=key, new_token=token), status=201)

    def form_invalid(self, form: TokenForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(token_form=form), status=422)


@require_POST
@requires_right(SIGNED_IN)
def token_revoke(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The key opens nothing any more."""
    token = get_object_or_404(request.user.api_tokens, pk=pk)
    people.revoke_token(token, by=request.user)
    messages.success(request, _("The key is revoked."))
    return go(request, "dms:profile")
