"""Quotes, orders, stock cars, delivery and C cards."""

from typing import Any

from django.utils import timezone
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.models import Payment
from dms.api.access import person
from dms.api.fields import PictureField, StoreField
from dms.api.views import BaseViewSet, HasPdf, ReadViewSet, verb
from dms.models import Reason, Store
from sales import pdfs
from sales.actions import deliveries, owner_cards, stock
from sales.actions import orders as acts
from sales.actions import quotes as quote_acts
from sales.actions.quotes import Item
from sales.api.leads import NoteSerializer, reason_field
from sales.filters import DeliveryFilter, OrderFilter, OwnerCardFilter, QuoteFilter, StockCarFilter
from sales.models import DeliverySheet, Lead, Order, OwnerCard, Quote, QuoteLine, SignOff, StockCar


def read(view: BaseViewSet, takes: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """The body, as the serializer understands it."""
    body = takes(data=request.data, context=view.get_serializer_context())
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


class VisibleField(serializers.PrimaryKeyRelatedField[Any]):
    """A row by id, of those the caller sees."""

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.visible_to(self.context["request"].user)


class LineSerializer(serializers.ModelSerializer[QuoteLine]):
    """An amount; a discount is negative."""

    class Meta:
        model = QuoteLine
        fields = ("kind", "text", "amount")


class QuoteSerializer(serializers.ModelSerializer[Quote]):
    """An offer. ``revises`` makes it the next version of another."""

    store = StoreField(read_only=True)
    lead = VisibleField(queryset=Lead.objects.all())
    lines = LineSerializer(many=True)
    revises = VisibleField(queryset=Quote.objects.all(), required=False, write_only=True)
    total = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)

    class Meta:
        model = Quote
        fields = (
            "id",
            "number",
            "version",
            "store",
            "lead",
            "variant",
            "colour",
            "valid_until",
            "note",
            "made_at",
            "made_by",
            "superseded",
            "lines",
            "total",
            "revises",
        )
        read_only_fields = ("number", "version", "made_at", "made_by", "superseded")


class OrderingSerializer(serializers.ModelSerializer[Order]):
    """What an order says beyond its quote."""

    delivering_store = StoreField(required=False, allow_null=True)

    class Meta:
        model = Order
        fields = ("kind", "delivering_store", "deposit", "pays", "deliver_on", "note")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("kind") == Order.Kind.ENTRUSTED and not isinstance(attrs.get("delivering_store"), Store):
            raise serializers.ValidationError({"delivering_store": [str(Order.Kind.ENTRUSTED.label)]})
        return attrs


class OrderSerializer(serializers.ModelSerializer[Order]):
    store = StoreField(read_only=True)
    customer_name = serializers.CharField(source="customer.name", read_only=True)
    total = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)
    paid = serializers.DecimalField(
        source="invoice.paid", max_digits=14, decimal_places=2, read_only=True, default=None
    )
    due = serializers.DecimalField(source="invoice.due", max_digits=14, decimal_places=2, read_only=True, default=None)

    class Meta:
        model = Order
        fields = (
            "id",
            "number",
            "status",
            "kind",
            "store",
            "customer",
            "customer_name",
            "lead",
            "quote",
            "adviser",
            "variant",
            "colour",
            "price",
            "discount",
            "total",
            "deposit",
            "paid",
            "due",
            "pays",
            "deliver_on",
            "note",
            "made_at",
            "made_by",
            "approved_by",
            "signed_at",
            "delivered_at",
            "cancelled_at",
            "cancel_reason",
            "invoice",
            "status_at",
        )
        read_only_fields = fields


class CancelSerializer(serializers.Serializer[Any]):
    """Why the order ends, and what of the deposit is kept."""

    reason = reason_field(Reason.Kind.CANCEL)
    forfeit = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0, required=False)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class RefundSerializer(serializers.Serializer[Any]):
    """How the money goes back."""

    method = serializers.ChoiceField(choices=Payment.Method.choices)


