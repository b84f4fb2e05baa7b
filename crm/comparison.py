"""Two files of customers side by side: what each knows, and what hangs on each, before they become one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from crm.models import ContactPerson, Customer, CustomerStore, Ownership, Phone
from dms.formats import display
from dms.formats.wording import listed

FIELDS = (
    "name",
    "kind",
    "salutation",
    "birthday",
    "email",
    "address",
    "postcode",
    "company",
    "industry",
    "company_phone",
    "company_address",
    "needs",
    "character",
    "hobbies",
    "best_time_to_call",
    "data_refused",
)
SAID_IN_WORDS = (Phone, Ownership, ContactPerson, CustomerStore, Customer)
"""What the rows above say in words; of the rest only how many there are is told."""


@dataclass(frozen=True)
class Row:
    """One fact in both files."""

    label: str
    one: str
    other: str

    @property
    def differs(self) -> bool:
        """Both know something, and not the same."""
        return bool(self.one and self.other) and self.one != self.other


def compare(one: Customer, other: Customer) -> Sequence[Row]:
    """What at least one of the files knows, then what hangs on them, app by app."""
    told = {customer: list(facts(customer)) for customer in (one, other)}
    pairs = zip(told[one], told[other], strict=True)
    rows = [Row(label, mine, theirs) for (label, mine), (_label, theirs) in pairs if mine or theirs]
    return [*rows, *counts(one, other)]


def facts(customer: Customer) -> Iterable[tuple[str, str]]:
    for name in FIELDS:
        label = capfirst(str(Customer._meta.get_field(name).verbose_name))  # type: ignore[union-attr] # noqa: SLF001
        yield label, in_words(customer, name)
    owned = customer.ownerships.select_related("vehicle").order_by("pk")
    yield _("Phone numbers"), listed([display.masked_phone(phone.number) for phone in customer.phones.all()])
    yield _("Cars"), listed([str(ownership.vehicle) for ownership in owned])
    yield _("People"), listed([person.name for person in customer.people.all()])
    yield _("Stores"), listed([str(store) for store in customer.stores.order_by("code")])


def in_words(customer: Customer, name: str) -> str:
    value: Any = getattr(customer, name)
    if isinstance(value, list):
        return listed(value)
    if isinstance(value, bool):
        return str(_("yes")) if value else ""
    if name == "birthday":
        return display.date(value) if value else ""
    return str(getattr(customer, f"get_{name}_display", lambda: value)()) if value else ""


def counts(one: Customer, other: Customer) -> Iterable[Row]:
    """How many rows of each kind belong to the files, in whatever app: all of them move."""
    for relation in Customer._meta.related_objects:  # noqa: SLF001 # Django's own way to what points to a row
        model: Any = relation.related_model
        if model in SAID_IN_WORDS:
            continue
        field = relation.field.name
        rows = model._default_manager.filter(**{f"{field}__in": [one, other]})  # noqa: SLF001
        found = dict(rows.order_by().values_list(field).annotate(Count("pk")))
        if found:
            label = capfirst(str(model._meta.verbose_name_plural))  # noqa: SLF001
            yield Row(label, *(display.number(found.get(customer.pk, 0)) for customer in (one, other)))
