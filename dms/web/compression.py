"""Pages and JSON go out as gzip, packed by Intel's ISA-L: a tenth of zlib's processor time for an eighth more bytes."""

import secrets

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers
from isal import isal_zlib

SMALLEST = 200
"""Bytes below which packing saves nothing worth its header; Django's own limit."""
LEVEL = 2
WITH_HEAD = 31
"""zlib's word for a gzip file in place of bare zlib data."""
HEAD = b"\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\xff"
"""A gzip head that says a name follows."""
LONGEST_NAME = 100


class Compression(GZipMiddleware):
    """As Django's, which goes on packing what is streamed."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not isinstance(response, HttpResponse) or response.has_header("Content-Encoding"):
            return super().process_response(request, response)
        if len(response.content) < SMALLEST:
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response.content = packed(response.content)
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Content-Length"] = str(len(response.content))
            weaken(response)
        return response


def packed(content: bytes) -> bytes:
    """A gzip file under a random name: its length tells nobody how well a secret and a guess packed together (BREACH)."""
    name = secrets.token_urlsafe(LONGEST_NAME)[: secrets.randbelow(LONGEST_NAME)]
    packed_file: bytes = isal_zlib.compress(content, LEVEL, WITH_HEAD)
    return HEAD + name.encode() + b"\0" + packed_file[len(HEAD) :]


def weaken(response: HttpResponse) -> None:
    """Packed bytes are not the same bytes: the mark of the version says so (RFC 9110, 8.8.1)."""
    mark = response.get("ETag", "")
    if mark.startswith('"'):
        response.headers["ETag"] = f"W/{mark}"
