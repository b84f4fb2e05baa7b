"""What Postgres refuses of cards, offers, orders, cars and deliveries, whoever sends the statement."""

import pytest

from dms.models import Reason
from sales.models import Lead, Order
from tests.factories import LeadFactory, OrderFactory, StockCarFactory
from tests.statements import misjudged, verdict

pytestmark = pytest.mark.django_db

KEPT = {
    f"{model}_kept": [f"DELETE FROM {table}"]
    for model, table in {
        "order": "sales_order",
        "quote": "sales_quote",
        "lead": "sales_lead",
        "leadcontact": "sales_leadcontact",
        "allocation": "sales_allocation",
        "stockcar": "sales_stockcar",
        "deliverysheet": "sales_deliverysheet",
        "ownercard": "sales_ownercard",
        "showroomvisit": "sales_showroomvisit",
    }.items()
}


def refund_of(amount: str) -> str:
    return (
        "INSERT INTO crm_refund (number, invoice_id, amount, method, reason, key, at)"
        f" SELECT 'R-9', id, {amount}, 'CASH', 'x', 'k', now() FROM crm_invoice"
        " WHERE id IN (SELECT invoice_id FROM sales_order WHERE status IN ('DELIVERED', 'CLOSED'))"
    )


DELIVERED = {
    "order_invoice_frozen": [
        "UPDATE sales_order SET status = 'DRAFT', delivered_at = NULL",
        "UPDATE sales_order SET status = 'SIGNED', delivered_at = NULL",
        "UPDATE sales_order SET status = 'READY', delivered_at = NULL",
        (
            "UPDATE sales_order SET status = 'CANCELLED', cancelled_at = now(), delivered_at = NULL,"
            " cancel_reason_id = (SELECT min(id) FROM dms_reason WHERE kind = 'CANCEL')"
        ),
    ],
    "order_frozen": [
        "UPDATE sales_order SET source_id = 'x'",
        "UPDATE sales_order SET number = 'SO-9'",
        "UPDATE sales_order SET quote_id = NULL",
        "UPDATE sales_order SET lead_id = NULL",
        "UPDATE sales_order SET made_by_id = approved_by_id, approved_by_id = made_by_id",
    ],
    "order_costs_as_offered": ["UPDATE sales_order SET price = price - 20000"],
    "order_customer_frozen": [
        "UPDATE sales_order SET customer_id = (SELECT id FROM crm_customer WHERE name = '旁人')",
    ],
    "order_over_frozen": [
        "UPDATE sales_order SET kind = 'ENTRUSTED', delivering_store_id = (SELECT max(id) FROM dms_store)",
        "UPDATE sales_order SET deposit = 5",
        "UPDATE sales_order SET pays = 'LOAN'",
        "UPDATE sales_order SET deliver_on = current_date",
        "UPDATE sales_order SET note = 'x'",
        "UPDATE sales_order SET adviser_id = approved_by_id",
    ],
    "stockcar_moves": ["UPDATE sales_stockcar SET status = 'AVAILABLE'", "UPDATE sales_stockcar SET status = 'READY'"],
    "stockcar_delivered_frozen": [
        "UPDATE sales_stockcar SET certificate = 'PLEDGED'",
        "UPDATE sales_stockcar SET cost = 1",
    ],
    "order_and_car_agree": ["UPDATE sales_allocation SET ended_at = now()"],
    "allocation_frozen": ["UPDATE sales_allocation SET made_at = now() - interval '1 day'"],
    "deliverysheet_confirmation_kept": [
        "UPDATE sales_deliverysheet SET confirmed_at = confirmed_at - interval '1 day'",
        "UPDATE sales_deliverysheet SET confirmed_name = 'x'",
    ],
    "deliverysheet_of_car_in_hand": [
        "UPDATE sales_deliverysheet SET appointment_at = (current_date + time '10:00') AT TIME ZONE 'Asia/Shanghai'",
        "UPDATE sales_deliverysheet SET papers_at = now()",
    ],
    "sales_signoff_append_only": ["UPDATE sales_signoff SET note = 'x'", "DELETE FROM sales_signoff"],
    "sales_quoteline_append_only": ["UPDATE sales_quoteline SET amount = amount * 2", "DELETE FROM sales_quoteline"],
    "quoteline_of_made_quote": [
        "INSERT INTO sales_quoteline (quote_id, kind, text, amount) SELECT id, 'OPTION', 'x', 1 FROM sales_quote",
    ],
    "quote_frozen": [
        "UPDATE sales_quote SET valid_until = valid_until + 30",
        "UPDATE sales_quote SET note = 'x'",
        "UPDATE sales_quote SET number = 'QT-9'",
    ],
    "lead_moves": [
        "UPDATE sales_lead SET status = 'OPEN', next_contact_at = now()",
        "UPDATE sales_lead SET status = 'ORDERED'",
    ],
    "lead_over_frozen": ["UPDATE sales_lead SET owner_id = NULL", "UPDATE sales_lead SET level = 'C'"],
    "lead_frozen": ["UPDATE sales_lead SET number = 'L-9'"],
    "leadcontact_frozen": ["UPDATE sales_leadcontact SET what = 'x'", "UPDATE sales_leadcontact SET at = now()"],
    "ownercard_frozen": ["UPDATE sales_ownercard SET order_id = NULL", "UPDATE sales_ownercard SET number = 'C'"],
    "showroomvisit_frozen": ["UPDATE sales_showroomvisit SET sequence = sequence + 99"],
    "invoice_frozen": ["UPDATE crm_invoice SET subject = 'x'", "UPDATE crm_invoice SET subject_number = 'x'"],
    "invoice_follows_rows": ["UPDATE crm_invoice SET number = 'x'", "UPDATE crm_invoice SET received = 0"],
    "invoiceline_of_paid_invoice": [
        (
            "INSERT INTO crm_invoiceline (invoice_id, kind, text, quantity, amount, vat_rate, at)"
            " SELECT id, 'DISCOUNT', 'x', 1, -1000, 13, now() FROM crm_invoice"
        ),
    ],
    "refund_leaves_sale_paid": [refund_of("received - refunded")],
    "vehicle_source_frozen": ["UPDATE crm_vehicle SET source_id = 'x'"],
    "stockcar_of_its_vehicle": ["UPDATE crm_vehicle SET vin = NULL, plate = '川A00001'"],
}


