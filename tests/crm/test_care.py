"""Promises after delivery and service: they appear, are kept by contacts, move to the deputy, are escalated, and stop."""

import random
from datetime import date, datetime, time, timedelta

import chinese_calendar
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from crm.actions import care, customers, letters, rounds, vehicles
from crm.actions.care import Said
from crm.actions.merging import merge_customers
from crm.models import Cadence, CadencePreset, Contact, FollowUp, Letter, StorePreset
from crm.planner import CadenceStart
from dms.core.refusals import Refusal
from dms.models import Absence, Event, Message
from tests.crm.care_cast import HERE, at, owners

FRIDAY = "2026-11-20 10:00"


@pytest.fixture
def agent(person):
    return person("callback", name="agent", display_name="青黛")


@pytest.fixture
def head(person):
    return person("cs_manager", name="head", display_name="杜若")


@pytest.fixture
def owner(store):
    return owners(store, 1)[0]


@pytest.fixture
def delivered(owner, store, adviser, manager, agent, head):
    """A car handed over on a Friday morning."""
    with time_machine.travel(at(FRIDAY), tick=False):
        care.start_cadence(
            "DELIVERY",
            customer=owner[0],
            vehicle=owner[1],
            store=store,
            anchor=at(FRIDAY),
            by=adviser,
            assignee=adviser,
        )
    return {row.cadence.code: row for row in FollowUp.objects.select_related("cadence")}


# --- two years, fifty deliveries ----------------------------------------------------------------------------------------
def works(day: date) -> bool:
    try:
        return chinese_calendar.is_workday(day)
    except NotImplementedError:
        return day.weekday() < 5


def next_calling(moment: datetime) -> datetime:
    """The oracle's own way: half-hour by half-hour to the next opening."""
    while not works(moment.date()) or not time(8, 30) <= moment.time() < time(18):
        moment += timedelta(minutes=30 - moment.minute % 30)
    return moment


def closing(moment: datetime, start: datetime) -> datetime:
    if works(moment.date()) and time(8, 30) <= moment.time() < time(18):
        end = moment
    else:
        day = moment.date()
        while not works(day):
            day += timedelta(days=1)
        end = datetime.combine(day, time(18), HERE)
    return end if end > start else datetime.combine(start.date(), time(18), HERE)


def plus_months(moment: datetime, months: int) -> datetime:
    month = moment.month - 1 + months
    year, month = moment.year + month // 12, month % 12 + 1
    day = moment.day
    while True:
        try:
            return moment.replace(year=year, month=month, day=day)
        except ValueError:
            day -= 1


def oracle(anchor: datetime, until: datetime) -> set[tuple[str, int, datetime, datetime]]:
    """Letter and manager within 24 hours, adviser by day 3, customer service by day 7, then every third month."""
    expected = set()
    for code, begins, hours in (
        ("thanks_letter", anchor, 24),
        ("manager_call", anchor, 24),
        ("adviser_call", anchor + timedelta(days=1), 48),
        ("service_call", anchor + timedelta(days=4), 72),
    ):
        start = next_calling(begins)
        expected.add((code, 1, start, closing(begins + timedelta(hours=hours), start)))
    number, fallen_due = 1, True
    while fallen_due:  # the last one is the next to come
        begins = plus_months(anchor, 3 * number)
        start = next_calling(begins)
        expected.add(("quarterly", number, start, closing(begins + timedelta(days=7), start)))
        number, fallen_due = number + 1, start <= until
    return expected


