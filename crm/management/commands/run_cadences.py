"""``manage.py run_cadences --on DATE``: do the day's rounds and print what is due, overdue and sent."""

from argparse import ArgumentParser
from datetime import date, datetime, timedelta

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from crm.actions import recall, rounds
from crm.models import FollowUp
from dms.core.untyped import Option
from dms.formats.days import end_of

Row = tuple[str, str, int, int, int, int]


class Command(BaseCommand):
    help = (
        "Does what beat does (due work, deputies, escalation, next month's recall) as of DATE and prints, per store and "
        "cadence, what is due, overdue and sent. A day in the future is only looked at: nothing is kept."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", default="", help="the day, YYYY-MM-DD; today when left out")

    def handle(self, *_args: object, **options: Option) -> None:
        day = self.read(options["on"])
        # The last moment that still belongs to the day, here: what falls due at midnight is tomorrow's.
        close = end_of(day) - timedelta.resolution
        at = min(timezone.now(), close) if day <= timezone.localdate() else close
        if day > timezone.localdate():
            # The rounds write for a day that has not come: looked at inside a transaction, then taken back.
            with transaction.atomic():
                self.run(at)
                self.report(day, at)
                transaction.set_rollback(True)
            self.stdout.write("Nothing was kept: the day lies ahead.")
            return
        self.run(at)
        self.report(day, at)

    def read(self, text: str) -> date:
        try:
            return date.fromisoformat(text) if text else timezone.localdate()
        except ValueError as problem:
            raise CommandError(f"--on wants a day as YYYY-MM-DD: {problem}") from problem

    def run(self, at: datetime) -> None:
        done = rounds.run_due(at)
        deputed, escalated = rounds.stand_in(at), rounds.escalate(at)
        listed = recall.prepare_next(at)
        recall.raise_alarms(at)
        self.stdout.write(
            f"continued {done.continued}, stopped {done.stopped}, letters {done.letters}, texts {done.texts}, "
            f"deputed {deputed}, escalated {escalated}, recalls listed {listed}"
        )

    def report(self, day: date, at: datetime) -> None:
        lines = [
            ("store", "cadence", "due", "overdue", "sent", "ahead"),
            *((*row[:2], *map(str, row[2:])) for row in rows(day, at)),
        ]
        wide = [max(len(str(line[column])) for line in lines) for column in range(6)]
        for line in lines:
            words, figures = line[:2], line[2:]
            cells = [
                *(text.ljust(size) for text, size in zip(words, wide[:2], strict=True)),
                *(text.rjust(size) for text, size in zip(figures, wide[2:], strict=True)),
            ]
            self.stdout.write("  ".join(cells))


def rows(day: date, at: datetime) -> list[Row]:
    """Per store and cadence: due on the day, overdue at its end, done or sent that day, and what lies ahead."""
    pending = Q(status=FollowUp.Status.PENDING)
    counted = (
        FollowUp.objects.order_by()
        .values_list("store__code", "cadence__name")
        .annotate(
            due=Count("pk", filter=pending & Q(due_from__lt=end_of(day), due_until__gte=at)),
            overdue=Count("pk", filter=pending & Q(due_until__lt=at)),
            sent=Count("pk", filter=Q(status=FollowUp.Status.DONE, ended_at__date=day)),
            ahead=Count("pk", filter=pending & Q(due_from__gte=end_of(day))),
        )
    )
    return sorted(counted)
