"""The source files of the product, as the architecture tests read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

BASE = Path(settings.BASE_DIR)
APPS = ("dms", "crm", "parts", "sales", "aftersales", "reports")
PACKAGES = (*APPS, "devstack")


@cache
def modules() -> dict[str, ast.Module]:
    """Path → parsed module of everything we wrote, migrations left out."""
    return {
        path.relative_to(BASE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for package in PACKAGES
        for path in sorted((BASE / package).rglob("*.py"))
        if "migrations" not in path.parts and "__pycache__" not in path.parts
    }


def templates() -> Iterator[tuple[str, str]]:
    """Path and text of every template of ours: the pages, and those of the admin site, which are Django's."""
    for folder in ("templates", "dms/templates"):
        for path in sorted((BASE / folder).rglob("*.html")):
            yield path.relative_to(BASE).as_posix(), path.read_text(encoding="utf-8")
