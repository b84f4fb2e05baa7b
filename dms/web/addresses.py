"""Addresses for templates: those without a row are reversed once, those of a row cost no more than putting its number in."""

from functools import cache, lru_cache

from django.http import HttpRequest
from django.templatetags import static as static_files
from django.urls import reverse
from jinja2 import pass_context
from jinja2.runtime import Context

# It stands in no address by itself: an address is parted where it is found.
SOME_NUMBER = 123_456_789


def url(name: str, *args: object) -> str:
    """The address of a page: ``url("crm:customer", customer.pk)``."""
    if not args:
        return _address(name)
    first, *others = args
    if others or not isinstance(first, int):
        return reverse(name, args=args)
    head, tail = _around_number(name)
    return f"{head}{first}{tail}"


@cache
def _address(name: str) -> str:
    return reverse(name)


@lru_cache(maxsize=512)
def _around_number(name: str) -> tuple[str, str]:
    head, _number, tail = reverse(name, args=[SOME_NUMBER]).partition(str(SOME_NUMBER))
    return head, tail


@cache
def static(path: str) -> str:
    """The address of a file of ours, with its hash where files have one."""
    return static_files.static(path)


@pass_context
def querystring(context: Context, **changes: object) -> str:
    """The question of this page with something else in it: the next page of the same list."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = str(value)
    return f"?{query.urlencode()}"
