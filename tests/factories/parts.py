"""The parts room: parts, what lies on the shelf, what went out."""

from decimal import Decimal

from factory.declarations import SelfAttribute, Sequence, SubFactory

from dms.models import Store, User
from parts.actions import stock
from parts.models import LostSale, Part, Reservation, Stock, StockMove
from tests.factories.base import ActFactory, member
from tests.factories.people import StoreFactory


class PartFactory(ActFactory[Part]):
    """A part; with ``pieces``, so many lie on the store's shelf."""

    class Meta:
        model = Part

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.parts_clerk)
    number = Sequence(lambda number: f"SY-{number:05}")
    name = "机油滤清器"
    unit = "件"
    price = Decimal(46)
    pieces = 0
    cost = "21.40"

    @staticmethod
    def act(*, store: Store, by: User, pieces: int, cost: str, **fields: object) -> Part:
        part = Part.objects.create(**fields)
        if pieces:
            stock.receive(part, store=store, quantity=pieces, cost=cost, by=by)
        return part


class StockFactory(ActFactory[Stock]):
    class Meta:
        model = Stock

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.parts_clerk)
    pieces = 9

    @staticmethod
    def act(*, store: Store, **facts: object) -> Stock:
        return Stock.objects.get(part=PartFactory.create(store=store, **facts), store=store)


class StockMoveFactory(ActFactory[StockMove]):
    """An issue: it can come back."""

    class Meta:
        model = StockMove

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.parts_clerk)
    part = SubFactory(PartFactory, store=SelfAttribute("..store"), by=SelfAttribute("..by"), pieces=9)

    @staticmethod
    def act(*, part: Part, store: Store, by: User) -> StockMove:
        return stock.issue(part, store=store, quantity=2, by=by, signed_by="石斛", source_line="WO-1/1")


class ReservationFactory(ActFactory[Reservation]):
    class Meta:
        model = Reservation

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.parts_clerk)
    part = SubFactory(PartFactory, store=SelfAttribute("..store"), by=SelfAttribute("..by"), pieces=9)
    source_line = Sequence(lambda number: f"WO-{number}/1")

    @staticmethod
    def act(*, part: Part, store: Store, by: User, source_line: str) -> Reservation:
        return stock.reserve(part, store=store, quantity=2, by=by, source_line=source_line)


class LostSaleFactory(ActFactory[LostSale]):
    class Meta:
        model = LostSale

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.parts_clerk)
    part = SubFactory(PartFactory, store=SelfAttribute("..store"), by=SelfAttribute("..by"))

    @staticmethod
    def act(*, part: Part, store: Store, by: User) -> LostSale:
        return stock.note_lost_sale(part, store=store, by=by)
