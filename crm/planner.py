"""From rules and beginnings to follow-ups, not yet stored. Calendar, stores, presets and people are read once for many."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from crm import cadence
from crm.assignment import Callers
from crm.models import Cadence, CadencePreset, FollowUp, StorePreset
from dms.formats.calling_hours import CallingHours
from dms.formats.days import day_of, start_of
from dms.models import Store
from dms.records.calling_calendar import CallingCalendar


@dataclass(frozen=True)
class CadenceStart:
    """Something happened to a customer, and promises count from it."""

    customer: int
    vehicle: int | None
    store: int
    anchor: datetime
    assignee: int | None = None
    named: datetime | None = None
    why: tuple[str, ...] = ()
    recall_entry: int | None = None


class Due(NamedTuple):
    """A follow-up that has fallen due, as far as the next one is planned by it."""

    pk: int
    cadence_id: int
    store_id: int
    customer_id: int
    vehicle_id: int | None
    anchor: datetime
    occurrence: int
    assignee_id: int | None
    slept: bool = False


class Next(NamedTuple):
    """The occurrence that follows."""

    occurrence: int
    window: cadence.Window
    caller: int | None


class Planner:
    """Writes the follow-ups of many beginnings."""

    def __init__(self, *, changed: Cadence | None = None, preset: CadencePreset | None = None) -> None:
        """Of what is not yet so: a rule as it would be saved, in the place of the stored one; one preset for every store."""
        self.callers, self.changed, self.preset = Callers(), changed, preset

    @cached_property
    def hours(self) -> dict[int, CallingHours]:
        """Store → when its customers may be called."""
        calendar = CallingCalendar.read()
        return {store.pk: calendar.of(store) for store in Store.objects.all()}

    @cached_property
    def _cadences(self) -> dict[tuple[int, str], list[Cadence]]:
        cadences: dict[tuple[int, str], list[Cadence]] = defaultdict(list)
        for rule in Cadence.objects.filter(active=True).select_related("preset").order_by("pk"):
            same = self.changed is not None and rule.pk == self.changed.pk
            cadences[rule.preset_id, rule.trigger].append(self.changed if same and self.changed else rule)
        return cadences

    @cached_property
    def _presets(self) -> dict[int, int]:
        return dict(StorePreset.objects.values_list("store_id", "preset_id"))

    @cached_property
    def _default(self) -> int | None:
        return CadencePreset.objects.filter(is_default=True).values_list("pk", flat=True).first()

    def cadences(self, store: int, trigger: str) -> list[Cadence]:
        """The rules the store follows: of the preset chosen for it, else of the group's default."""
        preset = self.preset.pk if self.preset else self._presets.get(store, self._default)
        return self._cadences.get((preset, trigger), []) if preset is not None else []

    def first(self, trigger: str, begun: CadenceStart, *, not_before: datetime | None = None) -> Iterator[FollowUp]:
        """One follow-up for each rule; of history only what repeats, from its next occurrence on."""
        before: cadence.Before | None = None
        for rule, occurrence in self._in_order(trigger, begun, not_before):
            follow_up = self.write(rule, begun, occurrence, before=before)
            if rule.is_call:
                window = cadence.Window(follow_up.due_from, follow_up.due_until)
                before = before.then(window) if before else cadence.Before(day_of(window.end))
            if not_before is None or follow_up.due_until >= not_before:
                yield follow_up

    def _in_order(self, trigger: str, begun: CadenceStart, not_before: datetime | None) -> list[tuple[Cadence, int]]:
        """The rules with their first occurrence, as they fall due: the later call keeps off the days of the earlier."""
        rules = self.cadences(begun.store, trigger)
        first = [
            (rule, cadence.first_after(rule.rule, begun.anchor, not_before) if not_before else 1) for rule in rules
        ]
        return sorted(first, key=lambda pair: cadence.nominal(pair[0].rule, begun.anchor, pair[1]))

    def again(self, rule: Cadence, begun: CadenceStart, occurrence: int) -> cadence.Window:
        """Where the occurrence lies by the rules as they are now: the first one among the other calls of its beginning."""
        if occurrence == 1:
            for row in self.first(rule.trigger, begun):
                if row.cadence_id == rule.pk:
                    return cadence.Window(row.due_from, row.due_until)
        return cadence.window(rule.rule, begun.anchor, occurrence, self.hours[begun.store])

    def due_before_close(self, trigger: str, *, store: Store, at: datetime) -> datetime | None:
        """Until when letter and call must be done on the day itself, if it happens now and a holiday follows; None as usual."""
        hours = self.hours[store.pk]
        short = [row.rule for row in self.cadences(store.pk, trigger) if cadence.is_short(row.rule, at, hours)]
        return min((cadence.window(rule, at, 1, hours).end for rule in short), default=None)

    def write(
        self, rule: Cadence, begun: CadenceStart, occurrence: int, *, before: cadence.Before | None = None
    ) -> FollowUp:
        """The k-th follow-up of a rule, on a day after the calls before it."""
        hours = self.hours[begun.store]
        # The named time is for the first call only: the repeats keep to the rule.
        named = begun.named if rule.at_named_time and occurrence == 1 else None
        before = before if rule.is_call else None
        when = (
            cadence.named_window(named, hours)
            if named
            else cadence.window(rule.rule, begun.anchor, occurrence, hours, before=before)
        )
        chosen = self.callers.choose(rule.role, store=begun.store, customer=begun.customer, given=begun.assignee)
        return FollowUp(
            cadence=rule,
            channel=rule.channel,
            store_id=begun.store,
            customer_id=begun.customer,
            vehicle_id=begun.vehicle,
            anchor=begun.anchor,
            occurrence=occurrence,
            recall_entry_id=begun.recall_entry,
            why=[text[:60] for text in begun.why],
            due_from=when.start,
            due_until=when.end,
            named_at=named,
            assignee_id=chosen,
            # Written as continued where nothing repeats: the round then never looks at it.
            continued=rule.every_months == 0,
        )

    @cached_property
    def repeating(self) -> dict[int, Cadence]:
        """The rules by which contacts come again and again."""
        return {rule.pk: rule for rules in self._cadences.values() for rule in rules if rule.every_months > 0}

    def after(self, row: Due, at: datetime) -> Next:
        """When the next occurrence falls due, and whose it is: the same adviser’s if they are still here."""
        rule, number = self.repeating[row.cadence_id], row.occurrence + 1
        if rule.begins_again:
            # Nothing is made up for: what fell into a pause was never promised.
            number = max(number, cadence.first_after(rule.rule, row.anchor, rule.begins_again))
        if row.slept:
            # Nor for what the customer did not want: who says yes again has the next one from that day on.
            number = max(number, cadence.first_after(rule.rule, row.anchor, start_of(day_of(at))))
        window = cadence.window(rule.rule, row.anchor, number, self.hours[row.store_id])
        chosen = self.callers.choose(rule.role, store=row.store_id, customer=row.customer_id, given=row.assignee_id)
        return Next(number, window, chosen)
