"""Importing past sales: one way through the file for the command and for the long job."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from dms.background import jobs
from dms.core.refusals import Refusal
from dms.formats import spreadsheets
from dms.formats.wording import listed
from dms.models import User
from dms.navigation import registry
from dms.navigation.registry import ConfigurationPage
from sales import past_sales
from sales.actions.past_sales import Figures, take_sales, tell_planner
from sales.past_sales import Fault, Sale

BATCH = 2000
"""Lines written at once: what is held in memory and lost at most, whatever the size of the file."""

registry.configuration_pages.append(
    ConfigurationPage(
        _("Import past sales"),
        _("Cars sold before: customers, cars, C cards and their care"),
        "dms:job_new",
        "dms.configure",
        "file-import",
    )
)

Opening = Callable[[], AbstractContextManager[spreadsheets.Table]]
Done = Callable[[Figures, list[Fault], int], Any]
"""Called with the figures so far, the faults of a portion and its last line, in the transaction of the portion."""

Batch = tuple[list[Sale], list[Fault], int]


def lines_of(opening: Opening) -> int:
    """How many lines there are, and whether the columns are there.

    :raises Refusal: when a column is missing.
    """
    with opening() as table:
        renamed(table)
        return sum(1 for _row in table.rows())


def renamed(table: spreadsheets.Table) -> spreadsheets.Table:
    missing = table.rename(past_sales.COLUMNS) & set(past_sales.REQUIRED)
    if missing:
        names = listed(past_sales.COLUMNS[name][0] for name in past_sales.COLUMNS if name in missing)
        raise Refusal(_now("These columns are missing: %(columns)s.") % {"columns": names}, code="columns_missing")
    return table


def batches(table: spreadsheets.Table, at: datetime, *, after: int = 0) -> Iterator[Batch]:
    """The file in portions: sales, faults, and the last line read. Lines up to ``after`` are read but not given again."""
    sales: list[Sale] = []
    faults: list[Fault] = []
    last = after
    for row in past_sales.read(renamed(table).rows(), today=timezone.localdate(at)):
        # Read all the same: an id that stood further up makes a later line wrong.
        if row.line <= after:
            continue
        last = row.line
        if isinstance(row, Sale):
            sales.append(row)
        else:
            faults.append(row)
        if len(sales) + len(faults) >= BATCH:
            yield sales, faults, last
            sales, faults = [], []
    if sales or faults:
        yield sales, faults, last


def words_of(figures: Figures, lines: int) -> dict[str, int]:
    """The figures as people read them."""
    return {
        pgettext("import", "Lines"): lines,
        pgettext("import", "Taken"): figures.taken,
        pgettext("import", "Known before"): figures.known,
        pgettext("import", "Not taken"): figures.faults,
        _now("Stores"): figures.stores,
        _now("Brands"): figures.brands,
        pgettext("import", "Series"): figures.series,
        pgettext("import", "Variants"): figures.variants,
        _now("Customers"): figures.customers,
        _now("Vehicles"): figures.vehicles,
        _now("Orders"): figures.orders,
        _now("C cards"): figures.owner_cards,
        _now("Follow-ups"): figures.follow_ups,
    }


def run_through(
    opening: Opening,
    *,
    by: User | None,
    at: datetime,
    dry: bool,
    after: int,
    figures: Figures,
    done: Done,
) -> Figures:
    """Take the file portion by portion, each in one transaction together with ``done``; a dry run is one, undone at the end."""
    with opening() as table:
        if dry:
            with transaction.atomic():
                figures = _portions(table, by, at, after, figures, done)
                # Tried for real and undone: only the tables know all that can be wrong with a line.
                transaction.set_rollback(True)
            return figures
        return _portions(table, by, at, after, figures, done)


def _portions(
    table: spreadsheets.Table, by: User | None, at: datetime, after: int, figures: Figures, done: Done
) -> Figures:
    for sales, faults, last in batches(table, at, after=after):
        # Rows and checkpoint together: a worker killed between portions neither loses nor doubles one.
        with transaction.atomic():
            figures += take_sales(sales, by=by, at=at) + Figures(faults=len(faults))
            done(figures, faults, last)
    tell_planner()
    return figures


class SalesForm(forms.Form):
    """Try it first, or take it."""

    dry = forms.BooleanField(label=_("Only try: write nothing"), required=False)


@jobs.kind(
    "import_car_sales",
    _("Import past sales"),
    "dms.configure",
    params_form=SalesForm,
    accepts_file=True,
    hint=_("Cars sold before: customers, cars, delivered orders, C cards, and their care from today on."),
)
def import_car_sales(run: jobs.Run) -> None:
    """As the command, with progress. A killed worker's successor goes on after the last portion that was kept."""
    dry, total = bool(run.params.get("dry")), lines_of(run.table)
    at = datetime.fromisoformat(run.state["at"]) if "at" in run.state else timezone.now()
    begun = Figures(**run.state.get("figures", {}))
    run.advance(run.job.done, total)

    def done(figures: Figures, faults: list[Fault], last: int) -> None:
        for fault in faults:
            run.problem(fault.line, fault.column, fault.value, fault.reason)
        if not dry:  # what a dry run writes is undone, its progress too
            run.checkpoint({"line": last, "figures": figures.as_dict(), "at": at.isoformat()})
            run.advance(last - 1, total)

    figures = run_through(
        run.table, by=run.by, at=at, dry=dry, after=run.state.get("line", 0), figures=begun, done=done
    )
    run.finish(words_of(figures, total))
