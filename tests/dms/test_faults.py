"""What a fault of the machines costs people, and what it gives away: as little as can be."""

import io
import json
import logging
import zipfile

import openpyxl
import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.test import Client

from dms.background import outbox
from dms.checks import channels_reach_somebody
from dms.core.logs import JsonFormatter
from dms.formats import spreadsheets
from dms.models import Message
from dms.web import unavailable
from tests.conftest import refuses
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


# --- the database is away -----------------------------------------------------------------------------------------------
def lost(*_statement: object) -> None:
    raise OperationalError("could not connect to server: Connection refused")


def closed(*_statement: object) -> None:
    raise InterfaceError("connection already closed")


@pytest.fixture
def desk(cast, signed_in) -> Client:
    desk = signed_in(cast.adviser)
    desk.raise_request_exception = False
    return desk


@pytest.mark.parametrize("fault", [lost, closed])
@pytest.mark.parametrize("path", ["/", "/crm/customers/", "/sign-in/"])
def test_a_page_says_that_it_is_for_a_moment_and_when_to_come_back(desk, path, fault):
    with connection.execute_wrapper(fault):
        page = Client(raise_request_exception=False).get(path) if path == "/sign-in/" else desk.get(path)
    if path == "/sign-in/" and page.status_code == 200:
        pytest.skip("it asks no row")
    assert (page.status_code, page["Retry-After"]) == (503, "10")
    assert "暂时" in page.text
    assert "Permissions-Policy" in page


@pytest.mark.parametrize("path", ["/api/v1/crm/customers/", "/api/v1/dms/me/"])
def test_a_program_is_told_in_json(desk, path):
    with connection.execute_wrapper(lost):
        answer = desk.get(path)
    assert (answer.status_code, answer["Retry-After"], answer["Content-Type"]) == (503, "10", "application/json")
    assert answer.json()["code"] == "unavailable"


def test_a_part_of_a_page_is_answered_without_a_page_round_it(desk):
    with connection.execute_wrapper(lost):
        answer = desk.get("/crm/customers/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (503, b"")


@pytest.mark.parametrize(
    ("code", "away"),
    [
        (None, True),
        ("57P01", True),
        ("57P03", True),
        ("53300", True),
        ("08006", True),
        ("25006", True),
        ("40P01", False),
        ("57014", False),
        ("55P03", False),
        ("23505", False),
    ],
)
def test_a_deadlock_or_a_broken_rule_is_no_lost_database(code, away):
    error = OperationalError("x")
    error.__cause__ = type("Cause", (Exception,), {"pgcode": code})()
    assert unavailable.is_away(error) is away
    assert not unavailable.is_away(ValueError())
    assert not unavailable.is_away(DatabaseError())


def test_any_other_fault_stays_a_fault_of_ours(desk, monkeypatch):
    monkeypatch.setattr("dms.views.home.render", lambda *_page: 1 / 0)
    assert desk.get("/").status_code == 500


# --- what stays behind --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/", "/crm/customers/", "/profile/", "/api/v1/crm/customers/", "/nowhere/"])
def test_no_answer_stays_on_the_machine(desk, path):
    answer = desk.get(path)
    assert "no-store" in answer["Cache-Control"]
    assert "geolocation=()" in answer["Permissions-Policy"]


# --- logs ---------------------------------------------------------------------------------------------------------------
def test_a_row_that_was_refused_is_not_in_the_log(cast, caplog):
    customer = CustomerFactory.create(name="半夏", phone="13900001111")
    formatter = JsonFormatter()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE crm_customer SET kind = NULL WHERE id = %s", [customer.pk])
    except DatabaseError:
        logging.getLogger("dms.test").exception("refused: %s", "x")
    line = formatter.format(caplog.records[-1])
    assert "Failing row" not in line
    assert "半夏" not in json.loads(line)["exception"]
    assert "DETAIL:  (not logged)" in json.loads(line)["exception"]


# --- channels -----------------------------------------------------------------------------------------------------------
def test_without_a_provider_nothing_says_that_it_was_sent(cast, settings):
    settings.OUTBOX_CHANNELS = {**settings.OUTBOX_CHANNELS, "sms": "dms.background.channels.NoChannel"}
    message = outbox.post(channel="sms", recipient="13900001111", title="t", body="b", key="k", by=cast.adviser)
    assert outbox.deliver_due("worker") == 0
    message.refresh_from_db()
    assert (message.status, message.sent_at) == (Message.Status.FAILED, None)
    assert "未发送" in message.error
    (told,) = channels_reach_somebody()
    assert (told.id, "'sms'" in str(told)) == ("dms.W008", True)


# --- files --------------------------------------------------------------------------------------------------------------
def sheet_with(row: str) -> io.BytesIO:
    """A workbook whose sheet is this XML."""
    made, changed = io.BytesIO(), io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["name"])
    book.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(changed, "w") as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", row.encode() + b"</sheetData>")
            new.writestr(item, content)
    return changed


@pytest.mark.parametrize(
    "row",
    [
        '<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>',
        '<row r="2"><c r="ZZZ2"><v>1</v></c></row>',
    ],
)
def test_a_line_or_column_that_calls_itself_far_away_ends_the_reading(row):
    with refuses("unreadable_table"), spreadsheets.reading(sheet_with(row), "a.xlsx") as table:
        list(table.rows())


def test_a_file_of_too_many_lines_is_refused(monkeypatch):
    monkeypatch.setattr(spreadsheets, "LINES", 10)
    with refuses("unreadable_table"), spreadsheets.reading(io.BytesIO(b"name\n" + b"a\n" * 10), "a.csv") as table:
        list(table.rows())
