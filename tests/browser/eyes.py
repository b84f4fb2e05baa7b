"""What a page must show at every width and in both themes: nothing wider than the screen, nothing axe finds."""

import os
from collections.abc import Sequence

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (1920, 1280, 820, 390)
"""Desktop, laptop, tablet, phone."""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
PICTURES = os.environ.get("PICTURES", "")
"""For eyes: the folder in which pictures are kept."""


def violations(page: Page) -> list[str]:
    """What axe finds, one line a rule."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{rule['id']}: {[node['html'][:120] for node in rule['nodes'][:3]]}" for rule in found]


def resize(page: Page, width: int) -> None:
    """The same page on another screen, laid out anew."""
    page.set_viewport_size({"width": width, "height": 860})
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def too_wide(page: Page, name: str = "page", *, widths: Sequence[int] = WIDTHS) -> list[str]:
    """At which widths one would have to scroll sideways."""
    found = []
    for width in widths:
        resize(page, width)
        picture(page, f"{name}-{width}")
        if over := page.evaluate("document.documentElement.scrollWidth - innerWidth"):
            found.append(f"{name} at {width}: {over} px too wide")
    return found


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def faults(page: Page, name: str = "page") -> list[str]:
    """At every width, by axe on the desktop in both themes and on the phone."""
    found = too_wide(page, name)
    found += [f"{name}, phone: {fault}" for fault in violations(page)]
    resize(page, WIDTHS[1])
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)
        picture(page, f"{name}-{theme}")
        found += [f"{name}, {theme}: {fault}" for fault in violations(page)]
    return found
