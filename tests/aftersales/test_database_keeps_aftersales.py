"""What Postgres refuses of bookings, work orders, lines, consents, checks, bills and passes, whoever sends the statement."""

import pytest
from django.db import connection

from aftersales.actions import checks, workshop
from tests.factories import AppointmentFactory, CustomerFactory, InvoiceFactory, PartFactory, WorkOrderFactory
from tests.statements import misjudged, verdict

pytestmark = pytest.mark.django_db

KEPT = {
    f"{model}_kept": [f"DELETE FROM {table}"]
    for model, table in {
        "workorder": "aftersales_workorder",
        "workline": "aftersales_workline",
        "checkin": "aftersales_checkin",
        "gatepass": "aftersales_gatepass",
        "vehicle": "crm_vehicle",
        "invoice": "crm_invoice",
        "customer": "crm_customer",
    }.items()
}
RELEASED = {
    "workorder_released_has_time": ["UPDATE aftersales_workorder SET status = 'SETTLED'"],
    "workorder_moves": ["UPDATE aftersales_workorder SET status = 'IN_PROGRESS', released_at = NULL, ready_at = NULL"],
    "workorder_settled_is_immutable": [
        "UPDATE aftersales_workorder SET complaint = 'x'",
        "UPDATE aftersales_workorder SET technician_id = adviser_id",
        "UPDATE aftersales_workorder SET next_service_on = current_date",
        "UPDATE aftersales_workorder SET promised_at = promised_at + interval '1 day'",
        "UPDATE aftersales_workorder SET rework = 3",
    ],
    "workorder_frozen": [
        "UPDATE aftersales_workorder SET number = 'x'",
        "UPDATE aftersales_workorder SET opened_at = now()",
        "UPDATE aftersales_workorder SET key = 'x'",
    ],
    "workorder_customer_frozen": [
        "UPDATE aftersales_workorder SET customer_id = (SELECT id FROM crm_customer WHERE name = '旁人')"
    ],
    "workorder_invoice_frozen": [
        "UPDATE aftersales_workorder SET invoice_id = NULL",
        "UPDATE aftersales_workorder SET invoice_id = (SELECT id FROM crm_invoice WHERE subject = '检测')",
    ],
    "workorder_release_frozen": ["UPDATE aftersales_workorder SET released_at = now()"],
    "workline_settled_is_immutable": [
        "UPDATE aftersales_workline SET unit_price = 0, amount = 0",
        "UPDATE aftersales_workline SET payer = 'WARRANTY'",
        "UPDATE aftersales_workline SET text = 'x'",
    ],
    "checkin_frozen": [
        "UPDATE aftersales_checkin SET damage = '[]', fuel_eighths = 8",
        "UPDATE aftersales_checkin SET belongings = 'x'",
    ],
    "gatepass_used_once": ["UPDATE aftersales_gatepass SET used_at = NULL, used_by_id = NULL"],
    "vehicle_vin_of_settled_order": [
        "UPDATE crm_vehicle SET vin = NULL",
        "UPDATE crm_vehicle SET vin = 'LSVAM4188C2000001' WHERE id IN (SELECT vehicle_id FROM aftersales_workorder)",
    ],
    "aftersales_settlement_append_only": [
        "UPDATE aftersales_settlement SET customer_pays = 0",
        "DELETE FROM aftersales_settlement",
    ],
    "invoiceline_of_paid_invoice": [
        """INSERT INTO crm_invoiceline (invoice_id, kind, text, quantity, amount, vat_rate, at)
        SELECT id, 'DISCOUNT', 'x', 1, -1, 13, now() FROM crm_invoice WHERE received > 0"""
    ],
    "invoiceline_reverses_whole": [
        """INSERT INTO crm_invoiceline (invoice_id, kind, text, quantity, amount, vat_rate, at, reverses_id)
        SELECT invoice_id, 'FEE', 'x', 1, 1 - amount, 13, now(), id FROM crm_invoiceline ORDER BY id LIMIT 1"""
    ],
    "invoice_customer_frozen": [
        "UPDATE crm_invoice SET customer_id = (SELECT id FROM crm_customer WHERE name = '旁人') WHERE received > 0"
    ],
    "invoice_deposit_not_negative": ["UPDATE crm_invoice SET deposit = -1"],
    "invoice_credit_is_approved": [
        "UPDATE crm_invoice SET credit_until = current_date, credit_by_id = opened_by_id WHERE received > 0"
    ],
}


