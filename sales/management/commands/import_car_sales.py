"""``manage.py import_car_sales FILE``: take the sales of the past, or only try; prints what came of it."""

from argparse import ArgumentParser
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dms.core.refusals import Refusal
from dms.core.untyped import Option
from dms.formats import spreadsheets
from dms.models import User
from sales.actions.past_sales import Figures
from sales.imports import lines_of, run_through
from sales.past_sales import Fault

REPORT = (
    spreadsheets.Column("line", "line", "integer"),
    spreadsheets.Column("column", "column"),
    spreadsheets.Column("value", "value"),
    spreadsheets.Column("reason", "reason"),
)
SHOWN = 20


class Command(BaseCommand):
    help = (
        "Takes past sales from a CSV or xlsx: each dealer becomes a store, each sale a customer, a car, a delivered order and "
        "a C card; care begins today. Run again it changes nothing; killed half-way and run again it is complete."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="try everything, write nothing")
        parser.add_argument("--report", type=Path, help="where the lines not taken are written (CSV)")
        parser.add_argument("--by", default="", help="user name of who imports")

    def handle(self, *_args: Option, **options: Option) -> None:
        path: Path = options["file"]
        by = self.person(options["by"])
        faults: list[Fault] = []

        def done(figures: Figures, new: list[Fault], last: int) -> None:
            faults.extend(new)
            self.stderr.write(f"line {last}: {figures.taken} taken, {figures.known} known, {figures.faults} not taken")

        try:
            with ExitStack() as stack:
                opened = stack.enter_context(path.open("rb"))
                opening = partial(spreadsheets.reading, opened, path.name)
                total = lines_of(opening)
                figures = run_through(
                    opening, by=by, at=timezone.now(), dry=options["dry_run"], after=0, figures=Figures(), done=done
                )
        except (OSError, Refusal) as problem:
            raise CommandError(str(problem)) from problem
        self.report(options["report"], faults)
        self.say(figures, total, dry=options["dry_run"])

    def person(self, name: str) -> User | None:
        if not name:
            return None
        try:
            return User.objects.get(username=name)
        except User.DoesNotExist as problem:
            raise CommandError(f"there is no user {name!r}") from problem

    def report(self, path: Path | None, faults: list[Fault]) -> None:
        """Every line not taken goes into the report; the first ones are shown when there is none."""
        if path is not None:
            spreadsheets.write_csv(path, REPORT, faults)
            self.stdout.write(f"report: {path}")
            return
        for fault in faults[:SHOWN]:
            self.stdout.write(f"line {fault.line}, {fault.column} {fault.value!r}: {fault.reason}")
        if len(faults) > SHOWN:
            self.stdout.write(f"and {len(faults) - SHOWN} more: give --report FILE to see all")

    def say(self, figures: Figures, total: int, *, dry: bool) -> None:
        self.stdout.write("only tried, nothing was written" if dry else "done")
        self.stdout.write(f"lines {total}")
        for name, value in figures.as_dict().items():
            self.stdout.write(f"{name} {value}")
