"""The log of events cannot be changed, and no act is recorded outside its transaction."""

import pytest
from django.db import DatabaseError, connection, transaction

from dms.core.event_words import EventKind
from dms.models import Event
from dms.records import events
from dms.records.own_events import USER_PASSWORD_CHANGED
from tests import owner


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE dms_event SET kind = 'x'", "DELETE FROM dms_event"])
def test_the_database_refuses_to_change_an_event(cast, statement):
    events.record(USER_PASSWORD_CHANGED, cast.adviser, by=cast.adviser)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_the_database_refuses_to_empty_the_log():
    owner.as_owner("ALTER TABLE dms_event ENABLE TRIGGER dms_event_no_truncate")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        owner.as_owner("TRUNCATE dms_event CASCADE")


@pytest.mark.django_db
def test_an_event_without_words_is_refused(cast):
    with pytest.raises(LookupError, match="no words"):
        events.record(EventKind("user.did_something"), cast.adviser, by=cast.adviser)


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused(cast):
    with pytest.raises(transaction.TransactionManagementError):
        events.record(USER_PASSWORD_CHANGED, cast.adviser, by=cast.adviser)
