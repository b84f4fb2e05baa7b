"""What is typed to sign in."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.untyped import Option

SET_UP_FIRST = _("Your role demands a second factor. Set it up on the page of your sign-in first.")
WRONG_CODE = _("This code is wrong or was used already. Five wrong ones lock the sign-in for 15 minutes.")


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


class CodeField(forms.CharField):
    """Six digits of the phone, or a recovery code."""

    def __init__(self, **more: Option) -> None:
        attrs = {
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        super().__init__(
            **{
                "label": pgettext_lazy("second factor", "Code"),
                "max_length": 24,
                "widget": forms.TextInput(attrs=attrs),
                **more,
            }
        )


class CodeForm(forms.Form):
    """The second step of a sign-in."""

    code = CodeField()


class PasswordAgainForm(forms.Form):
    """Who found a machine open must not change how one signs in."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class BothForm(PasswordAgainForm):
    """Password and code, for what would weaken the sign-in."""

    code = CodeField()
