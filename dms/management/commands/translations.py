"""``manage.py translations``: keep the Chinese catalogue complete, and compile it, without gettext."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dms import translations


class Command(BaseCommand):
    help = "Update, merge, check and compile the Chinese catalogue; needs no gettext."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--update", action="store_true", help="bring the catalogue in step with the code")
        parser.add_argument(
            "--merge", nargs="+", type=Path, default=[], metavar="JSON", help="take translations from files"
        )
        parser.add_argument("--overwrite", action="store_true", help="let --merge replace what is there")
        parser.add_argument("--compile", action="store_true", help="write the .mo when it is older than the .po")
        parser.add_argument("--check", action="store_true", help="fail when anything is missing or wrong")

    def handle(self, *_args: Any, **options: Any) -> None:
        path = translations.catalogue_path()
        if options["update"] or options["merge"]:
            texts, complaints = translations.collect(settings.BASE_DIR)
            catalogue = translations.update(path, texts)
            self.stdout.write(f"{len(catalogue)} texts, {len(complaints)} not translatable")
        for file in options["merge"]:
            self.merge(path, file, overwrite=options["overwrite"])
        if options["compile"]:
            self.stdout.write("compiled" if translations.compile_if_older(path) else "up to date")
        if options["check"]:
            self.check_texts()

    def merge(self, path: Path, file: Path, *, overwrite: bool) -> None:
        words = json.loads(file.read_text(encoding="utf-8"))
        unknown = translations.merge(path, words, overwrite=overwrite)
        self.stdout.write(f"{file.name}: {len(words) - len(unknown)} taken, {len(unknown)} unknown")
        for key in unknown:
            self.stdout.write(f"  unknown: {key!r}")

    def check_texts(self) -> None:
        found = translations.problems(settings.BASE_DIR)
        for problem in found:
            self.stdout.write(problem)
        if found:
            raise CommandError(f"{len(found)} problems in the translations")
        self.stdout.write("Translations are complete.")
