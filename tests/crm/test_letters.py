"""The register of letters and the callback desk, as people and programs use them."""

from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from crm import wording
from crm.actions import care, rounds
from crm.models import Contact, Customer, FollowUp, Letter
from dms.models import Absence
from dms.navigation import due_work
from tests.clock import at
from tests.factories import owners

NOW = at("2026-11-20 11:00")


@pytest.fixture
def delivered(store, cast):
    """Three cars handed over this morning and the letters written; the clock stands at eleven."""
    cast.assemble("sales_manager", "callback")
    with time_machine.travel(NOW, tick=False):
        for customer, vehicle in owners(store, 3, bought_on=date(2026, 11, 20)):
            care.start_cadence(
                "DELIVERY",
                customer=customer,
                vehicle=vehicle,
                store=store,
                anchor=at("2026-11-20 10:00"),
                by=cast.adviser,
                assignee=cast.adviser,
            )
        rounds.run_due(NOW)
        yield store


# --- wording ------------------------------------------------------------------------------------------------------------
def test_a_script_marks_what_was_filled_in_and_keeps_what_it_does_not_know():
    pieces = wording.pieces("您好，{customer}，{unknown}", {"customer": "谷女士"})
    assert [(piece.text, piece.filled) for piece in pieces] == [
        ("您好，", False),
        ("谷女士", True),
        ("，{unknown}", False),
    ]


@pytest.mark.parametrize(
    ("name", "salutation", "spoken"),
    [("谷雨", "MS", "谷女士"), ("谷雨", "MR", "谷先生"), ("谷雨", "", "谷雨"), ("Ann", "MS", "Ann女士")],
)
def test_people_are_addressed_as_one_speaks_to_them(name, salutation, spoken):
    assert wording.form_of_address(Customer(name=name, salutation=salutation)) == spoken


# --- letters ------------------------------------------------------------------------------------------------------------
def test_a_letter_goes_from_the_register_into_the_post(delivered, cast, signed_in):
    browser = signed_in(cast.callback)
    listed = browser.get(reverse("crm:letters"))
    assert listed.status_code == 200
    letter = Letter.objects.first()
    assert letter.number in listed.content.decode()
    paper = browser.get(reverse("crm:letter_pdf", args=[letter.pk]))
    assert paper.content.startswith(b"%PDF")
    letter.refresh_from_db()
    assert letter.printed_at is None, "looking changes nothing"
    browser.post(reverse("crm:letter_print", args=[letter.pk]))
    browser.post(reverse("crm:letter_mail", args=[letter.pk]))
    letter.refresh_from_db()
    assert letter.mailed_by == cast.callback
    assert letter.follow_up.status == "DONE"


def test_a_letter_of_another_store_is_not_there(delivered, signed_in, elsewhere):
    stranger = signed_in(elsewhere.callback)
    letter = Letter.objects.first()
    assert stranger.get(reverse("crm:letter_pdf", args=[letter.pk])).status_code == 404
    assert stranger.post(reverse("crm:letter_mail", args=[letter.pk])).status_code == 404


def test_the_database_mails_no_letter_before_it_is_printed(delivered):
    rule = "letter_mailed_after_printed"
    with pytest.raises(IntegrityError, match=rule), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE crm_letter SET mailed_at = now()")


# --- my work ------------------------------------------------------------------------------------------------------------
def test_my_work_shows_ones_own_calls_and_letters_with_the_next_act(delivered, cast):
    assert {item.kind for item in due_work.due(cast.sales_manager, delivered, NOW)} >= {"经理电话"}
    letters = [item for item in due_work.due(cast.callback, delivered, NOW) if item.kind == "感谢信"]
    assert len(letters) == 3
    assert all(item.act_url for item in letters)
    assert due_work.due(cast.adviser, delivered, NOW) == [], "the adviser calls from tomorrow on"


def test_my_work_shows_what_one_stands_in_for(delivered, cast):
    deputy = cast.hire("sales_manager", username="deputy")
    Absence.objects.create(user=cast.sales_manager, deputy=deputy, first_day=NOW.date(), last_day=NOW.date())
    rounds.stand_in(NOW)
    assert [item.kind for item in due_work.due(deputy, delivered, NOW)].count("经理电话") == 3


def test_the_pages_of_care_open_for_who_calls(delivered, cast, signed_in):
    for name in ("call_desk", "follow_ups", "contacts", "letters", "recall", "cadences"):
        for user in (cast.callback, cast.sales_manager):
            page = signed_in(user).get(reverse(f"crm:{name}"))
            assert page.status_code == 200, name
            assert "{{" not in page.content.decode()


# --- the desk -----------------------------------------------------------------------------------------------------------
def test_the_desk_shows_the_first_call_with_its_script(delivered, cast, signed_in):
    page = signed_in(cast.sales_manager).get(reverse("crm:call_desk"))
    text = page.content.decode()
    assert page.context["queue"].total == 3
    assert "女士</span>" in text
    assert "139****" in text
    assert 'data-key="9"' in text


