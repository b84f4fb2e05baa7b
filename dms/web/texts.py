"""Gettext for templates: each text is looked up and marked safe once a language, because a page says a hundred of them.

Called as Jinja2's new style wants it: ``_("Up to %(n)s", n=count)``, with ``%%`` for a percent sign.
"""

from functools import lru_cache

from django.utils import translation
from markupsafe import Markup

TEXTS = 8192


@lru_cache(maxsize=TEXTS)
def _template(language: str | None, context: str, message: str) -> Markup:
    """The translation, its placeholders still in it."""
    return Markup(translation.pgettext(context, message) if context else translation.gettext(message))  # noqa: S704 # our words


@lru_cache(maxsize=TEXTS)
def _text(language: str | None, context: str, message: str) -> Markup:
    return _template(language, context, message) % {}


def gettext(message: str, **values: object) -> Markup:
    if values:
        return _template(translation.get_language(), "", message) % values
    return _text(translation.get_language(), "", message)


def pgettext(context: str, message: str, **values: object) -> Markup:
    if values:
        return _template(translation.get_language(), context, message) % values
    return _text(translation.get_language(), context, message)


def ngettext(singular: str, plural: str, num: int, **values: object) -> Markup:
    text = translation.ngettext(singular, plural, num)
    return Markup(text) % {"num": num, **values}  # noqa: S704 # our words


def npgettext(context: str, singular: str, plural: str, num: int, **values: object) -> Markup:
    text = translation.npgettext(context, singular, plural, num)
    return Markup(text) % {"num": num, **values}  # noqa: S704 # our words


def language() -> str:
    """The language the page is in."""
    return translation.get_language() or ""
