"""Templates say what they are for, and carry no script, style or handler of their own (the CSP would refuse them)."""

import re

import pytest
from django.conf import settings
from django.template.loader import get_template

from tests.architecture.sources import BASE, templates

OPENING = re.compile(
    r"^(?:\s*(?:\{%(?!\s*comment\b)[^\n]*?%\}|(?i:<!doctype html>)))*\s*"
    r"(?:\{#\s*\S.{15,}?#\}|\{%\s*comment\s*%\}\s*\S.{15,}?\{%\s*endcomment\s*%\})",  # the second is Django's
    re.DOTALL,
)
COMMENTS = re.compile(r"\{#.*?#\}|\{%\s*comment\s*%\}.*?\{%\s*endcomment\s*%\}", re.DOTALL)
FORBIDDEN = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
    "inline style": re.compile(r"<style\b", re.IGNORECASE),
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "htmx handler": re.compile(r"<[^>]*\shx-on", re.IGNORECASE),
    "script URL": re.compile(r"javascript:", re.IGNORECASE),
    "other host": re.compile(r"(?:src|href|action)\s*=\s*[\"']\s*(?:https?:)?//", re.IGNORECASE),
    "unescaped output": re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off"),
    "form without token": re.compile(
        r"<form\b(?=[^>]*method=[\"']post)[^>]*>(?:(?!csrf_token|csrf_input|</form>).)*</form>",
        re.IGNORECASE | re.DOTALL,
    ),
}
ALLOWED = {
    ("templates/print.html", "inline style"),  # paper: drawn by the PDF engine, never sent to a browser
    ("templates/crm/labels_pdf.html", "inline style"),  # paper likewise: its page has no margins
    ("templates/crm/labels_pdf.html", "style attribute"),  # and each label has its place on the sheet
    ("templates/components/forms.html", "unescaped output"),  # help texts are ours; Django's password rules are a list
}


def faults(source: str) -> list[str]:
    """What the template has and may not have."""
    visible = COMMENTS.sub("", source)
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(visible)]


def test_every_template_opens_with_what_it_is_for():
    ours = [(path, text) for path, text in templates() if not path.startswith("dms/templates/django/")]
    assert [path for path, text in ours if not OPENING.match(text)] == []


def test_no_template_carries_script_style_or_handlers():
    assert {(path, fault) for path, text in templates() for fault in faults(text)} - ALLOWED == set()


@pytest.mark.parametrize(
    ("sample", "fault"),
    [
        ("<script>go()</script>", "inline script"),
        ('<script type="module">go()</script>', "inline script"),
        ("<style>a{}</style>", "inline style"),
        ('<p class="a" style="color:red">', "style attribute"),
        ('<a onclick="go()">', "event handler"),
        ('<a hx-on:click="go()">', "htmx handler"),
        ('<a href="javascript:go()">', "script URL"),
        ('<script src="https://cdn.example/x.js"></script>', "other host"),
        ('<img src="//cdn.example/x.png">', "other host"),
        ("{{ text|safe }}", "unescaped output"),
        ('<form method="post"><button></button></form>', "form without token"),
    ],
)
def test_a_fault_is_noticed(sample, fault):
    assert fault in faults(sample)


def test_a_clean_template_has_no_fault():
    sample = '{# <style> in words only #}<script type="module" src="{{ static(\'a.js\') }}"></script>'
    assert faults(sample + '<form method="post">{{ csrf_input }}<input name="on" value="1"></form>') == []


@pytest.mark.parametrize(
    "sample",
    [
        "<p>Nothing said</p>",
        '{% extends "base.html" %}\n<p>',
        "{# short #}<p>",
        "<p>late</p>{# What this page is for #}",
    ],
)
def test_a_template_that_says_nothing_is_noticed(sample):
    assert not OPENING.match(sample)


def test_an_opening_comment_may_follow_extends():
    assert OPENING.match('{% extends "base.html" %}\n{# The list of people. Context: page_obj. #}')
    assert OPENING.match("{#\nThe list of people.\nBlocks: rows.\n#}<p>")


def name_of(path: str) -> str:
    """As the engines call it."""
    return path.removeprefix("dms/").removeprefix("templates/")


def test_every_template_can_be_parsed():
    for path, _text in templates():
        get_template(name_of(path))


NAMED = re.compile(r"\{%\s*(?:include|extends|from|import)\s+[\"']([^\"']+\.html)[\"']")


def test_every_template_named_in_a_template_exists():
    for _path, text in templates():
        for name in NAMED.findall(COMMENTS.sub("", text)):
            get_template(name)


def test_no_template_is_left_over():
    """Every template is named by a view, another template or a setting."""
    everything = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in (*settings.INSTALLED_APPS[:6], "templates")
        for path in (BASE / folder.partition(".")[0]).rglob("*")
        if path.suffix in {".py", ".html"}
    )
    by_django = {"403.html", "404.html", "500.html", "403_csrf.html"}
    leftover = []
    for path, _text in templates():
        name = name_of(path)
        if name not in everything and name not in by_django and not name.startswith(("admin/", "django/")):
            leftover.append(name)
    assert leftover == []
