"""What Postgres refuses of messages, jobs, files and numbers, whoever sends the statement."""

import pytest

from tests.factories import AttachmentFactory, JobFactory, MessageFactory, WorkOrderFactory
from tests.statements import misjudged, verdict

pytestmark = pytest.mark.django_db

REFUSED = {
    "message_kept": ["DELETE FROM dms_message"],
    "message_moves": [
        "UPDATE dms_message SET status = 'SENT', sent_at = now()",
        "UPDATE dms_message SET status = 'FAILED'",
    ],
    "message_text_frozen": ["UPDATE dms_message SET body = 'x'", "UPDATE dms_message SET consent = 'x'"],
    "message_says_something": ["UPDATE dms_message SET recipient = ' '", "UPDATE dms_message SET idempotency_key = ''"],
    "job_kept": ["DELETE FROM dms_job"],
    "job_moves": ["UPDATE dms_job SET status = 'DONE', ended_at = now()"],
    "job_order_frozen": ["UPDATE dms_job SET requested_by_id = (SELECT max(id) FROM dms_user)"],
    "attachment_kept": ["DELETE FROM dms_attachment"],
    "attachment_frozen": ["UPDATE dms_attachment SET sha256 = 'x'", "UPDATE dms_attachment SET file = 'x'"],
    "reason_kind_frozen": ["UPDATE dms_reason SET kind = 'LOSS', code = 'x' WHERE kind = 'HOLD' AND code = 'BAY'"],
    "numbercounter_kept": ["DELETE FROM dms_numbercounter"],
    "numbercounter_rises": ["UPDATE dms_numbercounter SET last = last - 1"],
    "numbercounter_frozen": ["UPDATE dms_numbercounter SET period = period - 1"],
}


def test_what_the_house_keeps_of_its_own_work_stays(store, cast):
    WorkOrderFactory.create()  # draws a number
    MessageFactory.create()
    JobFactory.create()
    AttachmentFactory.create()
    assert cast.hire("adviser", username="later")
    assert misjudged(REFUSED) == []
    assert verdict("UPDATE dms_message SET status = 'CANCELLED'") == ""
