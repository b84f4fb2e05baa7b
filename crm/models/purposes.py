"""What we would speak or write to customers for, and by which way: the cells of which a consent is made."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Purpose(models.TextChoices):
    """What for. What a contract needs (an appointment, a car that is ready, a recall of the maker) is none of these."""

    SERVICE = "SERVICE", pgettext_lazy("purpose", "After-service contact")
    CARE = "CARE", pgettext_lazy("purpose", "Care")
    MARKETING = "MARKETING", pgettext_lazy("purpose", "Marketing")
    SURVEY = "SURVEY", pgettext_lazy("purpose", "Survey")


class Ground(models.TextChoices):
    """Why something was written: for a purpose that needs a consent, or because a contract needs it."""

    CONTRACT = "CONTRACT", pgettext_lazy("purpose", "Contract")
    SERVICE = Purpose.SERVICE.value, Purpose.SERVICE.label
    CARE = Purpose.CARE.value, Purpose.CARE.label
    MARKETING = Purpose.MARKETING.value, Purpose.MARKETING.label
    SURVEY = Purpose.SURVEY.value, Purpose.SURVEY.label


class ConsentChannel(models.TextChoices):
    """By which way. A visit of ours counts as a call."""

    CALL = "CALL", pgettext_lazy("contact", "Call")
    SMS = "SMS", pgettext_lazy("contact", "Text message")
    LETTER = "LETTER", pgettext_lazy("contact", "Letter")
    WECHAT = "WECHAT", _("WeChat")
