"""Customers, their phone numbers, the people round them, and the stores they have dealt with."""

from functools import reduce
from operator import or_
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.row_rules import Frozen, Kept, says_something
from dms.core.scope import LockingQuerySet
from dms.core.untyped import Option
from dms.core.updated_at import UpdatedAt
from dms.formats import folding, phones, pinyin
from dms.models import Store, User

FULL_ADDRESS = r"^(?=\s*\S.{4,}\S).*[0-9\uff10-\uff19\u53f7\u6751\u7ec4\u680b\u5e62]"
"""Six characters at least, and a number, a house, a building, a village or its group: a town alone is no address."""


def reached_by_post(path: str = "") -> Q:
    """Rows whose customer has a postal address that a postman finds; ``path`` leads to the customer."""
    return Q(**{f"{path}address__regex": FULL_ADDRESS})


class CustomerQuerySet(LockingQuerySet["Customer"]):
    stores_tell = True

    def visible_to(self, user: User) -> Self:
        """Customers of one's own stores. Any other is found only by ``crm.actions.recognition.look_up`` (logged)."""
        rows = self.filter(merged_into__isnull=True)
        if user.sees_all_stores:
            return rows
        # A subquery and no join: a customer of two stores stands in the list once.
        return rows.filter(pk__in=CustomerStore.objects.filter(store_id__in=user.store_ids).values("customer_id"))

    def of_store(self, store: Store | None) -> Self:
        if store is None:
            return self
        return self.filter(pk__in=CustomerStore.objects.filter(store=store).values("customer_id"))

    def matching(self, text: str) -> Self:
        """Free text as staff type it: part of a name, pinyin or initials, a phone number or its last four digits."""
        named, numbers = called_so(text), Phone.objects.typed(text)
        if numbers is None:
            return self.filter(named)
        # Two sets and not one OR over two tables: so each is found by its own index.
        customers = Customer.objects.filter(named).order_by().values("pk")
        return self.filter(pk__in=customers.union(numbers.order_by().values("customer_id")))

    def like(self, customer: "Customer") -> Self:
        """Files that may be of the same person: they share a number, or the name however it is written."""
        numbers = Phone.objects.filter(number__in=customer.phones.values("number")).order_by().values("customer_id")
        named = Customer.objects.filter(name_folded=customer.name_folded).order_by().values("pk")
        return self.filter(pk__in=numbers.union(named)).exclude(pk=customer.pk)

    def doubled(self) -> Self:
        """Files beside which there is another that may be of the same person, as :meth:`like` finds it."""
        others = Customer.objects.filter(merged_into__isnull=True).exclude(pk=models.OuterRef("pk")).order_by()
        numbers = Phone.objects.filter(customer=models.OuterRef(models.OuterRef("pk"))).values("number")
        named = models.Exists(others.filter(name_folded=models.OuterRef("name_folded")))
        return self.filter(named | models.Exists(others.filter(phones__number__in=numbers)))

    def with_phones(self) -> Self:
        return self.prefetch_related(models.Prefetch("phones", Phone.objects.order_by("-is_primary", "pk")))


def search_facts(name: str, company: str = "", *, kind: str = "PERSON") -> dict[str, str]:
    """What a customer is found by, beside the names as they are written: however a file is made, these columns go along."""
    key = pinyin.key if kind == "PERSON" else pinyin.word_key
    return {"name_key": key(name), "name_folded": folding.name(name), "company_folded": folding.name(company)}


def called_so(text: str, path: str = "") -> Q:
    """Rows whose customer is called so, as it is typed; ``path`` leads from the row to the customer."""
    name = folding.name(text)
    named = Q(**{f"{path}name_folded__contains": name}) | Q(**{f"{path}company_folded__contains": name})
    if letters := pinyin.typed(text):
        named |= Q(**{f"{path}name_key__startswith": letters}) | Q(**{f"{path}name_key__contains": f" {letters}"})
    return named


