"""The word of a customer is law: for every purpose and channel, at once, with its way back."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from crm.actions import consents, corrections, customers, letters, recall
from crm.actions.care import Said, record_contact, start_cadence
from crm.actions.merging import merge_customers
from crm.actions.parting import undo_merge
from crm.actions.rounds import run_due
from crm.consents import allowed
from crm.models import (
    Cadence,
    Consent,
    ConsentDefault,
    Contact,
    CustomerMerge,
    FollowUp,
    Letter,
)
from dms.core.refusals import Refusal
from dms.formats.days import HERE
from dms.models import Event, Message
from tests.conftest import refuses
from tests.factories import CustomerFactory, RecallEntryFactory, VehicleFactory, owners

pytestmark = pytest.mark.django_db

DELIVERED = datetime(2026, 3, 2, 10, 0, tzinfo=HERE)


@pytest.fixture
def car(store):
    return VehicleFactory.create()


@pytest.fixture
def owner(car):
    return car.ownerships.get().customer


@pytest.fixture
def deliver(car, owner, store, cast):
    def begin(at=DELIVERED, trigger="DELIVERY"):
        return start_cadence(trigger, customer=owner, vehicle=car, store=store, anchor=at, by=cast.adviser)

    return begin


def codes(**facts):
    return sorted(FollowUp.objects.filter(**facts).values_list("cadence__code", flat=True))


# --- what holds ---------------------------------------------------------------------------------------------------------
def test_without_a_word_care_is_allowed_and_marketing_is_not(owner):
    keys = [owner.pk]
    assert allowed(keys, "CARE", "CALL") == {owner.pk}
    assert allowed(keys, "MARKETING", "CALL") == set()


def test_the_newest_word_stands(owner, cast):
    with time_machine.travel(DELIVERED, tick=False):
        consents.consent(owner, by=cast.callback, purposes=["MARKETING"], channels=["SMS"], how="SPOKEN")
    assert allowed([owner.pk], "MARKETING", "SMS") == {owner.pk}
    assert allowed([owner.pk], "MARKETING", "CALL") == set()
    consents.withdraw(owner, by=cast.callback, purposes=["MARKETING"], channels=["SMS"])
    assert allowed([owner.pk], "MARKETING", "SMS") == set()
    assert Consent.objects.filter(customer=owner).count() == 2


def test_whoever_refuses_personal_data_is_contacted_after_a_service_only(owner, cast, deliver):
    with time_machine.travel(DELIVERED, tick=False):
        deliver()
        customers.change_customer(owner, by=cast.reception, data_refused=True)
        assert codes(status="PENDING") == []
        assert allowed([owner.pk], "CARE", "CALL") == set()
        assert allowed([owner.pk], "SERVICE", "CALL") == {owner.pk}
        customers.change_customer(owner, by=cast.reception, data_refused=False)
    assert codes(status="PENDING")


def test_a_yes_in_writing_names_its_text(owner, cast):
    with refuses("consent_without_text"):
        consents.consent(owner, by=cast.callback, purposes=["CARE"], channels=["SMS"], how="SIGNED")
    consents.consent(owner, by=cast.callback, purposes=["CARE"], channels=["SMS"], how="SIGNED", text_version="2026-1")
    assert Consent.objects.get().text_version == "2026-1"


def test_to_choose_nothing_is_refused(owner, cast):
    with refuses("consent_to_nothing"):
        consents.withdraw(owner, by=cast.callback, purposes=[], channels=["CALL"])


def test_every_default_cell_is_a_row():
    assert ConsentDefault.objects.count() == 16


def test_every_rule_has_a_purpose():
    after_service = Cadence.objects.filter(trigger__in=["SETTLEMENT", "QUALITY_CALLED"])
    assert set(after_service.values_list("purpose", flat=True)) == {"SERVICE"}
    assert set(Cadence.objects.exclude(pk__in=after_service).values_list("purpose", flat=True)) == {"CARE"}


# --- withdrawn ----------------------------------------------------------------------------------------------------------
def test_what_is_planned_is_dropped_at_once(owner, cast, deliver):
    with time_machine.travel(DELIVERED, tick=False):
        deliver()
        consents.withdraw(owner, by=cast.callback, purposes=["CARE"], channels=["CALL"])
    assert codes(status="PENDING") == ["thanks_letter"]
    assert set(FollowUp.objects.filter(status="CANCELLED").values_list("ended_why", flat=True)) == {"REFUSED"}
    assert Event.objects.filter(kind="consent.withdrawn").count() == 1


def test_no_rule_plans_it_any_more(owner, cast, deliver):
    with time_machine.travel(DELIVERED, tick=False):
        consents.withdraw(owner, by=cast.callback, purposes=["CARE", "SERVICE"], channels=["CALL", "LETTER", "SMS"])
        deliver()
        deliver(trigger="SETTLEMENT")
    assert codes(status="PENDING") == []
    for days in (1, 3, 8, 95, 190, 400):
        run_due(DELIVERED + timedelta(days=days))
    assert codes(status="PENDING") == []
    assert not Letter.objects.exists()
    assert not Message.objects.filter(channel="SMS").exists()


def test_do_not_call_is_said_in_a_call_and_needs_no_words(owner, cast, deliver):
    with time_machine.travel(DELIVERED + timedelta(days=2), tick=False):
        row = deliver(DELIVERED + timedelta(hours=1))[0]
        row = FollowUp.objects.get(cadence__code="manager_call")
        record_contact(row, by=cast.callback, said=Said("DO_NOT_CALL"))
        row.refresh_from_db()
        assert (row.status, row.ended_why) == ("DONE", "REACHED")
        assert codes(status="PENDING") == ["thanks_letter"]
        assert allowed([owner.pk], "SERVICE", "CALL") == set()
        # Settled later, nobody calls for the quality either.
        deliver(timezone.now(), trigger="SETTLEMENT")
        assert codes(status="PENDING") == ["thanks_letter"]


def test_do_not_call_noted_wrongly_is_taken_back(owner, cast, deliver):
    with time_machine.travel(DELIVERED, tick=False) as clock:
        deliver()
        row = FollowUp.objects.get(cadence__code="manager_call")
        contact = record_contact(row, by=cast.callback, said=Said("DO_NOT_CALL"))
        clock.shift(timedelta(minutes=5))
        corrections.correct_contact(contact, by=cast.callback, why="按错键", result="DONE")
    assert allowed([owner.pk], "CARE", "CALL") == {owner.pk}
    assert allowed([owner.pk], "MARKETING", "CALL") == set()
    assert codes(status="PENDING") == ["adviser_call", "quarterly", "service_call", "thanks_letter"]


def test_a_call_with_do_not_call_closes_the_entry_of_the_recall(owner, cast, store):
    with time_machine.travel(DELIVERED, tick=False):
        entry = RecallEntryFactory.create()
        recall.write_letters(entry.campaign, limit=9, by=cast.cs_manager)
        recall.mark_printed(entry.campaign, by=cast.cs_manager)
        recall.mail(entry.campaign, by=cast.cs_manager)
    with time_machine.travel(DELIVERED + timedelta(days=5), tick=False):
        row = FollowUp.objects.get(recall_entry=entry)
        record_contact(row, by=cast.callback, said=Said("DO_NOT_CALL"))
    entry.refresh_from_db()
    assert (entry.status, entry.reason.code) == ("DECLINED", "DO_NOT_CALL")


def test_a_letter_that_is_written_stays_here(owner, cast, deliver):
    with time_machine.travel(DELIVERED, tick=False):
        deliver()
        run_due(DELIVERED + timedelta(minutes=1))
        letter = Letter.objects.get()
        consents.withdraw(owner, by=cast.callback, purposes=["CARE"], channels=["LETTER"])
        with refuses("not_wanted"):
            letters.mark_printed(letter, by=cast.callback)


def test_a_car_whose_owner_wants_no_letters_leaves_the_recall_before_the_post(cast, store):
    entry = RecallEntryFactory.create()
    consents.withdraw(entry.customer, by=cast.callback, purposes=["CARE"], channels=["LETTER"])
    entry.refresh_from_db()
    assert entry.status == "VOID"


def test_the_list_of_the_recall_leaves_out_who_wants_no_letters(cast, store):
    (first, _car), *_others = owners(store, 3, bought_on=date(2026, 6, 18))
    assert recall.expected(date(2026, 12, 1), store=store) == 3
    consents.withdraw(first, by=cast.callback, purposes=["CARE"], channels=["LETTER"])
    assert recall.expected(date(2026, 12, 1), store=store) == 2


def test_a_changed_default_stops_what_falls_due(owner, cast, deliver):
    with time_machine.travel(DELIVERED, tick=False):
        deliver()
    ConsentDefault.objects.filter(purpose="CARE", channel="CALL").update(allowed=False)
    run_due(DELIVERED + timedelta(days=6))
    assert codes(status="PENDING", due_from__lte=DELIVERED + timedelta(days=6), channel="CALL") == []


# --- given again --------------------------------------------------------------------------------------------------------
def test_given_again_what_lies_ahead_is_due_as_it_was(owner, cast, deliver):
    with time_machine.travel(DELIVERED, tick=False) as clock:
        before = {row.pk: row.due_from for row in deliver() if row.channel == "CALL"}
        consents.withdraw(owner, by=cast.callback, purposes=["CARE"], channels=["CALL"])
        clock.shift(timedelta(minutes=10))
        consents.consent(owner, by=cast.callback, purposes=["CARE"], channels=["CALL"], how="SPOKEN")
        after = dict(FollowUp.objects.pending().filter(channel="CALL").values_list("pk", "due_from"))
    assert after == before


def test_given_again_after_a_year_repeats_go_on_with_the_next_from_today(owner, cast, deliver):
    with time_machine.travel(DELIVERED, tick=False) as clock:
        deliver()
        consents.withdraw(owner, by=cast.callback, purposes=["CARE"], channels=["CALL"])
        for days in range(1, 366, 14):
            run_due(DELIVERED + timedelta(days=days))
        assert codes(status="PENDING", channel="CALL") == []
        clock.move_to(DELIVERED + timedelta(days=370))
        consents.consent(owner, by=cast.callback, purposes=["CARE"], channels=["CALL"], how="SPOKEN")
        run_due(timezone.now() + timedelta(minutes=1))
        row = FollowUp.objects.pending().get(channel="CALL")
    # Delivered in March: the quarters end in June, September, December, March; the next after 7 March is June.
    assert (row.cadence.code, row.occurrence, row.due_from.astimezone(HERE).date().isoformat()) == (
        "quarterly",
        5,
        "2027-06-02",
    )


def test_a_car_delivered_meanwhile_is_cared_for_once_they_agree_again(owner, cast, deliver):
    with time_machine.travel(DELIVERED, tick=False) as clock:
        consents.withdraw(owner, by=cast.callback, purposes=["CARE"], channels=["CALL"])
        deliver()
        clock.move_to(DELIVERED + timedelta(days=30))
        run_due(timezone.now())
        consents.consent(owner, by=cast.callback, purposes=["CARE"], channels=["CALL"], how="SPOKEN")
        run_due(timezone.now())
    assert codes(status="PENDING", channel="CALL") == ["quarterly"]


# --- files that become one ----------------------------------------------------------------------------------------------
def test_the_word_of_either_file_holds_for_the_whole_and_parts_with_it(owner, cast, deliver):
    other = CustomerFactory.create(name="清明")
    with time_machine.travel(DELIVERED, tick=False):
        deliver()
        consents.withdraw(other, by=cast.callback, purposes=["CARE"], channels=["CALL"])
        merge_customers(other, into=owner, reason="同一人", by=cast.sales_manager)
        assert codes(status="PENDING") == ["thanks_letter"]
        undo_merge(CustomerMerge.objects.get(), reason="两个人", by=cast.sales_manager)
        assert len(codes(status="PENDING")) == 5
    assert allowed([owner.pk, other.pk], "CARE", "CALL") == {owner.pk}


# --- at any moment ------------------------------------------------------------------------------------------------------
class YearOfWords:
    """A customer who says yes and no at random moments; beside each contact stands what held then."""

    def __init__(self, dice, owner, by, settle):
        self.dice, self.owner, self.by, self.settle = dice, owner, by, settle
        self.said = {}

    def holds(self, purpose, channel):
        return self.said.get((purpose, channel), True)

    def live(self):
        cell: dict[str, Any] = {
            "purposes": [self.dice.choice(["CARE", "SERVICE"])],
            "channels": [self.dice.choice(WAYS)],
        }
        happens = self.dice.random()
        if happens < 0.25:
            consents.withdraw(self.owner, by=self.by, **cell)
        elif happens < 0.4:
            consents.consent(self.owner, by=self.by, how="SPOKEN", **cell)
        elif happens < 0.5:
            self.settle(timezone.now(), trigger="SETTLEMENT")
        if happens < 0.4:
            self.said[cell["purposes"][0], cell["channels"][0]] = happens >= 0.25

    def call(self):
        row = FollowUp.objects.pending().to_call().filter(due_from__lte=timezone.now()).first()
        result = self.dice.choice(["DONE", "NO_ANSWER", "NO_ANSWER", "DO_NOT_CALL"])
        with suppress(Refusal):
            record_contact(row or self.owner, by=self.by, said=Said(result), store=self.owner.stores.get())
            if result == "DO_NOT_CALL":
                self.said |= {("CARE", "CALL"): False, ("SERVICE", "CALL"): False}

    def judge(self, sent_before):
        """Nothing is planned against a word, nothing went out against one."""
        against = {
            (row.cadence.code, row.channel)
            for row in FollowUp.objects.pending().select_related("cadence")
            if not self.holds(row.cadence.purpose, row.channel)
        }
        assert against == set()
        letters_now, texts_now = sent()
        assert self.holds("CARE", "LETTER") or letters_now == sent_before[0]
        assert self.holds("CARE", "SMS") or texts_now == sent_before[1]


WAYS = ["CALL", "LETTER", "SMS"]


def sent():
    return Letter.objects.count(), Message.objects.filter(channel="SMS").count()


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_planned_or_sent_after_a_no_at_whatever_moment(seed, owner, cast, deliver):
    dice = Random(seed)
    year = YearOfWords(dice, owner, cast.callback, deliver)
    with time_machine.travel(DELIVERED, tick=False) as clock:
        deliver()
        for _step in range(50):
            clock.shift(timedelta(days=dice.randint(0, 9), minutes=dice.randint(1, 600)))
            year.live()
            before = sent()
            run_due(timezone.now())
            year.judge(before)
            year.call()
            year.judge(sent())
    assert FollowUp.objects.filter(ended_why="REFUSED").exists()


# --- pages and API ------------------------------------------------------------------------------------------------------
def test_the_file_shows_what_they_let_us_do(signed_in, cast, owner):
    consents.withdraw(owner, by=cast.callback, purposes=["CARE"], channels=["CALL"])
    page = signed_in(cast.callback).get(reverse("crm:customer", args=[owner.pk]))
    assert "consents-title" in page.content.decode()


def test_one_key_at_the_desk(signed_in, cast, owner, deliver):
    with time_machine.travel(DELIVERED, tick=False):
        deliver()
        row = FollowUp.objects.get(cadence__code="manager_call")
        client = signed_in(cast.sales_manager)
        desk = client.get(reverse("crm:call", args=[row.pk])).content.decode()
        assert 'value="DO_NOT_CALL"' in desk
        # Enter presses the first button of a form: that one saves.
        assert desk.index("btn btn-primary", desk.index('id="call"')) < desk.index('value="DO_NOT_CALL"')
        client.post(reverse("crm:call_record", args=[row.pk]), {"result": ["DONE", "DO_NOT_CALL"], "said": ""})
    assert Contact.objects.get(follow_up=row).result == "DO_NOT_CALL"
    assert allowed([owner.pk], "CARE", "CALL") == set()
