"""What a client says it has read: ``"opened": {"colour": "white"}`` beside the fields of a change.

Without ``If-Match`` a change of one field does not ask about the others. With ``opened`` what the client did not change is not
written, and what somebody else changed meanwhile is answered with both values: 409 ``edited_meanwhile``.
"""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.utils.encoders import JSONEncoder

from dms.core.untyped import Facts
from dms.records.edits import EditedMeanwhile

if TYPE_CHECKING:
    from dms.api.views import BaseViewSet

OPENED = "opened"


def sent(view: "BaseViewSet", row: Model) -> Any:
    """The body of a change of this row, as :func:`without_unchanged` leaves it."""
    return without_unchanged(view.request.data, lambda: view.shown(view.fresh(row.pk)))


def without_unchanged(body: Any, represent: Callable[[], Mapping[str, object]]) -> Any:
    """The body without what the client did not change.

    :raises EditedMeanwhile: when the row says something else by now than the client has read, and it would write over it.
    """
    if not isinstance(body, Mapping) or OPENED not in body:
        return body
    opened = body[OPENED]
    if not isinstance(opened, Mapping):
        raise ValidationError({OPENED: [_("Send the fields as you have read them, by name.")]})
    changes: Facts = {name: value for name, value in body.items() if name != OPENED}
    changes = {name: value for name, value in changes.items() if name not in opened or opened[name] != value}
    now = json.loads(json.dumps(represent(), cls=JSONEncoder))
    fields = {
        name: {"opened": opened[name], "now": now[name], "sent": value}
        for name, value in changes.items()
        if name in opened and name in now and now[name] not in (opened[name], value)
    }
    if fields:
        raise EditedMeanwhile(fields)
    return changes
