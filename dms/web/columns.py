"""The columns of a list, each said once: from it come the head, the sort, the cells, what stays on a phone, and the export.

    columns = (
        Column(_("Order"), "number", link="sales:order", phone=True),
        Column(_("Customer"), "customer", phone=True),
        Column(_("Amount (CNY)"), "total", "money", sort="price"),
        Column(_("Status"), "status", "status", phone=True),
    )

A list page shows hundreds of cells: they are put together here and not in a template, a function each.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import Any, Literal

from django.db.models import Model
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from dms.core.untyped import Row
from dms.formats import display, spreadsheets
from dms.models import Store, User
from dms.web.addresses import url
from dms.web.http import AuthenticatedHttpRequest
from dms.web.list_heads import sort_th
from dms.web.markup import NOTHING, badge, choice, dash, filled, money, number

Kind = Literal["text", "choice", "status", "integer", "number", "money", "date", "day", "moment", "age"]
Cell = Callable[[Any, AuthenticatedHttpRequest], object]
Shown = Callable[[User, Store | None], bool]

FIGURES = {"integer", "number", "money"}
SHOWN: dict[str, Callable[[Any], object]] = {
    "text": dash,
    "integer": number,
    "number": display.quantity,
    "money": money,
    "date": display.date,
    "day": display.day,
    "moment": display.moment,
    "age": display.age,
}
IN_FILES: dict[str, str] = {"choice": "text", "status": "text", "day": "date", "age": "moment"}
"""As what a kind is written in a spreadsheet, where it is not of the same name there."""

LINK = '<a href="%s">%s</a>'
ONE_LINE = {"date", "day", "moment", "age"}


@dataclass(frozen=True)
class Column(spreadsheets.Column):
    """One thing a list says of each row.

    :param value: an attribute path (``store.name``) or a function of the row: what a spreadsheet holds, and what the page
        shows as its kind says.
    :param cell: ``cell(row, request)``, where the page shows more than the value.
    :param link: the URL name of the page behind the cell, which gets the key of the row.
    :param sort: the name by which the list is ordered; with it the head is a button.
    :param phone: it stays on a phone; a handful of columns has room there.
    :param look: classes of its cells.
    :param only: it stands on the page or in the file alone.
    :param shown: whether this person sees it in the store chosen, where not everybody does: on the page as in the file.
    :param mute: its head is only read aloud: of a column of buttons.
    """

    kind: Kind = "text"
    _: KW_ONLY
    cell: Cell | None = None
    link: str = ""
    sort: str = ""
    phone: bool = False
    look: str = ""
    only: Literal["", "page", "file"] = ""
    shown: Shown | None = None
    mute: bool = False

    @cached_property
    def align(self) -> str:
        return "text-end" if self.kind in FIGURES else ""

    @cached_property
    def head_classes(self) -> str:
        return " ".join(filter(None, (self.align, "" if self.phone else "wide-only")))

    @cached_property
    def classes(self) -> str:
        one_line = "text-nowrap" if self.kind in ONE_LINE else ""
        return " ".join(filter(None, (self.align, one_line, self.look, "" if self.phone else "wide-only")))

    @cached_property
    def opening(self) -> str:
        return f'<td class="{escape(self.classes)}">' if self.classes else "<td>"

    def shows(self, row: Row, request: AuthenticatedHttpRequest) -> object:
        """What stands in the cell of a page."""
        if self.cell is not None:
            return self.cell(row, request)
        shown = self._in_words(row)
        return filled(LINK, url(self.link, row.pk), shown) if self.link else shown

    def _in_words(self, row: Row) -> object:
        if self.kind in {"choice", "status"} and isinstance(self.value, str):
            owner, name = self._owner(row)
            if owner is None:
                return NOTHING
            return badge(owner) if self.kind == "status" else choice(owner, name)
        value = self.of(row)
        return dash(value) if value is None else SHOWN[self.kind](value)

    def _owner(self, row: Row) -> tuple[Any, str]:
        assert isinstance(self.value, str)
        *path, name = self.value.split(".")
        for step in path:
            row = getattr(row, step, None)
        return row, name

    def for_file(self) -> spreadsheets.Column:
        """The same as a column of a spreadsheet."""
        kind = IN_FILES.get(self.kind, self.kind)
        if self.kind in {"choice", "status"} and isinstance(self.value, str):
            return spreadsheets.Column(self.label, self._words_of, kind, self.width)
        return spreadsheets.Column(self.label, self.value, kind, self.width)

    def _words_of(self, row: object) -> str:
        owner, name = self._owner(row)
        return "" if owner is None else str(getattr(owner, f"get_{name}_display")())


def unmarked(_row: object) -> str:
    return ""


@dataclass(frozen=True)
class Table:
    """The rows of one page of a list under the columns that this person sees."""

    columns: Sequence[Column]
    rows: Iterable[Model]
    request: AuthenticatedHttpRequest
    row_class: Callable[[Any], str] = unmarked

    @property
    def on_a_phone(self) -> int:
        """How many of the columns stay there."""
        return sum(column.phone for column in self.columns)

    def body(self) -> Markup:
        """All rows. Put together of plain strings: ``Markup`` asks each of its parts again whether it is safe."""
        cells = [(column.opening, column.shows) for column in self.columns]
        request, row_class = self.request, self.row_class
        parts: list[str] = []
        for row in self.rows:
            marked = row_class(row)
            parts.append(f'<tr class="{escape(marked)}" data-row>' if marked else "<tr data-row>")
            for opening, shows in cells:
                shown = shows(row, request)
                parts += (opening, shown if shown.__class__ is Markup else escape(shown), "</td>")
            parts.append("</tr>\n")
        return Markup("".join(parts))  # noqa: S704 # every part of it is escaped above


def for_page(columns: Iterable[Column], user: User, store: Store | None) -> list[Column]:
    """The columns that this person sees on the page."""
    return [
        column for column in columns if column.only != "file" and (column.shown is None or column.shown(user, store))
    ]


def for_file(columns: Iterable[Column], user: User, store: Store | None) -> list[spreadsheets.Column]:
    """The columns that this person takes along in a spreadsheet."""
    return [
        column.for_file()
        for column in columns
        if column.only != "page" and (column.shown is None or column.shown(user, store))
    ]


def in_all_stores(_user: User, store: Store | None) -> bool:
    """``shown`` of the column that says the store: where one is chosen every row would say the same."""
    return store is None


@pass_context
def column_heads(context: Context, table: Table) -> Markup:
    """The heads of a table; one with ``sort`` is pressed to order by it."""
    return Markup("\n").join(
        sort_th(context, column.sort, str(column.label), column.head_classes) if column.sort else _head(column)
        for column in table.columns
    )


def _head(column: Column) -> Markup:
    marked = Markup(' class="%s"') % column.head_classes if column.head_classes else ""
    label = Markup('<span class="visually-hidden">%s</span>') % column.label if column.mute else column.label
    return Markup('<th scope="col"%s>%s</th>') % (marked, label)
