"""The table of a measure, in Markdown, beside the marks of other systems."""

from typing import TYPE_CHECKING

from bench.cases import CASES

if TYPE_CHECKING:
    from bench.measure import Load, Result

MARKS = {case.name: case.mark for case in CASES}
HEAD = (
    "case",
    "clients",
    "p50 ms",
    "p95 ms",
    "a second",
    "CPU ms",
    "queries",
    "KB sent",
    "KB raw",
    "mark",
    "factor",
    "others",
)


def table(results: "list[Result]") -> str:
    """A line for each case and number of clients."""
    lines = [HEAD, ("---", *("--:" for _ in HEAD[1:]))]
    lines += [line(result, load) for result in results for load in result.loads]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def line(result: "Result", load: "Load") -> tuple[str, ...]:
    mark, factor = compared(result, load)
    return (
        result.case,
        str(load.clients),
        f"{load.p50:.1f}",
        f"{load.p95:.1f}",
        f"{load.rate:.0f}",
        f"{load.cpu:.1f}",
        f"{result.queries:.1f}",
        f"{result.wire / 1000:.1f}",
        f"{result.raw / 1000:.1f}",
        mark,
        factor,
        f"{load.others:.0f} %",
    )


def compared(result: "Result", load: "Load") -> tuple[str, str]:
    """The mark that fits the number of clients, and how many times better we are."""
    mark = MARKS.get(result.case)
    if mark is None:
        return "", ""
    if load.clients == 1:
        return f"{mark.alone:g} ms", f"{mark.alone / load.p50:.1f}"
    return f"{mark.rate:g}/s", f"{load.rate / mark.rate:.1f}" if load.clients == 8 else ""
