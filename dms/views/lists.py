"""What every list page has in common: visible rows of the chosen store, columns, search, filters, sort, pages, export."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.core.paginator import Page, Paginator
from django.forms import NullBooleanField, Select
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.generic import ListView
from django_filters import FilterSet
from django_stubs_ext import StrOrPromise

from dms.background import exports
from dms.core.reads import ReadRows
from dms.core.scope import scoped_rows
from dms.core.untyped import AnyRows, Facts, Option, Row, Rows
from dms.formats import spreadsheets
from dms.models import Store, User
from dms.records.open_work import OpenWork
from dms.views import handing_over
from dms.web import columns as table_columns
from dms.web import segments as quick
from dms.web.columns import Column, Table
from dms.web.http import AuthenticatedHttpRequest
from dms.web.paging import LongPaginator
from dms.web.rights import RequiresRight
from dms.web.segments import Segment

WORDS = ("heading", "search_hint", "empty_title", "empty_text", "new_url", "new_label", "paper_url")
"""What generic/list.html says, or leaves out where a list has no words for it."""


class BaseListView(RequiresRight, ListView[Any]):
    """A list page: it says its model, right, FilterSet, columns and words; the rest is here.

    With an ``export_key`` it can be taken along as a spreadsheet, with the columns and the filters of the page.
    """

    request: AuthenticatedHttpRequest
    template_name = "generic/list.html"
    columns: ClassVar[Sequence[Column]] = ()
    row_template = ""
    """The fragment of a row, of a list that is no plain table."""
    paginate_by = 50
    paginator_class = LongPaginator
    filterset_class: type[FilterSet]
    related: ClassVar[tuple[str, ...]] = ()
    prefetched: ClassVar[tuple[str, ...]] = ()
    opens_on: ClassVar[Sequence[Segment]] = ()
    """The quick choices; the list opens on the first, later on the one chosen last. Without them it shows all."""
    words: ClassVar[Mapping[str, StrOrPromise]] = {}
    """Context of generic/list.html: see WORDS."""
    export_key = ""
    """The key of an exportable list (dms/background/exports.py); its button starts a long job."""

    hands_over: ClassVar[OpenWork | None] = None
    """The work that its rows are: who manages it can give several of them to somebody else at once."""

    _read: ClassVar[ReadRows[Any] | None] = None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.model is not None and cls.rows is BaseListView.rows:
            model = cls.model
            cls._read = ReadRows(lambda: cls.with_facts(scoped_rows(model).all()))
        if cls.export_key and cls.columns:
            label = cls.words["heading"]
            exports.add(
                exports.Listing(
                    cls.export_key,
                    label,
                    cls.right,
                    lambda user, store: cls.with_facts(cls.rows_of(user, store)),
                    cls.file_columns,
                    cls.filterset_class,
                    cls.prepare,
                )
            )

    @classmethod
    def rows_of(cls, user: User, store: Store | None) -> Rows:
        """Everything the person may see in the store (in all of theirs), before search and filters."""
        assert cls.model is not None
        return scoped_rows(cls.model).visible_to(user).of_store(store)

    @classmethod
    def with_facts(cls, rows: Rows) -> Rows:
        """The rows with what their columns say beside their own facts: what is fetched of a page, and of a file."""
        return rows.select_related(*cls.related).prefetch_related(*cls.prefetched)

    @classmethod
    def file_columns(cls, user: User, store: Store | None) -> list[spreadsheets.Column]:
        return table_columns.for_file(cls.columns, user, store)

    @staticmethod
    def prepare(rows: list[Any]) -> None:
        """Give these rows what their columns say beside their own facts, in a constant number of queries."""

    def row_class(self, row: Row) -> str:
        """``lateR`` or ``ask`` of a row that needs a person."""
        return ""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        quick.remember(self.opens_on, self.request, response)
        return response

    @cached_property
    def asked(self) -> QueryDict:
        """What this list is asked for, by its address or by itself."""
        return quick.asked(self.opens_on, self.request)

    def rows(self) -> Rows:
        return self.rows_of(self.request.user, self.request.store)

    def get_queryset(self) -> Rows:
        rows = self.rows() if self._read is not None else self.with_facts(self.rows())
        self.filterset = self.filterset_class(self.asked, queryset=rows, request=self.request)
        filtered: Rows = self.filterset.qs
        fields = self.filterset.form.fields
        fields.pop("ordering", None)  # the heads of the columns sort
        if self.request.store is not None:
            fields.pop("store", None)  # the top bar has chosen
        for field in fields.values():
            if isinstance(field, NullBooleanField) and isinstance(field.widget, Select):
                field.widget.choices = [("", pgettext("filter", "All")), ("true", _("Yes")), ("false", _("No"))]
        return filtered.order_by(*filtered.query.order_by, "pk") if filtered.query.order_by else filtered

    def paginate_queryset(self, queryset: AnyRows, page_size: int) -> tuple[Paginator[Any], Page[Any], Rows, bool]:
        """A page that does not exist (any more) shows the nearest one."""
        paginator: Paginator[Any] = self.get_paginator(queryset, page_size)
        page = paginator.get_page(self.request.GET.get("page"))
        if self._read is not None:
            # which rows stand here is found without what they show: that is fetched by their keys, with ready-made SQL
            rows: AnyRows = page.object_list
            page.object_list = self._read.by_keys(rows.values_list("pk", flat=True))
        return paginator, page, page.object_list, page.has_other_pages()  # type: ignore[return-value] # the page of a list is a slice of its rows

    def get_context_data(self, **kwargs: Option) -> Facts:
        words = {**dict.fromkeys(WORDS, ""), "export_url": self.export_url(), **self.words, **kwargs}
        bar = handing_over.bar_of(self.hands_over, self.request)
        context = super().get_context_data(filter=self.filterset, row_template=self.row_template, bar=bar, **words)
        context["asked"] = self.asked
        context.setdefault("choices", quick.choices(self.opens_on, self.request))
        if self.columns:
            context["table"] = self.table(list(context["page_obj"].object_list))
        return context

    def table(self, rows: list[Any]) -> Table:
        """The rows of this page."""
        self.prepare(rows)
        request = self.request
        columns = table_columns.for_page(self.columns, request.user, request.store)
        if self.hands_over is not None and request.user.has_perm(self.hands_over.hands):
            columns.insert(0, handing_over.boxes(self.hands_over, rows))
        return Table(columns, rows, request, self.row_class)

    def export_url(self) -> str:
        """Where the export button leads; empty for those who may not run jobs."""
        if not self.export_key or not self.request.user.has_perm("dms.jobs"):
            return ""
        return reverse("dms:export", args=[self.export_key])
