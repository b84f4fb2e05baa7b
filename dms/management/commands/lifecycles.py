"""``manage.py lifecycles``: draw ``docs/lifecycles.md`` from the tables ``NEXT``, so that the charts cannot drift from the code."""

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from dms.core.lifecycle import Lifecycle, lifecycles
from dms.core.untyped import Option

ORDER = ("dms", "crm", "parts", "sales", "aftersales", "reports")
HEAD = """\
# Lifecycles

Which status may follow which. Drawn by `manage.py lifecycles --write` from the table `NEXT` of each model; a test fails
when a chart is not current. The rules around a step stand in the action that takes it, what a status implies in the
constraints of the model.
"""


def chart(model: type[Lifecycle]) -> str:
    """One lifecycle as a mermaid state diagram."""
    labels = dict(model.Status.choices)
    start = str(model._meta.get_field("status").default)  # noqa: SLF001 - documented in spite of its name
    lines = ["```mermaid", "stateDiagram-v2", *(f"    {status}: {label}" for status, label in labels.items())]
    lines.append(f"    [*] --> {start}")
    for before in labels:
        after = model.NEXT[before]
        lines += [f"    {before} --> {following}" for following in labels if following in after]
        lines += [f"    {before} --> [*]"] if not after else []
    return "\n".join([*lines, "```"])


def document(models: Iterable[type[Lifecycle]]) -> str:
    """All charts, in the order of the layers."""
    with translation.override("en"):
        ordered = sorted(models, key=lambda model: (ORDER.index(model._meta.app_label), model.__name__))  # noqa: SLF001
        parts = [f"## {model._meta.label}\n\n{chart(model)}\n" for model in ordered]  # noqa: SLF001
    return "\n".join([HEAD, *parts])


def path() -> Path:
    return Path(settings.BASE_DIR) / "docs" / "lifecycles.md"


class Command(BaseCommand):
    help = "Check (or with --write, draw) the charts of docs/lifecycles.md."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true", help="draw the charts anew")

    def handle(self, *_args: object, **options: Option) -> None:
        text = document(lifecycles())
        if options["write"]:
            path().write_text(text, encoding="utf-8")
        elif not path().exists() or path().read_text(encoding="utf-8") != text:
            raise CommandError("docs/lifecycles.md is not current: run manage.py lifecycles --write")
