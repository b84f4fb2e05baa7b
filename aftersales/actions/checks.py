"""Three checks by three people, and getting the car ready to hand over."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from aftersales.actions.work_orders import Status
from aftersales.actions.workshop import back_to_work, close_lines, must_be_theirs, refuse_unfinished
from aftersales.events import WORKORDER_CHECK_FAILED, WORKORDER_CHECK_PASSED, WORKORDER_READY, WORKORDER_SENT_BACK
from aftersales.models import QualityCheck, WorkOrder
from dms.core.refusals import NotYours, Refusal
from dms.formats.wording import listed
from dms.models import User
from dms.records import events
from dms.records.constraint_errors import refusing

Stage = QualityCheck.Stage
STAGES = {
    Stage.SELF: (Status.IN_PROGRESS, Status.SELF_CHECKED),
    Stage.TEAM: (Status.SELF_CHECKED, Status.TEAM_CHECKED),
    Stage.FINAL: (Status.TEAM_CHECKED, Status.PASSED),
}
"""Which status a check is made in, and which it leads to."""

CHECKLIST = {
    "in_writing": gettext_lazy("All items in writing, inspection signed"),
    "done": gettext_lazy("Everything done on the car"),
    "fault_gone": gettext_lazy("The fault is gone"),
    "old_parts": gettext_lazy("Old parts are there"),
    "clean": gettext_lazy("The car is clean"),
    "nothing_left": gettext_lazy("No rags, tools or nuts left inside"),
}
"""The six points of the internal hand-over."""
NEXT_STAGE = {before: stage for stage, (before, _after) in STAGES.items()}
CHECKED_BY = {Stage.SELF: pgettext_lazy("check", "technician"), Stage.TEAM: pgettext_lazy("check", "team leader")}


def refuse_checking(order: WorkOrder, *, by: User) -> None:
    """Of the check whose turn it is.

    :raises Refusal: when the work is not done, it is not for this person, or they made the check before.
    """
    if order.status == Status.IN_PROGRESS:
        must_be_theirs(order, by=by)
        refuse_unfinished(order, by=by)
    elif not by.has_perm("aftersales.inspect"):
        raise NotYours(_("Only team leaders and inspectors make this check."))
    # In this round only: who has checked before a rework may check the mended car again.
    if QualityCheck.objects.filter(work_order=order, round=order.rework, by=by).exists():
        raise Refusal(_("Each check is made by somebody else."), code="qualitycheck_different_people")


@transaction.atomic
def check(order: WorkOrder, *, stage: str, passed: bool, by: User, advice: str = "") -> QualityCheck:
    """One of the three checks. What fails goes back to work as rework, and is checked again from the start.

    :raises Refusal: unknown, out of turn, by somebody who checked before, or failed without saying why.
    """
    if stage not in STAGES:
        raise Refusal(_("There is no such check."), code="no_such_check")
    # Two inspectors before one car: the second finds the check made, and the next one is not theirs.
    order = WorkOrder.objects.lock(order)
    before, after = STAGES[Stage(stage)]
    if order.status != before:
        sentence = _("%(number)s is “%(status)s”: this check is not its turn.")
        raise Refusal(sentence % {"number": order, "status": order.get_status_display()}, code="check_out_of_turn")
    refuse_checking(order, by=by)
    # Also where the check fails: the parts are in the car, whatever comes of it.
    if stage == Stage.SELF:
        close_lines(order)
    if not passed and not advice.strip():
        raise Refusal(_("Write what is wrong: the technician must know what to mend."), code="failed_without_advice")
    made = QualityCheck(
        work_order=order, round=order.rework, stage=stage, passed=passed, advice=advice.strip()[:200], by=by
    )
    # Who has checked already is asked again by a constraint: one person may sign on two screens at once.
    with refusing():
        made.save(force_insert=True)
    if passed:
        with refusing():
            order.move(after)
    else:
        back_to_work(order, rework=order.rework + 1)
    data = {"stage": stage, "advice": made.advice, "round": made.round}
    events.record(WORKORDER_CHECK_PASSED if passed else WORKORDER_CHECK_FAILED, order, by=by, data=data)
    return made


HAND_OVER = ("aftersales.receive", "aftersales.repair", "aftersales.dispatch")


def refuse_stranger(order: WorkOrder, *, by: User) -> None:
    """:raises NotYours: to who neither receives cars nor works on them."""
    if not any(by.has_perm(right) for right in HAND_OVER):
        raise NotYours(_("The workshop and the desk hand a car over to each other."))


@transaction.atomic
def ready(order: WorkOrder, *, checked: Collection[str], by: User, parked: str = "") -> WorkOrder:
    """Keys and papers are with the adviser, all six points are checked, and the adviser knows where the car stands.

    :raises Refusal: naming the points that are not checked.
    """
    # Workshop and desk may both report the car ready: the time of the first is what punctuality is measured
    # by.
    order = WorkOrder.objects.lock(order)
    refuse_stranger(order, by=by)
    open_points = [words for code, words in CHECKLIST.items() if code not in checked]
    if open_points:
        raise Refusal(_("Not checked yet: %(points)s.") % {"points": listed(open_points)}, code="checklist_open")
    with refusing():
        # One moment for both: by ready_at the first promise counts as kept or broken.
        now = timezone.now()
        order.move(Status.READY, at=now, ready_at=now)
    events.record(WORKORDER_READY, order, by=by, data={"checked": sorted(checked), "parked": parked.strip()})
    return order


@transaction.atomic
def send_back(order: WorkOrder, *, reason: str, by: User) -> WorkOrder:
    """Something is not right after the inspection: back to work, as rework, and all three checks again."""
    # Against the settlement: a car on whose bill the cashier works is not sent back any more.
    order = WorkOrder.objects.lock(order)
    if not reason.strip():
        raise Refusal(_("Write what is wrong: the technician must know what to mend."), code="failed_without_advice")
    if order.status not in {Status.PASSED, Status.READY}:
        raise Refusal(_("Only an inspected car is sent back; before that, the check fails."), code="not_inspected")
    back_to_work(order, rework=order.rework + 1)
    events.record(WORKORDER_SENT_BACK, order, by=by, data={"reason": reason.strip()[:200]})
    return order
