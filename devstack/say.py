"""What the launcher tells people: one line for each step, one sentence for each trouble."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Trouble(Exception):  # noqa: N818
    """Something a person has to know or do; its text is one sentence that says what."""


def say(text: str = "") -> None:
    write(f"{text}\n")


def write(text: str) -> None:
    """Whole lines at once; when the terminal has gone away the work of stopping goes on unheard."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError:
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115


def paint(text: str, code: str) -> str:
    """The text in a terminal colour, plain when the output is a file or NO_COLOR is set."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\033[{code}m{text}\033[0m"


@contextmanager
def step(what: str, *, live: bool = True) -> Iterator[list[str]]:
    """One line per step: what, a word about the outcome, seconds. Append to the list to set that word."""
    note: list[str] = []
    live = live and sys.stdout.isatty()  # not while others write to the screen
    if live:
        write(f"  … {what}")
    began = time.monotonic()
    mark = paint("✗", "31")
    try:
        yield note
        mark = paint("✓", "32")
    finally:
        took = time.monotonic() - began
        outcome = f" ({', '.join(note)})" if note else ""
        again = "\r\033[K" if live else ""
        say(f"{again}  {mark} {what}{outcome}  {took:.1f} s")


def plain_os_error(error: OSError) -> str | None:
    """The sentence for the file system troubles people meet, None for the others."""
    where = error.filename or "the disk"
    if error.errno == errno.ENOSPC:
        return f"The disk is full ({where}): free at least 2 GB and run the same command again."
    if error.errno == errno.EROFS:
        return f"The file system is read-only ({where}): check the repository out to a place you may write."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"No permission for {where}: it belongs to another user (was an earlier run done as root?)."
    return None


def require_space(place: Path, megabytes: int) -> None:
    free = shutil.disk_usage(place).free // 1_000_000
    if free < megabytes:
        raise Trouble(
            f"The disk is full: {place} has {free} MB left and this step needs about {megabytes} MB; "
            "free some and run the same command again."
        )
