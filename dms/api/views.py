"""What every resource is made of. A new one names its model, serializer, rights, filters, and what to fetch with a row:

    class OrderViewSet(EditViewSet):
        model = Order
        serializer_class = OrderSerializer
        filterset_class = OrderFilter
        related = ("store", "customer")
        rights = {"*": "sales.view", "create": "sales.sell", "partial_update": "sales.sell"}

Its acts on a row are verbs (``dms/api/verbs.py``). Rows come through ``visible_to`` and nowhere else, so what is outside
one's stores is 404.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar, cast

from django.db import models, transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from dms.api import edits
from dms.api.access import person
from dms.api.representation import represented
from dms.api.untyped import AnySerializer
from dms.api.versions import SAFE, Versioned, names
from dms.core.event_words import EventKind
from dms.core.reads import ReadRows, ReadVisible
from dms.core.scope import scoped_rows
from dms.core.untyped import Facts, Option, Rows
from dms.formats.query_params import asks_whole
from dms.models import User
from dms.records import edits as edit_records
from dms.records import events
from dms.records.own_events import CONFIGURATION_CHANGED, CONFIGURATION_CREATED, CONFIGURATION_DELETED
from dms.web.pdf import Paper

G = TypeVar("G", bound=Callable[..., FileResponse])
P = TypeVar("P", bound=Callable[..., HttpResponse])
Serializer = AnySerializer


class AsItIs(DefaultContentNegotiation):
    """Answers JSON (a refusal) or a file, without asking what is accepted."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


def print_out(method: P) -> P:
    """A document of one row on paper: ``GET …/{id}/pdf/`` or ``…/{id}/<name>/pdf/``, in the language that is asked for."""
    where = method.__name__.replace("_pdf", "/pdf")
    routed = action(detail=True, url_path=where, content_negotiation_class=AsItIs)(method)
    return cast("P", extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})(routed))


def download(method: G) -> G:
    """A file of one row: ``GET …/{id}/<name>/``. It is what it is, whatever the client says it likes best."""
    routed = action(detail=True, content_negotiation_class=AsItIs)(method)
    return cast("G", extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY})(routed))


class BaseViewSet(Versioned):
    """A resource: rights per action, rows by scope, in pages."""

    rights: ClassVar[Mapping[str, str]] = {}
    related: ClassVar[tuple[str, ...]] = ()
    prefetched: ClassVar[tuple[Option, ...]] = ()
    # Eighteen digits fit a bigint whatever they are; one more could be a fault instead of a 404.
    lookup_value_regex = "[0-9]{1,18}"
    # No PUT: a client that leaves out what it does not know would empty it.
    http_method_names = ["get", "head", "post", "patch", "delete"]

    def get_queryset(self) -> Rows:
        """The rows this person may see, with what the serializer needs."""
        return self.with_facts(self.visible())

    def visible(self) -> Rows:
        """The rows this person may see."""
        rows = scoped_rows(self.model)
        # While the document is drawn nobody asks, so there are nobody's rows.
        return rows.none() if getattr(self, "swagger_fake_view", False) else rows.visible_to(person(self.request))

    def filter_queryset(self, queryset: Rows) -> Rows:
        """Of a row that is acted on nothing hangs along: the act locks what it changes, and the answer is fetched after it."""
        rows = super().filter_queryset(queryset)
        return rows if self.request.method in SAFE else rows.prefetch_related(None)

    @classmethod
    def with_facts(cls, rows: Rows) -> Rows:
        """The rows with what the serializer shows beside their own columns."""
        return rows.select_related(*cls.related).prefetch_related(*cls.prefetched)

    @staticmethod
    def fill_in(rows: list[Any]) -> None:
        """Give these rows what the serializer shows beside their columns, in a constant number of queries."""

    def answer(self, row: models.Model, *, status: int = status.HTTP_200_OK) -> Response:
        """The row after an act, fetched again as the person may see it."""
        fresh = self.fresh(row.pk)
        return self.with_etag(fresh, Response(self.shown(fresh), status=status))

    def fresh(self, key: int) -> models.Model:
        """The row after an act, with all that is shown of it.

        :raises Http404: when it has left the stores of this person.
        """
        row: models.Model = get_object_or_404(self.get_queryset(), pk=key)
        return row

    def shown(self, row: models.Model) -> Facts:
        """The row as the serializer of this act represents it."""
        self.fill_in([row])
        return represented(self.get_serializer(), [row])[0]


