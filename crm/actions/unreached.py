"""Whom no call reaches: the number is marked to be mended, until a call goes through or somebody finds it right."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from crm.events import CUSTOMER_PHONE_CONFIRMED, CUSTOMER_PHONE_TO_MEND
from crm.models import Contact, FollowUp, Phone
from crm.models.contacts import FAMILY, SUCCESS
from dms.core.refusals import Refusal
from dms.models import User
from dms.records import events


def note_number(contact: Contact, *, rows: Sequence[FollowUp], dead: bool, by: User) -> None:
    """What the call says of the number: right again after a talk; to be mended when it is dead or nobody ever answers."""
    called = Phone.objects.filter(customer=contact.customer_id, is_primary=True)
    if FAMILY[contact.result] == SUCCESS:
        called.filter(to_mend_since__isnull=False).update(to_mend_since=None)
        return
    given_up = dead or any(row.status == FollowUp.Status.UNREACHABLE for row in rows)
    # The first time stays: how long the number has been wrong is what the manager asks.
    if given_up and called.filter(to_mend_since__isnull=True).update(to_mend_since=contact.at):
        events.record(CUSTOMER_PHONE_TO_MEND, contact.customer, by=by, store=contact.store)


def forget(contact: Contact) -> None:
    """The mark that a contact made is taken off: it was noted wrongly."""
    Phone.objects.filter(customer=contact.customer_id, to_mend_since=contact.at).update(to_mend_since=None)


def refuse_unmarked(phone: Phone, *, by: User) -> None:
    """:raises Refusal: when nothing is wrong with the number."""
    if phone.to_mend_since is None:
        raise Refusal(_("This number is not marked."), code="not_to_mend")


@transaction.atomic
def confirm_phone(phone: Phone, *, by: User) -> Phone:
    """Somebody has asked: the number is right, and is called again."""
    phone = Phone.objects.lock(phone)
    refuse_unmarked(phone, by=by)
    phone.to_mend_since = None
    phone.save(update_fields=["to_mend_since"])
    events.record(CUSTOMER_PHONE_CONFIRMED, phone.customer, by=by, data={"tail": phone.tail})
    return phone
