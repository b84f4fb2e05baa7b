"""Who walks through the pages, what they press and type, and how many clicks it takes."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests import walk
from tests.walk import on

PICTURES = os.environ.get("WALK_PICTURES", "")
TALLEST = 1400


class Story:
    """Who walks through which pages, and how many clicks it takes. One desk and one phone: who uses them is signed in there."""

    def __init__(self, dealership: walk.Dealership, open_page: Callable[..., Page]) -> None:
        self.dealership = dealership
        self.screens = {width: open_page("/sign-in/", width=width) for width in (1280, 390)}
        self.address = self.screens[1280].url.removesuffix("/sign-in/")
        self.keys: dict[str, str] = {}
        self.tabs: list[Page] = []
        self.clicks, self.pictures = 0, 0

    def sit(self, role: str, path: str = "/", *, width: int = 1280) -> "Person":
        """The person of this role comes to work, signed in."""
        if role not in self.keys:
            client = Client()
            client.force_login(self.dealership.cast.named(role), backend="dms.web.backends.NameOrPhoneBackend")
            self.keys[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
        page = self.screens[width].context.new_page()
        page.set_default_timeout(6_000)
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        self.tabs.append(page)
        return Person(self, page, self.keys[role]).opens(path)

    @contextmanager
    def day(self, moment: datetime) -> Iterator[None]:
        """A day of the story; in the evening everybody goes home."""
        with on(moment):
            yield
        for page in self.tabs:
            page.close()
        self.tabs.clear()
        self.keys.clear()


LEADS_AWAY = """one => one.tagName === 'A'
    ? !one.href.endsWith('#') && !one.matches('[hx-target="#dialog"]') : one.form !== null && one.type === 'submit'"""


class Person:
    """Somebody in front of a page."""

    def __init__(self, story: Story, page: Page, key: str) -> None:
        self.story, self.page, self.key = story, page, key
        self.main = page.locator("main")
        self.dialog = page.get_by_role("dialog")

    def acts(self) -> None:
        """From here on the browser is this person's."""
        self.page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": self.key, "url": self.story.address}]
        )

    def opens(self, path: str) -> "Person":
        """By the bookmark, or the menu at the left."""
        self.acts()
        self.page.goto(self.story.address + path)
        return self

    def reloads(self) -> "Person":
        self.acts()
        self.page.reload()
        return self

    def presses(
        self, name: str | re.Pattern[str], *, within: Locator | None = None, nth: int = 0, stays: bool = False
    ) -> "Person":
        """A button or a link by what stands on it; unless it ``stays`` on the page, what it leads to is waited for."""
        self.acts()
        where = within or self.main
        target = where.get_by_role("button", name=name).or_(where.get_by_role("link", name=name)).nth(nth)
        before = self.page.evaluate("performance.timeOrigin")
        away = not stays and target.evaluate(LEADS_AWAY)
        opens = target.evaluate("one => one.matches('[hx-target=\"#dialog\"]')")
        self.clicks(target)
        if opens:
            expect(self.dialog).to_be_visible()
        if away:
            self.page.wait_for_function("before => performance.timeOrigin !== before", arg=before)
            self.page.wait_for_load_state()
        return self

    def presses_for_paper(self, name: str) -> "Person":
        """A button whose paper opens beside the page: the browser shows it or saves it, as it likes."""
        self.acts()
        with self.page.context.expect_event(
            "response", lambda answer: answer.headers["content-type"] == "application/pdf"
        ):
            self.clicks(self.main.get_by_role("button", name=name))
        return self

    def clicks(self, target: Locator) -> None:
        target.click()
        self.story.clicks += 1

    def chooses(self, *names: str) -> "Person":
        """Chips, keys and ticks by their words."""
        for name in names:
            choice = self.page.get_by_role("radio", name=name).or_(self.page.get_by_role("checkbox", name=name))
            self.clicks(choice.first.locator("xpath=ancestor::label"))
        return self

    def types(self, **fields: object) -> "Person":
        """``types(手机="138…")``: a field by its label."""
        where = self.dialog if self.dialog.count() else self.main
        for label, value in fields.items():
            where.get_by_label(label).first.fill(str(value))
        return self

    def picks(self, **fields: str) -> "Person":
        """``picks(颜色="曜岩黑")`` from a list."""
        where = self.dialog if self.dialog.count() else self.main
        for label, option in fields.items():
            listed = where.get_by_label(label).first
            wanted = listed.locator("option").filter(has_text=option).first.get_attribute("value")
            listed.select_option(wanted)
            self.story.clicks += 1
        return self

    def sees(self, *words: str) -> "Person":
        for text in words:
            expect(self.page.get_by_text(text).first).to_be_visible()
        return self

    def is_told(self, words: str) -> "Person":
        """A message of the page, a refusal above all."""
        expect(
            self.page.locator("#toasts p, .note, [role=alert], .errorlist").filter(has_text=words).first
        ).to_be_visible()
        return self

    def signs(self) -> "Person":
        """By finger on the pad."""
        pad, mouse = self.page.locator(".sign-pad"), self.page.mouse
        expect(pad.locator("canvas")).to_be_visible()
        pad.scroll_into_view_if_needed()
        for _again in range(10):  # until the pad's script is there
            box = pad.bounding_box()
            mouse.move(box["x"] + 40, box["y"] + 60)
            mouse.down()
            for step in range(12):
                mouse.move(box["x"] + 40 + step * 14, box["y"] + 60 + (-1) ** step * 22)
            mouse.up()
            if "signed" in pad.get_attribute("class"):
                break
            self.page.wait_for_timeout(200)
        self.story.clicks += 1
        return self

    def takes(self, name: str) -> "Person":
        """A picture for the book: the whole page, as if the screen were that tall."""
        if PICTURES:
            self.story.pictures += 1
            self.page.wait_for_load_state("networkidle")
            small = self.page.viewport_size
            tall = min(self.page.evaluate("document.documentElement.scrollHeight"), TALLEST)
            self.page.set_viewport_size({"width": small["width"], "height": max(tall, small["height"])})
            picture = Image.open(BytesIO(self.page.screenshot(animations="disabled"))).convert("RGB")
            self.page.set_viewport_size(small)
            path = Path(PICTURES) / f"{self.story.pictures:02}-{name}.png"
            picture.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)
        return self

    def prints(self, link: Locator, *words: str) -> "Person":
        """The paper comes as PDF with these words on it."""
        self.acts()
        answer = self.page.request.get(link.first.evaluate("one => one.href"))
        assert answer.ok
        assert answer.headers["content-type"] == "application/pdf"
        paper = answer.body()
        assert paper.startswith(b"%PDF")
        assert len(paper) > 5_000
        if reader := shutil.which("pdftotext"):
            text = subprocess.run([reader, "-", "-"], input=paper, capture_output=True, check=True).stdout.decode()
            for word in words:
                assert word.replace(" ", "") in "".join(text.split()), (word, text)
        return self
