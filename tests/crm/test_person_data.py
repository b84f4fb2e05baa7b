"""A person's data on request: one file of everything, fetched by who asked for it."""

import json
from zipfile import ZipFile

import pytest
from django.urls import reverse
from django.utils import translation

from crm import person_data
from crm.actions import consents
from crm.models import Consent, FollowUp
from crm.references import references
from dms.background import jobs
from dms.models import Event, Job
from tests.conftest import refuses
from tests.crm.test_undo_merging import HANGS_ON
from tests.factories import AttachmentFactory, ContactFactory, CustomerFactory, FollowUpFactory, UserFactory

pytestmark = pytest.mark.django_db


def written(customer, by):
    """The tables and the names of the files in what was written."""
    job = person_data.order_data(customer, by=by)
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    assert job.status == "DONE", job.error
    with job.output_file.file.open("rb") as opened, ZipFile(opened) as archive:
        return json.loads(archive.read("data.json")), archive.namelist()


def test_the_file_holds_what_was_said_planned_and_known(store, cast):
    row = FollowUpFactory.create()
    customer = row.customer
    ContactFactory.create(customer=customer)
    consents.withdraw(customer, by=cast.callback, purposes=["CARE"], channels=["CALL"])
    tables, _files = written(customer, cast.cs_manager)
    text = json.dumps(tables, ensure_ascii=False)
    assert customer.name in text
    assert customer.phones.get().number in text, "theirs, so whole"
    assert row.vehicle.plate in text
    with translation.override("zh-hans"):
        promises, words = (str(model._meta.verbose_name_plural) for model in (FollowUp, Consent))
    assert len(tables[promises]) == FollowUp.objects.filter(customer=customer).count()
    assert len(tables[words]) == 1
    assert Event.objects.filter(kind="customer.data_given", subject_id=customer.pk).count() == 1


@pytest.mark.parametrize("column", [column for column in HANGS_ON if column != "crm.customer.merged_into"])
def test_every_row_that_names_the_person_is_in_it(column, store, cast):
    reference = next(reference for reference in references() if reference.label == column)
    row = HANGS_ON[column]()
    tables, _files = person_data.told(getattr(row, reference.field))
    assert tables[str(reference.model._meta.verbose_name_plural)]


def test_files_of_the_person_are_in_it(store, cast):
    customer = CustomerFactory.create()
    file = AttachmentFactory.create()
    file.subject = customer
    file.save(update_fields=["subject_type", "subject_id"])
    _tables, files = written(customer, cast.cs_manager)
    assert f"files/{file.pk}-{file.name}" in files


def test_nothing_of_another_person_is_in_it(store, cast):
    customer, other = CustomerFactory.create(name="谷雨"), CustomerFactory.create(name="清明", phone="13911112222")
    ContactFactory.create(customer=other)
    tables, _files = person_data.told(customer)
    text = json.dumps(tables, ensure_ascii=False, default=str)
    assert "清明" not in text
    assert "13911112222" not in text


def test_a_person_of_another_store_is_refused(store, other_store, cast):
    customer = CustomerFactory.create(store=other_store)
    job = jobs.request(person_data.KIND, by=cast.cs_manager, params={"customer": customer.pk})
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    assert (job.status, job.output_file) == ("FAILED", None)


def test_only_who_asked_fetches_it(store, cast, signed_in):
    customer = CustomerFactory.create()
    answer = signed_in(cast.cs_manager).post(reverse("crm:customer_data", args=[customer.pk]))
    job = Job.objects.get(kind=person_data.KIND)
    assert answer.url == reverse("dms:job", args=[job.pk])
    jobs.execute(job.pk, "worker")
    address = reverse("api:dms:jobs-output", args=[job.pk])
    assert signed_in(cast.cs_manager).get(address).status_code == 200
    colleague = UserFactory.create(role="cs_manager", store=store)
    assert signed_in(colleague).get(address).status_code in {403, 404}


def test_who_may_not_manage_care_is_refused(store, cast):
    with refuses("not_yours"):
        person_data.order_data(CustomerFactory.create(), by=cast.reception)
