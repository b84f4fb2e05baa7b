"""Parts, stock, moves, reservations and lost sales over the API: the same acts as on the pages."""

from decimal import Decimal
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from dms.api.access import person
from dms.api.fields import BaseSerializer, CodeField, SecretAmountField, StoreField
from dms.api.verbs import facts_of, verb, verbs_of
from dms.api.views import BaseViewSet, CreateMixin, ReadViewSet, Serializer, UpdateMixin
from dms.core.untyped import Fact, Option
from dms.formats import folding
from dms.models import Reason
from parts import filters
from parts.actions import catalogue, stock
from parts.acts import PART, RESERVATION, STOCK
from parts.models import LostSale, Part, Reservation, Stock, StockMove
from parts.stock_page import demand_of


class PartField(CodeField):
    """A part by its number, however it is written; answered as it is printed."""

    def __init__(self, **kwargs: Option) -> None:
        super().__init__("number_code", **kwargs)

    def to_internal_value(self, data: str) -> Part:
        part: Part = super().to_internal_value(folding.code(str(data)))
        return part

    def to_representation(self, obj: Any) -> str:
        number: str = obj.number
        return number


class PartSerializer(BaseSerializer):
    superseded_by = PartField(queryset=Part.objects.all(), required=False, allow_null=True)

    class Meta:
        model = Part
        fields = (
            "id",
            "number",
            "name",
            "name_en",
            "unit",
            "category",
            "genuine",
            "price",
            "handling",
            "fits",
            "superseded_by",
            "active",
            "updated_at",
        )


class StockSerializer(BaseSerializer):
    store = StoreField(read_only=True)
    part = CodeField("number", read_only=True)
    part_id = serializers.IntegerField(read_only=True)
    bin = CodeField(read_only=True)
    available = serializers.DecimalField(max_digits=12, decimal_places=2, read_only=True)
    average_cost = SecretAmountField("parts.cost")

    class Meta:
        model = Stock
        fields = (
            "id",
            "store",
            "part",
            "part_id",
            "bin",
            "on_hand",
            "reserved",
            "available",
            "average_cost",
            "minimum",
            "maximum",
            "last_issue_at",
            "updated_at",
        )
        read_only_fields = ("on_hand", "reserved", "average_cost", "last_issue_at")


class StockMoveSerializer(serializers.ModelSerializer[StockMove]):
    store = StoreField(source="stock.store", read_only=True)
    part = serializers.CharField(source="stock.part.number", read_only=True)
    bin = CodeField(read_only=True)
    reason = CodeField(read_only=True)
    unit_cost = SecretAmountField("parts.cost")

    class Meta:
        model = StockMove
        fields = (
            "id",
            "stock",
            "store",
            "part",
            "kind",
            "quantity",
            "unit_cost",
            "source_line",
            "reason",
            "note",
            "by",
            "signed_by",
            "bin",
            "at",
            "reverses",
            "updated_at",
        )
        read_only_fields = fields


class ReservationSerializer(serializers.ModelSerializer[Reservation]):
    store = StoreField(source="stock.store", read_only=True)
    part = serializers.CharField(source="stock.part.number", read_only=True)

    class Meta:
        model = Reservation
        fields = ("id", "stock", "store", "part", "quantity", "source_line", "by", "at", "ended_at", "updated_at")
        read_only_fields = fields


class LostSaleSerializer(serializers.ModelSerializer[LostSale]):
    store = StoreField(read_only=True)
    part = CodeField("number", read_only=True)
    reason = CodeField(read_only=True)

    class Meta:
        model = LostSale
        fields = ("id", "store", "part", "quantity", "reason", "at", "by", "updated_at")
        read_only_fields = fields


class PieceSerializer(serializers.Serializer[object]):
    """In which store, how many."""

    store = StoreField()
    quantity = serializers.DecimalField(max_digits=8, decimal_places=2, min_value=0)


class ReceiveSerializer(PieceSerializer):
    cost = serializers.DecimalField(
        max_digits=12,
        decimal_places=4,
        min_value=0,
        required=False,
        allow_null=True,
        default=None,
        help_text="Of a piece. Left out: what such a piece cost so far.",
    )
    bin = serializers.CharField(max_length=20, required=False, default="", allow_blank=True, source="shelf")
    source_line = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    key = serializers.CharField(
        max_length=120, required=False, default="", help_text="The same key again changes nothing."
    )


class PartIssueSerializer(PieceSerializer):
    source_line = serializers.CharField(max_length=60)
    signed_by = serializers.CharField(max_length=40)
    key = serializers.CharField(
        max_length=120, required=False, default="", help_text="The same key again changes nothing."
    )


class ReserveSerializer(PieceSerializer):
    source_line = serializers.CharField(max_length=60)


class CorrectSerializer(serializers.Serializer[object]):
    store = StoreField()
    counted = serializers.DecimalField(max_digits=8, decimal_places=2, min_value=0)
    reason = CodeField(queryset=Reason.objects.filter(kind=Reason.Kind.STOCK_DIFFERENCE, active=True))
    note = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)


class LostSaleNoteSerializer(serializers.Serializer[object]):
    store = StoreField()
    quantity = serializers.DecimalField(max_digits=8, decimal_places=2, min_value=0, default=Decimal(1))
    reason = CodeField(
        required=False,
        default=None,
        queryset=Reason.objects.filter(kind=Reason.Kind.LOST_SALE, active=True),
    )


