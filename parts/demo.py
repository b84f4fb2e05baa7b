"""Parts on their shelves: enough of most, too few of some, none of one; what went over the counter and what was missing."""

from decimal import Decimal
from random import Random

from dms import demo
from dms.demo.cast import Crew, crews, data, dice
from dms.models import Reason
from parts.actions import catalogue, stock
from parts.models import Part, Stock, StockMove

SHARE_OF_PRICE = Decimal("0.62")
"""What a part costs us of its retail price."""
SHORT, OUT = 11, 37
"""Every eleventh part is below its minimum, and the one at this place is out of stock."""


@demo.step("parts")
def part_numbers() -> None:
    """The part numbers of the group."""
    known = set(Part.objects.values_list("number", flat=True))
    by = next(crews()).one("parts_planner")
    for number, name, name_en, unit, category, price in data("parts")["parts"]:
        if number not in known:
            facts = {"name": name, "name_en": name_en, "unit": unit, "category": category, "price": Decimal(price)}
            catalogue.save_part(Part(), by=by, number=number, **facts)


@demo.step("stock")
def shelves() -> None:
    """Every store but the outlet has its parts room."""
    if StockMove.objects.exists():
        return
    rng, texts = dice("stock"), data("parts")
    ours = list(Part.objects.filter(number__in=[row[0] for row in texts["parts"]]).order_by("pk"))
    for crew in crews(outlets=False):
        for place, part in enumerate(ours):
            fill(part, crew, place, rng)
        sell(crew, ours, rng)
        settle_differences(crew, ours)


def fill(part: Part, crew: Crew, place: int, rng: Random) -> None:
    """A receipt into the part's bin, and the limits of the store."""
    by, minimum = crew.one("parts_clerk", turn=place), 2 if part.price > 500 else rng.randint(3, 8)
    shelf = catalogue.shelf(f"{'ABCDEF'[place // 10]}-{place % 10 + 1:02}-{rng.randint(1, 4):02}", store=crew.store)
    short = place % SHORT == SHORT - 1
    pieces = 1 if short or place == OUT else minimum * 2 + rng.randint(4, 12)
    cost = (part.price * SHARE_OF_PRICE).quantize(Decimal("0.01"))
    stock.receive(part, store=crew.store, quantity=pieces, cost=cost, by=by, shelf=shelf)
    row = Stock.objects.get(part=part, store=crew.store)
    catalogue.set_limits(
        row, minimum=Decimal(minimum), maximum=Decimal(minimum * 4), by=crew.one("parts_planner", "parts_clerk")
    )


def sell(crew: Crew, ours: list[Part], rng: Random) -> None:
    """Over the counter; the last piece of one part goes, and the next who asks goes without."""
    texts, clerk = data("parts"), crew.one("parts_clerk")
    plenty = [part for place, part in enumerate(ours) if place % SHORT != SHORT - 1 and place != OUT]
    for number, part in enumerate([ours[OUT], *rng.sample(plenty, 9)], start=1):
        line = texts["counter"].format(n=number)
        stock.issue(
            part, store=crew.store, quantity=1, by=clerk, signed_by=rng.choice(texts["signers"]), source_line=line
        )
    missing = Reason.objects.get(kind="LOST_SALE", code="NO_STOCK")
    for part in (ours[OUT], ours[SHORT - 1], ours[2 * SHORT - 1]):
        stock.note_lost_sale(part, store=crew.store, by=clerk, reason=missing)
    for number, part in enumerate(rng.sample(plenty, 3), start=50):
        stock.reserve(part, store=crew.store, quantity=1, source_line=texts["counter"].format(n=number), by=clerk)


def settle_differences(crew: Crew, ours: list[Part]) -> None:
    """Two shelves were counted and showed something else."""
    reason, by = Reason.objects.get(kind="STOCK_DIFFERENCE", code="MISCOUNT"), crew.one("parts_manager", "parts_clerk")
    for part, change in ((ours[0], 2), (ours[7], -1)):
        row = Stock.objects.get(part=part, store=crew.store)
        stock.correct(
            part, store=crew.store, counted=row.on_hand + change, reason=reason, by=by, note=data("parts")["count_note"]
        )
