"""What Postgres refuses of leads, however the row is written."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from sales.models import Lead
from tests.factories import CustomerFactory


@pytest.fixture
def lead(cast, store):
    return Lead.objects.create(
        number="A-1", store=store, customer=CustomerFactory.create(), owner=cast.adviser, next_contact_at=timezone.now()
    )


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE sales_lead SET owner_id = NULL", "lead_open_has_owner_and_next_contact"),
        ("UPDATE sales_lead SET next_contact_at = NULL", "lead_open_has_owner_and_next_contact"),
        ("UPDATE sales_lead SET status = 'LOST', loss_class = 'SAME_BRAND'", "lead_lost_has_reason_and_other_approver"),
        (
            (
                "UPDATE sales_lead SET status = 'LOST', loss_class = 'SAME_BRAND', loss_approved_by_id = owner_id,"
                " loss_reason_id = (SELECT id FROM dms_reason WHERE kind = 'LOSS' LIMIT 1)"
            ),
            "lead_lost_has_reason_and_other_approver",
        ),
        ("UPDATE sales_lead SET status = 'GONE'", "lead_status_known"),
        (
            (
                "INSERT INTO sales_lead (number, status, store_id, customer_id, owner_id, level, next_contact_at, colour, budget,"
                " buys_when, wish, opened_at, level_at, status_at, loss_note, loss_class, lost_to, loss_verdict)"
                " SELECT 'A-2', 'OPEN', store_id, customer_id, owner_id, 'N', now(), '', '', '', '', now(), now(), now(), '',"
                " '', '', ''"
                " FROM sales_lead"
            ),
            "lead_one_open_per_customer_store_series",
        ),
    ],
)
def test_an_open_lead_cannot_die_silently(lead, statement, constraint):
    with pytest.raises(DatabaseError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
