"""Two files of one person become one, and nothing of either is lost."""

import threading
import time
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from aftersales.models import WorkOrder
from crm.actions import billing, customers
from crm.actions.care import Said, record_contact
from crm.actions.merging import merge_customers
from crm.models import ContactPerson, Customer, Ownership
from crm.models.customers import CustomerStore
from dms.models import Event
from sales.actions.leads import open_lead
from sales.models import Lead
from tests.conftest import refuses
from tests.factories import CustomerFactory, OwnerCardFactory, VehicleFactory, WorkOrderFactory
from tests.races import DONE, at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(store):
    """``file("谷雨", "13800000001")`` is a customer's file in the store."""
    return lambda name, phone, **facts: CustomerFactory.create(name=name, phone=phone, **facts)


@pytest.fixture
def guyu(file):
    return file("谷雨", "13800000001")


@pytest.fixture
def double(file):
    return file("谷先生", "13900000002")


@pytest.fixture
def merge(cast):
    return partial(merge_customers, reason="同一身份证", by=cast.sales_manager)


def still_there(customer):
    """What points to a file, in whatever app: model → number of rows."""
    relations = [(relation.related_model, relation.field.name) for relation in Customer._meta.related_objects]
    counts = {model.__name__: model._default_manager.filter(**{name: customer}).count() for model, name in relations}
    return {model: count for model, count in counts.items() if count}


def test_everything_of_every_app_moves(guyu, double, merge, cast, store):
    car = VehicleFactory.create(owner=double, plate="川A·D1234")
    customers.add_person(double, name="清明", by=cast.adviser)
    record_contact(double, by=cast.adviser, said=Said("DONE"), store=store)
    billing.open_invoice(customer=double, store=store, subject="检测", by=cast.adviser)
    open_lead(double, store=store, owner=cast.adviser, by=cast.adviser)
    WorkOrderFactory.create(vehicle=car)
    OwnerCardFactory.create(customer=double, vehicle=car)
    moved = still_there(double)
    assert {
        "Phone",
        "Ownership",
        "ContactPerson",
        "Contact",
        "Invoice",
        "Lead",
        "WorkOrder",
        "OwnerCard",
    } <= moved.keys()
    merge(double, into=guyu)
    assert still_there(double) == {}
    assert still_there(guyu) == moved | {"Phone": 2, "Customer": 1}


def test_a_settled_work_order_goes_with_its_customer_and_to_nobody_else(file, merge, guyu):
    order = WorkOrderFactory.create(stage="settled")
    merge(order.customer, into=guyu)
    order.refresh_from_db()
    assert (order.customer, order.invoice.customer) == (guyu, guyu)
    with pytest.raises(Exception, match="workorder_customer_frozen"):
        WorkOrder.objects.filter(pk=order.pk).update(customer=file("清明", "13700000003"))


def test_the_file_that_stays_learns_what_it_did_not_know(guyu, double, merge, cast):
    customers.change_customer(guyu, by=cast.adviser, address="高新路 1 号", needs=["七座"])
    facts = {"address": "锦江路 2 号", "email": "gu@example.cn", "needs": ["七座", "四驱"], "data_refused": True}
    customers.change_customer(double, by=cast.adviser, **facts)
    whole = Customer.objects.get(pk=merge(double, into=guyu).pk)
    assert (whole.address, whole.email, whole.needs) == ("高新路 1 号", "gu@example.cn", ["七座", "四驱"])
    assert whole.data_refused, "who refuses personal data in one file refuses it altogether"
    event = Event.objects.get(kind="customer.merged")
    assert event.data["fields"] == ["data_refused", "email", "needs"]
    assert event.data["reason"] == "同一身份证"


def test_numbers_are_not_doubled_and_the_one_to_call_stays(guyu, double, merge, cast):
    customers.add_phone(double, number="13800000001", by=cast.adviser, primary=True)
    merge(double, into=guyu)
    assert list(guyu.phones.values_list("number", "is_primary")) == [("13800000001", True), ("13900000002", False)]


