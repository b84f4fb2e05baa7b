"""`python -m bench.measure WORLD URL`: every case by one client and by eight, timed; the table of what came out."""

import argparse
import json
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from statistics import quantiles
from typing import Any

import psycopg2

from bench.cases import CASES, Case, World
from bench.client import Client
from bench.report import table

WARM = 0.5
"""Seconds for which every case runs before its clock starts."""
COUNTED = 8
"""Operations over which queries and bytes are averaged."""


@dataclass(frozen=True)
class Load:
    """What one number of clients got."""

    clients: int
    p50: float
    p95: float
    rate: float
    operations: int
    cpu: float
    """Milliseconds of processor that the server and its database took for one operation."""
    others: float
    """Per cent of the machine that others used in the moment before."""


@dataclass(frozen=True)
class Result:
    case: str
    queries: float
    wire: int
    raw: int
    loads: tuple[Load, ...]


class Bench:
    """The clients at the server, and the counter of queries at its database."""

    def __init__(self, world: World, url: str, *, seconds: float, watched: Sequence[int] = ()) -> None:
        self.world, self.url, self.seconds, self.watched = world, url, seconds, watched
        self.turns = count(
            int(time.time()) % 100_000 * 500
        )  # a second measure of one filling does not meet the first one's guests
        self.database = psycopg2.connect(os.environ["DATABASE_URL"])
        self.database.autocommit = True

    def measure(self, case: Case, clients: Sequence[int]) -> Result:
        self.run(case, max(clients), WARM)  # over so many connections, so that both workers have seen it
        queries, wire, raw = self.counted(case)
        loads = []
        for number in clients:
            others = busy_share()
            self.run(case, number, WARM)
            before, taken = processor_time(self.watched), self.run(case, number, self.seconds)
            cpu = (processor_time(self.watched) - before) / len(taken)
            cuts = quantiles(taken, n=20, method="inclusive") if len(taken) > 1 else taken * 19
            rate = len(taken) / self.seconds
            loads.append(Load(number, 1000 * cuts[9], 1000 * cuts[18], rate, len(taken), 1000 * cpu, others))
        return Result(case.name, queries, wire, raw, tuple(loads))

    def run(self, case: Case, clients: int, seconds: float) -> list[float]:
        """All clients at once, each over its own connection; the seconds that each operation took."""
        people = self.world["people"][case.by]

        def work(place: int) -> list[float]:
            taken: list[float] = []
            with closing(Client(self.url, people[place:] + people[:place])) as client:
                end = time.perf_counter() + seconds
                while (began := time.perf_counter()) < end:
                    self.once(case, client)
                    taken.append(time.perf_counter() - began)
            return taken

        with ThreadPoolExecutor(clients) as pool:
            return [one for several in pool.map(work, range(clients)) for one in several]

    def once(self, case: Case, client: Client) -> None:
        client.next_person()
        case.act(client, self.world, next(self.turns))

    def counted(self, case: Case) -> tuple[float, int, int]:
        """Queries, bytes on the wire and bytes unpacked of one operation."""
        before = self.queries()
        with closing(Client(self.url, self.world["people"][case.by])) as client:
            for _ in range(COUNTED):
                self.once(case, client)
        return (self.queries() - before) / COUNTED, client.wire // COUNTED, client.raw // COUNTED

    def queries(self) -> int:
        """How many statements the product has sent: without BEGIN and COMMIT, Postgres' checks of foreign keys, and this one."""
        with self.database.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements"
                " WHERE query NOT LIKE '%pg_stat_statements%' AND query NOT LIKE '%FOR KEY SHARE OF x'"
            )
            (calls,) = cursor.fetchone() or (0,)
        return int(calls)


def processor_time(watched: Sequence[int]) -> float:
    """Seconds of processor that these processes and all below them have taken; 0 where the system does not tell."""
    facts = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            pid, rest = int(path.parent.name), path.read_text().rsplit(")", 1)[1].split()
            facts[pid] = int(rest[1]), sum(map(int, rest[11:15]))  # of children that ended, too
    ours, below = set(), set(watched)
    while below:
        ours |= below
        below = {pid for pid, (parent, _ticks) in facts.items() if parent in ours} - ours
    return sum(facts[pid][1] for pid in ours if pid in facts) / os.sysconf("SC_CLK_TCK")


def yardstick() -> float:
    """Milliseconds of processor for a million additions: a shared or throttled machine needs more, and so does all the rest."""
    began, total = time.process_time(), 0
    for number in range(1_000_000):
        total += number
    return 1000 * (time.process_time() - began)


def busy_share(seconds: float = 0.3) -> float:
    """How busy the machine is while nothing is asked of us."""

    def spent() -> tuple[int, int]:
        ticks = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
        return sum(ticks), ticks[3] + ticks[4]

    if not Path("/proc/stat").exists():
        return 0.0
    all_before, idle_before = spent()
    time.sleep(seconds)
    all_after, idle_after = spent()
    return 100 * (1 - (idle_after - idle_before) / max(1, all_after - all_before))


def measure(
    bench: Bench, clients: Sequence[int], *, wanted: str = "", say: Callable[[str], Any] = print
) -> list[Result]:
    """Every case whose name has the wanted word."""
    results = []
    for case in CASES:
        if wanted in case.name:
            results.append(bench.measure(case, clients))
            say(f"  · {case.name}")
    return results


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("world", type=Path)
    parser.add_argument("url")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--clients", default="1,8")
    parser.add_argument("--only", default="", help="a word in the names of the cases")
    parser.add_argument("--watch", type=int, nargs="*", default=(), help="the server's and the database's process")
    parser.add_argument("--json", type=Path, help="where the figures are kept")
    options = parser.parse_args()
    before, world = os.getloadavg()[0], json.loads(options.world.read_text(encoding="utf-8"))
    bench = Bench(world, options.url, seconds=options.seconds, watched=options.watch)
    results = measure(bench, [int(number) for number in options.clients.split(",")], wanted=options.only)
    print(f"\nLoad of the machine before and after: {before:.1f}, {os.getloadavg()[0]:.1f}.", end=" ")
    print(f"A million additions take {yardstick():.0f} ms of processor.\n")
    print(table(results))
    if options.json:
        options.json.write_text(json.dumps([asdict(result) for result in results], indent=1))
