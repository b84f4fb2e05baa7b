"""Take the screenshots of the documentation from a running demo: ``.venv/bin/python docs/take_screenshots.py [address]``.

Start the demo with ``make run`` first. The pictures go to ``docs/screenshots/``; widths, theme and language are in their names.
``docs/take_screenshots.py walk`` needs no demo: it runs the walk of the tests, which takes the pictures of ``docs/walk.md``.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from devstack import chromium

TARGET = Path(__file__).parent / "screenshots"
WALK = Path(__file__).resolve().parent / "walk"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "dms-demo-2026"  # noqa: S105 - the demo's printed one
SHOTS = [
    ("gm", "/", "home", 1920, "light", "zh-hans"),
    ("gm", "/", "home", 1920, "dark", "zh-hans"),
    ("reception", "/sales/register/", "register", 1280, "light", "zh-hans"),
    ("adviser", "/work/", "my-work", 390, "light", "zh-hans"),
    ("adviser", "/sales/leads/", "cards", 1280, "light", "zh-hans"),
    ("sales_manager", "/crm/customers/", "customers", 1280, "light", "en"),
    ("service_adviser", "/aftersales/board/", "workshop", 1280, "light", "zh-hans"),
    ("parts_clerk", "/parts/stock/", "stock", 1280, "dark", "zh-hans"),
    ("callback", "/crm/calls/", "callback-desk", 1280, "light", "zh-hans"),
    ("admin", "/configuration/patterns/", "patterns", 1280, "light", "zh-hans"),
    (None, "/sign-in/", "sign-in", 820, "light", "zh-hans"),
]


def shoot(browser: Browser, address: str, shot: tuple[str | None, str, str, int, str, str]) -> None:
    user, path, name, width, theme, language = shot
    context = browser.new_context(viewport={"width": width, "height": 844 if width < 500 else 900}, color_scheme=theme)
    context.add_cookies([{"name": "dms_language", "value": language, "url": address}])
    page = context.new_page()
    if user:
        page.goto(f"{address}/sign-in/")
        page.fill("#id_username", user)
        page.fill("#id_password", PASSWORD)
        page.press("#id_password", "Enter")
        page.wait_for_load_state("networkidle")
        token = context.cookies(address)
        csrf = next(cookie["value"] for cookie in token if cookie["name"] == "csrftoken")
        for url, form in (("/language/", {"language": language}), ("/theme/", {"theme": theme})):
            headers = {"Referer": f"{address}/", "X-CSRFToken": csrf}
            context.request.post(f"{address}{url}", form=form, headers=headers)
    page.goto(f"{address}{path}")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=TARGET / f"{name}-{width}-{theme}-{language}.png")
    context.close()


def walk() -> int:
    """One car's whole life, as ``tests/browser/test_walk.py`` walks it."""
    WALK.mkdir(exist_ok=True)
    for old in WALK.glob("*.png"):
        old.unlink()
    test = [sys.executable, "-m", "pytest", "tests/browser/test_walk.py", "-n0", "-q", "-s"]
    return subprocess.run(test, env=os.environ | {"WALK_PICTURES": str(WALK)}, check=False).returncode  # noqa: S603


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000", help="of the demo; or the word walk")
    address = parser.parse_args().address
    if address == "walk":
        sys.exit(walk())
    TARGET.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.ensure(), args=FLAGS)
        for shot in SHOTS:
            shoot(browser, address, shot)
            print(shot[2], shot[3], shot[4], shot[5])  # noqa: T201


if __name__ == "__main__":
    main()
