"""What customers let us do. Every planner and every sender of care, marketing and surveys asks here, for as many as it has.

The newest word of a customer on a purpose and a channel stands; without one the table of defaults speaks (``ConsentDefault``).
Whoever refuses personal data is contacted only after a service, whatever else was said. What a contract needs is not asked here.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, Case, Exists, ExpressionWrapper, F, Func, OuterRef, Q, Value, When

from crm.models import CareChannel, Consent, ConsentChannel, ConsentDefault, Customer, FollowUp, Purpose
from crm.models.care import FollowUpQuerySet

BY_CHANNEL = Case(When(channel=CareChannel.VISIT, then=Value(ConsentChannel.CALL.value)), default=F("channel"))
"""By which consent a contact is covered: whoever wants no call wants no visit either."""


class May(Func):
    """Whether a customer lets us, for a purpose by a channel, as the database itself judges it (``sql/consent.sql``)."""

    function = "crm_may"
    output_field = BooleanField()


OF_ROW = May(F("customer"), F("cadence__purpose"), F("channel"))


def allowed(customers: Collection[int], purpose: str, channel: str) -> set[int]:
    """Of these customers, those whom we may speak or write to for the purpose by the channel."""
    may = May(F("pk"), Value(str(purpose)), Value(str(channel)))
    return set(Customer.objects.filter(may, pk__in=customers).order_by().values_list("pk", flat=True))


def wanted(rows: FollowUpQuerySet) -> FollowUpQuerySet:
    """Of these, what the customers let us do."""
    return rows.filter(OF_ROW)


def refused(rows: FollowUpQuerySet) -> FollowUpQuerySet:
    """Of these, what the customers do not want."""
    return rows.exclude(OF_ROW)


def with_sleep(rows: FollowUpQuerySet) -> FollowUpQuerySet:
    """Each with ``slept``: it was refused, or its customer has said yes again since it fell due."""
    again = Consent.objects.standing().filter(
        customer=OuterRef("customer"),
        purpose=OuterRef("cadence__purpose"),
        channel=OuterRef("by_channel"),
        given=True,
        at__gt=OuterRef("due_from"),
    )
    refused_once = Q(ended_why=FollowUp.Why.REFUSED) | Q(Exists(again))
    return rows.alias(by_channel=BY_CHANNEL).annotate(
        slept=ExpressionWrapper(refused_once, output_field=BooleanField())
    )


# --- on the page of a customer ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Word:
    """One cell as it stands: allowed or not, and whether they said so themselves."""

    allowed: bool
    said: bool


@dataclass(frozen=True)
class Words:
    """All that a customer has said, newest first, and what stands of it."""

    lines: Sequence[tuple[Purpose, Sequence[Word]]]
    rows: Sequence[Consent]
    channels: Sequence[ConsentChannel] = tuple(ConsentChannel)


def words_of(customer: Customer) -> Words:
    """What the customer lets us do, purpose by purpose, and the ledger behind it."""
    said = Consent.objects.standing().filter(
        customer=customer, purpose=OuterRef("purpose"), channel=OuterRef("channel")
    )
    may = May(Value(customer.pk), F("purpose"), F("channel"))
    cells = ConsentDefault.objects.annotate(may=may, said=Exists(said))
    words = {(row.purpose, row.channel): Word(row.may, row.said) for row in cells}
    lines = [(purpose, [words[purpose, channel] for channel in ConsentChannel]) for purpose in Purpose]
    # The ledger is asked for where there is one: most have said nothing yet.
    rows = list(customer.consents.select_related("by")) if any(word.said for word in words.values()) else []
    return Words(lines, rows)