def test_a_released_work_order_stays_as_it_was(store):
    WorkOrderFactory.create(stage="released", part=PartFactory.create(pieces=1))
    InvoiceFactory.create(customer=CustomerFactory.create(name="旁人"))
    assert misjudged(RELEASED) == []
    assert misjudged(KEPT) == []


SETTLED = {
    "workorder_moves": [
        "UPDATE aftersales_workorder SET status = 'IN_PROGRESS', ready_at = NULL",
        "UPDATE aftersales_workorder SET status = 'READY'",
        """UPDATE aftersales_workorder SET status = 'CANCELLED', ready_at = NULL,
        cancel_reason_id = (SELECT min(id) FROM dms_reason WHERE kind = 'WORK_CANCEL')""",
    ],
    "workorder_released_by_gate_pass": ["UPDATE aftersales_workorder SET status = 'RELEASED', released_at = now()"],
    "gatepass_after_payment": [
        """INSERT INTO aftersales_gatepass (number, work_order_id, issued_at, issued_by_id)
        SELECT 'GP-9', id, now(), adviser_id FROM aftersales_workorder"""
    ],
    "workorder_invoice_frozen": ["UPDATE aftersales_workorder SET invoice_id = NULL"],
}


def test_a_settled_work_order_waits_for_its_money(store):
    WorkOrderFactory.create(stage="settled")
    assert misjudged(SETTLED) == []


