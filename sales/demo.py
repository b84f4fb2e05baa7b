"""The showroom of the demo: the yard, today's register, A cards of every level, offers, purchases up to the owner's card."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.utils import timezone

from crm.actions import billing, customers
from crm.demo import guest, variants_of
from dms import demo
from dms.demo.cast import Crew, crews, data, dice, vin_of
from dms.models import Reason, Store, Variant
from sales import rhythm
from sales.actions import deliveries, leads, losses, orders, quotes, register, stock
from sales.actions.leads import Said, Wish
from sales.actions.quotes import Item
from sales.models import Lead, LeadVisit, Order, ShowroomVisit, Source, StockCar

PROSPECTS, PER_STORE = 130, 60
"""Which people of the demo come for a car, and how many for each store."""
FIRST_CAR = 500_001
LEVELS = "NNNNNHHHHAAAAAABBBBBBBCCCC"
Stage = Order.Status
ORDERS = (
    Stage.DRAFT, Stage.PENDING_APPROVAL, Stage.PENDING_APPROVAL, Stage.SIGNED, Stage.SIGNED, Stage.ALLOCATED, Stage.READY,
    Stage.DELIVERED, Stage.DELIVERED, Stage.CANCELLED,
)  # fmt: skip
OUTLET_ORDERS = (Stage.DRAFT, Stage.PENDING_APPROVAL, Stage.SIGNED)


@dataclass
class Floor:
    """A store's showroom: its crew, what it sells, its dice, and who of the demo comes next."""

    crew: Crew
    sold: list[Variant]
    rng: Random
    texts: Any
    next_person: int

    @property
    def store(self) -> Store:
        return self.crew.store

    @property
    def is_outlet(self) -> bool:
        return self.store.kind == Store.Kind.OUTLET

    def somebody(self) -> tuple[str, str]:
        self.next_person += 1
        return guest(self.next_person - 1)


@demo.step("showroom")
def showroom() -> None:
    """Everything of sales, store by store."""
    if StockCar.objects.exists() or Lead.objects.exists():
        return
    texts = data("sales")
    for place, crew in enumerate(crews()):
        floor = Floor(
            crew, variants_of(crew.store), dice(f"sales-{crew.store.code}"), texts, PROSPECTS + PER_STORE * place
        )
        fill_yard(floor, FIRST_CAR + 100 * place)
        write_register(floor)
        cards = [open_card(floor, level) for level in (LEVELS[::4] if floor.is_outlet else LEVELS)]
        give_up(floor, cards)
        offer(floor, cards)
        for stage in OUTLET_ORDERS if floor.is_outlet else ORDERS:
            Purchase(floor).bring_to(stage)


def fill_yard(floor: Floor, serial: int) -> None:
    """Cars on their way, in the yard for days and for months, on display, one with its certificate pledged."""
    today, by = timezone.localdate(), floor.crew.one("warehouse", "sales_manager")
    for place in range(4 if floor.is_outlet else 12):
        variant = floor.sold[place % len(floor.sold)]
        colour = floor.rng.choice(list(variant.series.brand.colours.all()))
        facts: dict[str, Any] = {"arrived": place % 6 != 5, "location": floor.rng.choice(floor.texts["rows"])}
        if facts["arrived"]:
            facts["arrived_on"] = today - timedelta(days=(3, 12, 28, 47, 66, 95, 130)[place % 7])
        if place == 2:
            facts["use"] = StockCar.Use.DISPLAY
        if place == 3:
            facts["use"] = StockCar.Use.TEST
        if place == 4:
            facts["certificate"] = StockCar.Certificate.PLEDGED
        stock.enter_car(
            vin=vin_of(serial + place), variant=variant, store=floor.store, by=by, colour=colour,
            cost=(variant.list_price * Decimal("0.91")).quantize(Decimal(100)),
            factory_month=today.replace(day=1) - timedelta(days=120), **facts,
        )  # fmt: skip


def moments(store: Store, count: int) -> list[datetime]:
    """So many moments of today's opening hours that lie behind us; in the night, of the hours since midnight."""
    now = timezone.localtime()
    opened = now.replace(hour=store.opens_at.hour, minute=store.opens_at.minute, second=0, microsecond=0)
    begin = opened if opened < now else now.replace(hour=0, minute=0, second=0, microsecond=0)
    closed = now.replace(hour=store.closes_at.hour, minute=store.closes_at.minute, second=0, microsecond=0)
    end = min(now, closed) if begin == opened else now
    return [begin + (end - begin) * place / (count + 1) for place in range(1, count + 1)]


