"""Registering, finding and changing customers."""

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm import identity
from crm.actions import consents
from crm.events import (
    CUSTOMER_ASKED_ABOUT,
    CUSTOMER_CHANGED,
    CUSTOMER_LOOK_UPS_AT_LIMIT,
    CUSTOMER_LOOKED_UP,
    CUSTOMER_PERSON_ADDED,
    CUSTOMER_PHONE_ADDED,
    CUSTOMER_PHONE_PREFERRED,
    CUSTOMER_PHONE_REMOVED,
    CUSTOMER_PHONE_REVEALED,
    CUSTOMER_REGISTERED,
)
from crm.models import ContactPerson, Customer, CustomerStore, Phone
from dms.actions import reveals
from dms.core.refusals import Refusal
from dms.core.untyped import Fact
from dms.formats import display, phones
from dms.formats.wording import listed
from dms.models import Rate, Store, User
from dms.records import events
from dms.records.hourly_limits import HourlyLimit

JOINED = "joined"


def asked_enough(limit: int) -> str:
    sentence = ngettext(
        "You have asked for %(n)s guest of other stores within an hour. Your manager has been told; go on later.",
        "You have asked for %(n)s guests of other stores within an hour. Your manager has been told; go on later.",
        limit,
    )
    return sentence % {"n": limit}


LOOK_UPS = HourlyLimit(
    rate=Rate.Kind.LOOK_UPS,
    otherwise=20,
    # Told apart so that only guests who were not ours count: who is known already is asked for all day.
    counts=Q(kind=CUSTOMER_ASKED_ABOUT) | Q(kind=CUSTOMER_LOOKED_UP, data__has_key=JOINED),
    alarm=CUSTOMER_LOOK_UPS_AT_LIMIT,
    counted="guests",
    sentence=asked_enough,
    code="look_up_limit",
)
"""Numbers can be guessed, and each hit tells of a customer: so many an hour are guests, more are a list."""


class JoinFirst(Refusal):
    """Whom another store knows becomes known to ours only when somebody has looked at who it is, and said so."""

    code = "join_first"

    def __init__(self, customer: Customer, *, store: Store, by: User) -> None:
        super().__init__(is_it(customer))
        self.customer, self.store, self.by = customer, store, by

    def told(self) -> Refusal:
        """The question tells that there is such a guest, and whose: asked, it counts as the guest does who is brought in."""
        try:
            LOOK_UPS.note(self.customer, kind=CUSTOMER_ASKED_ABOUT, by=self.by, store=self.store)
        except Refusal as enough:
            return enough
        return self


@dataclass(frozen=True)
class Registered:
    """The customer, and whether we knew them already."""

    customer: Customer
    known: bool


def queue_for_phone(number: str) -> None:
    """Two desks that register the same number at once wait for each other, so that one customer comes of it."""
    with connection.cursor() as cursor:  # advisory: a customer who is not there yet cannot be locked
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"crm.phone:{number}"])


@transaction.atomic
def register_customer(
    *, name: str, phone: str, store: Store, by: User, join: bool = False, **facts: Fact
) -> Registered:
    """A person becomes a customer of the store. The same phone and name is the same customer, wherever they were first met.

    :param join: whom another store knows is who we say, and becomes known to this one.
    :raises Refusal: when the phone number cannot be one, or a guest of another store is not confirmed.
    """
    return known_or_new(name=name, phone=phone, store=store, by=by, join=join, **facts)


