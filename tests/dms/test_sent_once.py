"""Of two equal requests at the same moment one is done, and both are answered alike; keys are forgotten after a day."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.urls import reverse

from crm.models import ContactPerson
from dms.models import Sending
from dms.records import idempotency
from dms.web.sent_once import FIELD
from tests.factories import CustomerFactory
from tests.races import DONE, at_once


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_fingers_on_one_button_make_one_row(cast, signed_in):
    customer = CustomerFactory.create()
    address, sent = (
        reverse("crm:person_new", args=[customer.pk]),
        {"name": "谷雨", "role": "FAMILY", FIELD: "k"},
    )
    clients = [signed_in(cast.adviser) for _n in range(6)]
    answers = []
    assert at_once(*(lambda c=client: answers.append(c.post(address, sent)) for client in clients)) == [DONE] * 6
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, answers[0]["Location"])}
    assert ContactPerson.objects.count() == 1


@pytest.mark.django_db
def test_a_key_is_forgotten_after_a_day():
    Sending.objects.create(key="new", body="-", status=302)
    Sending.objects.create(key="old", body="-", status=302, at=Now() - timedelta(days=2))
    assert idempotency.forget() == 1
    assert Sending.objects.get().key == "new"
