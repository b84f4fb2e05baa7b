"""What the database refuses, in the words of its constraints: an act that breaks one is a refusal, not an error."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.apps import apps
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from dms.core.refusals import Refusal
from dms.records.constraint_errors import name_of

BY_TRIGGERS: "Mapping[str, StrOrPromise]" = {
    "appointment_in_shop_hours": _("The workshop does not work at that hour. Choose a time within the opening hours."),
    "workline_settled_is_immutable": _("This work order is settled or cancelled: its lines do not change any more."),
    "workorder_settled_is_immutable": _("This work order is settled: it does not change any more."),
    "qualitycheck_in_order": _("The check before this one has not passed yet."),
    "qualitycheck_once_per_round": _("This check has been made already."),
    "workorder_cancelled_before_parts": _("Parts of this work order are out. Take them back to stock first."),
    "workorder_passed_is_inspected": _("The final inspection has not passed yet."),
    "workorder_settled_is_complete": _("Something is still missing for the settlement."),
    "gatepass_after_payment": _("There is no gate pass before payment, or a credit that somebody approved."),
    "gatepass_used_once": _("This gate pass was used already."),
}
"""Rules that triggers keep, and those whose constraint has no sentence of its own."""


def sentence_of(name: str) -> "StrOrPromise | None":
    """The words for people of a constraint of this app, or of a trigger's rule."""
    if name in BY_TRIGGERS:
        return BY_TRIGGERS[name]
    for model in apps.get_app_config("aftersales").get_models():
        for rule in model._meta.constraints:  # noqa: SLF001 # Django's own way to them
            if rule.name == name and rule.violation_error_message != rule.default_violation_error_message:
                return rule.violation_error_message
    return None


@contextmanager
def as_refusals() -> Iterator[None]:
    """Inside, a broken constraint is a refusal whose code is its name. The act around it is a transaction, and undone."""
    try:
        yield
    except IntegrityError as error:
        name = name_of(error)
        sentence = sentence_of(name)
        if sentence is None:
            raise
        raise Refusal(sentence, code=name) from None
