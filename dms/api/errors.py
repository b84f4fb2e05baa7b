"""What went wrong, in one shape: bad input is 400 with the fields' errors, everything else ``{"detail", "code"}``."""

import logging

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelError
from django.db import DataError, IntegrityError
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.views import exception_handler

from dms.core.refusals import Refusal
from dms.records import constraint_errors
from dms.records.edits import EditedMeanwhile

log = logging.getLogger(__name__)

UNREADABLE = (DataError, UnicodeError, SuspiciousOperation, BadRequest, MultiPartParserError)


def handle(error: Exception, context: dict[str, object]) -> Response | None:
    """DRF's exception handler. None means: a fault of ours, which Django logs and answers with 500."""
    if isinstance(error, Refusal):
        error = error.told()
        refused = answer(409, error.sentence, error.code)
        if isinstance(error, EditedMeanwhile):
            refused.data["fields"] = error.fields
        return refused
    # Before IntegrityError, of which both are kinds: here the sentence can say what to do instead.
    if isinstance(error, ProtectedError | RestrictedError):
        return answer(409, _("This is still in use elsewhere and cannot be deleted. Switch it off instead."), "in_use")
    if isinstance(error, IntegrityError):
        refusal = constraint_errors.refusal_from(error)
        return answer(409, refusal.sentence, refusal.code)
    if isinstance(error, UNREADABLE):
        log.info("unreadable request: %s", error)
        return answer(400, _("The request contains values that cannot be read or stored."), "unreadable")
    if isinstance(error, ModelError):
        error = exceptions.ValidationError(as_serializer_error(error))
    response = exception_handler(error, context)
    return coded(error, response) if response is not None else None


def answer(status: int, sentence: StrOrPromise, code: str) -> Response:
    return Response({"detail": str(sentence), "code": code}, status=status)


def coded(error: Exception, response: Response) -> Response:
    """Add the code to DRF's own answers, and say them in our own words."""
    if isinstance(error, Http404):
        return answer(404, _("Not found."), "not_found")
    if isinstance(error, PermissionDenied):
        return answer(403, _("You do not have the right to do this."), "permission_denied")
    if isinstance(error, exceptions.APIException) and not isinstance(error, exceptions.ValidationError):
        codes = error.get_codes()
        response.data = {"detail": str(error.detail), "code": codes if isinstance(codes, str) else error.default_code}
    return response
