"""`python -m bench.world FILE --scale 1`: fill the empty database; FILE says what the measuring clients must know of it."""

import argparse
import json
import time
from datetime import date, timedelta
from pathlib import Path

import django

django.setup()

from django.utils import timezone, translation  # noqa: E402

from bench import fill, people, proof  # noqa: E402
from bench.cases import Known, Month, World  # noqa: E402
from dms.models import User  # noqa: E402
from reports.actions import close_day  # noqa: E402
from sales.models import Lead, Order  # noqa: E402

KNOWN_CUSTOMERS = 2_000
ROLES = ("adviser", "sales_manager", "parts_clerk", "service_adviser", "callback", "cashier", "gm")


def build(*, scale: float) -> World:
    """Fill, prove, and tell who and what is there."""
    with translation.override("zh-hans"):
        dealership = people.build()
        filling = fill.Filling(dealership, scale=scale)
        rows = filling.fill()
        proof.prove()
    today = timezone.localdate()
    last_day = today.replace(day=1) - timedelta(days=1)
    close(last_day, today)
    return World(
        store=dealership.store.code,
        pages=filling.customer_count // 50,
        customers=known(filling),
        lines=filling.dice.sample(filling.lines, len(filling.lines)),  # neighbours are of different work orders
        leads=own_leads(dealership.people["adviser"]),
        work_orders=filling.work_orders,
        invoices=list(filling.invoices),
        people={role: people.keys(dealership.people[role]) for role in ROLES},
        password=people.PASSWORD,
        month=Month(day=last_day.isoformat(), deliveries=delivered(last_day)),
        so_far=Month(day=today.isoformat(), deliveries=delivered(today)),
        rows=rows,
    )


def close(first: date, today: date) -> None:
    """The days of the month behind us are closed, as they are in a house in business."""
    for day in (first + timedelta(days=step) for step in range((today - first).days)):
        close_day(day, timezone.now())


def delivered(day: date) -> int:
    return Order.objects.filter(delivered_at__year=day.year, delivered_at__month=day.month).count()


def known(filling: fill.Filling) -> list[Known]:
    """Some customers from all over the file, with their cars."""
    step = max(1, filling.customer_count // KNOWN_CUSTOMERS)
    return [
        Known(
            pk=filling.customers[place],
            name=filling.names[place],
            number=filling.numbers[place],
            plate=fill.plate(filling.vehicles[place]),
        )
        for place in range(0, filling.customer_count, step)
    ]


def own_leads(advisers: list[User]) -> dict[str, list[int]]:
    """The open cards of each adviser."""
    cards = Lead.objects.open().order_by("pk")
    return {str(user.pk): list(cards.filter(owner=user).values_list("pk", flat=True)) for user in advisers}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--scale", type=float, default=1.0)
    options = parser.parse_args()
    began = time.monotonic()
    world = build(scale=options.scale)
    fill.settle()
    options.file.write_text(json.dumps(world), encoding="utf-8")
    print(f"{sum(world['rows'].values()):,} rows in {time.monotonic() - began:.0f} s")
