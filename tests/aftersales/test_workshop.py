"""Dispatch, work, parts and checks: who may do what when, and what is refused."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from aftersales.actions import checks, lines, work_orders, workshop
from aftersales.models import QualityCheck
from dms.navigation import due_work
from parts.actions import stock
from parts.models import Stock
from tests.conftest import refuses
from tests.factories import (
    BayFactory,
    PartFactory,
    VehicleFactory,
    WorkOrderFactory,
    fresh,
    labour_of,
    operation,
    part_of,
    reason,
)

pytestmark = pytest.mark.django_db


# --- dispatch and work --------------------------------------------------------------------------------------------------
def test_unsigned_work_is_not_dispatched(cast):
    with refuses("illegal_transition"):
        workshop.dispatch(WorkOrderFactory.create(stage="estimated"), technician=cast.technician, by=cast.workshop)


def test_a_job_goes_to_a_technician_in_a_bay(cast):
    order, bay = WorkOrderFactory.create(stage="signed"), BayFactory.create()
    given = workshop.dispatch(order, technician=cast.technician, bay=bay, by=cast.workshop)
    assert (given.status, given.technician, given.bay) == ("DISPATCHED", cast.technician, bay)


def test_a_job_goes_to_nobody_but_a_technician_of_the_store(cast, elsewhere):
    order = WorkOrderFactory.create(stage="signed")
    for stranger in (cast.service_adviser, elsewhere.technician):
        with refuses("no_technician"):
            workshop.dispatch(order, technician=stranger, by=cast.workshop)


def test_a_job_goes_to_no_bay_of_another_store(cast, other_store):
    order, bay = WorkOrderFactory.create(stage="signed"), BayFactory.create(store=other_store)
    with refuses("bay_elsewhere"):
        workshop.dispatch(order, technician=cast.technician, bay=bay, by=cast.workshop)


def test_two_cars_are_not_in_work_in_one_bay(cast):
    bay = BayFactory.create()
    first, second = (
        WorkOrderFactory.create(stage="signed"),
        WorkOrderFactory.create(stage="signed", vehicle=VehicleFactory.create(plate="川AB0002")),
    )
    for order in (first, second):
        workshop.dispatch(order, technician=cast.technician, bay=bay, by=cast.workshop)
    workshop.start_line(labour_of(first), by=cast.technician)
    with refuses("workorder_one_car_in_bay"):
        workshop.start_line(labour_of(second), by=cast.technician)
    assert fresh(second).status == "DISPATCHED"
    workshop.hold(first, reason=reason("HOLD", "PARTS"), by=cast.technician)
    workshop.start_line(labour_of(second), by=cast.technician)
    assert workshop.resume(first, by=cast.technician).bay is None


def test_only_the_technician_who_has_the_job_or_the_head_works_on_it(cast):
    line = labour_of(WorkOrderFactory.create(stage="dispatched"))
    with refuses("not_yours"):
        workshop.start_line(line, by=cast.hire("technician", username="another"))
    workshop.start_line(line, by=cast.technician)
    assert fresh(line.work_order).status == "IN_PROGRESS"


def test_a_line_that_the_customer_has_not_agreed_to_is_not_started(cast):
    order = WorkOrderFactory.create(stage="in_work")
    extra = lines.add_labour(order, operation=operation("B01"), by=cast.service_adviser)
    with refuses("not_authorised"):
        workshop.start_line(extra, by=cast.technician)


def test_hours_that_it_took_stand_beside_those_billed(cast):
    line = workshop.finish_line(
        labour_of(WorkOrderFactory.create(stage="in_work")), by=cast.technician, clocked_hours=Decimal("1.1")
    )
    assert (line.status, line.clocked_hours, line.quantity) == ("DONE", Decimal("1.1"), Decimal("0.80"))
    with refuses("not_started"):
        workshop.finish_line(line, by=cast.technician)


def test_a_hold_says_for_whom_and_from_when_to_when(cast):
    order = WorkOrderFactory.create(stage="in_work")
    period = workshop.hold(order, reason=reason("HOLD", "PARTS"), note="明早到", by=cast.technician)
    assert fresh(order).status == "ON_HOLD"
    with refuses("on_hold"):
        workshop.start_line(labour_of(order), by=cast.technician)
    workshop.resume(order, by=cast.technician)
    assert fresh(period).until is not None
    with refuses("not_on_hold"):
        workshop.resume(order, by=cast.technician)


# --- parts --------------------------------------------------------------------------------------------------------------
def draw(cast, line, quantity=1, **more):
    return workshop.issue_part(line, quantity=Decimal(quantity), signed_by="石斛", by=cast.parts_clerk, **more)


def test_parts_go_out_against_their_line_signed_and_never_more_than_agreed(cast):
    part = PartFactory.create(pieces=9)
    order = WorkOrderFactory.create(stage="in_work", part=part, quantity=2)
    line = part_of(order)
    move = draw(cast, line, 1)
    assert (move.source_line, move.signed_by) == (f"{order.number}/{line.position}", "石斛")
    with refuses("more_than_the_line"):
        draw(cast, line, 2)
    assert (fresh(line).issued, Stock.objects.get(part=part).on_hand) == (Decimal(1), Decimal(8))


def test_a_double_click_draws_once(cast):
    line = part_of(WorkOrderFactory.create(stage="in_work", part=PartFactory.create(pieces=5), quantity=2))
    assert draw(cast, line, key="once") == draw(cast, line, key="once")
    assert fresh(line).issued == 1


def test_what_is_not_there_does_not_go_out_and_the_line_shows_nothing(cast):
    line = part_of(WorkOrderFactory.create(stage="in_work", part=PartFactory.create()))
    with refuses("not_enough_stock"):
        draw(cast, line)
    assert fresh(line).issued == 0


def test_parts_do_not_go_out_before_the_customer_agreed(cast):
    with refuses("not_authorised"):
        draw(cast, part_of(WorkOrderFactory.create(stage="estimated", part=PartFactory.create(pieces=5))))


def test_unused_pieces_go_back_to_the_shelf_once(cast):
    part = PartFactory.create(pieces=5)
    line = part_of(WorkOrderFactory.create(stage="in_work", part=part, quantity=3))
    draw(cast, line, 1)
    draw(cast, line, 2)
    for _click in range(2):
        workshop.return_part(line, quantity=Decimal(2), by=cast.parts_clerk, key="back")
    assert (fresh(line).issued, Stock.objects.get(part=part).on_hand) == (Decimal(1), Decimal(4))
    with refuses("more_than_issued"):
        workshop.return_part(line, quantity=Decimal(2), by=cast.parts_clerk)


def test_a_line_whose_parts_are_out_is_not_declined(cast):
    line = part_of(WorkOrderFactory.create(stage="in_work", part=PartFactory.create(pieces=5)))
    draw(cast, line)
    with refuses("parts_out"):
        lines.decline(line, reason=reason("DECLINE"), by=cast.service_adviser)


# --- checks -------------------------------------------------------------------------------------------------------------
def test_the_self_check_waits_for_consent_work_and_parts(cast):
    order = WorkOrderFactory.create(stage="in_work", part=PartFactory.create(pieces=5))
    extra = lines.add_labour(order, operation=operation("B01"), by=cast.service_adviser)
    for code, mend in (
        (
            "waits_for_consent",
            lambda: lines.defer(extra, reason=reason("DECLINE"), by=cast.service_adviser),
        ),
        ("work_not_done", lambda: workshop.finish_line(labour_of(order), by=cast.technician)),
        ("parts_not_issued", lambda: draw(cast, part_of(order))),
    ):
        with refuses(code):
            checks.check(order, stage="SELF", passed=True, by=cast.technician)
        mend()
    workshop.diagnose(order, cause="磨损", correction="更换", by=cast.technician)
    checks.check(order, stage="SELF", passed=True, by=cast.technician)
    assert (fresh(order).status, part_of(order).status) == ("SELF_CHECKED", "DONE")


def test_checks_are_made_in_turn(cast):
    order = WorkOrderFactory.create(stage="work_done")
    with refuses("check_out_of_turn"):
        checks.check(order, stage="TEAM", passed=True, by=cast.team_leader)


def test_a_technician_checks_their_own_work_alone(cast):
    order = WorkOrderFactory.create(stage="work_done")
    checks.check(order, stage="SELF", passed=True, by=cast.technician)
    with refuses("not_yours"):
        checks.check(order, stage="TEAM", passed=True, by=cast.technician)


def test_three_different_people_check(cast):
    order = WorkOrderFactory.create(stage="work_done")
    checks.check(order, stage="SELF", passed=True, by=cast.technician)
    checks.check(order, stage="TEAM", passed=True, by=cast.team_leader)
    with refuses("qualitycheck_different_people"):
        checks.check(order, stage="FINAL", passed=True, by=cast.team_leader)
    checks.check(order, stage="FINAL", passed=True, by=cast.inspector)
    assert fresh(order).status == "PASSED"


def test_a_failed_check_is_rework_and_all_three_are_made_again(cast):
    order = WorkOrderFactory.create(stage="work_done")
    checks.check(order, stage="SELF", passed=True, by=cast.technician)
    with refuses("failed_without_advice"):
        checks.check(order, stage="TEAM", passed=False, by=cast.team_leader)
    checks.check(order, stage="TEAM", passed=False, advice="仍有异响", by=cast.team_leader)
    again = fresh(order)
    assert (again.status, again.rework) == ("IN_PROGRESS", 1)
    for stage, by in (("SELF", cast.technician), ("TEAM", cast.team_leader), ("FINAL", cast.inspector)):
        checks.check(again, stage=stage, passed=True, by=by)
    assert QualityCheck.objects.filter(round=1).count() == 3


def test_the_car_is_ready_when_all_six_points_are_checked(cast):
    order = WorkOrderFactory.create(stage="inspected")
    with refuses("checklist_open"):
        checks.ready(order, checked=["clean"], by=cast.team_leader)
    assert checks.ready(order, checked=checks.CHECKLIST, by=cast.team_leader).status == "READY"


def test_a_ready_car_that_is_not_right_goes_back_as_rework(cast):
    order = checks.send_back(WorkOrderFactory.create(stage="ready"), reason="还有灰", by=cast.service_adviser)
    assert (order.status, order.rework) == ("IN_PROGRESS", 1)


def test_parts_of_a_line_are_issued_and_given_back_at_the_line_alone(cast, signed_in):
    order = WorkOrderFactory.create(stage="in_work", part=PartFactory.create(pieces=9), quantity=2)
    line = part_of(order)
    source = work_orders.source_of(order, line)
    with refuses("line_of_a_document"):
        stock.hand_out(
            line.part, store=order.store, quantity=1, by=cast.parts_clerk, signed_by="石斛", source_line=source
        )
    move = workshop.issue_part(line, quantity=Decimal(2), signed_by="石斛", by=cast.parts_clerk)
    with refuses("line_of_a_document"):
        stock.take_back(move, quantity=2, by=cast.parts_clerk)
    stock.return_issue(move, quantity=2, by=cast.parts_clerk)  # past the line, as no door allows
    with refuses("came_back_already"):
        workshop.return_part(line, quantity=Decimal(1), by=cast.parts_clerk)


def test_pieces_come_back_once_for_a_key_and_a_key_is_for_one_return(cast):
    line = part_of(WorkOrderFactory.create(stage="in_work", part=PartFactory.create(pieces=9), quantity=4))
    workshop.issue_part(line, quantity=Decimal(4), signed_by="石斛", by=cast.parts_clerk)
    for _time in range(2):
        assert workshop.return_part(line, quantity=Decimal(2), by=cast.parts_clerk, key="once").issued == 2
    with refuses("key_reused"):
        workshop.return_part(line, quantity=Decimal(1), by=cast.parts_clerk, key="once")


def test_checks_stand_in_the_work_of_who_makes_them(cast, store):
    order = WorkOrderFactory.create(stage="work_done")
    assert not [due for due in due_work.due(cast.team_leader, store, timezone.now()) if str(due.kind) == "质检"]
    checks.check(order, stage="SELF", passed=True, by=cast.technician)
    (due,) = (due for due in due_work.due(cast.team_leader, store, timezone.now()) if str(due.kind) == "质检")
    assert due.url.endswith(f"/{order.pk}/")
    checks.check(order, stage="TEAM", passed=True, by=cast.team_leader)
    kinds = {
        who.username: [str(due.kind) for due in due_work.due(who, store, timezone.now())]
        for who in (cast.team_leader, cast.inspector)
    }
    assert "质检" not in kinds["team_leader"], "who checked it before"
    assert "质检" in kinds["inspector"]


def test_an_unknown_check_is_refused_and_not_taken_for_the_technicians_own(cast, signed_in):
    order = WorkOrderFactory.create(stage="work_done")
    page = reverse("aftersales:work_order_check", args=[order.pk])
    signed_in(cast.technician).post(page, {"stage": "XX", "passed": "1"})
    with refuses("no_such_check"):
        checks.check(order, stage="XX", passed=True, by=cast.technician)
    assert not order.checks.exists()
