"""Pages that are long reads, and the mark that whoever just wrote reads the primary (``dms.core.replica``)."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from dms.core import replica
from dms.models import User
from dms.web.http import AuthenticatedHttpRequest

P = ParamSpec("P")
SAFE = {"GET", "HEAD", "OPTIONS"}


class WhoJustWrote:
    """Whatever was sent counts as written, also what was refused: a failed sign-in leaves its row, too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not replica.exists():
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method not in SAFE and isinstance(request.user, User):
            replica.just_wrote(request.user)
        return response


def long_read(
    view: Callable[Concatenate[AuthenticatedHttpRequest, P], HttpResponse],
) -> Callable[Concatenate[AuthenticatedHttpRequest, P], HttpResponse]:
    """The decorator of pages that read much and write nothing, nearest to the view: rights are judged at the primary."""

    @wraps(view)
    def read(request: AuthenticatedHttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return replica.read(partial(view, request, *args, **kwargs), by=request.user)

    return read
