"""A cards and their rows."""

from typing import Any

from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from dms.api.access import person
from dms.api.fields import CodeField, PersonField, StoreField
from dms.api.views import HasPdf, ReadViewSet, verb
from dms.models import Reason, Series, Variant
from sales import pdfs
from sales.actions import leads as acts
from sales.actions import losses
from sales.actions.leads import Said, Wish
from sales.filters import LeadFilter
from sales.models import Lead, LeadContact, Source
from sales.models.leads import Level


def reason_field(kind: Reason.Kind) -> CodeField:
    """A reason of one kind by its code."""
    return CodeField(queryset=Reason.objects.filter(kind=kind, active=True))


class LeadContactSerializer(serializers.ModelSerializer[LeadContact]):
    by_name = serializers.CharField(source="by.display_name", read_only=True)

    class Meta:
        model = LeadContact
        fields = (
            "id",
            "planned_at",
            "at",
            "channel",
            "result",
            "level_after",
            "what",
            "by",
            "by_name",
            "next_contact_at",
            "review",
            "reviewed_by",
            "reviewed_at",
        )
        read_only_fields = fields


class LeadSerializer(serializers.ModelSerializer[Lead]):
    """A card. To open one, number and name are enough; the caller keeps it unless an owner is named."""

    store = StoreField()
    phone = serializers.CharField(max_length=30, write_only=True)
    name = serializers.CharField(max_length=80, source="customer.name")
    owner = PersonField(required=False)
    source = CodeField(  # type: ignore[assignment] # the model’s word, not DRF’s
        queryset=Source.objects.filter(active=True), required=False, allow_null=True
    )
    rows = LeadContactSerializer(source="visits", many=True, read_only=True)

    class Meta:
        model = Lead
        fields = (
            "id",
            "number",
            "status",
            "store",
            "customer",
            "phone",
            "name",
            "owner",
            "level",
            "next_contact_at",
            "source",
            "series",
            "variant",
            "colour",
            "budget",
            "buys_when",
            "wish",
            "opened_at",
            "status_at",
            "loss_reason",
            "loss_note",
            "reactivate_on",
            "rows",
            "updated_at",
        )
        read_only_fields = (
            "number",
            "status",
            "customer",
            "next_contact_at",
            "opened_at",
            "status_at",
            "loss_reason",
            "loss_note",
            "reactivate_on",
        )


class WishSerializer(serializers.Serializer[Any]):
    """What they want, as far as it is known better now."""

    series = serializers.PrimaryKeyRelatedField(queryset=Series.objects.all(), required=False, allow_null=True)
    variant = serializers.PrimaryKeyRelatedField(queryset=Variant.objects.all(), required=False, allow_null=True)
    colour = serializers.CharField(max_length=40, required=False, allow_blank=True)
    budget = serializers.CharField(max_length=40, required=False, allow_blank=True)
    buys_when = serializers.CharField(max_length=40, required=False, allow_blank=True)
    wish = serializers.CharField(max_length=200, required=False, allow_blank=True)


class RecordContactSerializer(serializers.Serializer[Any]):
    """What came of a contact."""

    result = serializers.ChoiceField(choices=LeadContact.Result.choices)
    level = serializers.ChoiceField(choices=Level.choices)
    what = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    channel = serializers.ChoiceField(choices=LeadContact.Channel.choices, required=False)
    next_at = serializers.DateTimeField(required=False, allow_null=True)
    key = serializers.CharField(max_length=80, required=False)


class RescheduleSerializer(serializers.Serializer[Any]):
    """Another time, and why."""

    to = serializers.DateTimeField()
    reason = reason_field(Reason.Kind.RESCHEDULE)


class ReassignSerializer(serializers.Serializer[Any]):
    """Who keeps the card from now on."""

    to = PersonField()
    reason = serializers.CharField(max_length=120, required=False, allow_blank=True)


class LeadLossSerializer(serializers.Serializer[Any]):
    """Why it was lost."""

    reason = reason_field(Reason.Kind.LOSS)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class AskAgainSerializer(serializers.Serializer[Any]):
    """When the customer is asked again."""

    ask_again = serializers.DateField(required=False, allow_null=True)


