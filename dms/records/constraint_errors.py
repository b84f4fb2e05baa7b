"""What the database refuses, in words: the sentence stands beside the rule, at the constraint or at the trigger's model.

A constraint has its ``violation_error_message``. A rule that only a trigger can keep raises with a ``CONSTRAINT`` name
(``RAISE … USING CONSTRAINT = '…'``), and its model says the sentence for that name in ``TRIGGERS``.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import cache

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import BaseConstraint
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from dms.core.refusals import Refusal


@cache
def sentences() -> dict[str, StrOrPromise]:
    """Name of a constraint or a trigger's rule → its sentence, where somebody has written one."""
    known: dict[str, StrOrPromise] = {}
    for model in apps.get_models():
        known |= getattr(model, "TRIGGERS", {})
        for rule in model._meta.constraints:  # noqa: SLF001 # Django's own way to them
            words = rule.violation_error_message
            if words and words != BaseConstraint.default_violation_error_message:
                known[rule.name] = words
    return known


def name_of(error: IntegrityError) -> str:
    """The constraint, or the rule of a trigger, that was broken. By its name: the text is in the server's language."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


def refusal_from(error: IntegrityError) -> Refusal:
    """For the edge, where nobody has expected it: the rule's own sentence, or that somebody was quicker."""
    name = name_of(error)
    if name in sentences():
        return Refusal(sentences()[name], code=name)
    sentence = _(
        "This is stored already, or somebody was quicker. Reload the page, and search for it before you send it again."
    )
    return Refusal(sentence, code="conflict")


@contextmanager
def refusing(words: Mapping[str, Callable[[], Refusal | None]] | None = None) -> Iterator[None]:
    """Inside, a broken rule is a refusal whose code is its name; a rule without words stays an error.

    :param words: for a name, what to say instead. It may look at rows, so a savepoint is kept for it; when it finds nothing
        to say (what stood in the way has gone meanwhile), the rule's own sentence is said.
    """
    try:
        # After the error Postgres answers nothing more without one; where nothing is asked, none is paid for.
        with transaction.atomic() if words else nullcontext():
            yield
    except IntegrityError as error:
        name = name_of(error)
        refusal = words[name]() if words and name in words else None
        if refusal is None and name in sentences():
            refusal = Refusal(sentences()[name], code=name)
        if refusal is None:
            raise
        # What the database says names columns and values: it goes no further than here.
        raise refusal from None


def unstorable() -> Refusal:
    """For a value that no column takes: too large, or no text at all."""
    return Refusal(_("A value is too large, or cannot be stored. Correct it and send it again."), code="unreadable")