def write_register(floor: Floor) -> None:
    """Today's guests and calls: known, new, without a number; some still here, one nobody has completed."""
    kinds, purposes = ShowroomVisit.Kind, ShowroomVisit.Purpose
    times = moments(floor.store, 4 if floor.is_outlet else 9)
    for place, came in enumerate(times):
        name, phone = floor.somebody()
        visit = register.Visit(
            kind=kinds.CALL if place % 4 == 1 else kinds.WALK_IN, party_size=1 if place % 4 == 1 else 1 + place % 3,
            purpose=purposes.TEST_DRIVE if place % 3 == 2 else purposes.LOOK, source=source(floor),
            note=floor.texts["register"][place % len(floor.texts["register"])], came_at=came,
        )  # fmt: skip
        who = register.Guest() if place in {3, 6} else register.Guest(phone, name)
        row = register.register_visit(who, visit=visit, store=floor.store, by=floor.crew.one("reception"))
        if place == 3:
            register.complete_visit(row, guest=register.Guest(), by=floor.crew.one("reception"), left_nothing=True)
        if row.left_at is None and place < len(times) - 2:
            register.leave(row, by=floor.crew.one("reception"), at=min(came + timedelta(minutes=35), timezone.now()))


def source(floor: Floor) -> Source:
    return floor.rng.choice(list(Source.objects.filter(parent__isnull=False).order_by("pk")))


def open_card(floor: Floor, level: str) -> Lead:
    """A card with its past: opened some contacts ago, and due again by the rhythm of its level, now and then too late."""
    rng, texts = floor.rng, floor.texts
    variant, pace = rng.choice(floor.sold), timedelta(hours=rhythm.hours_of(level))
    last = timezone.now() - pace * rng.choice([0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 0.9, 1.05])
    talks = 0 if level == "N" else rng.randint(1, 4)
    facts = {
        "variant": variant, "colour": str(rng.choice(list(variant.series.brand.colours.all()))),
        "budget": rng.choice(texts["budgets"]), "buys_when": rng.choice(texts["when"]), "wish": rng.choice(texts["wishes"]),
    }  # fmt: skip
    owner = rng.choice(floor.crew.all("adviser"))
    lead = new_card(floor, owner, at=last - timedelta(hours=70) * talks, wish=Wish(source(floor), "N", facts))
    for talk in range(1, talks + 1):
        now_level = level if talk == talks else rng.choice("ABC")
        results = LeadVisit.Result
        result = rng.choice([results.TALKED, results.TALKED, results.CAME, results.WILL_COME, results.NO_ANSWER])
        channel = LeadVisit.Channel.SHOWROOM if result == results.CAME else LeadVisit.Channel.CALL
        said = Said(result, now_level, rng.choice(texts["contacts"]), channel)
        row = leads.record_contact(lead, said=said, by=owner, at=last - timedelta(hours=70) * (talks - talk))
        if talk < talks and rng.random() < 0.4:
            leads.review(row, words=rng.choice(texts["reviews"]), by=floor.crew.one("sales_manager"))
    return lead


def new_card(floor: Floor, owner: Any, *, at: datetime, wish: Wish) -> Lead:
    name, phone = floor.somebody()
    called, what = floor.rng.choice(["MR", "MS"]), floor.rng.choice(floor.texts["register"])
    known = customers.register_customer(name=name, phone=phone, store=floor.store, by=owner, salutation=called)
    return leads.open_lead(known.customer, store=floor.store, owner=owner, by=owner, wish=wish, at=at, what=what)


def give_up(floor: Floor, cards: list[Lead]) -> None:
    """Two cards wait for the manager's word on their loss, one is lost."""
    for lead, (code, note) in zip(cards[-3:], floor.texts["losses"], strict=True):
        assert lead.owner is not None
        reason = Reason.objects.get(kind=Reason.Kind.LOSS, code=code)
        losses.request_loss(lead, reason=reason, by=lead.owner, note=note)
    losses.confirm_loss(cards[-1], by=floor.crew.one("sales_manager"))


def items_of(floor: Floor, variant: Variant) -> list[Item]:
    texts, off = floor.texts, Decimal(floor.rng.randrange(20, 90) * 100)
    return [
        Item("VEHICLE", variant.list_price),
        Item("INSURANCE", Decimal(floor.rng.randrange(42, 68) * 100), texts["insurance"]),
        Item("PLATE", Decimal(500), texts["plate"]),
        Item("ACCESSORY", Decimal(680), texts["mat"]),
        Item("DISCOUNT", -off),
    ]


def valid_until() -> date:
    return timezone.localdate() + timedelta(days=7)


