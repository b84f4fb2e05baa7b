"""What whoever is on the phone sees of the customer, whatever their role: apps above tell it, in a constant number of statements.

    @story
    def visits(caller: Caller) -> Iterable[Line]: …

A line is said to everybody who calls; it opens only for those who may open its page.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from crm.models import Customer, Invoice, Vehicle
from dms.formats import display
from dms.models import User


@dataclass(frozen=True)
class Caller:
    """Who is on the phone with whom, about which car, and when."""

    customer: Customer
    vehicle: Vehicle | None
    user: User
    now: datetime

    def opens(self, url: str, right: str) -> str:
        """The address, for those who may go there."""
        return url if self.user.has_perm(right) else ""


@dataclass(frozen=True)
class Line:
    """One thing to know: a word for what it is, what is to say of it, and where it opens. ``family`` is its colour."""

    label: StrOrPromise
    text: str
    url: str = ""
    family: str = ""
    icon: str = ""


Teller = Callable[[Caller], Iterable[Line]]
_tellers: list[Teller] = []


def story(tell: Teller) -> Teller:
    """Register the function below."""
    _tellers.append(tell)
    return tell


def told(caller: Caller) -> Sequence[Line]:
    """Everything the apps have to say: what presses first, in the colours that press."""
    urgent = ("late", "wait", "run")
    lines = [line for tell in _tellers for line in tell(caller)]
    return sorted(lines, key=lambda line: urgent.index(line.family) if line.family in urgent else len(urgent))


@story
def unpaid(caller: Caller) -> Iterable[Line]:
    """Accounts that are open."""
    rows = Invoice.objects.visible_to(caller.user).unpaid().filter(customer=caller.customer)
    for invoice in rows.order_by("-opened_at", "-pk")[:2]:
        yield Line(
            gettext_lazy("To be paid"),
            _("%(sum)s for %(what)s") % {"sum": display.yuan(invoice.due), "what": invoice.subject},
            caller.opens(reverse("crm:invoice", args=[invoice.pk]), "billing.take"),
            "wait",
            "cash",
        )
