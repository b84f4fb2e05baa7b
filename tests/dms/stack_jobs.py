"""Jobs that only tests ask for: a batch of steps that must each happen once, and ones that go wrong."""

import time

from django.db import transaction
from django.db.models import F

from dms.background import jobs
from dms.core.refusals import Refusal
from dms.models import NumberCounter


@jobs.kind("count_up", "Count up", "dms.jobs")
def count_up(run: jobs.Run) -> None:
    """Add one to a counter, step by step; a step and its checkpoint are one transaction."""
    steps = int(run.params["steps"])
    for step in range(run.state.get("step", 0) + 1, steps + 1):
        with transaction.atomic():
            NumberCounter.objects.filter(pk=run.params["counter"]).update(last=F("last") + 1)
            if step % 10 == 0:
                run.problem(step, "step", step, "divisible by ten")
            run.checkpoint({"step": step})
        run.advance(step, steps)
        time.sleep(run.params.get("pause", 0))
    run.finish({"steps": steps})


@jobs.kind("refuse", "Refuse", "dms.jobs")
def refuse(run: jobs.Run) -> None:
    raise Refusal("Month closed.")


@jobs.kind("break", "Break", "dms.jobs")
def break_down(run: jobs.Run) -> None:
    raise ValueError("secret detail")


@jobs.kind("die", "Die", "dms.jobs")
def die(run: jobs.Run) -> None:
    raise SystemExit  # stands for a worker that is gone: nothing is noted


@jobs.kind("read_file", "Read a file", "dms.jobs", accepts_file=True)
def read_file(run: jobs.Run) -> None:
    with run.table() as table:
        count = sum(1 for row in table.rows())
    run.finish({"rows": count})


@jobs.kind("stand_still", "Stand still", "dms.jobs")
def stand_still(run: jobs.Run) -> None:
    """As a file does that has no end: it never asks whether it shall stop."""
    while True:
        time.sleep(0.01)
