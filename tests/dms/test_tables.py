"""Tables: read forgivingly, written so that nothing in them becomes a formula."""
# ruff: noqa: DTZ001 # a spreadsheet knows no time zone

import io
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dms.formats import spreadsheets
from dms.formats.spreadsheets import Bad, Column, Unreadable


def read(content: bytes, name: str = "a.csv", after: int = 0) -> tuple[list[str], list[tuple[int, dict]]]:
    with spreadsheets.reading(io.BytesIO(content), name) as table:
        return table.headings, [(row.line, dict(row.cells)) for row in table.rows(after=after)]


def book(*rows: list[object]) -> bytes:
    out = io.BytesIO()
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_is_read_in_every_usual_dress(encoding, separator):
    content = f"编号{separator}名称\r\n01{separator}机油\r\n".encode(encoding)
    assert read(content) == (["编号", "名称"], [(2, {"编号": "01", "名称": "机油"})])


def test_line_numbers_are_those_of_the_spreadsheet():
    content = '编号,备注\n1,"two\nlines"\n\n2,\n'.encode()
    assert [line for line, _cells in read(content)[1]] == [3, 5]
    assert [line for line, _cells in read(book(["编号"], [1], [None], [2]), "a.xlsx")[1]] == [2, 4]


def test_an_import_goes_on_after_its_checkpoint():
    assert [line for line, _cells in read(b"n\n1\n2\n3\n", after=3)[1]] == [4]


def test_a_workbook_keeps_dates_and_numbers():
    _headings, rows = read(book(["a", "b"], [datetime(2026, 11, 21), 1.5]), "a.xlsx")
    assert rows == [(2, {"a": datetime(2026, 11, 21), "b": 1.5})]


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "a.csv"), (b"\n\n", "a.csv"), (b"PK", "a.xlsx"), (book([]), "a.xlsx"), (b"\xff\xff\xff", "a.csv")],
)
def test_what_is_no_table_is_refused_with_a_sentence(content, name):
    with pytest.raises(Unreadable) as refused:
        read(content, name)
    assert str(refused.value.sentence)


def test_columns_are_known_by_either_language_and_the_missing_are_named():
    with spreadsheets.reading(io.BytesIO("零件 编号*,Name,extra\nA,B,C\n".encode()), "a.csv") as table:
        missing = table.rename({"number": ["零件编号"], "name": ["名称"], "price": ["价格"]})
        (row,) = table.rows()
    assert missing == {"price"}
    assert (row.text("number"), row.text("name"), row.text("extra")) == ("A", "B", "C")


def test_names_keep_their_own_signs():
    assert spreadsheets.text(" 和顺（成都）汽车　有限公司Ａ１ ") == "和顺（成都）汽车 有限公司A1"


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("2026-11-21", date(2026, 11, 21)),
        ("2026/1/5", date(2026, 1, 5)),
        ("2026.01.05", date(2026, 1, 5)),
        ("2026年11月21日", date(2026, 11, 21)),
        ("20261121", date(2026, 11, 21)),
        ("2026-11-21 10:30", date(2026, 11, 21)),
        (46347, date(2026, 11, 21)),
        (datetime(2026, 11, 21, 9), date(2026, 11, 21)),
        ("", None),
        (None, None),
    ],
)
def test_dates_are_understood_as_people_write_them(raw, day):
    assert spreadsheets.day(raw) == day


@pytest.mark.parametrize(
    ("raw", "number"),
    [("1,650.00", "1650.00"), ("￥12.5", "12.5"), ("¥ 3", "3"), ("−4", "-4"), (7.0, "7"), ("１２", "12")],
)
def test_numbers_are_understood_as_people_write_them(raw, number):
    assert spreadsheets.decimal(raw) == Decimal(number)


@pytest.mark.parametrize(
    ("understand", "raw"),
    [
        (spreadsheets.day, "2026-02-30"),
        (spreadsheets.day, "tomorrow"),
        (spreadsheets.day, "5"),
        (spreadsheets.decimal, "abc"),
        (spreadsheets.decimal, "NaN"),
        (spreadsheets.decimal, "Infinity"),
        (spreadsheets.integer, "1.5"),
    ],
)
def test_what_cannot_be_understood_gives_a_reason(understand, raw):
    with pytest.raises(Bad) as bad:
        understand(raw)
    assert str(bad.value)


@given(st.one_of(st.text(max_size=20), st.floats(), st.integers(), st.datetimes(), st.none()))
def test_a_cell_is_understood_or_gives_a_reason_but_never_breaks_the_import(cell):
    for understand in (spreadsheets.day, spreadsheets.decimal, spreadsheets.integer):
        with suppress(Bad):
            understand(cell)


COLUMNS = [
    Column("名称", "name"),
    Column("金额", "price", "money"),
    Column("时间", "at", "moment"),
    Column("店", "store.name"),
    Column("长", lambda row: len(row.name), "integer"),
]
ROW = SimpleNamespace(
    name="=1+1",
    price=Decimal("1650.50"),
    at=datetime(2026, 11, 21, 2, tzinfo=UTC),
    store=SimpleNamespace(name="锦江店"),
)


def test_a_written_workbook_reads_back_and_runs_no_formula(tmp_path):
    path = tmp_path / "a.xlsx"
    assert spreadsheets.write_xlsx(path, COLUMNS, [ROW], title="配件/[2026]") == 1
    sheet = openpyxl.load_workbook(path).active
    assert [cell.value for cell in sheet[2]] == ["=1+1", 1650.5, datetime(2026, 11, 21, 10), "锦江店", 4]
    assert sheet["A2"].data_type == "s"
    assert sheet.title == "配件  2026"


def test_a_written_csv_opens_in_excel_and_runs_no_formula(tmp_path):
    path = tmp_path / "a.csv"
    spreadsheets.write_csv(path, COLUMNS, [ROW])
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines()[1] == "'=1+1,1650.50,2026-11-21 10:00:00,锦江店,4"


def test_a_long_table_goes_on_on_the_next_sheet(tmp_path, monkeypatch):
    monkeypatch.setattr(spreadsheets, "SHEET_ROWS", 10)
    path = tmp_path / "a.xlsx"
    assert spreadsheets.write_xlsx(path, [Column("n", "n", "integer")], (SimpleNamespace(n=n) for n in range(25))) == 25
    found = openpyxl.load_workbook(path)
    assert [sheet.max_row for sheet in found] == [11, 11, 6]
    assert found.worksheets[2]["A6"].value == 24
