"""What a customer was shown when they agreed: lines, sums, and what else they sign under. No rows: facts come in."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol, Self

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from dms.formats import display

Facts = Mapping[str, str | int]
TERMS = {"promised": _("promised time"), "old_parts": _("old parts"), "wash": _("free wash")}
"""What is signed under beside the lines."""


class Offered(Protocol):
    """What a line must say to be shown."""

    @property
    def pk(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def payer(self) -> str: ...
    @property
    def quantity(self) -> Decimal: ...
    @property
    def amount(self) -> Decimal: ...


@dataclass(frozen=True)
class Shown:
    """Lines with their sums, by line, and the terms beside them. From outside it may say less: only that is compared."""

    lines: Mapping[int, Facts]
    terms: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True
    """These are all the lines there were to agree to: one more is a change."""

    @classmethod
    def of(cls, lines: Iterable[Offered], **terms: str) -> Self:
        return cls({line.pk: facts_of(line) for line in lines}, terms)

    @classmethod
    def amounts(cls, sums: Mapping[int, Decimal]) -> Self:
        """Of a caller that says of each line what it may cost."""
        return cls({key: {"amount": f"{amount:.2f}"} for key, amount in sums.items()}, whole=False)

    @classmethod
    def read(cls, text: str) -> Self:
        """As :attr:`text` wrote it.

        :raises ValueError: when it is something else.
        """
        try:
            lines, terms = json.loads(text)
            return cls({int(facts["line"]): facts for facts in lines}, dict(terms))
        except (TypeError, KeyError) as error:
            raise ValueError(text) from error

    @property
    def text(self) -> str:
        # Sorted and without blanks: the same lines give the same text, and so the same digest, on any server.
        return json.dumps([self.rows, dict(sorted(self.terms.items()))], ensure_ascii=False, separators=(",", ":"))

    @property
    def rows(self) -> list[Facts]:
        """As they are kept with the consent."""
        return [self.lines[key] for key in sorted(self.lines)]

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    def only(self, keys: Iterable[int]) -> "Shown":
        return Shown({key: self.lines[key] for key in keys}, self.terms)

    def changes(self, now: "Shown") -> list[str]:
        """What is not any more as it was shown, each in words."""
        gone = [
            _now("%(line)s: does not wait any more") % {"line": named(facts)}
            for key, facts in self.lines.items()
            if key not in now.lines
        ]
        new = [
            _now("%(line)s: new, %(sum)s") % {"line": named(facts), "sum": yuan(facts)}
            for key, facts in now.lines.items()
            # Who named sums of some lines saw no page: a line they did not name is not new to them.
            if self.whole and key not in self.lines
        ]
        changed = [
            words_of(self.lines[key], facts)
            for key, facts in now.lines.items()
            if key in self.lines and differs(self.lines[key], facts)
        ]
        terms = [str(TERMS[name]) for name, then in self.terms.items() if name in TERMS and then != now.terms.get(name)]
        return [*changed, *new, *gone, *terms]


def facts_of(line: Offered) -> Facts:
    return {
        "line": line.pk,
        "text": line.text,
        "payer": str(line.payer),
        # Two decimals as text: 1, 1.0 and 1.00 are one quantity, and must not look like a change.
        "quantity": f"{line.quantity:.2f}",
        "amount": f"{line.amount:.2f}",
    }


def differs(then: Facts, now: Facts) -> bool:
    # Only what the other side has said: a caller that knows the sum alone is not held to the words.
    return any(now[name] != value for name, value in then.items() if name in now)


def words_of(then: Facts, now: Facts) -> str:
    """The sums when they differ, else that something else does."""
    if then["amount"] != now["amount"]:
        return f"{now['text']}: {yuan(then)} → {yuan(now)}"
    return _now("%(line)s: changed") % {"line": named(now)}


def named(facts: Facts) -> str:
    return str(facts.get("text") or facts.get("line") or "")


def yuan(facts: Facts) -> str:
    return display.yuan(Decimal(str(facts["amount"])))
