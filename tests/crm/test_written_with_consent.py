"""Nothing is written without a live consent that is stored with it: Postgres refuses, whoever sends the statement."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from crm.actions import consents, letters, recall
from crm.actions.care import start_cadence
from crm.actions.merging import merge_customers
from crm.actions.parting import undo_merge
from crm.actions.rounds import run_due
from crm.models import Cadence, Consent, ConsentDefault, CustomerMerge, FollowUp, Letter, RecallEntry
from dms.background import outbox
from dms.models import Event, Message
from dms.records.constraint_errors import name_of
from tests.clock import at
from tests.conftest import refuses
from tests.factories import (
    ConsentFactory,
    CustomerFactory,
    FollowUpFactory,
    LetterFactory,
    MessageFactory,
    RecallEntryFactory,
    VehicleFactory,
)

pytestmark = pytest.mark.django_db

LETTER = """
INSERT INTO crm_letter (number, kind, store_id, customer_id, purpose, consent_id, title, body, addressee, address, written_at)
VALUES ('X-1', 'THANKS', %(store)s, %(customer)s, %(purpose)s, %(consent)s, 't', 'b', 'a', '', now())
"""
MESSAGE = """
INSERT INTO dms_message (status, channel, recipient, title, body, template_code, template_facts, idempotency_key, consent,
    subject_type_id, subject_id, created_at, due_at, reference, error, receipt, receipt_note, attempts, claimed_by)
SELECT 'PENDING', 'sms', '13800000000', '', 'b', '', '{}', 'x', %(consent)s, id, %(row)s, now(), now(), '', '', '', '', 0, ''
FROM django_content_type WHERE app_label = 'crm' AND model = 'followup'
"""


@pytest.fixture
def guest(store):
    return CustomerFactory.create(name="谷雨")


def refused_by(sql, facts):
    """The name of the rule that refuses the statement, judged to the end; empty when it stands."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, facts)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        return name_of(error)
    return ""


def letter_to(guest, store, *, purpose, consent=None):
    return refused_by(LETTER, {"store": store.pk, "customer": guest.pk, "purpose": purpose, "consent": consent})


def yes(guest, purpose="MARKETING", channel="LETTER", **facts):
    return ConsentFactory.create(customer=guest, purpose=purpose, channel=channel, **facts)


# --- letters ------------------------------------------------------------------------------------------------------------
def test_a_marketing_letter_without_a_yes_is_refused(guest, store):
    assert letter_to(guest, store, purpose="MARKETING") == "letter_with_consent"


def test_the_yes_is_stored_with_the_letter(guest, store):
    word = yes(guest)
    assert letter_to(guest, store, purpose="MARKETING") == ""
    assert Letter.objects.get().consent == word


def test_a_word_that_was_withdrawn_is_none(guest, store, cast):
    word = yes(guest, at=timezone.now() - timedelta(hours=1))
    consents.withdraw(guest, by=cast.callback, purposes=["MARKETING"], channels=["LETTER"])
    assert letter_to(guest, store, purpose="MARKETING", consent=word.pk) == "letter_with_consent"
    assert letter_to(guest, store, purpose="MARKETING") == "letter_with_consent"


def test_a_word_noted_wrongly_is_none(guest, store):
    word = yes(guest)
    facts = {"purpose": "MARKETING", "channel": "LETTER", "undoes": word}
    Consent.objects.create(customer=guest, given=True, how="SPOKEN", **facts)
    assert letter_to(guest, store, purpose="MARKETING", consent=word.pk) == "letter_with_consent"


def test_the_word_of_another_customer_purpose_or_channel_is_none(guest, store):
    other = yes(CustomerFactory.create(name="清明"))
    by_text, for_surveys = yes(guest, channel="SMS"), yes(guest, purpose="SURVEY")
    for word in (other, by_text, for_surveys):
        assert letter_to(guest, store, purpose="MARKETING", consent=word.pk) == "letter_with_consent"


