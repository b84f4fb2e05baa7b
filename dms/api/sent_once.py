"""``Idempotency-Key``: a request that is sent again, because its answer was lost, is answered again and does nothing."""

import json
import re
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from dms.api.access import person
from dms.models.sendings import WHOLE_NUMBER
from dms.records import idempotency
from dms.records.idempotency import Answer, Sent

KEY = "Idempotency-Key"
LONGEST = 80


def once(
    handler: Callable[..., HttpResponseBase], request: Request, *args: object, **kwargs: object
) -> HttpResponseBase:
    """What the handler answers, or what it answered to this key before."""
    key = request.headers[KEY]
    if len(key) > LONGEST:
        raise ValidationError({KEY: [_("At most %(n)s characters.") % {"n": LONGEST}]})
    sent = Sent(person(request).pk, f"{request.method} {request.path}", key, said(request))
    return idempotency.once(sent, lambda: handler(request, *args, **kwargs), answer_of=answer_of, again=again)


def said(request: Request) -> list[object]:
    """The body and the parameters, whatever order they came in."""
    data: Any = request.data
    is_form = hasattr(data, "lists")
    body: object = (
        [[name, plain(texts)] for name, texts in sorted(data.lists())] if is_form else json.dumps(data, sort_keys=True)
    )
    return [sorted(request.query_params.lists()), body]


def plain(value: object) -> object:
    if isinstance(value, list):
        return [plain(item) for item in value]
    return (value.name, value.size) if isinstance(value, UploadedFile) else value


def answer_of(response: HttpResponseBase) -> Answer | None:
    if not isinstance(response, Response) or response.status_code >= 300:  # what was not done is no answer
        return None
    return Answer(response.status_code, idempotency.headers_of(response.headers), body_of(response))


def body_of(response: Response) -> object:
    """What may be told again: nothing of an answer that shows a whole number, which is seen once and in the log."""
    if response.data is None or getattr(getattr(response.data, "serializer", None), "shown_once", False):
        return None
    body = JSONRenderer().render(response.data).decode()
    return None if re.search(WHOLE_NUMBER, body) else json.loads(body)


def again(answer: Answer) -> HttpResponseBase:
    """:raises SentAlready: when the body was not kept."""
    if answer.body is None and answer.status != 204:  # No Content
        raise idempotency.shown_once()
    return Response(answer.body, status=answer.status, headers=answer.headers)