def known_or_new(
    *,
    phone: str,
    store: Store,
    by: User,
    name: str = "",
    chosen: int | None = None,
    stranger: bool = False,
    join: bool = False,
    **facts: Fact,
) -> Registered:
    """As :func:`register_customer`, within an act that begins with it: refused, nothing of that act stays.

    :param chosen: which of several with the number it is; ``stranger``: none of them.
    :param join: it is who we say, and they become known to the store.
    :raises Refusal: when the number alone may be several people's, somebody new has no name, or a guest of another store is not
        confirmed.
    """
    name, number = name.strip(), read_phone(phone)
    queue_for_phone(number)
    # Only now: whoever registered the same number before us has ended, and is found.
    holder = identity.person(number, name, store=store, chosen=chosen, stranger=stranger)
    if holder is not None:
        if not holder.is_here:
            make_known(holder.customer, store=store, by=by, join=join)
        return Registered(holder.customer, known=True)
    if not name:
        raise Refusal(_("How do they want to be called? A family name is enough."), code="no_name")
    customer = Customer(name=name, created_by=by, **facts)
    customer.save(force_insert=True)
    Phone(customer=customer, number=number, is_primary=True).save(force_insert=True)
    link(customer, store)
    events.record(CUSTOMER_REGISTERED, customer, by=by, store=store)
    return Registered(customer, known=False)


def make_known(customer: Customer, *, store: Store, by: User, join: bool = False) -> Customer:
    """A guest of another store is known to ours from now on. Logged.

    The one door between the stores.

    :param join: somebody has looked at who it is.
    :raises JoinFirst: when nobody has: a slip of one digit, or a guess, must not open a stranger's file.
    :raises Refusal: when this person has brought in as many guests of other stores as one meets in an hour.
    """
    if CustomerStore.objects.filter(customer=customer, store=store).exists():
        events.record(CUSTOMER_LOOKED_UP, customer, by=by, store=store)
        return customer
    if not join:
        raise JoinFirst(customer, store=store, by=by)
    LOOK_UPS.note(customer, kind=CUSTOMER_LOOKED_UP, by=by, store=store, **{JOINED: True})
    link(customer, store)
    return customer


def is_it(customer: Customer) -> str:
    """The question who it is, with no more of the name than who stands before us can confirm."""
    sentence = _(
        "Is it this person: %(name)s, a guest of %(stores)s? Then confirm “Join our store” (join): the file becomes known here,"
        " which is logged."
    )
    stores = listed(store.name for store in customer.stores.all())
    return sentence % {"name": display.masked_name(customer.name), "stores": stores}


def link(customer: Customer, store: Store) -> None:
    """From now on staff of the store see the customer."""
    # Two stores that meet the customer at once both write the row; the second finds it there.
    CustomerStore.objects.bulk_create([CustomerStore(customer=customer, store=store)], ignore_conflicts=True)


def whole(customer: Customer) -> Customer:
    """The customer's file, held until the act is over; of a file that was merged meanwhile, the one that stays."""
    # A merge holds both files until it ends; then this file points on, and what is written goes there.
    held = Customer.objects.lock(customer)
    if held.merged_into:
        return whole(held.merged_into)
    refuse_erased(held)
    return held


def refuse_erased(customer: Customer, *, by: User | None = None) -> None:
    """:raises Refusal: when the person was erased: nothing is written on their file any more."""
    if customer.erased_at is not None:
        raise Refusal(_("This customer was erased: nothing is written on the file any more."), code="erased")


def read_phone(text: str) -> str:
    """The number in its normal form.

    :raises Refusal: with a sentence that says how a number looks.
    """
    number = phones.normalise(text)
    if number is None:
        sentence = _("“%(text)s” is no phone number. Write eleven digits for a mobile, or area code and number.")
        raise Refusal(sentence % {"text": text}, code="not_a_phone")
    return number


@transaction.atomic
def change_customer(customer: Customer, *, by: User, **facts: object) -> Customer:
    """Correct or complete what is known; the log names the fields that changed."""
    customer = whole(customer)
    # Not refused when it is none: company cards name extensions and hours that no form foresees.
    if company_phone := facts.get("company_phone"):
        facts["company_phone"] = phones.normalise(str(company_phone)) or company_phone
    # Against the held row: two desks that fill in the file together each log their own fields.
    changed = [name for name, value in facts.items() if getattr(customer, name) != value]
    if not changed:
        return customer
    for name in changed:
        setattr(customer, name, facts[name])
    customer.save(update_fields=changed)
    events.record(CUSTOMER_CHANGED, customer, by=by, data={"fields": changed})
    if "data_refused" in changed:
        consents.follow_data_word(customer, by=by)
    return customer


