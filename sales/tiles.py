"""The figures of the day: visits, new cards, orders, deliveries, each beside yesterday; cards by level."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from dms.core.untyped import Rows, ValueRows
from dms.formats import display
from dms.formats.days import end_of, start_of
from dms.models import User
from dms.navigation.asks import Ask
from dms.navigation.figures import Figures, summed, tiles
from dms.navigation.registry import Tile
from sales.models import Lead, Order, ShowroomVisit

LEVELS = "HABCN"


def of_day(column: str, day: date) -> Q:
    """Moments of one day."""
    return Q(**{f"{column}__gte": start_of(day), f"{column}__lt": end_of(day)})


def counts(rows: Rows, name: str, column: str, day: date) -> ValueRows:
    """Today, and yesterday."""
    before = of_day(column, day - timedelta(days=1))
    sums = {name: Count("pk", filter=of_day(column, day)), f"{name}_before": Count("pk", filter=before)}
    return summed(rows, **sums)


def sums(ask: Ask) -> Sequence[ValueRows]:
    """The counts of the day, and the cards that are worked on."""
    levels = {level: Count("pk", filter=Q(level=level)) for level in LEVELS}
    return [
        counts(ask.of(ShowroomVisit.objects.counted()), "visits", "came_at", ask.today),
        counts(ask.of(Lead.objects.all()), "cards", "opened_at", ask.today),
        counts(Order.objects.counted_for(ask.viewer, ask.store), "orders", "signed_at", ask.today),
        counts(Order.objects.counted_for(ask.viewer, ask.store), "deliveries", "delivered_at", ask.today),
        summed(ask.of(Lead.objects.all()).open(), open=Count("pk"), **levels),
    ]


@tiles("sales.view", sums)
def day_tiles(figures: Figures, _user: User, day: date) -> Sequence[Tile]:
    """Four counts of the day, and how many cards of each level are worked on."""
    leads, orders = reverse("sales:leads"), reverse("sales:orders")
    groups, cards, cars = pgettext("unit", "groups"), pgettext("unit", "cards"), pgettext("unit", "cars")
    of_the_day = (
        (gettext_lazy("Visits today"), "visits", reverse("sales:register"), groups),
        (gettext_lazy("New cards"), "cards", f"{leads}?opened_on={day}", cards),
        (gettext_lazy("Orders today"), "orders", f"{orders}?signed_on={day}&sold=true", cars),
        (gettext_lazy("Deliveries today"), "deliveries", f"{orders}?delivered_on={day}&sold=true", cars),
    )
    today = [
        Tile(
            label,
            display.number(figures[name]),
            url,
            unit,
            _("yesterday %(n)s") % {"n": display.number(figures[f"{name}_before"])},
        )
        for label, name, url, unit in of_the_day
    ]
    hint = " ".join(f"{level} {figures[level]}" for level in LEVELS)
    return [*today, Tile(gettext_lazy("Open cards"), display.number(figures["open"]), leads, cards, hint)]
