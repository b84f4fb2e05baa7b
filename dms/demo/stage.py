"""The stage of the demo: which days and stores are played, and every story in its turn.

A story is a generator: it acts, yields the moment of its next act, and goes on when the clock stands there. What lies after
the end is never done, so that work is under way when the curtain falls.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

from django.utils import timezone

from dms.core.refusals import Refusal
from dms.demo import clock
from dms.demo.cast import Crew, crews
from dms.formats.days import start_of
from dms.models import Store

DAYS = 91
OPENS, ENDS = time(8, 30), time(16)
"""Today is played from opening to the afternoon, whatever the time is."""
AT_LEAST = timedelta(hours=3)
"""Into how much time at least today's business is put when the demo is loaded early."""

Story = Iterator[datetime]


def moment(day: date, hour: float) -> datetime:
    """That day at so many hours after midnight."""
    return start_of(day) + timedelta(hours=hour)


@dataclass
class Stage:
    """Business of so many days up to now, in all stores or in those named."""

    now: datetime
    days: int = DAYS
    stores: Collection[str] = ()
    at: datetime = field(init=False)
    """The moment of the act that is played."""
    refused: list[str] = field(default_factory=list)
    _waiting: list[tuple[datetime, int, Story]] = field(default_factory=list)
    _turns: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.at = moment(self.first, 0)

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)

    @property
    def first(self) -> date:
        return self.today - timedelta(days=self.days)

    def dates(self) -> list[date]:
        """Every day that is played, today the last."""
        return [self.first + timedelta(days=number) for number in range(self.days + 1)]

    def crews(self, *, outlets: bool = True) -> list[Crew]:
        return [crew for crew in crews(outlets=outlets) if not self.stores or crew.store.code in self.stores]

    def tell(self, at: datetime, story: Story) -> None:
        """The story begins at that moment."""
        # With a running number: of two stories at one moment the heap could not say which is smaller.
        heappush(self._waiting, (max(at, self.at), next(self._turns), story))

    def do(self, at: datetime, act: Callable[[], object]) -> None:
        """One act at that moment."""

        def story() -> Story:
            act()
            yield from ()

        self.tell(at, story())

    def play(self) -> None:
        """Every act until the end, in the order of time. What the core refuses ends its story, as it does in life."""
        with clock.turned(self.real(self.at)) as turn:
            while self._waiting and self._waiting[0][0] <= moment(self.today, ENDS.hour):
                self.at, _turn, story = heappop(self._waiting)
                turn(self.real(self.at))
                try:
                    after = next(story, None)
                except Refusal as refusal:
                    self.refused.append(f"{refusal.code}: {refusal}")
                    continue
                if after is not None:
                    self.tell(after, story)
            self._waiting.clear()

    def real(self, at: datetime) -> datetime:
        """Where the clock stands for an act: today's acts lie between opening and now, however early that is."""
        opens = moment(self.today, OPENS.hour + OPENS.minute / 60)
        if at < moment(self.today, 0):
            return at
        begins = min(opens, max(moment(self.today, 0), self.now - AT_LEAST))
        share = (at - opens) / (moment(self.today, ENDS.hour) - opens)
        return begins + (self.now - begins) * min(1.0, max(0.0, share))

    def workday(self, store: Store, at: datetime, *, rng: Random) -> datetime:
        """The moment itself while the store is open, else some time next morning."""
        here = timezone.localtime(at)
        if store.opens_at <= here.time() < store.closes_at:
            return at
        day = here.date() + timedelta(days=int(here.time() >= store.closes_at))
        return moment(day, store.opens_at.hour + 0.6 + rng.random() * 1.5)
