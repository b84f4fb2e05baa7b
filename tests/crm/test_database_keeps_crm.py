"""What Postgres refuses of files, contacts, letters, recalls, promises and accounts, whoever sends the statement."""

import pytest

from crm.actions import letters
from crm.models import FollowUp
from tests.factories import (
    ContactFactory,
    FollowUpFactory,
    LetterFactory,
    PaymentFactory,
    RecallEntryFactory,
    VehicleFactory,
)
from tests.statements import misjudged, verdict

pytestmark = pytest.mark.django_db

KEPT = {
    f"{model}_kept": [f"DELETE FROM crm_{model}"]
    for model in (
        "contact",
        "letter",
        "followup",
        "recallcampaign",
        "recallentry",
        "vehicle",
        "customer",
        "ownership",
        "invoice",
    )
}
REFUSED = {
    "contact_frozen": ["UPDATE crm_contact SET said = 'x'", "UPDATE crm_contact SET by_id = NULL"],
    "letter_frozen": ["UPDATE crm_letter SET body = 'x'", "UPDATE crm_letter SET number = 'x'"],
    "letter_post_frozen": ["UPDATE crm_letter SET printed_at = now() - interval '9 days' WHERE printed_at IS NOT NULL"],
    "letter_says_something": ["UPDATE crm_letter SET body = ' '"],
    "followup_moves": [
        "UPDATE crm_followup SET status = 'CANCELLED' WHERE status = 'DONE'",
    ],
    "followup_ended_frozen": [
        "UPDATE crm_followup SET ended_at = ended_at + interval '40 days' WHERE status = 'DONE'",
        "UPDATE crm_followup SET due_until = now() + interval '9 years' WHERE status = 'DONE'",
    ],
    "followup_subject_frozen": ["UPDATE crm_followup SET anchor = now() - interval '1 day'"],
    "recallentry_moves": [
        """UPDATE crm_recallentry SET status = 'CALLED', printed_at = listed_at, mailed_at = listed_at, called_at = listed_at"""
    ],
    "recallentry_frozen": [
        "UPDATE crm_recallentry SET due_month = due_month + 1",
        "UPDATE crm_recallentry SET listed_at = now() - interval '1 day'",
    ],
    "recallentry_of_its_month": [
        """INSERT INTO crm_recallentry
            (status, campaign_id, store_id, vehicle_id, customer_id, due_month, listed_at, reached, control)
        SELECT 'LISTED', campaign_id, store_id, vehicle_id, customer_id, due_month + 1, now(), false, false FROM crm_recallentry"""
    ],
    "ownership_frozen": ["UPDATE crm_ownership SET role = 'DRIVER'"],
    "vehicle_source_frozen": ["UPDATE crm_vehicle SET source_id = id::text, vin = NULL, plate = NULL"],
    "vehicle_is_identified": ["UPDATE crm_vehicle SET vin = NULL, plate = NULL"],
    "vehicle_says_something": [
        """INSERT INTO crm_vehicle (source_id, vin_tail, plate_code, model_text, colour, energy, engine_no, gone, created_at)
        VALUES ('', '', '', '', '', 'PETROL', '', false, now())"""
    ],
    "invoice_frozen": ["UPDATE crm_invoice SET payer = 'INSURER'", "UPDATE crm_invoice SET deposit = 1"],
    "invoice_credit_is_approved": [
        "UPDATE crm_invoice SET credit_until = current_date, credit_by_id = opened_by_id",
    ],
    "payment_says_something": [
        """INSERT INTO crm_payment (number, invoice_id, amount, method, note, key, at)
        SELECT 'P-9', id, 1, 'CASH', '', ' ', now() FROM crm_invoice"""
    ],
    "refund_has_reason": [
        """INSERT INTO crm_refund (number, invoice_id, amount, method, reason, key, at)
        SELECT 'R-9', id, 1, 'CASH', '  ', 'k', now() FROM crm_invoice"""
    ],
    "customer_has_name": ["UPDATE crm_customer SET name = ' '"],
    "customer_source_frozen": ["UPDATE crm_customer SET source_id = 'x'"],
}


def test_what_was_said_written_and_promised_stays(store, cast):
    ContactFactory.create()
    letters.mark_printed(LetterFactory.create(), by=cast.callback)
    follow_up = FollowUpFactory.create()
    follow_up.move("DONE", ended_at=follow_up.due_from, ended_why=FollowUp.Why.REACHED)
    RecallEntryFactory.create()
    PaymentFactory.create()
    assert misjudged(REFUSED) == []
    assert misjudged(KEPT) == []
    assert verdict("UPDATE crm_recallentry SET status = 'PRINTED', printed_at = listed_at") == ""


def test_a_merged_file_is_followed_by_its_rows_and_stays_merged(store):
    VehicleFactory.create(owner__name="谷雨")
    VehicleFactory.create(owner__name="清明")
    to = "(SELECT id FROM crm_customer WHERE name = '清明')"
    of = "(SELECT id FROM crm_customer WHERE name = '谷雨')"
    moved = f"UPDATE crm_ownership SET customer_id = {to} WHERE customer_id = {of}"
    merged = f"UPDATE crm_customer SET merged_into_id = {to} WHERE name = '谷雨'"
    assert misjudged({"ownership_customer_frozen": [moved]}) == []
    assert verdict(f"{merged}; {moved}") == ""
    undone = f"{merged}; UPDATE crm_customer SET merged_into_id = NULL WHERE name = '谷雨'"
    assert misjudged({"customer_merge_frozen": [undone]}) == []
