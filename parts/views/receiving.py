"""Receiving: the page stays, the scanner goes on."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from dms.core.refusals import Refusal
from dms.formats import display
from dms.models import Store, User
from dms.views.redirects import go
from dms.web.http import AuthenticatedHttpRequest, working_store
from dms.web.rights import requires_right
from parts.actions import stock as stock_actions
from parts.forms import ReceiveForm
from parts.models import Part, StockMove


def todays(user: User, store: Store | None) -> Any:
    """What this person received today, newest first."""
    rows = StockMove.objects
    moves = (
        rows.visible_to(user)
        .of_store(store)
        .filter(by=user, kind=StockMove.Kind.RECEIPT, at__date=timezone.localdate())
    )
    return moves.select_related("stock__part", "bin")[:20]


@requires_right("parts.move")
def receive(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Goods come in, one number after another; below, what came today."""
    user, chosen = request.user, request.store
    form = ReceiveForm(request.POST or None, initial={"number": request.GET.get("number", ""), "key": uuid.uuid4().hex})
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        part: Part = facts["number"]
        try:
            move = stock_actions.receive(
                part,
                store=working_store(request),
                quantity=facts["quantity"],
                cost=facts["cost"],
                by=user,
                source_line=facts["source_line"].strip(),
                shelf=facts["shelf"],
                key=facts["key"],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            facts = {"quantity": display.quantity(move.quantity), "part": part}
            messages.success(request, _("%(quantity)s × %(part)s received.") % facts)
            return go(request, "parts:receive")
    context = {"form": form, "heading": _("Receive parts"), "moves": todays(user, chosen), "store": chosen}
    return render(request, "parts/receive.html", context, status=422 if form.errors else 200)
