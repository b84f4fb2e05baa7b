"""Whose lines the stock moves for: a document above that keeps count itself says which lines are its own."""

from collections.abc import Callable, Collection
from typing import TypeVar

Owns = TypeVar("Owns", bound=Callable[[Collection[str]], set[str]])

_owners: list[Callable[[Collection[str]], set[str]]] = []


def owner(owns: Owns) -> Owns:
    """Register the function below: it answers which of these source lines of moves are its own."""
    _owners.append(owns)
    return owns


def owned(source_lines: Collection[str]) -> set[str]:
    """The lines for which another document keeps count of what goes out and comes back."""
    return {line for owns in _owners for line in owns(source_lines)}


def is_owned(source_line: str) -> bool:
    """Does another document keep count of what goes out and comes back for this line?"""
    return bool(owned([source_line]))
