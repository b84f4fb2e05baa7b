"""A loss is counted by class, reason and car, and every loss has its way back."""

import datetime as dt
from functools import partial

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from dms.models import Event
from sales import tasks
from sales.actions import leads, losses
from sales.actions.losses import bring_back_due
from sales.models import Lead
from tests.conftest import refuses
from tests.factories import LeadFactory, VariantFactory, fresh, reason
from tests.races import DONE, at_once
from tests.statements import misjudged, verdict

pytestmark = pytest.mark.django_db

OFFER, PEOPLE = ("LOSS", "PRICE"), ("LOSS", "ATTITUDE")


def lose(lead, cast, **facts) -> Lead:
    losses.request_loss(lead, reason=reason(*OFFER), loss_class="SAME_BRAND", by=lead.owner)
    return losses.confirm_loss(lead, by=cast.sales_manager, **facts)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"reason": OFFER}, "lead_loss_has_class"),
        ({"reason": OFFER, "loss_class": "SOMEHOW"}, "lead_loss_has_class"),
        ({"reason": OFFER, "loss_class": "OUR_PEOPLE"}, "reason_of_other_class"),
        ({"reason": PEOPLE, "loss_class": "SAME_BRAND"}, "reason_of_other_class"),
        ({"reason": PEOPLE, "loss_class": "OTHER_BRAND", "lost_to": "海陵 飞鱼"}, "reason_of_other_class"),
        ({"reason": OFFER, "loss_class": "OTHER_BRAND", "lost_to": " "}, "lead_lost_to_a_car"),
        ({"reason": ("CANCEL",), "loss_class": "SAME_BRAND"}, "no_loss_reason"),
    ],
)
def test_a_loss_that_cannot_be_counted_is_none(lead, cast, facts, code):
    with refuses(code):
        losses.request_loss(lead, by=cast.adviser, **{**facts, "reason": reason(*facts["reason"])})


def test_reasons_read_as_failings_and_say_when_they_are_our_peoples(lead, cast, signed_in):
    page = signed_in(cast.adviser).get(reverse("sales:lead_loss", args=[lead.pk])).text
    assert "我方人员 · 承诺未兑现" in page
    assert "信守承诺" not in page


def test_a_loss_keeps_class_car_and_verdict_on_page_and_in_the_api(lead, cast, signed_in):
    client = signed_in(cast.adviser)
    body = {"loss_class": "OTHER_BRAND", "lost_to": "海陵 飞鱼", "reason": reason(*OFFER).pk}
    client.post(reverse("sales:lead_loss", args=[lead.pk]), body)
    manager = signed_in(cast.sales_manager)
    assert "海陵 飞鱼" in manager.get(reverse("sales:lead", args=[lead.pk])).text
    manager.post(reverse("sales:lead_confirm", args=[lead.pk]), {"verdict": "NEAR"})
    answer = client.get(f"/api/v1/sales/leads/{lead.pk}/").json()
    assert (answer["loss_class"], answer["lost_to"], answer["loss_verdict"]) == ("OTHER_BRAND", "海陵 飞鱼", "NEAR")
    assert client.get("/api/v1/sales/leads/?loss_class=OTHER_BRAND").json()["count"] == 1
    assert client.get("/api/v1/sales/leads/?loss_class=OUR_PEOPLE").json()["count"] == 0


def test_the_database_counts_no_loss_without_class_or_car(lead):
    asked = (
        "UPDATE sales_lead SET status = 'LOSS_REQUESTED', loss_class = '{}',"
        " loss_reason_id = (SELECT min(id) FROM dms_reason WHERE kind = 'LOSS')"
    )
    table = {"lead_loss_has_class": [asked.format("")], "lead_lost_to_a_car": [asked.format("OTHER_BRAND")]}
    assert misjudged(table) == []
    assert verdict(asked.format("SAME_BRAND")) == ""


def test_its_adviser_goes_on_after_all_with_a_reason(lead, cast):
    losses.request_loss(lead, reason=reason(*OFFER), loss_class="SAME_BRAND", by=cast.adviser)
    with refuses("no_reason"):
        losses.withdraw_loss(lead, reason="", by=cast.adviser)
    with refuses("not_yours"):
        losses.withdraw_loss(lead, reason="x", by=cast.second_adviser)
    lead = losses.withdraw_loss(lead, reason="客户又来电", by=cast.adviser)
    assert (lead.status, lead.loss_class, lead.loss_reason) == ("OPEN", "", None)
    with refuses("illegal_transition"):
        losses.withdraw_loss(lead, reason="客户又来电", by=cast.adviser)