class AllocateSerializer(serializers.Serializer[Any]):
    """The car that is kept."""

    car = VisibleField(queryset=StockCar.objects.all())


class WhySerializer(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=120, required=False, allow_blank=True)


class DeliveryPlanSerializer(serializers.Serializer[Any]):
    """When the customer comes."""

    at = serializers.DateTimeField(required=False, allow_null=True)


class SheetSerializer(serializers.ModelSerializer[DeliverySheet]):
    store = StoreField(read_only=True)
    signed = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField()

    class Meta:
        model = DeliverySheet
        fields = (
            "id",
            "number",
            "order",
            "store",
            "appointment_at",
            "arrived_at",
            "cleaned_at",
            "papers_at",
            "confirmed_at",
            "confirmed_name",
            "signed",
            "missing",
        )
        read_only_fields = fields

    def get_signed(self, sheet: DeliverySheet) -> list[str]:
        return [row.department for row in sheet.sign_offs.all()]

    def get_missing(self, sheet: DeliverySheet) -> list[str]:
        return deliveries.missing(sheet.order) if sheet.order.status in deliveries.IN_HAND else []


class SheetRowSerializer(SheetSerializer):
    """In a list: without what is missing, which asks order by order."""

    missing = None  # type: ignore[assignment] # how DRF takes a field away

    class Meta:
        model = DeliverySheet
        fields = (
            "id",
            "number",
            "order",
            "store",
            "appointment_at",
            "arrived_at",
            "cleaned_at",
            "papers_at",
            "confirmed_at",
            "confirmed_name",
            "signed",
        )
        read_only_fields = fields


class SignSerializer(serializers.Serializer[Any]):
    """Which department signs."""

    department = serializers.ChoiceField(choices=SignOff.Department.choices)
    note = serializers.CharField(max_length=120, required=False, allow_blank=True)


class StepSerializer(serializers.Serializer[Any]):
    """What was done."""

    step = serializers.ChoiceField(choices=sorted(deliveries.STEPS))


class ConfirmSerializer(serializers.Serializer[Any]):
    """Who confirms, by hand when ``signature`` is given; a photo of the moment."""

    name = serializers.CharField(max_length=80)
    signature = PictureField()
    photo = PictureField()


class OwnerCardSerializer(serializers.ModelSerializer[OwnerCard]):
    store = StoreField(read_only=True)

    class Meta:
        model = OwnerCard
        fields = (
            "id",
            "number",
            "store",
            "customer",
            "vehicle",
            "order",
            "adviser",
            "opened_at",
            "loan_until",
            "loan_terms",
            "handed_over_at",
        )
        read_only_fields = fields


class LoanSerializer(serializers.ModelSerializer[OwnerCard]):
    """When the last instalment is paid and how many there are; nothing at all: there is no loan."""

    class Meta:
        model = OwnerCard
        fields = ("loan_until", "loan_terms")


class StockCarSerializer(serializers.ModelSerializer[StockCar]):
    """A car of ours. ``cost`` is shown to those who manage stock."""

    store = StoreField()
    vin = serializers.CharField(max_length=24)
    arrived = serializers.BooleanField(required=False, write_only=True)
    days = serializers.SerializerMethodField()
    cost = serializers.DecimalField(
        max_digits=14, decimal_places=2, min_value=0, required=False, allow_null=True, write_only=True
    )

    class Meta:
        model = StockCar
        fields = (
            "id",
            "vin",
            "status",
            "store",
            "variant",
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
            "status_at",
        )
        read_only_fields = ("status", "arrived_on", "vehicle", "status_at")

    def get_days(self, car: StockCar) -> int | None:
        return car.age(timezone.localdate())


class PlaceSerializer(serializers.Serializer[Any]):
    """Where it stands."""

    location = serializers.CharField(max_length=40, required=False, allow_blank=True)


