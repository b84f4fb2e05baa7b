"""The database is away: whoever asks is told so, and when to ask again, instead of that something of ours broke."""

import sys
from collections.abc import Callable

from django.core.signals import got_request_exception
from django.db import DatabaseError, InterfaceError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

RETRY_AFTER = 10
AWAY = ("08", "53", "57P", "25006")
"""Beginnings of what Postgres says when it cannot work: connection, resources, shutting down or starting, a standby still."""
FAULT = "dms.database_away"


def is_away(error: BaseException | None) -> bool:
    """Whether nobody could have been answered. A connection that broke has no code; a deadlock or a time limit has another."""
    if not isinstance(error, DatabaseError | InterfaceError):
        return False
    code = getattr(error.__cause__, "pgcode", None)
    if code is None:
        return type(error).__name__ in {"OperationalError", "InterfaceError"}
    return str(code).startswith(AWAY)


@receiver(got_request_exception, dispatch_uid="dms.database_away")
def note(request: HttpRequest | None = None, **_signal: object) -> None:
    """Django answers with 500 wherever the request was, also in a middleware; here it is still known why."""
    if request is not None and is_away(sys.exc_info()[1]):
        request.META[FAULT] = True


class DatabaseAway:
    """503 with Retry-After: JSON for programs, nothing for a part of a page, a page that needs no row for people."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code != 500 or FAULT not in request.META:
            return response
        answer = self.answer(request)
        answer["Retry-After"] = str(RETRY_AFTER)
        return answer

    def answer(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/"):
            sentence = _("The database does not answer at this moment. Ask again in some seconds.")
            return JsonResponse({"detail": sentence, "code": "unavailable"}, status=503)
        if request.headers.get("HX-Request"):
            return HttpResponse(status=503)
        return HttpResponse(render_to_string("503.html"), status=503)
