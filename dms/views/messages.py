"""Messages that leave the house."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dms.access import needs
from dms.models import Message
from dms.views.lists import HouseList


class Messages(HouseList):
    """The outbox."""

    model = Message
    right = "dms.messages"


@needs("dms.messages")
def message(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "generic/detail.html", {"object": "-"})
