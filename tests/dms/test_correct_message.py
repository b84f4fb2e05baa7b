"""A message with a wrong address is corrected: the frozen one stays, the new one names it, and it is sent once."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from dms.background import outbox
from dms.models import Event, Message
from tests.conftest import refuses
from tests.factories import end_work
from tests.races import at_once

pytestmark = pytest.mark.django_db


def post(store, **facts):
    known = {"channel": "sms", "recipient": "13800001234", "title": "保养提醒", "body": "谷雨先生，您好！", "key": "a"}
    return outbox.post(store=store, consent="同意书 3", **{**known, **facts})


def failed(store, **facts):
    message = post(store, **facts)
    end_work(message, "FAILED", attempts=1, error="refused")
    return message


def test_the_same_words_go_to_the_right_number(store, cast, signed_in):
    message = failed(store)
    url = reverse("dms:message_correct", args=[message.pk])
    answer = signed_in(cast.sales_manager).post(url, {"recipient": "139 0000 5678"})
    again = Message.objects.get(corrects=message)
    assert answer.url == reverse("dms:message", args=[again.pk])
    assert (again.recipient, again.body, again.consent) == ("13900005678", message.body, message.consent)
    message.refresh_from_db()
    assert (message.status, message.recipient) == ("CANCELLED", "13800001234")
    assert Event.objects.get(kind="message.corrected").data == {"message": again.pk}
    assert outbox.deliver_due("worker") == 1


def test_what_arrived_as_far_as_we_know_is_not_sent_again(store, cast):
    message = post(store)
    outbox.deliver_due("worker")
    with refuses("not_wrong"):
        outbox.correct(message, recipient="13900005678", by=cast.sales_manager)
    Message.objects.filter(pk=message.pk).update(receipt="REFUSED", receipt_at=timezone.now())
    assert outbox.correct(message, recipient="13900005678", by=cast.sales_manager).corrects == message
    message.refresh_from_db()
    assert message.status == "SENT"


@pytest.mark.parametrize(
    ("facts", "typed", "code"),
    [
        ({}, "1380", "not_a_phone"),
        ({}, "138 0000 1234", "same_address"),
        ({"channel": "email", "recipient": "a@b.cn"}, "nobody", "not_an_address"),
    ],
)
def test_an_address_that_can_be_none_is_refused(store, cast, facts, typed, code):
    with refuses(code):
        outbox.correct(failed(store, **facts), recipient=typed, by=cast.sales_manager)


def test_a_message_of_another_store_is_not_there(store, signed_in, elsewhere):
    url = reverse("dms:message_correct", args=[failed(store).pk])
    assert signed_in(elsewhere.sales_manager).post(url, {"recipient": "13900005678"}).status_code == 404


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_correct_it_at_once_send_it_once(store, cast):
    message, by = failed(store), cast.sales_manager
    ends = at_once(*[lambda: outbox.correct(message, recipient="13900005678", by=by)] * 4)
    assert ends.count("done") == 1
    assert Message.objects.filter(corrects=message).count() == 1


def test_the_database_keeps_what_was_said_of_a_message(store):
    message = post(store)
    rows = Message.objects.filter(pk=message.pk)
    with pytest.raises(DatabaseError, match="message_text_frozen"), transaction.atomic():
        rows.update(template_code="SMS_2")
    outbox.deliver_due("worker")
    with pytest.raises(DatabaseError, match="message_receipt_has_time"), transaction.atomic():
        rows.update(receipt="ARRIVED")
    rows.update(receipt="ARRIVED", receipt_at=timezone.now())
    with pytest.raises(DatabaseError, match="message_receipt_frozen"), transaction.atomic():
        rows.update(receipt="REFUSED")