@pytest.mark.django_db
def test_two_years_of_fifty_deliveries_bring_every_date_of_the_oracle(store, adviser, manager, agent, head):
    dice = random.Random(20241101)
    anchors = {}
    for customer, vehicle in owners(store, 50):
        anchors[vehicle.pk] = at("2024-11-01 00:00") + timedelta(minutes=dice.randrange(60 * 24 * 60))
        care.start_cadence(
            "DELIVERY",
            customer=customer,
            vehicle=vehicle,
            store=store,
            anchor=anchors[vehicle.pk],
            by=adviser,
            assignee=adviser,
        )
    now = at("2024-11-01 00:00")
    while now < at("2026-12-31 12:00"):  # beat runs often, or was down for up to three weeks
        now += timedelta(minutes=dice.choice([60 * 24, 60 * 24 * 5, 60 * 24 * 21]) + dice.randrange(600))
        rounds.run_due(now)
        rounds.run_due(now)
    rows = FollowUp.objects.select_related("cadence")
    for vehicle, anchor in anchors.items():
        found = [
            (row.cadence.code, row.occurrence, row.due_from.astimezone(HERE), row.due_until.astimezone(HERE))
            for row in rows.filter(vehicle=vehicle)
        ]
        assert set(found) == oracle(anchor, now)
        assert len(found) == len(set(found))
    ahead = rows.filter(cadence__code="quarterly", due_from__gt=now)
    assert ahead.count() == 50, "of every repeat exactly one lies ahead"


# --- beginning ----------------------------------------------------------------------------------------------------------
def test_the_default_preset_begins_with_delivery(delivered, adviser, manager, agent):
    assert set(delivered) == {"thanks_letter", "manager_call", "adviser_call", "service_call", "quarterly"}
    assert delivered["manager_call"].assignee == manager
    assert delivered["adviser_call"].assignee == adviser
    assert delivered["service_call"].assignee == agent
    assert delivered["manager_call"].due_from == at(FRIDAY)
    assert delivered["manager_call"].due_until == at("2026-11-23 18:00"), "24 hours end on a Saturday"
    assert delivered["adviser_call"].due_until == at("2026-11-23 10:00")
    assert delivered["quarterly"].due_from == at("2027-02-22 08:30")
    assert Event.objects.filter(kind="care.started").count() == 1


def test_beginning_twice_is_beginning_once(delivered, owner, store, adviser):
    again = care.start_cadence(
        "DELIVERY", customer=owner[0], vehicle=owner[1], store=store, anchor=at(FRIDAY), by=adviser, assignee=adviser
    )
    assert {row.pk for row in again} == {row.pk for row in delivered.values()}
    assert FollowUp.objects.count() == 5


def test_a_store_follows_the_preset_chosen_for_it(owner, store, adviser, agent):
    StorePreset.objects.create(store=store, preset=CadencePreset.objects.get(code="s003"))
    rows = care.start_cadence(
        "DELIVERY", customer=owner[0], vehicle=owner[1], store=store, anchor=at(FRIDAY), by=adviser, assignee=adviser
    )
    assert {row.cadence.code for row in rows} == {"thanks_letter", "manager_call", "adviser_call", "two_monthly"}


def test_the_rule_is_a_row(owner, store, adviser):
    Cadence.objects.filter(code="adviser_call", preset__code="house").update(offset=2)
    Cadence.objects.filter(code="service_call", preset__code="house").update(active=False)
    monday = at("2026-11-16 10:00")
    rows = care.start_cadence("DELIVERY", customer=owner[0], vehicle=owner[1], store=store, anchor=monday, by=adviser)
    found = {row.cadence.code: row.due_from for row in rows}
    assert found["adviser_call"] == at("2026-11-18 10:00")
    assert "service_call" not in found


def test_history_is_not_called_when_many_begin(store, adviser, agent):
    begun = [
        CadenceStart(customer.pk, vehicle.pk, store.pk, at("2022-03-31 12:00"))
        for customer, vehicle in owners(store, 7)
    ]
    for _again in range(2):
        care.start_many("DELIVERY", beginnings=begun, by=adviser, not_before=at("2026-11-21 09:00"))
    rows = FollowUp.objects.select_related("cadence")
    assert {(row.cadence.code, row.occurrence) for row in rows} == {("quarterly", 19)}
    assert {row.due_from for row in rows} == {at("2026-12-31 12:00")}
    assert len(rows) == 7


