"""`manage.py restore FILE`: what a backup has, where nothing is yet or in the place of what is."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dms.core.untyped import Option
from dms.records import backups


class Command(BaseCommand):
    help = "Restores an archive of `backup`, compares every table and file, and ends all sessions and keys."
    requires_system_checks: list[str] = []  # there are no tables yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="also where the database is not empty")
        parser.add_argument("--check", action="store_true", help="only look whether the archive is whole")

    def handle(self, *args: Option, **options: Option) -> None:
        try:
            if options["check"]:
                contents = backups.check(options["file"])
            else:
                contents = backups.restore(options["file"], replace=options["replace"])
        except backups.BrokenBackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(contents.summary())
