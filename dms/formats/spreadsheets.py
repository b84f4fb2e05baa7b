"""Tables in files: the one place where xlsx and CSV are read and written.

Reading is forgiving about form (encodings, separators, headings in either language, spaces, full-width digits) and strict
about content: what cannot be understood is a :class:`Bad` with the reason, for the error report. Writing streams.
"""

import csv
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO, Any

import openpyxl
import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dms.core.refusals import Refusal

SHEET_ROWS = 1_000_000
"""Rows on one sheet; a longer table goes on on the next (Excel ends at 1,048,576)."""


LINES = 300_000
COLUMNS = 1_000
"""A file to be read has no more: a line that calls itself the two thousand millionth keeps nobody busy until it is reached."""


class Unreadable(Refusal):
    """The file is no table we can read."""

    code = "unreadable_table"


class Bad(ValueError):  # noqa: N818 - a value, not a fault of the program
    """A cell that cannot be understood; the text is the reason for the error report."""


# --- reading ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Row:
    """One line of a file: its number as the spreadsheet shows it, and its cells by heading."""

    line: int
    cells: Mapping[str, object]

    def text(self, heading: str) -> str:
        return text(self.cells.get(heading))


@dataclass
class Table:
    """An open file: the headings of its first filled line, and the rows below, read as they are asked for."""

    headings: list[str]
    lines: Iterator[tuple[int, Sequence[object]]] = field(repr=False)

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        """The filled rows, those up to line ``after`` skipped: how an import goes on at its checkpoint."""
        for number, cells in self.lines:
            if number > after and any(cell not in (None, "") for cell in cells):
                yield Row(number, dict(zip(self.headings, cells, strict=False)))

    def rename(self, known: Mapping[str, Iterable[str]]) -> set[str]:
        """Give columns the program's names by their possible headings; returns the names that were not found."""
        names = {_key(alias): name for name, aliases in known.items() for alias in (name, *aliases)}
        self.headings = [names.get(_key(heading), heading) for heading in self.headings]
        return set(known) - set(self.headings)


def _key(heading: object) -> str:
    return re.sub(r"[\s_*:()\-]+", "", unicodedata.normalize("NFKC", str(heading))).casefold()


@contextmanager
def reading(file: IO[bytes], name: str) -> Iterator[Table]:
    """Open the first sheet of an xlsx, or a CSV in UTF-8 or GB18030, by its name.

    :raises Unreadable: when it is damaged or has no headings.
    """
    file.seek(0)
    if name.lower().endswith(".xlsx"):
        with _workbook(file) as lines:
            yield _table(_within_limits(lines))
    else:
        yield _table(_within_limits(_csv_lines(file.read())))


def _within_limits(lines: Iterator[tuple[int, Sequence[object]]]) -> Iterator[tuple[int, Sequence[object]]]:
    for number, cells in lines:
        if number > LINES:
            raise Unreadable(_("The file has more than %(lines)s lines. Divide it.") % {"lines": f"{LINES:,}"})
        if len(cells) > COLUMNS:
            raise Unreadable(
                _("Line %(line)s has more than %(columns)s columns.") % {"line": number, "columns": COLUMNS}
            )
        yield number, cells


def _table(lines: Iterator[tuple[int, Sequence[object]]]) -> Table:
    for _number, cells in lines:
        if any(cell not in (None, "") for cell in cells):
            return Table([text(cell) for cell in cells], lines)
    raise Unreadable(_("The file is empty: the first line must have the headings."))


@contextmanager
def _workbook(file: IO[bytes]) -> Iterator[Iterator[tuple[int, Sequence[object]]]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions it drops: we read values only
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, TypeError, SyntaxError) as error:
        raise Unreadable(_("The spreadsheet is damaged and cannot be read.")) from error
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # programs write wrong ones
        yield enumerate(sheet.iter_rows(values_only=True), 1)
    finally:
        book.close()


def _csv_lines(content: bytes) -> Iterator[tuple[int, Sequence[object]]]:
    decoded = decode(content)
    first = decoded.lstrip().split("\n", 1)[0]
    # By the headings alone: further down commas stand in addresses too.
    separator = max("\t;,", key=first.count)
    reader = csv.reader(io.StringIO(decoded, newline=""), delimiter=separator)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise Unreadable(_("Line %(line)s cannot be read.") % {"line": reader.line_num}) from error


def decode(content: bytes) -> str:
    """The text of a CSV: UTF-8 (with or without mark), UTF-16 with mark, else GB18030, which every Chinese Excel writes.

    :raises Unreadable: when it is none of these.
    """
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("The encoding of the file is not known. Save it as UTF-8 or as xlsx."))


# --- cells --------------------------------------------------------------------------------------------------------------
NARROW = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
NARROW |= {0x3000: 0x20, 0xA0: 0x20}


