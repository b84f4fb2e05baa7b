"""What every resource is made of. A new one names its model, serializer, rights, filters, and what to fetch with a row:

    class OrderViewSet(EditViewSet):
        model = Order
        serializer_class = OrderSerializer
        filterset_class = OrderFilter
        related = ("store", "customer")
        rights = {"*": "sales.view", "create": "sales.sell", "partial_update": "sales.sell", "deliver": "sales.sell"}

        @verb()
        def deliver(self, request: Request, pk: str) -> Response:
            return self.answer(actions.deliver_order(self.get_object(), by=person(request)))

Rows come through ``visible_to`` and nowhere else, so what is outside one's stores is 404.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar, cast

from django.db import models, transaction
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from dms.api.access import person
from dms.models import User
from dms.records import events
from dms.web.pdf import Paper

F = TypeVar("F", bound=Callable[..., Response])
G = TypeVar("G", bound=Callable[..., FileResponse])
P = TypeVar("P", bound=Callable[..., HttpResponse])


def verb(takes: type[serializers.BaseSerializer[Any]] | None = None) -> Callable[[F], F]:
    """An act on one row: ``POST …/{id}/<name>/``. ``takes`` is the serializer of its body; without one it has none."""

    def wrap(method: F) -> F:
        return cast("F", extend_schema(request=takes)(action(detail=True, methods=["post"])(method)))

    return wrap


class AsItIs(DefaultContentNegotiation):
    """Answers JSON (a refusal) or a file, without asking what is accepted."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


def print_out(method: P) -> P:
    """A document of one row on paper: ``GET …/{id}/<name>/``, as PDF in the language that is asked for."""
    routed = action(detail=True, content_negotiation_class=AsItIs)(method)
    return cast("P", extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})(routed))


def download(method: G) -> G:
    """A file of one row: ``GET …/{id}/<name>/``. It is what it is, whatever the client says it likes best."""
    routed = action(detail=True, content_negotiation_class=AsItIs)(method)
    return cast("G", extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY})(routed))


class BaseViewSet(viewsets.GenericViewSet[Any]):
    """A resource: rights per action, rows by scope, in pages."""

    model: ClassVar[type[models.Model]]
    rights: ClassVar[Mapping[str, str]] = {}
    related: ClassVar[tuple[str, ...]] = ()
    prefetched: ClassVar[tuple[str, ...]] = ()
    lookup_value_regex = "[0-9]{1,18}"
    http_method_names = ["get", "head", "post", "patch", "delete"]

    def get_queryset(self) -> QuerySet[Any]:
        """The rows this person may see, with what the serializer needs."""
        manager: Any = self.model._default_manager  # noqa: SLF001
        if getattr(self, "swagger_fake_view", False):
            nothing: QuerySet[Any] = manager.none()
            return nothing
        visible = manager.visible_to(person(self.request))
        rows: QuerySet[Any] = visible.select_related(*self.related).prefetch_related(*self.prefetched)
        return rows

    def answer(self, row: models.Model, *, status: int = 200) -> Response:
        """The row after an act, fetched again as the person may see it."""
        fresh = self.get_queryset().get(pk=row.pk)
        return Response(self.get_serializer_class()(fresh, context=self.get_serializer_context()).data, status=status)


class HasPdf(BaseViewSet):
    """A resource that its page prints: ``pdf_of`` says how."""

    pdf_of: ClassVar[Callable[[Any], Paper]]

    @print_out
    def paper(self, request: Request, pk: str) -> HttpResponse:
        """The document as it is printed."""
        return type(self).pdf_of(self.get_object()).answer()


class ReadViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, BaseViewSet):
    """List and detail."""


class EditViewSet(mixins.CreateModelMixin, mixins.UpdateModelMixin, mixins.DestroyModelMixin, ReadViewSet):
    """Base data without consequences: list, detail, create, change, delete; each change is an event."""

    @transaction.atomic
    def perform_create(self, serializer: serializers.BaseSerializer[Any]) -> None:
        row = serializer.save()
        self.note("created", row)

    @transaction.atomic
    def perform_update(self, serializer: serializers.BaseSerializer[Any]) -> None:
        changed = sorted(getattr(serializer, "validated_data", {}))
        row = serializer.save()
        self.note("changed", row, fields=changed)

    @transaction.atomic
    def perform_destroy(self, instance: models.Model) -> None:
        self.note("deleted", instance)
        instance.delete()

    def note(self, what: str, row: models.Model, **data: Any) -> None:
        facts = {"model": row._meta.label_lower, **data}  # noqa: SLF001
        events.record(f"configuration.{what}", row, by=person(self.request), data=facts)


def caller(serializer: serializers.BaseSerializer[Any]) -> User | None:
    """Who asks, as a serializer knows it; None while the document is drawn."""
    request = serializer.context.get("request")
    return request.user if request is not None and isinstance(request.user, User) else None
