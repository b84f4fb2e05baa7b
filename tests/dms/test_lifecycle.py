"""The mechanics of a lifecycle: the table decides, the database keeps the status known, the refusal speaks."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import translation

from dms.core.lifecycle import IllegalTransition, iff, lifecycles
from dms.core.status_colours import main_path
from dms.models import Job, Message
from tests.architecture.rows import ROWS


def test_a_step_of_the_table_is_taken_in_memory_only():
    message = Message(status=Message.Status.PENDING)
    message.become(Message.Status.SENDING)
    assert message.status == "SENDING"
    assert message.pk is None


def test_a_step_that_is_not_in_the_table_is_refused_in_a_sentence():
    message = Message(channel="sms", title="Reminder", status=Message.Status.SENT)
    with translation.override("en"), pytest.raises(IllegalTransition) as refusal:
        message.become(Message.Status.CANCELLED)
    assert str(refusal.value.sentence) == (
        "Text message Reminder is “Sent” now and cannot become “Cancelled”. Reload the page to see its state."
    )
    assert refusal.value.code == "illegal_transition"


def test_it_is_over_when_no_step_leads_out():
    assert Message(status="SENT").is_over
    assert not Message(status="FAILED").is_over


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["message", "job"])
def test_the_database_refuses_an_unknown_status(store, cast, name):
    row = ROWS[name](store=store, by=cast.adviser)
    with pytest.raises(IntegrityError, match="status_known"), transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk).update(status="GONE")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "change", "rule"),
    [
        ("message", {"status": "SENT"}, "message_sent_has_time"),
        ("message", {"status": "SENDING"}, "message_sending_has_lease"),
        ("job", {"status": "RUNNING"}, "job_running_has_lease"),
        ("job", {"status": "DONE"}, "job_ended_has_time"),
        ("job", {"done": 5, "total": 4}, "job_progress_in_range"),
    ],
)
def test_what_a_status_implies_is_kept_by_the_database(store, cast, name, change, rule):
    row = ROWS[name](store=store, by=cast.adviser)
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk).update(**change)


def test_iff_holds_both_ways():
    rule = iff(Q(status="SENT"), Q(sent_at__isnull=False))
    assert rule == (Q(status="SENT") & Q(sent_at__isnull=False)) | (~Q(status="SENT") & ~Q(sent_at__isnull=False))


def test_lifecycles_are_found_by_themselves():
    assert {Job, Message} <= set(lifecycles())


def test_the_main_path_leaves_out_what_went_wrong():
    assert main_path(Job) == ["QUEUED", "RUNNING", "DONE"]
    assert main_path(Message) == ["PENDING", "SENDING", "SENT"]
