"""Who may give how much: a discount above one's limit needs the next authority."""

from django.utils.translation import gettext as _

from dms.core.refusals import Refusal
from dms.formats import display
from dms.formats.wording import listed
from dms.models import User
from sales.models import DiscountLimit, Order, Quote


def may_concede(document: Order | Quote, user: User) -> bool:
    """Whether the discount of an order or offer is within what this person gives by themselves."""
    sums = document.sums if isinstance(document, Quote) else document
    if sums.conceded <= 0 or user.is_superuser:
        return True
    limits = DiscountLimit.objects
    return limits.of(user).allowing(sums.conceded, sums.share).exists()


def authorities(document: Order | Quote) -> str:
    """The roles that may give so much, in words."""
    sums = document.sums if isinstance(document, Quote) else document
    limits = DiscountLimit.objects
    rows = limits.allowing(sums.conceded, sums.share).select_related("role")
    return listed([str(limit.role) for limit in rows if limit.role.name != "admin"])


def refuse_beyond_authority(order: Order, *, by: User) -> None:
    """:raises Refusal: when the discount is above what this person may give."""
    if not may_concede(order, by):
        sentence = _("%(amount)s below the list price is above your limit. It is approved by: %(roles)s.")
        facts = {"amount": display.yuan(order.conceded), "roles": authorities(order)}
        raise Refusal(sentence % facts, code="beyond_authority")
