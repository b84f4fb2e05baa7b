"""``manage.py translations``: keep the Chinese catalogue complete, and compile it, without gettext."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dms import translations
from dms.core.untyped import Option


class Command(BaseCommand):
    help = "Update, check and compile the Chinese catalogue; needs no gettext."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--update", action="store_true", help="bring the catalogue in step with the code")
        parser.add_argument("--compile", action="store_true", help="write the .mo when it is older than the .po")
        parser.add_argument("--check", action="store_true", help="fail when anything is missing or wrong")

    def handle(self, *_args: object, **options: Option) -> None:
        path = translations.catalogue_path()
        if options["update"]:
            catalogue = translations.update(path, translations.collect(settings.BASE_DIR))
            self.stdout.write(f"{len(catalogue)} texts")
        if options["compile"]:
            self.stdout.write("compiled" if translations.compile_if_older(path) else "up to date")
        if options["check"]:
            self.check_texts()

    def check_texts(self) -> None:
        problems = translations.problems(settings.BASE_DIR)
        for problem in problems:
            self.stdout.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} problems in the translations")
        self.stdout.write("Translations are complete.")
