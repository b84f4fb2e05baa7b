"""How the events of the business are called. Recording an event without words is refused."""

from django_stubs_ext import StrOrPromise

EVENT_WORDS: dict[str, StrOrPromise] = {}
"""Event kind → the words of the business for it."""


def words(entries: dict[str, StrOrPromise]) -> None:
    """Say how the events of an app are called."""
    EVENT_WORDS.update(entries)