@transaction.atomic
def add_phone(
    customer: Customer, *, number: str, by: User, kind: str = Phone.Kind.MOBILE, primary: bool = False
) -> Phone:
    """One more number; when it is the one to call from now on, the others step back."""
    customer = whole(customer)
    normal = read_phone(number)
    if customer.phones.filter(number=normal).exists():
        raise Refusal(_("This customer already has that number."), code="phone_known")
    # The first number is the one to call: nobody has to say so.
    primary = primary or not customer.phones.exists()
    if primary:
        # Before the new one is written: a partial unique index lets only one be called first.
        customer.phones.filter(is_primary=True).update(is_primary=False)
    phone = Phone(customer=customer, number=normal, kind=kind, is_primary=primary)
    phone.save(force_insert=True)
    events.record(CUSTOMER_PHONE_ADDED, customer, by=by, data={"tail": phone.tail})
    return phone


@transaction.atomic
def prefer_phone(phone: Phone, *, by: User) -> Phone:
    """Call this number first from now on."""
    # One file, one first number: two that are chosen at once would both be the first.
    Customer.objects.lock(phone.customer_id)
    Phone.objects.filter(customer=phone.customer_id, is_primary=True).update(is_primary=False)
    # Asked by writing: a number removed at the next desk is no longer there to be preferred.
    if not Phone.objects.filter(pk=phone.pk).update(is_primary=True):
        raise Refusal(_("This number was removed meanwhile. Reload the page."), code="phone_gone")
    events.record(CUSTOMER_PHONE_PREFERRED, phone.customer, by=by, data={"tail": phone.tail})
    return phone


def others_of(phone: Phone) -> QuerySet[Phone]:
    """The other numbers of the same customer."""
    return Phone.objects.filter(customer=phone.customer_id).exclude(pk=phone.pk)


def refuse_last(phone: Phone, *, by: User) -> None:
    """:raises Refusal: when it is the only number."""
    if not others_of(phone).exists():
        raise Refusal(_("This is the only number. Add the new one first, then remove this."), code="last_phone")


@transaction.atomic
def remove_phone(phone: Phone, *, by: User) -> None:
    """Forget a number. The last one stays: a customer without a number cannot be reached."""
    customer = Customer.objects.lock(phone.customer_id)  # two who remove the last two numbers wait for each other
    refuse_last(phone, by=by)
    others = others_of(phone)
    phone.delete()
    if phone.is_primary:
        # The oldest follows: known longest, it has been called before.
        others.filter(pk=others.order_by("pk").values_list("pk", flat=True)[0]).update(is_primary=True)
    events.record(CUSTOMER_PHONE_REMOVED, customer, by=by, data={"tail": phone.tail})


@transaction.atomic
def reveal_phone(phone: Phone, *, by: User) -> str:
    """Show a whole number. It is logged who looked, and when.

    :raises Refusal: when this person has seen too many within an hour.
    """
    # The law on personal data (PIPL) wants to know who looked: the event comes first, and without it no number is shown.
    reveals.note(phone.customer, kind=CUSTOMER_PHONE_REVEALED, by=by, tail=phone.tail)
    return phone.number


@transaction.atomic
def reveal_on_paper(customer: Customer, *, paper: str, by: User) -> None:
    """A paper leaves the printer with the whole number on it: as if the number had been shown on the screen.

    :raises Refusal: when this person has seen too many within an hour.
    """
    reveals.note(customer, kind=CUSTOMER_PHONE_REVEALED, by=by, paper=paper)


@transaction.atomic
def add_person(customer: Customer, *, by: User, name: str, **facts: object) -> ContactPerson:
    """Somebody round the customer: who decides, the family with birthdays, the driver."""
    if not name.strip():
        raise Refusal(_("Write who it is."), code="person_unnamed")
    customer = whole(customer)
    if phone := facts.get("phone"):
        facts["phone"] = phones.normalise(str(phone)) or phone
    person = ContactPerson(customer=customer, name=name.strip(), **facts)
    person.save(force_insert=True)
    events.record(CUSTOMER_PERSON_ADDED, customer, by=by, data={"name": person.name})
    return person
