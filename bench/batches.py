"""`python -m bench.batches`: what runs by the ten thousand, in the filled dealership: how long, how much memory, and is it right?

Each part runs in a process of its own, so that its peak of memory is its own; one of them is killed again and again.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone, translation  # noqa: E402

from bench.copying import copy  # noqa: E402
from bench.people import WORDS  # noqa: E402
from crm.letter_job import KIND  # noqa: E402
from crm.models import Cadence, FollowUp, Ownership, RecallCampaign, RecallEntry  # noqa: E402
from crm.tasks import care_round  # noqa: E402
from dms.background import jobs  # noqa: E402
from dms.formats.days import add_months  # noqa: E402
from dms.models import Job, Store, User  # noqa: E402

FOLLOW_UPS, SALES, LETTERS = 200_000, 19_140, 2_000
HEADINGS = (
    *("Car_id", "Date", "Customer Name", "Gender", "Dealer_Name", "Company", "Model", "Engine"),
    *("Transmission", "Color", "Price ($)", "Dealer_No ", "Body Style", "Phone", "Dealer_Region"),
)
KILLS = 6
FIRST_KILL, LATER = 0.4, 0.7
"""Seconds of work after which the first run is killed, and how much later each one after it, so that the blow falls elsewhere."""
SEEDED = "bench"
"""The mark of the follow-ups that the measure wrote, in their ``why``."""
ONCE = """
    SELECT count(*), count(*) FILTER (WHERE continued),
        (SELECT count(*) FROM crm_followup n WHERE n.occurrence = 2 AND (n.customer_id, n.anchor, n.cadence_id) IN
            (SELECT customer_id, anchor, cadence_id FROM crm_followup WHERE %(mark)s = ANY (why)))
    FROM crm_followup WHERE %(mark)s = ANY (why)"""
"""How many fell due, how many of them are marked as continued, how many followed."""


@dataclass(frozen=True)
class Part:
    """``prepare`` writes what the run finds, ``run`` is the product's own work, ``prove`` refuses a wrong outcome."""

    name: str
    size: int
    limit: str
    prepare: Callable[[int, Path], None]
    run: Callable[[Path], None]
    prove: Callable[[int], None]
    kills: int = 0


# --- follow-ups ---------------------------------------------------------------------------------------------------------
def write_follow_ups(count: int, _folder: Path) -> None:
    """So many repeats fall due at once: several for each owner, of different days of purchase."""
    FollowUp.objects.filter(continued=False).update(continued=True)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE crm_followup SET why = '{}' WHERE %s = ANY (why)", [SEEDED])
    rule, store, now = (
        Cadence.objects.get(preset__is_default=True, code="quarterly"),
        Store.objects.all()[0],
        timezone.now(),
    )
    owners = list(Ownership.objects.order_by("pk").values_list("customer_id", "vehicle_id")[:count])
    copy(
        FollowUp,
        "cadence_id channel store_id customer_id vehicle_id anchor due_from due_until why",
        (
            (
                rule.pk,
                rule.channel,
                store.pk,
                *owners[place % len(owners)],
                now - timedelta(days=92, seconds=place),
                now - timedelta(minutes=5),
                now + timedelta(days=7),
                f"{{{SEEDED}}}",
            )
            for place in range(count)
        ),
    )


def run_care(_folder: Path) -> None:
    care_round()


def prove_once(count: int) -> None:
    """:raises AssertionError: unless every promise was followed by exactly one."""
    with connection.cursor() as cursor:
        cursor.execute(ONCE, {"mark": SEEDED})
        assert cursor.fetchone() == (count, count, count), "a follow-up has none or several after it"


