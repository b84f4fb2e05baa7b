"""A headless Chromium, and people who are signed in there."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from dms.models import User

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright's loop runs in the thread of the test
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update"
    " --disable-sync --font-render-hinting=none"
)


LIKE_A_CUSTOMER = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each test has its own contexts."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"] or None, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """``open_page("/path/", user, width=390, theme="dark")``: a page whose scripts may not fail."""
    contexts, faults = [], []

    def make(path: str, user: User | None = None, *, width: int = 1280, theme: str = "light") -> Page:
        context = chromium.new_context(**LIKE_A_CUSTOMER, viewport={"width": width, "height": 860}, color_scheme=theme)
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user, backend="dms.auth.NameOrPhoneBackend")
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
        return page

    yield make
    for context in contexts:
        context.close()
    assert faults == []
