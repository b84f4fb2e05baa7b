"""`python -m bench.proof`: what must hold after filling still holds after the measure."""

import django

django.setup()

from django.db import connection  # noqa: E402

PROOFS = {
    "stock that its moves do not explain": """
        SELECT count(*) FROM parts_stock s LEFT JOIN (
            SELECT stock_id, sum(quantity) AS moved FROM parts_stockmove GROUP BY 1) m ON m.stock_id = s.id
        WHERE s.on_hand <> coalesce(m.moved, 0) OR s.on_hand < 0""",
    "customers without exactly one number to call": """
        SELECT count(*) FROM crm_customer c
        WHERE (SELECT count(*) FROM crm_phone p WHERE p.customer_id = c.id AND p.is_primary) <> 1""",
    "cars without exactly one owner": """
        SELECT count(*) FROM crm_vehicle v
        WHERE (SELECT count(*) FROM crm_ownership o WHERE o.vehicle_id = v.id AND o.until IS NULL AND role = 'OWNER') <> 1""",
    "open cards without adviser or date": """
        SELECT count(*) FROM sales_lead WHERE status = 'OPEN' AND (owner_id IS NULL OR next_contact_at IS NULL)""",
    "delivered orders without a C card": """
        SELECT count(*) FROM sales_order o
        WHERE status = 'DELIVERED' AND NOT EXISTS (SELECT 1 FROM sales_ownercard c WHERE c.order_id = o.id)""",
    "parts issued beyond the moves of their line": """
        SELECT count(*) FROM aftersales_workline l JOIN aftersales_workorder w ON w.id = l.work_order_id
        WHERE l.issued <> coalesce((SELECT -sum(quantity) FROM parts_stockmove m
            WHERE m.source_line = w.number || '/' || l.position), 0)""",
}
"""Each counts rows that must not be; asked after filling, and again after the measure."""


def prove() -> None:
    """:raises AssertionError: with the first rule that does not hold."""
    with connection.cursor() as cursor:
        for rule, query in PROOFS.items():
            cursor.execute(query)
            broken = cursor.fetchone()[0]
            assert not broken, f"{broken} {rule}"


if __name__ == "__main__":
    prove()
