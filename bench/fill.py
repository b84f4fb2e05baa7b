"""A large dealership with a year behind it, by COPY: customers with cars, parts with stock, A cards, orders, visits, events."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.utils import timezone

from bench import desks
from bench.copying import copy, draw
from bench.people import WORDS, Dealership
from crm.actions import care
from crm.models import Customer, MileageReading, Ownership, Phone, Trigger, Vehicle
from crm.models.customers import CustomerStore
from crm.models.vehicles import VehicleStore
from crm.planner import CadenceStart
from dms.formats import folding, phones, pinyin, vin
from dms.formats.days import moment
from dms.models import Event, Reason
from dms.records import numbering
from parts.models import Bin, Part, Stock, StockMove
from sales.models import Lead, LeadContact, LevelChange, Order, OwnerCard, ShowroomVisit, StockCar

CUSTOMERS, PARTS, ORDERS, VISITS, STOCK_CARS = 20_000, 10_000, 6_000, 12_000, 300
OPEN_CARDS = 0.2
ISSUED_EACH = 2
YEAR = 365


class Filling:
    """One filling of an empty database; ``scale`` 1 is the size the documentation speaks of."""

    def __init__(self, dealership: Dealership, *, scale: float, seed: str = "bench") -> None:
        self.dealership, self.store = dealership, dealership.store
        self.dice = Random(seed)
        self.now, self.scale = timezone.now(), scale
        self.days = round(
            YEAR * max(1.0, scale)
        )  # a larger dealership is an older one: a day's business stays what it was
        self.customer_count = max(60, round(CUSTOMERS * scale))
        self.part_count = max(60, round(PARTS * scale))
        self.order_count = max(10, round(ORDERS * scale))
        self.visit_count = round(VISITS * scale)
        self.open_count = round(OPEN_CARDS * CUSTOMERS * min(1.0, scale))
        self.names: list[str] = []
        self.numbers: list[str] = []
        self.rows: dict[str, int] = {}

    @transaction.atomic
    def fill(self) -> dict[str, int]:
        """Everything, in one transaction; how many rows each table got."""
        self.customers = draw(Customer, self.customer_count)
        self.vehicles = draw(Vehicle, self.customer_count)
        self.leads = draw(Lead, self.customer_count)
        self.orders = draw(Order, self.order_count)
        self._people()
        self._cars()
        self._cards()
        self._orders()
        self._register()
        self._stock()
        self.lines, self.work_orders = desks.workshop(self)
        self.invoices = desks.accounts(self)
        self._events()
        self._care()
        desks.calls(self)
        return self.rows

    def copy(self, model: type[models.Model], columns: str, rows: Any) -> None:
        self.rows[model._meta.db_table] = copy(model, columns, rows)

    # --- when ---------------------------------------------------------------------------------------------------------
    def _moment(self, place: int, count: int, years: int = 1) -> datetime:
        """The moments of ``count`` rows, evenly over the days before today, in working hours."""
        days = self.days * years
        day = timezone.localdate(self.now) - timedelta(days=days - days * place // count)
        return at(day, minutes=place * 37 % 540)

    # --- customers and cars ---------------------------------------------------------------------------------------------
    def _name(self) -> str:
        given = "".join(self.dice.choices(WORDS["given"], k=self.dice.choice((1, 2, 2))))
        return f"{self.dice.choice(WORDS['surnames'])}{given}"

    def _people(self) -> None:
        self.names = [self._name() for _ in self.customers]
        self.numbers = [f"190{place * 7_919 % 100_000_000:08}" for place in range(len(self.customers))]
        adviser = self.dealership.people["adviser"][0].pk
        self.copy(
            Customer,
            "id name name_key name_folded salutation address needs created_at created_by_id",
            (
                (
                    pk,
                    name,
                    pinyin.key(name),
                    folding.name(name),
                    ("MR", "MS")[pk % 2],
                    f"Hongxing Road {pk}",
                    f"{{{WORDS['needs'][pk % len(WORDS['needs'])]}}}",
                    self._moment(place, self.customer_count, 3),
                    adviser,
                )
                for place, (pk, name) in enumerate(zip(self.customers, self.names, strict=True))
            ),
        )
        self.copy(
            Phone,
            "customer_id number tail is_primary",
            ((pk, number, phones.tail(number), True) for pk, number in zip(self.customers, self.numbers, strict=True)),
        )
        self.copy(CustomerStore, "customer_id store_id", ((pk, self.store.pk) for pk in self.customers))

    def _cars(self) -> None:
        variants = [variant.pk for variant in self.dealership.variants]
        self.copy(
            Vehicle,
            "id vin vin_tail plate plate_code variant_id colour bought_on",
            (
                (
                    pk,
                    (number := vin_of(pk)),
                    number[-6:],
                    plate(pk),
                    folding.code(plate(pk)),
                    variants[pk % len(variants)],
                    WORDS["colours"][pk % len(WORDS["colours"])],
                    self._bought(place),
                )
                for place, pk in enumerate(self.vehicles)
            ),
        )
        self.copy(VehicleStore, "vehicle_id store_id", ((pk, self.store.pk) for pk in self.vehicles))
        self.copy(
            Ownership,
            "vehicle_id customer_id since",
            (
                (car, owner, self._bought(place))
                for place, (car, owner) in enumerate(zip(self.vehicles, self.customers, strict=True))
            ),
        )
        self.readings = draw(MileageReading, self.customer_count)
        self.copy(
            MileageReading,
            "id vehicle_id km at",
            (
                (pk, car, 1_000 + place * 13 % 90_000, self._moment(place, self.customer_count))
                for place, (pk, car) in enumerate(zip(self.readings, self.vehicles, strict=True))
            ),
        )

    def _bought(self, place: int) -> date:
        """The first customers bought in the year behind us, the others before it."""
        if place < self.order_count:
            return timezone.localdate(self._moment(place, self.order_count))
        return timezone.localdate(self.now) - timedelta(days=self.days + place % (4 * YEAR))

    # --- sales ----------------------------------------------------------------------------------------------------------
    def _status(self, place: int) -> str:
        if place < self.order_count:
            return Lead.Status.DELIVERED
        return Lead.Status.OPEN if place < self.order_count + self.open_count else Lead.Status.LOST

    def _end_cards(self, loss: int, manager: int) -> None:
        """Every card begins open; most are sold or lost by now, step by step."""
        of = {status: Lead.objects.filter(pk__in=pks) for status, pks in self._cards_by_status().items()}
        of["DELIVERED"].update(status="ORDERED", next_contact_at=None)
        of["DELIVERED"].update(status="DELIVERED")
        of["LOST"].update(status="LOSS_REQUESTED", loss_reason=loss, loss_class="SAME_BRAND")
        of["LOST"].update(status="LOST", loss_approved_by=manager, next_contact_at=None)

    def _cards_by_status(self) -> dict[str, list[int]]:
        cards: dict[str, list[int]] = {status: [] for status in Lead.Status.values}
        for place, pk in enumerate(self.leads):
            cards[self._status(place)].append(pk)
        return cards

    def _cards(self) -> None:
        drawn = numbering.next_numbers("lead", self.store, self.customer_count)
        advisers, manager = self.dealership.people["adviser"], self.dealership.people["sales_manager"][0].pk
        self.owners = [advisers[place % len(advisers)].pk for place in range(self.customer_count)]
        self.opened = [self._moment(place % self.order_count, self.order_count) for place in range(self.customer_count)]
        loss, series = (
            Reason.objects.filter(kind=Reason.Kind.LOSS)[0].pk,
            [one.series_id for one in self.dealership.variants],
        )
        levels = [("H", "A", "B", "C", "N")[place % 5] for place in range(self.customer_count)]
        leads = list(zip(self.leads, levels, self.opened, self.owners, strict=True))
        self.copy(
            Lead,
            "id number store_id customer_id owner_id level next_contact_at series_id opened_at level_at status_at"
            " opened_by_id",
            (
                (
                    pk,
                    drawn[place],
                    self.store.pk,
                    self.customers[place],
                    owner,
                    level,
                    self.now + timedelta(hours=place % 300 - 20),
                    series[place % len(series)],
                    opened,
                    opened,
                    opened,
                    owner,
                )
                for place, (pk, level, opened, owner) in enumerate(leads)
            ),
        )
        self._end_cards(loss, manager)
        self.copy(LevelChange, "lead_id after at by_id", leads)
        contacts = [
            (
                pk,
                "SHOWROOM" if first else "CALL",
                "CAME" if first else "TALKED",
                level,
                opened if first else opened + timedelta(days=3),
                WORDS["story"],
                owner,
            )
            for pk, level, opened, owner in leads
            for first in (True, False)
        ]
        self.copy(LeadContact, "lead_id channel result level_after at what by_id", contacts)

    def _orders(self) -> None:
        drawn = numbering.next_numbers("order", self.store, self.order_count)
        cards = numbering.next_numbers("owner_card", self.store, self.order_count)
        manager, variants = self.dealership.people["sales_manager"][0].pk, self.dealership.variants
        self.delivered = [min(opened + timedelta(days=9), self.now) for opened in self.opened[: self.order_count]]
        self.copy(
            Order,
            "id number status store_id customer_id lead_id adviser_id variant_id price discount made_at made_by_id"
            " approved_by_id signed_at delivered_at status_at source_id",
            (
                (
                    pk,
                    drawn[place],
                    "DELIVERED",
                    self.store.pk,
                    self.customers[place],
                    self.leads[place],
                    self.owners[place],
                    (variant := variants[place % len(variants)]).pk,
                    variant.list_price,
                    1_000 * (place % 9),
                    self.opened[place],
                    self.owners[place],
                    manager,
                    self.opened[place],
                    self.delivered[place],
                    self.delivered[place],
                    f"bench-{place}",
                )
                for place, pk in enumerate(self.orders)
            ),
        )
        self.copy(
            OwnerCard,
            "number store_id customer_id vehicle_id order_id adviser_id opened_at",
            (
                (
                    cards[place],
                    self.store.pk,
                    self.customers[place],
                    self.vehicles[place],
                    pk,
                    self.owners[place],
                    self.delivered[place],
                )
                for place, pk in enumerate(self.orders)
            ),
        )
        self.copy(
            StockCar,
            "status store_id variant_id vin cost arrived_on",
            (
                (
                    "AVAILABLE",
                    self.store.pk,
                    variants[place % len(variants)].pk,
                    vin_of(4_000_000 + place),
                    100_000 + place,
                    timezone.localdate(self.now) - timedelta(days=place % 120),
                )
                for place in range(STOCK_CARS)
            ),
        )

    def _register(self) -> None:
        moments = [self._moment(place, self.visit_count) for place in range(self.visit_count)]
        sequence: dict[date, int] = {}

        def rows() -> Iterator[tuple[Any, ...]]:
            for place, came_at in enumerate(moments):
                day = timezone.localdate(came_at)
                sequence[day] = sequence.get(day, 0) + 1
                who = place % self.customer_count
                yield (
                    self.store.pk,
                    day,
                    sequence[day],
                    came_at,
                    came_at + timedelta(hours=1),
                    self.names[who],
                    self.customers[who],
                    True,
                    self.owners[who],
                    self.leads[who],
                )

        self.copy(
            ShowroomVisit,
            "store_id day sequence came_at left_at name customer_id left_contact adviser_id lead_id",
            rows(),
        )

    # --- parts and the workshop -------------------------------------------------------------------------------------------
    def _stock(self) -> None:
        self.parts, bins, stock = draw(Part, self.part_count), draw(Bin, 500), draw(Stock, self.part_count)
        names = [f"{WORDS['parts'][place % len(WORDS['parts'])]} {place:05}" for place in range(self.part_count)]
        self.copy(
            Part,
            "id number number_code name name_key unit price",
            (
                (
                    pk,
                    f"BM{place:06}",
                    folding.code(f"BM{place:06}"),
                    names[place],
                    pinyin.word_key(names[place]),
                    WORDS["unit"],
                    Decimal(20 + place % 900),
                )
                for place, pk in enumerate(self.parts)
            ),
        )
        self.copy(Bin, "id store_id code", ((pk, self.store.pk, f"A{place:03}") for place, pk in enumerate(bins)))
        shelves = [bins[place % len(bins)] for place in range(self.part_count)]
        self.copy(
            Stock,
            "id store_id part_id bin_id minimum maximum",
            ((pk, self.store.pk, self.parts[place], shelves[place], 5, 60) for place, pk in enumerate(stock)),
        )
        clerk = self.dealership.people["parts_clerk"][0].pk
        drawn_on = desks.WORK_ORDERS * desks.LINES_EACH

        def moves() -> Iterator[tuple[Any, ...]]:
            for place, pk in enumerate(stock):
                cost = Decimal(10 + place % 700)
                came = self._moment(0, 2)
                pieces = desks.PLENTY if place < drawn_on else 4 + place % 60
                yield pk, "RECEIPT", pieces, cost, "", "", clerk, shelves[place], came, f"bench-in-{pk}"
                for turn in range(ISSUED_EACH):
                    when = self._moment(place + turn, self.part_count + ISSUED_EACH)
                    yield (
                        pk,
                        "ISSUE",
                        -1,
                        cost,
                        f"bench/{turn}",
                        "-",
                        clerk,
                        shelves[place],
                        when,
                        f"bench-out-{pk}-{turn}",
                    )

        self.copy(StockMove, "stock_id kind quantity unit_cost source_line signed_by by_id bin_id at key", moves())

    # --- what was said of it ------------------------------------------------------------------------------------------------
    def _events(self) -> None:
        types = ContentType.objects.get_for_models(Customer, Lead, Order)

        def rows() -> Iterator[tuple[Any, ...]]:
            for place, pk in enumerate(self.customers):
                facts = (self.owners[place], self.store.pk)
                yield self.opened[place], "customer.registered", *facts, types[Customer].pk, pk, self.names[place]
                yield self.opened[place], "lead.opened", *facts, types[Lead].pk, self.leads[place], ""
                if place < self.order_count:
                    yield self.delivered[place], "order.delivered", *facts, types[Order].pk, self.orders[place], ""

        self.copy(Event, "at kind by_id store_id subject_type_id subject_id subject_label", rows())

    def _care(self) -> None:
        """The dealership's own rules begin for every delivery of the last year; what lies in the past is not called."""
        begun = (
            CadenceStart(self.customers[place], self.vehicles[place], self.store.pk, self.delivered[place])
            for place in range(self.order_count)
            if self.delivered[place] > self.now - timedelta(days=YEAR)
        )
        self.rows["care"] = care.start_many(
            Trigger.DELIVERY, beginnings=begun, by=None, not_before=self.now - timedelta(days=30)
        )


def at(day: date, *, minutes: int) -> datetime:
    """A moment after nine of that day."""
    return moment(day, time(9)) + timedelta(minutes=minutes)


def vin_of(serial: int) -> str:
    """An invented VIN with its check digit: a million of each plant."""
    plant, number = divmod(serial, 1_000_000)
    bare = f"LBMAE3A50T{'ABCDE'[plant]}{number:06}"
    return bare[:8] + vin.check_digit(bare[:8] + "0" + bare[9:]) + bare[9:]


def plate(serial: int) -> str:
    city, number = divmod(serial, 100_000)
    return f"{WORDS['plate']}{'BCDEFGHJKLMNPQRSTUVWXYZ'[city]}{number:05}"


def settle() -> None:
    """What autovacuum has done in a dealership that has been running for a while."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
