"""Forms of the house, and the one renderer that draws every field of the site."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from dms.models import Absence, User


class HouseRenderer(TemplatesSetting):
    """One field template for the whole site."""

    form_template_name = "pieces/form.html"
    field_template_name = "pieces/field.html"


class AbsenceForm(forms.ModelForm[Absence]):
    """Who is away, from when to when, and who stands in (the usual deputy when none is chosen)."""

    class Meta:
        model = Absence
        fields = ["user", "kind", "first_day", "last_day", "deputy", "note"]
        widgets = {
            "first_day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "last_day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {"deputy": _("Left empty, the usual deputy stands in.")}

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = User.objects.visible_to(by).active().order_by("display_name")
        for name in ("user", "deputy"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = colleagues


class ProfileForm(forms.ModelForm[User]):
    """What people may say of themselves: phone, usual deputy, language and appearance."""

    class Meta:
        model = User
        fields = ["phone", "deputy", "language", "theme"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        deputies = User.objects.visible_to(self.instance).active().exclude(pk=self.instance.pk)
        field = self.fields["deputy"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = deputies.order_by("display_name")
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"), choices=[("zh-hans", _("Simplified Chinese")), ("en", _("English"))], required=False
        )
