"""Work changes hands: some rows of a list, or all that somebody leaves behind. A set, one statement for whoever takes it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dms.core.refusals import NotYours, Refusal
from dms.core.roles import CONFIGURE
from dms.core.untyped import AnyRows, Row
from dms.formats import display
from dms.models import Absence, Event, User
from dms.records import events
from dms.records.constraint_errors import refusing
from dms.records.open_work import KINDS, OpenWork, Shares
from dms.records.own_events import USER_SWITCHED_OFF, USER_SWITCHED_ON, USER_WORK_HANDED_OVER


@transaction.atomic
def hand_over(kind: OpenWork, *, keys: Collection[int], to: User, reason: str, by: User) -> int:
    """These rows are somebody else’s from now on, all or none. Returns how many changed hands.

    :raises Refusal: when one of them is closed by now or out of sight, or cannot be theirs.
    """
    reason = _said(reason)
    refuse_giver(kind, by=by)
    held = _hold(kind, kind.rows().filter(pk__in=keys).visible_to(by))
    # All or none: a list of which half went would have to be compared by hand.
    if len(held) < len(set(keys)) or not held:
        sentence = _("Some of it is closed by now, or not of your stores. Load the list anew and choose again.")
        raise Refusal(sentence, code="not_open")
    for row in held:
        refuse_taker(kind, row, to)
    return _give(kind, held, to=to, by=by, reason=reason)


@transaction.atomic
def hand_over_work(
    person: User, *, shares: Shares, reason: str, by: User, days: tuple[date, date] | None = None
) -> dict[str, int]:
    """What is open of a person (on these days) goes to those named, of each kind to each as much. Returns how many of which kind.

    :raises Refusal: when one of those named cannot take any of it.
    """
    reason = _said(reason)
    moved = {}
    # Kinds in one order: two leavers handed over at once never wait for each other in a circle.
    for key in sorted(shares):
        if shares[key]:
            refuse_giver(KINDS[key], by=by)
            moved[key] = _divide(KINDS[key], person, shares[key], days, by, reason)
    if any(moved.values()):
        events.record(USER_WORK_HANDED_OVER, person, by=by, store=person.stores.first(), data={"work": moved})
    return moved


@transaction.atomic
def switch_off(person: User, *, by: User, reason: str, shares: Shares | None = None) -> User:
    """Somebody leaves: they do not sign in any more, and their work goes to those named. What stays lies in the manager’s work.

    :raises Refusal: when they have left already, or it is oneself.
    """
    # Two administrators see one person off: the second finds that they have left, and hands over nothing.
    person = User.objects.lock(person)
    refuse_off(person, by=by)
    moved = hand_over_work(person, shares=shares or {}, reason=reason, by=by)
    person.is_active = False
    person.save(update_fields=["is_active"])
    data = {"reason": reason.strip(), "work": moved}
    events.record(USER_SWITCHED_OFF, person, by=by, store=person.stores.first(), data=data)
    return person


@transaction.atomic
def switch_on(person: User, *, by: User) -> User:
    """They work here again. What was given away stays where it is."""
    # Switched off and on at once: whoever is second judges the person as the first has left them.
    person = User.objects.lock(person)
    refuse_on(person, by=by)
    person.is_active = True
    person.save(update_fields=["is_active"])
    events.record(USER_SWITCHED_ON, person, by=by, store=person.stores.first())
    return person


def refuse_off(person: User, *, by: User) -> None:
    """:raises Refusal: when there is nobody to switch off."""
    # The last administrator would lock the whole house out with their own hand.
    if person.pk == by.pk:
        sentence = _("You cannot take your own access away. Ask another administrator.")
        raise Refusal(sentence, code="own_access")
    if not person.is_active:
        raise Refusal(_("%(name)s has left already.") % {"name": person}, code="has_left")


def refuse_on(person: User, *, by: User) -> None:
    """:raises Refusal: when they are here."""
    if person.is_active:
        raise Refusal(_("%(name)s works here.") % {"name": person}, code="works_here")


def may_give(kind: OpenWork, user: User) -> bool:
    """Whoever manages this work, or the people who do it."""
    return user.has_perm(kind.hands) or user.has_perm(CONFIGURE)


def refuse_giver(kind: OpenWork, *, by: User) -> None:
    """:raises NotYours: when this work is somebody else's to give away."""
    if not may_give(kind, by):
        raise NotYours(_("%(work)s are given away by who manages them.") % {"work": kind.label})


