"""`python3 -m bench growth` and `python3 -m bench batches`: the parts of the measure that fill a dealership of their own.

The table over all cases is `make bench`; see docs/bench.md. Standard library only, like the launcher, whose servers it takes.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devstack import running
from devstack.benching import Measuring
from devstack.places import ROOT, VAR
from devstack.say import Trouble, say, step
from devstack.stack import interpreter
from devstack.stopping import Stop

CUSTOMERS = 20_000


@contextmanager
def dealership(stop: Stop, scale: float) -> Iterator[tuple[Measuring, dict[str, str]]]:
    """A filled one on its own servers; gone afterwards."""
    place = Measuring(VAR / "bench", stop)
    try:
        env = place.prepare()
        with step(f"a dealership of {scale * CUSTOMERS:,.0f} customers") as note:
            filling = ("-m", "bench.world", str(place.world), "--scale", str(scale))
            note.append(running.python(env, "fill", *filling).strip())
        yield place, env
    finally:
        place.end(stop)
        if place.lock:
            place.lock.close()


def run(env: dict[str, str], module: str, *arguments: str) -> None:
    subprocess.run([interpreter(), "-m", module, *arguments], env=env, cwd=ROOT, check=True)


# --- growth -------------------------------------------------------------------------------------------------------------
def growth(asked: argparse.Namespace) -> None:
    """The same cases with more and more customers: what becomes of their p95, and which indexes they go by."""
    p95: dict[float, dict[str, float]] = {}
    for scale in asked.scales:
        with dealership(Stop(), scale) as (place, env):
            url = place.serve(env)
            options = ["--seconds", str(asked.seconds), "--only", asked.only, "--clients", "1"]
            figures = VAR / f"bench-{scale:g}.json"
            run(
                env,
                "bench.measure",
                str(place.world),
                url,
                *options,
                "--watch",
                *place.watched(),
                "--json",
                str(figures),
            )
            p95[scale] = p95_of(figures)
            run(env, "bench.plans", str(place.world), "--only", asked.only)
    say("\n" + table_of(p95))


def p95_of(figures: Path) -> dict[str, float]:
    return {result["case"]: result["loads"][0]["p95"] for result in json.loads(figures.read_text())["results"]}


def table_of(p95: dict[float, dict[str, float]]) -> str:
    """A line for each case: its p95 at each size, and the last beside the first."""
    sizes = list(p95)
    first, last = sizes[0], sizes[-1]
    heads = [f"{size * CUSTOMERS:,.0f}" for size in sizes]
    lines = [
        "| p95 ms with so many customers | " + " | ".join(heads) + " | × |",
        "| --- |" + " --: |" * (len(sizes) + 1),
    ]
    for name, before in p95[first].items():
        cells = [f"{p95[size][name]:.0f}" for size in sizes]
        lines.append(f"| {name} | {' | '.join(cells)} | {p95[last][name] / before:.1f} |")
    return "\n".join(lines)


# --- batches ------------------------------------------------------------------------------------------------------------
def batches(asked: argparse.Namespace) -> None:
    """Follow-ups, import and letters in large numbers."""
    with dealership(Stop(), asked.rows_scale) as (_place, env):
        run(env, "bench.batches", "--scale", str(asked.rows_scale), "--only", asked.only)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python3 -m bench", description=__doc__)
    commands = made.add_subparsers(required=True)
    grow = commands.add_parser("growth", help="the cases at several sizes")
    grow.add_argument("--scales", type=lambda told: [float(one) for one in told.split(",")], default=[1.0, 10.0])
    grow.add_argument("--seconds", type=float, default=4.0)
    grow.set_defaults(work=growth)
    many = commands.add_parser("batches", help="what runs by the ten thousand")
    many.add_argument("--rows-scale", type=float, default=1.0)
    many.set_defaults(work=batches)
    for command in (grow, many):
        command.add_argument("--only", default="", help="a word in the names")
    return made


def main() -> int:
    asked = parser().parse_args()
    try:
        asked.work(asked)
    except Trouble as trouble:
        say(f"\n{trouble}")
    except KeyboardInterrupt:
        say("\nStopped.")
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
