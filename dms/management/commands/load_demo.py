"""``manage.py load_demo``: the demo group, on a development machine only."""

from argparse import ArgumentParser
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dms.core import demo_mode
from dms.core.untyped import Option
from dms.demo import loading
from dms.demo.stage import DAYS


class Command(BaseCommand):
    help = "Load the demo group (three invented stores). Loading again adds what is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is a store already")
        parser.add_argument("--bare", action="store_true", help="stores, catalogue and people only, no business")
        parser.add_argument(
            "--days", type=int, default=DAYS, help="days of business up to today (default: %(default)s)"
        )
        parser.add_argument("--stores", nargs="*", default=[], help="only the business of these stores, by their codes")
        parser.add_argument("--now", default="", help="the moment at which business ends (ISO 8601)")

    def handle(self, *_args: object, **options: Option) -> None:
        if not demo_mode.is_on():
            raise CommandError("The demo is loaded only with DMS_DEBUG=1 and DMS_DEMO=1: everybody knows its password.")
        if options["if_empty"] and not loading.is_empty(business=not options["bare"]):
            self.stdout.write("There are stores already: nothing loaded.")
            return
        loaded = self.load(**options)
        if options["verbosity"] > 1:
            for name, seconds in loaded.steps:
                self.stdout.write(f"{name:<12}{seconds:6.2f} s")
            for sentence in loaded.refused:
                self.stdout.write(f"refused: {sentence}")
        self.stdout.write(f"Demo group loaded in {loaded.seconds:.1f} s.")

    def load(self, *, bare: bool, days: int, stores: list[str], now: str, **_options: object) -> loading.Loaded:
        moment = datetime.fromisoformat(now) if now else timezone.now()
        if not stores:
            return loading.load(business=not bare, days=days, now=moment)
        loaded = loading.Loaded()
        loading.play(loaded, stores, days=days, now=moment)
        return loaded
