"""What the head of the register counts, on the page as on paper."""

from dataclasses import dataclass

from sales.models import ShowroomVisit


@dataclass(frozen=True)
class Counts:
    """The head of a day's list."""

    all: int
    walk_ins: int
    calls: int
    first: int
    kept: int
    inside: int
    unfilled: int

    @property
    def kept_percent(self) -> int:
        # Rounded down: “100 %” is said only when nobody has gone unknown.
        return 100 * self.kept // self.all if self.all else 0


def count(rows: list[ShowroomVisit]) -> Counts:
    """Lines by mistake are nobody’s visit."""
    rows = [row for row in rows if not row.is_void]
    return Counts(
        len(rows),
        sum(row.kind == ShowroomVisit.Kind.WALK_IN for row in rows),
        sum(row.kind == ShowroomVisit.Kind.CALL for row in rows),
        sum(row.is_first for row in rows),
        sum(row.customer_id is not None for row in rows),
        sum(row.is_inside for row in rows),
        sum(row.is_unfilled for row in rows),
    )
