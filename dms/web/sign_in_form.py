"""What is typed to sign in."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from dms.core.untyped import Option


class SignInForm(AuthenticationForm):
    """Name or phone, and the password; the machine may remember the name, never the password."""

    remember = forms.BooleanField(label=_("Remember me on this machine"), required=False)
    error_messages = {
        "invalid_login": _(
            "Name or password is wrong. After five wrong passwords the sign-in is locked for 15 minutes."
        ),
        "inactive": _("This sign-in is switched off. Ask your manager."),
    }

    def __init__(self, *args: Option, **kwargs: Option) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name or phone")
        self.fields["username"].widget.attrs |= {"autocomplete": "username", "autocapitalize": "none"}
