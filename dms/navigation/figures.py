"""The figures of the home page: apps declare sums over rows, which are asked for in one statement.

@tiles("parts.move", lambda ask: [summed(ask.of(Stock.objects.all()), short=Count("pk", filter=SHORT))])
def stock_tiles(figures: Figures, user: User, today: date) -> Sequence[Tile]: …
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import update_wrapper
from typing import TYPE_CHECKING, Any

from django.db.models import Aggregate, JSONField, Value
from django.db.models.functions import JSONObject
from django.utils import timezone

from dms.core.untyped import Facts, Rows, ValueRows
from dms.navigation import registry
from dms.navigation.asks import Ask, Asking, ReadsOfDay, united
from dms.navigation.registry import Tile

if TYPE_CHECKING:
    from dms.models import Store, User

Figures = Mapping[str, Any]
Draw = Callable[[Figures, "User", date], Sequence[Tile]]
Sums = Callable[[Ask], Sequence[ValueRows]]
READS = ReadsOfDay()


class Exact(json.JSONDecoder):
    """Money comes out of the database as it went in."""

    def __init__(self) -> None:
        super().__init__(parse_float=Decimal)


class Summary(JSONObject):
    """Sums by their names."""

    output_field = JSONField(decoder=Exact)


def summed(rows: Rows, **sums: Aggregate) -> ValueRows:
    """These sums over the rows; a name stands once among those of a provider."""
    figures: ValueRows = rows.order_by().values(one=Value(1)).annotate(figures=Summary(**sums))
    return figures


class TilesOfSums:
    """Which sums, and the tiles that are drawn of them. By itself it is a provider of tiles."""

    def __init__(self, sums: Sums, draw: Draw) -> None:
        update_wrapper(self, draw)
        self.sums, self.draw = sums, draw

    def __call__(self, user: "User", store: "Store | None") -> Sequence[Tile]:
        asking = Asking(user, store, timezone.now())
        return self.drawn(figures_of([self], asking)[0], asking)

    def drawn(self, figures: Figures, asking: Asking) -> Sequence[Tile]:
        """The tiles with these figures."""
        return self.draw(figures, asking.user, asking.days[0])


def tiles(right: str, sums: Sums) -> Callable[[Draw], TilesOfSums]:
    """Register the function below, which draws tiles of these sums, for people with the right."""

    def register(draw: Draw) -> TilesOfSums:
        provider = TilesOfSums(sums, draw)
        registry.tiles(right)(provider)
        return provider

    return register


def figures_of(providers: Sequence[TilesOfSums], asking: Asking) -> list[Facts]:
    """The sums of each, all in one statement."""

    def sums_of_all(ask: Ask) -> ValueRows:
        return united(
            [
                rows.annotate(figures_of=Value(place)).values_list("figures_of", "figures")
                for place, provider in enumerate(providers)
                for rows in provider.sums(ask)
            ]
        )

    figures: list[Facts] = [{} for _provider in providers]
    if providers:
        for place, sums in READS.fetch(tuple(providers), sums_of_all, asking):
            figures[place] |= sums
    return figures


def tiles_of(user: "User", store: "Store | None") -> list[Tile]:
    """The figures of all apps for this person."""
    asking, providers = Asking(user, store, timezone.now()), registry.tiles.of(user)
    together = [provider for provider in providers if isinstance(provider, TilesOfSums)]
    figures = iter(figures_of(together, asking))
    return [
        tile
        for provider in providers
        for tile in (
            provider.drawn(next(figures), asking) if isinstance(provider, TilesOfSums) else provider(user, store)
        )
    ]
