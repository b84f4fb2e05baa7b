"""The life of an A card: guests come, are called, buy or do not."""

from datetime import timedelta

from crm.actions import customers
from dms.core.untyped import Facts
from dms.demo.stage import Story
from dms.models import Reason, User
from sales.actions import leads, losses, register
from sales.actions.leads import Said, Wish
from sales.demo.floor import Floor
from sales.demo.purchases import Purchase
from sales.models import Lead, LeadContact, ShowroomVisit

Result = LeadContact.Result
# Of a hundred cards: so many are won, lost, and still talked about.
FATES = ("WON",) * 27 + ("LOST",) * 38 + ("OPEN",) * 35
PATIENCE = 4
"""After so many contacts nobody believes in the card any more."""


def guest_story(floor: Floor) -> Story:
    """Somebody comes or calls; most leave a number and become a card."""
    rng, kinds, purposes = floor.rng, ShowroomVisit.Kind, ShowroomVisit.Purpose
    call = rng.random() < 0.22
    visit = register.Visit(
        kind=kinds.CALL if call else kinds.WALK_IN,
        party_size=1 if call else rng.choice([1, 2, 2, 3]),
        purpose=rng.choice([purposes.LOOK, purposes.LOOK, purposes.TEST_DRIVE]),
        source=rng.choice(floor.sources),
        note=rng.choice(floor.texts["register"]),
    )
    name, phone = floor.somebody()
    desk = floor.crew.one("reception", turn=rng.randint(0, 1))
    unknown = rng.random() < 0.13
    who = register.Guest() if unknown else register.Guest(phone, name)
    row = register.register_visit(who, visit=visit, store=floor.store, by=desk)
    if unknown:
        yield floor.later(minutes=25)
        register.complete_visit(row, guest=register.Guest(), by=desk, left_nothing=True)
    if row.left_at is None:
        yield floor.later(minutes=rng.randint(20, 75))
        register.leave(row, by=desk)
    if row.lead is not None:
        yield from card_story(floor, row.lead)


def card_story(floor: Floor, lead: Lead) -> Story:
    """What is wanted is written down, contacts follow the rhythm, and it ends as it ends."""
    rng, fate = floor.rng, floor.rng.choice(FATES)
    yield floor.later(minutes=rng.randint(10, 30))
    car = floor.free_car()
    variant = car.variant if car and rng.random() < 0.7 else rng.choice(floor.sold)
    assert lead.owner is not None
    lead = leads.change_wish(lead, by=lead.owner, **floor.wish(variant))
    talks = rng.randint(1, 2) if fate != "OPEN" else PATIENCE
    for talk in range(1, talks + 1):
        assert lead.next_contact_at is not None
        due = lead.next_contact_at + timedelta(hours=rng.choice([-5, -3, -2, -1, 1, 3, 26 if fate == "OPEN" else 2]))
        yield floor.stage.workday(floor.store, due, rng=rng)
        lead = talk_about(floor, lead, level=level_of(floor, fate, left=talks - talk))
    if fate == "WON":
        yield floor.later(minutes=rng.randint(30, 200))
        purchase = Purchase(floor, lead)
        yield from purchase.story()
        if not purchase.was_called_off:
            return
    yield floor.later(minutes=rng.randint(20, 90))
    yield from lost_story(floor, lead)


def level_of(floor: Floor, fate: str, *, left: int) -> str:
    """Who will buy warms up; who will not cools down."""
    if fate == "WON":
        return "H" if left == 0 else floor.rng.choice("AAB")
    return floor.rng.choice("BC" if fate == "LOST" else "AABBBCC")


def talk_about(floor: Floor, lead: Lead, *, level: str) -> Lead:
    """A contact: the planned call, or they come again."""
    rng = floor.rng
    assert lead.owner is not None
    result = rng.choice([Result.TALKED, Result.TALKED, Result.CAME, Result.WILL_COME, Result.NO_ANSWER])
    channel = LeadContact.Channel.SHOWROOM if result == Result.CAME else LeadContact.Channel.CALL
    said = Said(result, level, rng.choice(floor.texts["contacts"]), channel)
    row = leads.record_contact(lead, said=said, by=lead.owner)
    if rng.random() < 0.15:
        leads.review(row, words=rng.choice(floor.texts["reviews"]), by=floor.crew.one("sales_manager"))
    return row.lead


def lost_story(floor: Floor, lead: Lead) -> Story:
    """The adviser gives up; the manager looks at it the next day, and now and then does not believe it yet."""
    rng, manager = floor.rng, floor.crew.one("sales_manager")
    assert lead.owner is not None
    owner, (code, note) = lead.owner, rng.choice(floor.texts["losses"])
    reason = Reason.objects.get(kind=Reason.Kind.LOSS, code=code)
    people = reason.group == Reason.Group.PEOPLE
    loss_class = "OUR_PEOPLE" if people else rng.choice(["OTHER_BRAND", "SAME_BRAND"])
    lost_to = rng.choice(floor.texts["competitors"]) if loss_class == "OTHER_BRAND" else ""
    facts: Facts = {"reason": reason, "loss_class": loss_class, "lost_to": lost_to, "note": note}
    lead = losses.request_loss(lead, by=owner, **facts)
    yield floor.later(days=rng.choice([0.2, 0.8, 1.1, 1.6]))
    if rng.random() < 0.12:
        lead = losses.return_loss(lead, by=manager, note=floor.texts["reviews"][0])
        yield floor.later(days=2)
        lead = talk_about(floor, lead, level="C")
        lead = losses.request_loss(lead, by=owner, **facts)
        yield floor.later(days=1)
    losses.confirm_loss(lead, by=manager)


def new_card(floor: Floor, level: str, *, owner: User | None = None) -> Lead:
    """A card of somebody who was met outside, at a show or through a friend; any adviser's unless one is named."""
    name, phone = floor.somebody()
    owner, called = owner or floor.adviser(), floor.rng.choice(["MR", "MS"])
    known = customers.register_customer(name=name, phone=phone, store=floor.store, by=owner, salutation=called)
    wish = Wish(floor.rng.choice(floor.sources), level, floor.wish(floor.rng.choice(floor.sold)))
    what = floor.rng.choice(floor.texts["register"])
    return leads.open_lead(known.customer, store=floor.store, owner=owner, by=owner, wish=wish, what=what)
