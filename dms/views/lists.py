"""What every list page has in common: visible rows of the chosen store, search, filters, sort, pages, export."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.views.generic import ListView
from django_filters import FilterSet

from dms.access import Needs, current


class HouseList(Needs, ListView[Any]):
    """A list page. A page says its model, right, FilterSet, sort keys and words; the rest is here.

    ``sorts`` maps the word in ``?ordering=`` to the columns; ``related`` is fetched in the same query.
    """

    template_name = "generic/list.html"
    row_template = "dms/_row.html"
    paginate_by = 50
    filterset_class: type[FilterSet] | None = None
    sorts: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    related: ClassVar[tuple[str, ...]] = ()
    prefetched: ClassVar[tuple[str, ...]] = ()
    words: ClassVar[Mapping[str, Any]] = {}
    export_key = ""

    def rows(self) -> QuerySet[Model]:
        """Everything the person may see in the chosen store, before search and filters."""
        manager: Any = self.model.objects
        visible = manager.visible_to(current(self.request)).of_store(self.request.store)  # type: ignore[attr-defined]
        return visible.select_related(*self.related).prefetch_related(*self.prefetched)  # type: ignore[no-any-return]

    def get_queryset(self) -> QuerySet[Any]:
        rows = self.rows()
        self.filterset = None
        if self.filterset_class is not None:
            self.filterset = self.filterset_class(self.request.GET, queryset=rows, request=self.request)
            rows = self.filterset.qs
        return self.sort(rows)

    def sort(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The column head that was pressed; anything unknown keeps the model's order."""
        wanted = self.request.GET.get("ordering", "")
        columns = self.sorts.get(wanted.removeprefix("-"))
        if columns is None:
            return rows
        return rows.order_by(*(f"-{column}" if wanted.startswith("-") else column for column in columns), "pk")

    def paginate_queryset(
        self, queryset: QuerySet[Any], page_size: int
    ) -> tuple[Paginator[Any], Page[Any], QuerySet[Any], bool]:
        """A page that does not exist (any more) shows the nearest one."""
        paginator: Paginator[Any] = self.get_paginator(queryset, page_size)
        page = paginator.get_page(self.request.GET.get("page"))
        return paginator, page, page.object_list, page.has_other_pages()  # type: ignore[return-value]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(filter=self.filterset, row_template=self.row_template, **self.words, **kwargs)
