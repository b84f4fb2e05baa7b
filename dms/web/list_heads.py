"""What stands above and below the rows of a list: heads that sort, the filters in use, the numbers of the pages."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.core.paginator import Page
from django.db import models
from django.http import HttpRequest, QueryDict
from django.utils.text import capfirst
from django_filters import FilterSet
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from dms.formats.wording import listed
from dms.web.markup import icon

ARROWS = {"ascending": "arrow-up", "descending": "arrow-down"}


@pass_context
def sort_th(context: Context, name: str, label: str, align: str = "", param: str = "ordering") -> Markup:
    """A column head that sorts: first press ascending, second descending."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    current = query.get(param, "")
    state = {name: "ascending", f"-{name}": "descending"}.get(current, "")
    query[param] = f"-{name}" if current == name else name
    query.pop("page", None)
    return Markup('<th scope="col"%s%s><a class="sort" href="?%s">%s%s</a></th>') % (
        Markup(' class="%s"') % align if align else "",
        Markup(' aria-sort="%s"') % state if state else "",
        query.urlencode(),
        label,
        icon(ARROWS[state], "s") if state else "",
    )


@dataclass(frozen=True)
class FilterInUse:
    """What narrows the list now: label, value in words, and the address without it."""

    label: str
    value: str
    url: str


@pass_context
def filters_in_use(context: Context, filterset: FilterSet | None = None) -> list[FilterInUse]:
    """What narrows the list now, the search included."""
    request: HttpRequest = context["request"]
    fields: dict[str, forms.Field] = filterset.form.fields if filterset is not None else {}
    return [
        FilterInUse(
            capfirst(str(getattr(fields.get(name), "label", None) or "")),
            _in_words(fields.get(name), [str(value) for value in values]),
            _without(request.GET, name),
        )
        for name, values in request.GET.lists()
        if any(values) and (name in fields or name == "q")
    ]


def _in_words(field: forms.Field | None, values: Iterable[str]) -> str:
    choices = getattr(field, "choices", None)
    if choices is None:
        choices = getattr(getattr(field, "widget", None), "choices", None)
    words = {
        str(key): str(word) for key, word in (() if choices is None else choices) if not isinstance(word, list | tuple)
    }
    return listed(words.get(value, value) for value in values)


def _without(query: QueryDict, name: str) -> str:
    rest = query.copy()
    for gone in (name, "page"):
        rest.pop(gone, None)
    return f"?{rest.urlencode()}"


def page_numbers(page: Page[models.Model]) -> list[int | str]:
    """1 … 4 5 6 … 20 for the pager."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
