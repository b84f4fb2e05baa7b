"""One's own page: what one says of oneself, one's rights, the keys to the API."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from dms.actions import people
from dms.core.roles import RIGHTS
from dms.forms import ProfileForm, TokenForm
from dms.models import User
from dms.views.redirects import go
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import SIGNED_IN, requires_right


def _page(request: AuthenticatedHttpRequest, *, status: int = 200, **context: object) -> HttpResponse:
    user = request.user
    tokens = list(user.api_tokens.all()[:50])
    now = timezone.now()
    context = {
        "form": ProfileForm(instance=User.objects.get(pk=user.pk)),
        "token_form": TokenForm(auto_id="id_token_%s"),
        "person": user,
        "stores": user.own_stores,
        "rights": [label for right, label in RIGHTS.items() if user.has_perm(right)],
        "tokens": [(token, token.is_live(at=now)) for token in tokens],
        **context,
    }
    return render(request, "dms/profile.html", context, status=status)


@requires_right(SIGNED_IN)
def profile(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Phone, deputy, language, appearance; rights; the way to the password; own keys to the API."""
    if request.method != "POST":
        return _page(request)
    form = ProfileForm(request.POST, instance=User.objects.get(pk=request.user.pk))
    if not form.is_valid():
        return _page(request, form=form, status=422)
    people.change_profile(request.user, by=request.user, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return go(request, "dms:profile")


@never_cache
@require_POST
@requires_right(SIGNED_IN)
def token_new(request: AuthenticatedHttpRequest) -> HttpResponse:
    """A new key to the API, shown this once and never again."""
    form = TokenForm(request.POST, auto_id="id_token_%s")
    if not form.is_valid():
        return _page(request, token_form=form, status=422)
    token, key = people.create_token(request.user, **form.cleaned_data, by=request.user)
    return _page(request, new_key=key, new_token=token)


@require_POST
@requires_right(SIGNED_IN)
def token_revoke(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The key opens nothing any more."""
    token = get_object_or_404(request.user.api_tokens, pk=pk)
    people.revoke_token(token, by=request.user)
    messages.success(request, _("The key is revoked."))
    return go(request, "dms:profile")