def text(value: object) -> str:
    """The cell as text: whole numbers without .0, dates as 2026-11-21, full-width letters and digits narrowed.

    Full-width brackets and other signs stay: they belong to the names of companies.
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        value = value.date()
    return str(value).translate(NARROW).strip()


def mended(value: object) -> str:
    """The cell as text, and what was once read as Latin-1 by mistake (an A with circumflex before a blank) read as UTF-8."""
    raw = "" if value is None else str(value)
    try:
        return text(raw.encode("latin-1").decode("utf-8"))
    except UnicodeError:
        return text(raw)


def decimal(value: object) -> Decimal | None:
    """A number, also with thousands separators or a currency sign; empty is None.

    :raises Bad: when it is no number.
    """
    raw = unicodedata.normalize("NFKC", text(value))
    if not raw:
        return None
    try:
        number = Decimal(re.sub(r"[,\s¥]|CNY|RMB", "", raw.replace("−", "-")))
    except InvalidOperation as error:
        raise Bad(_("is not a number")) from error
    if not number.is_finite():
        raise Bad(_("is not a number"))
    return number


def integer(value: object) -> int | None:
    """:raises Bad: when it is no whole number."""
    number = decimal(value)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise Bad(_("is not a whole number"))
    return int(number)


DAY = re.compile(r"^(\d{4})\s*[-/.\u5e74]\s*(\d{1,2})\s*[-/.\u6708]\s*(\d{1,2})\s*\u65e5?(?:[ T].*)?$")
PACKED_DAY = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
# A day early: Excel counts a 29 February 1900, which never was.
EXCEL_ZERO = date(1899, 12, 30)
EXCEL_DAYS = range(10_000, 80_000)
"""Day numbers of Excel that can be meant as dates: 1927 to 2119."""


def day(value: object) -> date | None:
    """A date as people write it (2026-11-21, 2026/11/21, 20261121, with the Chinese signs) or as Excel counts it.

    :raises Bad: when it is no date.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    raw = text(value)
    if not raw:
        return None
    match = DAY.match(raw) or PACKED_DAY.match(raw)
    try:
        if match:
            return date(int(match[1]), int(match[2]), int(match[3]))
        if raw.isascii() and raw.isdigit() and int(raw) in EXCEL_DAYS:
            return EXCEL_ZERO + timedelta(days=int(raw))
    except ValueError as error:
        raise Bad(_("is not a date of the calendar")) from error
    raise Bad(_("is not a date (write 2026-11-21)"))


AMERICAN_DAY = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})$")


def american_day(value: object) -> date | None:
    """A date with the month first (9/21/2023), or any that :func:`day` reads.

    :raises Bad: when it is no date.
    """
    match = AMERICAN_DAY.match(text(value))
    if match is None:
        return day(value)
    try:
        return date(int(match[3]), int(match[1]), int(match[2]))
    except ValueError as error:
        raise Bad(_("is not a date of the calendar")) from error


# --- writing ------------------------------------------------------------------------------------------------------------
FORMATS: Mapping[str, Mapping[str, str]] = {
    "text": {},
    "integer": {"num_format": "#,##0"},
    "money": {"num_format": "#,##0.00"},
    "number": {"num_format": "#,##0.0#"},
    "date": {"num_format": "yyyy-mm-dd"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm:ss"},
}
WIDTHS: Mapping[str, int] = {"text": 18, "integer": 10, "money": 14, "number": 10, "date": 12, "moment": 19}


Cell = str | int | float | Decimal | date
"""What a cell of a written table holds."""


@dataclass(frozen=True)
class Column:
    """One column of a written table. ``value`` is an attribute path (``store.name``) or a function of the row."""

    label: StrOrPromise
    value: "str | Callable[[Any], object]"
    kind: str = "text"
    width: int = 0

    def of(self, row: object) -> object:
        if callable(self.value):
            return self.value(row)
        for name in self.value.split("."):
            row = getattr(row, name, None)
            row = row() if callable(row) else row
        return row


def plain(value: object) -> Cell:
    """The value as a spreadsheet holds it: local time without zone, numbers as numbers, everything else as text."""
    if isinstance(value, datetime):
        return timezone.make_naive(value) if timezone.is_aware(value) else value
    if isinstance(value, (int, float, Decimal, date)) and not isinstance(value, bool):
        return value
    if isinstance(value, bool):
        return _("yes") if value else ""
    return "" if value is None else str(value)


def write_xlsx(path: Path, columns: Sequence[Column], rows: Iterable[object], *, title: str = "") -> int:
    """Write the rows one by one, in constant memory; returns how many. Text is never taken for a formula."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    with xlsxwriter.Workbook(str(path), options) as book:
        styles = {kind: book.add_format({"valign": "top", **style}) for kind, style in FORMATS.items()}
        head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF1F4"})
        sheet, line, count = _sheet(book, columns, title, head), 0, 0
        for row in rows:
            if line >= SHEET_ROWS:
                sheet, line = _sheet(book, columns, "", head), 0
            line, count = line + 1, count + 1
            for place, column in enumerate(columns):
                _write(sheet, line, place, plain(column.of(row)), styles[column.kind])
    return count


def _sheet(book: xlsxwriter.Workbook, columns: Sequence[Column], title: str, head: Format) -> Worksheet:
    # Excel's own law for the name of a sheet: none of these signs, and 31 of others.
    sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or None)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width or WIDTHS[column.kind])
        sheet.write_string(0, place, str(column.label), head)
    return sheet


def _write(sheet: Worksheet, line: int, place: int, value: Cell, style: Format) -> None:
    if value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(line, place, value, style)
    elif isinstance(value, str):
        # Excel has room for 32,767 characters in a cell.
        sheet.write_string(line, place, value[:32_000], style)
    else:
        sheet.write_number(line, place, value, style)


def write_csv(path: Path, columns: Sequence[Column], rows: Iterable[object]) -> int:
    """Write UTF-8 with mark (so that Excel reads it right); text that a spreadsheet would take for a formula is quoted."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([str(column.label) for column in columns])
        for row in rows:
            writer.writerow([_harmless(plain(column.of(row))) for column in columns])
            count += 1
    return count


def _harmless(value: Cell) -> Cell:
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") and value != "" else value