class BackSerializer(serializers.Serializer[object]):
    """How many pieces of an issue come back."""

    quantity = serializers.DecimalField(max_digits=8, decimal_places=2, min_value=0)
    key = serializers.CharField(
        max_length=120, required=False, default="", help_text="The same key again changes nothing."
    )


class MonthSerializer(serializers.Serializer[object]):
    """What was asked for in a month: issues less returns, plus lost sales."""

    month = serializers.DateField()
    quantity = serializers.DecimalField(max_digits=12, decimal_places=2)


class PartViewSet(CreateMixin, UpdateMixin, ReadViewSet):
    """Part numbers, and what is done with them in a store."""

    model = Part
    serializer_class = PartSerializer
    filterset_class = filters.PartFilter
    related = ("superseded_by",)
    http_method_names = ["get", "head", "post", "patch"]
    rights = {
        "*": "parts.move",
        "list": "parts.view",
        "retrieve": "parts.view",
        "create": "parts.plan",
        "partial_update": PART["edit"].right,
        "correct": STOCK["correct"].right,
    }

    def perform_create(self, serializer: Serializer) -> Part:
        return catalogue.save_part(Part(), by=person(self.request), **serializer.validated_data)

    def perform_update(self, serializer: Serializer) -> Part:
        part = serializer.instance
        assert isinstance(part, Part)
        return catalogue.save_part(part, by=person(self.request), **serializer.validated_data)

    @verb(ReceiveSerializer, answers=StockMoveSerializer)
    def receive(self, part: Part, **facts: Fact) -> StockMove:
        """Put pieces into stock."""
        return stock.receive(part, **facts)

    @verb(PartIssueSerializer, answers=StockMoveSerializer)
    def issue(self, part: Part, **facts: Fact) -> StockMove:
        """Hand pieces out."""
        return stock.hand_out(part, **facts)

    @verb(ReserveSerializer, answers=ReservationSerializer)
    def reserve(self, part: Part, **facts: Fact) -> Reservation:
        """Keep pieces for a line."""
        return stock.reserve(part, **facts)

    @verb(CorrectSerializer, answers=StockMoveSerializer)
    def correct(self, part: Part, **facts: Fact) -> StockMove:
        """Enter what was counted, with the reason."""
        return stock.correct(part, **facts)

    @extend_schema(request=LostSaleNoteSerializer, responses=LostSaleSerializer)
    @action(detail=True, methods=["post"], url_path="lost-sale", url_name="lost-sale")
    def lost_sale(self, request: Request, pk: str) -> Response:
        """Note what was wanted and not there."""
        part, facts = self.get_object(), facts_of(self, LostSaleNoteSerializer)
        return Response(LostSaleSerializer(stock.note_lost_sale(part, by=person(request), **facts)).data)


class StockViewSet(UpdateMixin, ReadViewSet):
    """One row for each part and store. Only minimum and maximum are written; the rest follows the moves."""

    model = Stock
    serializer_class = StockSerializer
    filterset_class = filters.StockFilter
    related = ("store", "part", "bin")
    http_method_names = ["get", "head", "patch"]
    rights = {"*": "parts.view", "partial_update": STOCK["limits"].right}

    def perform_update(self, serializer: Serializer) -> Stock:
        facts, row = serializer.validated_data, serializer.instance
        assert isinstance(row, Stock)
        limits = {"minimum": facts.get("minimum", row.minimum), "maximum": facts.get("maximum", row.maximum)}
        return catalogue.set_limits(row, by=person(self.request), **limits)

    @extend_schema(responses=MonthSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def demand(self, request: Request, pk: str) -> Response:
        """What was asked for, month by month."""
        demand = demand_of(self.get_object(), timezone.localdate())
        months = [{"month": month, "quantity": asked} for month, asked in zip(demand.months, demand.asked, strict=True)]
        return Response(MonthSerializer(months, many=True).data)


class MoveViewSet(ReadViewSet):
    """What came and went. A move is never changed; an issue can come back."""

    model = StockMove
    serializer_class = StockMoveSerializer
    filterset_class = filters.MoveFilter
    related = ("stock__store", "stock__part", "bin", "reason")
    rights = {"*": "parts.view", "give_back": "parts.move"}

    @extend_schema(request=BackSerializer)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def give_back(self, request: Request, pk: str) -> Response:
        """Take pieces of an issue back."""
        move, facts = self.get_object(), facts_of(self, BackSerializer)
        return self.answer(stock.take_back(move, by=person(request), **facts))


@verbs_of(RESERVATION)
class ReservationViewSet(ReadViewSet):
    """Pieces kept for a line."""

    model = Reservation
    serializer_class = ReservationSerializer
    filterset_class = filters.ReservationFilter
    related = ("stock__store", "stock__part")
    rights = {"*": "parts.view", **RESERVATION.rights()}


class LostSaleViewSet(mixins.ListModelMixin, BaseViewSet):
    """What was wanted and not there."""

    model = LostSale
    serializer_class = LostSaleSerializer
    filterset_class = filters.LostSaleFilter
    related = ("store", "part", "reason")
    rights = {"*": "parts.view"}


router = SimpleRouter()
router.register("parts", PartViewSet, "parts")
router.register("stock", StockViewSet, "stock")
router.register("moves", MoveViewSet, "moves")
router.register("reservations", ReservationViewSet, "reservations")
router.register("lost-sales", LostSaleViewSet, "lost-sales")
