"""Accounts by which something was closed, a car that left for instance: the apps above say which; nothing is given back."""

from collections.abc import Callable
from typing import TypeVar

from crm.models import Invoice
from dms.core.refusals import Refusal

Closes = TypeVar("Closes", bound=Callable[[Invoice], Refusal | None])

_rules: list[Callable[[Invoice], Refusal | None]] = []


def closes(rule: Closes) -> Closes:
    """Register the function below: it answers how a refund is refused that would leave the account unpaid, or None."""
    _rules.append(rule)
    return rule


def refusal(invoice: Invoice) -> Refusal | None:
    """Why the account stays paid; None when it need not."""
    return next((refused for rule in _rules if (refused := rule(invoice)) is not None), None)
