"""Letters, the monthly recall and its cars."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from crm import letter_job, pdfs
from crm.actions import recall as acts
from crm.acts import LETTER
from crm.filters import LetterFilter, RecallEntryFilter
from crm.models import Letter, RecallCampaign, RecallEntry
from crm.models.recall import Figures
from dms.api.access import person
from dms.api.fields import CodeField, StoreField
from dms.api.verbs import verbs_of
from dms.api.views import HasPdf, ReadViewSet, verb


class LetterSerializer(serializers.ModelSerializer[Letter]):
    store = StoreField(read_only=True)

    class Meta:
        model = Letter
        fields = (
            "id",
            "number",
            "kind",
            "store",
            "customer",
            "vehicle",
            "follow_up",
            "recall_entry",
            "title",
            "body",
            "addressee",
            "address",
            "written_at",
            "printed_at",
            "mailed_at",
            "mailed_by",
            "updated_at",
        )
        read_only_fields = fields


@verbs_of(LETTER)
class LetterViewSet(HasPdf, ReadViewSet):
    """The register of letters."""

    model = Letter
    serializer_class = LetterSerializer
    filterset_class = LetterFilter
    related = ("store",)
    rights = {"*": "crm.call", **LETTER.rights()}
    pdf_of = pdfs.letter


class FiguresSerializer(serializers.Serializer[Any]):
    """How far a recall came; ratios in percent of the cars that should be there."""

    cars = serializers.IntegerField(source="base")
    void = serializers.IntegerField()
    printed = serializers.IntegerField()
    mailed = serializers.IntegerField()
    called = serializers.IntegerField()
    reached = serializers.IntegerField()
    booked = serializers.IntegerField()
    ratios = serializers.ListField(child=serializers.FloatField(), help_text="mailed, reached, booked")


NOTHING_YET = Figures(cars=0, void=0, printed=0, mailed=0, called=0, reached=0, booked=0)


class RecallCampaignSerializer(serializers.ModelSerializer[RecallCampaign]):
    store = StoreField(read_only=True)
    figures = serializers.SerializerMethodField()

    class Meta:
        model = RecallCampaign
        fields = (
            "id",
            "number",
            "store",
            "month",
            "prepared_at",
            "prepared_by",
            "improvement",
            "improvement_at",
            "improvement_by",
            "figures",
            "updated_at",
        )
        read_only_fields = fields

    @extend_schema_field(FiguresSerializer)
    def get_figures(self, campaign: RecallCampaign) -> dict[str, Any]:
        """Of a page of recalls they are counted at once: see the viewset."""
        counted: dict[int, Any] | None = getattr(self.context.get("view"), "counted", None)
        found = acts.figures(campaign) if counted is None else counted.get(campaign.pk, NOTHING_YET)
        return FiguresSerializer(found).data


class PrepareSerializer(serializers.Serializer[Any]):
    """Which month's list, in which store."""

    store = StoreField()
    month = serializers.DateField(help_text="Any day of the month.")


class RecallPlanSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=4000)


class JobNumber(serializers.Serializer[Any]):
    job = serializers.IntegerField(help_text="The long job that prints.")


class RecallCampaignViewSet(mixins.CreateModelMixin, ReadViewSet):
    """The maintenance recall of a store and month: make the list, print, mail, plan."""

    model = RecallCampaign
    serializer_class = RecallCampaignSerializer
    related = ("store",)
    rights = {"*": "crm.manage", "list": "crm.call", "retrieve": "crm.call"}

    counted: dict[int, Any] | None = None

    def paginate_queryset(self, queryset: Any) -> list[Any] | None:
        page = super().paginate_queryset(queryset)
        self.counted = acts.figures_of(page or [])
        return page

    def facts_of_version(self, row: RecallCampaign) -> tuple[object, ...]:
        """Its figures are counted over its cars."""
        return (acts.figures(row),)

    @extend_schema(request=PrepareSerializer, responses={201: RecallCampaignSerializer})
    def create(self, request: Request, *_args: Any, **_kwargs: Any) -> Response:
        """Make the list of a month."""
        taken = PrepareSerializer(data=request.data, context=self.get_serializer_context())
        taken.is_valid(raise_exception=True)
        facts = taken.validated_data
        answer = self.answer(acts.prepare(facts["month"], store=facts["store"], by=person(request)))
        answer.status_code = status.HTTP_201_CREATED
        return answer

    @extend_schema(responses={202: JobNumber})
    @verb()
    def print(self, request: Request, pk: str) -> Response:
        """Print the letters of the month, as a long job."""
        job = letter_job.order_letters(self.get_object(), by=person(request))
        return Response({"job": job.pk}, status=status.HTTP_202_ACCEPTED)

    @verb()
    def mail(self, request: Request, pk: str) -> Response:
        """The month’s letters are in the post."""
        campaign = self.get_object()
        acts.mail(campaign, by=person(request))
        return self.answer(campaign)

    @verb(RecallPlanSerializer)
    def plan(self, request: Request, pk: str) -> Response:
        """Write how the next month will do better."""
        campaign, taken = self.get_object(), RecallPlanSerializer(data=request.data)
        taken.is_valid(raise_exception=True)
        return self.answer(acts.plan_improvement(campaign, text=taken.validated_data["text"], by=person(request)))


class RecallEntrySerializer(serializers.ModelSerializer[RecallEntry]):
    store = StoreField(read_only=True)
    reason = CodeField(read_only=True)

    class Meta:
        model = RecallEntry
        fields = (
            "id",
            "status",
            "campaign",
            "store",
            "vehicle",
            "customer",
            "due_month",
            "listed_at",
            "printed_at",
            "mailed_at",
            "called_at",
            "reached",
            "ended_at",
            "reason",
            "updated_at",
        )
        read_only_fields = fields


class VoidSerializer(serializers.Serializer[Any]):
    gone = serializers.BooleanField(
        default=True, help_text="Close the car's file as well: scrapped, moved away or sold."
    )


class RecallEntryViewSet(ReadViewSet):
    """The cars of a recall."""

    model = RecallEntry
    serializer_class = RecallEntrySerializer
    filterset_class = RecallEntryFilter
    related = ("store", "reason")
    rights = {"*": "crm.call"}

    @verb(VoidSerializer)
    def void(self, request: Request, pk: str) -> Response:
        """The car is out of the recall."""
        entry, taken = self.get_object(), VoidSerializer(data=request.data)
        taken.is_valid(raise_exception=True)
        return self.answer(acts.void(entry, by=person(request), gone=taken.validated_data["gone"]))

    @verb()
    def book(self, request: Request, pk: str) -> Response:
        """The customer books a visit."""
        return self.answer(acts.book(self.get_object(), by=person(request)))