def test_care_is_written_where_silence_allows_it_and_not_after_a_no(guest, store, cast):
    assert letter_to(guest, store, purpose="CARE") == ""
    consents.withdraw(guest, by=cast.callback, purposes=["CARE"], channels=["LETTER"])
    sql = LETTER.replace("X-1", "X-2")
    facts = {"store": store.pk, "customer": guest.pk, "purpose": "CARE", "consent": None}
    assert refused_by(sql, facts) == "letter_with_consent"
    # What a contract needs is written all the same.
    assert refused_by(sql, facts | {"purpose": "CONTRACT"}) == ""


def test_whoever_refuses_personal_data_gets_no_letter_of_care(guest, store):
    type(guest).objects.filter(pk=guest.pk).update(data_refused=True)
    assert letter_to(guest, store, purpose="CARE") == "letter_with_consent"


def test_a_letter_of_a_rule_cannot_call_itself_a_contract(store):
    row = FollowUpFactory.create()
    sql = LETTER.replace("purpose,", "purpose, follow_up_id,").replace("%(purpose)s,", "%(purpose)s, %(row)s,")
    facts = {"store": store.pk, "customer": row.customer_id, "purpose": "CONTRACT", "consent": None, "row": row.pk}
    assert refused_by(sql, facts) == "letter_has_purpose_of_rule"


def test_a_letter_keeps_its_consent(guest, store):
    yes(guest)
    letter_to(guest, store, purpose="MARKETING")
    assert refused_by("UPDATE crm_letter SET consent_id = NULL", None) == "letter_frozen"


def test_a_letter_is_not_mailed_after_a_no(guest, store, cast):
    letter = LetterFactory.create(customer=guest)
    letters.mark_printed(letter, by=cast.callback)
    consents.withdraw(guest, by=cast.callback, purposes=["CARE"], channels=["LETTER"])
    sql = "UPDATE crm_letter SET mailed_at = now() WHERE id = %s"
    assert refused_by(sql, [letter.pk]) == "letter_with_consent"


def test_the_consent_goes_along_when_files_become_one_and_comes_back(guest, store, cast):
    other = CustomerFactory.create(name="清明")
    word = yes(other)
    letter_to(other, store, purpose="MARKETING")
    merge_customers(other, into=guest, reason="同一人", by=cast.sales_manager)
    letter = Letter.objects.get()
    assert (letter.customer, letter.consent.customer) == (guest, guest)
    undo_merge(CustomerMerge.objects.get(), reason="两个人", by=cast.sales_manager)
    letter.refresh_from_db()
    assert (letter.customer, letter.consent) == (other, word)


def test_silence_never_allows_marketing():
    sql = "UPDATE crm_consentdefault SET allowed = true WHERE purpose = 'MARKETING'"
    assert refused_by(sql, None) == "consentdefault_marketing_asks"
    assert refused_by("DELETE FROM crm_consentdefault", None) == "consentdefault_kept"


def test_the_ledger_is_not_rewritten(guest):
    yes(guest)
    assert refused_by("UPDATE crm_consent SET given = false", None) == "consent_frozen"
    assert refused_by("DELETE FROM crm_consent", None) == "consent_kept"
    other = CustomerFactory.create(name="清明")
    assert refused_by("UPDATE crm_consent SET customer_id = %s", [other.pk]) == "consent_customer_frozen"
    assert refused_by("UPDATE crm_consent SET how = 'SIGNED'", None) == "consent_written_names_its_text"


def test_the_letters_of_a_recall_leave_out_who_refused_meanwhile(cast, store):
    with time_machine.travel(at("2026-03-02 10:00"), tick=False):
        entry = RecallEntryFactory.create()
        other = RecallEntryFactory.create(campaign=entry.campaign)
        recall.write_letters(entry.campaign, limit=9, by=cast.cs_manager)
        type(entry.customer).objects.filter(pk=entry.customer_id).update(data_refused=True)
        assert recall.mark_printed(entry.campaign, by=cast.cs_manager) == 1
        assert recall.mail(entry.campaign, by=cast.cs_manager) == 1
    states = dict(RecallEntry.objects.values_list("pk", "status"))
    assert states == {entry.pk: "VOID", other.pk: "MAILED"}


