"""The request of a page behind the sign-in: what the middleware puts on it, the store somebody works in, what they sent."""

from django.http import HttpRequest, QueryDict
from django_htmx.middleware import HtmxDetails

from dms.core.refusals import NoStoreChosen
from dms.models import Store, User


class AuthenticatedHttpRequest(HttpRequest):
    """A type, never made: pages behind the sign-in name it, so that what the middleware adds has a type."""

    user: User
    store: Store | None  # chosen in the top bar; None for all stores of this person
    htmx: HtmxDetails


def working_store(request: AuthenticatedHttpRequest) -> Store:
    """The store somebody works in now; people of several stores choose it before they register anything.

    :raises NoStoreChosen: when none is chosen.
    """
    if request.store is None:
        raise NoStoreChosen
    return request.store


def sent(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when it is nothing; None for a page that is only opened."""
    return request.POST if request.method == "POST" else None
