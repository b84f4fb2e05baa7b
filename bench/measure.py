"""`python -m bench.measure WORLD URL`: every case by one client and by eight, timed; the table of what came out."""

import argparse
import json
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import asdict
from itertools import count
from pathlib import Path
from statistics import quantiles

import psycopg2

from bench.cases import CASES, FLOOR, Case, World
from bench.client import Client
from bench.report import Load, Result, table

WARM = 0.5
"""Seconds for which every case runs before its clock starts."""
COUNTED = 8
"""Operations over which queries and bytes are averaged."""


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


def family(watched: Sequence[int]) -> set[int]:
    """These processes and all below them."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(path.parent.name)] = int(fields_of(path)[1])
    ours, several = set(), set(watched)
    while several:
        ours |= several
        several = {pid for pid, parent in parents.items() if parent in ours} - ours
    return ours


def fields_of(stat: Path) -> list[str]:
    """What the system tells of a process, from its state on."""
    return stat.read_text().rsplit(")", 1)[1].split()


def processor_time(watched: Sequence[int]) -> float:
    """Seconds of processor that these processes and all below them have taken; 0 where the system does not tell."""
    ticks = 0
    for pid in family(watched):
        with suppress(OSError):
            ticks += sum(map(int, fields_of(Path(f"/proc/{pid}/stat"))[11:15]))  # of children that ended, too
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> tuple[float, int]:
    """Megabytes that a process and all below it hold, what they share counted once; and how many processes."""
    held, processes = 0, 0
    for one in family([pid]):
        with suppress(OSError):
            told = Path(f"/proc/{one}/smaps_rollup").read_text()
            held += next(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:"))
            processes += 1
    return held / 1000, processes


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
    bench: Bench, clients: Sequence[int], *, wanted: str = "", say: Callable[[str], object] = print
) -> list[Result]:
    """The floor, and every case whose name has the wanted word."""
    results = []
    for case in CASES:
        if case is FLOOR or wanted in case.name:
            results.append(bench.measure(case, clients))
            say(f"  · {case.name}")
    return results


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("world", type=Path)
    parser.add_argument("url")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--clients", default="1,8")
    parser.add_argument("--only", default="", help="a word in the names of the cases")
    parser.add_argument("--watch", type=int, nargs="*", default=(), help="the server's and the database's process")
    parser.add_argument("--json", type=Path, help="where the figures are kept")
    return parser.parse_args()


def main() -> None:
    asked, before = arguments(), os.getloadavg()[0]
    bench = Bench(json.loads(asked.world.read_text()), asked.url, seconds=asked.seconds, watched=asked.watch)
    results = measure(bench, [int(number) for number in asked.clients.split(",")], wanted=asked.only)
    print(f"\nLoad of the machine before and after: {before:.1f}, {os.getloadavg()[0]:.1f}.", end=" ")
    held, processes = memory(asked.watch[0]) if asked.watch else (0.0, 0)
    print(f"Web holds {held:.0f} MB in {processes} processes.\n")
    print(table(results))
    if asked.json:
        figures = {"web_mb": held, "results": [asdict(result) for result in results]}
        asked.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
