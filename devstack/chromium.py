"""A Chromium for the browser tests: found, or installed when that is possible."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from devstack.places import IS_ROOT, VENV, cache_environment
from devstack.say import Trouble, step

NAMES = (
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
"""The shell first: the same engine without windows, made for tests; they take a third less time in it."""
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PLAYWRIGHT = (
    "chromium_headless_shell-*/*/headless_shell",
    "chromium_headless_shell-*/*/chrome-headless-shell",
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)
HOW = "install it (`apt-get install chromium`, `brew install --cask chromium` …) or name one by CHROMIUM=/path/to/it"


def find() -> str | None:
    """The first browser that starts; CHROMIUM decides alone when it is set."""
    told = os.environ.get("CHROMIUM")
    if told:
        return told if works(told) else None
    named = [shutil.which(name) for name in NAMES]
    return next((path for path in [*named, *MAC, *downloaded()] if path and works(path)), None)


def downloaded() -> list[str]:
    """What playwright fetched earlier, newest first."""
    places = (os.environ.get("PLAYWRIGHT_BROWSERS_PATH"), "~/.cache/ms-playwright", "~/Library/Caches/ms-playwright")
    roots = [Path(place).expanduser() for place in places if place]
    return [str(path) for root in roots for pattern in PLAYWRIGHT for path in sorted(root.glob(pattern), reverse=True)]


def works(path: str) -> bool:
    """Ubuntu's chromium-browser may be a stub that only tells you to install another."""
    if not os.access(path, os.X_OK):
        return False
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def ensure() -> str:
    browser = find()
    if browser:
        return browser
    if os.environ.get("CHROMIUM"):
        raise Trouble(f"CHROMIUM names {os.environ['CHROMIUM']}, which does not start: correct it or {HOW}.")
    with step("Chromium") as note:
        for way, commands in ways():
            if all(succeeds(command) for command in commands):
                browser = find()
                if browser:
                    note.append(way)
                    return browser
    raise Trouble(f"The browser tests need Chromium and it could not be installed here: {HOW}.")


def ways() -> list[tuple[str, list[list[str]]]]:
    """How to get one, best first."""
    prefix = [] if IS_ROOT else ["sudo", "-n"]
    possible: list[tuple[str, list[list[str]]]] = []
    if shutil.which("apt-get") and (IS_ROOT or shutil.which("sudo")):
        apt = [*prefix, "apt-get", "-o", "DPkg::Lock::Timeout=60"]
        possible.append(("apt-get", [[*apt, "update", "-q"], [*apt, "install", "-y", "-q", "chromium-headless-shell"]]))
        possible.append(("apt-get", [[*apt, "install", "-y", "-q", "chromium"]]))
    fetch = [str(VENV / "bin" / "python"), "-m", "playwright", "install", "--only-shell", "chromium"]
    if IS_ROOT:
        possible.append(("playwright", [[*fetch, "--with-deps"]]))
    possible.append(("playwright", [fetch]))
    return possible


def succeeds(command: list[str]) -> bool:
    env = {**cache_environment(), "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, capture_output=True, env=env, timeout=900, check=False, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
