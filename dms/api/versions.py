"""The version of a document: what a client has read is not sent again, and what it has not read it does not overwrite.

``ETag`` is made of the row's key and ``updated_at`` (dms/core/updated_at.py), which never stands still when the row or one of
its lines changes. It is weak (``W/"…"``): it names the document's version, not the bytes, which differ by language and by
who may see what. ``If-Match`` is therefore compared by the version alone, although the letter of HTTP would have it strong.
"""

from collections.abc import Callable
from functools import partial
from hashlib import sha256
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from dms.api.sent_once import KEY, once
from dms.core.untyped import Row
from dms.core.updated_at import UpdatedAt
from dms.records import edits

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Stale(exceptions.APIException):
    """Somebody changed the document since it was read."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = _("Somebody has changed this since you read it. Read it again.")
    default_code = "stale"


def opaque(tag: str) -> str:
    """The tag itself: a proxy or the compression may have called it weak or strong on the way."""
    return tag.strip().removeprefix("W/")


def names(header: str, tag: str) -> bool:
    """Whether the header of a condition names this version."""
    return header.strip() == "*" or opaque(tag) in map(opaque, parse_etags(header))


class Versioned(GenericViewSet[Any]):
    """A resource whose rows have versions: 304 when the client has this one, 412 when it speaks of an older one."""

    model: ClassVar[type[models.Model]]

    def facts_of_version(self, row: Row) -> tuple[object, ...]:
        """What the body shows beyond the row and its lines: another document's sums, the age of today."""
        return ()

    def etag(self, row: models.Model) -> str:
        """Nothing for rows that do not say when they changed."""
        if not isinstance(row, UpdatedAt):
            return ""
        facts = (row.pk, row.updated_at.isoformat(), *self.facts_of_version(row))
        return f'W/"{sha256(repr(facts).encode()).hexdigest()[:20]}"'

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """What is conditional happens in the transaction that holds the row's lock (see ``get_object``)."""
        super().initial(request, *args, **kwargs)
        if request.method in SAFE:
            return
        name = request.method.lower() if request.method else ""
        handler: Callable[..., Response] = getattr(self, name, self.http_method_not_allowed)
        if self.is_conditional:
            setattr(self, name, transaction.atomic(handler))
        if request.headers.get(KEY):
            setattr(self, name, partial(once, getattr(self, name, handler)))

    @property
    def is_conditional(self) -> bool:
        """An act that is meant for one version of a row."""
        has_versions = issubclass(self.model, UpdatedAt)
        return has_versions and self.request.method not in SAFE and "If-Match" in self.request.headers

    def get_object(self) -> Any:
        """The row; of a conditional act, locked and in the version the client has read.

        :raises Stale: when there is a newer one.
        """
        row = super().get_object()
        if not self.is_conditional:
            return row
        edits.hold(row)  # before the row, as every edit does
        # Locked before it is compared: of two clients with one version the second waits here and reads what the first wrote.
        model: Any = self.model
        model._base_manager.select_for_update(no_key=True).filter(pk=row.pk).first()  # noqa: SLF001 - Django's own word
        row = super().get_object()
        if not names(self.request.headers["If-Match"], self.etag(row)):
            raise Stale
        return row

    def with_etag(self, row: models.Model, response: Response) -> Response:
        if tag := self.etag(row):
            response["ETag"] = tag
        return response
