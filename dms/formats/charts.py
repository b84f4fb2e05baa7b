"""What a chart shows, as data: the page draws it and prints the same figures as a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dms.core.untyped import Facts


@dataclass(frozen=True)
class Series:
    """One line or row of columns. ``look``: actual, plan, projection, past, or a state family."""

    name: str
    values: Sequence[float | None]
    look: str = "actual"


@dataclass(frozen=True)
class Chart:
    """A question (title), its answer, and the figures. With ``url`` a pressed point opens ``url`` + its key."""

    id: str
    title: str
    answer: str
    labels: Sequence[str]
    series: Sequence[Series]
    kind: str = "line"
    unit: str = ""
    hint: str = ""
    axis: str = ""
    url: str = ""
    keys: Sequence[str] = ()

    @property
    def as_data(self) -> Facts:
        """What the script reads."""
        return {
            "kind": self.kind,
            "unit": self.unit,
            "labels": [str(label) for label in self.labels],
            "series": [{"name": str(s.name), "look": s.look, "values": list(s.values)} for s in self.series],
            "url": self.url,
            "keys": list(self.keys),
        }

    @property
    def rows(self) -> Iterator[tuple[str, list[float | None]]]:
        """What the table shows."""
        for index, label in enumerate(self.labels):
            yield label, [series.values[index] for series in self.series]
