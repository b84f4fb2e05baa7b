"""Every form carries a key beside its token: sent twice, by an impatient finger or a bad line, it is done once.

The key is drawn with the token (``{{ csrf_input }}``), a new one for each form of a page. ``dms/web/rights.py``, which every
page passes, does what was sent under it.
"""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dms.core.untyped import Facts
from dms.models import User
from dms.records import idempotency
from dms.records.idempotency import Answer, Sent

FIELD = "form_key"
LONGEST = 80
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 # its name
UNDERWAY = "dms.sent_once"


def hidden_fields(request: HttpRequest) -> SafeString:
    """What a form sends beside what is typed: that it is ours, and which of ours it is."""
    return format_html(
        '<input type="hidden" name="{}" value="{}"><input type="hidden" name="{}" value="{}">',
        TOKEN,
        get_token(request),
        FIELD,
        uuid.uuid4().hex,
    )


lazily = lazy(hidden_fields, SafeString)


def context(request: HttpRequest) -> Facts:
    """The context processor: each form that draws it has a key of its own."""
    return {"csrf_input": lazily(request)}


def once(request: HttpRequest, view: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The answer of the view, or, when this form was done before, that answer again."""
    key = request.POST.get(FIELD, "")[:LONGEST] if request.method == "POST" else ""
    if not key or not isinstance(request.user, User) or UNDERWAY in request.META:
        return view()
    request.META[UNDERWAY] = True  # the page of an act has two doors
    sent = Sent(request.user.pk, request.path, key, said(request))
    return idempotency.once(sent, view, answer_of=answer_of, again=again)


def said(request: HttpRequest) -> list[object]:
    """What was typed and chosen, in an order of its own."""
    typed = sorted((name, texts) for name, texts in request.POST.lists() if name not in {TOKEN, FIELD})
    files = sorted((name, [(file.name, file.size) for file in sent]) for name, sent in request.FILES.lists())
    return [typed, files]


def answer_of(response: HttpResponseBase) -> Answer | None:
    """A form that leads on, or says that something was made, was done. One that is shown again was not."""
    if response.status_code not in {201, 204, 302, 303}:
        return None
    return Answer(response.status_code, idempotency.headers_of(response.headers))


def again(answer: Answer) -> HttpResponseBase:
    """:raises SentAlready: when the answer was a page: it may have shown what is shown once, and was not kept."""
    headers = dict(answer.headers)
    if location := headers.pop("Location", ""):
        return HttpResponseRedirect(location, status=answer.status, headers=headers)
    if answer.status == 204:  # No Content
        return HttpResponse(status=answer.status, headers=headers)
    raise idempotency.shown_once()
