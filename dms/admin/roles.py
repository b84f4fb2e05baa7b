"""Roles: what each may do, changed here and put back to the default in one step."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django_stubs_ext import StrOrPromise

from dms.actions import roles as role_actions
from dms.actions import second_factor
from dms.admin.recording import ConfigurationAdmin, PlainForm
from dms.core.refusals import Refusal
from dms.core.roles import RIGHTS, ROLES
from dms.core.untyped import Option
from dms.models import Role, RoleSignIn
from dms.web.rights import signed_in_user

AREAS: dict[str, StrOrPromise] = {
    "dms": pgettext_lazy("area", "Home"),
    "crm": pgettext_lazy("area", "Customers"),
    "sales": pgettext_lazy("area", "Sales"),
    "aftersales": pgettext_lazy("area", "Service"),
    "parts": pgettext_lazy("area", "Parts"),
    "billing": gettext_lazy("Payments"),
    "reports": pgettext_lazy("area", "Reports"),
}
"""What stands before the dot of a right, in words."""


def choices_by_area() -> Iterable[tuple[StrOrPromise, list[tuple[str, StrOrPromise]]]]:
    for area, words in AREAS.items():
        yield words, [(right, label) for right, label in RIGHTS.items() if right.startswith(f"{area}.")]


def demanded(role: Role) -> bool:
    return RoleSignIn.objects.filter(role=role, needs_second_factor=True).exists()


class RoleForm(PlainForm):
    """All rights, those ticked that the role gives."""

    rights = forms.MultipleChoiceField(
        label=pgettext_lazy("access", "Rights"),
        choices=choices_by_area,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    needs_second_factor = forms.BooleanField(
        label=gettext_lazy("Second factor demanded"),
        help_text=gettext_lazy("Who has none sets it up at the next sign-in, and reaches nothing else before."),
        required=False,
    )

    class Meta:
        model = Role
        fields: list[str] = []

    def __init__(self, *args: Option, **kwargs: Option) -> None:
        super().__init__(*args, **kwargs)
        self.initial["rights"] = [row.right for row in self.instance.rights.all() if row.granted]
        self.initial["needs_second_factor"] = demanded(self.instance)

    def clean_rights(self) -> list[str]:
        """The refusal beside the field; the action judges again after the lock."""
        rights: list[str] = self.cleaned_data["rights"]
        try:
            role_actions.refuse_lockout(self.instance, rights)
        except Refusal as refusal:
            raise ValidationError(str(refusal.sentence), code=refusal.code) from refusal
        return rights


class RightFilter(admin.SimpleListFilter):
    """Which roles may do this?"""

    title = pgettext_lazy("access", "right")
    parameter_name = "right"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, StrOrPromise]]:
        return list(RIGHTS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Role]) -> QuerySet[Role]:
        right = self.value()
        return queryset.filter(rights__right=right, rights__granted=True) if right else queryset


admin.site.unregister(Group)


@admin.register(Role)
class RoleAdmin(ConfigurationAdmin[Role]):
    """The roles are those of ``dms.core.roles``: they are neither added nor deleted here, only their rights change."""

    form = RoleForm
    fields = ["needs_second_factor", "rights"]
    list_display = ["__str__", "people", "rights_given", "differs", "second_factor"]
    list_filter = [RightFilter]
    ordering = ["pk"]
    actions = ["restore_default_rights"]

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    has_delete_permission = has_add_permission

    def get_queryset(self, request: HttpRequest) -> QuerySet[Role]:
        holders = Count("user", filter=Q(user__is_active=True), distinct=True)
        rows: QuerySet[Role] = super().get_queryset(request).filter(name__in=ROLES)
        return rows.prefetch_related("rights").select_related("sign_in").annotate(holders=holders)

    @admin.display(description=gettext_lazy("colleagues"), ordering="holders")
    def people(self, role: Any) -> int:
        return int(role.holders)

    @admin.display(description=pgettext_lazy("access", "rights"))
    def rights_given(self, role: Role) -> int:
        return len(self.rights_of(role))

    @admin.display(description=gettext_lazy("differs from the default"))
    def differs(self, role: Role) -> str:
        """“+2 −1”: two rights more than by default, one less."""
        given, default = self.rights_of(role), ROLES[role.name].rights
        return " ".join(
            f"{sign}{len(rights)}" for sign, rights in (("+", given - default), ("−", default - given)) if rights
        )

    @admin.display(description=gettext_lazy("second factor"), boolean=True)
    def second_factor(self, role: Role) -> bool:
        return hasattr(role, "sign_in") and role.sign_in.needs_second_factor

    def rights_of(self, role: Role) -> set[str]:
        return {row.right for row in role.rights.all() if row.granted}

    def save_model(self, request: HttpRequest, obj: Role, form: RoleForm, change: bool) -> None:  # noqa: FBT001 # Django's
        role_actions.change_rights(obj, rights=form.cleaned_data["rights"], by=signed_in_user(request))
        second_factor.demand(obj, needed=form.cleaned_data["needs_second_factor"], by=signed_in_user(request))

    def log_change(self, request: HttpRequest, object: Role, message: Any) -> Any:  # noqa: A002 # Django's name
        """The action records its own event."""

    @admin.action(description=gettext_lazy("Back to the default rights"))
    def restore_default_rights(self, request: HttpRequest, queryset: QuerySet[Role]) -> None:
        """The roles chosen may again do what a new dealership starts with."""
        chosen = list(queryset)
        with transaction.atomic():
            for role in chosen:
                role_actions.restore_default_rights(role, by=signed_in_user(request))
        text = ngettext("%(n)s role has its default rights.", "%(n)s roles have their default rights.", len(chosen))
        messages.success(request, text % {"n": len(chosen)})
