"""Two files of customers side by side: what each knows, and what hangs on each, before they become one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from crm.models import ContactPerson, Customer, CustomerStore, Ownership, Phone
from crm.references import references, rows_of
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
BOTH_STAND = frozenset({"needs", "data_refused"})
"""Of these the whole file has what either had."""
SAID_IN_WORDS = (Phone, Ownership, ContactPerson, CustomerStore, Customer)
"""What the rows above say in words; of the rest only how many there are is told."""


@dataclass(frozen=True)
class Row:
    """One fact in both files. ``exclusive``: the file that stays has room for one of both words."""

    label: str
    one: str
    other: str
    exclusive: bool = False

    @property
    def differs(self) -> bool:
        """One of the two words will not stand."""
        return self.exclusive and bool(self.one and self.other) and self.one != self.other


def compare(one: Customer, other: Customer) -> Sequence[Row]:
    """What at least one of the files knows, then what hangs on them, app by app."""
    rows = [Row(label_of(name), in_words(one, name), in_words(other, name), name not in BOTH_STAND) for name in FIELDS]
    pairs = zip(around(one), around(other), strict=True)
    rows += [Row(label, mine, theirs) for (label, mine), (_label, theirs) in pairs]
    return [*(row for row in rows if row.one or row.other), *counts(one, other)]


def label_of(name: str) -> str:
    return capfirst(str(Customer._meta.get_field(name).verbose_name))  # type: ignore[union-attr] # noqa: SLF001


def around(customer: Customer) -> Iterable[tuple[str, str]]:
    """Numbers, cars, people and stores: of these all move."""
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
    rows = rows_of(one, other)
    for reference in references():
        mine, theirs = (len(rows[file.pk].get(reference.label, ())) for file in (one, other))
        if (mine or theirs) and reference.model not in SAID_IN_WORDS:
            label = capfirst(str(reference.model._meta.verbose_name_plural))  # noqa: SLF001 # Django's own way to it
            yield Row(label, display.number(mine), display.number(theirs))
