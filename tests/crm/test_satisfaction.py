"""Satisfaction: asked in the call or by a link, once in thirty days; whoever would warn others is a complaint before it ends."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from crm.actions import care, complaints, corrections, surveys
from crm.actions.merging import merge_customers as merge
from crm.models import Cadence, Complaint, FollowUp, Questionnaire, Survey
from crm.questions import Answers
from crm.satisfaction import Tally
from dms.models import Message
from dms.records.constraint_errors import refusing
from sales.actions import register_corrections
from tests.clock import at
from tests.conftest import refuses
from tests.factories import (
    ComplaintFactory,
    ShowroomVisitFactory,
    SurveyFactory,
    VehicleFactory,
    WorkOrderFactory,
    answers_of,
    reason,
)
from tests.races import DONE, at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(store, cast):
    """The call a week after a delivery, whose rule asks about satisfaction."""
    return begun(VehicleFactory.create(store=store, by=cast.callback), store)["service_call"]


def begun(car, store, trigger="DELIVERY"):
    owner = car.ownerships.get().customer
    rows = care.start_cadence(trigger, customer=owner, vehicle=car, store=store, anchor=timezone.now(), by=None)
    return {row.cadence.code: row for row in rows}


def answered(call, cast, *, said="都好", result="DONE", declined=False, why=None, **values):
    answers = Answers(answers_of(call, **values), why, declined)
    return care.record_call(call, by=cast.callback, result=result, said=said, survey=answers)


# --- in the call --------------------------------------------------------------------------------------------------------
def test_answers_are_kept_with_the_call(call, cast, store):
    why = reason("SATISFACTION")
    contact = answered(call, cast, nps=10, adviser=5, handover=4, car=5, why=why)
    survey = Survey.objects.get()
    assert (survey.status, survey.nps, survey.contact, survey.reason) == ("ANSWERED", 10, contact, why)
    assert sorted(survey.answers.values_list("question__code", "value")) == [
        ("adviser", 5),
        ("car", 5),
        ("handover", 4),
        ("nps", 10),
    ]
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(("score", "is_one"), [(0, True), (6, True), (7, False)])
def test_zero_to_six_is_a_complaint_before_the_call_ends(call, cast, score, is_one):
    answered(call, cast, nps=score, said="等了三个小时")
    complaint = Complaint.objects.first()
    assert (complaint is not None) == is_one
    if complaint:
        assert complaint.words == "等了三个小时"
        assert Survey.objects.get().complaint == complaint


def test_a_detractor_of_whom_nobody_writes_why_is_refused_and_nothing_is_kept(call, cast):
    with refuses("nothing_said"):
        answered(call, cast, nps=3, said=" ")
    call.refresh_from_db()
    assert (call.status, Survey.objects.count(), Complaint.objects.count()) == ("PENDING", 0, 0)


def test_a_call_that_is_a_complaint_anyway_makes_one(call, cast):
    answers = Answers(answers_of(call, nps=2))
    care.record_call(call, by=cast.callback, result="DONE", said="漆面有划痕", next_step="COMPLAINT", survey=answers)
    assert Survey.objects.get().complaint == Complaint.objects.get()


def test_a_yes_to_complaints_in_the_managers_form_is_one(store, cast):
    call = begun(VehicleFactory.create(store=store, by=cast.callback), store)["manager_call"]
    answered(call, cast, said="脚垫没装", thanks=1, feeling=4, complaint=1, plate=0)
    survey = Survey.objects.get()
    assert (survey.questionnaire.code, survey.counted, survey.nps) == ("six_points", False, None)
    assert survey.complaint.words == "脚垫没装"


def test_who_would_rather_not_answer_was_asked(call, cast):
    answered(call, cast, declined=True)
    assert Survey.objects.get().status == "DECLINED"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"result": "NO_ANSWER", "nps": 9}, "answers_without_talk"),
        ({"adviser": 6}, "answer_out_of_range"),
        ({"adviser": 0}, "answer_out_of_range"),
    ],
)
def test_answers_that_nobody_gave_are_refused(call, cast, said, code):
    with refuses(code):
        answered(call, cast, **said)
    assert not Survey.objects.exists()


def test_questions_of_another_call_are_refused(call, cast, store):
    other = begun(VehicleFactory.create(store=store, by=cast.callback), store, "SETTLEMENT")["quality"]
    with refuses("not_asked"):
        care.record_call(call, by=cast.callback, result="DONE", survey=Answers(answers_of(other, nps=9)))


def test_a_corrected_call_in_which_nobody_was_spoken_to_takes_its_answers_back(call, cast):
    contact = answered(call, cast, nps=9)
    corrections.correct_contact(contact, by=cast.callback, why="打错了", result="NO_ANSWER")
    assert Survey.objects.get().status == "VOID"
    call.refresh_from_db()
    answered(call, cast, nps=8)
    assert list(Survey.objects.counted().values_list("nps", flat=True)) == [8]


def test_whose_work_was_judged_is_known(store, cast):
    order = WorkOrderFactory.create(stage="released", store=store)
    call = FollowUp.objects.get(vehicle=order.vehicle, cadence__code="quality")
    answered(call, cast, nps=9)
    survey = Survey.objects.get()
    assert survey.about == order.number
    judged = set(survey.people.values_list("user", "part"))
    assert judged == {(order.adviser_id, "ADVISER"), (order.technician_id, "TECHNICIAN")}


# --- once in thirty days ------------------------------------------------------------------------------------------------
@pytest.fixture
def clock(time_machine):
    time_machine.move_to(at("2026-09-08 10:00"), tick=False)
    return time_machine


def test_nobody_is_asked_twice_within_thirty_days(clock, store, cast):
    call = begun(VehicleFactory.create(store=store, by=cast.callback), store)["service_call"]
    answered(call, cast, nps=9)
    clock.move_to(at("2026-10-07 10:00"), tick=False)
    second = begun(call.vehicle, store, "SETTLEMENT")["quality"]
    with refuses("survey_thirty_days_apart"):
        answered(second, cast, nps=1, said="…")
    clock.move_to(at("2026-10-09 10:00"), tick=False)
    second.refresh_from_db()
    answered(second, cast, nps=8)
    assert Survey.objects.counted().count() == 2


def test_postgres_refuses_the_second_asking_of_a_customer(call, cast):
    first = SurveyFactory.create(vehicle=call.vehicle, store=call.store)
    with pytest.raises(IntegrityError, match="thirty days"), transaction.atomic():
        Survey.objects.create(
            store=first.store,
            customer=first.customer,
            questionnaire=Questionnaire.objects.get(code="service"),
            occasion="SETTLEMENT",
        )


def test_a_void_survey_counts_again_only_when_nobody_asked_since(call, cast, time_machine):
    first = answered(call, cast, nps=9).surveys.get()
    surveys.void(first, reason="记错了", by=cast.cs_manager)
    time_machine.move_to(timezone.now() + timedelta(days=8), tick=False)
    second = begun(call.vehicle, call.store, "SETTLEMENT")["quality"]
    answered(second, cast, nps=7)
    with refuses("survey_thirty_days_apart"):
        surveys.restore(first, by=cast.cs_manager)


def test_two_files_that_become_one_keep_what_each_was_asked(store, cast):
    one, two = SurveyFactory.create(store=store), SurveyFactory.create(store=store)
    merge(two.customer, into=one.customer, reason="同一人", by=cast.sales_manager)
    assert Survey.objects.filter(customer=one.customer).count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_ask_at_once_one_asks(store, cast):
    car = VehicleFactory.create(store=store, by=cast.callback)
    calls = [begun(car, store)["service_call"], begun(car, store, "SETTLEMENT")["quality"]]
    outcomes = at_once(*(partial(surveys.send_link, call, by=cast.callback) for call in calls))
    assert outcomes == [DONE, "survey_thirty_days_apart"]
    assert (Survey.objects.count(), Message.objects.filter(channel="sms").count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_rows_at_once_postgres_takes_one(store, cast):
    row = begun(VehicleFactory.create(store=store, by=cast.callback), store)["service_call"]
    facts = {"store": store, "customer": row.customer, "occasion": "DELIVERY"}
    sheets = Questionnaire.objects.filter(counted=True)

    def ask(sheet):
        with refusing():
            Survey.objects.create(questionnaire=sheet, **facts)

    assert at_once(*(partial(ask, sheet) for sheet in sheets)) == [DONE, "survey_thirty_days_apart"]


# --- at the desk --------------------------------------------------------------------------------------------------------
def test_the_desk_shows_the_questions_and_saves_the_answers(call, cast, signed_in):
    client = signed_in(cast.callback)
    page = client.get(reverse("crm:call", args=[call.pk])).content.decode()
    fields = {question.code: f"q{question.pk}" for question in call.cadence.questionnaire.questions.all()}
    assert page.count("data-scale>") == 4
    assert all(f'name="{name}"' in page for name in fields.values())
    sent = {fields["nps"]: "4", fields["adviser"]: "2", "result": "DONE", "said": "没人接电话"}
    client.post(reverse("crm:call_record", args=[call.pk]), sent)
    survey = Survey.objects.get()
    assert (survey.nps, survey.complaint.words, survey.answers.count()) == (4, "没人接电话", 2)


def test_a_refused_call_keeps_what_was_ticked(call, cast, signed_in):
    name = f"q{call.cadence.questionnaire.questions.get(code='nps').pk}"
    sent = {name: "4", "result": "DONE", "said": ""}
    answer = signed_in(cast.callback).post(reverse("crm:call_record", args=[call.pk]), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(rf'name="{name}"\s+value="4"\s+checked', page)


def test_the_desk_says_why_it_does_not_ask(call, cast, signed_in):
    SurveyFactory.create(vehicle=call.vehicle, store=call.store)
    second = begun(call.vehicle, call.store, "SETTLEMENT")["quality"]
    page = signed_in(cast.callback).get(reverse("crm:call", args=[second.pk])).content.decode()
    assert "data-scale>" not in page
    assert "30" in page


def test_answers_over_the_api(call, cast, signed_in):
    nps = call.cadence.questionnaire.questions.get(code="nps")
    body = {
        "result": "DONE",
        "said": "慢",
        "survey": {"answers": [{"question": nps.pk, "value": 5}], "reason": "WAITING"},
    }
    client = signed_in(cast.callback)
    answer = client.post(reverse("api:crm:follow-ups-record", args=[call.pk]), body, content_type="application/json")
    assert answer.status_code == 200, answer.json()
    told = client.get(reverse("api:crm:surveys-list")).json()["results"]
    assert [(row["nps"], row["reason"], row["answers"]) for row in told] == [
        (5, "WAITING", [{"question": nps.pk, "value": 5}])
    ]
    assert told[0]["complaint"] is not None


# --- by a link ----------------------------------------------------------------------------------------------------------
def link_in(message):
    return re.search(r"/crm/survey/([\w-]+)/", message.body)[1]


@pytest.fixture
def link(call, cast):
    surveys.send_link(call, by=cast.callback)
    return link_in(Message.objects.get(channel="sms"))


def test_a_link_is_answered_once_by_nobody_signed_in(link, call, client):
    url = reverse("crm:survey_page", args=[link])
    questions = {question.code: f"q{question.pk}" for question in call.cadence.questionnaire.questions.all()}
    page = client.get(url)
    assert page.status_code == 200
    assert call.customer.name not in page.content.decode()
    answer = client.post(url, {questions["nps"]: "3", "words": "交车等了很久"})
    assert answer.status_code == 200
    survey = Survey.objects.get()
    assert (survey.status, survey.nps, survey.complaint.words) == ("ANSWERED", 3, "交车等了很久")
    assert client.get(url).status_code == 410
    assert client.post(url, {questions["nps"]: "10"}).status_code == 410
    survey.refresh_from_db()
    assert survey.nps == 3


def test_a_link_ends_and_a_wrong_one_leads_nowhere(link, client, time_machine):
    assert client.get(reverse("crm:survey_page", args=["x" * 24])).status_code == 404
    time_machine.move_to(timezone.now() + surveys.OPEN_FOR + timedelta(minutes=1), tick=False)
    assert client.get(reverse("crm:survey_page", args=[link])).status_code == 410


def test_an_empty_answer_is_asked_back(link, client):
    assert client.post(reverse("crm:survey_page", args=[link]), {"words": "好"}).status_code == 422
    assert Survey.objects.get().status == "ASKED"


def test_the_database_holds_no_key_of_a_link(link):
    assert link not in str(Survey.objects.values().get())


def test_an_open_link_is_answered_by_the_call(link, call, cast):
    answered(call, cast, nps=8)
    assert Survey.objects.get().nps == 8


def test_a_second_link_is_refused(link, call, cast):
    with refuses("survey_thirty_days_apart"):
        surveys.send_link(call, by=cast.callback)


def test_a_message_of_a_rule_carries_a_link(store, cast):
    sheet = Questionnaire.objects.get(code="service")
    preset = Cadence.objects.filter(code="quality", preset__is_default=True).get().preset
    Cadence.objects.create(
        preset=preset,
        code="survey_text",
        name="满意度短信",
        trigger="SETTLEMENT",
        offset=0,
        unit="HOUR",
        channel="SMS",
        purpose="SURVEY",
        role="callback",
        questionnaire=sheet,
        script="{store}请您评价：{survey}",
    )
    cars = [VehicleFactory.create(store=store, by=cast.callback) for _ in range(2)]
    asked_before = SurveyFactory.create(vehicle=cars[1], store=store)
    for car in cars:
        begun(car, store, "SETTLEMENT")
    care.run_due(timezone.now() + timedelta(hours=26))
    new = Survey.objects.exclude(pk=asked_before.pk).get()
    message = Message.objects.get(channel="sms", recipient=new.customer.phone)
    assert surveys.survey_of(link_in(message)) == new
    dropped = FollowUp.objects.get(cadence__code="survey_text", vehicle=cars[1])
    assert (dropped.status, dropped.ended_why) == ("CANCELLED", "ASKED")


def test_without_a_public_address_no_message_asks(call, cast, settings):
    settings.PUBLIC_URL = ""
    with refuses("no_public_url"):
        surveys.send_link(call, by=cast.callback)


# --- the figures --------------------------------------------------------------------------------------------------------
def test_nps_is_promoters_less_detractors_of_those_who_scored():
    tally = Tally(asked=20, answered=11, promoter=6, passive=2, detractor=2)
    assert (tally.nps, tally.response) == (40, 55)
    assert Tally(asked=3).nps is None


def test_every_count_opens_as_many_rows(store, cast, signed_in):
    for score in (9, 10, 7, 2):
        SurveyFactory.create(store=store, nps=score, said="…")
    declining = begun(VehicleFactory.create(store=store, by=cast.callback), store)["service_call"]
    answered(declining, cast, declined=True)
    client = signed_in(cast.cs_manager)
    page = client.get(reverse("crm:satisfaction")).content.decode()
    assert "+25" in page
    links = set(re.findall(r'href="([^"]*asked_in=[^"]*)">(\d+)<', page))
    assert len(links) > 5
    for url, number in links:
        listed = client.get(url.replace("&amp;", "&"))
        assert listed.context_data["paginator"].count == int(number), url


def test_another_store_sees_nothing(store, elsewhere, signed_in):
    SurveyFactory.create(store=store)
    page = signed_in(elsewhere.cs_manager).get(reverse("crm:satisfaction")).content.decode()
    assert "asked_in=" not in page


def test_the_two_week_closing_ratio_and_its_rows(store, cast, signed_in, clock):
    soon, late, void = (ComplaintFactory.create(store=store) for _ in range(3))
    complaints.void(void, reason="记错了", by=cast.cs_manager)
    for row, days in ((soon, 13), (late, 16)):
        clock.move_to(row.opened_at + timedelta(days=days), tick=False)
        complaints.solve(row, solution="已道歉", by=cast.cs_manager)
        complaints.close(row, word="可以了", how="CALL", by=cast.cs_manager)
    client = signed_in(cast.cs_manager)
    page = client.get(reverse("crm:satisfaction"), {"month": "2026-09"}).content.decode()
    assert "50 %" in page
    links = set(re.findall(r'href="([^"]*complaints/\?[^"]*)">(\d+)<', page))
    assert sorted(number for _url, number in links) == ["1", "2"]
    for url, number in links:
        assert client.get(url.replace("&amp;", "&")).context_data["paginator"].count == int(number), url


def test_a_guest_in_the_showroom_complains(store, cast):
    visit = ShowroomVisitFactory.create(store=store)
    complaint = register_corrections.complain(visit, words="等了半小时没人接待", by=cast.reception)
    assert (complaint.customer, complaint.store) == (visit.customer, store)
    unknown = ShowroomVisitFactory.create(store=store, name="", phone="")
    with refuses("visit_of_nobody"):
        register_corrections.complain(unknown, words="没人理", by=cast.reception)