class Customer(UpdatedAt):
    """A person or company we know. Name and phone are enough to begin with; everything else is asked for when it is needed."""

    class Kind(models.TextChoices):
        PERSON = "PERSON", pgettext_lazy("customer", "Person")
        COMPANY = "COMPANY", pgettext_lazy("customer", "Company")

    class Salutation(models.TextChoices):
        UNKNOWN = "", "–"
        MR = "MR", _("Mr")
        MS = "MS", _("Ms")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=80)
    name_key = models.CharField(max_length=120, editable=False, default="")
    name_folded = models.CharField(max_length=folding.LONGEST, editable=False, default="")
    salutation = models.CharField(_("salutation"), max_length=2, choices=Salutation.choices, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.CharField(_("postal address"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    company = models.CharField(_("company"), max_length=80, blank=True)
    company_folded = models.CharField(max_length=folding.LONGEST, editable=False, default="")
    industry = models.CharField(_("industry"), max_length=40, blank=True)
    company_phone = models.CharField(_("company phone"), max_length=20, blank=True)
    company_address = models.CharField(_("company address"), max_length=200, blank=True)
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    birthday_is_lunar = models.BooleanField(_("lunar calendar"), default=False)
    character = models.CharField(_("character and way of talking"), max_length=200, blank=True)
    hobbies = models.CharField(_("hobbies"), max_length=200, blank=True)
    needs = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("needs"))
    best_time_to_call = models.CharField(_("best time to call"), max_length=40, blank=True)
    data_refused = models.BooleanField(
        _("refuses personal data"),
        default=False,
        help_text=_("The person does not want more to be kept. This is their right."),
    )
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)
    erased_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("erased by")
    )
    erased_why = models.CharField(_("why it was erased"), max_length=120, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", editable=False
    )
    source_id = models.CharField(_("id in the source"), max_length=60, blank=True, editable=False)
    created_at = models.DateTimeField(_("registered"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")
    stores: "models.ManyToManyField[Store, CustomerStore]" = models.ManyToManyField(
        Store, through="CustomerStore", related_name="customers"
    )

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["name_key", "pk"]
        indexes = [
            GinIndex(OpClass(F("name_folded"), name="gin_trgm_ops"), name="customer_folded_trgm"),
            models.Index(fields=["name_folded"], name="customer_folded"),
            # Staff type two letters of the pinyin; a part of a word is found only by trigrams.
            GinIndex(OpClass(F("name_key"), name="gin_trgm_ops"), name="customer_key_trgm"),
            GinIndex(OpClass(F("company_folded"), name="gin_trgm_ops"), name="customer_company_folded_trgm"),
            models.Index(fields=["name_key", "id"], name="customer_by_name"),
            models.Index(fields=["updated_at"], name="customer_updated_at"),
        ]
        constraints = [
            # The desk must be able to greet them; everything else may be asked later, or be refused.
            models.CheckConstraint(
                name="customer_has_name",
                condition=Q(name__regex=r"\S"),
                violation_error_message=_("Write the customer’s name, or how they want to be called."),
            ),
            # Whoever follows the merged files to the one that stays would never arrive.
            models.CheckConstraint(name="customer_not_merged_into_itself", condition=~Q(merged_into=F("id"))),
            # Whoever asks later what became of the file is told who erased it, and why.
            models.CheckConstraint(
                name="customer_erased_is_whole",
                condition=Q(erased_at__isnull=True, erased_by__isnull=True, erased_why="")
                | Q(erased_at__isnull=False, erased_by__isnull=False, erased_why__regex=r"\S"),
                violation_error_message=_("Say who asked for it, and how."),
            ),
            # The person is forgotten: nothing is written on their file again.
            Frozen(
                name="customer_erased_frozen",
                if_set="erased_at",
                but=["merged_into_id", "source_id"],
                violation_error_message=_("This customer was erased: nothing is written on the file any more."),
            ),
            # An import run again finds its rows by it.
            Frozen(name="customer_source_frozen", fields=["source_id"]),
            # Where a file went is where its rows are. It follows when that file goes on into a third.
            Frozen(name="customer_merge_frozen", fields=["merged_into"], if_set="merged_into", same="crm_same_file"),
            Kept(name="customer_kept"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Option, **kwargs: Option) -> None:
        """Keep what the names are found by beside them."""
        facts = search_facts(self.name, self.company, kind=self.kind)
        for name, value in facts.items():
            setattr(self, name, value)
        # An act that saves the name alone would leave the old pinyin: the customer is not found by the new
        # one.
        if (fields := kwargs.get("update_fields")) is not None and {"name", "company", "kind"} & set(fields):
            kwargs["update_fields"] = [*fields, *facts]
        super().save(*args, **kwargs)

    @property
    def phone(self) -> str:
        """The number to call; empty when none is known. Use ``with_phones()`` on sets."""
        numbers = list(self.phones.all())
        return min(numbers, key=lambda phone: (not phone.is_primary, phone.pk)).number if numbers else ""

    @property
    def completeness(self) -> int:
        """How much of the A card's customer part is known, 0 to 100. Shown, never demanded; full when data is refused."""
        # The law lets them refuse: no one is to press for what may not be asked.
        if self.data_refused:
            return 100
        asked = (
            self.name,
            self.phone,
            self.address,
            self.email,
            self.industry,
            self.birthday,
            self.needs,
            self.salutation,
        )
        return 100 * sum(bool(fact) for fact in asked) // len(asked)


class CustomerStore(models.Model):
    """That a customer has dealt with a store: staff of the store see them from then on."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="store_links")
    store = models.ForeignKey(Store, models.PROTECT, related_name="customer_links")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("customer’s store")
        verbose_name_plural = _("customers’ stores")
        # Two desks meet one guest at once; the earlier day stays, since which staff may see the file.
        constraints = [models.UniqueConstraint(fields=["customer", "store"], name="customerstore_unique")]
        indexes = [models.Index(fields=["store", "customer"], name="customerstore_store")]

    def __str__(self) -> str:
        return f"{self.customer_id} @ {self.store_id}"


TAIL = 4
LOCAL = range(7, 15)
"""Digits of a fixed line without its area code, with or without an extension."""


class PhoneQuerySet(LockingQuerySet["Phone"]):
    def visible_to(self, user: User) -> Self:
        """Numbers of the customers one sees."""
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def of_store(self, store: Store | None) -> Self:
        return self if store is None else self.filter(customer__in=Customer.objects.of_store(store))

    def typed(self, text: str) -> Self | None:
        """Numbers that are meant by what is typed; None when it is no number, or too little of one.

        A whole number, the number of a fixed line without its area code, or the last four digits, which every page shows. No
        other part: who may see a number masked must not complete it digit by digit.
        """
        numbers = phones.parts(text)
        # A fixed line may have an extension behind it: the switchboard's number finds all of them.
        if whole := phones.normalise(text):
            return self.filter(Q(number=whole) | Q(number__startswith=f"{whole}-"))
        if numbers and len(numbers[0]) == TAIL:
            return self.filter(tail=numbers[0])
        if numbers and min(map(len, numbers)) in LOCAL:
            line = reduce(or_, (Q(number__endswith=part) | Q(number__contains=f"{part}-") for part in numbers))
            return self.filter(line, number__startswith="0")
        return None


class Phone(models.Model):
    """One number of a customer, in one normal form. ``tail`` is its last four digits: what a caller's display shows."""

    class Kind(models.TextChoices):
        MOBILE = "MOBILE", pgettext_lazy("phone", "Mobile")
        HOME = "HOME", pgettext_lazy("phone", "Home")
        WORK = "WORK", pgettext_lazy("phone", "Work")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="phones", verbose_name=_("customer"))
    number = models.CharField(pgettext_lazy("phone", "number"), max_length=20)
    tail = models.CharField(max_length=4, editable=False, db_index=True)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, default=Kind.MOBILE)
    is_primary = models.BooleanField(_("call this one"), default=False)
    to_mend_since = models.DateTimeField(_("to be mended since"), null=True, blank=True, editable=False)

    objects = PhoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("phone number")
        verbose_name_plural = _("phone numbers")
        ordering = ["-is_primary", "pk"]
        indexes = [
            models.Index(fields=["number"], name="phone_number"),
            GinIndex(OpClass(F("number"), name="gin_trgm_ops"), name="phone_number_trgm"),
        ]
        constraints = [
            # The same number twice and one customer is taken for two who share it.
            models.UniqueConstraint(
                fields=["customer", "number"],
                name="phone_unique_per_customer",
                violation_error_message=_("This customer already has that number."),
            ),
            # Whoever calls must not have to choose.
            models.UniqueConstraint(fields=["customer"], condition=Q(is_primary=True), name="phone_one_primary"),
            # A guest is recognised by exactly this text: written another way they would be entered twice.
            models.CheckConstraint(
                name="phone_is_normal",
                condition=Q(number__regex=r"^\+?[0-9]{5,18}(-[0-9]{1,6})?$"),
                violation_error_message=_("Write the number with digits only, for example 13800000000."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Option, **kwargs: Option) -> None:
        self.tail = phones.tail(self.number)
        super().save(*args, **kwargs)


class ContactPerson(models.Model):
    """Somebody round the customer: who decides, who drives, the family with their birthdays."""

    class Role(models.TextChoices):
        DECISION_MAKER = "DECISION_MAKER", _("Decision maker")
        FAMILY = "FAMILY", _("Family")
        DRIVER = "DRIVER", _("Driver")
        COLLEAGUE = "COLLEAGUE", pgettext_lazy("contact person", "Colleague")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="people", verbose_name=_("customer"))
    role = models.CharField(_("role"), max_length=14, choices=Role.choices, default=Role.DECISION_MAKER)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=80)
    employer = models.CharField(_("employer"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    birthday_is_lunar = models.BooleanField(_("lunar calendar"), default=False)
    note = models.CharField(_("note"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("contact person")
        verbose_name_plural = _("contact persons")
        ordering = ["role", "pk"]
        constraints = [
            says_something("contactperson", "name"),
        ]

    def __str__(self) -> str:
        return self.name
