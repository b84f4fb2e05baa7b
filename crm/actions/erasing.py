"""A person is erased on request: who they were goes from every row, and what happened to the car stays."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.functions import TransactionNow
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from crm import signals
from crm.actions import consents
from crm.actions.customers import refuse_erased, whole
from crm.events import CUSTOMER_ERASED
from crm.models import (
    Complaint,
    Consent,
    ConsentChannel,
    Contact,
    Customer,
    CustomerMerge,
    FollowUp,
    Invoice,
    Letter,
    Purpose,
    Survey,
)
from crm.person_data import KIND
from dms.core.refusals import Refusal
from dms.models import Attachment, Event, Job, Message, User
from dms.records import events

GONE = "—"
"""In place of words that must not be blank."""
BLANKED: dict[str, Any] = {
    "email": "",
    "address": "",
    "postcode": "",
    "company": "",
    "industry": "",
    "company_phone": "",
    "company_address": "",
    "salutation": "",
    "birthday": None,
    "birthday_is_lunar": False,
    "character": "",
    "hobbies": "",
    "needs": [],
    "best_time_to_call": "",
    "data_refused": True,
}


def refuse_open(customer: Customer, *, by: User) -> None:
    """:raises Refusal: when they were erased already, or an account of theirs is open."""
    refuse_erased(customer, by=by)
    if Invoice.objects.filter(customer=customer).unpaid().exists():
        raise Refusal(_("An account of this customer is not paid. Settle it first."), code="erase_unpaid")
    if Complaint.objects.live().filter(customer=customer).exists():
        raise Refusal(_("A complaint of this customer is not closed. Close it first."), code="erase_complaint")


@transaction.atomic
def erase(customer: Customer, *, reason: str, confirmed: bool, by: User) -> Customer:
    """They want to be forgotten: name, numbers, address, people round them, and the words of all talks, letters and messages go.

    Nobody can undo it. Cars, dates and figures stay, and contracts are kept as the law demands.

    :raises Refusal: without a reason, or while something of theirs is open: an account, an order, a visit, a card.
    """
    if not reason.strip():
        raise Refusal(_("Say who asked for it, and how."), code="erased_without_reason")
    if not confirmed:
        raise Refusal(_("Confirm it: nobody can undo this."), code="erase_unconfirmed")
    customer = whole(customer)
    refuse_open(customer, by=by)
    # Before who they were is gone: nothing is planned or sent any more, whatever for.
    consents.withdraw(customer, by=by, purposes=Purpose.values, channels=ConsentChannel.values, how=Consent.How.WRITTEN)
    files = [customer, *Customer.objects.filter(merged_into=customer).lock_all()]
    addresses = [*customer.phones.values_list("number", flat=True), *(file.email for file in files if file.email)]
    for file in files:
        _anonymise(file, reason=reason, by=by)
    # In the same transaction: an app above where something is open stops it all.
    signals.customer_erased.send(Customer, customer=customer, by=by)
    _forget_words(customer, addresses)
    customer.refresh_from_db()
    events.record(CUSTOMER_ERASED, customer, by=by, data={"reason": reason.strip()[:120]})
    return customer


def _anonymise(file: Customer, *, reason: str, by: User) -> None:
    for name, value in BLANKED.items():
        setattr(file, name, value)
    file.name = _("Erased customer %(n)s") % {"n": file.pk}
    # The transaction's own time: by it the triggers know whose words may go now (erasure.sql).
    file.erased_at, file.erased_by, file.erased_why = TransactionNow(), by, reason.strip()[:120]
    file.save(update_fields=[*BLANKED, "name", "erased_at", "erased_by", "erased_why"])
    file.phones.all().delete()
    file.people.all().delete()


def _forget_words(customer: Customer, addresses: Iterable[str]) -> None:
    """What was said, written, sent and logged: the rows stay, their words go."""
    Contact.objects.filter(customer=customer).exclude(said="").update(said=GONE)
    complaints = Complaint.objects.filter(customer=customer)
    complaints.update(words=GONE)
    for name in ("solution", "closed_word", "void_reason"):
        complaints.exclude(**{name: ""}).update(**{name: GONE})
    surveys = Survey.objects.filter(customer=customer)
    for name in ("words", "void_reason"):
        surveys.exclude(**{name: ""}).update(**{name: GONE})
    Letter.objects.filter(customer=customer).update(title=GONE, body=GONE, addressee=GONE, address="")
    merges = CustomerMerge.objects.filter(into=customer)
    merges.update(kept={}, reason=GONE)
    about = _about(customer)
    sent = Message.objects.filter(Q(recipient__in=list(addresses)) | about)
    sent.filter(status=Message.Status.PENDING).update(status=Message.Status.CANCELLED)
    sent.update(recipient=GONE, title="", body=GONE, template_facts={}, error="")
    Event.objects.filter(about).update(data={}, subject_label="")
    _forget_files(customer)


def _about(customer: Customer) -> Q:
    """What has the customer, or a row of customer care that names them, as its subject."""
    files = [customer.pk, *Customer.objects.filter(merged_into=customer).values_list("pk", flat=True)]
    condition = Q(subject_type=ContentType.objects.get_for_model(Customer), subject_id__in=files)
    for model in (FollowUp, Contact, Letter, Complaint, Survey):
        rows = model._base_manager.filter(customer=customer).order_by().values("pk")  # noqa: SLF001 # Django's own way
        condition |= Q(subject_type=ContentType.objects.get_for_model(model), subject_id__in=rows)
    return condition


def _forget_files(customer: Customer) -> None:
    """Files on the customer's file, and the data that were written for them; what belongs to a contract stays with it."""
    written = Job.objects.filter(kind=KIND, params__customer=customer.pk).values("output_file")
    subject = Q(subject_type=ContentType.objects.get_for_model(Customer), subject_id=customer.pk)
    rows = list(Attachment.objects.filter(subject | Q(pk__in=written)))
    Attachment.objects.filter(pk__in=[row.pk for row in rows]).update(name=GONE)
    for row in rows:
        # After the commit: rolled back, the file must still be there.
        transaction.on_commit(partial(default_storage.delete, str(row.file.name)))
