"""Sentences that the frameworks say and that nobody of the trade would understand: our catalogue says them anew.

Django looks a text up in the project's catalogue before its own. The texts stand here so that the catalogue keeps them; nothing
else uses this module.
"""

from django.utils.translation import gettext_noop

TEXTS = (
    gettext_noop("%(model_name)s with this %(field_label)s already exists."),
    gettext_noop("This field must be unique."),
    gettext_noop("Select a valid choice. That choice is not one of the available choices."),
)