def test_who_drives_one_car_by_both_files_drives_it_since_the_earlier_day(guyu, double, file, merge):
    car = VehicleFactory.create(owner=file("清明", "13700000003"), plate="川A·D1234")
    today = timezone.localdate()
    for customer, since in ((guyu, today), (double, today - timedelta(days=90))):
        Ownership.objects.create(vehicle=car, customer=customer, role="DRIVER", since=since)
    merge(double, into=guyu)
    assert car.ownerships.get(role="DRIVER").since == today - timedelta(days=90)
    assert car.ownerships.get(role="DRIVER").customer == guyu


def test_every_store_that_knew_one_of_them_knows_the_whole(guyu, file, merge, other_store, store):
    double = file("谷先生", "13900000002", store=other_store)
    customers.link(double, store)
    CustomerStore.objects.filter(customer=double, store=store).update(since=timezone.now() - timedelta(days=900))
    merge(double, into=guyu)
    assert set(guyu.stores.all()) == {store, other_store}
    assert guyu.store_links.get(store=store).since < timezone.now() - timedelta(days=800)


def test_two_open_cards_for_one_wish_stop_the_merging_and_nothing_has_moved(guyu, double, merge, cast, store):
    lead, twin = (open_lead(customer, store=store, owner=cast.adviser, by=cast.adviser) for customer in (guyu, double))
    with refuses("cards_for_one_wish", match=f"{lead}.*{twin}"):
        merge(double, into=guyu)
    double.refresh_from_db()
    assert double.merged_into is None
    assert double.phone == "13900000002"
    assert not Event.objects.filter(kind="customer.merged").exists()


def test_two_c_cards_of_one_car_stop_the_merging(guyu, double, merge):
    car = VehicleFactory.create(owner=guyu, plate="川A·D1234")
    for customer in (guyu, double):
        OwnerCardFactory.create(customer=customer, vehicle=car)
    with refuses("owner_cards_of_one_car", match="川AD1234"):
        merge(double, into=guyu)


def test_a_merging_says_why(guyu, double, cast):
    with refuses("merge_without_reason"):
        merge_customers(double, into=guyu, reason=" ", by=cast.sales_manager)


def test_a_file_is_merged_once_and_never_into_itself(guyu, double, merge):
    merge(double, into=guyu)
    for duplicate, into in ((double, guyu), (guyu, double), (guyu, guyu)):
        with refuses("cannot_merge"):
            merge(duplicate, into=into)


def test_a_file_that_was_merged_leads_to_the_one_that_stays_in_the_end(guyu, double, file, merge, cast, signed_in):
    merge(double, into=guyu)
    last = file("谷女士", "13700000003")
    merge(guyu, into=last)
    for gone in (double, guyu):
        page = signed_in(cast.sales_manager).get(reverse("crm:customer", args=[gone.pk]))
        assert page.url == reverse("crm:customer", args=[last.pk])


def test_the_history_of_both_files_is_one(guyu, double, merge, cast, signed_in):
    customers.add_phone(double, number="13700004444", by=cast.adviser)
    merge(double, into=guyu)
    page = signed_in(cast.adviser).get(reverse("crm:customer", args=[guyu.pk])).text
    assert "…4444" in page
    assert "谷先生 · 同一身份证" in page


# --- the pages ----------------------------------------------------------------------------------------------------------
def test_a_duplicate_is_found_by_number_or_name_or_searched_for(guyu, file, cast, signed_in):
    shares, namesake, other = file("清明", "13800000001"), file("谷雨", "13700000003"), file("小满", "13700000004")
    client, page = signed_in(cast.sales_manager), reverse("crm:customer_duplicates", args=[guyu.pk])
    assert (
        reverse("crm:customer_duplicates", args=[guyu.pk]) in client.get(reverse("crm:customer", args=[guyu.pk])).text
    )
    assert client.get(page).context["rows"] == [shares, namesake]
    assert client.get(page, {"q": "小满"}).context["rows"] == [other]


