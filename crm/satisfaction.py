"""Satisfaction in figures: who answered, who would bring others and who would warn them, by store, person, month and reason.

NPS is the share of promoters (9 and 10) less the share of detractors (0 to 6) among those who answered it, in points.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Self

from django.db.models import Avg, Count, Q
from django.db.models.functions import TruncMonth

from crm.models import Survey, SurveyAnswer
from crm.models.surveys import DETRACTOR, PROMOTER, SurveyQuerySet
from dms.core.names import in_language
from dms.formats.days import HERE, add_months, start_of

MONTHS = 6
"""How far the page looks back."""
OPINIONS = {
    "promoter": Q(nps__gte=PROMOTER),
    "passive": Q(nps__gt=DETRACTOR, nps__lt=PROMOTER),
    "detractor": Q(nps__lte=DETRACTOR),
}
"""The three kinds of customers, by their score."""


@dataclass(frozen=True)
class Tally:
    """Of how many were asked: who answered, and of those who gave a score, of which kind they are."""

    asked: int = 0
    answered: int = 0
    promoter: int = 0
    passive: int = 0
    detractor: int = 0

    @property
    def scored(self) -> int:
        return self.promoter + self.passive + self.detractor

    @property
    def nps(self) -> int | None:
        """In whole points from -100 to 100; None where nobody gave a score."""
        return round(100 * (self.promoter - self.detractor) / self.scored) if self.scored else None

    @property
    def response(self) -> int | None:
        """Answered of asked, in whole percent."""
        return round(100 * self.answered / self.asked) if self.asked else None

    def __add__(self, other: Self) -> "Tally":
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


def of_months(rows: SurveyQuerySet, first: date, last: date) -> SurveyQuerySet:
    """Whoever was asked about satisfaction in these months (their first days)."""
    return rows.counted().filter(asked_at__gte=start_of(first), asked_at__lt=start_of(add_months(last, 1)))


def tallies(rows: SurveyQuerySet, *by: str) -> dict[tuple[Any, ...], Tally]:
    """The tally of each group, in one statement; ``month`` groups by the month in which they were asked."""
    # The names of the columns are not those of the model: a filter in an aggregate would mean the column.
    counts: Any = {
        "asked_count": Count("pk"),
        "answered_count": Count("pk", filter=Q(status=Survey.Status.ANSWERED)),
        **{f"{name}_count": Count("pk", filter=condition) for name, condition in OPINIONS.items()},
    }
    grouped = rows.order_by().annotate(month=TruncMonth("asked_at", tzinfo=HERE)).values(*by).annotate(**counts)
    return {tuple(line[: len(by)]): Tally(*line[len(by) :]) for line in grouped.values_list(*by, *counts)}


def merged(groups: dict[tuple[Any, ...], Tally], place: int) -> dict[Any, Tally]:
    """Groups of several keys added up by one of them."""
    sums: dict[Any, Tally] = {}
    for key, tally in groups.items():
        sums[key[place]] = sums.get(key[place], Tally()) + tally
    return sums


@dataclass(frozen=True)
class Marks:
    """How one question was answered, by how many."""

    question: int
    label: str
    sheet: str
    kind: str
    average: float
    answers: int


def marks(rows: SurveyQuerySet) -> list[Marks]:
    """The average of every question, as it stands on the questionnaires."""
    answers = SurveyAnswer.objects.filter(survey__in=rows).order_by(
        "question__questionnaire", "question__order", "question"
    )
    grouped = answers.values(
        "question", "question__name", "question__name_en", "question__kind", "question__questionnaire__name",
        "question__questionnaire__name_en",
    ).annotate(average=Avg("value"), answers=Count("pk"))  # fmt: skip
    return [
        Marks(
            row["question"],
            in_language(row["question__name"], row["question__name_en"]),
            in_language(row["question__questionnaire__name"], row["question__questionnaire__name_en"]),
            row["question__kind"],
            float(row["average"]),
            row["answers"],
        )
        for row in grouped
    ]


def worst_first(lines: Iterable[tuple[Any, Tally]]) -> list[tuple[Any, Tally]]:
    """Most detractors first, then most asked."""
    return sorted(lines, key=lambda line: (-line[1].detractor, -line[1].asked))
