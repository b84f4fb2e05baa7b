"""Everything that hangs on a file goes along when it is merged, and comes back when the merging is undone."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.urls import reverse

from crm.actions import customers
from crm.actions.merging import merge_customers
from crm.actions.parting import undo_merge
from crm.models import ContactPerson, Customer, CustomerMerge, CustomerStore, Ownership, Phone
from crm.references import references, rows_of
from dms.models import Event
from sales.actions.leads import open_lead
from sales.models import Lead
from tests.conftest import refuses
from tests.crm.test_merging import while_it_is_merged
from tests.factories import (
    AppointmentFactory,
    AttachmentFactory,
    ComplaintFactory,
    ConsentFactory,
    ContactFactory,
    CustomerFactory,
    FollowUpFactory,
    InvoiceFactory,
    LeadFactory,
    LetterFactory,
    OrderFactory,
    OwnerCardFactory,
    PhoneFactory,
    RecallEntryFactory,
    ShowroomVisitFactory,
    SurveyFactory,
    VehicleFactory,
    WorkOrderFactory,
)
from tests.races import DONE

pytestmark = pytest.mark.django_db


@pytest.fixture
def guyu(store):
    return CustomerFactory.create(name="谷雨", phone="13800000001")


@pytest.fixture
def merge(cast):
    return partial(merge_customers, reason="同一身份证", by=cast.sales_manager)


@pytest.fixture
def undo(cast):
    """``undo(duplicate)`` parts the file from the one it was merged into."""
    return lambda duplicate, reason="两个人": undo_merge(
        CustomerMerge.objects.get(duplicate=duplicate, undone_at=None), reason=reason, by=cast.sales_manager
    )


HANGS_ON: dict[str, Callable[[], Any]] = {
    "crm.phone.customer": PhoneFactory.create,
    "crm.customerstore.customer": lambda: CustomerStore.objects.get(customer=CustomerFactory.create()),
    "crm.contactperson.customer": lambda: ContactPerson.objects.create(customer=CustomerFactory.create(), name="清明"),
    "crm.ownership.customer": lambda: Ownership.objects.get(vehicle=VehicleFactory.create()),
    "crm.invoice.customer": InvoiceFactory.create,
    "crm.complaint.customer": ComplaintFactory.create,
    "crm.contact.customer": ContactFactory.create,
    "crm.followup.customer": FollowUpFactory.create,
    "crm.letter.customer": LetterFactory.create,
    "crm.consent.customer": ConsentFactory.create,
    "crm.recallentry.customer": RecallEntryFactory.create,
    "crm.survey.customer": SurveyFactory.create,
    "sales.lead.customer": LeadFactory.create,
    "sales.order.customer": OrderFactory.create,
    "sales.ownercard.customer": OwnerCardFactory.create,
    "sales.showroomvisit.customer": lambda: ShowroomVisitFactory.create(name="清明", phone="13700000098"),
    "aftersales.appointment.customer": AppointmentFactory.create,
    "aftersales.workorder.customer": WorkOrderFactory.create,
}
"""Column → a row of it. A column that names a customer and is not here fails the first test below."""


def test_every_column_that_names_a_customer_is_tried():
    assert {reference.label for reference in references()} == {*HANGS_ON, "crm.customer.merged_into"}


@pytest.mark.parametrize("column", HANGS_ON)
def test_a_row_goes_along_and_comes_back(column, guyu, merge, undo):
    reference = next(reference for reference in references() if reference.label == column)
    row = HANGS_ON[column]()
    owner = getattr(row, reference.field)
    before = rows_of(owner)[owner.pk]
    of_guyu = rows_of(guyu)[guyu.pk]
    merge(owner, into=guyu)
    assert not rows_of(owner)[owner.pk], "nothing is left behind"
    undo(owner)
    assert rows_of(owner)[owner.pk] == before
    assert rows_of(guyu)[guyu.pk] == of_guyu


def test_a_file_merged_before_comes_back_to_the_file_it_was_merged_into(guyu, merge, undo):
    first, second = CustomerFactory.create(name="清明"), CustomerFactory.create(name="立夏")
    merge(first, into=second)
    merge(second, into=guyu)
    undo(second)
    assert Customer.objects.get(pk=first.pk).merged_into == second
    assert Customer.objects.get(pk=second.pk).merged_into is None
    undo(first)
    assert Customer.objects.get(pk=first.pk).merged_into is None


def test_an_attached_file_goes_along_and_comes_back(guyu, merge, undo):
    double = CustomerFactory.create()
    file = AttachmentFactory.create()
    file.subject = double
    file.save(update_fields=["subject_type", "subject_id"])
    merge(double, into=guyu)
    file.refresh_from_db()
    assert (file.subject_type, file.subject_id) == (ContentType.objects.get_for_model(Customer), guyu.pk)
    undo(double)
    file.refresh_from_db()
    assert file.subject_id == double.pk


def facts(customer):
    """Everything a file says of itself, except when it was changed."""
    row = Customer.objects.filter(pk=customer.pk).values().get()
    return {name: value for name, value in row.items() if name != "updated_at"}


def small_rows(*files):
    return [
        list(model.objects.filter(customer__in=files).order_by("pk").values())
        for model in (Phone, CustomerStore, Ownership)
    ]


def test_what_was_joined_is_parted_and_what_was_learned_is_forgotten(
    guyu, merge, undo, cast, store, other_store, elsewhere
):
    double = CustomerFactory.create(name="谷先生", phone="13900000002", store=other_store, by=elsewhere.adviser)
    customers.link(double, store)
    customers.add_phone(double, number="13800000001", by=cast.adviser, primary=True)
    customers.change_customer(guyu, by=cast.adviser, address="高新路 1 号", needs=["七座"])
    told = {
        "address": "锦江路 2 号",
        "email": "gu@example.cn",
        "needs": ["四驱"],
        "data_refused": True,
        "birthday": "1990-02-28",
    }
    customers.change_customer(double, by=cast.adviser, **told)
    car = VehicleFactory.create(plate="川AD1234")
    for customer, since in ((guyu, "2026-05-01"), (double, "2026-01-01")):
        Ownership.objects.create(vehicle=car, customer=customer, role="DRIVER", since=since)
    before = facts(guyu), facts(double), small_rows(guyu, double)
    merge(double, into=guyu)
    assert (facts(guyu), facts(double), small_rows(guyu, double)) != before
    undo(double)
    assert (facts(guyu), facts(double), small_rows(guyu, double)) == before
    event = Event.objects.get(kind="customer.merging_undone")
    assert (event.subject_id, event.data["from"], event.data["reason"]) == (guyu.pk, double.pk, "两个人")


@pytest.mark.parametrize(
    "something",
    [
        lambda guyu, cast, store: customers.add_phone(guyu, number="13700000003", by=cast.adviser),
        lambda guyu, cast, store: customers.remove_phone(guyu.phones.order_by("pk").last(), by=cast.adviser),
        lambda guyu, cast, store: customers.change_customer(guyu, by=cast.adviser, address="高新路 1 号"),
        lambda guyu, cast, store: open_lead(guyu, store=store, owner=cast.adviser, by=cast.adviser),
        lambda guyu, cast, store: ContactPerson.objects.create(customer=guyu, name="清明"),
    ],
    ids=["phone", "phone gone", "address", "card", "person"],
)
def test_what_was_written_since_keeps_the_files_together(something, guyu, merge, undo, cast, store):
    double = CustomerFactory.create(phone="13900000002")
    merge(double, into=guyu)
    something(guyu, cast, store)
    with refuses("written_since"):
        undo(double)
    assert Customer.objects.get(pk=double.pk).merged_into == guyu


def test_work_on_a_card_that_moved_keeps_the_files_together(guyu, merge, undo, cast, store):
    double = CustomerFactory.create(phone="13900000002")
    card = open_lead(double, store=store, owner=cast.adviser, by=cast.adviser)
    merge(double, into=guyu)
    ShowroomVisitFactory.create(name="谷雨", phone="13900000002")
    with refuses("written_since"):
        undo(double)
    assert Lead.objects.get(pk=card.pk).customer == guyu


def test_looking_at_a_number_is_nothing_new(guyu, merge, undo, cast):
    double = CustomerFactory.create(phone="13900000002")
    merge(double, into=guyu)
    customers.reveal_phone(guyu.phones.first(), by=cast.adviser)
    undo(double)
    assert Customer.objects.get(pk=double.pk).merged_into is None


def test_it_is_undone_once_with_a_reason_and_from_the_newest(guyu, merge, undo, cast):
    double, third = CustomerFactory.create(), CustomerFactory.create()
    merge(double, into=guyu)
    row = CustomerMerge.objects.get(duplicate=double)
    with refuses("undo_without_reason"):
        undo(double, reason=" ")
    merge(guyu, into=third)
    with refuses("merged_on"):
        undo(double)
    undo(guyu)
    with refuses("merge_undone"):
        undo_merge(CustomerMerge.objects.get(duplicate=guyu), reason="两个人", by=cast.sales_manager)
    undo_merge(row, reason="两个人", by=cast.sales_manager)
    assert Customer.objects.filter(merged_into=None).count() == 3


def test_after_it_was_undone_the_files_can_be_merged_again(guyu, merge, undo):
    double = CustomerFactory.create(phone="13900000002")
    merge(double, into=guyu)
    undo(double)
    merge(guyu, into=double)
    assert set(double.phones.values_list("number", flat=True)) == {"13800000001", "13900000002"}


def test_the_page_shows_what_was_merged_and_undoes_it(guyu, merge, cast, signed_in):
    double = CustomerFactory.create(name="谷先生", phone="13900000002")
    merge(double, into=guyu)
    row = CustomerMerge.objects.get()
    client, page = signed_in(cast.sales_manager), reverse("crm:customer_duplicates", args=[guyu.pk])
    shown = client.get(page).content.decode()
    assert "谷先生" in shown
    assert reverse("crm:merge_undo", args=[row.pk]) in shown
    answer = client.post(reverse("crm:merge_undo", args=[row.pk]), {"reason": "两个人"})
    assert answer.url == page
    assert "两个人" in client.get(page).content.decode()
    assert client.get(reverse("crm:customer", args=[double.pk])).status_code == 200


def test_the_page_says_why_it_is_too_late(guyu, merge, cast, signed_in):
    merge(CustomerFactory.create(), into=guyu)
    customers.change_customer(guyu, by=cast.adviser, address="高新路 1 号")
    shown = signed_in(cast.sales_manager).get(reverse("crm:customer_duplicates", args=[guyu.pk])).content.decode()
    assert "谷雨" in shown
    assert "disabled" in shown


def test_the_api_lists_mergings_and_undoes_them(guyu, merge, cast, signed_in):
    double = CustomerFactory.create(phone="13900000002")
    merge(double, into=guyu)
    client = signed_in(cast.sales_manager)
    listed = client.get(f"/api/v1/crm/customers/{guyu.pk}/merges/").json()["results"]
    assert [(row["duplicate"], row["undone_at"]) for row in listed] == [(double.pk, None)]
    url = f"/api/v1/crm/customer-merges/{listed[0]['id']}/undo/"
    answer = client.post(url, {"reason": "两个人"}, content_type="application/json")
    assert (answer.status_code, answer.json()["undone_why"]) == (200, "两个人")
    assert client.post(url, {"reason": "两个人"}, content_type="application/json").json()["code"] == "merge_undone"


# --- the database -------------------------------------------------------------------------------------------------------
def refused(match):
    return pytest.raises(Exception, match=match)


@pytest.mark.django_db(transaction=True)
def test_the_database_lets_nothing_back_except_while_it_is_undone(guyu, merge, undo):
    double, other = CustomerFactory.create(phone="13900000002"), CustomerFactory.create()
    bill = InvoiceFactory.create(customer=double)
    merge(double, into=guyu)
    moves = (
        ("customer_merge_frozen", lambda: Customer.objects.filter(pk=double.pk).update(merged_into=None)),
        ("customer_merge_frozen", lambda: Customer.objects.filter(pk=double.pk).update(merged_into=other)),
        ("invoice_customer_frozen", lambda: type(bill).objects.filter(pk=bill.pk).update(customer=other)),
        ("customermerge_frozen", lambda: CustomerMerge.objects.update(duplicate=other)),
        ("customermerge_undone_is_whole", lambda: CustomerMerge.objects.update(undone_at="2026-01-01T00:00Z")),
        ("customermerge_kept", lambda: CustomerMerge.objects.all().delete()),
    )
    for rule, move in moves:
        with refused(rule), transaction.atomic():
            move()
    undo(double)
    with refused("customermerge_undone_frozen"), transaction.atomic():
        CustomerMerge.objects.update(undone_at=None, undone_by=None, undone_why="")
    with refused("invoice_customer_frozen"), transaction.atomic():
        type(bill).objects.filter(pk=bill.pk).update(customer=guyu)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_card_opened_while_it_is_undone_stands_on_the_file_it_was_opened_for(guyu, merge, undo, cast, store):
    double = CustomerFactory.create(phone="13900000002")
    merge(double, into=guyu)
    card = partial(open_lead, guyu, store=store, owner=cast.adviser, by=cast.adviser)
    assert while_it_is_merged(card, partial(undo, double)) == [DONE]
    assert Lead.objects.get().customer == guyu


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_whoever_undoes_waits_for_what_is_being_written_and_then_is_refused(guyu, merge, undo, cast, store):
    double = CustomerFactory.create(phone="13900000002")
    merge(double, into=guyu)
    card = partial(open_lead, guyu, store=store, owner=cast.adviser, by=cast.adviser)
    assert while_it_is_merged(partial(undo, double), card) == ["written_since"]
    assert Customer.objects.get(pk=double.pk).merged_into == guyu
