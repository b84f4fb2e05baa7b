"""`python -m bench.compression WORLD`: what packing the pages of the measured cases costs, and what it leaves to send.

Packers that are not installed are left out: `pip install brotli zlib-ng zstandard` beside the product's own packages adds them.
"""

import argparse
import json
import logging
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

import django

django.setup()

from django.utils.text import compress_string  # noqa: E402

from bench.cases import CASES, World  # noqa: E402
from bench.inside import InsideClient  # noqa: E402
from dms.web.compression import packed  # noqa: E402

Packer = Callable[[bytes], bytes]
MODULES = (
    ("zlib", "level", (1, 3, 6)),
    ("isal.isal_zlib", "level", (0, 1, 2, 3)),
    ("zlib_ng.zlib_ng", "level", (1, 3, 6)),
    ("brotli", "quality", (0, 1, 3, 4, 5)),
    ("zstandard", "level", (1, 3)),
)
"""Module, how it calls its level, which levels."""
TRIES = 40
"""The least of so many is taken."""


class Keeping(InsideClient):
    """Keeps the last answer as it came."""

    kept = b""

    def unpacked(self, sent: bytes, encoding: str) -> bytes:
        self.kept = super().unpacked(sent, encoding)
        return self.kept


def pages(world: World) -> list[bytes]:
    """What the cases that end in a page end in."""
    several = []
    for turn, case in enumerate(CASES[1:], 1):
        if not case.name.endswith("API"):
            client = Keeping("http://127.0.0.1", world["people"][case.by])
            client.next_person()
            case.act(client, world, turn)
            several.append(client.kept)
    return several


def packers() -> dict[str, Packer]:
    """Ours, Django's, and every installed module at its levels."""
    made: dict[str, Packer] = {"ours": packed, "Django's": partial(compress_string, max_random_bytes=100)}
    for name, word, levels in MODULES:
        try:
            pack: Packer = import_module(name).compress
        except ImportError:
            continue
        made |= {f"{name.rpartition('.')[2]} {level}": partial(pack, **{word: level}) for level in levels}
    return made


def least(pack: Packer, page: bytes) -> float:
    """Milliseconds of processor."""
    taken = []
    for _turn in range(TRIES):
        began = time.thread_time()
        pack(page)
        taken.append(time.thread_time() - began)
    return 1000 * min(taken)


def main() -> None:
    logging.disable(logging.WARNING)  # a line for each request would stand between those of the table
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("world", type=Path)
    several = pages(json.loads(parser.parse_args().world.read_text()))
    raw = sum(map(len, several)) / len(several) / 1000
    print(f"{len(several)} pages of {raw:.1f} KB on average\n\n| packer | ms a page | KB a page |\n| --- | --: | --: |")
    for name, pack in packers().items():
        milliseconds = sum(least(pack, page) for page in several) / len(several)
        kilobytes = sum(len(pack(page)) for page in several) / len(several) / 1000
        print(f"| {name} | {milliseconds:.3f} | {kilobytes:.2f} |")


if __name__ == "__main__":
    main()
