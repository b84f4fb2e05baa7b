"""Complaints over the API."""

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.actions import complaints
from crm.complaint_acts import COMPLAINT
from crm.filters import ComplaintFilter
from crm.models import CareChannel, Complaint, ComplaintKind, Customer, Vehicle
from crm.open_work import COMPLAINTS
from dms.api.access import person
from dms.api.fields import CodeField, PersonField, StoreField
from dms.api.form_bodies import VisibleField
from dms.api.handing_over import hand_over_rows
from dms.api.verbs import act_verb, facts_of
from dms.api.views import ReadViewSet
from dms.models import User


class ComplaintSerializer(serializers.ModelSerializer[Complaint]):
    store = StoreField(read_only=True)
    kind = CodeField(read_only=True)
    owner = PersonField(read_only=True)

    class Meta:
        model = Complaint
        fields = (
            "id",
            "number",
            "status",
            "store",
            "customer",
            "vehicle",
            "contact",
            "about",
            "kind",
            "words",
            "owner",
            "opened_at",
            "due_by",
            "is_overdue",
            "solution",
            "solved_at",
            "closed_at",
            "closed_word",
            "closed_how",
            "void_reason",
            "reopened",
            "updated_at",
        )
        read_only_fields = fields


class NewComplaintSerializer(serializers.Serializer[object]):
    """What the customer says; the class decides until when it is to be solved."""

    customer = VisibleField(queryset=Customer.objects.all())
    store = StoreField()
    words = serializers.CharField(max_length=2000)
    kind = CodeField(queryset=ComplaintKind.objects.filter(active=True), required=False, allow_null=True, default=None)
    vehicle = VisibleField(queryset=Vehicle.objects.all(), required=False, allow_null=True, default=None)
    about = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    key = serializers.CharField(
        max_length=80, required=False, allow_blank=True, default="", help_text="The same key again changes nothing."
    )


class AssignComplaintSerializer(serializers.Serializer[object]):
    owner = VisibleField(queryset=User.objects.filter(is_active=True))
    kind = CodeField(queryset=ComplaintKind.objects.filter(active=True), required=False, allow_null=True, default=None)


class SolveComplaintSerializer(serializers.Serializer[object]):
    solution = serializers.CharField(max_length=2000)


class CloseComplaintSerializer(serializers.Serializer[object]):
    word = serializers.CharField(max_length=2000, help_text="What the customer says of the solution.")
    how = serializers.ChoiceField(choices=CareChannel.choices, default=CareChannel.CALL)


class ReopenComplaintSerializer(serializers.Serializer[object]):
    words = serializers.CharField(max_length=2000, help_text="What the customer says now.")


class VoidComplaintSerializer(serializers.Serializer[object]):
    reason = serializers.CharField(max_length=120)


class ComplaintViewSet(mixins.CreateModelMixin, ReadViewSet):
    """Complaints: taken down, given to somebody, solved, closed by the customer's word, opened again."""

    model = Complaint
    serializer_class = ComplaintSerializer
    filterset_class = ComplaintFilter
    related = ("store", "kind", "owner")
    rights = {"*": "crm.edit", **COMPLAINT.rights(), "hand_over": COMPLAINTS.hands}
    hand_over = hand_over_rows(COMPLAINTS)

    def facts_of_version(self, row: Complaint) -> tuple[object, ...]:
        """It grows overdue by itself."""
        return (row.is_overdue,)

    take = act_verb(COMPLAINT["take"], "take")
    assign = act_verb(COMPLAINT["assign"], "assign", AssignComplaintSerializer)
    solve = act_verb(COMPLAINT["solve"], "solve", SolveComplaintSerializer)
    close = act_verb(COMPLAINT["close"], "close", CloseComplaintSerializer)
    reopen = act_verb(COMPLAINT["reopen"], "reopen", ReopenComplaintSerializer)
    void = act_verb(COMPLAINT["void"], "void", VoidComplaintSerializer)
    restore = act_verb(COMPLAINT["restore"], "restore")

    @extend_schema(request=NewComplaintSerializer, responses={201: ComplaintSerializer})
    def create(self, request: Request, *_args: object, **_kwargs: object) -> Response:
        """Take down a complaint."""
        facts = facts_of(self, NewComplaintSerializer)
        row = complaints.open_complaint(facts.pop("customer"), by=person(request), **facts)
        return self.answer(row, status=status.HTTP_201_CREATED)
