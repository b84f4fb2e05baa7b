"""The table of a measure, in Markdown: each case beside the floor, its target, and the same work in other systems."""

from dataclasses import dataclass

from bench import marks
from bench.cases import CASES, FLOOR, Case


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

    def load(self, clients: int) -> Load | None:
        return next((load for load in self.loads if load.clients == clients), None)


HEAD = (
    "case",
    "CPU ms",
    "× floor",
    "target",
    "p50 ms · a second",
    *marks.SYSTEMS,
    "× the best",
    "p95 ms",
    "statements",
    "KB sent",
    "KB raw",
    "others",
)
BY_NAME = {case.name: case for case in CASES}


def table(results: list[Result]) -> str:
    """A line for each case: processor and p50 of one client, operations a second of eight."""
    floor = next((alone.cpu for result in results if result.case == FLOOR.name and (alone := result.load(1))), 0.0)
    lines = [HEAD, ("---", *("--:" for _ in HEAD[1:]))]
    lines += [line(result, alone, floor) for result in results if (alone := result.load(1))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def line(result: Result, alone: Load, floor: float) -> tuple[str, ...]:
    case, eight = BY_NAME[result.case], result.load(8)
    return (
        result.case,
        f"{alone.cpu:.1f}",
        multiple(alone.cpu, floor),
        f"{case.target:g}" if case.target else "",
        f"{alone.p50:.0f} · {eight.rate:.0f}" if eight else f"{alone.p50:.0f}",
        *(str(case.marks.get(system, "")) for system in marks.SYSTEMS),
        ratio(case, alone, eight),
        f"{alone.p95:.0f}",
        f"{result.queries:.1f}",
        f"{result.wire / 1000:.1f}",
        f"{result.raw / 1000:.1f}",
        f"{alone.others:.0f} %",
    )


def multiple(cpu: float, floor: float) -> str:
    return f"{cpu / floor:.1f}" if floor else ""


def ratio(case: Case, alone: Load, eight: Load | None) -> str:
    """How many times better than the best of the others: one client's time, eight clients' operations."""
    best = marks.best(case.marks)
    if best is None:
        return ""
    quicker = f"{best.alone / alone.p50:.1f}"
    return f"{quicker} · {eight.rate / best.rate:.1f}" if eight else quicker
