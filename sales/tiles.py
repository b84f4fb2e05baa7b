"""The figures of the day: visits, new cards, orders, deliveries, each beside yesterday; cards by level."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Count, Model, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from dms.core.scope import scoped_rows
from dms.formats import display
from dms.formats.days import end_of, start_of
from dms.models import Store, User
from dms.navigation import registry
from dms.navigation.registry import Tile
from sales.models import Lead, Order, ShowroomVisit


def of_day(column: str, day: date) -> Q:
    """Moments of one day."""
    return Q(**{f"{column}__gte": start_of(day), f"{column}__lt": end_of(day)})


def counts(rows: QuerySet[Model], column: str, day: date) -> tuple[int, int]:
    """Today and yesterday, in one query."""
    numbers = rows.aggregate(
        now=Count("pk", filter=of_day(column, day)), before=Count("pk", filter=of_day(column, day - timedelta(days=1)))
    )
    return numbers["now"], numbers["before"]


@registry.tiles("sales.view")
def tiles(user: User, store: Store | None) -> Sequence[Tile]:
    """Four counts of the day, and how many cards of each level are worked on."""
    day = timezone.localdate()

    def rows(model: type[Model]) -> QuerySet[Model]:
        return scoped_rows(model).visible_to(user).of_store(store)

    figures = (
        (
            gettext_lazy("Visits today"),
            counts(rows(ShowroomVisit), "came_at", day),
            reverse("sales:register"),
            pgettext("unit", "groups"),
        ),
        (
            gettext_lazy("New cards"),
            counts(rows(Lead), "opened_at", day),
            f"{reverse('sales:leads')}?opened_on={day}",
            pgettext("unit", "cards"),
        ),
        (
            gettext_lazy("Orders today"),
            counts(rows(Order), "signed_at", day),
            f"{reverse('sales:orders')}?signed_on={day}",
            pgettext("unit", "cars"),
        ),
        (
            gettext_lazy("Deliveries today"),
            counts(rows(Order), "delivered_at", day),
            f"{reverse('sales:orders')}?delivered_on={day}",
            pgettext("unit", "cars"),
        ),
    )
    today = [
        Tile(label, display.number(now), url, unit, _("yesterday %(n)s") % {"n": display.number(before)})
        for label, (now, before), url, unit in figures
    ]
    levels = dict(
        Lead.objects.visible_to(user).of_store(store).open().order_by().values_list("level").annotate(n=Count("pk"))
    )
    hint = " ".join(f"{level} {levels.get(level, 0)}" for level in "HABCN")
    url, unit = reverse("sales:leads"), pgettext("unit", "cards")
    return [*today, Tile(gettext_lazy("Open cards"), display.number(sum(levels.values())), url, unit, hint)]
