"""What events are called: each has one name in the code, a code in the log, and its words for people."""

from typing import NewType

from django_stubs_ext import StrOrPromise

EventKind = NewType("EventKind", str)
"""The code of an event as the log stores it. Only ``event`` makes one, so that no act records what has no words."""

EVENT_WORDS: dict[str, StrOrPromise] = {}


def event(kind: str, words: StrOrPromise) -> EventKind:
    """Declare an event: ``ORDER_APPROVED = event("order.approved", _("Order approved"))``.

    :raises ValueError: when another event is called so.
    """
    if kind in EVENT_WORDS:
        raise ValueError(f"the event {kind!r} is declared twice")
    EVENT_WORDS[kind] = words
    return EventKind(kind)
