"""Messages go out once, whatever dies on the way."""

import json
import random
import time
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.utils import timezone

from dms import tasks
from dms.background import outbox
from dms.background.channels import EmailChannel, FileChannel
from dms.background.task_nudge import bell
from dms.celery import app
from dms.models import Event, Message
from tests.conftest import refuses
from tests.dms import stack
from tests.factories import MessageFactory, end_work
from tests.races import at_once


def letter(key: str, **facts):
    facts = {"channel": "sms", "recipient": "13800000000", "title": "", "body": "提醒", **facts}
    return outbox.draft(key=key, **facts)


def post(key: str, **facts):
    return outbox.post_many([letter(key, **facts)])[0]


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    """Where the file channel writes."""
    settings.VAR_DIR = tmp_path
    return tmp_path / "outbox" / "sms"


class AwayChannel:
    """A provider that does not answer."""

    def send(self, message: Message) -> str:
        raise ConnectionError("provider is away")


@pytest.fixture
def provider_away(settings):
    settings.OUTBOX_CHANNELS = {**settings.OUTBOX_CHANNELS, "sms": "tests.dms.test_outbox.AwayChannel"}


# --- posting ---
@pytest.mark.django_db
def test_a_key_posted_twice_is_one_message(cast):
    first = outbox.post(
        channel="sms", recipient="1", title="", body="a", key="k", by=cast.adviser, subject=cast.adviser
    )
    again = outbox.post(channel="sms", recipient="2", title="", body="b", key="k")
    assert again == first
    assert Message.objects.get().body == "a"
    assert first.posted_by == cast.adviser
    assert first.subject == cast.adviser


@pytest.mark.django_db
def test_a_set_is_posted_in_a_constant_number_of_statements(django_assert_max_num_queries):
    post("2")
    with django_assert_max_num_queries(6):
        posted = outbox.post_many([letter("1"), letter("2"), letter("3")])
    assert [message.idempotency_key for message in posted] == ["1", "2", "3"]
    assert all(message.pk for message in posted)
    assert Message.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_message_of_a_refused_act_is_not_posted():
    with transaction.atomic():
        post("k")
        transaction.set_rollback(True)
    assert not Message.objects.exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_people_posting_the_same_key_post_one_message():
    posted = []
    at_once(*[lambda: posted.append(post("same").pk)] * 8)
    assert len(set(posted)) == 1
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broker", ["redis://127.0.0.1:1/0", "redis://broker.invalid:6379/0"])
def test_a_dead_broker_neither_fails_nor_slows_the_act(broker):
    assert stack.ended_well(stack.fork(post_twenty_with, broker))
    assert Message.objects.count() == 20
    assert tasks.sweep_outbox() == 20


def post_twenty_with(broker: str) -> None:
    for owner, pool in ((app, "_pool"), (app.amqp, "_producer_pool")):  # Celery's own, forgotten as after a start
        setattr(owner, pool, None)
    app.conf.update(broker_url=broker, broker_write_url=broker)
    bell.silent_until = 0.0
    start = time.monotonic()
    for number in range(20):
        post(str(number))
    assert bell.silent_until > start, "the bell must have been tried"
    assert time.monotonic() - start < 10, "twenty time-outs of the broker would take longer"


# --- sending ---
@pytest.mark.django_db
def test_a_due_message_is_sent_and_a_later_one_waits(files):
    message = post("now", title="维保")
    later = post("later", due_at=timezone.now() + timedelta(hours=1))
    assert outbox.deliver_due("worker") == 1
    message.refresh_from_db()
    later.refresh_from_db()
    assert (message.status, message.attempts) == ("SENT", 1)
    assert message.sent_at
    assert message.reference
    assert later.status == "PENDING"
    (file,) = files.iterdir()
    assert json.loads(file.read_text(encoding="utf-8"))["title"] == "维保"


@pytest.mark.django_db
def test_a_second_sending_of_a_file_is_the_same_file(files):
    message = post("../../etc/passwd 维保")
    assert FileChannel().send(message) == FileChannel().send(message)
    assert len(list(files.iterdir())) == 1


@pytest.mark.django_db
def test_a_second_sending_of_a_mail_carries_the_same_message_id():
    message = post("birthday:7:2026", channel="email", recipient="bai@example.com", title="生日\n快乐")
    references = {EmailChannel().send(message), EmailChannel().send(message)}
    assert len(references) == 1
    assert {sent.extra_headers["Message-ID"] for sent in mail.outbox} == references
    assert mail.outbox[0].subject == "生日 快乐"


@pytest.mark.django_db
def test_an_address_that_is_none_fails_at_once_and_says_so():
    message = post("k", channel="email", recipient="nobody", title="x")
    outbox.deliver_due("worker")
    message.refresh_from_db()
    assert message.status == "FAILED"
    assert "nobody" in message.error
    assert Event.objects.get().kind == "message.failed"


