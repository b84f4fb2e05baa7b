"""The confirmation without which a guest of another store does not become known to this one."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class JoinField(serializers.BooleanField):
    """``join``: it is who the refusal ``join_first`` (409) named."""

    def __init__(self, **options: Any) -> None:
        words = _("It is this person, a guest of another store: they become known to this one.")
        super().__init__(**{"help_text": words, **options})
