"""What a recall was good for: the cars that were called against the small group that was left alone."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from crm import takings
from crm.models import RecallCampaign, RecallEntry
from dms.formats.days import add_months


@dataclass(frozen=True)
class Group:
    """Of one of the two groups: how many cars, how many came, what they brought."""

    cars: int
    came: int
    brought: Decimal

    @property
    def share(self) -> int | None:
        """Came of all, in whole percent."""
        return round(100 * self.came / self.cars) if self.cars else None

    @property
    def per_car(self) -> Decimal | None:
        """Brought per car of the group, those that did not come included."""
        return round(self.brought / self.cars, 2) if self.cars else None


@dataclass(frozen=True)
class Effect:
    """Both groups beside each other."""

    called: Group
    alone: Group

    @property
    def gain(self) -> Decimal | None:
        """What a call brought per car, in yuan."""
        if self.called.per_car is None or self.alone.per_car is None:
            return None
        return self.called.per_car - self.alone.per_car


def window(campaign: RecallCampaign) -> tuple[date, date]:
    """The days whose visits count: from the listing to the end of the month after the due month."""
    return timezone.localdate(campaign.prepared_at), add_months(campaign.month, 2) - timedelta(days=1)


def effect_of(campaign: RecallCampaign) -> Effect | None:
    """None where no car was left alone: there is nothing to compare with. Void cars are in neither group."""
    rows = RecallEntry.objects.filter(campaign=campaign).exclude(status=RecallEntry.Status.VOID)
    cars = {vehicle: (control, status) for vehicle, control, status in rows.values_list("vehicle", "control", "status")}
    if not any(control for control, _status in cars.values()):
        return None
    since, until = window(campaign)
    brought = takings.of(cars, since=since, until=until)

    def group(*, alone: bool) -> Group:
        theirs = [vehicle for vehicle, (control, _status) in cars.items() if control == alone]
        came = sum(cars[vehicle][1] == RecallEntry.Status.CAME for vehicle in theirs)
        return Group(len(theirs), came, sum((brought.get(vehicle, Decimal()) for vehicle in theirs), Decimal()))

    return Effect(group(alone=False), group(alone=True))
