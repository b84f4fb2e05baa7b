"""The monthly maintenance recall: list, letters, mailing, calls, figures, plan."""

from datetime import date

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from crm import letter_job
from crm.actions import care, maintenance, recall_visits, rounds, vehicles
from crm.actions import recall as recall_actions
from crm.actions.care import Said
from crm.models import FollowUp, Letter, RecallCampaign, RecallEntry
from crm.models.recall import Figures, step_now
from dms.background import jobs
from dms.models import Event, Job, Reason
from dms.web import pdf
from tests.clock import at
from tests.conftest import refuses
from tests.factories import owners

MONTH = date(2026, 12, 1)


@pytest.fixture
def campaign(store, cast):
    """Five cars bought half a year before December."""
    cast.assemble("callback")
    owners(store, 5, bought_on=date(2026, 6, 18))
    owners(store, 2, bought_on=date(2026, 7, 18))
    with time_machine.travel(at("2026-11-02 06:00"), tick=False):
        return recall_actions.prepare(store, month=MONTH, by=cast.cs_manager)


@pytest.fixture
def mailed(campaign, cast):
    with time_machine.travel(at("2026-11-09 10:00"), tick=False):
        recall_actions.write_letters(campaign, limit=100, by=cast.cs_manager)
        recall_actions.mark_printed(campaign, by=cast.cs_manager)
    with time_machine.travel(at("2026-11-17 10:00"), tick=False):
        recall_actions.mail(campaign, by=cast.cs_manager)
    return campaign


def calls():
    return list(FollowUp.objects.filter(cadence__code="recall_call").select_related("vehicle").order_by("pk"))


# --- the list -----------------------------------------------------------------------------------------------------------
def test_the_list_holds_the_cars_due_in_the_month_once(campaign, store, cast):
    assert recall_actions.expected(MONTH, store=store) == 5
    again = recall_actions.prepare(store, month=MONTH, by=cast.cs_manager)
    assert again == campaign
    assert RecallEntry.objects.count() == 5
    assert Event.objects.filter(kind="recall.listed").count() == 1


def test_a_car_that_is_gone_or_served_elsewhere_is_not_listed(store, other_store, cast):
    (_first, gone), (_second, moved), (_third, here) = owners(store, 3, bought_on=date(2026, 6, 1))
    vehicles.change_vehicle(gone, by=cast.adviser, gone=True)
    vehicles.link(moved, other_store)
    maintenance.note_service(moved, store=other_store, on=date(2026, 6, 30), by=cast.adviser)
    recall_actions.prepare(store, month=MONTH, by=cast.adviser)
    recall_actions.prepare(other_store, month=MONTH, by=cast.adviser)
    stores = dict(RecallEntry.objects.values_list("vehicle", "store"))
    assert stores == {here.pk: store.pk, moved.pk: other_store.pk}


def test_beat_makes_the_list_of_next_month_in_week_one(store, other_store):
    assert recall_actions.prepare_next(at("2026-11-01 00:05")) == 2
    assert recall_actions.prepare_next(at("2026-11-07 10:00")) == 0
    assert set(RecallCampaign.objects.values_list("month", flat=True)) == {MONTH}
    assert all(number.startswith("RC-") for number in RecallCampaign.objects.values_list("number", flat=True))


# --- letters ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("mailed_at = now()", "recallentry_mailed_after_printed"),
        ("printed_at = listed_at - interval '1 day'", "recallentry_printed_after_listed"),
        ("called_at = now()", "recallentry_called_after_mailed"),
        ("status = 'MAILED'", "recallentry_status_has_time"),
        ("status = 'ASKED'", "recallentry_status_known"),
    ],
)
def test_the_database_keeps_the_order_of_the_steps(campaign, change, rule):
    with pytest.raises(IntegrityError, match=rule), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE crm_recallentry SET {change}")


