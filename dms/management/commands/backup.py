"""`manage.py backup FILE`: the database and the files in one archive."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dms.core.untyped import Option
from dms.records import backups


class Command(BaseCommand):
    help = "Writes the database and all files into one archive, and reads it again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Option, **options: Option) -> None:
        try:
            backups.back_up(options["file"])
            contents = backups.check(options["file"])
        except backups.BrokenBackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(contents.summary())
        if contents.lost:
            raise CommandError(f"Everything else is in it, but these files are lost: {', '.join(contents.lost)}")