@pytest.mark.parametrize("columns", ["occurrence = 1", "anchor = '2026-11-20 10:00+08', occurrence = 1"])
def test_the_database_keeps_one_follow_up_for_cadence_subject_and_occurrence(delivered, columns):
    rounds.run_due(at("2027-03-01 10:00"))
    with pytest.raises(IntegrityError, match="followup_unique"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE crm_followup SET {columns} WHERE occurrence = 2")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("status = 'LOST', ended_at = now(), ended_why = 'SENT'", "followup_status_known"),
        ("status = 'DONE'", "followup_ended_has_time"),
        ("due_until = due_from", "followup_due_in_range"),
        ("occurrence = 0", "followup_occurrence_positive"),
        ("deputy_id = assignee_id", "followup_deputy_is_another"),
    ],
)
def test_the_database_refuses_a_follow_up_that_cannot_be(delivered, change, rule):
    with pytest.raises(IntegrityError, match=rule), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE crm_followup SET {change}")


# --- rounds -------------------------------------------------------------------------------------------------------------
def test_the_letter_is_written_once_and_done_when_mailed(delivered, agent):
    for _again in range(3):
        rounds.run_due(at("2026-11-20 10:05"))
    letter = Letter.objects.get()
    assert "谷" in letter.body
    assert "{" not in letter.body
    with pytest.raises(Refusal) as refusal:
        letters.mail(letter, by=agent)
    assert refusal.value.code == "not_printed"
    letters.mark_printed([letter], by=agent)
    letters.mail(letter, by=agent)
    assert FollowUp.objects.get(cadence__code="thanks_letter").status == "DONE"
    assert Contact.objects.get().channel == "LETTER"


def test_a_letter_is_not_kept_by_a_call(delivered, agent):
    with pytest.raises(Refusal) as refusal:
        care.record_contact(delivered["thanks_letter"], by=agent, said=Said("DONE"))
    assert refusal.value.code == "not_a_call"


def test_the_command_prints_per_store_and_cadence_and_keeps_nothing_of_a_day_ahead(delivered, capsys):
    with time_machine.travel(at("2026-11-20 12:00"), tick=False):
        call_command("run_cadences", on="2027-03-01")
        ahead = capsys.readouterr().out
        assert FollowUp.objects.count() == 5
        call_command("run_cadences")
    today = {
        line.split()[1]: line.split()[2:] for line in capsys.readouterr().out.splitlines() if line.startswith("JJ01")
    }
    assert "Nothing was kept" in ahead
    assert today["经理电话"] == ["1", "0", "0", "0"]
    assert today["季度关怀"] == ["0", "0", "0", "1"]
    assert Letter.objects.count() == 1
    with pytest.raises(CommandError):
        call_command("run_cadences", on="tomorrow")


def test_a_text_message_is_posted_once(delivered, agent):
    Cadence.objects.filter(code="service_call", preset__code="house").update(channel="SMS")
    FollowUp.objects.filter(cadence__code="service_call").update(channel="SMS")
    for _again in range(2):
        rounds.run_due(at("2026-11-24 10:05"))
    assert Message.objects.get(channel="sms").recipient.startswith("139")
    assert FollowUp.objects.get(cadence__code="service_call").status == "DONE"


def test_what_is_late_is_escalated_once_to_the_manager(delivered, manager, head):
    assert rounds.escalate(at("2026-11-23 10:00")) == 0
    assert rounds.escalate(at("2026-11-23 18:01")) == 3
    assert rounds.escalate(at("2026-11-24 18:01")) == 0
    assert FollowUp.objects.get(cadence__code="adviser_call").escalated_to == manager
    assert FollowUp.objects.get(cadence__code="thanks_letter").escalated_to == head
    assert Event.objects.filter(kind="followup.escalated").count() == 3


