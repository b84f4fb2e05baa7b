"""Satisfaction over the API: the questionnaires, what was answered, and the figures of a month."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from crm import satisfaction
from crm.filters import SurveyFilter
from crm.models import Question, Questionnaire, Survey, SurveyAnswer, SurveyPerson
from crm.questions import Answers
from crm.satisfaction import tallies
from crm.survey_acts import SURVEY
from dms.api.access import person
from dms.api.fields import CodeField, StoreField
from dms.api.filters import refuse_unknown_parameters
from dms.api.verbs import verbs_of
from dms.api.views import ReadViewSet
from dms.formats import query_params
from dms.models import Reason


# --- in a call ----------------------------------------------------------------------------------------------------------
class SurveyAnswerSerializer(serializers.Serializer[object]):
    """The answer to one question of the call."""

    question = serializers.IntegerField(help_text="See questionnaires.")
    value = serializers.IntegerField(min_value=0, max_value=10)


class SurveyAnswersSerializer(serializers.Serializer[object]):
    """What the customer answers to the questions of the call's rule; a score of 0 to 6 becomes a complaint in the same act."""

    answers = SurveyAnswerSerializer(many=True, required=False, default=list)
    reason = CodeField(
        queryset=Reason.objects.filter(kind=Reason.Kind.SATISFACTION), required=False, allow_null=True, default=None
    )
    declined = serializers.BooleanField(required=False, default=False, help_text="They would rather not answer.")

    def validate(self, attrs: Any) -> Answers:
        values = {answer["question"]: answer["value"] for answer in attrs["answers"]}
        return Answers(values, attrs["reason"], attrs["declined"])


# --- what is asked ------------------------------------------------------------------------------------------------------
class QuestionSerializer(serializers.ModelSerializer[Question]):
    text = serializers.CharField(source="local_name", read_only=True)

    class Meta:
        model = Question
        fields = ("id", "code", "kind", "text", "complains", "active")
        read_only_fields = fields


class QuestionnaireSerializer(serializers.ModelSerializer[Questionnaire]):
    questions = QuestionSerializer(many=True, read_only=True)

    class Meta:
        model = Questionnaire
        fields = ("id", "code", "name", "name_en", "counted", "active", "questions", "updated_at")
        read_only_fields = fields


class QuestionnaireViewSet(ReadViewSet):
    """What customers are asked; a rule names which of them is asked in its call."""

    model = Questionnaire
    serializer_class = QuestionnaireSerializer
    rights: ClassVar[dict[str, str]] = {"*": "crm.call"}
    prefetched = ("questions",)


# --- what was answered --------------------------------------------------------------------------------------------------
class AnsweredSerializer(serializers.ModelSerializer[SurveyAnswer]):
    class Meta:
        model = SurveyAnswer
        fields = ("question", "value")
        read_only_fields = fields


class JudgedSerializer(serializers.ModelSerializer[SurveyPerson]):
    class Meta:
        model = SurveyPerson
        fields = ("user", "part")
        read_only_fields = fields


class SurveySerializer(serializers.ModelSerializer[Survey]):
    store = StoreField(read_only=True)
    questionnaire = CodeField(read_only=True)
    reason = CodeField(read_only=True)
    answers = AnsweredSerializer(many=True, read_only=True)
    people = JudgedSerializer(many=True, read_only=True)

    class Meta:
        model = Survey
        fields = (
            "id",
            "status",
            "store",
            "customer",
            "vehicle",
            "questionnaire",
            "occasion",
            "about",
            "contact",
            "asked_at",
            "asked_by",
            "answered_at",
            "nps",
            "reason",
            "words",
            "complaint",
            "expires_at",
            "void_reason",
            "answers",
            "people",
            "updated_at",
        )
        read_only_fields = fields


@verbs_of(SURVEY)
class SurveyViewSet(ReadViewSet):
    """Whoever was asked about satisfaction, and what they answered. Answers are taken with the call (follow-ups, record)."""

    model = Survey
    serializer_class = SurveySerializer
    filterset_class = SurveyFilter
    related = ("store", "questionnaire", "reason")
    prefetched = ("answers", "people")
    rights: ClassVar[dict[str, str]] = {"*": "crm.call", **SURVEY.rights()}


# --- the figures --------------------------------------------------------------------------------------------------------
class AskedSatisfactionSerializer(serializers.Serializer[object]):
    """Which month, of which store."""

    month = serializers.RegexField(
        r"^20\d\d-(0[1-9]|1[0-2])$", required=False, help_text="As 2026-11; this month when left out."
    )
    store = StoreField(required=False, help_text="All of one's stores when left out.")


@extend_schema_serializer(many=True)
class SatisfactionSerializer(serializers.Serializer[object]):
    """What the customers of one store answered to one questionnaire."""

    store = serializers.IntegerField()
    questionnaire = serializers.IntegerField()
    asked = serializers.IntegerField()
    answered = serializers.IntegerField()
    promoters = serializers.IntegerField(source="promoter", help_text="9 and 10.")
    passives = serializers.IntegerField(source="passive", help_text="7 and 8.")
    detractors = serializers.IntegerField(source="detractor", help_text="0 to 6.")
    nps = serializers.IntegerField(allow_null=True, help_text="Points from -100 to 100; null when nobody gave a score.")


class SatisfactionViewSet(GenericViewSet[Any]):
    """Asked, answered and the three opinions of a month, per store and questionnaire."""

    rights: ClassVar[dict[str, str]] = {"*": "crm.manage"}
    serializer_class = SatisfactionSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(parameters=[AskedSatisfactionSerializer], responses=SatisfactionSerializer)
    def list(self, request: Request) -> Response:
        asked = AskedSatisfactionSerializer(data=request.query_params, context=self.get_serializer_context())
        refuse_unknown_parameters(request, asked.fields)
        asked.is_valid(raise_exception=True)
        this = timezone.localdate().replace(day=1)
        month = query_params.month(asked.validated_data.get("month")) or this
        rows = Survey.objects.visible_to(person(request)).of_store(asked.validated_data.get("store"))
        groups = tallies(satisfaction.of_months(rows, month, month), "store", "questionnaire")
        told = [
            {
                "store": store,
                "questionnaire": sheet,
                **{name: getattr(tally, name) for name in ("asked", "answered", *satisfaction.OPINIONS, "nps")},
            }
            for (store, sheet), tally in sorted(groups.items())
        ]
        return Response(SatisfactionSerializer(told, many=True).data)