def test_the_database_keeps_one_entry_for_car_and_month(campaign):
    with pytest.raises(IntegrityError, match="recallentry_unique"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE crm_recallentry SET vehicle_id = (SELECT min(vehicle_id) FROM crm_recallentry)")


def test_the_letters_of_a_month_are_one_pdf_by_a_long_job(campaign, store, cast):
    job = jobs.request(letter_job.KIND, by=cast.cs_manager, store=store, params={"month": "2026-12-15"})
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    assert (job.status, job.error) == ("DONE", "")
    assert job.result == {"letters": 5}
    with default_storage.open(job.output_file.file.name) as paper:
        content = paper.read()
    assert content.startswith(b"%PDF")
    assert set(RecallEntry.objects.values_list("status", flat=True)) == {"PRINTED"}
    letter = Letter.objects.first()
    assert "川A·" in letter.body
    assert "{" not in letter.body


def test_letters_are_bound_portion_by_portion(campaign, cast, tmp_path):
    recall_actions.write_letters(campaign, limit=100, by=cast.cs_manager)
    letters = list(Letter.objects.select_related("store"))
    with pdf.bind(tmp_path / "many.pdf", title="特邀函") as volume:
        assert [volume.add(letter_job.TEMPLATE, {"letters": part}) for part in letter_job.portions(letters, 2)] == [
            2,
            2,
            1,
        ]
    assert volume.pages == 5
    assert (tmp_path / "many.pdf").read_bytes().rstrip().endswith(b"%%EOF")


def test_a_job_that_died_after_writing_prints_the_same_letters(campaign, store, cast):
    recall_actions.write_letters(campaign, limit=3, by=cast.cs_manager)
    job = jobs.request(letter_job.KIND, by=cast.cs_manager, store=store, params={"month": "2026-12-01"})
    jobs.execute(job.pk, "worker")
    assert Letter.objects.count() == 5
    again = jobs.request(letter_job.KIND, by=cast.cs_manager, store=store, params={"month": "2026-12-01"})
    jobs.execute(again.pk, "worker")
    assert Letter.objects.count() == 5
    assert Job.objects.get(pk=again.pk).result == {"letters": 5}


def test_a_written_letter_keeps_its_words(campaign, cast):
    recall_actions.write_letters(campaign, limit=100, by=cast.cs_manager)
    before = Letter.objects.first().body
    Letter.objects.first().customer.__class__.objects.update(name="改名")
    assert Letter.objects.first().body == before


def test_mailing_makes_the_calls_due_three_days_later(mailed, cast):
    assert set(RecallEntry.objects.values_list("status", flat=True)) == {"MAILED"}
    assert {call.due_from for call in calls()} == {at("2026-11-20 10:00")}
    assert {call.assignee for call in calls()} == {cast.callback}
    with refuses("nothing_to_mail"):
        recall_actions.mail(mailed, by=cast.callback)
    assert len(calls()) == 5


# --- calls and figures --------------------------------------------------------------------------------------------------
def test_calls_bring_bookings_reasons_and_ratios(mailed, cast):
    price = Reason.objects.get(kind="RECALL_REFUSAL", code="PRICE")
    booked, dear, silent, sold, _left = calls()
    with time_machine.travel(at("2026-11-20 11:00"), tick=False):
        with refuses("not_booked"):
            care.record_contact(booked, by=cast.callback, said=Said("BOOKED"))
        recall_visits.note_booking(booked.vehicle, by=cast.callback, but=booked)
        care.record_contact(booked, by=cast.callback, said=Said("BOOKED"))
        with refuses("no_reason"):
            care.record_contact(dear, by=cast.callback, said=Said("DONE"))
        care.record_contact(dear, by=cast.callback, said=Said("DONE", reason=price))
        for _try in range(3):
            care.record_contact(silent, by=cast.callback, said=Said("NO_ANSWER"))
        care.record_contact(sold, by=cast.callback, said=Said("SOLD"))
    figures = recall_actions.figures(mailed)
    assert (figures.base, figures.mailed, figures.called, figures.reached, figures.booked) == (4, 4, 3, 2, 1)
    assert figures.ratios == (100, 50, 25, 0)
    entries = dict(RecallEntry.objects.values_list("vehicle", "status"))
    assert entries[booked.vehicle_id] == "BOOKED"
    assert entries[dear.vehicle_id] == "DECLINED"
    assert entries[silent.vehicle_id] == "CALLED"
    assert entries[sold.vehicle_id] == "VOID"


def test_a_late_step_is_told_once(campaign, cast):
    assert recall_actions.raise_alarms(at("2026-11-14 10:00")) == 0
    assert recall_actions.raise_alarms(at("2026-11-15 10:00")) == 1
    assert recall_actions.raise_alarms(at("2026-11-16 10:00")) == 0
    assert recall_actions.raise_alarms(at("2027-01-02 10:00")) == 2, "mailing and the plan"
    assert Event.objects.filter(kind="recall.late").count() == 3
    planned = recall_actions.plan_improvement(campaign, text="提前两天打电话", by=cast.cs_manager)
    assert set(recall_actions.late_steps(planned, at("2027-01-02 10:00"))) == {"PRINT", "MAIL"}


def test_a_plan_says_something(campaign, cast):
    with refuses("no_plan"):
        recall_actions.plan_improvement(campaign, text="  ", by=cast.cs_manager)
    recall_actions.plan_improvement(campaign, text="提前两天打电话", by=cast.cs_manager)
    campaign.refresh_from_db()
    assert campaign.improvement_by == cast.cs_manager


# --- the page -----------------------------------------------------------------------------------------------------------
def test_an_empty_month_offers_to_list_its_cars(store, cast, signed_in):
    owners(store, 4, bought_on=date(2026, 6, 18))
    browser = signed_in(cast.cs_manager)
    with time_machine.travel(at("2026-11-21 10:00"), tick=False):
        page = browser.get(reverse("crm:recall") + "?month=2026-12")
        assert page.status_code == 200
        assert page.context["expected"] == 4
        assert page.context["late"]
        browser.post(reverse("crm:recall_prepare", args=[store.pk]), {"month": "2026-12"})
        assert RecallEntry.objects.count() == 4
        page = browser.get(reverse("crm:recall") + "?month=2026-12")
        assert page.status_code == 200
        assert page.content.decode().count("川A·") == 4


def test_a_month_goes_from_list_to_plan_by_the_page(campaign, cast, signed_in):
    browser = signed_in(cast.cs_manager)
    with time_machine.travel(at("2026-11-21 10:00"), tick=False):
        browser.post(reverse("crm:recall_print", args=[campaign.pk]))
        jobs.execute(Job.objects.get().pk, "worker")
        browser.post(reverse("crm:recall_mail", args=[campaign.pk]))
        browser.post(reverse("crm:recall_plan", args=[campaign.pk]), {"text": "先打电话"})
        entry = RecallEntry.objects.first()
        browser.post(reverse("crm:recall_void", args=[entry.pk]), {"gone": "1", "reason": "报废"})
    entry.refresh_from_db()
    assert entry.status == "VOID"
    assert entry.vehicle.gone
    assert recall_actions.figures(campaign).mailed == 4


def test_a_car_on_the_list_has_its_call_and_the_way_off_beside_it(mailed, cast, signed_in):
    browser, address = signed_in(cast.cs_manager), reverse("crm:recall") + "?month=2026-12"
    entry, call = RecallEntry.objects.first(), calls()[0]
    with time_machine.travel(at("2026-11-25 10:00"), tick=False):
        page = browser.get(address).content.decode()
        assert reverse("crm:call", args=[call.pk]) in page
        assert reverse("crm:recall_void", args=[entry.pk]) in page
        browser.post(reverse("crm:recall_void", args=[entry.pk]), {"gone": "1", "reason": "报废"})
        page = browser.get(address).content.decode()
    assert reverse("crm:recall_void", args=[entry.pk]) not in page


def test_the_list_of_another_store_is_not_there(campaign, signed_in, elsewhere):
    stranger = signed_in(elsewhere.cs_manager)
    assert stranger.post(reverse("crm:recall_mail", args=[campaign.pk])).status_code == 404


def test_who_only_calls_may_not_mail(campaign, cast, signed_in):
    assert signed_in(cast.callback).post(reverse("crm:recall_mail", args=[campaign.pk])).status_code == 403


def test_the_recall_by_api(store, cast, client):
    owners(store, 3, bought_on=date(2026, 6, 18))
    client.force_login(cast.cs_manager, backend="dms.web.backends.NameOrPhoneBackend")
    made = client.post(
        "/api/v1/crm/recalls/", {"store": "JJ01", "month": "2026-12-05"}, content_type="application/json"
    )
    assert made.status_code == 201, made.content
    assert made.json()["figures"]["cars"] == 3
    number = made.json()["id"]
    assert client.post(f"/api/v1/crm/recalls/{number}/mail/").json()["code"] == "nothing_to_mail"
    job = client.post(f"/api/v1/crm/recalls/{number}/print/")
    assert job.status_code == 202
    jobs.execute(job.json()["job"], "worker")
    assert client.post(f"/api/v1/crm/recalls/{number}/mail/").json()["figures"]["mailed"] == 3
    assert client.get("/api/v1/crm/recall-entries/?status=MAILED").json()["count"] == 3
    planned = client.post(f"/api/v1/crm/recalls/{number}/plan/", {"text": "好"}, content_type="application/json")
    assert planned.json()["improvement"] == "好"


def test_rounds_leave_a_recall_alone(mailed):
    before = len(calls())
    rounds.run_due(at("2027-11-20 10:00"))
    assert len(calls()) == before


@pytest.mark.parametrize(
    ("printed", "mailed", "called", "step"),
    [
        (0, 0, 0, "PRINT"),
        (7, 0, 0, "PRINT"),
        (8, 0, 0, "MAIL"),
        (8, 8, 0, "CALL"),
        (8, 8, 7, "CALL"),
        (8, 8, 8, "PLAN"),
    ],
)
def test_the_next_step_follows_from_the_figures(printed, mailed, called, step):
    figures = Figures(cars=10, void=2, printed=printed, mailed=mailed, called=called, reached=0, booked=0)
    assert step_now(figures) == step


def test_without_a_list_the_list_is_the_next_step():
    assert step_now(None) == "LIST"
