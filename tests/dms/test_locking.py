"""A row is locked, read anew, and moved: acts that meet at one row wait for each other and judge it as it is then."""

import threading

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from dms.core.scope import LockingQuerySet
from dms.models import Job, Message
from tests.architecture.sources import APPS
from tests.conftest import refuses
from tests.factories import JobFactory, MessageFactory, OrderFactory
from tests.races import DONE, at_once


@pytest.fixture
def message(store):
    return MessageFactory.create()


@pytest.mark.django_db
def test_a_locked_row_is_read_anew_with_what_acts_read_along(message, django_assert_num_queries):
    Message.objects.filter(pk=message.pk).update(attempts=7)
    with django_assert_num_queries(1):
        locked = Message.objects.lock(message)
        assert (locked.attempts, locked.store) == (7, message.store)
    assert Message.objects.lock(message.pk) == message


@pytest.mark.django_db
def test_a_row_of_another_model_is_not_taken_for_one_of_the_same_key(message, cast):
    with pytest.raises(TypeError):
        Message.objects.lock(cast.adviser)


@pytest.mark.django_db(transaction=True)
def test_a_row_is_locked_inside_a_transaction_only(message):
    with pytest.raises(transaction.TransactionManagementError):
        Message.objects.lock(message)


@pytest.mark.django_db
def test_several_rows_are_locked_in_the_order_of_their_keys(store):
    rows = [MessageFactory.create() for _n in range(3)]
    backwards = Message.objects.order_by("-pk")
    assert backwards.lock_all() == rows


@pytest.mark.django_db
def test_a_step_is_stored_with_what_changes_along_with_it(store):
    job = JobFactory.create()
    job.note = "not stored: it is not named"
    job.move(Job.Status.CANCELLED, ended_at=timezone.now())
    stored = Job.objects.get(pk=job.pk)
    assert (stored.status, stored.ended_at, stored.note) == ("CANCELLED", job.ended_at, "")


@pytest.mark.django_db
def test_a_step_that_the_table_has_not_stores_nothing(message):
    with refuses("illegal_transition"):
        message.move(Message.Status.SENT, error="-")
    assert (message.status, message.error) == ("PENDING", "")


@pytest.mark.django_db
def test_a_dated_document_says_since_when_it_has_been_in_its_status(store):
    order = OrderFactory.create()
    before = order.status_at
    order.move("ALLOCATED")
    assert type(order).objects.get(pk=order.pk).status_at > before
    moment = timezone.now()
    order.move("SIGNED", at=moment)
    assert type(order).objects.get(pk=order.pk).status_at == moment


def cancel(message: Message, *, lock: bool) -> None:
    with transaction.atomic():
        row = Message.objects.lock(message) if lock else Message.objects.get(pk=message.pk)
        threading.Event().wait(0.2)
        row.move(Message.Status.CANCELLED)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_a_row_at_once_the_second_is_refused(message):
    assert at_once(*[lambda: cancel(message, lock=True)] * 2) == [DONE, "illegal_transition"]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_move_it(message):
    assert at_once(*[lambda: cancel(message, lock=False)] * 2) == [DONE, DONE]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_workers_pass_over_what_another_holds(store):
    rows = [MessageFactory.create() for _n in range(4)]
    together, taken = threading.Barrier(2), []

    def take() -> None:
        with transaction.atomic():
            taken.extend(Message.objects.order_by("pk").lock_free(2))
            together.wait(10)

    assert at_once(take, take) == [DONE, DONE]
    assert sorted(row.pk for row in taken) == [row.pk for row in rows]


def test_every_door_can_lock():
    doors = [
        model
        for model in apps.get_models()
        if model._meta.app_label in APPS and hasattr(model._default_manager, "visible_to")
    ]
    assert [model for model in doors if not isinstance(model._default_manager.all(), LockingQuerySet)] == []
