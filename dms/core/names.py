"""Names in two languages: every row of base data is called by its Chinese name, and by its English one where it has one."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Bilingual(models.Model):
    """A row with a Chinese and an English name, shown in the language of the screen. A model may give the columns another width."""

    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.local_name

    @property
    def local_name(self) -> str:
        return in_language(self.name, self.name_en)


def in_language(name: str, name_en: str) -> str:
    """Which of two names the screen shows; also for lists that read the columns without the row."""
    return name_en if name_en and get_language() == "en" else name
