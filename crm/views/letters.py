"""The register of letters: what was written, printed and mailed, and the letters themselves as PDF."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from crm import cells, pdfs
from crm.acts import LETTER
from crm.filters import LetterFilter
from crm.models import Letter
from dms.views.lists import BaseListView
from dms.web.act_markup import acts_cell
from dms.web.act_views import ActView
from dms.web.columns import Column
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right


class Letters(BaseListView):
    """The register: to whom, what, when printed, when mailed."""

    model = Letter
    right = "crm.call"
    filterset_class = LetterFilter
    export_key = "letters"
    related = ("customer", "vehicle", "store")
    columns = (
        Column(gettext_lazy("Number"), "number", cell=cells.letter_number, phone=True, look="code"),
        Column(gettext_lazy("Addressee"), "addressee", cell=cells.addressee, phone=True),
        Column(gettext_lazy("Plate"), "vehicle", cell=cells.car),
        Column(gettext_lazy("Kind"), "kind", "choice"),
        Column(gettext_lazy("Address"), "address", look="text-truncate sub", width=40),
        Column(gettext_lazy("Written"), "written_at", "date", sort="written"),
        Column(gettext_lazy("Printed"), "printed_at", "date"),
        Column(gettext_lazy("Mailed"), "mailed_at", "date"),
        Column(gettext_lazy("Acts"), "pk", cell=acts_cell(LETTER), look="text-end", phone=True, only="page", mute=True),
    )
    words = {
        "heading": gettext_lazy("Letters"),
        "search_hint": gettext_lazy("Name, phone, plate"),
        "empty_title": gettext_lazy("No letters yet"),
        "empty_text": gettext_lazy(
            "Thank-you letters are written on the day of delivery, invitations by the monthly recall."
        ),
    }


def visible(request: AuthenticatedHttpRequest, pk: int) -> Letter:
    rows = Letter.objects
    return get_object_or_404(rows.visible_to(request.user).select_related("store", "customer"), pk=pk)


@require_safe
@requires_right("crm.call")
def letter_pdf(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The letter as it is printed; looking changes nothing."""
    return pdfs.letter(visible(request, pk), request.user).answer()


class LetterAct(ActView):
    """Printed (it shows the paper), or mailed: then one is back in the register."""

    @property
    def page(self) -> str:
        return reverse("crm:letters")
