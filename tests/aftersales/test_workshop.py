"""Dispatch, work, parts and checks: who may do what when, and what is refused."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from aftersales.actions import checks, lines, workshop
from aftersales.models import Bay, QualityCheck
from dms.core.lifecycle import IllegalTransition
from dms.core.refusals import NotYours
from dms.navigation import due_work
from parts.actions import stock
from parts.models import Stock
from tests.aftersales.cast import fresh, labour_of, operation, part_of, reason, refuses

pytestmark = pytest.mark.django_db


# --- dispatch and work --------------------------------------------------------------------------------------------------
def test_unsigned_work_is_not_dispatched(shop):
    with pytest.raises(IllegalTransition):
        workshop.dispatch(shop.estimated(), technician=shop.tech, by=shop.head)


def test_a_job_goes_to_a_technician_of_the_store_in_a_bay_of_the_store(shop, person, other_store):
    order = shop.signed()
    with refuses("no_technician"):
        workshop.dispatch(order, technician=shop.desk, by=shop.head)
    with refuses("no_technician"):
        workshop.dispatch(order, technician=person("technician", name="far", store=other_store), by=shop.head)
    with refuses("bay_elsewhere"):
        workshop.dispatch(
            order, technician=shop.tech, bay=Bay.objects.create(store=other_store, name="1"), by=shop.head
        )
    given = workshop.dispatch(order, technician=shop.tech, bay=shop.bay(), by=shop.head)
    assert (given.status, given.technician, given.bay.name) == ("DISPATCHED", shop.tech, "6 号")


def test_two_cars_are_not_in_work_in_one_bay(shop):
    bay = shop.bay()
    first, second = shop.signed(), shop.signed(car=shop.car("川AB0002", "立春", "13800000022"))
    for order in (first, second):
        workshop.dispatch(order, technician=shop.tech, bay=bay, by=shop.head)
    workshop.start_line(labour_of(first), by=shop.tech)
    with refuses("workorder_one_car_in_bay"):
        workshop.start_line(labour_of(second), by=shop.tech)
    assert fresh(second).status == "DISPATCHED"
    workshop.hold(first, reason=reason("HOLD", "PARTS"), by=shop.tech)
    workshop.start_line(labour_of(second), by=shop.tech)
    assert workshop.resume(first, by=shop.tech).bay is None


def test_only_the_technician_who_has_the_job_or_the_head_works_on_it(shop, person):
    line = labour_of(shop.dispatched())
    with pytest.raises(NotYours):
        workshop.start_line(line, by=person("technician", name="another"))
    workshop.start_line(line, by=shop.tech)
    assert fresh(line.work_order).status == "IN_PROGRESS"


def test_a_line_that_the_customer_has_not_agreed_to_is_not_started(shop):
    order = shop.in_work()
    extra = lines.add_labour(order, operation=operation("B01"), by=shop.desk)
    with refuses("not_authorised"):
        workshop.start_line(extra, by=shop.tech)


def test_hours_that_it_took_stand_beside_those_billed(shop):
    line = workshop.finish_line(labour_of(shop.in_work()), by=shop.tech, clocked_hours=Decimal("1.1"))
    assert (line.status, line.clocked_hours, line.quantity) == ("DONE", Decimal("1.1"), Decimal("0.80"))
    with refuses("not_started"):
        workshop.finish_line(line, by=shop.tech)


def test_a_hold_says_for_whom_and_from_when_to_when(shop):
    order = shop.in_work()
    period = workshop.hold(order, reason=reason("HOLD", "PARTS"), note="明早到", by=shop.tech)
    assert fresh(order).status == "ON_HOLD"
    with refuses("on_hold"):
        workshop.start_line(labour_of(order), by=shop.tech)
    workshop.resume(order, by=shop.tech)
    assert fresh(period).until is not None
    with refuses("not_on_hold"):
        workshop.resume(order, by=shop.tech)


# --- parts --------------------------------------------------------------------------------------------------------------
def draw(shop, line, quantity=1, **more):
    return workshop.issue_part(line, quantity=Decimal(quantity), signed_by="石斛", by=shop.clerk, **more)


def test_parts_go_out_against_their_line_signed_and_never_more_than_agreed(shop):
    part = shop.part(pieces=9)
    order = shop.in_work(part=part, quantity=2)
    line = part_of(order)
    move = draw(shop, line, 1)
    assert (move.source_line, move.signed_by) == (f"{order.number}/{line.position}", "石斛")
    with refuses("more_than_the_line"):
        draw(shop, line, 2)
    assert (fresh(line).issued, Stock.objects.get(part=part).on_hand) == (Decimal(1), Decimal(8))


def test_a_double_click_draws_once(shop):
    line = part_of(shop.in_work(part=shop.part(), quantity=2))
    assert draw(shop, line, key="once") == draw(shop, line, key="once")
    assert fresh(line).issued == 1


def test_what_is_not_there_does_not_go_out_and_the_line_shows_nothing(shop):
    line = part_of(shop.in_work(part=shop.part(pieces=0)))
    with refuses("not_enough_stock"):
        draw(shop, line)
    assert fresh(line).issued == 0


def test_parts_do_not_go_out_before_the_customer_agreed(shop):
    with refuses("not_authorised"):
        draw(shop, part_of(shop.estimated(part=shop.part())))


def test_unused_pieces_go_back_to_the_shelf_once(shop):
    part = shop.part(pieces=5)
    line = part_of(shop.in_work(part=part, quantity=3))
    draw(shop, line, 1)
    draw(shop, line, 2)
    for _click in range(2):
        workshop.return_part(line, quantity=Decimal(2), by=shop.clerk, key="back")
    assert (fresh(line).issued, Stock.objects.get(part=part).on_hand) == (Decimal(1), Decimal(4))
    with refuses("more_than_issued"):
        workshop.return_part(line, quantity=Decimal(2), by=shop.clerk)


def test_a_line_whose_parts_are_out_is_not_declined(shop):
    line = part_of(shop.in_work(part=shop.part()))
    draw(shop, line)
    with refuses("parts_out"):
        lines.turn_down(line, reason=reason("DECLINE"), later=False, by=shop.desk)


# --- checks -------------------------------------------------------------------------------------------------------------
def test_the_self_check_waits_for_consent_work_and_parts(shop):
    order = shop.in_work(part=shop.part())
    extra = lines.add_labour(order, operation=operation("B01"), by=shop.desk)
    for code, mend in (
        ("waits_for_consent", lambda: lines.turn_down(extra, reason=reason("DECLINE"), later=True, by=shop.desk)),
        ("work_not_done", lambda: workshop.finish_line(labour_of(order), by=shop.tech)),
        ("parts_not_issued", lambda: draw(shop, part_of(order))),
    ):
        with refuses(code):
            checks.check(order, stage="SELF", passed=True, by=shop.tech)
        mend()
    checks.check(order, stage="SELF", passed=True, by=shop.tech)
    assert (fresh(order).status, part_of(order).status) == ("SELF_CHECKED", "DONE")


def test_checks_are_made_in_turn_by_those_who_may_and_by_different_people(shop):
    order = shop.work_done()
    with refuses("check_out_of_turn"):
        checks.check(order, stage="TEAM", passed=True, by=shop.leader)
    checks.check(order, stage="SELF", passed=True, by=shop.tech)
    with pytest.raises(NotYours):
        checks.check(order, stage="TEAM", passed=True, by=shop.tech)
    checks.check(order, stage="TEAM", passed=True, by=shop.leader)
    with refuses("qualitycheck_different_people"):
        checks.check(order, stage="FINAL", passed=True, by=shop.leader)
    checks.check(order, stage="FINAL", passed=True, by=shop.inspector)
    assert fresh(order).status == "PASSED"


def test_a_failed_check_is_rework_and_all_three_are_made_again(shop):
    order = shop.work_done()
    checks.check(order, stage="SELF", passed=True, by=shop.tech)
    with refuses("failed_without_advice"):
        checks.check(order, stage="TEAM", passed=False, by=shop.leader)
    checks.check(order, stage="TEAM", passed=False, advice="仍有异响", by=shop.leader)
    again = fresh(order)
    assert (again.status, again.rework) == ("IN_PROGRESS", 1)
    for stage, by in (("SELF", shop.tech), ("TEAM", shop.leader), ("FINAL", shop.inspector)):
        checks.check(again, stage=stage, passed=True, by=by)
    assert QualityCheck.objects.filter(round=1).count() == 3


def test_the_car_is_ready_when_all_six_points_are_checked(shop):
    order = shop.inspected()
    with refuses("checklist_open"):
        checks.ready(order, checked=["clean"], by=shop.leader)
    assert checks.ready(order, checked=checks.CHECKLIST, by=shop.leader).status == "READY"


def test_a_ready_car_that_is_not_right_goes_back_as_rework(shop):
    order = checks.send_back(shop.ready(), reason="还有灰", by=shop.desk)
    assert (order.status, order.rework) == ("IN_PROGRESS", 1)


def test_parts_of_a_line_are_issued_and_given_back_at_the_line_alone(shop, signed_in):
    order = shop.in_work(part=shop.part(pieces=9), quantity=2)
    line = part_of(order)
    source = workshop.source_of(order, line)
    with refuses("line_of_a_document"):
        stock.hand_out(line.part, store=order.store, quantity=1, by=shop.clerk, signed_by="石斛", source_line=source)
    move = workshop.issue_part(line, quantity=Decimal(2), signed_by="石斛", by=shop.clerk)
    with refuses("line_of_a_document"):
        stock.take_back(move, quantity=2, by=shop.clerk)
    stock.return_issue(move, quantity=2, by=shop.clerk)  # past the line, as no door allows
    with refuses("came_back_already"):
        workshop.return_part(line, quantity=Decimal(1), by=shop.clerk)


def test_pieces_come_back_once_for_a_key_and_a_key_is_for_one_return(shop):
    line = part_of(shop.in_work(part=shop.part(pieces=9), quantity=4))
    workshop.issue_part(line, quantity=Decimal(4), signed_by="石斛", by=shop.clerk)
    for _time in range(2):
        assert workshop.return_part(line, quantity=Decimal(2), by=shop.clerk, key="once").issued == 2
    with refuses("key_reused"):
        workshop.return_part(line, quantity=Decimal(1), by=shop.clerk, key="once")


def test_checks_stand_in_the_work_of_who_makes_them(shop, store):
    order = shop.work_done()
    assert not [due for due in due_work.due(shop.leader, store, timezone.now()) if str(due.kind) == "质检"]
    checks.check(order, stage="SELF", passed=True, by=shop.tech)
    (due,) = (due for due in due_work.due(shop.leader, store, timezone.now()) if str(due.kind) == "质检")
    assert due.url.endswith(f"/{order.pk}/")
    checks.check(order, stage="TEAM", passed=True, by=shop.leader)
    kinds = {
        who.username: [str(due.kind) for due in due_work.due(who, store, timezone.now())]
        for who in (shop.leader, shop.inspector)
    }
    assert "质检" not in kinds["leader"], "who checked it before"
    assert "质检" in kinds["inspector"]


def test_an_unknown_check_is_refused_and_not_taken_for_the_technicians_own(shop, signed_in):
    order = shop.work_done()
    page = reverse("aftersales:work_order_check", args=[order.pk])
    signed_in(shop.tech).post(page, {"stage": "XX", "passed": "1"})
    with refuses("no_such_check"):
        checks.check(order, stage="XX", passed=True, by=shop.tech)
    assert not order.checks.exists()