class HasPdf(BaseViewSet):
    """A resource that its page prints: ``pdf_of`` says how."""

    pdf_of: ClassVar[Callable[..., Paper]]

    @print_out
    def pdf(self, request: Request, pk: str) -> HttpResponse:
        """The document as it is printed; ``?whole=1`` with whole phone numbers, which is logged."""
        whole = asks_whole(request.query_params)
        return type(self).pdf_of(self.get_object(), person(request), whole=whole).answer()


class ReadViewSet(mixins.ListModelMixin, BaseViewSet):
    """List and detail."""

    _rows: ClassVar[ReadRows[Any] | None] = None
    _visible: ClassVar[ReadVisible[Any] | None] = None

    def __init_subclass__(cls) -> None:
        """Rows that are found by scope alone are fetched with ready-made SQL."""
        super().__init_subclass__()
        if getattr(cls, "model", None) is None or cls.get_queryset is not BaseViewSet.get_queryset:
            return
        model = cls.model
        cls._rows = ReadRows(lambda: cls.with_facts(scoped_rows(model).all()))
        if scoped_rows(model).stores_tell:
            cls._visible = ReadVisible(lambda viewer: cls.with_facts(scoped_rows(model).visible_to(viewer)))

    def list(self, request: Request, *args: object, **kwargs: object) -> Response:
        """A page of the rows: which, is found first, and what is shown of them then."""
        if self._rows is None:
            rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        else:
            keys = self.paginate_queryset(self.filter_queryset(self.visible()).values_list("pk", flat=True))
            rows = self._rows.by_keys(keys or ())
        self.fill_in(rows or [])
        return self.get_paginated_response(represented(self.get_serializer(), rows or []))

    def retrieve(self, request: Request, *args: object, **kwargs: object) -> Response:
        row = self.fresh(int(self.kwargs["pk"])) if self._visible is not None else self.get_object()
        if (known := request.headers.get("If-None-Match")) and names(known, self.etag(row)):
            return self.with_etag(row, Response(status=status.HTTP_304_NOT_MODIFIED))
        return self.with_etag(row, Response(self.shown(row)))

    def fresh(self, key: int) -> models.Model:
        row: models.Model | None = self._visible.get(person(self.request), key) if self._visible else super().fresh(key)
        if row is None:
            raise Http404
        return row


class CreateMixin(BaseViewSet):
    """Adds rows; answers the row as the database has it."""

    def create(self, request: Request, *args: object, **kwargs: object) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return self.answer(self.perform_create(serializer), status=status.HTTP_201_CREATED)

    def perform_create(self, serializer: Serializer) -> models.Model:
        """The act: answers the new row."""
        raise NotImplementedError


class UpdateMixin(BaseViewSet):
    """Changes rows; answers the row as the database has it."""

    body: ClassVar[type[Serializer] | None] = None
    """What may be sent, when that is not what is shown."""

    def partial_update(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Change the fields that are sent. ``opened`` says what they were when they were read (see docs/api.md)."""
        row = self.get_object()
        return self.answer(edit_records.alone(row, lambda: self._edit(row)))

    def _edit(self, row: models.Model) -> models.Model:
        body = self.body or self.get_serializer_class()
        serializer = body(row, data=edits.sent(self, row), partial=True, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return self.perform_update(serializer)

    def perform_update(self, serializer: Serializer) -> models.Model:
        """The act: answers the row."""
        raise NotImplementedError


class EditViewSet(CreateMixin, UpdateMixin, mixins.DestroyModelMixin, ReadViewSet):
    """Base data without consequences: list, detail, create, change, delete; each change is an event."""

    @transaction.atomic
    def perform_create(self, serializer: Serializer) -> models.Model:
        row: models.Model = serializer.save()
        self.note(CONFIGURATION_CREATED, row)
        return row

    @transaction.atomic
    def perform_update(self, serializer: Serializer) -> models.Model:
        changed = sorted(getattr(serializer, "validated_data", {}))
        instance = serializer.instance
        assert isinstance(instance, self.model)
        # Two edits of one row follow each other: the second is written onto what the first has left.
        serializer.instance = scoped_rows(self.model).lock(instance.pk)
        row: models.Model = serializer.save()
        self.note(CONFIGURATION_CHANGED, row, fields=changed)
        return row

    @transaction.atomic
    def perform_destroy(self, instance: models.Model) -> None:
        self.note(CONFIGURATION_DELETED, instance)
        instance.delete()

    def note(self, kind: EventKind, row: models.Model, **data: object) -> None:
        facts = {"model": row._meta.label_lower, **data}  # noqa: SLF001
        events.record(kind, row, by=person(self.request), data=facts)


def caller(serializer: AnySerializer) -> User | None:
    """Who asks, as a serializer knows it; None while the document is drawn."""
    request = serializer.context.get("request")
    return request.user if request is not None and isinstance(request.user, User) else None
