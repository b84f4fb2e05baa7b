"""Lists as spreadsheets: what the export button of a list page does. A list is registered once, with its columns."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.urls import get_resolver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from dms.background import jobs
from dms.core import replica
from dms.core.refusals import NotYours, Refusal
from dms.core.untyped import Facts
from dms.formats import spreadsheets
from dms.formats.days import end_of, start_of
from dms.models import Event, Job

if TYPE_CHECKING:
    from dms.models import Store, User

PROGRESS_EVERY = 500


@dataclass(frozen=True)
class Listing:
    """An exportable list. ``rows(user, store)`` starts from ``visible_to``; ``filterset`` is the one of the page and the API."""

    key: str
    label: StrOrPromise
    right: str
    rows: "Callable[[User, Store | None], QuerySet[Model]]"
    columns: "Callable[[User, Store | None], Sequence[spreadsheets.Column]]"
    filterset: "Callable[..., Any] | None" = None
    prepare: "Callable[[list[Any]], None] | None" = None
    """What a page does with its rows before it shows them: here with each bundle of them."""

    def narrowed(self, user: "User", store: "Store | None", query: str) -> "QuerySet[Model]":
        """The rows that the page showed under this query string."""
        rows = self.rows(user, store)
        if self.filterset is None:  # nothing asked is narrowed too: a page may show less at first
            return rows
        asker = SimpleNamespace(user=user)  # a filter offers the stores and people of who asks
        narrowed: QuerySet[Model] = self.filterset(QueryDict(query), queryset=rows, request=asker).qs
        return narrowed


LISTINGS: dict[str, Listing] = {}


def add(listing: Listing) -> None:
    """Make a list exportable under its key."""
    LISTINGS[listing.key] = listing


def request(key: str, *, by: "User", store: "Store | None" = None, query: str = "") -> Job:
    """Ask for a list as a spreadsheet, narrowed as the page was (``request.GET.urlencode()``).

    :raises Refusal: when there is no such list or the person may not see it.
    """
    _allowed(key, by)
    return jobs.request("export_table", by=by, store=store, params={"list": key, "query": query})


def _allowed(key: str, user: "User") -> Listing:
    get_resolver().url_patterns  # noqa: B018 # lists stand with their pages, which a worker has not read yet
    listing = LISTINGS.get(key)
    if listing is None:
        raise Refusal(_("There is no such list."), code="unknown_list")
    if not user.has_perm(listing.right):
        raise NotYours(_("You may not see this list."))
    return listing


def write(
    run: jobs.Run,
    rows: "QuerySet[Model]",
    columns: Sequence[spreadsheets.Column],
    title: str,
    name: str,
    prepare: "Callable[[list[Any]], None] | None" = None,
) -> None:
    """Stream the rows into the job's download, showing progress."""
    total = rows.count()
    run.advance(0, total)

    def passing() -> "Iterator[Model]":
        each, number = rows.iterator(chunk_size=2000), 0
        while bundle := list(islice(each, PROGRESS_EVERY)):
            if prepare is not None:
                prepare(bundle)
            yield from bundle
            number += len(bundle)
            run.advance(min(number, total))

    path = run.path("table.xlsx")
    count = spreadsheets.write_xlsx(path, columns, passing(), title=title)
    run.finish({"rows": count}, path, name)


class TableForm(forms.Form):
    """Which list, narrowed how."""

    list = forms.ChoiceField(label=_("List"), choices=lambda: [(key, item.label) for key, item in LISTINGS.items()])
    query = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)


@jobs.kind(
    "export_table", _("Export a list"), "dms.jobs", params_form=TableForm, hint=_("A list page as a spreadsheet.")
)
def export_table(run: jobs.Run) -> None:
    listing = _allowed(run.params["list"], run.by)
    rows = listing.narrowed(run.by, run.store, run.params["query"])
    title = str(listing.label)
    columns = listing.columns(run.by, run.store)
    name = f"{title}-{timezone.localdate():%Y%m%d}.xlsx"
    replica.read_when_level(partial(write, run, rows, columns, title, name, listing.prepare))


EVENT_COLUMNS = (
    spreadsheets.Column(_("time"), "at", "moment"),
    spreadsheets.Column(_("event"), "words", width=24),
    spreadsheets.Column(_("subject"), "subject_label", width=30),
    spreadsheets.Column(_("by"), "by"),
    spreadsheets.Column(_("store"), "store"),
    spreadsheets.Column(
        _("details"), lambda event: "; ".join(f"{key}: {value}" for key, value in event.data.items()), width=60
    ),
)


class PeriodForm(forms.Form):
    """From one day to another, both counted."""

    first = forms.DateField(
        label=pgettext_lazy("period", "From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=pgettext_lazy("period", "Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> Facts:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day must not be before the first day."))
        return cleaned


@jobs.kind(
    "export_events",
    _("Export the log of events"),
    "dms.events",
    params_form=PeriodForm,
    hint=_("What happened in a period, as a spreadsheet."),
)
def export_events(run: jobs.Run) -> None:
    first, last = run.params["first"], run.params["last"]
    events = Event.objects.visible_to(run.by).of_store(run.store)
    rows = (
        events.filter(at__gte=start_of(first), at__lt=end_of(last)).select_related("by", "store").order_by("at", "pk")
    )
    name = f"events-{first:%Y%m%d}-{last:%Y%m%d}.xlsx"
    replica.read_when_level(partial(write, run, rows, EVENT_COLUMNS, str(_("Events")), name))