def refuse_taker(kind: OpenWork, row: Row, to: User) -> None:
    """:raises Refusal: when this row cannot be theirs."""
    store = getattr(row, "store", None)
    refuse_absent(to, on=timezone.localdate())
    if not to.is_active or (kind.right and not to.has_perm(kind.right)):
        raise Refusal(_("%(name)s does not do this work. Choose somebody else.") % {"name": to}, code="not_theirs")
    if store is not None and not works_in(to, store.pk):
        sentence = _("%(name)s does not work in %(store)s. Choose somebody else.")
        raise Refusal(sentence % {"name": to, "store": store}, code="works_elsewhere")
    if kind.refuse is not None:
        kind.refuse(row, to)


def refuse_absent(person: User, *, on: date) -> None:
    """:raises Refusal: when they are away that day."""
    absence = Absence.objects.filter(user=person).on(on).first()
    if absence is not None:
        sentence = _("%(name)s is away until %(day)s. Choose somebody who is there.")
        raise Refusal(sentence % {"name": person, "day": display.date(absence.last_day)}, code="is_away")


def works_in(person: User, store: int) -> bool:
    return person.sees_all_stores or store in person.store_ids


def _said(reason: str) -> str:
    if not reason.strip():
        raise Refusal(_("Say why it changes hands."), code="reason_missing")
    return reason.strip()[:200]


def _hold(kind: OpenWork, rows: AnyRows) -> list[Row]:
    """Locked in one order, and read after it: what another desk has closed or given away meanwhile is not among them."""
    # Postgres looks at the conditions again once it has the lock: what was closed meanwhile falls out.
    held: list[Row] = rows.lock_all()
    return held


def _divide(
    kind: OpenWork,
    person: User,
    takers: Sequence[User],
    days: tuple[date, date] | None,
    by: User,
    reason: str,
) -> int:
    """The rows of a kind in turns: each store’s among those who work in it."""
    rows = (kind.between(person, *days) if days else kind.of(person)).visible_to(by)
    piles: Mapping[int, list[Row]] = defaultdict(list)
    people = {taker.pk: taker for taker in takers if taker.pk != person.pk}
    if not people:
        raise Refusal(_("Choose somebody else than who gives it away."), code="not_theirs")
    turns: dict[int, int] = defaultdict(int)
    for row in _hold(kind, rows):
        store = getattr(row, "store_id", None)
        able = [pk for pk, taker in people.items() if store is None or works_in(taker, store)]
        if not able:
            continue  # of a store in which none of them works: it stays, and lies in the manager's work
        # In turns, not in blocks: rows come by key, and all the old ones would go to one person.
        taker = able[turns[store or 0] % len(able)]
        turns[store or 0] += 1
        refuse_taker(kind, row, people[taker])
        piles[taker].append(row)
    return sum(_give(kind, pile, to=people[taker], by=by, reason=reason) for taker, pile in sorted(piles.items()))


def _give(kind: OpenWork, rows: Iterable[Row], *, to: User, by: User, reason: str) -> int:
    """One statement for all, one event for each."""
    given = [row for row in rows if getattr(row, f"{kind.owner}_id") != to.pk]
    if not given:
        return 0
    model = type(given[0])
    with refusing():
        model.objects.filter(pk__in=[row.pk for row in given]).update(**{kind.owner: to, **kind.also})
    Event.objects.bulk_create(
        events.build(
            kind.event,
            row,
            by=by,
            data={"from": getattr(row, f"{kind.owner}_id"), "to": to.pk, "reason": reason},
        )
        for row in given
    )
    return len(given)
