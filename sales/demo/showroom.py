"""Three months in the showrooms: guests day by day, cars from the factory, and what every list shows today."""

from datetime import date
from random import Random

from dms import demo
from dms.demo.cast import dice
from dms.demo.stage import Stage, Story, moment
from dms.models import User
from sales.actions import leads, quotes
from sales.demo.cards import guest_story, lost_story, new_card, talk_about
from sales.demo.floor import Floor
from sales.demo.purchases import Purchase, in_a_week
from sales.models import LeadContact, Order

PROSPECTS, PER_STORE = 300, 1500
"""Which people of the demo come for a car, and how many for each store at most."""
GUESTS = {"JJ01": 0.5, "GX01": 0.32, "TF01": 0.28, "SL01": 0.1}
"""How many come on a usual day."""
# The custom of the trade: families look at cars on Saturdays and Sundays.
WEEKEND = 1.8
TODAY = {"JJ01": 5, "GX01": 3, "TF01": 3, "SL01": 1}
LEVELS = "NHABC"
Status = Order.Status
ORDERS = (
    Status.DRAFT,
    Status.PENDING_APPROVAL,
    Status.SIGNED,
    Status.ALLOCATED,
    Status.READY,
    Status.DELIVERED,
    Status.CANCELLED,
)
FEWER = (Status.PENDING_APPROVAL, Status.SIGNED, Status.ALLOCATED, Status.READY, Status.DELIVERED)
OUTLET_ORDERS = (Status.DRAFT, Status.SIGNED)
WHOLE = "JJ01"
"""Where the demo's sign-ins work."""
BEFORE: dict[str, int] = {Status.DRAFT: 0, Status.PENDING_APPROVAL: 0, Status.SIGNED: 0, Status.CANCELLED: 1}
"""How many days before today such an order begins; the others two."""


@demo.step("showroom")
def showroom(stage: Stage) -> None:
    """Everything of sales, store by store."""
    codes = list(GUESTS)
    for crew in stage.crews():
        code = crew.store.code
        place = codes.index(code)
        floor = Floor(stage, crew, dice(f"sales-{code}"), place, PROSPECTS + PER_STORE * place)
        stage.do(moment(stage.first, 0), floor.fill_yard)
        for day in stage.dates():
            a_day(floor, day)
        tell_today(floor)


def a_day(floor: Floor, day: date) -> None:
    """Guests between opening and closing; every week cars from the factory."""
    stage, rng = floor.stage, floor.rng
    count = TODAY[floor.store.code] if day == stage.today else guests_on(day, floor, rng)
    last = 15.6 if day == stage.today else 17.4
    for number in range(count):
        hour = 9.1 + (last - 9.1) * (number + rng.random()) / count
        stage.tell(moment(day, hour), guest_story(floor))
    if day.weekday() == 1 and not floor.is_outlet:
        stage.tell(moment(day, 14.1), floor.deliveries_from_factory(rng.randint(1, 2)))


def guests_on(day: date, floor: Floor, rng: Random) -> int:
    """More at the weekend; the part after the point by the dice."""
    expected = GUESTS[floor.store.code] * (WEEKEND if day.weekday() >= 5 else 1) * (0.6 + rng.random() * 0.8)
    return int(expected) + (rng.random() < expected % 1)


def tell_today(floor: Floor) -> None:
    """What a stranger should find in every store: a card of each level, two given up, an order at each step."""
    stage, rng = floor.stage, floor.rng
    for level in LEVELS:
        stage.tell(moment(before(stage, 3 if level != "N" else 0), 9.5 + rng.random() * 5), warm(floor, level))
    if not floor.is_outlet:
        for _number in range(2):
            stage.tell(moment(before(stage, 3), 11 + rng.random() * 4), given_up(floor))
    if floor.store.code == WHOLE:
        for number, level in enumerate("HAB"):
            stage.tell(moment(before(stage, 1), 10 + number), promised(floor, level, hour=11 + 2.5 * number))
    for place, status in enumerate(orders_of(floor)):
        day = before(stage, BEFORE.get(status, 2))
        hour = 8.7 + 0.3 * place if day == stage.today else 10 + rng.random() * 2
        stage.tell(moment(day, hour), bought(floor, status))


def orders_of(floor: Floor) -> tuple[str, ...]:
    if floor.store.code == WHOLE:
        return ORDERS
    return OUTLET_ORDERS if floor.is_outlet else FEWER


def promised(floor: Floor, level: str, *, hour: float) -> Story:
    """The adviser whose sign-in is printed met somebody yesterday and promised to call today."""
    owner, rng = User.objects.get(username="adviser"), floor.rng
    lead = new_card(floor, "N", owner=owner)
    yield floor.later(minutes=30)
    due = moment(floor.stage.today, hour)
    said = leads.Said(LeadContact.Result.TALKED, level, rng.choice(floor.texts["contacts"]), next_at=due)
    leads.record_contact(lead, said=said, by=owner)


def before(stage: Stage, days: int) -> date:
    dates = stage.dates()
    return dates[max(0, len(dates) - 1 - days)]


def warm(floor: Floor, level: str) -> Story:
    """A card at that level, talked about yesterday or today; one has an offer."""
    lead = new_card(floor, "N")
    days = {"N": None, "H": 2.0, "A": 2.2, "B": 1.0, "C": 1.3}[level]
    if days is None:
        return
    yield floor.later(days=days)
    lead = talk_about(floor, lead, level=level)
    if level in "HA" and lead.variant is not None and lead.owner is not None:
        yield floor.later(minutes=50)
        items = floor.items(lead.variant)
        quotes.make_quote(lead, variant=lead.variant, items=items, valid_until=in_a_week(), by=lead.owner)


def given_up(floor: Floor) -> Story:
    """A card whose adviser has given up; the manager has not looked at it yet."""
    lead = new_card(floor, "N")
    yield floor.later(days=1.0)
    lead = talk_about(floor, lead, level="C")
    yield max(moment(floor.stage.today, 9.5 + floor.rng.random() * 4), floor.stage.at)
    yield from first_act(lost_story(floor, lead))


def first_act(story: Story) -> Story:
    """The story up to where it would wait."""
    next(story, None)
    yield from ()


def bought(floor: Floor, status: str) -> Story:
    lead = new_card(floor, "H")
    yield floor.later(minutes=40)
    lead = talk_about(floor, lead, level="H")
    yield floor.later(minutes=15)
    yield from Purchase(floor, lead, until=status).story()
