"""Sales of the past come into the system in sets: stores, catalogue, customers, cars, delivered orders, C cards and their care."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from crm import identity
from crm.actions import care
from crm.identity import Holder
from crm.models import Customer, FollowUp, Ownership, Phone, Trigger, Vehicle
from crm.models.customers import CustomerStore, search_facts
from crm.models.vehicles import VehicleStore
from crm.planner import CadenceStart
from dms.formats import phones
from dms.formats.days import moment
from dms.models import Brand, Colour, Event, Series, Store, User, Variant
from dms.records import events, numbering
from sales.events import SALES_IMPORTED
from sales.models import Order, OwnerCard
from sales.past_sales import Sale, code, store_letters

ONE_AT_A_TIME = 0x73616C65
"""The number of the advisory lock under which past sales are written."""

NOON = time(12)


@dataclass(frozen=True)
class Figures:
    """What came of it."""

    taken: int = 0
    known: int = 0
    faults: int = 0
    stores: int = 0
    brands: int = 0
    series: int = 0
    variants: int = 0
    customers: int = 0
    vehicles: int = 0
    orders: int = 0
    owner_cards: int = 0
    follow_ups: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(**{field.name: getattr(self, field.name) + getattr(other, field.name) for field in fields(self)})

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


@transaction.atomic
def take_sales(sales: Sequence[Sale], *, by: User | None, at: datetime) -> Figures:
    """Write a set of past sales; what is known by its id stays as it is. Care begins at ``at``: history is not called."""
    with connection.cursor() as cursor:
        # Customers are found by phone and sales by id before they are written: two imports would both find nothing.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    # Read after the lock is held: of the same file sent twice the second run finds everything known.
    known = set(Vehicle.objects.filter(source_id__in=[sale.id for sale in sales]).values_list("source_id", flat=True))
    new = [sale for sale in sales if sale.id not in known]
    figures = Batch(new, by, at).write() if new else Figures()
    return figures + Figures(known=len(sales) - len(new))


WRITTEN = (Customer, Phone, CustomerStore, Vehicle, VehicleStore, Ownership, Order, OwnerCard, FollowUp, Event)
"""The tables that grow with the sales."""


def tell_planner() -> None:
    """Tell Postgres how much came in: plans made for tables that were nearly empty would read them from end to end."""
    names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in WRITTEN)  # noqa: SLF001
    with connection.cursor() as cursor:
        # Not left to autovacuum: it comes minutes later, and the lists are opened now.
        cursor.execute(f"ANALYZE {names}")


class Batch:
    """One set of sales on its way into the tables."""

    def __init__(self, sales: Sequence[Sale], by: User | None, at: datetime) -> None:
        self.sales, self.by, self.at = sales, by, at
        self.new: dict[str, int] = {}

    def write(self) -> Figures:
        self.stores = self._stores()
        self.variants, self.colours = self._catalogue()
        self.customers = self._customers()
        vehicles = self._vehicles()
        orders = self._orders()
        cards = self._owner_cards(orders, vehicles)
        follow_ups = self._care(vehicles)
        count = len(self.sales)
        figures = Figures(
            taken=count,
            vehicles=len(vehicles),
            orders=len(orders),
            owner_cards=len(cards),
            follow_ups=follow_ups,
            **self.new,
        )
        events.record(SALES_IMPORTED, None, by=self.by, data=figures.as_dict())
        return figures

    # --- places and catalogue -------------------------------------------------------------------------------------------
    def _stores(self) -> dict[str, Store]:
        """Dealer → store, known by its name."""
        dealers = {sale.dealer: sale for sale in self.sales}
        stores = {store.name: store for store in Store.objects.filter(name__in=dealers, kind=Store.Kind.STORE)}
        taken = set(Store.objects.values_list("code", flat=True))
        missing = []
        for name, sale in dealers.items():
            if name not in stores:
                fresh = free_code(store_letters(name), taken)
                taken.add(fresh)
                missing.append(Store(code=fresh, name=name, name_en=name, address=sale.address[:200]))
        self._count("stores", Store.objects.bulk_create(missing))
        return stores | {store.name: store for store in missing}

    def _catalogue(self) -> tuple[dict[str, Variant], dict[tuple[str, str], Colour]]:
        brands = self._rows(
            Brand,
            "brands",
            lambda sale: (code(sale.brand, longest=20),),
            lambda key, sale: Brand(code=key[0], name=sale.brand),
            ("code",),
        )
        of = {sale.brand: brands[(code(sale.brand, longest=20),)] for sale in self.sales}
        series = self._rows(
            Series,
            "series",
            lambda sale: (of[sale.brand].pk, code(sale.model, longest=30)),
            lambda key, sale: Series(brand=of[sale.brand], code=key[1], name=sale.model),
            ("brand_id", "code"),
        )
        variants = self._rows(
            Variant,
            "variants",
            lambda sale: (variant_code(sale),),
            lambda key, sale: Variant(
                series=series[of[sale.brand].pk, code(sale.model, longest=30)],
                code=key[0],
                name=sale.configuration or sale.model,
            ),
            ("code",),
        )
        colours = self._rows(
            Colour,
            "",
            lambda sale: (of[sale.brand].pk, code(sale.colour, longest=20)) if sale.colour else None,
            lambda key, sale: Colour(brand=of[sale.brand], code=key[1], name=sale.colour),
            ("brand_id", "code"),
        )
        sold = {(of[sale.brand].pk, self.stores[sale.dealer].pk) for sale in self.sales}
        link = Brand.stores.through
        # The brand may be linked to the store already, by hand: what is there stays.
        link.objects.bulk_create(
            [link(brand_id=brand, store_id=store) for brand, store in sorted(sold)], ignore_conflicts=True
        )
        return (
            {sale.id: variants[(variant_code(sale),)] for sale in self.sales},
            {
                (sale.brand, sale.colour): colours[of[sale.brand].pk, code(sale.colour, longest=20)]
                for sale in self.sales
                if sale.colour
            },
        )

    def _rows(
        self,
        model: Any,
        counted: str,
        key: Callable[[Sale], Any],
        make: Callable[[Any, Sale], Any],
        names: tuple[str, ...],
    ) -> dict[Any, Any]:
        """The rows of a catalogue table by key, the missing ones made."""
        wanted = {key(sale): sale for sale in self.sales if key(sale) is not None}
        codes = {one[-1] for one in wanted}
        known = {tuple(getattr(row, name) for name in names): row for row in model.objects.filter(code__in=codes)}
        made = model.objects.bulk_create([make(one, sale) for one, sale in wanted.items() if one not in known])
        if counted:
            self._count(counted, made)
        return known | {tuple(getattr(row, name) for name in names): row for row in made}

    def _count(self, what: str, rows: Iterable[Any]) -> None:
        self.new[what] = len(list(rows))

    # --- customers and cars ---------------------------------------------------------------------------------------------
    def _customers(self) -> dict[str, Customer]:
        """Sale id → customer: by phone and name the same person, whichever store they bought at."""
        having: dict[str, list[Holder]] = defaultdict(list)
        numbers_ = {sale.phone for sale in self.sales}
        rows = Phone.objects.filter(number__in=numbers_, customer__merged_into=None)
        for phone in rows.select_related("customer").order_by("customer_id"):
            having[phone.number].append(Holder(phone.customer, is_here=True))
        made, mine = list[Phone](), dict[str, Customer]()
        for sale in self.sales:
            known = identity.the_one(sale.customer, having[sale.phone])
            if known is None:
                known = Holder(self._customer(sale), is_here=True)
                having[sale.phone].append(known)
                tail = phones.tail(sale.phone)
                made.append(Phone(customer=known.customer, number=sale.phone, tail=tail, is_primary=True))
            mine[sale.id] = known.customer
        self._count("customers", Customer.objects.bulk_create([phone.customer for phone in made], batch_size=1000))
        Phone.objects.bulk_create(made, batch_size=1000)
        met = {(mine[sale.id].pk, self.stores[sale.dealer].pk) for sale in self.sales}
        CustomerStore.objects.bulk_create(
            [CustomerStore(customer_id=customer, store_id=store) for customer, store in sorted(met)],
            ignore_conflicts=True,
        )
        return mine

    def _customer(self, sale: Sale) -> Customer:
        return Customer(
            name=sale.customer,
            **search_facts(sale.customer),
            salutation=sale.salutation,
            created_at=self.at,
            created_by=self.by,
            source_id=sale.id,
        )

    def _vehicles(self) -> dict[str, Vehicle]:
        made = {
            sale.id: Vehicle(
                source_id=sale.id,
                variant=self.variants[sale.id],
                colour=sale.colour,
                bought_on=sale.day,
                created_at=self.at,
            )
            for sale in self.sales
        }
        Vehicle.objects.bulk_create(made.values(), batch_size=1000)
        VehicleStore.objects.bulk_create(
            [VehicleStore(vehicle=made[sale.id], store=self.stores[sale.dealer]) for sale in self.sales],
            batch_size=1000,
        )
        Ownership.objects.bulk_create(
            [Ownership(vehicle=made[sale.id], customer=self.customers[sale.id], since=sale.day) for sale in self.sales],
            batch_size=1000,
        )
        return made

    # --- what delivery leaves -------------------------------------------------------------------------------------------
    def _numbers(self, kind: str) -> dict[str, str]:
        """Sale id → number: those of a store in a row, drawn at once."""
        of_store: dict[str, list[Sale]] = defaultdict(list)
        for sale in self.sales:
            of_store[sale.dealer].append(sale)
        on = timezone.localdate(self.at)
        drawn: dict[str, str] = {}
        # In one order of stores, always: each counter that is drawn from stays locked until the end.
        for dealer, sold in sorted(of_store.items(), key=lambda item: self.stores[item[0]].pk):
            row = numbering.next_numbers(kind, self.stores[dealer], len(sold), on=on)
            drawn.update(zip((sale.id for sale in sold), row, strict=True))
        return drawn

    def _orders(self) -> dict[str, Order]:
        drawn = self._numbers("order")
        made = {}
        for sale in self.sales:
            sold_at = noon(sale.day)
            made[sale.id] = Order(
                number=drawn[sale.id],
                status=Order.Status.DELIVERED,
                store=self.stores[sale.dealer],
                customer=self.customers[sale.id],
                variant=self.variants[sale.id],
                colour=self.colours.get((sale.brand, sale.colour)),
                price=sale.price,
                made_at=sold_at,
                made_by=self.by,
                signed_at=sold_at,
                delivered_at=sold_at,
                status_at=sold_at,
                source_id=sale.id,
            )
        Order.objects.bulk_create(made.values(), batch_size=1000)
        return made

    def _owner_cards(self, orders: dict[str, Order], vehicles: dict[str, Vehicle]) -> list[OwnerCard]:
        drawn = self._numbers("owner_card")
        cards = [
            OwnerCard(
                number=drawn[sale.id],
                store=self.stores[sale.dealer],
                customer=self.customers[sale.id],
                vehicle=vehicles[sale.id],
                order=orders[sale.id],
                opened_at=noon(sale.day),
            )
            for sale in self.sales
        ]
        return OwnerCard.objects.bulk_create(cards, batch_size=1000)

    def _care(self, vehicles: dict[str, Vehicle]) -> int:
        begun = (
            CadenceStart(self.customers[sale.id].pk, vehicles[sale.id].pk, self.stores[sale.dealer].pk, noon(sale.day))
            for sale in self.sales
        )
        return care.start_many(Trigger.DELIVERY, beginnings=begun, by=self.by, not_before=self.at)


def noon(day: date) -> datetime:
    return moment(day, NOON)


def variant_code(sale: Sale) -> str:
    return code(sale.brand, sale.model, sale.configuration, longest=40)


def free_code(letters: str, taken: set[str]) -> str:
    """The first store code of these letters that nobody has."""
    return next(store_code for number in range(1, 10_000) if (store_code := f"{letters}{number:02}"[:8]) not in taken)
