"""The filters of a page as programs use them.

Lists of the API are narrowed by the FilterSet of their page. Here it learns what only programs ask: several values of one choice
(``?status=DRAFT&status=SIGNED``), what changed since (``updated_since``), the rows of one store (``store``: a page has its
store from the top bar), and a word on parameters that do not exist.
"""

from collections.abc import Collection
from copy import deepcopy
from difflib import get_close_matches
from functools import cache
from typing import Any

import django_filters as filters
from django.db.models import Model
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from dms.api.paging import Pages
from dms.core.scope import GroupWide, scoped_rows
from dms.core.untyped import Rows
from dms.core.updated_at import UpdatedAt
from dms.web.filters import StoreScopedFilter

OF_EVERY_LIST = ("format", Pages.page_query_param, str(Pages.page_size_query_param))
LONGEST_NAME = 60
UPDATED_SINCE = filters.DateTimeFilter(
    "updated_at", "gte", help_text="Rows that are new or were changed at this moment or later."
)


def refuse_unknown_parameters(request: Request, known: Collection[str]) -> None:
    """A slip in a parameter's name must not answer with all rows.

    :raises ValidationError: naming what is not known, and what comes nearest.
    """
    names = sorted({*known, *OF_EVERY_LIST})
    unknown = [name for name in request.query_params if name not in names]
    if unknown:
        raise ValidationError({name[:LONGEST_NAME]: [sentence(name[:LONGEST_NAME], names)] for name in unknown})


def sentence(name: str, names: list[str]) -> str:
    nearest = get_close_matches(name, names)
    if nearest:
        return _("There is no parameter “%(name)s” here. Did you mean %(names)s?") % {
            "name": name,
            "names": ", ".join(nearest),
        }
    return _("There is no parameter “%(name)s” here. There are: %(names)s.") % {"name": name, "names": ", ".join(names)}


def of_several(choice: filters.ChoiceFilter) -> filters.MultipleChoiceFilter:
    """The same choice, of which a program may name several values; one of them has to fit."""
    return filters.MultipleChoiceFilter(
        field_name=choice.field_name,
        lookup_expr=choice.lookup_expr,
        exclude=choice.exclude,
        distinct="__" in choice.field_name,  # over a relation a row may fit twice
        choices=choice.extra["choices"],
    )


def ordering_by_update(ordering: filters.OrderingFilter | None) -> filters.OrderingFilter:
    """The page's columns, and the moment of the last change."""
    columns = {column: name for name, column in ordering.param_map.items()} if ordering is not None else {}
    return filters.OrderingFilter(fields={**columns, "updated_at": "updated_at"})


def belongs_to_stores(model: type[Model]) -> bool:
    """Whether a row of this model is of one store or of several, in its own way (``of_store``)."""
    narrows = getattr(type(scoped_rows(model)), "of_store", GroupWide.of_store)
    return narrows is not GroupWide.of_store


@cache
def filterset_for(page: type[filters.FilterSet], model: type[Model]) -> type[filters.FilterSet]:
    """The page's FilterSet with what programs ask beyond it."""
    more: dict[str, object] = {
        name: of_several(choice)
        for name, choice in page.base_filters.items()
        if isinstance(choice, filters.ChoiceFilter) and "choices" in choice.extra and choice.method is None
    }
    if issubclass(model, UpdatedAt):
        more["updated_since"] = UPDATED_SINCE
        more["ordering"] = ordering_by_update(page.base_filters.get("ordering"))
    if belongs_to_stores(model) and "store" not in page.base_filters:
        more |= {"store": deepcopy(StoreScopedFilter.base_filters["store"]), "in_store": StoreScopedFilter.in_store}
    meta = type("Meta", (), {"model": model, "fields": []})
    return type(f"{model.__name__}ApiFilter", (page,), {**more, "Meta": meta, "__doc__": page.__doc__})


class FilterBackend(DjangoFilterBackend):
    """Narrows lists and nothing else: one row is found by its id alone."""

    def get_filterset_class(self, view: Any, queryset: Rows | None = None) -> type[filters.FilterSet] | None:
        page = getattr(view, "filterset_class", None) or filters.FilterSet
        if queryset is None:
            return None
        model: type[Model] = queryset.model
        return filterset_for(page, model)

    def filter_queryset(self, request: Request, queryset: Rows, view: Any) -> Rows:
        if view.detail:
            return queryset
        filterset_class = self.get_filterset_class(view, queryset)
        refuse_unknown_parameters(request, filterset_class.base_filters if filterset_class else ())
        rows: Rows = super().filter_queryset(request, queryset, view)
        order = rows.query.order_by
        return rows.order_by(*order, "pk") if order else rows  # pages of a list never overlap
