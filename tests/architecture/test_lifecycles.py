"""Every status moves only along its table, and the table agrees with a second one, written by hand."""

import itertools
import re
from typing import cast

import pytest
from django.db import connection, models

from dms.core.lifecycle import IllegalTransition, Lifecycle, lifecycles
from dms.core.row_rules import StatusMoves
from dms.core.status_colours import FAMILY_OF
from dms.management.commands import lifecycles as charts
from tests.architecture.sources import APPS

BY_HAND = {
    "dms.Job": """
        QUEUED    > RUNNING CANCELLED
        RUNNING   > QUEUED DONE FAILED CANCELLED
        DONE      >
        FAILED    > QUEUED
        CANCELLED > QUEUED
    """,
    "dms.Message": """
        PENDING   > SENDING CANCELLED
        SENDING   > SENT PENDING FAILED
        SENT      >
        FAILED    > PENDING CANCELLED
        CANCELLED >
    """,
    "crm.FollowUp": """
        PENDING     > DONE UNREACHABLE CANCELLED
        DONE        > PENDING
        UNREACHABLE > PENDING
        CANCELLED   > PENDING
    """,
    "crm.Complaint": """
        OPEN        > IN_PROGRESS RESOLVED VOID
        IN_PROGRESS > RESOLVED VOID
        RESOLVED    > CLOSED IN_PROGRESS
        CLOSED      > IN_PROGRESS
        VOID        > OPEN
    """,
    "crm.Survey": """
        ASKED    > ANSWERED DECLINED VOID
        ANSWERED > VOID
        DECLINED > VOID
        VOID     > ASKED ANSWERED DECLINED
    """,
    "crm.RecallEntry": """
        LISTED   > PRINTED BOOKED CAME VOID
        PRINTED  > MAILED BOOKED CAME VOID
        MAILED   > CALLED BOOKED CAME DECLINED VOID
        CALLED   > BOOKED CAME DECLINED VOID
        BOOKED   > CAME LISTED PRINTED MAILED CALLED
        CAME     >
        DECLINED > BOOKED CAME
        VOID     > LISTED PRINTED MAILED CALLED
    """,
    "sales.Lead": """
        OPEN           > LOSS_REQUESTED ORDERED
        LOSS_REQUESTED > LOST OPEN
        LOST           > OPEN
        ORDERED        > OPEN DELIVERED
        DELIVERED      >
    """,
    "sales.Order": """
        DRAFT            > PENDING_APPROVAL CANCELLED
        PENDING_APPROVAL > SIGNED DRAFT CANCELLED
        SIGNED           > ALLOCATED CANCELLED
        ALLOCATED        > READY SIGNED CANCELLED
        READY            > DELIVERED ALLOCATED
        DELIVERED        > CLOSED
        CLOSED           >
        CANCELLED        >
    """,
    "sales.StockCar": """
        ORDERED    > IN_TRANSIT VOID
        IN_TRANSIT > RECEIVED AVAILABLE VOID
        RECEIVED   > AVAILABLE VOID
        AVAILABLE  > ALLOCATED VOID
        ALLOCATED  > AVAILABLE READY
        READY      > DELIVERED ALLOCATED
        DELIVERED  >
        VOID       >
    """,
    "aftersales.Appointment": """
        BOOKED    > CONFIRMED PREPARED ARRIVED CANCELLED NO_SHOW
        CONFIRMED > PREPARED ARRIVED CANCELLED NO_SHOW
        PREPARED  > ARRIVED CANCELLED NO_SHOW
        ARRIVED   > BOOKED
        CANCELLED >
        NO_SHOW   >
    """,
    "aftersales.WorkOrder": """
        DRAFT        > ESTIMATED CANCELLED
        ESTIMATED    > AUTHORISED DRAFT CANCELLED
        AUTHORISED   > DISPATCHED CANCELLED
        DISPATCHED   > IN_PROGRESS CANCELLED
        IN_PROGRESS  > ON_HOLD SELF_CHECKED CANCELLED
        ON_HOLD      > IN_PROGRESS CANCELLED
        SELF_CHECKED > TEAM_CHECKED IN_PROGRESS
        TEAM_CHECKED > PASSED SELF_CHECKED IN_PROGRESS
        PASSED       > READY TEAM_CHECKED IN_PROGRESS
        READY        > SETTLED PASSED IN_PROGRESS
        SETTLED      > RELEASED
        RELEASED     >
        CANCELLED    >
    """,
    "aftersales.WorkLine": """
        PROPOSED   > AUTHORISED DECLINED DEFERRED
        AUTHORISED > STARTED DONE PROPOSED DECLINED DEFERRED
        DECLINED   > PROPOSED
        DEFERRED   > PROPOSED
        STARTED    > DONE
        DONE       > STARTED DECLINED
    """,
}
"""Lifecycle → which status may follow which, as the business says it. Written from the specification, not from the code."""

FOUND = {model._meta.label: model for model in lifecycles() if model._meta.app_label in APPS}


def steps(label: str) -> set[tuple[str, str]]:
    rows = (line.split(">") for line in BY_HAND[label].splitlines() if ">" in line)
    return {(before.strip(), after) for before, afters in rows for after in afters.split()}


MATRIX = [
    pytest.param(label, before, after, id=f"{label}-{before}-{after}")
    for label, model in FOUND.items()
    if label in BY_HAND
    for before, after in itertools.product(model.Status.values, repeat=2)
]


