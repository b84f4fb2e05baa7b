"""The store somebody works in now, and what they sent."""

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from dms.core.refusals import Refusal
from dms.models import Store


def desk(request: HttpRequest) -> Store:
    """The store chosen in the top bar; people of several stores choose it before they register anything.

    :raises Refusal: when none is chosen.
    """
    store = getattr(request, "store", None)
    if not isinstance(store, Store):
        raise Refusal(
            _("Choose a store in the top bar first: what you register belongs to one."), code="no_store_chosen"
        )
    return store


def sent(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when it is nothing; None for a page that is only opened."""
    return request.POST if request.method == "POST" else None
