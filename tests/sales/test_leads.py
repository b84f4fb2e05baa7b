"""An A card is never lost: every contact has a plan, every level a rhythm, every loss two people."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from crm.models import Customer
from dms.models import Absence, Event
from dms.navigation import due_work
from sales.actions import leads, losses
from sales.models import Lead, LeadContact, LevelChange
from tests.conftest import refuses
from tests.factories import LeadFactory, OrderFactory, reason

pytestmark = pytest.mark.django_db


def said(result="TALKED", level="A", **more):
    """What came of a contact; talked, level A, nothing more."""
    return leads.Said(result=result, level=level, **more)


def record(lead, by, words, **more):
    return leads.record_contact(lead, said=words, by=by, **more)


def test_a_contact_keeps_plan_and_fact_moves_the_level_and_sets_the_next_date(lead, cast):
    planned = lead.next_contact_at
    row = record(lead, cast.adviser, said(level="H", what="定了黑色"))
    lead.refresh_from_db()
    assert (row.planned_at, row.level_after, lead.level) == (planned, "H", "H")
    assert lead.next_contact_at == row.next_contact_at > timezone.now()
    assert list(LevelChange.objects.order_by("pk").values_list("before", "after")) == [("", "N"), ("N", "H")]
    assert Event.objects.get(kind="lead.contacted").data["before"] == "N"


def test_the_next_date_follows_the_level(lead, cast, time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC))  # Monday 10:00
    for level, day in (("H", "2026-11-25"), ("A", "2026-11-27"), ("B", "2026-11-30"), ("C", "2026-12-08")):
        row = record(lead, cast.adviser, said(level=level))
        assert f"{timezone.localtime(row.next_contact_at):%Y-%m-%d}" == day


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"result": "", "level": "A"}, "no_result"),
        ({"result": "REFUSED", "level": "A"}, "nothing_said"),
        ({"next_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "next_in_past"),
        ({"level": "H", "next_at": dt.datetime(2040, 1, 1, tzinfo=dt.UTC)}, "next_too_late"),
    ],
)
def test_a_contact_that_would_not_count_is_refused(lead, cast, words, code):
    with refuses(code):
        record(lead, cast.adviser, said(**words))
    assert lead.contacts.count() == 1


def test_a_double_tap_is_one_row(lead, cast):
    assert record(lead, cast.adviser, said(), key="k") == record(lead, cast.adviser, said(), key="k")


def test_a_colleague_records_only_as_deputy(lead, cast):
    with refuses("not_yours"):
        record(lead, cast.second_adviser, said())
    today = timezone.localdate()
    Absence.objects.create(user=cast.adviser, deputy=cast.second_adviser, first_day=today, last_day=today)
    assert record(lead, cast.second_adviser, said()).by == cast.second_adviser
    assert record(lead, cast.sales_manager, said()).by == cast.sales_manager


def test_what_is_due_appears_on_my_work_and_with_the_deputy(lead, cast, store):
    Lead.objects.update(next_contact_at=timezone.now() - dt.timedelta(minutes=72))
    (item,) = [one for one in due_work.due(cast.adviser, store, timezone.now()) if one.kind == "N"]
    assert item.url == reverse("sales:lead_record", args=[lead.pk])
    assert item.family == "late"
    assert not [one for one in due_work.due(cast.second_adviser, store, timezone.now()) if one.kind == "N"]
    today = timezone.localdate()
    Absence.objects.create(user=cast.adviser, deputy=cast.second_adviser, first_day=today, last_day=today)
    assert [one for one in due_work.due(cast.second_adviser, store, timezone.now()) if one.kind == "N"]


def test_four_taps_record_a_contact_and_name_the_next_customer(lead, cast, signed_in):
    other = LeadFactory.create(name="清明", phone="13800000002")
    Lead.objects.update(next_contact_at=timezone.now() - dt.timedelta(minutes=5))
    client = signed_in(cast.adviser)
    page = client.get(reverse("sales:lead_record", args=[lead.pk])).content.decode()
    assert "清明" in page
    done = client.post(
        reverse("sales:lead_record", args=[lead.pk]), {"result": "WILL_COME", "level": "H", "channel": "CALL"}
    )
    assert done.url == reverse("sales:lead_record", args=[other.pk])
    assert client.post(reverse("sales:lead_record", args=[lead.pk]), {}).status_code == 422


def test_a_promised_contact_moves_only_with_a_reason(lead, cast, signed_in):
    page = signed_in(cast.adviser).post(reverse("sales:lead_reschedule", args=[lead.pk]), {"to": "2026-12-01T10:00"})
    assert page.status_code == 422
    to = timezone.now() + dt.timedelta(days=10)
    leads.reschedule(lead, to=to, reason=reason("RESCHEDULE", "OTHER"), by=cast.adviser)
    assert Event.objects.get(kind="lead.rescheduled").data["reason"] == "OTHER"


def test_a_loss_takes_two_people_and_a_day_to_ask_again(lead, cast):
    losses.request_loss(lead, reason=reason("LOSS", "PRICE"), loss_class="SAME_BRAND", note="买了竞品", by=cast.adviser)
    with refuses("own_loss"):
        losses.confirm_loss(lead, by=cast.adviser)
    lost = losses.confirm_loss(lead, by=cast.sales_manager)
    assert (lost.status, lost.loss_approved_by) == ("LOST", cast.sales_manager)
    assert lost.reactivate_on > timezone.localdate()


def test_a_returned_loss_is_open_again_with_an_instruction_and_a_date(lead, cast):
    losses.request_loss(lead, reason=reason("LOSS", "PRICE"), loss_class="SAME_BRAND", by=cast.adviser)
    with refuses("no_instruction"):
        losses.return_loss(lead, note=" ", by=cast.sales_manager)
    back = losses.return_loss(lead, note="报 36 期", by=cast.sales_manager)
    assert (back.status, back.loss_reason) == ("OPEN", None)
    assert back.next_contact_at > timezone.now()


def test_only_a_requested_loss_is_returned(store, cast):
    ordered = OrderFactory.create(store=store).lead
    with refuses("illegal_transition"):
        losses.return_loss(ordered, note="再约", by=cast.sales_manager)


def test_a_colleague_reads_whose_card_it_is_in_place_of_its_acts(lead, cast, signed_in):
    page = signed_in(cast.second_adviser).get(reverse("sales:lead", args=[lead.pk])).text
    assert reverse("sales:lead_record", args=[lead.pk]) not in page
    assert reverse("sales:lead_loss", args=[lead.pk]) not in page
    assert "白芷" in page


def test_a_loss_needs_a_reason_of_its_kind(lead, cast):
    with refuses("no_loss_reason"):
        losses.request_loss(lead, reason=reason("CANCEL"), by=cast.adviser)


def test_the_manager_reviews_a_row_once_and_nobody_their_own(lead, cast, signed_in):
    row = LeadContact.objects.get()
    with refuses("own_row"):
        leads.review(row, words="好", by=cast.adviser)
    signed_in(cast.sales_manager).post(reverse("sales:contact_review", args=[row.pk]), {"words": "请报白色到货日"})
    row.refresh_from_db()
    assert (row.review, row.reviewed_by) == ("请报白色到货日", cast.sales_manager)
    with refuses("already_reviewed"):
        leads.review(row, words="", by=cast.sales_manager)


def test_a_card_goes_to_a_colleague_of_the_store_only(lead, cast, elsewhere):
    assert leads.reassign(lead, to=cast.second_adviser, by=cast.sales_manager).owner == cast.second_adviser
    for stranger in (elsewhere.adviser, cast.reception):
        with refuses("not_an_adviser"):
            leads.reassign(lead, to=stranger, by=cast.sales_manager)


def test_the_card_shows_everything_and_prints(lead, cast, signed_in, variant, car):
    leads.change_wish(lead, variant=variant, budget="18–20 万", by=cast.adviser)
    record(Lead.objects.get(), cast.adviser, said(what="看过二排"))
    client = signed_in(cast.adviser)
    page = client.get(reverse("sales:lead", args=[lead.pk])).content.decode()
    for words in ("谷雨", "138****0001", "看过二排", "18–20 万", "曜岩黑"):
        assert words in page
    paper = client.get(reverse("sales:lead_pdf", args=[lead.pk]))
    assert paper.content.startswith(b"%PDF")


def test_the_card_box_sorts_by_level_due_and_silence(lead, cast, signed_in, time_machine):
    client = signed_in(cast.adviser)
    assert "谷雨" in client.get(reverse("sales:leads"), {"level": "N"}).content.decode()
    assert "谷雨" not in client.get(reverse("sales:leads"), {"level": "H"}).content.decode()
    assert "谷雨" not in client.get(reverse("sales:leads"), {"due": "true"}).content.decode()
    assert "谷雨" not in client.get(reverse("sales:leads"), {"silent": "true"}).content.decode()
    time_machine.move_to(timezone.now() + dt.timedelta(days=9))
    client = signed_in(cast.adviser)
    assert "谷雨" in client.get(reverse("sales:leads"), {"silent": "true"}).content.decode()


def test_another_store_does_not_see_the_card(lead, elsewhere, signed_in):
    client = signed_in(elsewhere.adviser)
    assert client.get(reverse("sales:lead", args=[lead.pk])).status_code == 404
    assert client.get(f"/api/v1/sales/leads/{lead.pk}/").status_code == 404


def test_the_history_of_levels_is_never_rewritten(lead):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE sales_levelchange SET after = 'H'")


def test_the_api_keeps_a_card(cast, store, signed_in):
    client = signed_in(cast.adviser)
    body = {"store": store.code, "phone": "13800000009", "name": "立夏", "level": "B", "source": "OUT_SHOW"}
    made = client.post("/api/v1/sales/leads/", body, content_type="application/json")
    assert made.status_code == 201, made.content
    here = f"/api/v1/sales/leads/{made.json()['id']}/"
    answer = client.post(f"{here}contact/", {"result": "TALKED", "level": "H"}, content_type="application/json")
    assert answer.json()["level"] == "H", answer.content
    refused = client.post(f"{here}contact/", {"result": "REFUSED", "level": "H"}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_said")
    client.post(
        f"{here}request_loss/",
        {"reason": "PRICE", "loss_class": "OTHER_BRAND", "lost_to": "海陵 飞鱼"},
        content_type="application/json",
    )
    lost = signed_in(cast.sales_manager).post(f"{here}confirm_loss/", {}, content_type="application/json")
    assert lost.json()["status"] == "LOST", lost.content


def test_a_card_is_opened_for_somebody_who_only_called(cast, signed_in):
    page = signed_in(cast.adviser).post(
        reverse("sales:lead_new"), {"phone": "13800000001", "name": "谷雨", "level": "A"}
    )
    lead = Lead.objects.get()
    assert page.url == reverse("sales:lead", args=[lead.pk])
    assert (lead.customer.name, lead.owner, lead.level, lead.contacts.get().channel) == (
        "谷雨",
        cast.adviser,
        "A",
        "CALL",
    )


def test_a_refused_card_leaves_no_customer_behind(cast, elsewhere, store):
    with refuses("not_an_adviser"):
        leads.open_lead_for(name="谷雨", phone="13800000001", store=store, owner=elsewhere.adviser, by=cast.adviser)
    assert not Customer.objects.exists()
    assert not Event.objects.filter(kind="customer.registered").exists()


def test_a_card_refused_by_api_leaves_no_customer_behind(cast, store, signed_in):
    body = {"store": store.code, "phone": "13800000001", "name": "谷雨", "owner": cast.reception.pk}
    answer = signed_in(cast.sales_manager).post("/api/v1/sales/leads/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_an_adviser")
    assert not Customer.objects.exists()
