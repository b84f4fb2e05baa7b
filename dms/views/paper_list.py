"""A list on paper: its columns and filters as a table on turned sheets. The address of a list and its paper differ by ``pdf/``."""

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dms.core.refusals import Refusal
from dms.core.untyped import Row
from dms.formats import display, spreadsheets
from dms.views.lists import BaseListView
from dms.web.pdf import Paper

MOST = 1000
"""Rows of one paper: it is laid out in memory; a longer table is taken along as a spreadsheet."""


def in_words(column: spreadsheets.Column, row: Row) -> str:
    """The value as paper says it."""
    value = column.of(row)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return display.moment(value)
    if isinstance(value, date):
        return display.date(value)
    return display.number(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)


class OnPaper(BaseListView):
    """Mixed into a list: what it shows, filtered as it is, as a PDF."""

    def get(self, request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponse:
        """The rows of the list, all pages of it.

        :raises Refusal: when they are too many for paper.
        """
        rows = list(self.with_facts(self.get_queryset())[: MOST + 1])
        if len(rows) > MOST:
            raise Refusal(
                _("More than %(most)s rows: narrow the list, or take it along as a spreadsheet.") % {"most": MOST},
                code="too_long_for_paper",
            )
        self.prepare(rows)
        columns = self.file_columns(self.request.user, self.request.store)
        heading = str(self.words["heading"])
        context = {
            "heading": heading,
            "store": self.request.store or "",
            "heads": [column.label for column in columns],
            "lines": [[in_words(column, row) for column in columns] for row in rows],
        }
        return Paper("generic/list_pdf.html", context, heading, foot=heading, size="A4 landscape").answer()
