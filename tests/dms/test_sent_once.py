"""Of two equal requests at the same moment one is done, and both are answered alike; keys are forgotten after a day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now
from django.urls import reverse

from crm.models import ContactPerson
from dms.api.sent_once import KEY
from dms.models import Sending
from dms.records import idempotency
from dms.records.idempotency import Answer, Sent
from dms.web import sent_once
from dms.web.sent_once import FIELD
from sales.models import Lead
from tests.conftest import refuses
from tests.factories import CustomerFactory, PhoneFactory
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


def answered(sending: Sent, do) -> Answer:
    return idempotency.once(sending, do, answer_of=lambda answer: answer, again=lambda answer: answer)


def beside(act):
    """What another connection makes of it at this moment."""

    def closing():
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as another:
        return another.submit(closing).result(10)


A = Sent(by=1, path="/", key="a", body="-")
DID = Answer(204)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_what_is_being_done_is_seen_at_once_and_told_to_who_sends_it_again(monkeypatch):
    monkeypatch.setattr(idempotency, "LOOKS", 2)
    underway = []

    def slowly() -> Answer:
        with refuses("underway"):
            beside(lambda: answered(A, pytest.fail))
        underway.append(DONE)
        return DID

    assert answered(A, slowly) == DID
    assert underway == [DONE]
    assert answered(A, pytest.fail) == DID


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_store_never_waits_until_another_is_answered(cast, elsewhere, signed_in, monkeypatch):
    """A slow page of one store holds its locks and its number, and nobody's of another."""
    answer_of = sent_once.answer_of
    done: list[int] = []

    def other_store() -> int:
        return signed_in(elsewhere.adviser).post(reverse("sales:lead_new"), card("13900000002")).status_code

    def slowly(response):
        if not done:
            done.append(302)  # the other's answer comes by here, too
            done.append(beside(other_store))
        return answer_of(response)

    def card(phone: str) -> dict[str, str]:
        return {"name": "谷雨", "phone": phone, "level": "A", FIELD: phone}

    monkeypatch.setattr(sent_once, "answer_of", slowly)
    assert signed_in(cast.adviser).post(reverse("sales:lead_new"), card("13900000001")).status_code == 302
    assert done == [302, 302]
    assert Lead.objects.count() == 2


@pytest.mark.django_db
def test_what_was_refused_or_broke_leaves_no_trace_and_may_be_sent_again():
    with pytest.raises(ZeroDivisionError):
        answered(A, lambda: 1 / 0)
    assert idempotency.once(A, lambda: "form", answer_of=lambda _form: None, again=str) == "form"
    assert not Sending.objects.exists()
    assert answered(A, lambda: DID) == DID


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_what_a_power_cut_left_open_is_done_anew_and_only_once():
    """The claim lapses; if the first is only slow, it finds that another has done it, and does nothing."""

    def lapses_and_is_done_by_another() -> Answer:
        assert beside(another) == DID
        return Answer(201)

    def another() -> Answer:
        Sending.objects.update(at=Now() - 2 * idempotency.BROKEN_OFF)
        return answered(A, lambda: DID)

    with refuses("underway"):
        answered(A, lapses_and_is_done_by_another)
    assert answered(A, pytest.fail) == DID


# --- what is kept of an answer ------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_number_that_was_revealed_is_kept_nowhere(cast, signed_in):
    landline = PhoneFactory.create(phone="02885551234")
    for phone in (landline, PhoneFactory.create(phone="13900001111")):
        ask = partial(
            signed_in(cast.adviser).post,
            f"/api/v1/crm/phones/{phone.pk}/reveal/",
            content_type="application/json",
            headers={KEY: f"k{phone.pk}"},
        )
        assert ask().json() == {"number": phone.number}
        assert (ask().status_code, ask().json()["code"]) == (409, "sent_already")
    assert list(Sending.objects.values_list("status", "answer")) == [(200, None)] * 2


@pytest.mark.django_db
def test_the_database_keeps_no_whole_number():
    with pytest.raises(DatabaseError, match="sending_keeps_no_whole_number"), transaction.atomic():
        Sending.objects.create(key="k", body="-", status=200, answer={"said": "打 +8613900001111"})
    Sending.objects.create(key="k", body="-", status=200, answer={"said": "139****1111", "id": 139000011112})


@pytest.mark.django_db
def test_the_answer_that_comes_again_names_the_same_version(cast, signed_in):
    customer = CustomerFactory.create(store=cast.store)
    ask = partial(
        signed_in(cast.adviser).patch,
        f"/api/v1/crm/customers/{customer.pk}/",
        {"name": "清明"},
        content_type="application/json",
        headers={KEY: "k"},
    )
    first, again = ask(), ask()
    assert first["ETag"] == again["ETag"]
    assert first.json() == again.json()


@pytest.mark.django_db
def test_a_key_is_forgotten_after_a_day():
    Sending.objects.create(key="new", body="-", status=302)
    Sending.objects.create(key="old", body="-", status=302, at=Now() - timedelta(days=2))
    assert idempotency.forget() == 1
    assert Sending.objects.get().key == "new"
