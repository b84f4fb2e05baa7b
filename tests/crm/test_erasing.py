"""Somebody who asks to be forgotten: who they were is found nowhere, and what happened to the car stays."""

import json
from functools import partial

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from crm import person_data
from crm.actions import care, customers
from crm.actions.care import Said, record_contact
from crm.actions.erasing import erase
from crm.actions.merging import merge_customers
from crm.consents import allowed
from crm.models import Contact, FollowUp, Letter, MileageReading
from dms.background import jobs
from dms.core.refusals import Refusal
from dms.models import Event
from dms.records.constraint_errors import name_of
from tests.conftest import refuses
from tests.factories import (
    AppointmentFactory,
    AttachmentFactory,
    CustomerFactory,
    FollowUpFactory,
    InvoiceFactory,
    LeadFactory,
    LetterFactory,
    OrderFactory,
    ShowroomVisitFactory,
    WorkOrderFactory,
)

pytestmark = pytest.mark.django_db

NAME, NUMBER, WORDS = "欧阳谷雨", "13912345678", "孩子九月上小学"


@pytest.fixture
def guest(store, cast):
    """Somebody with a past: facts, people, talks, letters, another file."""
    row = FollowUpFactory.create()
    guest = row.customer
    customers.change_customer(guest, by=cast.reception, name=NAME, address="锦江路九十九号", email="guyu@example.com")
    customers.add_phone(guest, number=NUMBER, by=cast.reception, primary=True)
    customers.add_person(guest, by=cast.reception, name="欧阳小满", phone="13987654321")
    record_contact(row, by=cast.callback, said=Said("DONE", WORDS))
    LetterFactory.create(customer=guest, addressee=NAME, body=f"尊敬的{NAME}")
    merge_customers(CustomerFactory.create(name=NAME), into=guest, reason=f"{NAME}有两份", by=cast.sales_manager)
    guest.refresh_from_db()
    return guest


@pytest.fixture
def forget(cast):
    return partial(erase, reason="本人来信", confirmed=True, by=cast.cs_manager)


def everywhere(*texts):
    """The tables in which one of the texts still stands, however deep."""
    tables = set()
    for model in apps.get_models():
        if model._meta.app_label not in {"crm", "dms", "sales", "aftersales", "reports", "parts"}:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT row::text FROM {model._meta.db_table} AS row")
            rows = " ".join(text for (text,) in cursor.fetchall())
        escaped = [json.dumps(text)[1:-1] for text in texts]
        if any(text in rows for text in (*texts, *escaped)):
            tables.add(model._meta.db_table)
    return tables


def test_who_they_were_is_found_in_no_table(guest, forget):
    assert everywhere(NAME) >= {"crm_customer", "crm_letter", "dms_event", "crm_customermerge"}
    forget(guest)
    assert everywhere(NAME, NUMBER, WORDS, "欧阳小满", "锦江路", "guyu@example.com", "13987654321") == set()


def test_what_happened_stays(guest, forget):
    counts = [model.objects.count() for model in (Contact, Letter, FollowUp, MileageReading)]
    cars = list(guest.ownerships.values_list("vehicle", "since"))
    events = Event.objects.count()
    forget(guest)
    assert [model.objects.count() for model in (Contact, Letter, FollowUp, MileageReading)] == counts
    assert list(guest.ownerships.values_list("vehicle", "since")) == cars
    assert Event.objects.count() >= events
    assert Event.objects.filter(kind="customer.erased", subject_id=guest.pk).count() == 1


def test_nothing_is_planned_for_them_any_more(guest, forget, store, cast):
    forget(guest)
    assert not FollowUp.objects.pending().filter(customer=guest).exists()
    assert allowed([guest.pk], "SERVICE", "CALL") == set()
    car = guest.ownerships.first().vehicle
    moment = Event.objects.order_by("-pk")[0].at
    care.start_cadence("SETTLEMENT", customer=guest, vehicle=car, store=store, anchor=moment, by=None)
    assert not FollowUp.objects.pending().filter(customer=guest).exists()


