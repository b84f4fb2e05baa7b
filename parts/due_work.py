"""What parts finds, counts and reminds of: search, figures of the home page, due work of the planner."""

from collections.abc import Sequence
from datetime import date, datetime, time

from django.db.models import Count, F, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.untyped import ValueRows
from dms.formats import display, folding
from dms.formats.days import moment
from dms.models import Store, User
from dms.navigation import registry
from dms.navigation.asks import Ask
from dms.navigation.figures import Figures, summed, tiles
from dms.navigation.registry import DueItem, Hit, Tile
from parts.models import Part, Stock


@registry.search("parts.view")
def find_parts(text: str, user: User, limit: int) -> Sequence[Hit]:
    """By number, name or initials."""
    rows = Part.objects
    parts = rows.visible_to(user).matching(text).filter(active=True)[:limit]
    return [
        Hit(
            row.number,
            row.name,
            reverse("parts:part", args=[row.pk]),
            _("Part"),
            rank=0 if folding.code(text) == row.number_code else 2,
        )
        for row in parts
    ]


def stock_sums(ask: Ask) -> Sequence[ValueRows]:
    """What is short, what is out, and the worth of all."""
    short = Q(minimum__gt=0, on_hand__lt=F("minimum") + F("reserved"))
    out = Q(minimum__gt=0, on_hand__lte=F("reserved"))
    rows = ask.of(Stock.objects.all())
    # Summed by the database: of a full store this is tens of thousands of rows.
    worth = Sum(F("on_hand") * F("average_cost"))
    return [summed(rows, short=Count("pk", filter=short), out=Count("pk", filter=out), worth=worth)]


@tiles("parts.move", stock_sums)
def stock_tiles(figures: Figures, user: User, _today: date) -> Sequence[Tile]:
    """What is short, and what the shelves are worth."""
    stock, unit = reverse("parts:stock"), pgettext_lazy("tile", "parts")
    worth = Tile(_("Stock value"), display.yuan(figures["worth"] or 0, 0), stock)
    return [
        Tile(
            _("Below minimum"),
            display.number(figures["short"]),
            f"{stock}?show=low",
            unit,
            hint=_now("%(n)s out of stock") % {"n": figures["out"]},
            family="wait" if figures["short"] else "idle",
        ),
        # What the house pays for parts is a trade secret, also from its own counter.
        *([worth] if user.has_perm("parts.cost") else []),
    ]


@registry.due_work("parts.plan")
def below_minimum(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """Parts to order today, a line for each store."""
    rows = Stock.objects
    short = rows.visible_to(user).of_store(store).below_minimum().order_by("store__code")
    out = Count("pk", filter=Q(on_hand__lte=F("reserved")))
    tonight = moment(timezone.localdate(now), time(18))
    return [
        DueItem(
            _now("%(n)s parts below minimum") % {"n": display.number(row["short"])},
            _now("%(store)s, %(n)s out of stock") % {"store": row["store__name"], "n": row["out"]},
            f"{reverse('parts:stock')}?show=low",
            tonight,
            pgettext_lazy("due", "Parts to order"),
            act_label=pgettext_lazy("verb", "Open"),
            family="wait" if row["out"] else "idle",
        )
        for row in short.values("store__code", "store__name").annotate(short=Count("pk"), out=out)
    ]
