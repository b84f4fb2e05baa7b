"""Documents on paper: a template that extends ``print.html`` becomes a PDF. Chinese by the packaged font, no network.

The font comes through fontconfig: by @font-face the renderer would hold half a gigabyte. It has one weight, so the print
styles set heads by size and rule, not by bold.
"""

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import plutoprint
from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from pylopdf_fonts_zh_cn import sans_path

from dms.formats import display
from dms.models import Attachment

STYLES = settings.BASE_DIR / "static" / "dms" / "css" / "pdf.css"
FONT_CONFIG = (
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
    "<fontconfig>{fonts}<cachedir>{cache}</cachedir></fontconfig>"
)
BARE = "@page { @bottom-left { content: none; } @bottom-right { content: none; } }"
FOOT = "@page {{ @bottom-left {{ content: {text}; font-size: 8pt; color: #5f6a70; }} }}"


class DataOnly(plutoprint.ResourceFetcher):
    """A document may show pictures given as data; nothing from the network or the disk."""

    def fetch_url(self, url: str) -> Any:
        if url.startswith("data:"):
            return plutoprint.default_resource_fetcher.fetch_url(url)
        raise PermissionError(url)


@cache
def _know_the_font() -> None:
    """Point the renderer at its fonts, once per process and before its first document.

    The packaged one has every character of the national standard list; what is rarer comes from the font of the system that has
    the extensions, where it is installed (``DMS_RARE_FONTS``).
    """
    home = Path(settings.VAR_DIR) / "fonts"
    home.mkdir(parents=True, exist_ok=True)
    places = [sans_path().parent, *(place for place in map(Path, settings.RARE_FONTS) if place.is_dir())]
    fonts = "".join(f"<dir>{escape(str(place))}</dir>" for place in places)
    text = FONT_CONFIG.format(fonts=fonts, cache=escape(str(home)))
    (home / "fonts.conf").write_text(text)
    plutoprint.plutobook_set_fontconfig_path(home)


def _css_string(text: str) -> str:
    """A quoted string of CSS: whatever could end it becomes an escape by number."""
    return '"' + "".join(f"\\{ord(one):x} " if one in '"\\' or ord(one) < 32 else one for one in text) + '"'


def _book(template: str, context: Mapping[str, object], *, paper: str, foot: str | None = None) -> plutoprint.Book:
    name, _space, turned = paper.partition(" ")
    size = getattr(plutoprint, f"PAGE_SIZE_{name}")
    book = plutoprint.Book(size.landscape() if turned else size)
    # Papers hold what people typed: an address in it must not be fetched from within the house.
    book.custom_resource_fetcher = DataOnly()
    edge = BARE if foot is None else FOOT.format(text=_css_string(foot))
    with display.on_paper():
        text = render_to_string(template, dict(context))
    book.load_html(text, user_style=STYLES.read_text() + edge)
    return book


def render(
    template: str, context: Mapping[str, object], *, title: str, foot: str | None = "", paper: str = "A4"
) -> bytes:
    """The document as a PDF file; ``foot`` stands at the left under every page, the page number at the right (None: neither)."""
    _know_the_font()
    book = _book(template, context, paper=paper, foot=foot)
    book.set_metadata(plutoprint.PDF_METADATA_TITLE, title)
    stream = BytesIO()
    book.write_to_pdf_stream(stream)
    return stream.getvalue()


@dataclass(frozen=True)
class Paper:
    """One document on paper: the same whether a page or the API hands it out."""

    template: str
    context: Mapping[str, object]
    name: str
    foot: str | None = ""
    size: str = "A4"
    """The sheet; “A4 landscape” is the same turned."""

    @property
    def file_name(self) -> str:
        return f"{self.name.split()[0]}.pdf"

    def content(self) -> bytes:
        return render(self.template, self.context, title=self.name, foot=self.foot, paper=self.size)

    def answer(self) -> HttpResponse:
        """As a file that browsers show."""
        return shown(self.content(), self.file_name)


def shown(content: bytes, file_name: str) -> HttpResponse:
    """A PDF that browsers show."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{file_name}"'
    return response


def picture(attachment: Attachment | None) -> str:
    """A stored picture as data, for a renderer that reads nothing else; empty when there is none."""
    if attachment is None:
        return ""
    with attachment.file.open("rb") as file:
        return f"data:{attachment.content_type};base64,{base64.b64encode(file.read()).decode()}"


class Volume:
    """One PDF of many documents, written to its file as it grows: what is in memory is one portion at a time."""

    PIXEL = 0.75
    """Points of paper for a pixel of the layout."""

    def __init__(self, canvas: plutoprint.PDFCanvas, paper: str) -> None:
        self.canvas, self.paper, self.pages = canvas, paper, 0

    def add(self, template: str, context: Mapping[str, object]) -> int:
        """Lay out one more portion and append its pages; returns how many."""
        book = _book(template, context, paper=self.paper)
        count = int(book.get_page_count())
        for number in range(count):
            self.canvas.save_state()
            self.canvas.scale(self.PIXEL, self.PIXEL)
            book.render_page(self.canvas, number)
            self.canvas.restore_state()
            self.canvas.show_page()
        self.pages += count
        return count


@contextmanager
def bind(path: Path, *, title: str, paper: str = "A4") -> Iterator[Volume]:
    """Bind many documents into one file: ``with bind(path, title=…) as volume: volume.add(template, context)``."""
    _know_the_font()
    canvas = plutoprint.PDFCanvas(str(path), getattr(plutoprint, f"PAGE_SIZE_{paper}"))
    canvas.set_metadata(plutoprint.PDF_METADATA_TITLE, title)
    try:
        yield Volume(canvas, paper)
    finally:
        canvas.finish()
