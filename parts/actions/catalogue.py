"""Part numbers, their places on the shelf, and how many of them a store wants to have."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from dms.core.refusals import Refusal
from dms.models import Store, User
from dms.records import events
from dms.records.constraint_errors import refusing
from parts.events import PART_CHANGED, PART_REGISTERED, STOCK_LIMITS_CHANGED
from parts.models import Bin, Part, Stock, printed


@transaction.atomic
def save_part(part: Part, *, by: User, **facts: object) -> Part:
    """A part number comes into the catalogue, or its facts change; what changed is in the log."""
    new = part.pk is None
    if not new:
        # What changed is told by comparing: of two who save at once the second compares with what the first has
        # written.
        part = Part.objects.lock(part)
    if "number" in facts:
        facts["number"] = printed(str(facts["number"]))
    changed = sorted(name for name, value in facts.items() if getattr(part, name) != value)
    for name, value in facts.items():
        setattr(part, name, value)
    _no_ring(part)
    _no_twin(part)
    if new or changed:
        with refusing():
            part.save(update_fields=None if new else [*changed, "name_key"])
        events.record(PART_REGISTERED if new else PART_CHANGED, part, by=by, data={"fields": changed})
    return part


def _no_ring(part: Part) -> None:
    """:raises Refusal: when a part would be replaced, in the end, by itself."""
    heir, seen = part.superseded_by, set()
    while heir is not None and heir.pk not in seen:
        if heir.pk == part.pk:
            raise Refusal(_("These parts would replace each other in a ring."), code="superseded_in_ring")
        # A ring of others, from imported catalogues, must not hold this search for ever.
        seen.add(heir.pk)
        heir = heir.superseded_by


def _no_twin(part: Part) -> None:
    """:raises Refusal: when another part has this number already, however it is written."""
    twin = Part.objects.numbered(part.number).exclude(pk=part.pk).first()
    if twin is not None:
        raise Refusal(_("There is this part already: %(part)s.") % {"part": twin}, code="part_number_taken")


@transaction.atomic
def set_limits(stock: Stock, *, minimum: Decimal, maximum: Decimal, by: User) -> Stock:
    """How many pieces the store wants at least and at most: below the minimum it is due for the planner.

    :raises Refusal: when the maximum is below the minimum.
    """
    # Two planners set the limits together: the log tells the second what the first has set.
    stock = Stock.objects.lock(stock)
    if minimum < 0 or maximum < minimum:
        raise Refusal(_("The maximum must not be below the minimum."), code="limits_crossed")
    before = [str(stock.minimum), str(stock.maximum)]
    stock.minimum, stock.maximum = minimum, maximum
    stock.save(update_fields=["minimum", "maximum"])
    data = {"before": before, "after": [str(minimum), str(maximum)]}
    events.record(STOCK_LIMITS_CHANGED, stock, by=by, data=data)
    return stock


def shelf(code: str, *, store: Store) -> Bin | None:
    """The bin of that label; a label not seen before becomes a bin of the store."""
    code = code.strip().upper()
    # Capitals, as printed: a label typed in small letters is no second bin.
    return Bin.objects.get_or_create(store=store, code=code)[0] if code else None
