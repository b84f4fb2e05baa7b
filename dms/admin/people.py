"""People and their keys."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_otp.plugins.otp_static.admin import StaticDevice  # they register themselves when imported
from django_otp.plugins.otp_totp.admin import TOTPDevice
from django_stubs_ext import StrOrPromise

from dms.actions import people
from dms.admin.recording import Change, ConfigurationAdmin, PlainForm
from dms.core.roles import CONFIGURE, ROLES
from dms.core.untyped import Facts, Option
from dms.formats import display
from dms.models import ApiToken, Role, RoleRight, Store, User
from dms.navigation.own_due_work import locked_since
from dms.records.open_work import OpenWork, left_by
from dms.records.own_events import USER_PASSWORD_CHANGED
from dms.web.rights import signed_in_user


class RolesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """The roles a person holds, in our own words."""

    def label_from_instance(self, obj: Group) -> str:
        return str(ROLES[obj.name].label) if obj.name in ROLES else obj.name


class PersonForm(PlainForm):
    """Nobody locks themselves out: one’s own sign-in and right to configure stay."""

    by: User

    class Meta:
        model = User
        fields = ["username", "display_name", "phone", "email", "groups", "stores", "skills", "deputy"]

    def clean(self) -> Facts:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk == self.by.pk and not self.by.is_superuser:
            giving = RoleRight.objects.granted().filter(right=CONFIGURE, role__in=cleaned.get("groups", []))
            if not giving.exists():
                raise ValidationError(_("You cannot take your own access away. Ask another administrator."))
        if self.instance.pk:
            self.refuse_leaving_work(set(cleaned.get("stores", ())), cleaned.get("groups", ()))
        return cleaned

    def refuse_leaving_work(self, stores: set[Store], roles: Iterable[Role]) -> None:
        """Whoever changes store or role leaves as well: what is open there is handed over first."""
        person = self.instance
        gone = [store for store in person.stores.all() if store not in stores]
        kept = set(RoleRight.objects.granted().filter(role__in=roles).values_list("right", flat=True))
        for left in left_by(person):
            kind = left.kind
            assert isinstance(kind, OpenWork)
            rows = kind.of(person)
            loses = kind.right not in kept and person.has_perm(kind.right)
            if rows.filter(store__in=gone).exists() or (loses and not person.is_superuser):
                sentence = _("%(name)s still has %(n)s: %(work)s. Hand the work over first.")
                raise ValidationError(sentence % {"name": person, "n": left.count, "work": kind.label})


class NewPersonForm(UserCreationForm[User]):
    """A new colleague with a first password."""

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username", "display_name", "phone")

    def __init__(self, *args: Option, **kwargs: Option) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg] # generic in the stubs alone
    """A new password, set by an administrator. Who shall not sign in is switched off instead."""

    def __init__(self, *args: Option, **kwargs: Option) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields.pop("usable_password", None)
        for entry in self.fields.values():
            entry.required = True


class LockedFilter(admin.SimpleListFilter):
    """Whose sign-in is locked by wrong passwords."""

    title = gettext_lazy("sign-in")
    parameter_name = "locked"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, StrOrPromise]]:
        return [("1", gettext_lazy("Locked"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if not self.value():
            return queryset
        return queryset.filter(username__in=locked_since(timezone.now()))


class SecondFactorFilter(admin.SimpleListFilter):
    """Who signs in by password and code, and who by the password alone."""

    title = gettext_lazy("second factor")
    parameter_name = "second_factor"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, StrOrPromise]]:
        return [("1", gettext_lazy("Set up")), ("0", gettext_lazy("Password alone"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() not in {"0", "1"}:
            return queryset
        having = TOTPDevice.objects.filter(confirmed=True).values("user_id")
        return queryset.filter(pk__in=having) if self.value() == "1" else queryset.exclude(pk__in=having)


# Secrets and recovery codes stand on no page of the site: what may be done with them are acts.
admin.site.unregister([TOTPDevice, StaticDevice])


@admin.register(User)
class PersonAdmin(ConfigurationAdmin[User], DjangoUserAdmin[User]):
    """Colleagues are never deleted: their name stands under what they did. They are switched off."""

    form = PersonForm
    add_form = NewPersonForm
    add_form_template = "admin/change_form.html"  # Django's own explains itself in English only
    change_password_form = PasswordForm
    list_display = [
        "username",
        "display_name",
        "role_names",
        "store_names",
        "masked",
        "locked",
        "second_factor",
        "is_active",
    ]
    list_display_links = ["username", "display_name"]
    list_filter = ["is_active", LockedFilter, SecondFactorFilter, "stores"]
    search_fields = ["username", "display_name", "name_key", "phone", "email"]
    search_help_text = gettext_lazy("Name, pinyin initials, user name, phone or e-mail")
    ordering = ["username"]
    actions = ["unlock"]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined", "password_link", "works_here", "code_reset"]
    fieldsets = [
        (None, {"fields": [("username", "display_name"), ("phone", "email"), "works_here"]}),
        (gettext_lazy("Roles and stores"), {"fields": ["groups", "stores"]}),
        (gettext_lazy("Work"), {"fields": ["skills", "deputy"]}),
        (gettext_lazy("Sign-in"), {"fields": [("last_login", "date_joined", "password_link", "code_reset")]}),
    ]
    add_fieldsets = [
        (None, {"fields": [("username", "display_name"), "phone", ("password1", "password2")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        has_code = Exists(TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True))
        rows: QuerySet[User] = super().get_queryset(request).prefetch_related("groups", "stores")
        return rows.annotate(has_code=has_code)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: object) -> Any:  # noqa: FBT001, FBT002
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.by = signed_in_user(request)
        return form

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: object) -> Any:
        if db_field.name == "groups":
            kwargs |= {"form_class": RolesField, "queryset": Group.objects.filter(name__in=ROLES).order_by("pk")}
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups" and field is not None:
            field.label, field.help_text = _("Roles"), ""
        return field

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        self.locked_now = set(locked_since(timezone.now())) - {""}
        return super().get_changelist_instance(request)

    @admin.display(description=gettext_lazy("roles"))
    def role_names(self, user: User) -> str:
        return " · ".join(str(ROLES[code].label) for code in user.role_codes)

    @admin.display(description=gettext_lazy("phone"))
    def masked(self, user: User) -> str:
        return display.masked_phone(user.phone)

    @admin.display(description=gettext_lazy("stores"))
    def store_names(self, user: User) -> str:
        return " · ".join(str(store) for store in user.stores.all())

    @admin.display(description=gettext_lazy("Password"))
    def password_link(self, user: User) -> str:
        url = reverse("admin:auth_user_password_change", args=[user.pk])
        return format_html('<a class="btn btn-sm" href="{}">{}</a>', url, _("Set password"))

    @admin.display(description=gettext_lazy("second factor"), boolean=True)
    def second_factor(self, user: Any) -> bool:
        return bool(user.has_code)

    @admin.display(description=gettext_lazy("second factor"))
    def code_reset(self, user: Any) -> str:
        """Resetting is an act of its own: it asks why."""
        if not getattr(user, "has_code", False):
            return _("Password alone")
        url = reverse("dms:person_reset_second_factor", args=[user.pk])
        return format_html('{} <a class="btn btn-sm" href="{}">{}</a>', _("Set up"), url, _("Reset"))

    @admin.display(description=gettext_lazy("active"))
    def works_here(self, user: User) -> str:
        """Switching off is an act of its own: it shows what is open of the person, and gives it to others."""
        state, name, label = (
            (_("Yes"), "dms:person_switch_off", _("Has left us"))
            if user.is_active
            else (_("No"), "dms:person_switch_on", _("Works here again"))
        )
        if name == "dms:person_switch_on":
            return format_html(
                '{} <a href="{}?q={}&active=false">{}</a>', state, reverse("dms:people"), user.username, label
            )
        return format_html('{} <a class="btn btn-sm" href="{}">{}</a>', state, reverse(name, args=[user.pk]), label)

    @admin.display(description=gettext_lazy("locked"))
    def locked(self, user: User) -> str:
        return _("Locked") if user.username in self.locked_now else ""

    @admin.action(description=gettext_lazy("Unlock sign-in"))
    def unlock(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Forget the wrong passwords of the people chosen."""
        chosen = list(queryset)
        with transaction.atomic():
            for user in chosen:
                people.unlock(user, by=signed_in_user(request))
        messages.success(
            request, ngettext("%(n)s sign-in unlocked.", "%(n)s sign-ins unlocked.", len(chosen)) % {"n": len(chosen)}
        )

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:  # noqa: FBT001, FBT002
        if not isinstance(form, forms.ModelForm):  # the page that sets a password
            return [Change(USER_PASSWORD_CHANGED, form.user)]
        return super().construct_change_message(request, form, formsets, add)

    @transaction.atomic
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:  # noqa: A002
        """Password, event and the end of the person's keys together, or none of them."""
        answer = super().user_change_password(request, id, form_url)
        if isinstance(answer, HttpResponseRedirect):
            people.revoke_tokens(User.objects.get(pk=id), by=signed_in_user(request))
        return answer


@admin.register(ApiToken)
class ApiTokenAdmin(ConfigurationAdmin[ApiToken]):
    """Keys are made by their owners; here they are only taken away."""

    list_display = ["user", "name", "created_at", "last_used_at", "expires_at", "revoked_at"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__display_name", "name"]
    date_hierarchy = "created_at"
    fields = ["user", "name", "created_at", "last_used_at", "expires_at", "revoked_at"]
    readonly_fields = ["user", "name", "created_at", "last_used_at", "expires_at", "revoked_at"]
    actions = ["revoke"]

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission

    @admin.action(description=gettext_lazy("Revoke"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """The keys chosen open nothing any more."""
        chosen = list(queryset)
        with transaction.atomic():
            for token in chosen:
                people.revoke_token(token, by=signed_in_user(request))
        messages.success(
            request, ngettext("%(n)s key revoked.", "%(n)s keys revoked.", len(chosen)) % {"n": len(chosen)}
        )
