"""The acts that are done all day ask the database no more than is written here, ``BEGIN`` and ``COMMIT`` included.

Each is done by the API, over a real connection and for the second time, when what a process remembers is there.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.factories import InvoiceFactory, LeadFactory, PartFactory, WorkOrderFactory, part_of

pytestmark = pytest.mark.django_db(transaction=True)


def statements(user, *requests):
    """What the last of these requests asked for, each an address and what is sent there."""
    client = APIClient()
    client.force_authenticate(user)
    for address, body in requests:
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(f"/api/v1/{address}/", body, format="json")
        assert answer.status_code in {200, 201}, answer.data
    return [query["sql"] for query in queries.captured_queries]


def test_a_card_for_somebody_new(cast):
    new = [{"name": name, "phone": f"1390000010{n}", "level": "A"} for n, name in enumerate(("夏至", "立秋"))]
    asked = statements(cast.adviser, *(("sales/leads", {"store": "JJ01", **guest}) for guest in new))
    assert len(asked) <= 18, "\n".join(asked)


def test_a_contact(cast):
    lead = LeadFactory.create()
    said = [{"result": "TALKED", "level": level, "what": "价格", "key": level} for level in ("A", "B")]
    asked = statements(lead.owner, *((f"sales/leads/{lead.pk}/contact", row) for row in said))
    assert len(asked) <= 13, "\n".join(asked)


def test_a_part_on_its_line(cast):
    part = PartFactory.create(pieces=9)
    line = part_of(WorkOrderFactory.create(stage="in_work", part=part))
    out = [{"quantity": "0.25", "signed_by": "石斛", "key": key} for key in "ab"]
    address = f"aftersales/work-lines/{line.pk}/issue"
    asked = statements(cast.parts_clerk, *((address, row) for row in out))
    assert len(asked) <= 10, "\n".join(asked)


def test_a_payment(cast):
    address = f"crm/invoices/{InvoiceFactory.create().pk}/take"
    paid = [{"amount": "10", "method": "CASH", "key": key} for key in "ab"]
    asked = statements(cast.cashier, *((address, row) for row in paid))
    assert len(asked) <= 14, "\n".join(asked)
