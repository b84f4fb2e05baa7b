"""What the admin site's pages need of ours, for Django's engine: ``{% load dms %}``: icon, moment, column, part, layout."""

from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.context import Context, RequestContext
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from dms.formats import display
from dms.web import markup

register = template.Library()
register.simple_tag(markup.icon)
register.filter("moment", display.moment)
register.filter("column", markup.column)


def parts_of(context: Context) -> dict[str, SafeString]:
    """What the page has kept so far."""
    rendering: Any = context.render_context  # its stubs know only Django's own entries
    parts: dict[str, SafeString] = rendering.setdefault("parts", {})
    return parts


class Part(template.Node):
    """A node of its own, because blocks inside Django's block tags have no ``block.super``."""

    def __init__(self, name: str, nodelist: template.NodeList) -> None:
        self.name, self.nodelist = name, nodelist

    def render(self, context: Context) -> SafeString:
        parts_of(context)[self.name] = self.nodelist.render(context)
        return mark_safe("")


@register.tag
def part(parser: Parser, token: Token) -> Part:
    """Keep a part of the page for the layout: ``{% part heading %}…{% endpart %}``."""
    _tag, name = token.split_contents()
    nodelist = parser.parse(("endpart",))
    parser.delete_first_token()
    return Part(name, nodelist)


@register.simple_tag(takes_context=True)
def layout(context: RequestContext) -> SafeString:
    """The page: the frame of the site, drawn by its own engine, with the parts kept so far."""
    page = render_to_string("admin_page.html", {"parts": parts_of(context)}, context["request"])
    return mark_safe(page)  # noqa: S308 # rendered above
