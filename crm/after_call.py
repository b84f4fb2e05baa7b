"""Where a call leads: apps above register a page for a result, and whoever may open it is taken there with the car filled in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from crm.models import FollowUp
from dms.models import User

More = Callable[[FollowUp], Mapping[str, str]]


@dataclass(frozen=True)
class Page:
    """A form that takes ``car`` (plate or VIN) and ``back`` (where to go on afterwards) from its address.

    ``more(follow-up)`` adds what else the call tells it.
    """

    url_name: str
    right: str
    more: More


pages: dict[str, Page] = {}
"""Result of a call → the page it leads to."""


def page(result: str, url_name: str, right: str) -> Callable[[More], More]:
    """After this result the call goes on at the page, which the function below tells more of the call."""

    def register(more: More) -> More:
        pages[result] = Page(url_name, right, more)
        return more

    return register


def leads_to(row: FollowUp, result: str, *, user: User, back: str, **said: str) -> str:
    """The address after the call; ``back`` itself when nothing follows from the result.

    :param said: what the page needs to record the call with what it makes.
    """
    following = pages.get(result)
    if following is None or row.vehicle is None or not user.has_perm(following.right):
        return back
    car = row.vehicle.plate or row.vehicle.vin or ""
    return (
        f"{reverse(following.url_name)}?{urlencode({**following.more(row), **said, 'car': car, 'back': back})}"
        if car
        else back
    )
