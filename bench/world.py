"""`python -m bench.world FILE --scale 1`: fill the empty database; FILE says what the measuring clients must know of it."""

import argparse
import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from django.utils import timezone, translation  # noqa: E402

from bench import fill, people, proof  # noqa: E402
from sales.models import Order  # noqa: E402

KNOWN_CUSTOMERS = 2_000
ROLES = ("adviser", "sales_manager", "parts_clerk")


def build(*, scale: float) -> dict[str, Any]:
    """Fill, prove, and tell who and what is there."""
    with translation.override("zh-hans"):
        dealership = people.build()
        filling = fill.Filling(dealership, scale=scale)
        rows = filling.fill()
        proof.prove()
    last_day = timezone.localdate().replace(day=1) - timedelta(days=1)
    delivered = Order.objects.filter(delivered_at__year=last_day.year, delivered_at__month=last_day.month).count()
    known = list(zip(filling.customers, filling.names, filling.numbers, strict=True))
    return {
        "store": dealership.store.code,
        "pages": len(known) // 50,
        "customers": known[:: max(1, len(known) // KNOWN_CUSTOMERS)],
        "lines": filling.dice.sample(
            filling.lines, len(filling.lines)
        ),  # neighbours are lines of different work orders
        "people": {role: people.keys(dealership.people[role]) for role in ROLES},
        "month": {"day": last_day.isoformat(), "deliveries": delivered},
        "rows": rows,
    }


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