def test_the_deputy_takes_the_work_of_who_is_away_and_gives_it_back(delivered, adviser, person, store):
    deputy = person("adviser", name="deputy")
    Absence.objects.create(user=adviser, deputy=deputy, first_day=date(2026, 11, 23), last_day=date(2026, 11, 23))
    call = FollowUp.objects.get(cadence__code="adviser_call")
    for _again in range(2):
        rounds.stand_in(at("2026-11-23 08:00"))
    call.refresh_from_db()
    assert call.deputy == deputy
    assert list(FollowUp.objects.mine(deputy)) == [call]
    assert not FollowUp.objects.mine(adviser).exists()
    assert Event.objects.filter(kind="care.stood_in").count() == 1
    rounds.stand_in(at("2026-11-24 08:00"))
    assert list(FollowUp.objects.mine(adviser)) == [call]


def test_the_usual_deputy_stands_in_when_the_absence_names_none_who_is_there(delivered, adviser, person):
    away, usual = person("adviser", name="away"), person("adviser", name="usual")
    adviser.deputy = usual
    adviser.save()
    day = date(2026, 11, 23)
    Absence.objects.create(user=adviser, deputy=away, first_day=day, last_day=day)
    Absence.objects.create(user=away, first_day=day, last_day=day)
    rounds.stand_in(at("2026-11-23 08:00"))
    assert FollowUp.objects.get(cadence__code="adviser_call").deputy == usual


def test_the_work_of_who_left_is_given_to_another(delivered, agent, person):
    other = person("callback", name="other")
    agent.is_active = False
    agent.save()
    rounds.stand_in(at("2026-11-23 08:00"))
    assert {row.assignee for row in FollowUp.objects.filter(cadence__role="callback")} == {other}


def test_nobody_is_called_for_a_car_that_was_sold(delivered, owner, store, adviser):
    new = customers.register_customer(name="清明", phone="13800000002", store=store, by=adviser).customer
    vehicles.hand_over_ownership(owner[1], to=new, by=adviser)
    rounds.run_due(at("2026-11-20 12:00"))
    assert set(FollowUp.objects.values_list("status", "ended_why")) == {("CANCELLED", "GONE")}
    rounds.run_due(at("2028-11-20 12:00"))
    assert FollowUp.objects.count() == 5, "repeats have ended"


def test_a_car_that_is_gone_ends_its_repeats(delivered, owner, adviser):
    vehicles.change_vehicle(owner[1], by=adviser, gone=True)
    rounds.run_due(at("2027-11-20 12:00"))
    assert not FollowUp.objects.filter(status="PENDING").exists()
    assert FollowUp.objects.count() == 5


def test_the_earlier_call_ends_where_the_next_has_fallen_due(delivered):
    rounds.run_due(at("2027-02-22 09:00"))
    assert FollowUp.objects.get(cadence__code="quarterly", occurrence=1).status == "PENDING"
    rounds.run_due(at("2027-05-21 09:00"))
    found = FollowUp.objects.filter(cadence__code="quarterly").values_list("occurrence", "status", "ended_why")
    assert set(found) == {(1, "CANCELLED", "SUPERSEDED"), (2, "PENDING", ""), (3, "PENDING", "")}


# --- contacts -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def call(delivered):
    with time_machine.travel(at("2026-11-24 10:00"), tick=False):
        yield delivered["service_call"]


def test_a_call_with_its_result_ends_the_follow_up(call, agent):
    contact = care.record_contact(call, by=agent, said=Said("DONE", "一切都好"))
    call.refresh_from_db()
    assert (call.status, call.attempts, call.ended_why) == ("DONE", 1, "REACHED")
    assert contact.follow_up == call
    assert Event.objects.filter(kind="contact.made").count() == 1


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Said(""), "no_result"),
        (Said("LATER"), "no_next_time"),
        (Said("LATER", next_at=at("2026-11-01 10:00")), "next_in_past"),
        (Said("REFUSED"), "nothing_said"),
    ],
)
def test_a_call_without_outcome_does_not_count(call, agent, said, code):
    with pytest.raises(Refusal) as refusal:
        care.record_contact(call, by=agent, said=said)
    assert refusal.value.code == code
    assert not Contact.objects.exists()


