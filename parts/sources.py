"""Whose lines the stock moves for: a document above that keeps count itself says which lines are its own."""

from collections.abc import Callable
from typing import TypeVar

Owns = TypeVar("Owns", bound=Callable[[str], bool])

_owners: list[Callable[[str], bool]] = []


def owner(owns: Owns) -> Owns:
    """Register the function below: it answers whether a move's source line is one of its own."""
    _owners.append(owns)
    return owns


def is_owned(source_line: str) -> bool:
    """Does another document keep count of what goes out and comes back for this line?"""
    return any(owns(source_line) for owns in _owners)
