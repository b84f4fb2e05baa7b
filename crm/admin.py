"""The rules of customer care in the configuration site: presets with their cadences, which store follows which."""

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm import letters_admin, preview  # noqa: F401 - the pages of letters register themselves
from crm.actions import rules
from crm.models import (
    Cadence,
    CadencePreset,
    ComplaintKind,
    ConsentDefault,
    EscalationStep,
    Festival,
    Question,
    Questionnaire,
    StorePreset,
)
from dms.admin.recording import ConfigurationAdmin, ConfigurationInline, PlainForm
from dms.models import Store, User
from dms.web.forms import MomentField
from dms.web.rights import signed_in_user

TIMING = frozenset({"offset", "unit", "window_hours", "every_months"})


class CadenceForm(PlainForm):
    """A rule. When a change of its times moves planned contacts, it says how many customers, and waits for a yes."""

    move = forms.BooleanField(
        label=_("Move what is planned"), required=False, help_text=_("Asked when a change moves customers.")
    )

    def clean(self) -> dict[str, object]:
        facts = super().clean() or self.cleaned_data
        if self.instance.pk and TIMING.intersection(self.changed_data) and not facts.get("move") and not self.errors:
            changed = Cadence.objects.select_related("preset").get(pk=self.instance.pk)
            for name in TIMING.intersection(facts):
                setattr(changed, name, facts[name])
            count = rules.customers_moved(changed, timezone.now())
            if count:
                text = _(
                    "This moves the planned contacts of %(n)s customers. Tick “Move what is planned” and save again."
                )
                self.add_error("move", text % {"n": count})
        return facts


class PreviewForm(forms.Form):
    """When, and where, a car is handed over."""

    at = MomentField(label=_("Delivered"))
    store = forms.ModelChoiceField(Store.objects.active(), label=_("Store"))


class CadenceInline(ConfigurationInline):
    """The rules at a glance and new ones; an existing one is changed on its own page, which says whom that moves."""

    model = Cadence

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    fields = ["code", "name", "trigger", "offset", "unit", "window_hours", "every_months", "channel", "role", "active"]


class StorePresetInline(ConfigurationInline):
    model = StorePreset
    fields = ["store"]
    show_change_link = False


@admin.register(CadencePreset)
class CadencePresetAdmin(ConfigurationAdmin[CadencePreset]):
    """One preset is the group's default; a store may follow another."""

    list_display = ["name", "code", "is_default", "stores", "note"]
    search_fields = ["name", "name_en", "code"]
    fields = [("name", "name_en"), ("code", "is_default"), "note", ("least_hours", "missed_after_days")]
    inlines = [CadenceInline, StorePresetInline]
    change_form_template = "admin/preset.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.preview)
        return [path("<int:pk>/preview/", view, name="crm_cadencepreset_preview"), *super().get_urls()]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The contacts of a delivery at a chosen time, on a calendar."""
        preset = get_object_or_404(CadencePreset, pk=pk)
        form = PreviewForm(request.GET or None, initial={"at": timezone.localtime(), "store": Store.objects.first()})
        shown = None
        if form.is_valid():
            people = {user.pk: str(user) for user in User.objects.filter(is_active=True)}
            shown = preview.preview(preset, form.cleaned_data["store"], form.cleaned_data["at"], people)
        context = {"object": preset, "form": form, "preview": shown, "opts": self.opts, "title": _("Preview")}
        return TemplateResponse(request, "admin/promises.html", {**self.admin_site.each_context(request), **context})

    @admin.display(description=_("stores"))
    def stores(self, preset: CadencePreset) -> str:
        return " · ".join(str(row.store) for row in preset.chosen_by.select_related("store"))


@admin.register(Cadence)
class CadenceAdmin(ConfigurationAdmin[Cadence]):
    """A rule in full, with the script that is read out."""

    list_display = [
        "name",
        "preset",
        "trigger",
        "offset",
        "unit",
        "window_hours",
        "every_months",
        "channel",
        "role",
        "active",
    ]
    list_filter = ["preset", "trigger", "channel", "purpose", "role", "active"]
    list_select_related = ["preset"]
    list_editable = ["active"]
    form = CadenceForm
    search_fields = ["name", "name_en", "code"]
    fieldsets = [
        (None, {"fields": [("preset", "code"), ("name", "name_en"), "active"]}),
        (
            _("When"),
            {
                "fields": [
                    ("trigger", "festival"),
                    ("offset", "unit"),
                    "window_hours",
                    "every_months",
                    "at_named_time",
                    "move",
                ]
            },
        ),
        (_("Who and how"), {"fields": [("channel", "role"), ("purpose", "questionnaire"), "template", "script"]}),
    ]

    def save_model(self, request: HttpRequest, obj: Cadence, form: CadenceForm, change: bool) -> None:  # noqa: FBT001 # Django's
        super().save_model(request, obj, form, change)
        if change and form.cleaned_data.get("move"):
            rules.move_planned(obj, by=signed_in_user(request), now=timezone.now())


@admin.register(StorePreset)
class StorePresetAdmin(ConfigurationAdmin[StorePreset]):
    list_display = ["store", "preset"]
    list_select_related = ["store", "preset"]
    list_filter = ["preset"]


@admin.register(EscalationStep)
class EscalationStepAdmin(ConfigurationAdmin[EscalationStep]):
    """Who hears of late work, and when."""

    list_display = ["role", "level", "to_role", "after_hours"]
    list_editable = ["to_role", "after_hours"]
    list_display_links = ["role", "level"]
    fields = [("role", "level"), ("to_role", "after_hours")]


@admin.register(ConsentDefault)
class ConsentDefaultAdmin(ConfigurationAdmin[ConsentDefault]):
    """What is allowed as long as a customer has said nothing."""

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    list_display = ["purpose", "channel", "allowed"]
    list_display_links = ["purpose", "channel"]
    list_editable = ["allowed"]
    fields = [("purpose", "channel"), "allowed"]


@admin.register(ComplaintKind)
class ComplaintKindAdmin(ConfigurationAdmin[ComplaintKind]):
    """Classes of complaints: how soon each must be solved, and by whose people."""

    list_display = ["name", "code", "hours", "role", "order", "active"]
    list_editable = ["hours", "role", "order", "active"]
    fields = [("code", "order"), ("name", "name_en"), ("hours", "role"), "active"]


class QuestionInline(ConfigurationInline):
    """The questions of a questionnaire: one that was answered is switched off, and stays with its answers."""

    model = Question
    extra = 0
    fields = ["code", "kind", "name", "name_en", "complains", "order", "active"]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Questionnaire)
class QuestionnaireAdmin(ConfigurationAdmin[Questionnaire]):
    """What customers are asked, in which calls is said by the rules."""

    list_display = ["name", "code", "counted", "active"]
    list_editable = ["active"]
    fields = [("code", "counted"), ("name", "name_en"), "active"]
    inlines = [QuestionInline]


@admin.register(Festival)
class FestivalAdmin(ConfigurationAdmin[Festival]):
    """Days that everybody celebrates; a rule names one."""

    list_display = ["name", "code", "is_lunar", "month", "day", "active"]
    list_editable = ["active"]
    fields = [("code", "is_lunar"), ("name", "name_en"), ("month", "day"), "active"]
