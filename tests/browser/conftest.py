"""A headless Chromium, and people who are signed in there."""

import os
from collections.abc import Callable, Iterator
from threading import Condition
from typing import Literal

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.signals import request_finished, request_started
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from dms.models import User

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright's loop runs in the thread of the test
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update"
    " --disable-sync --font-render-hinting=none --process-per-site --renderer-process-limit=1"
)


@pytest.fixture(scope="session", autouse=True)
def _files_are_kept() -> Iterator[None]:
    """A browser asks once for each of the twenty files of a page, as in production, wherever its clock stands."""
    serve = StaticFilesHandler.serve

    def serve_once(handler: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
        response = serve(handler, request)
        response["Cache-Control"] = "max-age=315360000, immutable"
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", serve_once)
        yield


@pytest.fixture(scope="session")
def chromium(django_db_setup: None, live_server: LiveServer) -> Iterator[Browser]:
    """One browser for all tests, closed before the server and its database: a profile at rest holds a connection open."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"] or None, args=FLAGS.split())
        yield browser
        browser.close()


class UnderWay:
    """Requests the server still answers: their page may be gone, but emptying the tables has to wait for them."""

    def __init__(self) -> None:
        self.count, self.changed = 0, Condition()

    def begins(self, **_signal: object) -> None:
        with self.changed:
            self.count += 1

    def ends(self, **_signal: object) -> None:
        with self.changed:
            self.count -= 1
            self.changed.notify_all()

    def wait(self) -> None:
        with self.changed:
            self.changed.wait_for(lambda: self.count <= 0, 10)


@pytest.fixture
def under_way() -> Iterator[UnderWay]:
    requests = UnderWay()
    request_started.connect(requests.begins)
    request_finished.connect(requests.ends)
    yield requests
    request_started.disconnect(requests.begins)
    request_finished.disconnect(requests.ends)


@pytest.fixture(scope="session")
def at_rest(chromium: Browser) -> list[BrowserContext]:
    """Profiles nobody uses: nobody is signed in there, but the files of the site are known."""
    return []


@pytest.fixture
def open_page(
    chromium: Browser, at_rest: list[BrowserContext], live_server: LiveServer, under_way: UnderWay
) -> Iterator[Callable[..., Page]]:
    """``open_page("/path/", user, width=390, theme="dark")``: a page in a profile of its own, whose scripts may not fail."""
    used, faults = [], []

    def make(
        path: str, user: User | None = None, *, width: int = 1280, theme: Literal["light", "dark"] = "light"
    ) -> Page:
        context = (
            at_rest.pop()
            if at_rest
            else chromium.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce")
        )
        used.append(context)
        if user is not None:
            client = Client()
            client.force_login(user, backend="dms.web.backends.NameOrPhoneBackend")
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 860})
        page.emulate_media(color_scheme=theme)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto(live_server.url + path)
        page.evaluate("document.fonts.ready.then(() => true)")
        return page

    yield make
    for context in used:
        for page in context.pages:
            page.close()
        context.clear_cookies()
        at_rest.append(context)
    under_way.wait()
    assert faults == []


@pytest.fixture
def goes(live_server: LiveServer) -> Callable[[Page, str], None]:
    """``goes(page, "/path/")``: another address in the same page."""

    def go(page: Page, path: str) -> None:
        page.goto(live_server.url + path)
        page.evaluate("document.fonts.ready.then(() => true)")

    return go
