"""``manage.py load_demo``: the demo group, on a development machine only."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dms import demo
from dms.demo import loading


class Command(BaseCommand):
    help = "Load the demo group (three invented stores). Loading again adds what is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is a store already")
        parser.add_argument("--bare", action="store_true", help="stores, catalogue and people only, no business")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not demo.is_on():
            raise CommandError("The demo is loaded only with DMS_DEBUG=1 and DMS_DEMO=1: everybody knows its password.")
        if options["if_empty"] and not loading.is_empty():
            self.stdout.write("There are stores already: nothing loaded.")
            return
        steps = loading.load(business=not options["bare"])
        if options["verbosity"] > 1:
            for name, seconds in steps:
                self.stdout.write(f"{name:<12}{seconds:6.2f} s")
        self.stdout.write(f"Demo group loaded in {sum(seconds for _name, seconds in steps):.1f} s.")