IN_WORK = {
    "workorder_moves": [
        "UPDATE aftersales_workorder SET status = 'READY', ready_at = now()",
        "UPDATE aftersales_workorder SET status = 'AUTHORISED'",
    ],
    "workorder_checked_in_order": [
        "UPDATE aftersales_workorder SET status = 'SELF_CHECKED', cause = 'x', correction = 'x'"
    ],
    "workorder_and_hold_agree": [
        "UPDATE aftersales_workorder SET status = 'ON_HOLD'",
        """INSERT INTO aftersales_holdperiod (work_order_id, reason_id, note, since, by_id)
        SELECT id, (SELECT min(id) FROM dms_reason WHERE kind = 'HOLD'), '', now(), adviser_id FROM aftersales_workorder""",
    ],
    "workorder_signature_frozen": ["UPDATE aftersales_workorder SET signed_name = 'x'"],
    "workorder_first_promise_frozen": ["UPDATE aftersales_workorder SET first_promised_at = now()"],
    "qualitycheck_in_order": [
        """INSERT INTO aftersales_qualitycheck (work_order_id, round, stage, passed, advice, by_id, at)
        SELECT id, 0, 'TEAM', true, '', adviser_id, now() FROM aftersales_workorder"""
    ],
    "qualitycheck_in_turn": [
        """INSERT INTO aftersales_qualitycheck (work_order_id, round, stage, passed, advice, by_id, at)
        SELECT id, 1, 'SELF', true, '', adviser_id, now() FROM aftersales_workorder"""
    ],
    "settlement_of_passed_order": [
        """INSERT INTO aftersales_settlement (number, work_order_id, store_id, labour, parts, other, customer_pays, at, by_id)
        SELECT 'ST-9', id, store_id, 0, 0, 0, 0, now(), adviser_id FROM aftersales_workorder"""
    ],
    "workline_within_its_consent": [
        """UPDATE aftersales_workline SET unit_price = unit_price + 1000, amount = round(quantity * (unit_price + 1000), 2),
        authorised_amount = round(quantity * (unit_price + 1000), 2)""",
        "UPDATE aftersales_workline SET authorised_amount = authorised_amount + 1000",
        "UPDATE aftersales_workline SET authorisation_id = (SELECT min(id) FROM aftersales_authorisation)",
    ],
    "workline_consent_frozen": [
        """UPDATE aftersales_workline SET authorised_amount = authorised_amount - 1, amount = round(quantity * 1, 2),
        unit_price = 1""",
    ],
    "workline_amount_is_product": ["UPDATE aftersales_workline SET amount = amount - 1"],
    "workline_within_authorisation": [
        "UPDATE aftersales_workline SET unit_price = unit_price * 2, amount = round(quantity * unit_price * 2, 2)"
    ],
    "workline_frozen": [
        "UPDATE aftersales_workline SET position = position + 9",
        "UPDATE aftersales_workline SET added_at = now()",
    ],
    "workline_moves": [
        "UPDATE aftersales_workline SET status = 'PROPOSED', authorisation_id = NULL, authorised_amount = NULL",
        """INSERT INTO aftersales_workline (status, work_order_id, position, kind, payer, text, quantity, unit_price, amount,
        issued, clocked_hours, authorisation_id, authorised_amount, added_by_id, added_at)
        SELECT 'DONE', work_order_id, 9, 'LABOUR', 'CUSTOMER', 'x', 1, 0, 0, 0, 0, authorisation_id, 0, added_by_id, now()
        FROM aftersales_workline""",
    ],
    "aftersales_authorisation_append_only": ["UPDATE aftersales_authorisation SET amount = amount * 2"],
}
PROPOSE = """
INSERT INTO aftersales_workline (status, work_order_id, position, kind, payer, text, quantity, unit_price, amount, issued,
    clocked_hours, added_by_id, added_at)
SELECT 'PROPOSED', work_order_id, 9, 'LABOUR', 'CUSTOMER', 'x', 1, 1000, 1000, 0, 0, added_by_id, now()
FROM aftersales_workline ORDER BY id LIMIT 1
"""
AGREED = """
UPDATE aftersales_workline SET status = 'AUTHORISED', authorised_amount = amount,
    authorisation_id = (SELECT {which}(id) FROM aftersales_authorisation) WHERE position = 9
"""
ANOTHERS = """
INSERT INTO aftersales_authorisation (work_order_id, amount, method, given_by, typed_name, evidence, shown, at, by_id)
SELECT id, 1000, 'SIGNATURE', 'x', 'x', '', jsonb_build_array(jsonb_build_object('amount', '1000.00', 'line',
    (SELECT id FROM aftersales_workline WHERE position = 9))), now(), adviser_id
FROM aftersales_workorder WHERE status = 'ESTIMATED';
UPDATE aftersales_workline SET status = 'AUTHORISED', authorised_amount = amount,
    authorisation_id = (SELECT max(id) FROM aftersales_authorisation) WHERE position = 9
"""


def test_a_car_in_work_is_worked_on_for_what_was_agreed(store):
    """The oldest consent is another order's."""
    WorkOrderFactory.create(stage="released")
    WorkOrderFactory.create(stage="estimated")
    other = "WHERE work_order_id = (SELECT max(id) FROM aftersales_workorder)"
    WorkOrderFactory.create(stage="in_work")
    mine = {rule: [about_the_last(text, other) for text in texts] for rule, texts in IN_WORK.items()}
    assert misjudged(mine) == []
    with connection.cursor() as cursor:
        cursor.execute(PROPOSE.replace("ORDER BY id", "ORDER BY id DESC"))
    agreed = {
        "workline_within_its_consent": [AGREED.format(which="max")],
        "workline_of_its_authorisation": [ANOTHERS],
    }
    assert misjudged(agreed) == []
    held = """
    UPDATE aftersales_workorder SET status = 'ON_HOLD' WHERE status = 'IN_PROGRESS';
    INSERT INTO aftersales_holdperiod (work_order_id, reason_id, note, since, by_id)
    SELECT id, (SELECT min(id) FROM dms_reason WHERE kind = 'HOLD'), '', now(), adviser_id
    FROM aftersales_workorder WHERE status = 'ON_HOLD'
    """
    assert verdict(held) == ""