class CarChangeSerializer(serializers.ModelSerializer[StockCar]):
    """What changes while a car stands."""

    class Meta:
        model = StockCar
        fields = ("location", "certificate", "use", "cost")


class QuoteViewSet(mixins.CreateModelMixin, HasPdf, ReadViewSet):
    """Offers in versions."""

    model = Quote
    serializer_class = QuoteSerializer
    filterset_class = QuoteFilter
    related = ("store", "lead__customer", "made_by")
    prefetched = ("lines",)
    rights = {"*": "sales.sell", "list": "sales.view", "retrieve": "sales.view", "paper": "sales.view"}
    pdf_of = pdfs.quote

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make an offer, or the next version of one."""
        facts = read(self, QuoteSerializer, request)
        items = [Item(line["kind"], line["amount"], line.get("text", "")) for line in facts.pop("lines")]
        quote = quote_acts.make_quote(facts.pop("lead"), items=items, by=person(request), **facts)
        return self.answer(quote, status=status.HTTP_201_CREATED)

    @verb(OrderingSerializer)
    def order(self, request: Request, pk: str) -> Response:
        """The offer is taken: answers the order."""
        quote = self.get_object()
        made = acts.order_from_quote(quote, by=person(request), **read(self, OrderingSerializer, request))
        return Response(
            OrderSerializer(made, context=self.get_serializer_context()).data, status=status.HTTP_201_CREATED
        )


class OrderViewSet(HasPdf, ReadViewSet):
    """Purchases; they are written from a quote."""

    model = Order
    serializer_class = OrderSerializer
    filterset_class = OrderFilter
    related = ("store", "customer", "invoice")
    rights = {
        "*": "sales.sell",
        "list": "sales.view",
        "retrieve": "sales.view",
        "approve": "sales.approve",
        "give_back": "sales.approve",
        "close": "sales.approve",
        "refund": "billing.take",
        "ready": "sales.stock",
        "not_ready": "sales.stock",
        "paper": "sales.view",
    }
    pdf_of = pdfs.order

    @verb()
    def submit(self, request: Request, pk: str) -> Response:
        """Ask for approval."""
        return self.answer(acts.submit_order(self.get_object(), by=person(request)))

    @verb()
    def approve(self, request: Request, pk: str) -> Response:
        """Sign it; the invoice is opened."""
        return self.answer(acts.approve_order(self.get_object(), by=person(request)))

    @verb(NoteSerializer)
    def give_back(self, request: Request, pk: str) -> Response:
        """Not approved: back to its writer."""
        order = self.get_object()
        return self.answer(acts.return_order(order, by=person(request), **read(self, NoteSerializer, request)))

    @verb(CancelSerializer)
    def cancel(self, request: Request, pk: str) -> Response:
        """End it, with the reason."""
        order = self.get_object()
        return self.answer(acts.cancel_order(order, by=person(request), **read(self, CancelSerializer, request)))

    @verb(RefundSerializer)
    def refund(self, request: Request, pk: str) -> Response:
        """Give back what a cancelled order still holds."""
        order = self.get_object()
        acts.refund_cancelled(order, by=person(request), **read(self, RefundSerializer, request))
        return self.answer(order)

    @verb(AllocateSerializer)
    def allocate(self, request: Request, pk: str) -> Response:
        """Keep a car for it."""
        order = self.get_object()
        stock.allocate_car(order, by=person(request), **read(self, AllocateSerializer, request))
        return self.answer(order)

    @verb(WhySerializer)
    def release(self, request: Request, pk: str) -> Response:
        """The car is for sale again."""
        order = self.get_object()
        return self.answer(stock.release_car(order, by=person(request), **read(self, WhySerializer, request)))

    @verb()
    def ready(self, request: Request, pk: str) -> Response:
        """The car is prepared."""
        return self.answer(stock.mark_ready(self.get_object(), by=person(request)))

    @verb()
    def not_ready(self, request: Request, pk: str) -> Response:
        """Something is still to be done."""
        return self.answer(stock.mark_not_ready(self.get_object(), by=person(request)))

    @verb(DeliveryPlanSerializer)
    def plan(self, request: Request, pk: str) -> Response:
        """Send the delivery sheet round: answers the sheet."""
        order = self.get_object()
        sheet = deliveries.plan_delivery(order, by=person(request), **read(self, DeliveryPlanSerializer, request))
        return Response(SheetSerializer(sheet, context=self.get_serializer_context()).data)

    @verb()
    def close(self, request: Request, pk: str) -> Response:
        """The purchase is over: delivered, and nothing is owed."""
        return self.answer(acts.close_order(self.get_object(), by=person(request)))

    @verb()
    def deliver(self, request: Request, pk: str) -> Response:
        """The car changes hands: answers the C card."""
        card = deliveries.deliver_order(self.get_object(), by=person(request))
        return Response(OwnerCardSerializer(card, context=self.get_serializer_context()).data)


class DeliveryViewSet(HasPdf, ReadViewSet):
    """Delivery sheets."""

    model = DeliverySheet
    serializer_class = SheetSerializer
    filterset_class = DeliveryFilter
    related = ("store", "order__invoice")
    prefetched = ("sign_offs",)
    rights = {"*": "sales.view", "confirm": "sales.sell"}
    pdf_of = pdfs.delivery

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return SheetRowSerializer if self.action == "list" else SheetSerializer

    @verb(SignSerializer)
    def sign(self, request: Request, pk: str) -> Response:
        """A department signs; only its own people may."""
        sheet = self.get_object()
        deliveries.sign_off(sheet, by=person(request), **read(self, SignSerializer, request))
        return self.answer(sheet)

    @verb(StepSerializer)
    def step(self, request: Request, pk: str) -> Response:
        """Note a step of the checklist."""
        sheet = self.get_object()
        return self.answer(deliveries.note_step(sheet, by=person(request), **read(self, StepSerializer, request)))

    @verb(ConfirmSerializer)
    def confirm(self, request: Request, pk: str) -> Response:
        """The customer confirms."""
        sheet = self.get_object()
        return self.answer(
            deliveries.confirm_delivery(sheet, by=person(request), **read(self, ConfirmSerializer, request))
        )


class StockCarViewSet(mixins.CreateModelMixin, ReadViewSet):
    """Cars in our hands."""

    model = StockCar
    serializer_class = StockCarSerializer
    filterset_class = StockCarFilter
    related = ("store", "variant", "colour")
    rights = {"*": "sales.stock", "list": "sales.view", "retrieve": "sales.view"}

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Enter a car by its VIN."""
        car = stock.enter_car(by=person(request), **read(self, StockCarSerializer, request))
        return self.answer(car, status=status.HTTP_201_CREATED)

    @verb(PlaceSerializer)
    def receive(self, request: Request, pk: str) -> Response:
        """It has arrived."""
        car = self.get_object()
        return self.answer(stock.receive_car(car, by=person(request), **read(self, PlaceSerializer, request)))

    @verb(CarChangeSerializer)
    def change(self, request: Request, pk: str) -> Response:
        """Place, certificate, use, cost."""
        car = self.get_object()
        body = CarChangeSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        return self.answer(stock.change_car(car, by=person(request), **body.validated_data))


class OwnerCardViewSet(HasPdf, ReadViewSet):
    """C cards."""

    model = OwnerCard
    serializer_class = OwnerCardSerializer
    filterset_class = OwnerCardFilter
    related = ("store",)
    rights = {"*": "sales.view", "loan": "sales.sell"}
    pdf_of = pdfs.owner_card

    @verb(LoanSerializer)
    def loan(self, request: Request, pk: str) -> Response:
        """When the car will be paid off."""
        card, said = self.get_object(), read(self, LoanSerializer, request)
        until, terms = said.get("loan_until"), said.get("loan_terms")
        return self.answer(owner_cards.note_loan(card, by=person(request), until=until, terms=terms))
