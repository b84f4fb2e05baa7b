"""Refusals: the business says no, in a sentence for people and a code for programs."""

from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """Raised by an action that may not be done. A page shows ``sentence``; the API answers 409 with ``code``."""

    code = "refused"

    def __init__(self, sentence: StrOrPromise, *, code: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or self.code

    def told(self) -> "Refusal":
        """What is said to who asked, by whoever says it, when the act is undone: a refusal that tells something counts it here."""
        return self


class NoStoreChosen(Refusal):
    """What is registered belongs to a store, and people of several have chosen none."""

    code = "no_store_chosen"

    def __init__(self) -> None:
        super().__init__(_("Choose a store in the top bar first: what you register belongs to one."))


class NotYours(Refusal):
    """The person has the right to the act, but not on this row."""

    code = "not_yours"