def test_every_lifecycle_is_written_here_by_hand():
    assert BY_HAND.keys() == FOUND.keys()


@pytest.mark.parametrize(("label", "before", "after"), MATRIX)
def test_a_status_follows_another_exactly_when_the_business_says_so(label, before, after, monkeypatch):
    monkeypatch.setattr(FOUND[label], "__str__", lambda _row: label)
    document = FOUND[label]()
    document.status = before
    allowed = (before, after) in steps(label)
    assert document.may_become(after) is allowed
    if allowed:
        document.become(after)
        assert document.status == after
    else:
        with pytest.raises(IllegalTransition) as refusal:
            document.become(after)
        assert refusal.value.code == "illegal_transition"
        assert document.status == before


REOPENS = {"Complaint", "FollowUp", "Survey", "WorkLine"}
"""What is over may be opened again: each end has its way back."""


def gaps(model: type[Lifecycle]) -> list[str]:
    """What is missing in a lifecycle."""
    known = set(model.Status.values)
    reached = {after for afters in model.NEXT.values() for after in afters}
    start = str(model._meta.get_field("status").default)
    return [
        *(f"{status} is not in NEXT" for status in sorted(known - set(model.NEXT))),
        *(f"{status} is in NEXT but no status" for status in sorted((set(model.NEXT) | reached) - known)),
        *(f"nothing leads to {status}" for status in sorted(known - reached - {start})),
        *(f"{status} follows itself" for status, afters in model.NEXT.items() if status in afters),
        *([] if any(rule.name.endswith("_status_known") for rule in model._meta.constraints) else ["no constraint"]),
        *([] if any(not afters for afters in model.NEXT.values()) or model.__name__ in REOPENS else ["never over"]),
    ]


@pytest.mark.parametrize("label", FOUND)
def test_a_lifecycle_is_complete(label):
    assert gaps(FOUND[label]) == []


@pytest.mark.parametrize("label", FOUND)
def test_every_status_has_a_colour(label):
    assert set(FOUND[label].Status.values) - FAMILY_OF.keys() == set()


@pytest.mark.django_db
@pytest.mark.parametrize("label", FOUND)
def test_the_database_knows_exactly_these_statuses(label):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND conname LIKE %s",
            [FOUND[label]._meta.db_table, "%\\_status\\_known"],
        )
        (rule,) = cursor.fetchone()
    assert {status for status in FOUND[label].Status.values if f"'{status}'" in rule} == set(FOUND[label].Status.values)
    assert rule.count("::character varying") >= len(FOUND[label].Status.values)


@pytest.mark.django_db
@pytest.mark.parametrize("label", FOUND)
def test_the_database_lets_exactly_these_steps_be_taken(label):
    """The rule in the database is the one that ``NEXT`` makes, not one of an earlier day."""
    (moves,) = [rule for rule in FOUND[label]._meta.constraints if isinstance(rule, StatusMoves)]
    assert set(begins(label)) == set(moves.begins)
    assert {(before, after) for before, afters in moves.steps.items() for after in afters} == steps(label)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE %s",
            [FOUND[label]._meta.db_table, f"{moves.name}\\_%"],
        )
        known = {name: re.sub(r"::[a-z ]+(\[\])?|[()\s]", "", rule) for name, rule in cursor.fetchall()}
    assert known.keys() == {f"{moves.name}_insert", f"{moves.name}_update"}
    for before, after in itertools.permutations(FOUND[label].Status.values, 2):
        branch = re.search(
            rf"old\.status='{before}'ANDnew\.status(=ANYARRAY\[([^]]*)\]|='\w+')", known[f"{moves.name}_update"]
        )
        assert (branch is not None and f"'{after}'" in branch.group()) is ((before, after) in steps(label))


def begins(label: str) -> list[str]:
    """Where rows come to be. A car is entered on its way or in the yard; everything else begins at its beginning."""
    return {"sales.StockCar": ["ORDERED", "IN_TRANSIT", "AVAILABLE"]}.get(label) or [
        str(FOUND[label]._meta.get_field("status").default)
    ]


def test_an_incomplete_lifecycle_is_noticed():
    class Broken:
        class Status(models.TextChoices):
            OPEN = "OPEN"
            DONE = "DONE"
            LOST = "LOST"

        NEXT = {"OPEN": {"OPEN", "DONE"}, "DONE": {"GONE"}}
        _meta = type("Meta", (), {"constraints": [], "get_field": lambda _name: type("F", (), {"default": "OPEN"})})

    assert gaps(cast("type[Lifecycle]", Broken)) == [
        "LOST is not in NEXT",
        "GONE is in NEXT but no status",
        "nothing leads to LOST",
        "OPEN follows itself",
        "no constraint",
        "never over",
    ]


# --- the charts -----------------------------------------------------------------------------------------------------------
def test_the_charts_of_the_documentation_are_current():
    assert charts.path().read_text(encoding="utf-8") == charts.document(FOUND.values()), "manage.py lifecycles --write"


def test_a_chart_shows_start_steps_and_ends():
    drawn = charts.chart(FOUND["dms.Message"])
    for line in ("[*] --> PENDING", "FAILED --> PENDING", "SENT --> [*]"):
        assert f"    {line}\n" in drawn
    assert "SENT --> PENDING" not in drawn
