"""The quick choices above a list: it opens on what is live, and next time on what the person chose last."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.http import HttpResponse, QueryDict
from django_stubs_ext import StrOrPromise

from dms.web.http import AuthenticatedHttpRequest

ARRANGES = frozenset({"page", "ordering"})
"""What an address may say without asking for other rows."""
A_YEAR = 365 * 24 * 3600


class Segment(NamedTuple):
    """A choice: its words, and what the address says for it (``{me}`` is whoever asks). ``q=`` asks for everything."""

    label: StrOrPromise
    query: str


@dataclass(frozen=True)
class Choice:
    """A segment on the page."""

    label: StrOrPromise
    url: str
    current: bool


def asked(segments: Sequence[Segment], request: AuthenticatedHttpRequest) -> QueryDict:
    """What a list is asked for: what its address says, else what the person chose last, else the first choice."""
    if not segments or _narrowing(request.GET):
        return request.GET
    queries = _queries(segments, request)
    last = request.COOKIES.get(_cookie(request), "")
    wish = QueryDict(last if last in queries else queries[0], mutable=True)
    wish.update(request.GET)
    return wish


def choices(segments: Sequence[Segment], request: AuthenticatedHttpRequest) -> list[Choice]:
    now = _narrowing(asked(segments, request))
    return [
        Choice(segment.label, f"?{query}", current=now == _narrowing(QueryDict(query)))
        for segment, query in zip(segments, _queries(segments, request), strict=True)
    ]


def remember(segments: Sequence[Segment], request: AuthenticatedHttpRequest, response: HttpResponse) -> None:
    """A choice that was pressed is kept in the browser for this person and this list; a search or a filter is not."""
    said = _narrowing(request.GET)
    for query in _queries(segments, request):
        if said and said == _narrowing(QueryDict(query)):
            response.set_cookie(
                _cookie(request),
                query,
                A_YEAR,
                path=request.path,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure(),
            )


def _queries(segments: Sequence[Segment], request: AuthenticatedHttpRequest) -> list[str]:
    return [segment.query.format(me=request.user.pk) for segment in segments]


def _narrowing(query: QueryDict) -> dict[str, list[str]]:
    return {name: values for name, values in query.lists() if name not in ARRANGES}


def _cookie(request: AuthenticatedHttpRequest) -> str:
    """A computer of the showroom has several people: each has a choice of their own."""
    return f"opens_on_{request.user.pk}"
