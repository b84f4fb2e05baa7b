"""Which days can be meant: a slip of the finger must not put the year 9999 among the things that are due."""

from datetime import date, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rest_framework import serializers

YEARS = range(1900, 2101)


def plausible(value: date | datetime) -> None:
    """:raises ValidationError: for a year in which nobody was born and nothing is due."""
    if value.year not in YEARS:
        raise ValidationError(_("Check the year: %(year)s cannot be meant.") % {"year": value.year}, code="year")


def keep_plausible() -> None:
    """Every date and time that is typed, or sent by a program, passes here; called once, when the system is set up."""
    for field in (forms.DateField, forms.DateTimeField, serializers.DateField, serializers.DateTimeField):
        field.default_validators = [plausible]  # type: ignore[misc] # the class's own list, seen by every field after it
