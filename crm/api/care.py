"""Presets of care, follow-ups and contacts."""

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.acts import CONTACT, CUSTOMER, FOLLOW_UP
from crm.api.surveys import SurveyAnswersSerializer, SurveySerializer
from crm.filters import ContactFilter, FollowUpFilter
from crm.models import Cadence, CadencePreset, CareChannel, Contact, Customer, FollowUp, NextStep, Result
from crm.open_work import CALLS
from dms.api.access import person
from dms.api.fields import BaseSerializer, CodeField, StoreField
from dms.api.form_bodies import VisibleField
from dms.api.handing_over import hand_over_rows
from dms.api.verbs import act_verb, facts_of
from dms.api.views import EditViewSet, ReadViewSet
from dms.models import Reason


class CadenceSerializer(BaseSerializer):
    class Meta:
        model = Cadence
        fields = (
            "id",
            "code",
            "name",
            "name_en",
            "trigger",
            "offset",
            "unit",
            "window_hours",
            "every_months",
            "channel",
            "purpose",
            "role",
            "at_named_time",
            "script",
            "active",
        )


class CadencePresetSerializer(BaseSerializer):
    cadences = CadenceSerializer(many=True, read_only=True)

    class Meta:
        model = CadencePreset
        fields = ("id", "code", "name", "name_en", "is_default", "note", "cadences", "updated_at")


class CadencePresetViewSet(EditViewSet):
    """Named sets of rules; a store follows the one chosen for it, else the group's default."""

    model = CadencePreset
    serializer_class = CadencePresetSerializer
    prefetched = ("cadences",)
    rights = {"*": "dms.configure", "list": "crm.call", "retrieve": "crm.call"}


class FollowUpSerializer(serializers.ModelSerializer[FollowUp]):
    store = StoreField(read_only=True)
    cadence = serializers.CharField(source="cadence.code")
    name = serializers.CharField(source="cadence")
    trigger = serializers.CharField(source="cadence.trigger")
    customer_name = serializers.CharField(source="customer.name")
    overdue = serializers.BooleanField(source="is_overdue")

    class Meta:
        model = FollowUp
        fields = (
            "id",
            "status",
            "cadence",
            "name",
            "trigger",
            "channel",
            "store",
            "customer",
            "customer_name",
            "vehicle",
            "anchor",
            "occurrence",
            "due_from",
            "due_until",
            "named_at",
            "overdue",
            "assignee",
            "deputy",
            "attempts",
            "escalated_at",
            "escalated_to",
            "ended_at",
            "ended_why",
            "recall_entry",
            "why",
            "updated_at",
        )
        read_only_fields = fields


class SaidSerializer(serializers.Serializer[object]):
    """What came of the contact."""

    result = serializers.ChoiceField(choices=Result.choices)
    said = serializers.CharField(required=False, allow_blank=True, max_length=2000, default="")
    next_step = serializers.ChoiceField(choices=NextStep.choices, required=False, allow_blank=True, default="")
    next_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    reason = CodeField(
        queryset=Reason.objects.filter(kind=Reason.Kind.RECALL_REFUSAL),
        required=False,
        allow_null=True,
        default=None,
    )
    key = serializers.CharField(
        max_length=80, required=False, allow_blank=True, default="", help_text="The same key again changes nothing."
    )


class CallSerializer(SaidSerializer):
    """What came of a call, which answers the calls made along with it but for those left for later."""

    leave = serializers.ListField(child=serializers.IntegerField(), required=False, default=list)
    survey = SurveyAnswersSerializer(required=False, help_text="What its rules ask.")


class FollowUpViewSet(ReadViewSet):
    """Promises that fall due by a cadence. ``record`` notes the call and ends, moves or retries it, and what is joined with it."""

    model = FollowUp
    serializer_class = FollowUpSerializer
    filterset_class = FollowUpFilter
    related = ("store", "cadence", "customer")
    rights = {"*": "crm.call", "hand_over": CALLS.hands}
    hand_over = hand_over_rows(CALLS)

    def facts_of_version(self, row: FollowUp) -> tuple[object, ...]:
        """It grows overdue by itself."""
        return (row.is_overdue,)

    record = act_verb(FOLLOW_UP["record"], "record", CallSerializer)
    send_survey = act_verb(FOLLOW_UP["send_survey"], "send_survey", answers=SurveySerializer)
    reopen = act_verb(FOLLOW_UP["reopen"], "reopen")


class ContactSerializer(serializers.ModelSerializer[Contact]):
    store = StoreField(read_only=True)
    family = serializers.CharField(read_only=True, help_text="success, failed or invalid")
    reason = CodeField(read_only=True)

    class Meta:
        model = Contact
        fields = (
            "id",
            "customer",
            "vehicle",
            "store",
            "follow_up",
            "channel",
            "direction",
            "result",
            "family",
            "reason",
            "said",
            "next_step",
            "next_at",
            "at",
            "by",
            "corrects",
            "updated_at",
        )
        read_only_fields = fields


class NewContactSerializer(SaidSerializer):
    """A contact that no follow-up asked for."""

    customer = VisibleField(queryset=Customer.objects.all())
    store = StoreField()
    channel = serializers.ChoiceField(choices=CareChannel.choices, default=CareChannel.CALL)
    direction = serializers.ChoiceField(choices=Contact.Direction.choices, default=Contact.Direction.IN)
    answers = serializers.ListField(
        child=serializers.IntegerField(),
        required=False,
        default=list,
        help_text="Open follow-ups of the customer that need no call of ours any more.",
    )


class ContactCorrectionSerializer(serializers.Serializer[object]):
    """What came of the contact in truth."""

    result = serializers.ChoiceField(choices=Result.choices)
    said = serializers.CharField(required=False, allow_blank=True, max_length=2000, default="")
    next_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    reason = CodeField(
        queryset=Reason.objects.filter(kind=Reason.Kind.RECALL_REFUSAL),
        required=False,
        allow_null=True,
        default=None,
    )
    why = serializers.CharField(max_length=120)


class ContactViewSet(mixins.CreateModelMixin, ReadViewSet):
    """The register of calls, visits, letters and messages, in and out."""

    model = Contact
    serializer_class = ContactSerializer
    filterset_class = ContactFilter
    related = ("store", "reason")
    rights = {"*": "crm.call"}

    correct = act_verb(CONTACT["correct"], "correct", ContactCorrectionSerializer, answers=ContactSerializer)

    @extend_schema(request=NewContactSerializer, responses={201: ContactSerializer})
    def create(self, request: Request, *_args: object, **_kwargs: object) -> Response:
        """Note a contact that no follow-up asked for."""
        facts = facts_of(self, NewContactSerializer)
        contact = CUSTOMER["contact"].do(facts.pop("customer"), by=person(request), **facts)
        return self.answer(contact, status=status.HTTP_201_CREATED)