# --- text messages ------------------------------------------------------------------------------------------------------
@pytest.fixture
def promise(store, cast):
    """A text message that is due by a rule of care."""
    Cadence.objects.filter(code="thanks_letter").update(channel="SMS", script="{customer}您好")
    car = VehicleFactory.create()
    with time_machine.travel(at("2026-03-02 10:00"), tick=False):
        start_cadence(
            "DELIVERY",
            customer=car.ownerships.get().customer,
            vehicle=car,
            store=store,
            anchor=timezone.now(),
            by=cast.adviser,
        )
    return FollowUp.objects.get(channel="SMS")


def test_the_consent_is_stored_with_the_message(promise, cast):
    run_due(at("2026-03-02 11:00"))
    assert Message.objects.get(subject_id=promise.pk).consent == "CARE/SMS/-"


def test_the_word_of_the_customer_is_named_by_the_message(promise, cast):
    consents.consent(promise.customer, by=cast.callback, purposes=["CARE"], channels=["SMS"], how="SPOKEN")
    run_due(at("2026-03-02 11:00"))
    assert Message.objects.get(subject_id=promise.pk).consent == f"CARE/SMS/{Consent.objects.get().pk}"


def test_a_message_against_the_word_is_refused(promise, cast):
    consents.withdraw(promise.customer, by=cast.callback, purposes=["CARE"], channels=["SMS"])
    no = Consent.objects.get().pk
    for named in ("", f"CARE/SMS/{no}", "CARE/SMS/-", "SERVICE/SMS/-"):
        assert refused_by(MESSAGE, {"consent": named, "row": promise.pk}) == "message_with_consent"


def test_a_message_that_names_another_word_is_refused(promise, cast, guest):
    other = yes(guest, purpose="CARE", channel="SMS").pk
    assert refused_by(MESSAGE, {"consent": f"CARE/SMS/{other}", "row": promise.pk}) == "message_with_consent"
    assert refused_by(MESSAGE, {"consent": "", "row": promise.pk}) == ""


def test_a_message_of_marketing_without_a_yes_is_refused(promise):
    Cadence.objects.filter(code="thanks_letter").update(purpose="MARKETING")
    assert refused_by(MESSAGE, {"consent": "", "row": promise.pk}) == "message_with_consent"


def test_what_waits_in_the_outbox_is_called_back(promise, cast):
    run_due(at("2026-03-02 11:00"))
    consents.withdraw(promise.customer, by=cast.callback, purposes=["CARE"], channels=["SMS"])
    message = Message.objects.get(subject_id=promise.pk)
    assert message.status == "CANCELLED"
    assert Event.objects.filter(kind="message.cancelled").count() == 1


def test_what_failed_is_not_sent_again_after_a_no(promise, cast):
    run_due(at("2026-03-02 11:00"))
    sending = "status = 'SENDING', lease_until = now() + interval '1 hour', claimed_by = 'x'"
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE dms_message SET {sending}")
        cursor.execute("UPDATE dms_message SET status = 'FAILED', lease_until = NULL, claimed_by = ''")
    consents.withdraw(promise.customer, by=cast.callback, purposes=["CARE"], channels=["SMS"])
    message = Message.objects.get(subject_id=promise.pk)
    with pytest.raises(IntegrityError, match="wants no message"), transaction.atomic():
        outbox.resend(message, by=cast.admin)


def test_messages_of_no_rule_are_none_of_this(store):
    assert MessageFactory.create().consent == ""


def test_the_yes_of_silence_is_data(promise, cast):
    ConsentDefault.objects.filter(purpose="CARE", channel="SMS").update(allowed=False)
    run_due(at("2026-03-02 11:00"))
    assert not Message.objects.filter(subject_id=promise.pk).exists()
    promise.refresh_from_db()
    assert promise.ended_why == "REFUSED"
    with refuses("consent_to_nothing"):
        consents.withdraw(promise.customer, by=cast.callback, purposes=[], channels=[])
