"""Data over their time go by themselves: guests who never bought, and former owners, by the months that the house says."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from crm import retention_job
from crm.actions import care, customers
from crm.actions.care import Said
from crm.models import Customer, Ownership, Vehicle
from crm.retention import over_their_time
from dms.background import jobs
from dms.models import Rate
from sales.actions.leads import open_lead
from tests.clock import at
from tests.factories import owners

pytestmark = pytest.mark.django_db
NOW = at("2026-12-01 10:00")


@pytest.fixture
def guest(store, cast, time_machine):
    """``guest("2024-11-01")`` came on that day and never bought."""
    numbers = iter(range(100))

    def came(day):
        time_machine.move_to(at(f"{day} 10:00"), tick=False)
        phone = f"137{next(numbers):08}"
        customer = customers.register_customer(name="寒露", phone=phone, store=store, by=cast.reception).customer
        time_machine.move_to(NOW, tick=False)
        return customer

    return came


def over():
    return set(over_their_time(timezone.now()))


def test_a_guest_who_never_bought_is_kept_two_years(guest):
    old, new = guest("2024-11-30"), guest("2024-12-02")
    assert over() == {old}
    assert new not in over()


def test_who_was_spoken_to_meanwhile_is_kept(guest, store, cast, time_machine):
    old = guest("2024-11-01")
    time_machine.move_to(at("2026-03-01 10:00"), tick=False)
    care.record_contact(old, by=cast.callback, said=Said("DONE"), store=store)
    time_machine.move_to(NOW, tick=False)
    assert over() == set()


def test_an_owner_is_kept_and_a_former_one_five_years(store, time_machine):
    time_machine.move_to(at("2019-01-01 10:00"), tick=False)
    (here, _car), (long_gone, sold), (just_gone, given) = owners(store, 3, bought_on=date(2019, 1, 1))
    Customer.objects.update(created_at=timezone.now())
    time_machine.move_to(NOW, tick=False)
    for car, until in ((sold, date(2021, 11, 30)), (given, date(2021, 12, 2))):
        Ownership.objects.filter(vehicle=car).update(until=until)
        Vehicle.objects.filter(pk=car.pk).update(gone=True)
    assert over() == {long_gone}
    assert here not in over()
    assert just_gone not in over()


def test_the_house_may_keep_them_for_ever(guest):
    guest("2020-01-01")
    Rate.objects.create(kind="KEEP_GUESTS", value=0, valid_from=date(2026, 1, 1))
    assert over() == set()


def test_the_job_forgets_them_and_keeps_who_has_something_open(guest, store, cast, time_machine):
    old, busy, new = guest("2024-01-01"), guest("2024-01-01"), guest("2026-06-01")
    time_machine.move_to(at("2024-01-02 10:00"), tick=False)
    open_lead(busy, store=store, owner=cast.adviser, by=cast.adviser)
    time_machine.move_to(NOW, tick=False)
    job = jobs.request(retention_job.KIND, by=cast.admin, params={"confirmed": True})
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    assert (job.status, job.result) == ("DONE", {"forgotten": 1, "kept": 1})
    names = dict(Customer.objects.values_list("pk", "name"))
    assert (names[busy.pk], names[new.pk]) == ("寒露", "寒露")
    assert names[old.pk] != "寒露"
    assert not Customer.objects.get(pk=old.pk).phones.exists()
    assert timezone.now() - Customer.objects.get(pk=old.pk).erased_at < timedelta(minutes=5)
