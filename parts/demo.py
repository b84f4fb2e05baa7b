"""Parts on their shelves: enough of most, too few of some, none of one; what went over the counter and what was missing."""

from decimal import Decimal
from random import Random

from dms import demo
from dms.demo.cast import Crew, crews, data, dice
from dms.demo.stage import Stage, moment
from dms.models import Reason
from parts.actions import catalogue, stock
from parts.models import Part, Stock

SHARE_OF_PRICE = Decimal("0.62")
"""What a part costs us of its retail price."""
SHORT, OUT = 11, 37
"""Every eleventh part is below its minimum and stays so; the one at this place is sold out on the last day."""
COUNTED = 26
"""On this day of the month some shelves are counted."""
LAST = 12
"""So many days before the end nothing is ordered any more: what runs low shows."""


@demo.step("parts", of_group=True)
def part_numbers(_stage: Stage) -> None:
    """The part numbers of the group."""
    known = set(Part.objects.values_list("number", flat=True))
    by = next(crews()).one("parts_planner")
    for number, name, name_en, unit, category, price in data("parts")["parts"]:
        if number not in known:
            facts = {"name": name, "name_en": name_en, "unit": unit, "category": category, "price": Decimal(price)}
            catalogue.save_part(Part(), by=by, number=number, **facts)


@demo.step("stock")
def shelves(stage: Stage) -> None:
    """Every store but the outlet has its parts room."""
    ours = list(Part.objects.filter(number__in=[row[0] for row in data("parts")["parts"]]).order_by("pk"))
    for crew in stage.crews(outlets=False):
        room = Room(crew, ours, dice(f"stock-{crew.store.code}"))
        stage.do(moment(stage.first, 0), room.open)
        for day in stage.dates():
            left = (stage.today - day).days
            if day.weekday() in {1, 4}:
                stage.do(moment(day, 10.8), room.sell)
            if day.weekday() == 2 and left > LAST:
                stage.do(moment(day, 14.2), room.refill)
            if day.day == COUNTED and left > 0:
                stage.do(moment(day, 17.1), room.count)
        stage.do(moment(stage.today, 11.2), room.today)


class Room:
    """The parts room of a store."""

    def __init__(self, crew: Crew, ours: list[Part], rng: Random) -> None:
        self.crew, self.ours, self.rng, self.sold = crew, ours, rng, 0
        self.plenty = [part for place, part in enumerate(ours) if place % SHORT != SHORT - 1 and place != OUT]

    def open(self) -> None:
        for place, part in enumerate(self.ours):
            self.fill(part, place)

    def fill(self, part: Part, place: int) -> None:
        """A receipt into the part's bin, and the limits of the store."""
        minimum = 2 if part.price > 500 else self.rng.randint(3, 8)
        label = f"{'ABCDEF'[place // 10]}-{place % 10 + 1:02}-{self.rng.randint(1, 4):02}"
        short = place % SHORT == SHORT - 1
        pieces = 1 if short or place == OUT else minimum * 3 + self.rng.randint(4, 12)
        row = self.receive(part, pieces, turn=place, label=label)
        planner = self.crew.one("parts_planner", "parts_clerk")
        catalogue.set_limits(row, minimum=Decimal(minimum), maximum=Decimal(minimum * 4), by=planner)

    def receive(self, part: Part, pieces: int | Decimal, *, turn: int, label: str = "") -> Stock:
        cost = (part.price * SHARE_OF_PRICE).quantize(Decimal("0.01"))
        by = self.crew.one("parts_clerk", turn=turn)
        return stock.receive(part, store=self.crew.store, quantity=pieces, cost=cost, by=by, shelf=label).stock

    def refill(self) -> None:
        """What ran low has come from the factory, but for what is never to be had."""
        rows = Stock.objects.filter(store=self.crew.store, part__in=self.plenty).below_minimum()
        for turn, row in enumerate(rows.select_related("part").order_by("pk")):
            self.receive(row.part, row.maximum - row.on_hand, turn=turn)

    def sell(self) -> None:
        """Over the counter; who asks for what is not there goes without."""
        self.ask(self.rng.choice(self.plenty))

    def ask(self, part: Part) -> None:
        texts, clerk = data("parts"), self.crew.one("parts_clerk", turn=self.sold)
        self.sold += 1
        if Stock.objects.get(part=part, store=self.crew.store).available < 1:
            reason = Reason.objects.get(kind="LOST_SALE", code="NO_STOCK")
            stock.note_lost_sale(part, store=self.crew.store, by=clerk, reason=reason)
            return
        line = texts["counter"].format(n=self.sold)
        signer = self.rng.choice(texts["signers"])
        stock.issue(part, store=self.crew.store, quantity=1, by=clerk, signed_by=signer, source_line=line)

    def count(self) -> None:
        """Two shelves were counted and showed something else."""
        reason = Reason.objects.get(kind="STOCK_DIFFERENCE", code="MISCOUNT")
        by = self.crew.one("parts_manager", "parts_clerk")
        for part, change in zip(self.rng.sample(self.plenty, 2), (1, -1), strict=True):
            row = Stock.objects.get(part=part, store=self.crew.store)
            stock.correct(
                part,
                store=self.crew.store,
                counted=max(Decimal(0), row.on_hand + change),
                reason=reason,
                by=by,
                note=data("parts")["count_note"],
            )

    def today(self) -> None:
        """Goods came this morning; the last piece of one part goes, and who asks next goes without; three pieces are kept."""
        clerk = self.crew.one("parts_clerk")
        for turn, part in enumerate(self.rng.sample(self.plenty, 4)):
            self.receive(part, 4, turn=turn)
        last = self.ours[OUT]
        for part in (last, last, self.ours[SHORT - 1], self.ours[SHORT - 1], self.rng.choice(self.plenty)):
            self.ask(part)
        for number, part in enumerate(self.rng.sample(self.plenty, 3), start=500):
            if Stock.objects.get(part=part, store=self.crew.store).available >= 1:
                line = data("parts")["counter"].format(n=number)
                stock.reserve(part, store=self.crew.store, quantity=1, source_line=line, by=clerk)
