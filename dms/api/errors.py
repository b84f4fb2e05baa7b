"""What went wrong, in one shape: bad input is 400 with the fields' errors, everything else ``{"detail", "code"}``."""

import logging
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelError
from django.db import DataError, IntegrityError
from django.db.models import BaseConstraint, ProtectedError, RestrictedError
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.views import exception_handler

from dms.errors import Refusal

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

log = logging.getLogger(__name__)

UNREADABLE = (DataError, UnicodeError, SuspiciousOperation, BadRequest, MultiPartParserError)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None means: a fault of ours, which Django logs and answers with 500."""
    if isinstance(error, Refusal):
        return answer(409, error.sentence, error.code)
    if isinstance(error, ProtectedError | RestrictedError):
        return answer(409, _("This is still in use elsewhere and cannot be deleted. Switch it off instead."), "in_use")
    if isinstance(error, IntegrityError):
        return conflict(error)
    if isinstance(error, UNREADABLE):
        log.info("unreadable request: %s", error)
        return answer(400, _("The request contains values that cannot be read or stored."), "unreadable")
    if isinstance(error, ModelError):
        error = exceptions.ValidationError(as_serializer_error(error))
    response = exception_handler(error, context)
    return coded(error, response) if response is not None else None


def answer(status: int, sentence: "_StrOrPromise", code: str) -> Response:
    return Response({"detail": str(sentence), "code": code}, status=status)


def coded(error: Exception, response: Response) -> Response:
    """Add the code to DRF's own answers, and say them in the language of the house."""
    if isinstance(error, Http404):
        return answer(404, _("Not found."), "not_found")
    if isinstance(error, PermissionDenied):
        return answer(403, _("You do not have the right to do this."), "permission_denied")
    if isinstance(error, exceptions.APIException) and not isinstance(error, exceptions.ValidationError):
        codes = error.get_codes()
        response.data = {"detail": str(error.detail), "code": codes if isinstance(codes, str) else error.default_code}
    return response


@cache
def constraints() -> dict[str, BaseConstraint]:
    """Every named constraint of the six apps."""
    return {constraint.name: constraint for model in apps.get_models() for constraint in model._meta.constraints}  # noqa: SLF001


def conflict(error: IntegrityError) -> Response:
    """Somebody was quicker, or the row may not be so: the constraint's own sentence."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    known = constraints().get(name)
    if known is not None and known.violation_error_message != known.default_violation_error_message:
        return answer(409, known.violation_error_message or "", name)
    return answer(409, _("This collides with what is stored already."), "conflict")