# --- import -------------------------------------------------------------------------------------------------------------
def write_sales(count: int, folder: Path) -> None:
    """A file of the shape that is imported in earnest: 28 dealers, 30 makes, five models of each, two years."""
    first = date(timezone.localdate().year - 2, 1, 1)
    with (folder / "sales.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(HEADINGS)
        for place in range(count):
            day = first + timedelta(days=730 * place // count)
            make, dealer = place % 30, place * 7 % 28
            rows.writerow(
                (
                    f"B_{place:06}",
                    f"{day.month}/{day.day}/{day.year}",
                    f"{WORDS['surnames'][place % 60]}{WORDS['given'][place // 60 % 50]}",
                    ("Male", "Female")[place % 2],
                    f"Dealer {dealer:02}",
                    f"Make {make:02}",
                    f"Model {make:02}-{place // 30 % 5}",
                    "Overhead Camshaft",
                    ("Auto", "Manual")[place % 2],
                    ("Black", "Pale White", "Red")[place % 3],
                    str(20_000 + place % 9_000),
                    f"{10_000 + dealer}-{dealer:04}",
                    ("SUV", "Sedan", "Hatchback")[place % 3],
                    str(6_000_000 + place * 53 % 3_000_000),
                    "Middletown",
                )
            )


def run_import(folder: Path) -> None:
    call_command("import_car_sales", folder / "sales.csv", verbosity=0)


def prove_import(count: int) -> None:
    """:raises AssertionError: unless every sale is there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM crm_vehicle WHERE source_id LIKE 'B\\_%'),"
            " (SELECT count(*) FROM sales_order WHERE source_id LIKE 'B\\_%')"
        )
        assert cursor.fetchone() == (count, count), "a sale is missing"


# --- letters ------------------------------------------------------------------------------------------------------------
def write_recall(count: int, _folder: Path) -> None:
    """The list of next month, and the job that somebody asked for."""
    store, manager = Store.objects.order_by("pk")[0], User.objects.filter(groups__name="gm").order_by("pk")[0]
    month = add_months(timezone.localdate().replace(day=1), 1)
    campaign = RecallCampaign.objects.create(number="bench", store=store, month=month)
    owners = Ownership.objects.order_by("pk").values_list("vehicle_id", "customer_id")[:count]
    copy(
        RecallEntry,
        "campaign_id store_id vehicle_id customer_id due_month",
        ((campaign.pk, store.pk, *owner, month) for owner in owners),
    )
    jobs.request(KIND, by=manager, store=store, params={"month": month.isoformat()})


def run_letters(_folder: Path) -> None:
    jobs.execute(Job.objects.get(kind=KIND).pk, "bench")


def prove_letters(count: int) -> None:
    """:raises AssertionError: unless every letter is in the file."""
    job = Job.objects.get(kind=KIND)
    assert (job.status, job.result.get("letters")) == ("DONE", count), f"{job.status}: {job.result} {job.error}"


PARTS = (
    Part("follow-ups due in one run", FOLLOW_UPS, "60 s, memory flat", write_follow_ups, run_care, prove_once),
    Part("the same, killed", FOLLOW_UPS, "exactly once", write_follow_ups, run_care, prove_once, kills=KILLS),
    Part("import of past sales", SALES, "40 s", write_sales, run_import, prove_import),
    Part("letters in one PDF", LETTERS, "bounded memory", write_recall, run_letters, prove_letters),
)


# --- one after the other ------------------------------------------------------------------------------------------------
def peak() -> float:
    """Megabytes this process has held at most; on Linux the kernel's other figure also knows the process that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000_000


def inside(part: Part, folder: Path) -> None:
    """In the part's own process: what it took, as one line of JSON."""
    before, began = peak(), time.monotonic()
    (folder / "begun").touch()
    with translation.override("zh-hans"):
        part.run(folder)
    used = resource.getrusage(resource.RUSAGE_SELF)
    figures = {
        "seconds": time.monotonic() - began,
        "cpu": used.ru_utime + used.ru_stime,
        "before": before,
        "peak": peak(),
    }
    (folder / "figures.json").write_text(json.dumps(figures))


def start(part: Part, folder: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "bench.batches", "--inside", part.name, "--folder", str(folder)]
    environment = {**os.environ, "DMS_MEDIA": str(folder / "media")}
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log)


def struck(part: Part, folder: Path, seconds: float) -> bool:
    """One run, killed so long after its work began; whether it was still at it."""
    (folder / "begun").unlink(missing_ok=True)
    process = start(part, folder)
    while process.poll() is None and not (folder / "begun").exists():
        time.sleep(0.01)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    return False


def done(part: Part, size: int, folder: Path) -> tuple[str, ...]:
    """The line of the table; a wrong outcome ends the measure."""
    part.prepare(size, folder)
    kills = sum(struck(part, folder, FIRST_KILL + LATER * turn) for turn in range(part.kills))
    assert start(part, folder).wait() == 0, (folder / "log").read_text()[-2000:]
    part.prove(size)
    figures = json.loads((folder / "figures.json").read_text())
    name = f"{part.name} ({kills} times by SIGKILL)" if part.kills else part.name
    return (
        name,
        f"{size:,}",
        f"{figures['seconds']:.0f}",
        f"{figures['cpu']:.0f}",
        f"{figures['before']:.0f}",
        f"{figures['peak']:.0f}",
        part.limit,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="a part of the full numbers")
    parser.add_argument("--only", default="", help="a word in the names of the parts")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        inside(next(part for part in PARTS if part.name == asked.inside), asked.folder)
        return
    print("\n| batch | rows | seconds | CPU s | MB before | MB at most | wanted |")
    print("| --- | --: | --: | --: | --: | --: | --- |", flush=True)
    for part in PARTS:
        if asked.only in part.name:
            with tempfile.TemporaryDirectory(prefix="dms-bench-") as folder:
                cells = done(part, max(20, round(part.size * asked.scale)), Path(folder))
            print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
