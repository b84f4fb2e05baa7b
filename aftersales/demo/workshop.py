"""Three months in the workshops: cars day by day, recalls that bring some, and today's board with something of everything."""

from datetime import date, timedelta
from itertools import count

from django.utils import timezone

from aftersales.actions.appointments import AgreedInCall
from aftersales.demo.shop import Shop
from aftersales.demo.visits import EXTRA, PAID, Job, booked_visit, visit
from aftersales.models import Bay, WorkOrder
from crm.demo import desk
from crm.models import FollowUp, Vehicle
from dms import demo
from dms.demo.cast import data, dice
from dms.demo.stage import Stage, Story, moment
from dms.models import Store

Status = WorkOrder.Status
CARS = {"JJ01": 0.34, "GX01": 0.25, "TF01": 0.22}
"""How many come on a usual day, besides those the recall brings."""
BOOKED = 0.6
AHEAD = 4
"""Bookings are made up to so many days ahead."""

TARGETS = (
    Status.SETTLED,
    PAID,
    Status.READY,
    Status.PASSED,
    Status.TEAM_CHECKED,
    Status.SELF_CHECKED,
    EXTRA,
    Status.ON_HOLD,
    Status.IN_PROGRESS,
    Status.DISPATCHED,
    Status.AUTHORISED,
    Status.ESTIMATED,
    Status.DRAFT,
    Status.CANCELLED,
    Status.RELEASED,
)
"""Who has the longest way comes first in the morning."""


WHOLE = "JJ01"
"""Where the demo's sign-ins work: an order at every point. The other stores have a third of them."""


@demo.step("bays", of_group=True)
def bays(_stage: Stage) -> None:
    """The places to work in, as the configuration site gives them."""
    stores = {store.code: store for store in Store.objects.all()}
    rows = [Bay(store=stores[code], name=name) for code, names in data("aftersales")["bays"].items() for name in names]
    Bay.objects.bulk_create(rows, ignore_conflicts=True)


@demo.step("workshop")
def work(stage: Stage) -> None:
    """Bookings and work orders, store by store."""
    shops = {}
    for crew in stage.crews(outlets=False):
        shop = shops[crew.store.pk] = Shop(stage, crew, dice(f"workshop-{crew.store.code}"))
        turns = count()
        for day in stage.dates():
            a_day(shop, day, turns)
        well_booked(shop, turns)
        for place, target in enumerate(TARGETS if crew.store.code == WHOLE else TARGETS[::3]):
            stage.tell(moment(stage.today, 8.75 + 0.13 * place), brought_to(shop, target, next(turns)))
    desk.when_booked[:] = [Recalled(shops)]


def a_day(shop: Shop, day: date, turns: "count[int]") -> None:
    """Some come unannounced, some book for one of the next days."""
    rng, expected = shop.rng, CARS[shop.store.code] * (1.25 if day.weekday() >= 5 else 0.95)
    cars = int(expected) + (rng.random() < expected % 1)
    for _number in range(cars):
        shop.stage.tell(moment(day, 9 + rng.random() * 5), visit(shop, turn=next(turns), booked=rng.random() < BOOKED))


def well_booked(shop: Shop, turns: "count[int]") -> None:
    """Today and the next days have their bookings, made yesterday."""
    stage, yesterday = shop.stage, shop.stage.today - timedelta(days=1)
    for ahead in range(AHEAD):
        for number in range(3 if shop.store.code == WHOLE else 1):
            due = stage.today + timedelta(days=ahead)
            stage.tell(moment(yesterday, 15 + 0.2 * number), visit(shop, turn=next(turns), booked=True, due=due))


def brought_to(shop: Shop, target: str, turn: int) -> Story:
    car = shop.next_car(shop.stage.today)
    if car is not None:
        yield from Job(shop, car, turn=turn, until=target).story()


class Recalled:
    """The recall's call was answered with yes: the visit stands in the book of the owner's workshop."""

    def __init__(self, shops: dict[int, Shop]) -> None:
        self.shops = shops

    def __call__(self, call: FollowUp, said: str) -> None:
        shop = self.shops.get(call.store_id)
        if shop is not None and call.vehicle_id:
            shop.stage.tell(shop.stage.at + timedelta(minutes=3), self.book(shop, call, said))

    def book(self, shop: Shop, call: FollowUp, said: str) -> Story:
        pk = call.vehicle_id or 0
        call.refresh_from_db()
        # Answered along with another call of the customer meanwhile.
        if call.has_ended or call.due_from > shop.stage.at:
            return
        car = Vehicle.objects.select_related("variant").get(pk=pk)
        day = timezone.localdate(shop.stage.at) + timedelta(days=shop.rng.randint(1, AHEAD))
        shop.seen[pk] = day
        work = shop.maintenance_of(car)
        booking = shop.book(car, day, work=work, channel="RECALL", agreed=AgreedInCall(call, said))
        if booking is not None:
            yield from booked_visit(shop, booking, turn=pk, work=work)
