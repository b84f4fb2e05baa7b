"""The recall by post and its effect: addresses to mend, a plan with its owner, every store at once, a group left alone."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from crm import next_maintenance, recall_effect
from crm.actions import letters, recall, recall_visits
from crm.actions.care import record_call, run_due
from crm.models import Customer, FollowUp, Letter, RecallCampaign, RecallEntry, ServiceRecord, Vehicle
from crm.models.recall import Figures, Step, step_now
from dms.background import jobs
from dms.models import Job, Rate, Reason
from tests.clock import at
from tests.conftest import refuses
from tests.factories import LetterFactory, WorkOrderFactory, owners, vin_of

pytestmark = pytest.mark.django_db
MONTH = date(2026, 12, 1)
VIN = vin_of("LSVAM4187C2184860")


@pytest.fixture
def listed(store, cast):
    """Four cars due in December; of the last owner nobody knows where they live."""
    cast.assemble("callback", "cs_manager")
    people = owners(store, 4, bought_on=date(2026, 6, 18))
    Customer.objects.filter(pk=people[3].customer.pk).update(address="成都市")
    with time_machine.travel(at("2026-11-02 06:00"), tick=False):
        return recall.prepare(store, month=MONTH, by=cast.cs_manager)


def printed(campaign, by):
    recall.write_letters(campaign, limit=100, by=by)
    recall.mark_printed(campaign, by=by)
    return recall.figures(campaign)


# --- addresses ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("address", "arrives"),
    [
        ("锦江区红星路二段70号", True),
        ("石桥镇红星村三组", True),
        ("12 Hongxing Road", True),
        ("丽景花园5栋", True),
        ("", False),
        ("   ", False),
        ("成都市", False),
        ("四川省成都市锦江区", False),
        ("12", False),
    ],
)
def test_an_address_that_a_postman_finds(store, address, arrives):
    [(customer, _car)] = owners(store, 1)
    Customer.objects.filter(pk=customer.pk).update(address=address)
    campaign = recall.prepare(store, month=date(2026, 11, 1), by=None)
    assert recall.figures(campaign).unaddressed == (0 if arrives else 1)


def test_without_an_address_no_letter_is_printed_or_counted(listed, cast):
    figures = printed(listed, cast.cs_manager)
    assert (figures.base, figures.printed, figures.unaddressed, figures.to_print) == (4, 3, 1, 0)
    assert step_now(figures) == Step.MAIL
    recall.mail(listed, by=cast.cs_manager)
    assert recall.figures(listed).mailed == 3
    assert step_now(recall.figures(listed)) == Step.CALL
    assert recall.late_steps(listed, at("2026-11-25 10:00")) == {}


def test_a_mended_address_gets_its_letter_with_the_next_print(listed, cast):
    printed(listed, cast.cs_manager)
    entry = RecallEntry.objects.get(letter__isnull=True)
    Customer.objects.filter(pk=entry.customer_id).update(address="锦江区书院街9号")
    figures = printed(listed, cast.cs_manager)
    assert (figures.printed, figures.unaddressed) == (4, 0)
    assert Letter.objects.get(recall_entry=entry).address == "锦江区书院街9号"


def test_the_count_opens_the_owners_to_mend(listed, cast, signed_in):
    client = signed_in(cast.cs_manager)
    page = client.get(reverse("crm:recall"), {"month": "2026-12"})
    url = page.context["no_address_url"]
    mending = client.get(url)
    assert mending.context["page_obj"].paginator.count == 1
    entry = RecallEntry.objects.get(customer__address="成都市")
    assert reverse("crm:customer_edit", args=[entry.customer_id]) in mending.content.decode()


def test_a_thank_you_letter_goes_to_where_they_live_when_it_is_printed(cast):
    letter = LetterFactory.create(address="旧地址1号")
    Customer.objects.filter(pk=letter.customer_id).update(address="新地址22号", postcode="610000")
    letters.mark_printed(letter, by=cast.callback)
    letter.refresh_from_db()
    assert letter.address == "610000 新地址22号"


def test_a_letter_without_an_address_is_not_printed(cast):
    letter = LetterFactory.create()
    Customer.objects.filter(pk=letter.customer_id).update(address="")
    with refuses("no_address"):
        letters.mark_printed(letter, by=cast.callback)


# --- the plan -----------------------------------------------------------------------------------------------------------
def test_a_plan_has_somebody_and_a_day(listed, cast):
    campaign = recall.plan_improvement(listed, text="周末加两个工位", by=cast.cs_manager, owner=cast.callback)
    assert (campaign.plan_owner, campaign.plan_due) == (cast.callback, date(2027, 1, 31))
    campaign = recall.plan_improvement(listed, text="周末加两个工位", by=cast.cs_manager, due=date(2027, 1, 15))
    assert (campaign.plan_owner, campaign.plan_due) == (cast.cs_manager, date(2027, 1, 15))
    with refuses("plan_too_early"):
        recall.plan_improvement(listed, text="早", by=cast.cs_manager, due=date(2026, 11, 1))


def test_its_effect_is_seen_in_the_next_month(listed, store, cast, signed_in):
    recall.plan_improvement(listed, text="周末加两个工位", by=cast.cs_manager)
    january = recall.prepare(store, month=date(2027, 1, 1), by=cast.cs_manager)
    [(_owner, car)] = owners(store, 1, bought_on=date(2026, 7, 18))
    recall.prepare(store, month=date(2027, 1, 1), by=cast.cs_manager)
    recall_visits.note_booking(car, by=cast.callback)
    page = signed_in(cast.cs_manager).get(reverse("crm:recall"), {"month": "2027-01"})
    before = page.context["before"]
    assert (before.campaign, before.was, before.now) == (listed, 0, 100 / recall.figures(january).base)
    assert "周末加两个工位" in page.content.decode()


# --- every store at once ------------------------------------------------------------------------------------------------
def test_one_press_makes_prints_and_mails_the_lists_of_all_stores(store, other_store, cast, signed_in, time_machine):
    time_machine.move_to(at("2026-11-03 10:00"), tick=False)
    for place in (store, other_store):
        owners(place, 2, bought_on=date(2026, 6, 18))
    client = signed_in(cast.gm)
    client.post(reverse("crm:recall_prepare_all"), {"month": "2026-12"})
    assert RecallCampaign.objects.filter(month=MONTH).count() == 2
    client.post(reverse("crm:recall_print_all"), {"month": "2026-12"})
    jobs.execute(Job.objects.get().pk, "worker")
    client.post(reverse("crm:recall_mail_all"), {"month": "2026-12"})
    assert set(RecallEntry.objects.values_list("status", flat=True)) == {"MAILED"}
    page = client.get(reverse("crm:recall"), {"month": "2026-12"})
    assert (page.context["total"].base, page.context["total"].mailed) == (4, 4)
    assert f"at={other_store.code}" in page.content.decode()
    assert (
        client.get(reverse("crm:recall"), {"month": "2026-12", "at": other_store.code}).context["store"] == other_store
    )


def test_a_store_that_one_does_not_see_is_not_there(cast, other_store, signed_in):
    answer = signed_in(cast.cs_manager).get(reverse("crm:recall"), {"at": other_store.code})
    assert answer.status_code == 404


def test_figures_add_up():
    one = Figures(cars=4, void=1, printed=2, mailed=1, called=1, reached=1, booked=1, came=1, unaddressed=1)
    both = one + one
    assert (both.base, both.to_print, both.unaddressed) == (6, 0, 2)


# --- the group left alone -----------------------------------------------------------------------------------------------
@pytest.fixture
def measured(store, cast):
    """Of sixty cars some are left alone."""
    cast.assemble("callback", "cs_manager")
    Rate.objects.create(kind="CONTROL_SHARE", value=20, valid_from=date(2026, 1, 1))
    owners(store, 60, bought_on=date(2026, 6, 18))
    with time_machine.travel(at("2026-11-02 06:00"), tick=False):
        return recall.prepare(store, month=MONTH, by=cast.cs_manager)


def test_some_cars_are_left_alone_and_always_the_same(measured, store, cast):
    alone = set(RecallEntry.objects.filter(control=True).values_list("vehicle", flat=True))
    assert 3 <= len(alone) <= 24
    recall.prepare(store, month=MONTH, by=cast.cs_manager)
    assert set(RecallEntry.objects.filter(control=True).values_list("vehicle", flat=True)) == alone
    figures = printed(measured, cast.cs_manager)
    assert (figures.base, figures.control) == (60 - len(alone), len(alone))
    recall.mail(measured, by=cast.cs_manager)
    run_due(at("2026-12-05 10:00"))
    assert not Letter.objects.filter(recall_entry__control=True).exists()
    assert not FollowUp.objects.filter(recall_entry__control=True).exists()


def test_by_default_nobody_is_left_alone(listed):
    assert recall.figures(listed).control == 0
    assert recall_effect.effect_of(listed) is None


def test_the_effect_is_what_both_groups_brought(measured, store, cast):
    called = RecallEntry.objects.filter(control=False).order_by("pk")[0]
    Vehicle.objects.filter(pk=called.vehicle_id).update(vin=VIN, vin_tail=VIN[-6:])
    with time_machine.travel(at("2026-11-20 09:00"), tick=False):
        order = WorkOrderFactory.create(stage="settled", store=store, vehicle=called.vehicle)
    effect = recall_effect.effect_of(measured)
    sheet = order.settlement
    assert effect.called.came == 1
    assert effect.called.brought == sheet.labour + sheet.parts + sheet.other > 0
    assert (effect.alone.came, effect.alone.brought) == (0, Decimal())
    assert effect.gain == effect.called.per_car


# --- maintenance elsewhere ----------------------------------------------------------------------------------------------
def test_what_was_done_elsewhere_moves_the_plan_on(listed, cast, time_machine):
    printed(listed, cast.cs_manager)
    recall.mail(listed, by=cast.cs_manager)
    time_machine.move_to(at("2026-12-08 10:00"), tick=False)
    call = FollowUp.objects.filter(cadence__code="recall_call").select_related("vehicle").first()
    why = Reason.objects.get(kind="RECALL_REFUSAL", code="DONE_ELSEWHERE")
    record_call(call, by=cast.callback, result="REFUSED", said="在别家做过了", reason=why)
    record = ServiceRecord.objects.get(vehicle=call.vehicle)
    assert (record.elsewhere, record.on) == (True, date(2026, 12, 8))
    assert next_maintenance.of(call.vehicle).day == date(2027, 6, 8)
    assert RecallEntry.objects.get(vehicle=call.vehicle).status == "DECLINED"
