"""Timelines: everything that every app knows of one customer or one car, newest first, in one statement.

    @timeline(Customer, right="sales.view", rows=lambda ask: visible(Order, ask).filter(customer_id=ask.subject), at="status_at",
              facts={"number": "number", "status": "status"})
    def orders(order: Found) -> Moment: …

An app declares strands: which rows, when, and which facts a line needs. The strands that a person may see are united into one
query, kept for each kind of subject (``dms/core/reads.py``); the words of a line are put together here, in the reader's language.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, CharField, F, Model, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, JSONObject, NullIf

from dms.core.names import in_language
from dms.core.reads import Bound, Read, SeesAll, SeesSome
from dms.core.untyped import Rows, ValueRows
from dms.navigation.asks import united

if TYPE_CHECKING:
    from dms.models import User

MOST = 100
"""Lines of one strand, and of a timeline."""


@dataclass(frozen=True)
class Moment:
    """One line of a timeline."""

    at: datetime
    title: str
    detail: str = ""
    url: str = ""
    family: str = "idle"
    by: str = ""


@dataclass(frozen=True)
class Ask:
    """What a strand's rows are looked for by, while the query is put together."""

    subject: Bound
    subject_type: Bound
    of: str
    """``customer`` or ``vehicle``: the column that names such a subject."""
    viewer: Any

    def about(self, rows: Rows) -> Rows:
        """The rows whose column names the subject."""
        return rows.filter(**{f"{self.of}_id": self.subject})


@dataclass(frozen=True)
class Found:
    """One row of a strand: its key, its moment and the facts it declared."""

    key: int
    at: datetime
    facts: Mapping[str, Any]
    user: "User"

    def __getitem__(self, name: str) -> Any:
        return self.facts[name]

    def name(self, name: str) -> str:
        """A fact of ``both_names``, in the language of the reader; empty when there is no such row."""
        zh, en = self.facts[name], self.facts[f"{name}_en"]
        return in_language(zh or "", en or "")


Facts = Mapping[str, str | Combinable]
Draw = Callable[[Found], Moment]


@dataclass(frozen=True)
class Strand:
    """Rows of one kind, and how one of them is told."""

    key: str
    right: str
    rows: Callable[[Ask], Rows]
    at: str | Combinable
    facts: Facts
    give: Draw
    most: int

    def branch(self, ask: Ask) -> ValueRows:
        """Its part of the united query."""
        said = {name: F(fact) if isinstance(fact, str) else fact for name, fact in self.facts.items()}
        at = F(self.at) if isinstance(self.at, str) else self.at
        rows = self.rows(ask).annotate(
            moment_at=at,
            moment_of=Value(self.key, output_field=CharField()),
            moment_key=F("pk"),
            moment_facts=JSONObject(**said),
        )
        # Cut before they are united: the newest hundred of all are among the newest of each.
        newest = rows.order_by("-moment_at")[: self.most]
        return cast("ValueRows", newest.values_list("moment_at", "moment_of", "moment_key", "moment_facts"))


def person(path: str) -> Combinable:
    """The name of a colleague, as a fact."""
    return Coalesce(NullIf(F(f"{path}__display_name"), Value("")), F(f"{path}__username"), Value(""))


def both_names(name: str, path: str) -> dict[str, str]:
    """The names of base data, as two facts: ``Found.name`` says it in the reader's language."""
    return {name: f"{path}__name", f"{name}_en": f"{path}__name_en"}


class Timelines:
    """What the apps know of their subjects."""

    def __init__(self) -> None:
        self._of_model: dict[type[Model], dict[str, Strand]] = {}
        self._reads: dict[tuple[object, ...], Read[Any]] = {}

    def __call__(
        self,
        *subjects: type[Model],
        right: str,
        rows: Callable[[Ask], Rows],
        at: str | Combinable,
        facts: Facts,
        most: int = MOST,
    ) -> Callable[[Draw], Draw]:
        """Register the function below, which tells one row, for subjects of these models and people with the right."""

        def register(give: Draw) -> Draw:
            strand = Strand(f"{give.__module__}.{give.__name__}", right, rows, at, facts, give, most)
            for subject in subjects:
                self._of_model.setdefault(subject, {})[strand.key] = strand
            return give

        return register

    def __iter__(self) -> Iterator[Strand]:
        return (strand for strands in self._of_model.values() for strand in strands.values())

    def of(self, subject: Model, user: "User", most: int = MOST) -> list[Moment]:
        """Everything every app knows about one subject, as far as this person may see it, newest first."""
        strands = self._of_model.get(type(subject), {})
        seen = tuple(key for key, strand in strands.items() if user.has_perm(strand.right))
        if not seen:
            return []
        kind = ContentType.objects.get_for_model(subject).pk
        values = {"subject": subject.pk, "subject_type": kind, "stores": list(user.store_ids)}
        rows = self._read(type(subject), seen, sees_all=user.sees_all_stores).fetch(**values)
        return [strands[key].give(Found(pk, at, facts, user)) for at, key, pk, facts in rows[:most]]

    def _read(self, model: type[Model], seen: tuple[str, ...], *, sees_all: bool) -> Read[Any]:
        # By what is seen and not by person: whoever sees the same asks by the same query.
        shape = (model, seen, sees_all)
        if shape not in self._reads:
            strands = [self._of_model[model][key] for key in seen]
            viewer = SeesAll() if sees_all else SeesSome()
            number = BigIntegerField()
            subject, subject_type = Bound("subject", number), Bound("subject_type", number)
            ask = Ask(subject, subject_type, str(model._meta.model_name), viewer)  # noqa: SLF001

            def newest() -> ValueRows:
                whole = united([strand.branch(ask) for strand in strands])
                return whole.order_by("-moment_at")[:MOST] if len(strands) > 1 else whole

            self._reads[shape] = Read(newest)
        return self._reads[shape]


timeline = Timelines()
