"""The engine of our own pages: Jinja2 by Django's backend. The admin and other people's pages stay on Django's engine.

A template that names what is not there is refused (StrictUndefined): what a page shows stands in its context or is asked for
by ``is defined``. Apps put their own functions in by ``@template_function`` in their ``markup.py``.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.template.defaultfilters import linebreaks_filter
from django.utils.html import json_script
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django_htmx.jinja import htmx_script
from jinja2 import Environment, StrictUndefined

from dms.core.untyped import Option
from dms.formats import display
from dms.web import act_markup, addresses, columns, list_heads, marks, markup, texts

Function = TypeVar("Function", bound=Callable[..., object])
OF_APPS: dict[str, Callable[..., object]] = {}


def template_function(function: Function) -> Function:
    """Let the templates call it by its name."""
    OF_APPS[function.__name__] = function
    return function


FUNCTIONS: tuple[Callable[..., object], ...] = (
    addresses.url,
    addresses.static,
    addresses.querystring,
    texts.gettext,
    texts.ngettext,
    texts.pgettext,
    texts.npgettext,
    texts.language,
    get_language_info,
    act_markup.buttons_in,
    act_markup.form_of_offer,
    markup.icon,
    markup.badge,
    markup.level,
    markup.plate,
    markup.phone_reveal,
    markup.choice,
    marks.bar,
    marks.ageing,
    marks.sparkline,
    columns.column_heads,
    list_heads.sort_th,
    list_heads.filters_in_use,
    list_heads.page_numbers,
    display.promised,
    htmx_script,
    json_script,
)


def environment(**options: Option) -> Environment:
    """What Django's backend asks for; it brings the loader and autoescape."""
    options.update(
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        optimized=False,  # a filter of a constant would be worked out once, in the language and at the hour of that page
    )
    made: Any = Environment(**options)  # noqa: S701 # Django's backend sets autoescape; extensions add attributes
    made.policies["ext.i18n.trimmed"] = True
    made.newstyle_gettext = True
    made.globals.update({function.__name__: function for function in FUNCTIONS})
    made.globals.update(OF_APPS, _=texts.gettext, LANGUAGES=settings.LANGUAGES)
    made.filters.update(markup.VALUES)
    made.filters.update(capfirst=capfirst, linebreaks=linebreaks_filter)
    jinja: Environment = made
    return jinja
