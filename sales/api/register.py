"""The register and the rota."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.complaints import ComplaintSerializer
from crm.api.join import JoinField
from dms.api.access import person
from dms.api.fields import CodeField, PersonField, StoreField, shadowing
from dms.api.verbs import act_verb, facts_of, verbs_of
from dms.api.views import AsItIs, ReadViewSet
from dms.core.untyped import Facts
from dms.formats import query_params
from dms.models import Store
from sales import pdfs
from sales.actions import register
from sales.actions.register import Guest, Visit
from sales.acts import ROTA_PLACE, VISIT
from sales.filters import RotaFilter, VisitFilter
from sales.models import RotaPlace, ShowroomVisit, Source


class VisitSerializer(serializers.ModelSerializer[ShowroomVisit]):
    """A line of the register. To write one, the number and the name are enough; both may be missing at first."""

    store = StoreField()
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True, write_only=True)
    name = serializers.CharField(max_length=80, required=False, allow_blank=True)
    stranger = serializers.BooleanField(
        required=False, write_only=True, help_text="Whom we know by this number is somebody else."
    )
    again = serializers.BooleanField(
        required=False,
        write_only=True,
        help_text="The same guest was written down less than a minute ago, and this is somebody else.",
    )
    join = JoinField(required=False, write_only=True)
    chosen = serializers.IntegerField(
        required=False, allow_null=True, write_only=True, help_text="Of several with the number it is this customer."
    )
    party_size = serializers.IntegerField(min_value=1, max_value=99, required=False)
    adviser = PersonField(required=False, allow_null=True)
    source = shadowing(CodeField(queryset=Source.objects.filter(active=True), required=False, allow_null=True))
    key = serializers.CharField(
        max_length=80, required=False, write_only=True, help_text="The same key again is the same line."
    )

    class Meta:
        model = ShowroomVisit
        fields = (
            "id",
            "store",
            "day",
            "sequence",
            "kind",
            "came_at",
            "left_at",
            "party_size",
            "purpose",
            "source",
            "phone",
            "name",
            "stranger",
            "again",
            "chosen",
            "join",
            "customer",
            "is_first",
            "left_contact",
            "adviser",
            "lead",
            "note",
            "voided_at",
            "void_reason",
            "key",
            "updated_at",
        )
        read_only_fields = (
            "day",
            "sequence",
            "came_at",
            "left_at",
            "customer",
            "is_first",
            "left_contact",
            "lead",
            "voided_at",
            "void_reason",
        )


class CompletionSerializer(serializers.Serializer[object]):
    """What a line lacks."""

    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    name = serializers.CharField(max_length=80, required=False, allow_blank=True)
    join = JoinField(required=False)
    left_nothing = serializers.BooleanField(required=False)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)

    def validate(self, attrs: Facts) -> dict[str, object]:
        """The guest, as far as they said, and the rest of the line."""
        guest = Guest(attrs.pop("phone", ""), attrs.pop("name", ""), join=attrs.pop("join", False))
        return {"guest": guest, **attrs}


class CorrectionSerializer(serializers.Serializer[object]):
    """What is known better now; a figure of a day that is over changes with its reason."""

    party_size = serializers.IntegerField(min_value=1, max_value=99, required=False)
    purpose = serializers.ChoiceField(choices=ShowroomVisit.Purpose.choices, required=False)
    source = shadowing(CodeField(queryset=Source.objects.filter(active=True), required=False, allow_null=True))
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class NextGuestSerializer(serializers.Serializer[object]):
    """In whose door somebody stands."""

    store = StoreField()
    key = serializers.CharField(
        max_length=80, required=False, default="", help_text=_("The same key again begins no second line.")
    )


@verbs_of(VISIT)
class VisitViewSet(mixins.CreateModelMixin, ReadViewSet):
    """The register of those who come or call."""

    model = ShowroomVisit
    serializer_class = VisitSerializer
    filterset_class = VisitFilter
    related = ("store", "adviser", "source")
    rights = {"*": "sales.view", "create": "sales.register", "next_guest": "sales.register", **VISIT.rights()}

    def create(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Write a line: the customer is known or new, the adviser comes by turn, the A card is opened or found."""
        facts = facts_of(self, VisitSerializer)
        named = ("phone", "stranger", "chosen", "join", "name")
        guest = Guest(**{name: facts.pop(name) for name in named if name in facts})
        own = {name: facts.pop(name) for name in ("store", "adviser", "key") if name in facts}
        visit = register.register_visit(guest, visit=Visit(**facts), by=person(request), **own)
        return self.answer(visit, status=status.HTTP_201_CREATED)

    @extend_schema(request=NextGuestSerializer, responses={201: VisitSerializer})
    @action(detail=False, methods=["post"], url_path="next", url_name="next")
    def next_guest(self, request: Request) -> Response:
        """Somebody stands in the door: whose turn it is takes the one who waits longest, or a line begins."""
        visit = register.take_next_guest(by=person(request), **facts_of(self, NextGuestSerializer))
        return self.answer(visit, status=status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[
            OpenApiParameter("store", str, required=True, description="Code of the store."),
            OpenApiParameter("day", date, description="Today when left out."),
        ],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    @action(detail=False, content_negotiation_class=AsItIs)
    def pdf(self, request: Request) -> HttpResponse:
        """The register of a day as it is printed."""
        stores = Store.objects.visible_to(person(request))
        store = get_object_or_404(stores, code=request.query_params.get("store", ""))
        day = query_params.day(request.query_params.get("day")) or timezone.localdate()
        return pdfs.register(store, day).answer()

    correct = act_verb(VISIT["correct"], "correct", CorrectionSerializer)

    complain = act_verb(VISIT["complain"], "complain", answers=ComplaintSerializer)

    complete = act_verb(VISIT["complete"], "complete", CompletionSerializer)


class RotaSerializer(serializers.ModelSerializer[RotaPlace]):
    store = StoreField(read_only=True)
    adviser_name = serializers.CharField(source="adviser.display_name", read_only=True)

    class Meta:
        model = RotaPlace
        fields = (
            "id",
            "store",
            "day",
            "adviser",
            "adviser_name",
            "waiting_since",
            "guests",
            "calls",
            "calls_since",
            "skipped",
            "passed_at",
            "present",
            "updated_at",
        )
        read_only_fields = fields


class PresenceSerializer(serializers.Serializer[object]):
    """On the floor or away from it."""

    present = serializers.BooleanField()


@verbs_of(ROTA_PLACE)
class RotaViewSet(ReadViewSet):
    """The queue of the day; the first of those present and free is next."""

    model = RotaPlace
    serializer_class = RotaSerializer
    filterset_class = RotaFilter
    related = ("store", "adviser")
    rights = {"*": "sales.view", **ROTA_PLACE.rights()}

    presence = act_verb(ROTA_PLACE["presence"], "presence", PresenceSerializer)
