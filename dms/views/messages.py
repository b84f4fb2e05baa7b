"""Messages that go out: what was sent to whom, what could not be."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST, require_safe
from django_stubs_ext import StrOrPromise

from dms.background import outbox
from dms.models import Message
from dms.navigation.layout import trail
from dms.navigation.own_due_work import recipient
from dms.navigation.registry import Moment
from dms.views.lists import BaseListView
from dms.views.redirects import back
from dms.views.timelines import moments_of
from dms.web.filters import MessageFilter
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right


class Messages(BaseListView):
    """The outbox of one's stores, newest first."""

    model = Message
    right = "dms.messages"
    filterset_class = MessageFilter
    template_name = "dms/messages.html"
    row_template = "dms/_message.html"
    export_key = "messages"
    related: ClassVar[tuple[str, ...]] = ("store",)
    words: ClassVar[Mapping[str, StrOrPromise]] = {
        "search_hint": gettext_lazy("Title, recipient, text"),
        "empty_title": gettext_lazy("Nothing has been sent yet"),
        "empty_text": gettext_lazy("Thank-you letters, reminders and notices that the house sends are listed here."),
    }

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        for message in context["page_obj"]:
            message.to = recipient(message)
        return context


def _message(request: AuthenticatedHttpRequest, pk: int) -> Message:
    rows = Message.objects.visible_to(request.user).select_related("store", "posted_by")
    return get_object_or_404(rows, pk=pk)


@require_safe
@requires_right("dms.messages")
def message(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One message: its text, its attempts, what happened to it."""
    message = _message(request, pk)
    context = {
        "object": message,
        "to": recipient(message),
        "moments": _history(message),
        "crumbs": trail("dms:messages", message.title or message.get_channel_display()),
        "may_resend": message.status == Message.Status.FAILED,
        "may_cancel": message.may_become(Message.Status.CANCELLED),
    }
    return render(request, "dms/message.html", context)


def _history(message: Message) -> list[Moment]:
    """Posting and sending stand in the row itself; the rest are its events."""
    moments = moments_of(message)
    moments.append(Moment(message.created_at, pgettext("message", "Posted"), by=str(message.posted_by or "")))
    if message.sent_at:
        moments.append(Moment(message.sent_at, pgettext("message", "Sent"), message.reference, family="done"))
    return sorted(moments, key=lambda moment: moment.at, reverse=True)


@require_POST
@requires_right("dms.messages")
def message_resend(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Send a failed message again."""
    outbox.resend(_message(request, pk), by=request.user)
    messages.success(request, _("It is sent again at once."))
    return back(request, "dms:messages")


@require_POST
@requires_right("dms.messages")
def message_cancel(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Do not send it."""
    outbox.cancel(_message(request, pk), by=request.user)
    messages.success(request, _("It is not sent."))
    return back(request, "dms:messages")
