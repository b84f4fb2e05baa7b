"""What the group shares: the cars it sells, their colours, reasons, rates and number series."""

import datetime as dt

from factory.declarations import Sequence, SubFactory
from factory.django import DjangoModelFactory

from dms.formats import vin
from dms.models import Brand, Colour, NumberSeries, Rate, Reason, Series, Variant
from tests.factories.base import SharedFactory
from tests.factories.people import StoreFactory


def vin_of(text: str) -> str:
    """The text as a VIN with its right check digit."""
    return f"{text[:8]}{vin.check_digit(text)}{text[9:]}"


def reason(kind: str, code: str = "") -> Reason:
    """One of the reasons that every installation starts with; without a code, the first of its kind."""
    rows = Reason.objects.filter(kind=kind)
    return rows.get(code=code) if code else rows[0]


class BrandFactory(SharedFactory[Brand]):
    class Meta:
        model = Brand

    code = Sequence(lambda number: f"B{number}")
    name = "星野"


class SeriesFactory(SharedFactory[Series]):
    class Meta:
        model = Series

    brand = SubFactory(BrandFactory)
    code = Sequence(lambda number: f"S{number}")
    name = "星野 S7"


class VariantFactory(SharedFactory[Variant]):
    class Meta:
        model = Variant

    series = SubFactory(SeriesFactory)
    code = Sequence(lambda number: f"S7-{number}")
    name = "S7 四驱"
    list_price = 198_800


class ColourFactory(SharedFactory[Colour]):
    class Meta:
        model = Colour

    brand = SubFactory(BrandFactory)
    code = Sequence(lambda number: f"C{number}")
    name = "曜岩黑"


class ReasonFactory(SharedFactory[Reason]):
    class Meta:
        model = Reason

    kind = Reason.Kind.LOSS
    code = Sequence(lambda number: f"r{number}")
    name = "价格"


class RateFactory(DjangoModelFactory[Rate]):
    class Meta:
        model = Rate

    class Params:
        by = None

    store = SubFactory(StoreFactory)
    kind = Rate.Kind.LABOUR_HOUR
    value = 260
    valid_from = Sequence(lambda number: dt.date(2030, 1, 1) + dt.timedelta(days=number))


class NumberSeriesFactory(SharedFactory[NumberSeries]):
    class Meta:
        model = NumberSeries

    kind = Sequence(lambda number: f"kind_{number}")
    name = "测试"
    prefix = Sequence(lambda number: "Z" + "".join(chr(65 + number // 26**power % 26) for power in range(4)))
