"""The small file of past sales, and the command that takes it."""

import io
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from crm.models import Customer, FollowUp, Ownership, Phone, Vehicle
from dms.models import Brand, Colour, Event, Store, Variant
from sales.models import Order, OwnerCard

SMALL = Path(__file__).parents[1] / "data" / "car_sales.csv"
WHOLE = settings.BASE_DIR.parent / "shared" / "data" / "car_sales.csv"
GOOD = ["M_0001", "M_0002", "M_0003", "M_0004", "M_0022"]
BAD = {
    6: "Car_id",
    7: "Date",
    8: "Date",
    9: "Date",
    10: "Date",
    11: "Customer Name",
    12: "Dealer_Name",
    13: "Company",
    14: "Model",
    15: "Price ($)",
    16: "Price ($)",
    17: "Price ($)",
    18: "Phone",
    19: "Phone",
    20: "Car_id",
    21: "Customer Name",
    22: "Dealer_Name",
}
"""Line of the small file → the column that is wrong."""


def run(path=SMALL, **options) -> dict[str, int]:
    """The command's figures, as it prints them."""
    out = io.StringIO()
    call_command("import_car_sales", path, stdout=out, stderr=io.StringIO(), **options)
    lines = [line.split() for line in out.getvalue().splitlines()]
    return {words[0]: int(words[1]) for words in lines if len(words) == 2 and words[1].isdigit()}


def everything() -> list[tuple[str, int]]:
    """How many rows each table has that the import writes."""
    models = (Store, Brand, Variant, Colour, Customer, Phone, Vehicle, Ownership, Order, OwnerCard, FollowUp, Event)
    return [(model.__name__, model.objects.count()) for model in models]
