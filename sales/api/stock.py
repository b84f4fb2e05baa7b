"""Stock cars."""

from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from dms.api.access import person
from dms.api.fields import StoreField
from dms.api.verbs import act_verb, facts_of, verbs_of
from dms.api.views import ReadViewSet
from sales.actions import stock
from sales.acts import STOCK_CAR
from sales.filters import StockCarFilter
from sales.models import StockCar


class StockCarSerializer(serializers.ModelSerializer[StockCar]):
    """A car of ours. What it ``cost`` is taken, and not shown."""

    store = StoreField()
    vin = serializers.CharField(max_length=24)
    arrived = serializers.BooleanField(required=False, write_only=True)
    variant_name = serializers.CharField(source="variant.named", read_only=True)
    days = serializers.SerializerMethodField()
    cost = serializers.DecimalField(
        max_digits=14, decimal_places=2, min_value=0, required=False, allow_null=True, write_only=True
    )

    class Meta:
        model = StockCar
        fields = (
            "id",
            "vin",
            "vin_reason",
            "status",
            "store",
            "variant",
            "variant_name",
            "colour",
            "engine_no",
            "cost",
            "arrived",
            "arrived_on",
            "days",
            "location",
            "certificate",
            "use",
            "factory_month",
            "vehicle",
            "void_reason",
            "status_at",
            "updated_at",
        )
        read_only_fields = ("status", "arrived_on", "vehicle", "void_reason", "status_at")

    def get_days(self, car: StockCar) -> int | None:
        return car.age(timezone.localdate())


class CarChangeSerializer(serializers.ModelSerializer[StockCar]):
    """What changes while a car stands."""

    class Meta:
        model = StockCar
        fields = ("location", "cost")

    def validate_cost(self, cost: Decimal | None) -> Decimal | None:
        if not self.context["request"].user.has_perm("sales.cost"):
            raise serializers.ValidationError(_("What a car cost is for those who may know it."))
        return cost


@verbs_of(STOCK_CAR)
class StockCarViewSet(mixins.CreateModelMixin, ReadViewSet):
    """Cars in our hands."""

    model = StockCar
    serializer_class = StockCarSerializer
    filterset_class = StockCarFilter
    related = ("store", "variant", "colour")
    rights = {"*": "sales.view", "create": "sales.stock", **STOCK_CAR.rights()}

    def facts_of_version(self, row: StockCar) -> tuple[object, ...]:
        """It grows older by itself."""
        return (row.age(timezone.localdate()),)

    def create(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Enter a car by its VIN."""
        car = stock.enter_car(by=person(request), **facts_of(self, StockCarSerializer))
        return self.answer(car, status=status.HTTP_201_CREATED)

    change = act_verb(STOCK_CAR["change"], "change", CarChangeSerializer, partial=True)