def test_a_delivered_order_stays_as_it_was(store, other_store):
    OrderFactory.create(status="DELIVERED")
    LeadFactory.create(name="旁人")  # her open card and line of the register are of no account here
    table = {rule: [text + only(rule, text) for text in texts] for rule, texts in DELIVERED.items()}
    assert misjudged(table) == []
    assert misjudged(KEPT) == []
    assert verdict("UPDATE sales_order SET status = 'CLOSED', status_at = now()") == ""
    assert verdict(refund_of("600")) == "", "a mistake of the till is mended before it is closed"
    Order.objects.update(status="CLOSED")
    assert misjudged({"refund_leaves_sale_paid": [refund_of("1"), refund_of("received - refunded")]}) == []
    assert misjudged({"order_moves": ["UPDATE sales_order SET status = 'DELIVERED'"]}) == []


def only(rule: str, text: str) -> str:
    """Statements about cards are about the sold one."""
    return " WHERE status = 'DELIVERED'" if text.startswith("UPDATE sales_lead ") else ""


UNDER_WAY = {
    "order_delivered_is_complete": [
        "UPDATE sales_order SET status = 'DELIVERED', delivered_at = now()",
        "UPDATE sales_order SET status = 'DELIVERED', delivered_at = now(), source_id = 'x'",
    ],
    "order_moves": ["UPDATE sales_order SET status = 'DRAFT'", "UPDATE sales_order SET status = 'PENDING_APPROVAL'"],
    "order_customer_frozen": [
        "UPDATE sales_order SET customer_id = (SELECT id FROM crm_customer WHERE name = '旁人')",
    ],
    "order_costs_as_offered": [
        "UPDATE sales_order SET price = price - 20000",
        "UPDATE sales_order SET discount = 0",
        "UPDATE sales_order SET price = price - 1, discount = discount - 1",
    ],
    "order_terms_frozen": [
        "UPDATE sales_order SET deposit = deposit + 1",
        "UPDATE sales_order SET colour_id = NULL",
    ],
    "order_invoice_frozen": ["UPDATE sales_order SET signed_at = now()"],
    "order_signed_has_invoice": ["UPDATE sales_order SET invoice_id = NULL"],
    "order_and_car_agree": [
        "UPDATE sales_allocation SET ended_at = now()",
        "UPDATE sales_order SET status = 'SIGNED'",
        "UPDATE sales_order SET status = 'READY'",
        "UPDATE sales_stockcar SET status = 'AVAILABLE'",
        "UPDATE sales_stockcar SET status = 'READY'",
        (
            "UPDATE sales_order SET status = 'CANCELLED', cancelled_at = now(),"
            " cancel_reason_id = (SELECT min(id) FROM dms_reason WHERE kind = 'CANCEL')"
        ),
    ],
    "stockcar_delivered_has_vehicle": ["UPDATE sales_stockcar SET status = 'DELIVERED'"],
    "stockcar_frozen": [
        "UPDATE sales_stockcar SET store_id = (SELECT id FROM dms_store s WHERE s.id <> sales_stockcar.store_id)",
        "UPDATE sales_stockcar SET vin = 'LSVAM4188C2000001'",
    ],
}