def offer(floor: Floor, cards: list[Lead]) -> None:
    """Offers on some cards; the first is made again with a better price."""
    for place, lead in enumerate(cards[len(cards) // 5 : -3][:8:2]):
        assert lead.owner is not None
        assert lead.variant is not None
        first = quotes.make_quote(
            lead, variant=lead.variant, items=items_of(floor, lead.variant), valid_until=valid_until(), by=lead.owner
        )
        if place == 0:
            quotes.make_quote(
                lead, variant=lead.variant, items=items_of(floor, lead.variant), valid_until=valid_until(), by=lead.owner,
                revises=first,
            )  # fmt: skip


class Purchase:
    """A purchase on its own card, brought as far as it is wanted."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.crew = floor.crew
        self.owner = floor.rng.choice(floor.crew.all("adviser"))
        self.car: StockCar | None = self.free_car()
        variant = self.car.variant if self.car else floor.rng.choice(floor.sold)
        colour = self.car.colour if self.car else None
        wish = Wish(source(floor), "H", {"variant": variant, "budget": floor.rng.choice(floor.texts["budgets"])})
        lead = new_card(floor, self.owner, at=timezone.now() - timedelta(days=floor.rng.randint(2, 9)), wish=wish)
        said = Said(LeadVisit.Result.CAME, "H", floor.texts["contacts"][4], LeadVisit.Channel.SHOWROOM)
        leads.record_contact(lead, said=said, by=self.owner, at=timezone.now() - timedelta(hours=20))
        quote = quotes.make_quote(
            lead,
            variant=variant,
            colour=colour,
            items=items_of(floor, variant),
            valid_until=valid_until(),
            by=self.owner,
        )
        self.order = orders.order_from_quote(
            quote, by=self.owner, deposit=Decimal(5_000), note=floor.texts["order_note"],
            deliver_on=timezone.localdate() + timedelta(days=floor.rng.randint(1, 12)),
        )  # fmt: skip

    def free_car(self) -> StockCar | None:
        """The car longest in the yard that may be sold."""
        rows = StockCar.objects.filter(store=self.floor.store, status="AVAILABLE", use="NORMAL", certificate="IN_HAND")
        return rows.select_related("variant__series__brand", "colour").order_by("arrived_on", "pk").first()

    def bring_to(self, stage: str) -> None:
        if stage == Stage.DRAFT:
            return
        orders.submit_order(self.order, by=self.owner)
        if stage == Stage.PENDING_APPROVAL:
            return
        self.order = orders.approve_order(self.order, by=self.crew.one("sales_manager"))
        if stage == Stage.SIGNED and self.order.pk % 2:
            return
        self.pay(self.order.deposit)
        if stage == Stage.CANCELLED:
            reason = Reason.objects.get(kind=Reason.Kind.CANCEL, code="CUSTOMER_WISH")
            note, by = self.floor.texts["cancelled"], self.crew.one("sales_manager")
            orders.cancel_order(self.order, reason=reason, by=by, forfeit=Decimal(1_000), note=note)
        elif stage != Stage.SIGNED and self.car is not None:
            self.prepare(self.car, stage)

    def pay(self, amount: Decimal) -> None:
        self.order.refresh_from_db()
        assert self.order.invoice is not None
        billing.take_payment(self.order.invoice, amount=amount, method="TRANSFER", by=self.crew.one("cashier"))

    def prepare(self, car: StockCar, stage: str) -> None:
        """A car is kept, its sheet goes round; ready, it waits for the customer, or leaves with them."""
        stock.allocate_car(self.order, car=car, by=self.owner)
        comes = timezone.now() + timedelta(hours=self.floor.rng.randint(3, 50))
        sheet = deliveries.plan_delivery(self.order, by=self.owner, at=comes)
        deliveries.sign_off(sheet, department="SALES", by=self.owner)
        keeper = self.crew.one("warehouse", "sales_manager")
        deliveries.sign_off(sheet, department="WAREHOUSE", by=keeper)
        if stage == Stage.ALLOCATED:
            return
        stock.mark_ready(self.order, by=keeper)
        self.order.refresh_from_db()
        assert self.order.invoice is not None
        self.order.invoice.refresh_from_db()
        self.pay(self.order.invoice.due)
        deliveries.sign_off(sheet, department="AFTERSALES", by=self.crew.one("inspector", "service_manager", "admin"))
        deliveries.note_step(sheet, step="cleaned", by=keeper)
        if stage == Stage.READY:
            return
        deliveries.sign_off(sheet, department="FINANCE", by=self.crew.one("cashier"))
        for step in ("papers", "arrived"):
            deliveries.note_step(sheet, step=step, by=self.owner)
        deliveries.confirm_delivery(sheet, name=self.order.customer.name, by=self.owner)
        deliveries.deliver_order(self.order, by=self.owner)