def about_the_last(text: str, lines: str) -> str:
    """The statement, about the order in work alone."""
    if "workline" in text.partition("SET")[0].partition("SELECT")[0] and "INSERT" not in text:
        return f"{text} {lines}"
    table = "aftersales_workline" if "FROM aftersales_workline" in text else "aftersales_workorder"
    if "INSERT" in text:
        return f"{text} {lines if table.endswith('line') else 'WHERE status = ' + repr('IN_PROGRESS')}"
    return text if "authorisation SET" in text else f"{text} WHERE status = 'IN_PROGRESS'"


CONSENT = """
INSERT INTO aftersales_authorisation (work_order_id, amount, method, given_by, typed_name, evidence, shown, at, by_id)
SELECT id, {amount}, 'SIGNATURE', 'x', {name}, '', {shown}, now(), adviser_id FROM aftersales_workorder
"""
AS_SHOWN = "jsonb_build_array(jsonb_build_object('line', (SELECT id FROM aftersales_workline WHERE position = 9), 'amount', '{}'))"
SHOWN = {
    "authorisation_says_what": [
        CONSENT.format(amount=1000, name="'x'", shown="'[]'"),
        CONSENT.format(amount=1000, name="'x'", shown=AS_SHOWN.format("156.00")),
    ],
    "authorisation_is_signed": [CONSENT.format(amount=1000, name="' '", shown=AS_SHOWN.format("1000.00"))],
    "workline_as_shown": [
        # the consent is to 900 for this line and to 100 for another one
        CONSENT.format(
            amount=1000,
            name="'x'",
            shown=AS_SHOWN.format("900.00") + ' || \'[{"line": 1, "amount": "100.00"}]\'::jsonb',
        )
        + ";"
        + AGREED.format(which="max"),
    ],
}


def test_a_consent_names_its_lines_and_their_sums(store):
    WorkOrderFactory.create(stage="in_work")
    with connection.cursor() as cursor:
        cursor.execute(PROPOSE)
    assert misjudged(SHOWN) == []
    agreed = (
        CONSENT.format(amount=1000, name="'x'", shown=AS_SHOWN.format("1000.00")) + ";" + AGREED.format(which="max")
    )
    assert verdict(agreed) == ""