@pytest.mark.django_db
def test_attempts_grow_apart_until_the_message_fails(provider_away):
    message = post("k")
    waits = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        while message.status == "PENDING":
            clock.move_to(message.due_at + timedelta(seconds=1))
            now = timezone.now()
            outbox.deliver_due("worker")
            message.refresh_from_db()
            waits.append(round((message.due_at - now).total_seconds() / 60))
    assert waits[:-1] == [1, 5, 30, 120, 720]
    assert (message.status, message.attempts) == ("FAILED", 6)
    assert "provider is away" in message.error
    assert [event.kind for event in Event.objects.all()] == ["message.failed"]


@pytest.mark.django_db
def test_a_failed_message_is_resent_from_the_start(provider_away, settings, cast):
    message = post("k")
    end_work(message, "FAILED", attempts=6)
    outbox.resend(message, by=cast.sales_manager)
    settings.OUTBOX_CHANNELS = {**settings.OUTBOX_CHANNELS, "sms": "dms.background.channels.FileChannel"}
    assert outbox.deliver_due("worker") == 1
    message.refresh_from_db()
    assert (message.status, message.attempts, message.error) == ("SENT", 1, "")
    assert Event.objects.get().by == cast.sales_manager


@pytest.mark.django_db
def test_a_sent_message_cannot_be_cancelled_or_resent(cast):
    message = post("k")
    outbox.deliver_due("worker")
    for act in (outbox.cancel, outbox.resend):
        with refuses("illegal_transition"):
            act(message, by=cast.sales_manager)


@pytest.mark.django_db
def test_a_message_that_is_just_being_sent_is_not_sent_again_by_hand(cast):
    sending = MessageFactory.create()
    end_work(sending, "SENDING", claimed_by="sender", lease_until=timezone.now())
    with refuses("illegal_transition"):
        outbox.resend(sending, by=cast.sales_manager)


@pytest.mark.django_db
def test_a_cancelled_message_is_not_sent(cast):
    outbox.cancel(post("k"), by=cast.sales_manager)
    assert outbox.deliver_due("worker") == 0


@pytest.mark.django_db
def test_a_sender_whose_lease_ran_out_leaves_the_message_to_its_successor(files):
    post("k")
    (late,) = outbox.claim(1, "late")
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert outbox.deliver_due("successor") == 1
    assert outbox._deliver(late) is False
    assert Message.objects.get().attempts == 1


@pytest.mark.django_db
def test_a_sender_whose_lease_ran_out_does_not_send_what_its_successor_holds(files):
    post("k")
    (late,) = outbox.claim(1, "late")
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    (held,) = outbox.claim(1, "successor")
    assert outbox._deliver(late) is False
    assert not files.exists()
    outbox._note_failure(late, "too late", final=True)
    assert outbox._deliver(held) is True


@pytest.mark.django_db
def test_a_message_that_kills_every_sender_is_given_up():
    message = post("k")
    Message.objects.update(
        status="SENDING", attempts=6, claimed_by="dead", lease_until=timezone.now() - timedelta(seconds=1)
    )
    assert outbox.deliver_due("worker") == 0
    message.refresh_from_db()
    assert message.status == "FAILED"


# --- dying ---
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_several_senders_at_once_send_each_message_once(files):
    outbox.post_many(letter(str(number)) for number in range(80))
    senders = [stack.fork(outbox.deliver_due, f"worker-{number}") for number in range(3)]
    assert all(stack.ended_well(pid) for pid in senders)
    assert set(Message.objects.values_list("status", "attempts")) == {("SENT", 1)}
    assert len(list(files.iterdir())) == 80


def sent_at_least(count: int) -> bool:
    return Message.objects.filter(status="SENT").count() >= count


MANY = 400
"""More than two quick senders get out between two looks of the one who kills them."""


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_every_message_arrives_once_however_often_its_senders_are_killed(files, settings):
    settings.OUTBOX_LEASE_SECONDS = 0.1
    outbox.post_many(letter(f"key-{number}") for number in range(MANY))
    chance, kills, sent = random.Random(7), 0, 0
    while sent < MANY:
        pids, goal = [stack.fork(outbox.deliver_due, f"w{number}") for number in range(2)], sent + chance.randint(2, 9)
        stack.wait_until(partial(sent_at_least, min(goal, MANY)), 0.5)
        for pid in pids:
            stack.kill(pid)
        kills += 2
        sent = Message.objects.filter(status="SENT").count()
    found = [json.loads(file.read_text(encoding="utf-8"))["key"] for file in files.glob("*.json")]
    assert sorted(found) == sorted(f"key-{number}" for number in range(MANY))
    assert kills >= 6
