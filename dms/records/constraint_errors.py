"""What the database refuses, in the words of its constraints."""

from functools import cache

from django.apps import apps
from django.db import IntegrityError
from django.db.models import BaseConstraint
from django.utils.translation import gettext as _

from dms.core.refusals import Refusal


@cache
def constraints() -> dict[str, BaseConstraint]:
    """Every named constraint of the six apps."""
    return {constraint.name: constraint for model in apps.get_models() for constraint in model._meta.constraints}  # noqa: SLF001


def name_of(error: IntegrityError) -> str:
    """The constraint, or the rule of a trigger, that was broken."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


def as_refusal(error: IntegrityError) -> Refusal:
    """Somebody was quicker, or the row may not be so: the constraint's own sentence where it has one."""
    name = name_of(error)
    known = constraints().get(name)
    if known is not None and known.violation_error_message != known.default_violation_error_message:
        return Refusal(known.violation_error_message or "", code=name)
    sentence = _(
        "This is stored already, or somebody was quicker. Reload the page, and search for it before you send it again."
    )
    return Refusal(sentence, code="conflict")


def unstorable() -> Refusal:
    """For a value that no column takes: too large, or no text at all."""
    return Refusal(_("A value is too large, or cannot be stored. Correct it and send it again."), code="unreadable")
