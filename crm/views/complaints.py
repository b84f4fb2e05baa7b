"""Complaints: the list, and the page of one with its acts and history."""

from collections.abc import Mapping
from typing import ClassVar

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe
from django_stubs_ext import StrOrPromise

from crm import cells
from crm.complaint_acts import COMPLAINT
from crm.filters import ComplaintFilter
from crm.models import Complaint
from crm.open_work import COMPLAINTS
from dms.navigation.layout import trail
from dms.views.lists import BaseListView
from dms.views.timelines import moments_of
from dms.web.act_views import ActView
from dms.web.columns import Column
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right
from dms.web.segments import Segment


class Complaints(BaseListView):
    """The complaints of one's stores; those that are live first."""

    model = Complaint
    right = "crm.edit"
    filterset_class = ComplaintFilter
    export_key = "complaints"
    hands_over = COMPLAINTS
    opens_on = (
        Segment(pgettext_lazy("complaint", "Live"), "live=true"),
        Segment(gettext_lazy("Overdue"), "overdue=true"),
        Segment(gettext_lazy("All"), "q="),
    )
    related: ClassVar[tuple[str, ...]] = ("customer", "vehicle", "kind", "owner", "store")
    columns = (
        Column(gettext_lazy("Number"), "number", link="crm:complaint", phone=True, look="code"),
        Column(gettext_lazy("Customer"), "customer", cell=cells.customer_of, phone=True),
        Column(gettext_lazy("Plate"), "vehicle", cell=cells.car),
        Column(gettext_lazy("Class"), "kind"),
        Column(gettext_lazy("Words of the customer"), "words", look="text-truncate sub", width=40),
        Column(pgettext_lazy("complaint", "Who"), "owner"),
        Column(gettext_lazy("Taken down at"), "opened_at", "moment", sort="opened"),
        Column(gettext_lazy("Until"), "due_by", "moment", sort="until", phone=True),
        Column(pgettext_lazy("document", "State"), "status", "status", phone=True),
        Column(gettext_lazy("Store"), "store"),
        Column(gettext_lazy("Solution"), "solution", only="file", width=40),
        Column(gettext_lazy("What the customer says of it"), "closed_word", only="file", width=40),
        Column(gettext_lazy("Closed at"), "closed_at", "moment", only="file"),
    )
    words: ClassVar[Mapping[str, StrOrPromise]] = {
        "heading": gettext_lazy("Complaints"),
        "search_hint": gettext_lazy("Number, name, phone, plate"),
        "empty_title": gettext_lazy("No complaints"),
        "empty_text": gettext_lazy("They are taken down on the customer's file, or in a call as its next step."),
    }

    def row_class(self, complaint: Complaint) -> str:
        return "lateR" if complaint.is_overdue else ""


def visible(request: AuthenticatedHttpRequest, pk: int) -> Complaint:
    rows = Complaint.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("store", "customer", "vehicle", "kind", "owner", "opened_by"), pk=pk)


@require_safe
@requires_right("crm.edit")
def complaint(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One complaint: what was said, whose it is and until when, how it ended."""
    row = visible(request, pk)
    context = {
        "object": row,
        "acts": COMPLAINT.offered(row, request.user),
        "moments": moments_of(row),
        "crumbs": trail("crm:complaints", row.number),
        "phone": row.customer.phones.first(),
    }
    return render(request, "crm/complaint_detail.html", context)


class ComplaintAct(ActView):
    """An act on a complaint."""

    places: ClassVar[Mapping[str, str]] = {
        "nothing_said": "words",
        "complaint_solved_says_how": "solution",
        "complaint_closed_by_the_customer": "word",
        "complaint_void_says_why": "reason",
    }
