"""The request of a page behind the sign-in, with what the middleware puts on it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from dms.models import Store, User


class AuthenticatedHttpRequest(HttpRequest):
    """A type, never made: pages behind the sign-in name it, so that what the middleware adds has a type."""

    user: User
    store: Store | None  # chosen in the top bar; None for all stores of this person
    htmx: HtmxDetails
