"""The rounds of beat: letters and messages, escalation, deputies, and when promises end."""

from datetime import date

import pytest
import time_machine
from django.core.management import CommandError, call_command

from crm.actions import care, letters, rounds, vehicles
from crm.actions.care import Said
from crm.models import Cadence, Contact, FollowUp, Letter
from dms.models import Absence, Event, Message
from tests.clock import at
from tests.conftest import refuses
from tests.factories import CustomerFactory


def test_the_letter_is_written_once_and_done_when_mailed(delivered, cast):
    for _again in range(3):
        rounds.run_due(at("2026-11-20 10:05"))
    letter = Letter.objects.get()
    assert "谷" in letter.body
    assert "{" not in letter.body
    with refuses("not_printed"):
        letters.mail(letter, by=cast.callback)
    letters.mark_printed(letter, by=cast.callback)
    letters.mail(letter, by=cast.callback)
    assert FollowUp.objects.get(cadence__code="thanks_letter").status == "DONE"
    assert Contact.objects.get().channel == "LETTER"


def test_a_letter_is_not_kept_by_a_call(delivered, cast):
    with refuses("not_a_call"):
        care.record_contact(delivered["thanks_letter"], by=cast.callback, said=Said("DONE"))


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


@pytest.fixture
def texted(db):
    """One call of the three is a text message."""
    Cadence.objects.filter(code="service_call", preset__code="house").update(channel="SMS")


def test_a_text_message_is_posted_once(texted, delivered):
    for _again in range(2):
        rounds.run_due(at("2026-11-24 10:05"))
    assert Message.objects.get(channel="sms").recipient.startswith("139")
    assert FollowUp.objects.get(cadence__code="service_call").status == "DONE"


def test_what_is_late_is_escalated_once_to_the_manager(delivered, cast):
    assert rounds.escalate(at("2026-11-21 10:00")) == 0
    assert rounds.escalate(at("2026-11-21 10:01")) == 2, "after 24 hours: the letter and the manager's call"
    assert rounds.escalate(at("2026-11-21 20:00")) == 0
    assert rounds.escalate(at("2026-11-23 19:31")) == 3, "the adviser's call, and the second level of both"
    assert FollowUp.objects.get(cadence__code="adviser_call").escalated_to == cast.sales_manager
    assert FollowUp.objects.get(cadence__code="thanks_letter").escalated_to == cast.cs_manager
    assert Event.objects.filter(kind="followup.escalated").count() == 5


def test_the_deputy_takes_the_work_of_who_is_away_and_gives_it_back(delivered, cast):
    deputy = cast.hire("adviser", username="deputy")
    Absence.objects.create(user=cast.adviser, deputy=deputy, first_day=date(2026, 11, 23), last_day=date(2026, 11, 23))
    call = FollowUp.objects.get(cadence__code="adviser_call")
    for _again in range(2):
        rounds.stand_in(at("2026-11-23 08:00"))
    call.refresh_from_db()
    assert call.deputy == deputy
    assert list(FollowUp.objects.mine(deputy)) == [call]
    assert not FollowUp.objects.mine(cast.adviser).exists()
    assert Event.objects.filter(kind="care.stood_in").count() == 1
    rounds.stand_in(at("2026-11-24 08:00"))
    assert list(FollowUp.objects.mine(cast.adviser)) == [call]


def test_the_usual_deputy_stands_in_when_the_absence_names_none_who_is_there(delivered, cast):
    away, usual = cast.hire("adviser", username="away"), cast.hire("adviser", username="usual")
    cast.adviser.deputy = usual
    cast.adviser.save()
    day = date(2026, 11, 23)
    Absence.objects.create(user=cast.adviser, deputy=away, first_day=day, last_day=day)
    Absence.objects.create(user=away, first_day=day, last_day=day)
    rounds.stand_in(at("2026-11-23 08:00"))
    assert FollowUp.objects.get(cadence__code="adviser_call").deputy == usual


def test_the_work_of_who_left_is_given_to_another(delivered, cast):
    other = cast.hire("callback", username="other")
    cast.callback.is_active = False
    cast.callback.save()
    rounds.stand_in(at("2026-11-23 08:00"))
    assert {row.assignee for row in FollowUp.objects.filter(cadence__role="callback")} == {other}


def test_nobody_is_called_for_a_car_that_was_sold(delivered, owner, cast):
    new = CustomerFactory.create()
    vehicles.hand_over_ownership(owner.vehicle, to=new, by=cast.adviser)
    rounds.run_due(at("2026-11-20 12:00"))
    assert set(FollowUp.objects.values_list("status", "ended_why")) == {("CANCELLED", "GONE")}
    rounds.run_due(at("2028-11-20 12:00"))
    assert FollowUp.objects.count() == 5, "repeats have ended"


def test_a_car_that_is_gone_ends_its_repeats(delivered, owner, cast):
    vehicles.change_vehicle(owner.vehicle, by=cast.adviser, gone=True)
    rounds.run_due(at("2027-11-20 12:00"))
    assert not FollowUp.objects.filter(status="PENDING").exists()
    assert FollowUp.objects.count() == 5


def test_the_earlier_call_ends_where_the_next_has_fallen_due(delivered):
    rounds.run_due(at("2027-02-22 09:00"))
    assert FollowUp.objects.get(cadence__code="quarterly", occurrence=1).status == "PENDING"
    rounds.run_due(at("2027-05-21 09:00"))
    follow_ups = FollowUp.objects.filter(cadence__code="quarterly").values_list("occurrence", "status", "ended_why")
    assert set(follow_ups) == {(1, "CANCELLED", "SUPERSEDED"), (2, "PENDING", ""), (3, "PENDING", "")}
