"""What we measure ourselves by: the same work in other systems on a machine like this, and what each case may cost us."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """What a system took: milliseconds with one client (p50), operations a second with eight; 0 where most of those failed."""

    alone: float
    rate: float

    def __str__(self) -> str:
        return f"{self.alone:g} · {self.rate:g}" if self.rate else f"{self.alone:g} · fails"


ODOO, TRYTON, INVENTREE = "Odoo 19", "Tryton 8.2", "InvenTree 1.2"
SYSTEMS = (ODOO, TRYTON, INVENTREE)
Marks = dict[str, Mark]

LIST: Marks = {ODOO: Mark(173, 12), TRYTON: Mark(382, 5), INVENTREE: Mark(122, 17)}
FRAGMENT: Marks = {ODOO: Mark(92, 22), TRYTON: Mark(140, 13)}
OPEN: Marks = {ODOO: Mark(86, 24), TRYTON: Mark(88, 21), INVENTREE: Mark(42, 42)}
LEAD: Marks = {ODOO: Mark(105, 21), TRYTON: Mark(40, 45), INVENTREE: Mark(119, 0)}
ISSUE: Marks = {ODOO: Mark(334, 6), TRYTON: Mark(809, 2), INVENTREE: Mark(120, 16)}
MONTH: Marks = {ODOO: Mark(110, 19), TRYTON: Mark(305, 6)}


def best(marks: Marks) -> Mark | None:
    """The best of them in each, whoever it is."""
    if not marks:
        return None
    return Mark(min(mark.alone for mark in marks.values()), max(mark.rate for mark in marks.values()))