CHANGE = """
INSERT INTO aftersales_promisechange (work_order_id, before, after, reason_id, note, told_how, told_at, at, by_id)
SELECT id, {before}, {after}, (SELECT min(id) FROM dms_reason WHERE kind = 'PROMISE'), '', {how}, {told}, now(), adviser_id
FROM aftersales_workorder
"""
MOVE = "UPDATE aftersales_workorder SET promised_at = {}"
LATER = "promised_at + interval '1 day'"
TOLD = {"how": "'PHONE'", "told": "now()"}
PROMISED = {
    "workorder_promise_change_explained": [
        MOVE.format(LATER),
        # a change to another time explains nothing
        CHANGE.format(before="promised_at", after="promised_at + interval '2 days'", **TOLD) + ";" + MOVE.format(LATER),
    ],
    "workorder_promise_in_opening_hours": [
        MOVE.format(
            "date_trunc('day', promised_at AT TIME ZONE 'Asia/Shanghai') AT TIME ZONE 'Asia/Shanghai' + interval '27 h'"
        ),
    ],
    "promisechange_of_this_promise": [CHANGE.format(before="opened_at", after=LATER, **TOLD)],
    "promisechange_is_kept": [CHANGE.format(before="promised_at", after=LATER, **TOLD)],
    "promisechange_told_how": [CHANGE.format(before="promised_at", after=LATER, how="''", told="now()")],
    "promisechange_told_before_noted": [
        CHANGE.format(before="promised_at", after=LATER, how="'PHONE'", told="now() + interval '1 h'")
    ],
    "workorder_first_promise_frozen": [
        "UPDATE aftersales_workorder SET first_promised_at = promised_at + interval '1 h'"
    ],
    "workorder_promised_when_signed": ["UPDATE aftersales_workorder SET first_promised_at = NULL"],
    "signedpaper_kind_known": [
        """INSERT INTO aftersales_signedpaper (work_order_id, kind, authorisation_id, file_id, at, by_id)
            SELECT work_order_id, 'X', authorisation_id, file_id, at, by_id FROM aftersales_signedpaper LIMIT 1"""
    ],
    "aftersales_signedpaper_append_only": [
        "UPDATE aftersales_signedpaper SET kind = 'ADDENDUM'",
        "DELETE FROM aftersales_signedpaper",
    ],
    "checkin_kept": ["DELETE FROM aftersales_checkin"],
    "checkin_reading_corrected": [
        """WITH other AS (INSERT INTO crm_mileagereading (vehicle_id, km, at, odometer_replaced, reason)
        SELECT vehicle_id, 99999, clock_timestamp(), false, '' FROM aftersales_workorder RETURNING id)
        UPDATE aftersales_checkin SET reading_id = other.id FROM other"""
    ],
}


def test_a_promise_moves_with_its_reason_and_the_customer_told(store):
    WorkOrderFactory.create(stage="signed")
    assert misjudged(PROMISED) == []
    explained = CHANGE.format(before="promised_at", after=LATER, **TOLD) + ";" + MOVE.format(LATER)
    assert verdict(explained) == ""


ESTIMATED = {
    "workorder_promised_when_signed": ["UPDATE aftersales_workorder SET first_promised_at = promised_at"],
    "workorder_promise_in_opening_hours": PROMISED["workorder_promise_in_opening_hours"],
    "workorder_first_promise_at_signature": [
        CONSENT.format(amount=260, name="'x'", shown='\'[{"line": 1, "amount": "260"}]\'')
        + """;UPDATE aftersales_workorder SET status = 'AUTHORISED', signed_name = 'x',
        first_promised_at = promised_at + interval '1 h'"""
    ],
}


def test_nothing_is_promised_before_the_signature_and_then_what_was_said(store):
    WorkOrderFactory.create(stage="estimated")
    assert misjudged(ESTIMATED) == []
    assert verdict("UPDATE aftersales_workorder SET promised_at = promised_at + interval '1 day'") == ""
    assert verdict("DELETE FROM aftersales_checkin") == "", "before the signature a check-in is undone"


CHECK = """
INSERT INTO aftersales_qualitycheck (work_order_id, round, stage, passed, advice, by_id, at)
SELECT id, 0, '{}', true, '', adviser_id, now() FROM aftersales_workorder
"""
WORK_DONE = {
    "workorder_checked_is_described": [
        CHECK.format("SELF")
        + f";UPDATE aftersales_workorder SET cause = {cause}, correction = {correction}, status = 'SELF_CHECKED'"
        for cause, correction in (("''", "'x'"), ("'x'", "' '"))
    ],
    "workorder_ready_has_time": ["UPDATE aftersales_workorder SET ready_at = now()"],
    "workline_done_stays": [
        """UPDATE aftersales_workline SET status = 'DECLINED', authorisation_id = NULL, authorised_amount = NULL,
        reason_id = (SELECT min(id) FROM dms_reason WHERE kind = 'DECLINE') WHERE status = 'DONE'"""
    ],
}