def test_an_order_and_its_car_go_together_step_by_step(other_store):
    OrderFactory.create(status="ALLOCATED")
    LeadFactory.create(name="旁人")
    assert misjudged(UNDER_WAY) == []
    assert verdict("UPDATE sales_order SET status = 'READY'; UPDATE sales_stockcar SET status = 'READY'") == ""


BEGIN_ORDER = (
    "INSERT INTO sales_order (number, status, kind, store_id, customer_id, variant_id, price, discount, deposit, accessories,"
    " collected, conceded, list_price, pays, note, made_at, status_at{names}) SELECT 'SO-9', '{status}', 'GENERAL', store_id,"
    " customer_id, variant_id, 9, 0, 0, 0, 0, 0, list_price, 'CASH', '', now(), now(){values} FROM sales_order LIMIT 1"
)


def test_rows_begin_where_their_way_begins(other_store):
    OrderFactory.create()
    StockCarFactory.create()
    history = {"names": ", source_id, delivered_at, signed_at", "values": ", 'x', now(), now()"}
    begun = {
        "order_moves": [
            BEGIN_ORDER.format(status="PENDING_APPROVAL", names="", values=""),
            BEGIN_ORDER.format(status="DRAFT", names=", source_id", values=", 'x'"),
            BEGIN_ORDER.format(status="SIGNED", names=", source_id, signed_at", values=", 'x', now()"),
        ],
        "order_signed_has_invoice": [
            BEGIN_ORDER.format(
                status="DELIVERED",
                names=", delivered_at, approved_by_id, made_by_id, signed_at",
                values=", now(), approved_by_id, made_by_id, now()",
            ),
        ],
        "order_says_something": [BEGIN_ORDER.format(status="DRAFT", names=", source_id", values=", ' '")],
        "order_and_car_agree": [
            (
                "INSERT INTO sales_allocation (order_id, car_id, made_at, made_by_id, reason, agreed_how)"
                " SELECT o.id, c.id, now(), o.made_by_id, '', '' FROM sales_order o, sales_stockcar c"
            ),
        ],
        "stockcar_moves": [
            (
                "INSERT INTO sales_stockcar (status, status_at, store_id, variant_id, vin, engine_no, location, certificate, use,"
                " arrived_on) SELECT 'ALLOCATED', now(), store_id, variant_id, 'LSVAM4182C2000009', '', '', 'IN_HAND', 'NORMAL',"
                " current_date FROM sales_stockcar"
            ),
        ],
        "lead_moves": [
            (
                "INSERT INTO sales_lead (number, status, status_at, store_id, customer_id, owner_id, level, opened_at, level_at,"
                " colour, budget, buys_when, wish, loss_note, loss_class, lost_to, loss_verdict)"
                " SELECT 'L-9', 'DELIVERED', now(), store_id, customer_id,"
                " owner_id, 'N', now(), now(), '', '', '', '', '', '', '', '' FROM sales_lead"
            ),
        ],
    }
    assert misjudged(begun) == []
    assert verdict(BEGIN_ORDER.format(status="DRAFT", names="", values="")) == ""
    assert verdict(BEGIN_ORDER.format(status="DELIVERED", **history)) == "", "imported history"


def test_a_loss_is_that_of_its_adviser_for_a_reason_of_losses(cast):
    LeadFactory.create()
    lost = (
        "UPDATE sales_lead SET status = 'LOST', next_contact_at = NULL, loss_approved_by_id = owner_id, owner_id = {owner},"
        " loss_reason_id = (SELECT min(id) FROM dms_reason WHERE kind = 'LOSS')"
    )
    asked = (
        "UPDATE sales_lead SET status = 'LOSS_REQUESTED', loss_class = 'SAME_BRAND',"
        " loss_reason_id = (SELECT min(id) FROM dms_reason WHERE kind = '{}')"
    )
    assert misjudged({"lead_lost_for_a_loss_reason": [asked.format("HOLD")]}) == []
    assert verdict(asked.format("LOSS")) == ""
    Lead.objects.update(
        status="LOSS_REQUESTED", loss_class="SAME_BRAND", loss_reason=Reason.objects.filter(kind="LOSS")[0]
    )
    assert (
        misjudged(
            {
                "lead_lost_has_reason_and_other_approver": [lost.format(owner="NULL"), lost.format(owner="owner_id")],
                "lead_lost_by_its_owner": [lost.format(owner=cast.second_adviser.pk)],
            }
        )
        == []
    )
