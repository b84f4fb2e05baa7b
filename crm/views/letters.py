"""The register of letters: what was written, printed and mailed, and the letters themselves as PDF."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from crm import pdfs
from crm.actions import letters as acts
from crm.filters import LetterFilter
from crm.models import Letter
from dms.views.lists import BaseListView
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right


class Letters(BaseListView):
    """The register: to whom, what, when printed, when mailed."""

    model = Letter
    right = "crm.call"
    template_name = "crm/letter_list.html"
    row_template = "crm/_letter_row.html"
    filterset_class = LetterFilter
    related = ("customer", "vehicle", "store")
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
    found: Letter = get_object_or_404(rows.visible_to(request.user).select_related("store"), pk=pk)
    return found


@require_safe
@requires_right("crm.call")
def letter_pdf(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The letter as it is printed; looking changes nothing."""
    return pdfs.letter(visible(request, pk)).answer()


@require_POST
@requires_right("crm.call")
def letter_print(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Note it as printed and show the paper."""
    acts.mark_printed([visible(request, pk)], by=request.user)
    return redirect("crm:letter_pdf", pk)


@require_POST
@requires_right("crm.call")
def letter_mail(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    letter = acts.mail(visible(request, pk), by=request.user)
    messages.success(request, _("The letter to %(name)s is in the post.") % {"name": letter.addressee})
    return redirect("crm:letters")