def test_a_car_is_described_before_it_is_checked_in_a_check_that_exists(cast):
    order = WorkOrderFactory.create(stage="work_done")
    assert misjudged(WORK_DONE) == []
    workshop.diagnose(order, cause="磨损", correction="更换", by=cast.technician)
    for stage, by in (("SELF", cast.technician), ("TEAM", cast.team_leader)):
        checks.check(order, stage=stage, passed=True, by=by)
    assert verdict(CHECK.format("FOUR")) == "qualitycheck_stage_known"


BOOKED = {
    "shophour_follows_bookings": ["UPDATE aftersales_shophour SET booked = 0"],
    "shophour_booked_stays": ["UPDATE aftersales_shophour SET starts_at = starts_at + interval '1 day'"],
    "shophour_begins_unbooked": [
        """INSERT INTO aftersales_shophour (store_id, starts_at, capacity, booked)
        SELECT store_id, starts_at + interval '9 days', 4, 4 FROM aftersales_shophour LIMIT 1"""
    ],
    "bookedhour_kept": ["DELETE FROM aftersales_bookedhour"],
    "bookedhour_not_changed": ["UPDATE aftersales_bookedhour SET hours = 0.1"],
    "appointment_kept": ["DELETE FROM aftersales_appointment"],
    "appointment_slot_is_its_time": [
        "UPDATE aftersales_appointment SET slot = 'empty'",
        "UPDATE aftersales_appointment SET slot = tstzrange(starts_at + interval '1 h', starts_at + interval '2 h')",
        "UPDATE aftersales_appointment SET slot = tstzrange(starts_at, starts_at + interval '1 s')",
    ],
    "appointment_frozen": ["UPDATE aftersales_appointment SET number = 'x'"],
    "appointment_says_something": ["UPDATE aftersales_appointment SET wish = ' '"],
}


def test_a_booking_holds_its_hours(store):
    AppointmentFactory.create()
    assert misjudged(BOOKED) == []
    assert verdict("UPDATE aftersales_appointment SET status = 'ARRIVED'") == ""


READY = {
    "settlement_equals_lines": [
        """INSERT INTO aftersales_settlement (number, work_order_id, store_id, labour, parts, other, customer_pays, at, by_id)
        SELECT 'ST-9', id, store_id, 1, 0, 0, 1, now(), adviser_id FROM aftersales_workorder"""
    ],
    "settlement_settles": [
        """INSERT INTO aftersales_settlement (number, work_order_id, store_id, labour, parts, other, customer_pays, at, by_id)
        SELECT 'ST-9', w.id, w.store_id, l.amount, 0, 0, l.amount, now(), w.adviser_id
        FROM aftersales_workorder w JOIN aftersales_workline l ON l.work_order_id = w.id"""
    ],
    "workorder_settled_is_complete": ["UPDATE aftersales_workorder SET status = 'SETTLED'"],
    "workorder_ready_at_frozen": ["UPDATE aftersales_workorder SET ready_at = opened_at"],
    "workorder_moves": ["UPDATE aftersales_workorder SET status = 'RELEASED', released_at = now()"],
    "workline_settled_is_immutable": ["UPDATE aftersales_workline SET unit_price = 0, amount = 0"],
    "authorisation_in_time": [
        """INSERT INTO aftersales_authorisation (work_order_id, amount, method, given_by, evidence, at, by_id)
        SELECT id, 999, 'SIGNATURE', 'x', '', now(), adviser_id FROM aftersales_workorder"""
    ],
    "authorisation_has_evidence": [
        """INSERT INTO aftersales_authorisation (work_order_id, amount, method, given_by, evidence, at, by_id)
        SELECT id, 999, 'PHONE', 'x', ' ', now(), adviser_id FROM aftersales_workorder"""
    ],
}


def test_a_bill_is_the_sum_of_the_lines_of_a_car_that_passed(store):
    WorkOrderFactory.create(stage="ready")
    assert misjudged(READY) == []
