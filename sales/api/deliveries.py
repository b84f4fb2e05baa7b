"""Delivery sheets."""

from rest_framework import serializers

from dms.api.fields import PictureField, StoreField
from dms.api.verbs import act_verb, verbs_of
from dms.api.views import HasPdf, ReadViewSet
from sales import pdfs
from sales.actions import deliveries
from sales.acts import DELIVERY
from sales.filters import DeliveryFilter
from sales.models import DeliverySheet


class SheetSerializer(serializers.ModelSerializer[DeliverySheet]):
    store = StoreField(read_only=True)
    delivering_store = StoreField(source="order.delivering_store", read_only=True)
    signed = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField()

    class Meta:
        model = DeliverySheet
        fields = (
            "id",
            "number",
            "order",
            "store",
            "delivering_store",
            "appointment_at",
            "arrived_at",
            "cleaned_at",
            "papers_at",
            "confirmed_at",
            "confirmed_name",
            "signed",
            "missing",
            "updated_at",
        )
        read_only_fields = fields

    def get_signed(self, sheet: DeliverySheet) -> list[str]:
        return [row.department for row in sheet.sign_offs.all()]

    def get_missing(self, sheet: DeliverySheet) -> list[str]:
        return deliveries.missing(sheet.order) if sheet.order.status in deliveries.IN_HAND else []


class SheetRowSerializer(SheetSerializer):
    """In a list: without what is missing, which asks order by order."""

    missing = None  # type: ignore[assignment]

    class Meta:
        model = DeliverySheet
        fields = (
            "id",
            "number",
            "order",
            "store",
            "delivering_store",
            "appointment_at",
            "arrived_at",
            "cleaned_at",
            "papers_at",
            "confirmed_at",
            "confirmed_name",
            "signed",
            "updated_at",
        )
        read_only_fields = fields


class StepSerializer(serializers.Serializer[object]):
    """What was done."""

    step = serializers.ChoiceField(choices=sorted(deliveries.STEPS))


class UndoStepSerializer(StepSerializer):
    """Which step was ticked by mistake, and why it is not done."""

    reason = serializers.CharField(max_length=200)


class ConfirmSerializer(serializers.Serializer[object]):
    """Who confirms, by hand when ``signature`` is given; a photo of the moment."""

    name = serializers.CharField(max_length=80)
    signature = PictureField()
    photo = PictureField()


@verbs_of(DELIVERY)
class DeliveryViewSet(HasPdf, ReadViewSet):
    """Delivery sheets."""

    model = DeliverySheet
    serializer_class = SheetSerializer
    filterset_class = DeliveryFilter
    related = ("store", "order__invoice")
    prefetched = ("sign_offs",)
    rights = {"*": "sales.view", **DELIVERY.rights()}
    pdf_of = pdfs.delivery

    def facts_of_version(self, row: DeliverySheet) -> tuple[object, ...]:
        """What is missing for the delivery is asked of the order and its account."""
        return tuple(deliveries.missing(row.order)) if row.order.status in deliveries.IN_HAND else ()

    def get_serializer_class(self) -> type[serializers.BaseSerializer[DeliverySheet]]:
        return SheetRowSerializer if self.action == "list" else SheetSerializer

    step = act_verb(DELIVERY["step"], "step", StepSerializer)
    undo_step = act_verb(DELIVERY["undo_step"], "undo_step", UndoStepSerializer)
    confirm = act_verb(DELIVERY["confirm"], "confirm", ConfirmSerializer)
