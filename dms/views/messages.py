"""Messages that go out: what was sent to whom, what could not be."""

from collections.abc import Mapping
from typing import ClassVar

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe
from django_stubs_ext import StrOrPromise
from markupsafe import Markup

from dms.acts import MESSAGE
from dms.background.channels import stopped
from dms.core.untyped import Facts, Option
from dms.formats.wording import listed
from dms.models import Message
from dms.navigation.layout import trail
from dms.navigation.own_due_work import recipient
from dms.navigation.registry import Moment
from dms.views.lists import BaseListView
from dms.views.redirects import whence
from dms.views.timelines import moments_of
from dms.web.act_markup import acts_cell
from dms.web.act_views import ActView
from dms.web.columns import Column
from dms.web.filters import MessageFilter
from dms.web.http import AuthenticatedHttpRequest
from dms.web.markup import badge, choice
from dms.web.rights import requires_right

RESEND = acts_cell(MESSAGE, "head", "resend")


def title_of(message: Message) -> str:
    return message.title or message.get_channel_display()


RECEIPTS = {Message.Receipt.ARRIVED: "done", Message.Receipt.REFUSED: "late"}


def receipt_badge(message: Message) -> Markup | str:
    """What the network said, in the colour of what it means."""
    return badge(RECEIPTS[Message.Receipt(message.receipt)], choice(message, "receipt")) if message.receipt else ""


def receipt_cell(message: Message, _request: AuthenticatedHttpRequest) -> Markup | str:
    return receipt_badge(message)


def not_started() -> str:
    """The channels by which nothing leaves here, as words; empty where all do."""
    words = dict(Message.Channel.choices)
    return listed(words[channel] for channel in stopped())


class Messages(BaseListView):
    """The outbox of one's stores, newest first."""

    model = Message
    right = "dms.messages"
    filterset_class = MessageFilter
    template_name = "dms/messages.html"
    export_key = "messages"
    related: ClassVar[tuple[str, ...]] = ("store",)
    columns = (
        Column(gettext_lazy("Title"), title_of, link="dms:message", phone=True, look="cut-s fw-medium", width=30),
        Column(gettext_lazy("Status"), "status", "status", phone=True),
        Column(gettext_lazy("Channel"), "channel", "choice"),
        Column(pgettext_lazy("recipient", "To"), recipient, phone=True, look="cut-s", width=24),
        Column(pgettext_lazy("message", "Posted"), "created_at", "moment", sort="created_at", phone=True),
        Column(pgettext_lazy("message", "Sent"), "sent_at", "moment", sort="sent_at"),
        Column(gettext_lazy("Delivery report"), "receipt", cell=receipt_cell),
        Column(gettext_lazy("Attempts"), "attempts", "integer", sort="attempts"),
        Column(gettext_lazy("Store"), "store"),
        Column(gettext_lazy("Error"), "error", only="file", width=40),
        Column(gettext_lazy("Acts"), "pk", cell=RESEND, only="page", mute=True, look="text-end"),
    )
    words: ClassVar[Mapping[str, StrOrPromise]] = {
        "heading": gettext_lazy("Messages"),
        "search_hint": gettext_lazy("Title, recipient, text"),
        "empty_title": gettext_lazy("Nothing has been sent yet"),
        "empty_text": gettext_lazy("Thank-you letters, reminders and notices that the store sends are listed here."),
    }

    def get_context_data(self, **kwargs: Option) -> Facts:
        return super().get_context_data(**kwargs, not_started=not_started())

    def row_class(self, message: Message) -> str:
        return "lateR" if message.status == Message.Status.FAILED else ""


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
        "crumbs": trail("dms:messages", title_of(message)),
        "acts": MESSAGE.offered(message, request.user),
        "receipt": receipt_badge(message),
        "corrected": Message.objects.filter(corrects=message).only("pk").first(),
        "tried_again_at": message.due_at if message.status == Message.Status.PENDING else None,
    }
    return render(request, "dms/message.html", context)


def _history(message: Message) -> list[Moment]:
    """Posting and sending stand in the row itself; the rest are its events."""
    moments = moments_of(message)
    moments.append(Moment(message.created_at, pgettext("message", "Posted"), by=str(message.posted_by or "")))
    if message.sent_at:
        moments.append(Moment(message.sent_at, pgettext("message", "Sent"), message.reference, family="done"))
    if message.receipt_at:
        family = RECEIPTS[Message.Receipt(message.receipt)]
        moments.append(Moment(message.receipt_at, choice(message, "receipt"), message.receipt_note, family=family))
    return sorted(moments, key=lambda moment: moment.at, reverse=True)


class MessageAct(ActView):
    """An act on a message, pressed on its page, in the list or in one's work: there one is again afterwards."""

    @property
    def page(self) -> str:
        return whence(self.request, super().page)
