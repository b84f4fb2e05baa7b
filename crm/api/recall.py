"""Letters, the monthly recall and its cars."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm import letter_job, pdfs
from crm.actions import recall as recall_actions
from crm.acts import LETTER, RECALL, RECALL_ENTRY, RECALL_OF_STORE
from crm.filters import LetterFilter, RecallEntryFilter
from crm.models import Letter, RecallCampaign, RecallEntry
from crm.models.recall import NOTHING_YET, Figures
from dms.api.access import person
from dms.api.fields import CodeField, StoreField
from dms.api.verbs import act_verb, facts_of, verbs_of
from dms.api.views import HasPdf, ReadViewSet
from dms.core.untyped import AnyRows
from dms.models import Store


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
            "purpose",
            "consent",
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


class FiguresSerializer(serializers.Serializer[object]):
    """How far a recall came; ratios in percent of the cars that should be there."""

    cars = serializers.IntegerField(source="base")
    void = serializers.IntegerField()
    printed = serializers.IntegerField()
    mailed = serializers.IntegerField()
    called = serializers.IntegerField()
    reached = serializers.IntegerField()
    booked = serializers.IntegerField()
    came = serializers.IntegerField()
    unaddressed = serializers.IntegerField(help_text="Waiting for a full address.")
    control = serializers.IntegerField(help_text="Left alone, to measure the recall by.")
    ratios = serializers.ListField(child=serializers.FloatField(), help_text="mailed, reached, booked, came")


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
            "improvement_owner",
            "improvement_due",
            "figures",
            "updated_at",
        )
        read_only_fields = fields

    @extend_schema_field(FiguresSerializer)
    def get_figures(self, campaign: RecallCampaign) -> dict[str, object]:
        """Of a page of recalls they are counted at once: see the viewset."""
        counted: dict[int, Figures] | None = getattr(self.context.get("view"), "counted", None)
        figures = recall_actions.figures(campaign) if counted is None else counted.get(campaign.pk, NOTHING_YET)
        return FiguresSerializer(figures).data


class PrepareSerializer(serializers.Serializer[object]):
    """Which month's list, in which store."""

    store = StoreField()
    month = serializers.DateField(help_text="Any day of the month.")


class MonthSerializer(serializers.Serializer[object]):
    """Which month, in all of one's stores."""

    month = serializers.DateField(help_text="Any day of the month.")


class MailedSerializer(serializers.Serializer[object]):
    letters = serializers.IntegerField()


class JobNumber(serializers.Serializer[object]):
    job = serializers.IntegerField(source="pk", help_text="The long job that prints.")


@verbs_of(RECALL)
class RecallCampaignViewSet(mixins.CreateModelMixin, ReadViewSet):
    """The maintenance recall of a store and month: make the list, print, mail, plan."""

    model = RecallCampaign
    serializer_class = RecallCampaignSerializer
    related = ("store",)
    rights = {"*": "crm.manage", "list": "crm.call", "retrieve": "crm.call", **RECALL.rights()}

    counted: dict[int, Figures] | None = None

    def paginate_queryset(self, queryset: AnyRows) -> list[Any] | None:
        page = super().paginate_queryset(queryset)
        self.counted = recall_actions.figures_of(page or [])
        return page

    def facts_of_version(self, row: RecallCampaign) -> tuple[object, ...]:
        """Its figures are counted over its cars."""
        return (recall_actions.figures(row),)

    @extend_schema(request=PrepareSerializer, responses={201: RecallCampaignSerializer})
    def create(self, request: Request, *_args: object, **_kwargs: object) -> Response:
        """Make the list of a month."""
        facts = facts_of(self, PrepareSerializer)
        campaign = RECALL_OF_STORE["prepare"].do(facts["store"], month=facts["month"], by=person(request))
        return self.answer(campaign, status=status.HTTP_201_CREATED)

    print = act_verb(RECALL["print"], "print", answers=JobNumber, status=202)

    @extend_schema(request=MonthSerializer, responses={201: RecallCampaignSerializer(many=True)})
    @action(detail=False, methods=["post"], url_path="prepare-all", url_name="prepare-all", pagination_class=None)
    def prepare_all(self, request: Request) -> Response:
        """The lists of all one's stores."""
        month = facts_of(self, MonthSerializer)["month"]
        stores = Store.objects.visible_to(person(request)).active()
        made = recall_actions.prepare_all(stores, month=month, by=person(request))
        self.counted = recall_actions.figures_of(made)
        return Response(self.get_serializer(made, many=True).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=MonthSerializer, responses={202: JobNumber})
    @action(detail=False, methods=["post"], url_path="print-all", url_name="print-all")
    def print_all(self, request: Request) -> Response:
        """The letters of all one's stores in one file, by a long job."""
        job = letter_job.order_all(facts_of(self, MonthSerializer)["month"], by=person(request))
        return Response(JobNumber(job).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(request=MonthSerializer, responses=MailedSerializer)
    @action(detail=False, methods=["post"], url_path="mail-all", url_name="mail-all")
    def mail_all(self, request: Request) -> Response:
        """What was printed in all one's stores is in the post."""
        month = facts_of(self, MonthSerializer)["month"].replace(day=1)
        campaigns = RecallCampaign.objects.visible_to(person(request)).filter(month=month)
        return Response({"letters": recall_actions.mail_all(campaigns, by=person(request))})


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
            "control",
            "booked_at",
            "ended_at",
            "reason",
            "updated_at",
        )
        read_only_fields = fields


class VoidEntrySerializer(serializers.Serializer[object]):
    reason = serializers.CharField(max_length=120)
    gone = serializers.BooleanField(default=True, help_text="Close the car's file as well: scrapped or sold.")


class RecallEntryViewSet(ReadViewSet):
    """The cars of a recall."""

    model = RecallEntry
    serializer_class = RecallEntrySerializer
    filterset_class = RecallEntryFilter
    related = ("store", "reason")
    rights = {"*": "crm.call", **RECALL_ENTRY.rights()}

    void = act_verb(RECALL_ENTRY["void"], "void", VoidEntrySerializer)
    restore = act_verb(RECALL_ENTRY["restore"], "restore")
