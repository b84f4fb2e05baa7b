"""Work orders and their lines on the wire, and the bodies of their verbs."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from aftersales.actions import checks, consent
from aftersales.api.fields import GuestSerializer
from aftersales.models import (
    Authorisation,
    CheckIn,
    Finding,
    LabourOperation,
    PromiseChange,
    QualityCheck,
    Settlement,
    WorkLine,
    WorkOrder,
)
from aftersales.shown import Shown
from dms.api.fields import CodeField, PictureField, StoreField
from dms.core.untyped import Facts, Option
from parts.api import PartField
from parts.models import Part

Body = serializers.Serializer


class QuantityField(serializers.DecimalField):
    def __init__(self, **kwargs: Option) -> None:
        super().__init__(max_digits=8, decimal_places=2, min_value=Decimal("0.01"), **kwargs)


class PriceField(serializers.DecimalField):
    def __init__(self, **kwargs: Option) -> None:
        super().__init__(max_digits=10, decimal_places=2, min_value=Decimal(0), **kwargs)


# --- rows ---------------------------------------------------------------------------------------------------------------
class WorkLineSerializer(serializers.ModelSerializer[WorkLine]):
    operation = CodeField(read_only=True)
    part = CodeField("number", read_only=True)
    reason = CodeField(read_only=True)

    class Meta:
        model = WorkLine
        fields = (
            "id",
            "work_order",
            "position",
            "status",
            "kind",
            "payer",
            "operation",
            "part",
            "text",
            "quantity",
            "unit_price",
            "amount",
            "issued",
            "clocked_hours",
            "authorisation",
            "authorised_amount",
            "reason",
            "finding",
            "added_at",
            "updated_at",
        )
        read_only_fields = fields


class CheckInSerializer(serializers.ModelSerializer[CheckIn]):
    km = serializers.IntegerField(source="reading.km", read_only=True)

    class Meta:
        model = CheckIn
        fields = ("km", "fuel_eighths", "damage", "belongings", "at", "by")
        read_only_fields = fields


class QualityCheckSerializer(serializers.ModelSerializer[QualityCheck]):
    class Meta:
        model = QualityCheck
        fields = ("round", "stage", "passed", "advice", "by", "at")
        read_only_fields = fields


class AuthorisationSerializer(serializers.ModelSerializer[Authorisation]):
    class Meta:
        model = Authorisation
        fields = ("id", "amount", "method", "given_by", "typed_name", "evidence", "shown", "digest", "at", "by")
        read_only_fields = fields


class PromiseChangeSerializer(serializers.ModelSerializer[PromiseChange]):
    reason = CodeField(read_only=True)

    class Meta:
        model = PromiseChange
        fields = ("before", "after", "reason", "note", "told_how", "told_at", "at", "by")
        read_only_fields = fields


class FindingSerializer(serializers.ModelSerializer[Finding]):
    class Meta:
        model = Finding
        fields = (
            "id",
            "work_order",
            "what",
            "cause",
            "photo",
            "by",
            "at",
            "answer",
            "answered_at",
            "answered_by",
            "updated_at",
        )
        read_only_fields = fields


class SettlementSerializer(serializers.ModelSerializer[Settlement]):
    class Meta:
        model = Settlement
        fields = ("number", "labour", "parts", "other", "customer_pays", "signed_name", "at", "by")
        read_only_fields = fields


class WorkOrderSerializer(serializers.ModelSerializer[WorkOrder]):
    store = StoreField(read_only=True)
    plate = serializers.CharField(source="vehicle.plate", read_only=True)
    customer_name = serializers.CharField(source="customer.name", read_only=True)
    lines = WorkLineSerializer(many=True, read_only=True)
    check_in = CheckInSerializer(read_only=True)
    checks = QualityCheckSerializer(many=True, read_only=True)
    authorisations = AuthorisationSerializer(many=True, read_only=True)
    settlement = SettlementSerializer(read_only=True)
    gate_pass = CodeField("number", read_only=True)
    promise_changes = PromiseChangeSerializer(many=True, read_only=True)
    findings = FindingSerializer(many=True, read_only=True)
    consent_digest = serializers.SerializerMethodField(help_text="Of all that waits for the customer, as it is now.")

    class Meta:
        model = WorkOrder
        fields = (
            "id",
            "number",
            "status",
            "store",
            "customer",
            "customer_name",
            "vehicle",
            "plate",
            "appointment",
            "adviser",
            "technician",
            "bay",
            "complaint",
            "cause",
            "correction",
            "old_parts",
            "free_wash",
            "first_promised_at",
            "promised_at",
            "ready_at",
            "promise_changes",
            "rework",
            "opened_at",
            "status_at",
            "signed_name",
            "invoice",
            "next_service_on",
            "next_service_km",
            "convenient_call_at",
            "released_at",
            "check_in",
            "lines",
            "findings",
            "consent_digest",
            "authorisations",
            "checks",
            "settlement",
            "gate_pass",
            "updated_at",
        )
        read_only_fields = fields

    def get_consent_digest(self, order: WorkOrder) -> str:
        waiting = [line for line in order.lines.all() if line.status == "PROPOSED"]
        return consent.offered(order, waiting).digest if waiting else ""


# --- bodies -------------------------------------------------------------------------------------------------------------
class WriteUpSerializer(GuestSerializer):
    """The ten-second write-up."""

    store = StoreField()
    complaint = serializers.CharField(max_length=2000)
    km = serializers.IntegerField(min_value=0, max_value=2_000_000)
    fuel_eighths = serializers.IntegerField(min_value=0, max_value=8, default=4)
    damage = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField()), required=False, default=list
    )
    belongings = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    odometer_replaced = serializers.BooleanField(default=False)
    reason = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    km_confirmed = serializers.BooleanField(default=False)
    appointment = serializers.IntegerField(required=False, allow_null=True, default=None)
    key = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class DescribeSerializer(serializers.ModelSerializer[WorkOrder]):
    class Meta:
        model = WorkOrder
        fields = ("complaint", "cause", "correction", "old_parts", "free_wash")


class LabourSerializer(Body[object]):
    operation = CodeField(queryset=LabourOperation.objects.filter(active=True))
    hours = serializers.DecimalField(
        max_digits=5, decimal_places=1, min_value=Decimal("0.1"), required=False, allow_null=True, default=None
    )
    payer = serializers.ChoiceField(choices=WorkLine.Payer.choices, required=False, allow_blank=True, default="")


class PartLineSerializer(Body[object]):
    part = PartField(queryset=Part.objects.filter(active=True))
    quantity = QuantityField(default=Decimal(1))
    payer = serializers.ChoiceField(choices=WorkLine.Payer.choices, default=WorkLine.Payer.CUSTOMER)
    unit_price = PriceField(required=False, allow_null=True, default=None)


class OtherLineSerializer(Body[object]):
    kind = serializers.ChoiceField(choices=["SUBLET", "FEE"])
    text = serializers.CharField(max_length=120)
    unit_price = PriceField()
    payer = serializers.ChoiceField(choices=WorkLine.Payer.choices, default=WorkLine.Payer.CUSTOMER)


class ChangeLineSerializer(Body[object]):
    quantity = QuantityField()
    unit_price = PriceField()
    payer = serializers.ChoiceField(choices=WorkLine.Payer.choices, required=False, allow_blank=True, default="")


class ConsentSerializer(Body[object]):
    """What the customer was told goes along: ``amounts`` (line → sum), or the ``digest`` of all that waits (of the order).

    Without ``lines`` those of ``amounts`` are meant, or all that wait.
    """

    method = serializers.ChoiceField(choices=Authorisation.Method.choices)
    given_by = serializers.CharField(max_length=80)
    evidence = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    lines = serializers.ListField(child=serializers.IntegerField(), required=False, allow_null=True, default=None)
    amounts = serializers.DictField(child=PriceField(), required=False, allow_null=True, default=None)
    digest = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")
    signature = PictureField(default=None)
    typed_name = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")

    def validate(self, attrs: Facts) -> Facts:
        amounts, digest, typed = attrs.pop("amounts"), attrs.pop("digest"), attrs.pop("typed_name")
        attrs |= {"told": digest, "signature": attrs["signature"] or typed or None}
        if amounts is None and not digest:
            raise serializers.ValidationError({"amounts": [_("Say what the customer was told: amounts, or digest.")]})
        if amounts is None:
            return attrs
        if not all(key.isdecimal() for key in amounts):
            raise serializers.ValidationError({"amounts": [_("A line goes by its id.")]})
        told = {int(key): amount for key, amount in amounts.items()}
        return attrs | {"told": Shown.amounts(told), "lines": list(told) if attrs["lines"] is None else attrs["lines"]}


class CheckInBodySerializer(Body[object]):
    """What the car is like as it comes."""

    km = serializers.IntegerField(min_value=0, max_value=2_000_000)
    fuel_eighths = serializers.IntegerField(min_value=0, max_value=8, default=4)
    damage = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField()), required=False, default=list
    )
    belongings = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    odometer_replaced = serializers.BooleanField(default=False)
    reason = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    km_confirmed = serializers.BooleanField(default=False)


class ReportSerializer(Body[object]):
    """What was found beyond the commission, its cause, a picture."""

    what = serializers.CharField(max_length=120)
    cause = serializers.CharField(max_length=200)
    photo = PictureField(default=None)


class PriceFindingSerializer(Body[object]):
    """Labour, a part, or both."""

    operation = CodeField(queryset=LabourOperation.objects.filter(active=True), required=False, allow_null=True)
    hours = serializers.DecimalField(
        max_digits=5, decimal_places=1, min_value=Decimal("0.1"), required=False, allow_null=True, default=None
    )
    part = PartField(queryset=Part.objects.filter(active=True), required=False, allow_null=True)
    quantity = QuantityField(required=False, allow_null=True, default=None)


class FinishSerializer(Body[object]):
    clocked_hours = serializers.DecimalField(
        max_digits=5, decimal_places=1, required=False, allow_null=True, default=None
    )


class TakeUpSerializer(Body[object]):
    """A line that was put off at an earlier visit of the car: see ``left_undone``."""

    line = serializers.PrimaryKeyRelatedField(queryset=WorkLine.objects.none())

    def get_fields(self) -> Facts:
        """Lines of the car of the order in hand, in whatever store it was."""
        fields = super().get_fields()
        view = self.context.get("view")
        if view is not None and "pk" in view.kwargs:
            order = view.get_object()
            lines = WorkLine.objects.filter(work_order__vehicle=order.vehicle_id)
            fields["line"] = serializers.PrimaryKeyRelatedField(queryset=lines.select_related("operation", "part"))
        return fields


class CheckSerializer(Body[object]):
    stage = serializers.ChoiceField(choices=QualityCheck.Stage.choices)
    passed = serializers.BooleanField()
    advice = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class ReadySerializer(Body[object]):
    checked = serializers.MultipleChoiceField(choices=list(checks.CHECKLIST))
    parked = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")


class SettleSerializer(Body[object]):
    next_service_on = serializers.DateField(required=False, allow_null=True, default=None)
    next_service_km = serializers.IntegerField(min_value=0, required=False, allow_null=True, default=None)
    convenient_call_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    signature = PictureField(default=None)
    signed_name = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
