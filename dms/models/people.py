"""People: who works here, in which stores and roles, who is away and who stands in."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import ClassVar, Self

from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from dms.core.roles import RIGHTS, ROLES
from dms.core.scope import LockingQuerySet
from dms.core.untyped import Option
from dms.core.updated_at import UpdatedAt
from dms.formats import folding, phones, pinyin
from dms.models.roles import RoleRight
from dms.models.stores import Store


class UserQuerySet(LockingQuerySet["User"]):
    def visible_to(self, user: "User") -> Self:
        """Colleagues of the same stores; those of the group's roles are everybody's colleagues."""
        if user.sees_all_stores:
            return self
        group = [code for code, role in ROLES.items() if role.group_wide]
        mine = Q(pk__in=User.stores.through.objects.filter(store_id__in=user.store_ids).values("user_id"))
        return self.filter(mine | Q(pk__in=User.groups.through.objects.filter(group__name__in=group).values("user_id")))

    def of_store(self, store: Store | None) -> Self:
        if store is None:
            return self
        return self.filter(pk__in=User.stores.through.objects.filter(store=store).values("user_id"))

    def active(self) -> Self:
        return self.filter(is_active=True)

    def matching(self, text: str) -> Self:
        """Who is called so, by name, pinyin, initials or user name; of a phone number the last four digits are enough."""
        named = Q(display_name__icontains=text) | Q(display_name__contains=folding.simplified(text))
        named |= Q(username__istartswith=text)
        if letters := pinyin.typed(text):
            named |= Q(name_key__startswith=letters) | Q(name_key__contains=f" {letters}")
        if (
            text.isdigit() and len(text) == 4
        ):  # masked numbers show them; with more, one would complete a number by guesses
            named |= Q(phone__endswith=text)
        whole = phones.normalise(text)
        return self.filter(named | Q(phone=whole) if whole else named)

    def with_right(self, right: str) -> Self:
        """People whose role gives the right."""
        giving = RoleRight.objects.granted().filter(right=right)
        return self.filter(groups__in=giving.values("role")).distinct()

    def away(self, *, on: date) -> Self:
        return self.filter(absences__first_day__lte=on, absences__last_day__gte=on).distinct()


Row = tuple[object, ...]
"""The columns of a row in the order of its model."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person may do and where: nothing in it changes, so that many requests share it (dms/web/who_asks.py)."""

    roles: tuple[str, ...]
    rights: frozenset[str]
    store_ids: tuple[int, ...]
    stores: tuple[Row, ...] | None = None
    """The stores they work in, by their codes; None: they are read when wanted."""
    visible_stores: tuple[Row, ...] | None = None
    """These, or those of the whole group."""

    def store(self, pk: int) -> "Store | None":
        """One that they see."""
        return next((store_of(row) for row in self.visible_stores or () if row[STORE_ID] == pk), None)


def store_of(row: Row) -> Store:
    """A store of its columns, as the database would give it; each request has its own."""
    return Store.from_db("default", STORE_COLUMNS, row)


STORE_COLUMNS = [field.attname for field in Store._meta.concrete_fields]  # noqa: SLF001 # Django's public way to a model's fields
STORE_ID = STORE_COLUMNS.index("id")


class PeopleManager(UserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user: "User") -> UserQuerySet:
        return self.get_queryset().visible_to(user)

    def lock(self, user: "User") -> "User":
        # Spelled out: Django's manager of users does not take the methods of a queryset along.
        return self.get_queryset().lock(user)