def test_saving_goes_to_the_next_call(delivered, cast, signed_in):
    browser = signed_in(cast.sales_manager)
    first, second, _third = page_rows(browser)
    answer = browser.post(reverse("crm:call_record", args=[first.pk]), {"result": "DONE", "said": "很好"})
    assert answer.url == reverse("crm:call", args=[second.pk])
    assert Contact.objects.get().said == "很好"
    assert browser.get(answer.url).context["queue"].done == 1


def page_rows(browser):
    return [line.row for line in browser.get(reverse("crm:call_desk")).context["queue"].lines]


def test_a_call_without_result_keeps_what_was_typed(delivered, cast, signed_in):
    browser = signed_in(cast.sales_manager)
    call = page_rows(browser)[0]
    page = browser.post(reverse("crm:call_record", args=[call.pk]), {"said": "说到一半"})
    assert page.status_code == 422
    assert "说到一半" in page.content.decode()
    assert not Contact.objects.exists()


def test_the_desk_of_another_store_is_not_there(delivered, signed_in, elsewhere):
    stranger = signed_in(elsewhere.callback)
    call = FollowUp.objects.first()
    assert stranger.get(reverse("crm:call", args=[call.pk])).status_code == 404
    assert stranger.post(reverse("crm:call_record", args=[call.pk]), {"result": "DONE"}).status_code == 404


def test_a_call_that_came_in_is_noted_on_the_file(delivered, cast, signed_in):
    customer = Customer.objects.first()
    form = {"direction": "IN", "channel": "CALL", "result": "DONE", "said": "问首保"}
    signed_in(cast.callback).post(reverse("crm:contact_new", args=[customer.pk]), form)
    assert Contact.objects.get().customer == customer
    assert "问首保" in signed_in(cast.callback).get(reverse("crm:customer", args=[customer.pk])).content.decode()


def test_the_queue_asks_the_same_number_of_queries_for_many_calls(
    delivered, cast, store, signed_in, django_assert_max_num_queries
):
    browser = signed_in(cast.sales_manager)
    browser.get(reverse("crm:call_desk"))
    for customer, vehicle in owners(store, 30, bought_on=date(2026, 11, 20)):
        care.start_cadence("DELIVERY", customer=customer, vehicle=vehicle, store=store, anchor=NOW, by=cast.adviser)
    with django_assert_max_num_queries(45):
        assert browser.get(reverse("crm:call_desk")).context["queue"].total == 33


# --- the API ------------------------------------------------------------------------------------------------------------
def test_the_desk_by_api(delivered, cast, client):
    client.force_login(cast.sales_manager, backend="dms.web.backends.NameOrPhoneBackend")
    rows = client.get("/api/v1/crm/follow-ups/?status=PENDING&channel=CALL").json()
    assert rows["count"] == 12
    call = FollowUp.objects.filter(cadence__code="manager_call").first()
    url = f"/api/v1/crm/follow-ups/{call.pk}/record/"
    refused = client.post(url, {"result": "LATER"}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "no_next_time")
    done = client.post(url, {"result": "DONE", "said": "好"}, content_type="application/json")
    assert done.json()["status"] == "DONE"
    assert client.post(url, {"result": "DONE"}, content_type="application/json").json()["code"] == "follow_up_ended"
    assert client.get("/api/v1/crm/contacts/").json()["results"][0]["family"] == "success"
    new = {"customer": call.customer_id, "store": "JJ01", "result": "DONE", "said": "来电"}
    assert client.post("/api/v1/crm/contacts/", new, content_type="application/json").status_code == 201
    letter = Letter.objects.first()
    assert client.post(f"/api/v1/crm/letters/{letter.pk}/mailed/").json()["code"] == "not_printed"
    client.post(f"/api/v1/crm/letters/{letter.pk}/printed/")
    assert client.post(f"/api/v1/crm/letters/{letter.pk}/mailed/").json()["mailed_by"] == cast.sales_manager.pk
    presets = client.get("/api/v1/crm/cadence-presets/").json()
    assert presets["count"] == 3


def test_a_call_sent_twice_counts_once(delivered, cast, signed_in):
    browser = signed_in(cast.sales_manager)
    first, _second, _third = page_rows(browser)
    page = browser.get(reverse("crm:call", args=[first.pk]))
    key = page.context["form"]["key"].value()
    assert f'value="{key}"' in page.text
    for _time in range(3):
        browser.post(reverse("crm:call_record", args=[first.pk]), {"result": "NO_ANSWER", "key": key})
    first.refresh_from_db()
    assert (first.attempts, first.status, Contact.objects.count()) == (1, "PENDING", 1)
    refused = browser.post(reverse("crm:call_record", args=[first.pk]), {"result": "DONE", "key": key})
    assert refused.status_code == 422
