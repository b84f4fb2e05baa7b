"""When a row last changed: however it is written, never twice the same and never backwards."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from crm.actions.customers import add_phone
from crm.models import Customer
from dms.core.updated_at import UpdatedAt
from dms.models import Store
from tests import owner
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


def changed_at(row: UpdatedAt) -> datetime:
    return type(row)._default_manager.values_list("updated_at", flat=True).get(pk=row.pk)


def test_a_new_row_says_when_it_was_written(store):
    assert timezone.now() - store.updated_at < timedelta(minutes=1)


def test_every_way_of_writing_is_noted(store):
    seen = [changed_at(store)]
    store.save()
    seen.append(changed_at(store))
    Store.objects.filter(pk=store.pk).update(name="锦江二店")
    seen.append(changed_at(store))
    Store.objects.bulk_update([store], ["name"])
    seen.append(changed_at(store))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE dms_store SET name = '锦江店' WHERE id = %s", [store.pk])
    seen.append(changed_at(store))
    assert seen == sorted(set(seen))


def test_nobody_can_set_it_back(store):
    before = changed_at(store)
    Store.objects.filter(pk=store.pk).update(updated_at=timezone.now() - timedelta(days=1))
    assert changed_at(store) > before


def test_it_moves_on_though_the_clock_was_set_back(store):
    with connection.cursor() as cursor:
        owner.let_triggers_sleep()
        cursor.execute("UPDATE dms_store SET updated_at = now() + interval '1 hour' WHERE id = %s", [store.pk])
        owner.wake_triggers()
    ahead = changed_at(store)
    store.save()
    assert changed_at(store) == ahead + timedelta(microseconds=1)


def test_a_new_number_is_a_change_of_its_customer(cast):
    customer = CustomerFactory.create(name="半夏", phone="13900001111")
    before = changed_at(customer)
    phone = add_phone(customer, number="13900002222", by=cast.adviser)
    added = changed_at(customer)
    phone.delete()
    assert before < added < changed_at(customer)
    assert Customer.objects.get(pk=customer.pk).phones.count() == 1