class User(UpdatedAt, AbstractUser):
    """Somebody who signs in. Roles are groups; what a role may do are its rows of ``RoleRight``."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    standing: Standing | None = None
    """Of whoever asks; of anybody else the rows are read when wanted."""
    # A Chinese name is not split in two: one field says how somebody is called.
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    display_name = models.CharField(pgettext_lazy("person", "name"), max_length=40)
    name_key = models.CharField(_("pinyin key"), max_length=120, editable=False, db_index=True, default="")
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    stores = models.ManyToManyField(Store, related_name="people", blank=True, verbose_name=_("stores"))
    skills = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("skills"))
    deputy = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="stands_in_for", verbose_name=_("usual deputy")
    )
    language = models.CharField(_("language"), max_length=8, blank=True)
    theme = models.CharField(_("appearance"), max_length=5, choices=Theme.choices, default=Theme.AUTO)
    store_chosen = models.ForeignKey(
        Store, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("working store")
    )

    objects: ClassVar[PeopleManager] = PeopleManager()
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("colleague")
        verbose_name_plural = _("colleagues")
        ordering = ["username"]
        constraints = [
            # People may sign in by their phone, which has to mean one of them.
            models.UniqueConstraint(
                fields=["phone"],
                name="user_phone_unique",
                condition=~Q(phone=""),
                violation_error_message=_("This phone number belongs to another colleague."),
            ),
            # Due work goes on to the deputy: to oneself it would lie where it lay.
            models.CheckConstraint(
                name="user_is_not_own_deputy",
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("id")),
                violation_error_message=_("Nobody is their own deputy."),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def save(self, *args: Option, **kwargs: Option) -> None:
        """Keep the pinyin key beside the name, so that search by initials needs no scan."""
        self.name_key = pinyin.key(self.display_name)
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name

    @cached_property
    def role_codes(self) -> list[str]:
        """The person's roles in the order of the table (the first is the main one)."""
        held = self.standing.roles if self.standing else {group.name for group in self.groups.all()}
        return [code for code in ROLES if code in held]

    @cached_property
    def rights(self) -> frozenset[str]:
        """What the person may do; a single question is ``has_perm``."""
        if self.is_superuser:
            return frozenset(RIGHTS)
        if self.standing:
            return self.standing.rights
        return frozenset(RoleRight.objects.granted().filter(role__user=self).values_list("right", flat=True))

    @property
    def role_label(self) -> StrOrPromise:
        return ROLES[self.role_codes[0]].label if self.role_codes else ""

    @cached_property
    def sees_all_stores(self) -> bool:
        return self.is_superuser or any(ROLES[code].group_wide for code in self.role_codes)

    @cached_property
    def own_stores(self) -> list[Store]:
        """The stores this person works in, by their codes; nearly every page asks, so they are fetched once."""
        if self.standing and self.standing.stores is not None:
            return [store_of(row) for row in self.standing.stores]
        return list(self.stores.all())

    @cached_property
    def store_ids(self) -> list[int]:
        if self.standing:
            return list(self.standing.store_ids)
        return [store.pk for store in self.own_stores]

    @cached_property
    def open_stores(self) -> list[Store]:
        """Where the person may choose to work: their own stores, or all, without those that are closed."""
        if not self.sees_all_stores:
            return [store for store in self.own_stores if store.active]
        if self.standing and self.standing.visible_stores is not None:
            return [store for store in map(store_of, self.standing.visible_stores) if store.active]
        return list(Store.objects.active())


class AbsenceQuerySet(LockingQuerySet["Absence"]):
    lock_with = ("user", "deputy")

    def visible_to(self, user: User) -> Self:
        return self.filter(user__in=User.objects.visible_to(user))

    def of_store(self, store: Store | None) -> Self:
        return self if store is None else self.filter(user__in=User.objects.get_queryset().of_store(store))

    def on(self, day: date) -> Self:
        return self.filter(first_day__lte=day, last_day__gte=day)

    def without_deputy(self) -> Self:
        """Nobody stands in, or somebody who has left."""
        return self.filter(Q(deputy__isnull=True) | Q(deputy__is_active=False))


class Absence(UpdatedAt):
    """Days on which somebody is away; the deputy does their due work meanwhile."""

    class Kind(models.TextChoices):
        LEAVE = "LEAVE", _("Leave")
        SICK = "SICK", _("Sick")
        TRAINING = "TRAINING", _("Training")
        TRIP = "TRIP", _("Business trip")
        OFF = "OFF", _("Day off")

    user = models.ForeignKey(User, models.CASCADE, related_name="absences", verbose_name=_("colleague"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.LEAVE)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    deputy = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="deputed_absences", verbose_name=_("deputy")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-first_day", "user"]
        constraints = [
            # Turned round it is no range to Postgres, which would answer the rule below with a fault.
            models.CheckConstraint(
                name="absence_ends_after_start",
                condition=Q(first_day__lte=F("last_day")),
                violation_error_message=_("The last day must not be before the first day."),
            ),
            # Their due work would go to themselves, and wait until they are back.
            models.CheckConstraint(
                name="absence_deputy_is_another",
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("user")),
                violation_error_message=_("Choose a deputy other than the person who is away."),
            ),
            # Two absences of one day would name two deputies for the same calls.
            ExclusionConstraint(
                name="absence_no_overlap",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (Func("first_day", "last_day", models.Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person is already away on some of these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.first_day:%Y-%m-%d} – {self.last_day:%Y-%m-%d}"

    @property
    def days(self) -> int:
        """How many days, both ends counted."""
        return (self.last_day - self.first_day).days + 1


class ApiTokenQuerySet(LockingQuerySet["ApiToken"]):
    lock_with = ("user",)


class ApiToken(models.Model):
    """A key to the API. Only its hash is stored; it gives the rights of its owner, no more, until it is revoked or expires."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens", verbose_name=_("colleague"))
    name = models.CharField(_("name"), max_length=60, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.user} · {self.name or self.pk}"

    @staticmethod
    def digest_of(key: str) -> str:
        return hashlib.sha256(key.encode()).hexdigest()

    @staticmethod
    def new_key() -> str:
        return secrets.token_urlsafe(32)

    def is_live(self, *, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at