class InstructionSerializer(serializers.Serializer[Any]):
    """An instruction."""

    note = serializers.CharField(max_length=200)


class ReviewSerializer(serializers.Serializer[Any]):
    """The row that was read, and a word on it."""

    row = serializers.IntegerField(min_value=1)
    words = serializers.CharField(max_length=200, required=False, allow_blank=True)


class LeadViewSet(mixins.CreateModelMixin, HasPdf, ReadViewSet):
    """A cards."""

    model = Lead
    serializer_class = LeadSerializer
    filterset_class = LeadFilter
    related = ("store", "customer", "owner", "source")
    prefetched = ("visits__by",)
    rights = {
        "*": "sales.sell",
        "list": "sales.view",
        "retrieve": "sales.view",
        "reassign": "sales.approve",
        "review": "sales.approve",
        "confirm_loss": "sales.approve",
        "return_loss": "sales.approve",
        "pdf": "sales.view",
    }
    pdf_of = pdfs.lead

    def said(self, takes: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
        """The body, as the serializer understands it."""
        body = takes(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Open a card; an open one of the same customer is not doubled."""
        facts = self.said(LeadSerializer, request)
        name, phone = facts.pop("customer")["name"], facts.pop("phone")
        whose = {"store": facts.pop("store"), "owner": facts.pop("owner", None)}
        wish = Wish(facts.pop("source", None), facts.pop("level", Level.N), facts)
        lead = acts.open_lead_for(name=name, phone=phone, by=person(request), wish=wish, **whose)
        return self.answer(lead, status=status.HTTP_201_CREATED)

    @verb(WishSerializer)
    def wish(self, request: Request, pk: str) -> Response:
        """What they want is known better."""
        lead = self.get_object()
        return self.answer(acts.change_wish(lead, by=person(request), **self.said(WishSerializer, request)))

    @verb(RecordContactSerializer)
    def contact(self, request: Request, pk: str) -> Response:
        """A contact happened: level and next date follow."""
        lead, facts = self.get_object(), self.said(RecordContactSerializer, request)
        key = facts.pop("key", "")
        acts.record_contact(lead, said=Said(**facts), by=person(request), key=key)
        return self.answer(lead)

    @verb(RescheduleSerializer)
    def reschedule(self, request: Request, pk: str) -> Response:
        """Move the promised contact, with the reason."""
        lead = self.get_object()
        return self.answer(acts.reschedule(lead, by=person(request), **self.said(RescheduleSerializer, request)))

    @verb(ReassignSerializer)
    def reassign(self, request: Request, pk: str) -> Response:
        """Give the card to a colleague."""
        lead = self.get_object()
        return self.answer(acts.reassign(lead, by=person(request), **self.said(ReassignSerializer, request)))

    @verb(ReviewSerializer)
    def review(self, request: Request, pk: str) -> Response:
        """The manager read a row of the card."""
        lead, facts = self.get_object(), self.said(ReviewSerializer, request)
        row = lead.visits.filter(pk=facts["row"]).first()
        if row is None:
            raise serializers.ValidationError({"row": [str(facts["row"])]})
        acts.review(row, words=facts.get("words", ""), by=person(request))
        return self.answer(lead)

    @verb(LeadLossSerializer)
    def request_loss(self, request: Request, pk: str) -> Response:
        """Give the card up; somebody else confirms."""
        lead = self.get_object()
        return self.answer(losses.request_loss(lead, by=person(request), **self.said(LeadLossSerializer, request)))

    @verb(AskAgainSerializer)
    def confirm_loss(self, request: Request, pk: str) -> Response:
        """The loss is real."""
        lead = self.get_object()
        return self.answer(losses.confirm_loss(lead, by=person(request), **self.said(AskAgainSerializer, request)))

    @verb(InstructionSerializer)
    def return_loss(self, request: Request, pk: str) -> Response:
        """Not lost yet: back to the adviser with an instruction."""
        lead = self.get_object()
        return self.answer(losses.return_loss(lead, by=person(request), **self.said(InstructionSerializer, request)))