def test_call_again_moves_it_to_the_time_agreed(call, agent):
    care.record_contact(call, by=agent, said=Said("LATER", next_at=at("2026-11-25 15:00")))
    call.refresh_from_db()
    assert (call.status, call.due_from) == ("PENDING", at("2026-11-25 15:00"))


def test_three_unanswered_calls_are_not_reached(call, agent):
    for attempt in range(1, 4):
        care.record_contact(call, by=agent, said=Said("NO_ANSWER"))
        call.refresh_from_db()
        assert call.attempts == attempt
    assert call.status == "UNREACHABLE"
    with pytest.raises(Refusal) as refusal:
        care.record_contact(call, by=agent, said=Said("DONE"))
    assert refusal.value.code == "follow_up_ended"


def test_a_dead_number_ends_it_at_once(call, agent):
    care.record_contact(call, by=agent, said=Said("NO_SUCH_NUMBER"))
    call.refresh_from_db()
    assert call.status == "UNREACHABLE"


def test_a_car_sold_on_ends_all_promises(call, agent, owner):
    care.record_contact(call, by=agent, said=Said("SOLD"))
    owner[1].refresh_from_db()
    assert owner[1].gone
    assert not FollowUp.objects.filter(status="PENDING").exists()


def test_the_quality_call_is_at_the_time_named_and_a_second_one_follows(owner, store, agent, head):
    settled, named = at("2026-11-18 16:00"), at("2026-11-20 10:45")
    [first] = care.start_cadence(
        "SETTLEMENT", customer=owner[0], vehicle=owner[1], store=store, anchor=settled, by=None, named_time=named
    )
    assert first.due_from == named
    assert first.due_until <= settled + timedelta(days=3)
    with time_machine.travel(named, tick=False):
        care.record_contact(first, by=agent, said=Said("DONE"))
    second = FollowUp.objects.get(cadence__code="quality_again")
    assert timedelta(days=8) <= second.due_from - named
    assert second.due_until - named <= timedelta(days=16), "fourteen days, and the weekend after them"


def test_a_contact_outside_a_follow_up_is_kept_too(owner, agent, store):
    with pytest.raises(Refusal):
        care.record_contact(owner[0], by=agent, said=Said("DONE"))
    care.record_contact(owner[0], by=agent, said=Said("DONE", "问地址"), store=store, direction="IN")
    assert Contact.objects.get().follow_up is None


def test_promises_go_with_a_merged_customer(delivered, owner, store, adviser):
    into = customers.register_customer(name="谷女士", phone="13800000002", store=store, by=adviser).customer
    merge_customers(owner[0], into=into, reason="同一人", by=adviser)
    assert set(FollowUp.objects.values_list("customer", flat=True)) == {into.pk}


@pytest.mark.parametrize(
    ("change", "rule"),
    [("result = 'FINE'", "contact_has_result"), ("result = 'LATER'", "contact_again_has_when")],
)
def test_the_database_refuses_a_contact_that_cannot_be(call, agent, change, rule):
    care.record_contact(call, by=agent, said=Said("DONE"))
    with pytest.raises(IntegrityError, match=rule), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE crm_contact SET {change}")


def test_a_contact_is_about_the_customers_car_by_page_and_api(owner, agent, store, signed_in):
    client = signed_in(agent)
    client.post(
        reverse("crm:contact_new", args=[owner[0].pk]), {"result": "DONE", "channel": "CALL", "direction": "IN"}
    )
    body = {"customer": owner[0].pk, "store": store.code, "result": "DONE"}
    assert client.post("/api/v1/crm/contacts/", body, content_type="application/json").json()["vehicle"] == owner[1].pk
    assert set(Contact.objects.values_list("vehicle", flat=True)) == {owner[1].pk}