def test_nothing_is_written_on_the_file_again(guest, forget, cast):
    forget(guest)
    with refuses("erased"):
        customers.change_customer(guest, by=cast.reception, name=NAME)
    with refuses("erased"):
        customers.add_phone(guest, by=cast.reception, number=NUMBER)
    with refuses("erased"):
        forget(guest)
    with refuses("cannot_merge"):
        merge_customers(guest, into=CustomerFactory.create(), reason="同", by=cast.sales_manager)
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE crm_customer SET name = %s WHERE id = %s", [NAME, guest.pk])
    assert name_of(error.value) == "customer_erased_frozen"


@pytest.mark.parametrize(
    "make",
    [
        lambda: LeadFactory.create().customer,
        lambda: OrderFactory.create().customer,
        lambda: AppointmentFactory.create().customer,
        lambda: WorkOrderFactory.create().customer,
        lambda: InvoiceFactory.create().customer,
    ],
    ids=["card", "order", "booking", "visit", "account"],
)
def test_while_something_is_open_nobody_is_erased(make, store, forget):
    customer = make()
    name = customer.name
    with pytest.raises(Refusal) as refused:
        forget(customer)
    assert refused.value.code in {"erase_open", "erase_unpaid"}
    customer.refresh_from_db()
    assert (customer.name, customer.erased_at) == (name, None)


def test_it_needs_a_reason_and_a_yes(guest, forget):
    with refuses("erased_without_reason"):
        forget(guest, reason=" ")
    with refuses("erase_unconfirmed"):
        forget(guest, confirmed=False)


def test_the_words_of_a_visit_go(store, cast, forget):
    visit = ShowroomVisitFactory.create(name=NAME, phone=NUMBER, note=WORDS, purpose="PICK_UP")
    forget(visit.customer)
    visit.refresh_from_db()
    assert (visit.name, visit.note) == ("—", "—")
    assert everywhere(NAME, NUMBER, WORDS) == set()


def test_their_files_and_what_was_written_for_them_go(guest, forget, cast, django_capture_on_commit_callbacks):
    file = AttachmentFactory.create()
    file.subject = guest
    file.save(update_fields=["subject_type", "subject_id"])
    job = person_data.order_data(guest, by=cast.cs_manager)
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    written = [file.file, job.output_file.file]
    with django_capture_on_commit_callbacks(execute=True):
        forget(guest)
    assert not any(one.storage.exists(one.name) for one in written)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE crm_contact SET said = 'x'",
        "UPDATE dms_event SET data = '{}'",
        "UPDATE crm_letter SET body = 'x'",
        "UPDATE crm_contact SET result = 'SOLD'",
        "DELETE FROM dms_event",
    ],
)
def test_without_an_erasure_the_words_stay_as_they_were(statement, guest):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_within_an_erasure_only_words_go_and_only_theirs(guest, cast):
    other = FollowUpFactory.create().customer
    record_contact(other, by=cast.callback, said=Said("DONE", "别人的话"), store=other.stores.get())
    erased = "UPDATE crm_customer SET erased_at = now(), erased_why = 'x', erased_by_id = %s WHERE id = %s"
    by = cast.cs_manager.pk

    def try_out(statement):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(erased, [by, guest.pk])
            cursor.execute(statement)

    for statement in (
        "UPDATE crm_contact SET result = 'SOLD'",
        "UPDATE crm_contact SET said = 'x'",
        "UPDATE dms_event SET kind = 'x'",
        "DELETE FROM crm_contact",
    ):
        with pytest.raises(IntegrityError):
            try_out(statement)
    try_out(f"UPDATE crm_contact SET said = '—' WHERE customer_id = {guest.pk}")
    # The next transaction is none of an erasure.
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE crm_contact SET said = 'x' WHERE customer_id = %s", [guest.pk])
