"""Receiving: the page stays, the scanner goes on."""

from django.contrib import messages
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dms.core.untyped import Fact
from dms.formats import display
from dms.models import Store, User
from dms.web.act_views import ActFormView
from dms.web.http import working_store
from dms.web.rights import RequiresRight
from parts.actions import stock as stock_actions
from parts.forms import ReceiveForm
from parts.models import Part, StockMove


def todays(user: User, store: Store | None) -> QuerySet[StockMove]:
    """What this person received today, newest first."""
    moves = StockMove.objects.visible_to(user).of_store(store)
    received = moves.filter(by=user, kind=StockMove.Kind.RECEIPT, at__date=timezone.localdate())
    return received.select_related("stock__part", "bin")[:20]


class Receive(RequiresRight, ActFormView[ReceiveForm]):
    """Goods come in, one number after another; below, what came today."""

    right = "parts.move"
    form_class = ReceiveForm
    template_name = "parts/receive.html"

    def get_initial(self) -> dict[str, object]:
        return {"number": self.request.GET.get("number", "")}

    def act(self, **facts: Fact) -> StockMove:
        part: Part = facts.pop("number")
        return stock_actions.receive(part, store=working_store(self.request), by=self.request.user, **facts)

    def after(self, move: StockMove) -> str:
        facts = {"quantity": display.quantity(move.quantity), "part": move.stock.part}
        messages.success(self.request, _("%(quantity)s × %(part)s received.") % facts)
        return reverse("parts:receive")

    def get_context_data(self, **context: object) -> dict[str, object]:
        store = self.request.store
        return super().get_context_data(
            heading=_("Receive parts"), moves=todays(self.request.user, store), store=store, **context
        )
