"""Long jobs: ask for one, watch it, fetch what it made."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from dms.acts import JOB
from dms.api.access import person
from dms.api.fields import StoreField, shadowing
from dms.api.parsers import DEEPEST, JsonParser, inspect
from dms.api.verbs import verbs_of
from dms.api.views import ReadViewSet, caller, download
from dms.background import jobs
from dms.core.untyped import Facts
from dms.models import Attachment, Job
from dms.records import attachments
from dms.web import filters


class JobSerializer(serializers.ModelSerializer[Job]):
    store = StoreField(read_only=True, allow_null=True)
    percent = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = Job
        fields = (
            "id",
            "kind",
            "status",
            "params",
            "store",
            "requested_by",
            "requested_at",
            "started_at",
            "ended_at",
            "done",
            "total",
            "percent",
            "note",
            "attempts",
            "result",
            "problems",
            "error",
            "input_file",
            "output_file",
            "report_file",
            "updated_at",
        )
        read_only_fields = fields


class JobRequestSerializer(serializers.Serializer[object]):
    """A kind, its parameters, and the file when it reads one (then as multipart, ``params`` as JSON text)."""

    kind = serializers.CharField(max_length=40)
    params = serializers.JSONField(required=False, default=dict, help_text="Parameter → value, or a list of values.")
    store = StoreField(required=False, allow_null=True)
    file = serializers.FileField(required=False)

    def validate_kind(self, key: str) -> str:
        known = jobs.KINDS.get(key)
        if known is None:
            raise serializers.ValidationError(_("There is no such kind of job."))
        user = caller(self)
        if user is None or not user.has_perm(known.right):
            raise PermissionDenied(known.right)
        return key

    def validate_params(self, params: object) -> MultiValueDict[str, str]:
        """As a form would bring them, so that page and API are read by the same form."""
        if not isinstance(params, dict):
            raise serializers.ValidationError(_("Write an object: parameter → value."))
        inspect(params, DEEPEST)
        return MultiValueDict({name: words(value) for name, value in params.items() if value is not None})

    def validate(self, attrs: Facts) -> Facts:
        form = jobs.KINDS[attrs["kind"]].form(attrs["params"])
        if form is not None and not form.is_valid():
            raise serializers.ValidationError(
                {"params": {name: [str(problem) for problem in problems] for name, problems in form.errors.items()}}
            )
        if form is None and attrs["params"]:
            raise serializers.ValidationError({"params": _("This kind takes no parameters.")})
        return attrs


def words(value: object) -> list[str]:
    """A parameter as a form knows it."""
    values = value if isinstance(value, list) else [value]
    if any(isinstance(item, dict | list) for item in values):
        raise serializers.ValidationError(_("A parameter is a text, a number, a truth value, or a list of these."))
    return [str(item) for item in values]


class KindSerializer(serializers.Serializer[object]):
    key = serializers.CharField()
    label = shadowing(serializers.CharField())
    hint = serializers.CharField()
    accepts_file = serializers.BooleanField()
    params = serializers.SerializerMethodField()

    def get_params(self, kind: jobs.Kind) -> list[str]:
        form = kind.form()
        return [] if form is None else list(form.fields)


@verbs_of(JOB)
class JobViewSet(ReadViewSet):
    """Imports, exports and batches: one's own; configurators see all."""

    model = Job
    serializer_class = JobSerializer
    filterset_class = filters.JobFilter
    parser_classes = (JsonParser, MultiPartParser)
    related = ("store",)
    rights = {"*": "dms.jobs", **JOB.rights()}

    @extend_schema(request=JobRequestSerializer, responses={201: JobSerializer})
    def create(self, request: Request) -> Response:
        """Ask for a job; a worker starts it at once."""
        asked = JobRequestSerializer(data=request.data, context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        facts = asked.validated_data
        job = jobs.request(
            facts["kind"],
            by=person(request),
            store=facts.get("store"),
            params=facts["params"],
            file=facts.get("file"),
        )
        return self.answer(job, status=status.HTTP_201_CREATED)

    @download
    def output(self, request: Request, pk: str) -> FileResponse:
        """The file the job made."""
        return self.send(self.get_object().output_file)

    @download
    def report(self, request: Request, pk: str) -> FileResponse:
        """The lines that were not taken, and why."""
        return self.send(self.get_object().report_file)

    def send(self, file: Attachment | None) -> FileResponse:
        if file is None:
            raise Http404
        return attachments.respond(file)

    @extend_schema(responses=KindSerializer(many=True), filters=False)
    @action(detail=False)
    def kinds(self, request: Request) -> Response:
        """What one may ask for."""
        mine = [kind for kind in jobs.KINDS.values() if person(request).has_perm(kind.right)]
        return self.get_paginated_response(KindSerializer(self.paginate_queryset(mine), many=True).data)