def test_two_files_are_compared_and_the_chosen_one_stays(guyu, double, cast, store, signed_in):
    customers.change_customer(double, by=cast.adviser, address="锦江路 2 号")
    open_lead(double, store=store, owner=cast.adviser, by=cast.adviser)
    client, page = signed_in(cast.sales_manager), f"{reverse('crm:customer_merge', args=[guyu.pk])}?other={double.pk}"
    shown = client.get(page)
    rows = {row.label: (row.one, row.other) for row in shown.context["rows"]}
    assert ("谷雨", "谷先生") in rows.values()
    assert ("锦江区红星路1号", "锦江路 2 号") in rows.values()
    assert ("0", "1") in rows.values(), "the open card"
    differing = [row.one for row in shown.context["rows"] if row.differs]
    assert differing == ["谷雨", "锦江区红星路1号"], "only one of each can stand"
    assert client.post(page, {"stays": double.pk}).status_code == 422, "why?"
    merged = client.post(page, {"stays": double.pk, "reason": "同一身份证"})
    assert merged.url == reverse("crm:customer", args=[double.pk])
    guyu.refresh_from_db()
    assert guyu.merged_into == double


def test_a_refused_merging_says_so_above_the_comparison(guyu, double, cast, store, signed_in):
    for customer in (guyu, double):
        open_lead(customer, store=store, owner=cast.adviser, by=cast.adviser)
    page = f"{reverse('crm:customer_merge', args=[guyu.pk])}?other={double.pk}"
    answer = signed_in(cast.sales_manager).post(page, {"stays": guyu.pk, "reason": "同一身份证"})
    assert answer.status_code == 422
    assert Lead.objects.get(customer=double).number in answer.text


def test_nobody_merges_a_file_of_a_store_they_do_not_see(guyu, file, cast, other_store, signed_in):
    foreign = file("立夏", "13700000009", store=other_store)
    client = signed_in(cast.sales_manager)
    assert client.get(f"{reverse('crm:customer_merge', args=[guyu.pk])}?other={foreign.pk}").status_code == 404
    body = {"duplicate": foreign.pk, "reason": "同一身份证"}
    response = client.post(f"/api/v1/crm/customers/{guyu.pk}/merge/", body, content_type="application/json")
    assert response.status_code == 400


def test_files_are_merged_by_api(guyu, double, cast, file, signed_in):
    customers.add_phone(double, number="13800000001", by=cast.adviser)
    client, root = signed_in(cast.sales_manager), f"/api/v1/crm/customers/{guyu.pk}"
    assert [row["id"] for row in client.get(f"{root}/duplicates/").json()["results"]] == [double.pk]
    body = {"duplicate": double.pk, "reason": "同一身份证"}
    response = client.post(f"{root}/merge/", body, content_type="application/json")
    assert (response.status_code, response.json()["id"]) == (200, guyu.pk)
    assert still_there(double) == {}


# --- at once ------------------------------------------------------------------------------------------------------------
def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


def while_it_is_merged(act, merging):
    """The act begins when the merging is done and not yet committed, and waits for it."""
    ends = []
    other = threading.Thread(target=lambda: ends.extend(at_once(act)))
    with transaction.atomic():
        merging()
        other.start()
        for _ in range(500):
            if somebody_waits():
                break
            time.sleep(0.01)
    other.join(60)
    return ends


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_card_opened_while_the_file_is_merged_stands_on_the_file_that_stays(guyu, double, merge, cast, store):
    lead = open_lead(guyu, store=store, owner=cast.adviser, by=cast.adviser)
    visit = partial(open_lead, double, store=store, owner=cast.adviser, by=cast.adviser)
    assert while_it_is_merged(visit, partial(merge, double, into=guyu)) == [DONE]
    assert Lead.objects.get() == lead, "theirs is open already: it is not doubled"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_any_row_written_while_the_file_is_merged_stands_on_the_file_that_stays(guyu, double, merge):
    note = partial(ContactPerson.objects.create, customer=double, name="清明")
    assert while_it_is_merged(note, partial(merge, double, into=guyu)) == [DONE]
    assert still_there(double) == {}
    assert guyu.people.get().name == "清明"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_people_who_merge_crosswise_leave_one_file(guyu, double, merge):
    ends = at_once(partial(merge, double, into=guyu), partial(merge, guyu, into=double))
    assert sorted(ends) == ["cannot_merge", DONE]
    assert Customer.objects.filter(merged_into=None).count() == 1


def test_a_row_written_for_a_merged_file_goes_to_the_file_that_stays(guyu, double, merge, store):
    merge(double, into=guyu)
    customers.link(double, store)
    assert still_there(double) == {}
