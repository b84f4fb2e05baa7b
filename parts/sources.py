"""Whose lines the stock moves for: a document above that keeps count itself says which lines are its own."""

from collections.abc import Callable

owners: list[Callable[[str], bool]] = []
"""Each answers whether a move's source line is one of its own."""
