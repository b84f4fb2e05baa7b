"""What may come in: JSON in UTF-8, of sensible size, that Postgres can store."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

# Nothing that we understand is half as deep.
DEEPEST = 40
FORBIDDEN = {"\x00", *map(chr, range(0xD800, 0xE000))}
"""NUL and half surrogates: no text, and no database stores them."""


class JsonParser(BaseParser):
    """JSON; everything that is not is 400."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, object] | None = None,
    ) -> Any:
        # One byte more than may come: the length in the header is only a promise.
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise ParseError(_("The request is too large."))
        try:
            data = json.loads(raw.decode("utf-8"), parse_constant=refuse_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("This is not JSON in UTF-8.")) from error
        inspect(data, DEEPEST)
        return data


def refuse_constant(_name: str) -> None:
    raise ValueError("NaN and Infinity are no JSON")


def inspect(value: object, depth: int) -> None:
    """Refuse what no column can hold, wherever it hides.

    :raises ParseError: on NUL, half surrogates, infinite numbers and bottomless nesting.
    """
    if depth == 0:
        raise ParseError(_("The request is nested too deeply."))
    if isinstance(value, str) and not FORBIDDEN.isdisjoint(value):
        raise ParseError(_("The text contains characters that cannot be stored."))
    if isinstance(value, float) and not math.isfinite(value):
        raise ParseError(_("A number is out of range."))
    inner = [*value.keys(), *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        inspect(item, depth - 1)
