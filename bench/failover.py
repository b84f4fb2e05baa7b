"""`python -m bench.failover WORLD URL`: clients open A cards while the primary is lost; DATABASE_URL is what remains.

Whatever was answered must be there afterwards. What was not answered may be there or not: a client that hears nothing asks.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import count, pairwise
from pathlib import Path

import psycopg2

from bench.cases import World, new_guest
from bench.client import Client, WrongAnswerError

CLIENTS = 8


@dataclass
class Written:
    """What the clients were answered: when, and which card."""

    answers: list[tuple[float, int]] = field(default_factory=list)
    failures: int = 0

    @property
    def silence(self) -> float:
        """The longest time in which nobody was answered."""
        return max((later - sooner for sooner, later in pairwise(sorted(at for at, _pk in self.answers))), default=0)

    def lost(self, known: set[int]) -> set[int]:
        return {pk for _at, pk in self.answers} - known


def write(world: World, url: str, seconds: float) -> Written:
    """All clients open cards for so long; one that hears nothing, or an error, tries another card a moment later."""
    written, turns, end = Written(), count(int(time.time()) % 100_000 * 500), time.monotonic() + seconds
    people = world["people"]["adviser"]

    def work(place: int) -> None:
        while time.monotonic() < end:
            with closing(Client(url, people[place:] + people[:place])) as client:
                try:
                    one_after_another(client, world, turns, end, written)
                except (WrongAnswerError, OSError, HTTPException, ValueError):
                    written.failures += 1
                    time.sleep(0.1)

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(work, range(CLIENTS)))
    return written


def one_after_another(client: Client, world: World, turns: Iterator[int], end: float, written: Written) -> None:
    while time.monotonic() < end:
        client.next_person()
        card = client.api("sales/leads/", {"store": world["store"], **new_guest(next(turns))}).expect(201).json()
        written.answers.append((time.monotonic(), card["id"]))


def cards() -> set[int]:
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as database, database.cursor() as cursor:
        cursor.execute("SELECT id FROM sales_lead")
        return {pk for (pk,) in cursor.fetchall()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("world", type=Path)
    parser.add_argument("url")
    parser.add_argument("--seconds", type=float, default=16.0)
    told = parser.parse_args()
    written = write(json.loads(told.world.read_text(encoding="utf-8")), told.url, told.seconds)
    lost = written.lost(cards())
    print(
        f"  · {len(written.answers)} cards answered, {written.failures} attempts failed,"
        f" nobody answered for {written.silence:.1f} s; {len(lost)} answered cards are lost"
    )
    return 1 if lost or not written.answers else 0


if __name__ == "__main__":
    sys.exit(main())
