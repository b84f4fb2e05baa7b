"""The app and its name."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AftersalesConfig(AppConfig):
    name = "aftersales"
    verbose_name = _("Service")
    default_auto_field = "django.db.models.BigAutoField"