# --- a lost card comes back --------------------------------------------------------------------------------------------------
def test_a_lost_card_is_opened_again_by_right_and_with_a_reason(lead, cast, signed_in):
    lose(lead, cast)
    address = reverse("sales:lead_reopen", args=[lead.pk])
    assert signed_in(cast.adviser).post(address, {"reason": "客户回心转意"}).status_code == 403
    manager = signed_in(cast.sales_manager)
    assert manager.post(address, {"reason": " "}).status_code == 422
    manager.post(address, {"reason": "客户回心转意"})
    lead = fresh(lead)
    assert (lead.status, lead.owner, lead.loss_class, lead.reactivate_on) == ("OPEN", cast.adviser, "", None)
    assert lead.next_contact_at > timezone.now()
    event = Event.objects.get(kind="lead.reopened")
    assert (event.data["note"], event.data["reason"]) == ("客户回心转意", "PRICE"), "the log keeps what it was lost for"


def test_another_adviser_may_take_it(lead, cast):
    lose(lead, cast)
    lead = losses.reopen_lost(lead, reason="原顾问离职", to=cast.second_adviser, by=cast.sales_manager)
    assert lead.owner == cast.second_adviser


def test_the_api_opens_it_again(lead, cast, signed_in):
    lose(lead, cast)
    address = f"/api/v1/sales/leads/{lead.pk}/reopen/"
    answer = signed_in(cast.sales_manager).post(address, {"reason": "回心转意"}, content_type="application/json")
    assert answer.json()["status"] == "OPEN", answer.content


def test_it_stays_lost_where_the_customer_has_an_open_card(lead, cast, store):
    variant = VariantFactory.create()
    leads.change_wish(lead, variant=variant, by=cast.adviser)
    lose(lead, cast)
    other = leads.open_lead(
        lead.customer, store=store, owner=cast.adviser, by=cast.adviser, wish=leads.Wish(facts={"variant": variant})
    )
    with refuses("card_exists", match=other.number):
        losses.reopen_lost(lead, reason="x", by=cast.sales_manager)


def in_days(days: int) -> dt.datetime:
    return timezone.localtime().replace(hour=10, minute=0) + dt.timedelta(days=days)


def test_the_day_to_ask_again_brings_it_back_to_its_adviser_once(lead, cast):
    lose(lead, cast)
    with time_machine.travel(in_days(89), tick=False):
        tasks.ask_again_round()
    assert fresh(lead).status == "LOST"
    with time_machine.travel(in_days(90), tick=False):
        tasks.ask_again_round()
        tasks.ask_again_round()
        back = fresh(lead)
        assert (back.status, back.owner) == ("OPEN", cast.adviser)
        assert timezone.localdate(back.next_contact_at) <= timezone.localdate() + dt.timedelta(days=3)
    assert Event.objects.filter(kind="lead.brought_back").count() == 1


def test_of_an_adviser_who_left_it_comes_to_the_manager(lead, cast):
    manager = cast.sales_manager
    lose(lead, cast)
    adviser = cast.adviser
    adviser.is_active = False
    adviser.save()
    with time_machine.travel(in_days(91), tick=False):
        assert bring_back_due(timezone.now()) == 1
    assert fresh(lead).owner == manager


def test_nobody_is_asked_twice_for_one_wish(lead, cast, store):
    lose(lead, cast)
    leads.open_lead(lead.customer, store=store, owner=cast.adviser, by=cast.adviser)
    with time_machine.travel(in_days(91), tick=False):
        assert bring_back_due(timezone.now()) == 0
    assert (fresh(lead).status, fresh(lead).reactivate_on) == ("LOST", None)
    assert Event.objects.filter(kind="lead.not_asked").count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_beats_and_a_manager_bring_it_back_once(cast):
    lead = lose(LeadFactory.create(), cast)
    manager = cast.sales_manager
    with time_machine.travel(in_days(91), tick=True):
        ends = at_once(
            tasks.ask_again_round,
            tasks.ask_again_round,
            partial(losses.reopen_lost, lead, reason="回心转意", by=manager),
        )
    assert ends in ([DONE] * 3, [DONE, DONE, "illegal_transition"])
    assert Event.objects.filter(kind__in=["lead.brought_back", "lead.reopened"]).count() == 1
    assert fresh(lead).status == "OPEN"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_new_card_and_the_old_one_are_never_both_open(cast, store):
    lead = lose(LeadFactory.create(), cast)
    adviser, customer = cast.adviser, lead.customer
    with time_machine.travel(in_days(91), tick=True):
        at_once(
            tasks.ask_again_round,
            partial(leads.open_lead, customer, store=store, owner=adviser, by=adviser),
        )
    assert Lead.objects.open().count() == 1


def test_the_database_changes_nothing_of_a_lost_card(lead, cast):
    lose(lead, cast)
    table = {
        "lead_lost_frozen": [
            f"UPDATE sales_lead SET owner_id = {cast.second_adviser.pk}",
            "UPDATE sales_lead SET loss_class = 'OUR_PEOPLE'",
            "UPDATE sales_lead SET lost_to = 'x'",
            "UPDATE sales_lead SET level = 'C'",
        ],
        "lead_open_has_owner_and_next_contact": ["UPDATE sales_lead SET status = 'OPEN'"],
        "lead_moves": ["UPDATE sales_lead SET status = 'ORDERED'"],
    }
    assert misjudged(table) == []
    assert verdict("UPDATE sales_lead SET status = 'OPEN', next_contact_at = now()") == ""
