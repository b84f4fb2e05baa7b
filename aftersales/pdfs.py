"""Documents of the workshop on paper: commission, addenda, settlement sheet, gate pass.

What was signed is kept as a file, and printed again it is this file; until then it is a draft, drawn from the rows.
"""

from collections.abc import Mapping

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales.models import Authorisation, SignedPaper, WorkOrder
from aftersales.work_order_page import WorkOrderPage, work_order_page
from crm.pdfs import numbers
from dms.core.untyped import Facts
from dms.models import Attachment, User
from dms.records import attachments
from dms.web.pdf import Paper, picture, shown

Kind = SignedPaper.Kind
WHOLE = {"whole": True, "file": True}
"""What the customer signs has their own number on it."""


def commission(order: WorkOrder, user: User, *, whole: bool | None = None) -> HttpResponse:
    """Lines, choices, terms and signature, in two copies: as it was signed, and before that as it would be.

    It is the customer's contract, with their number. Who may not see the number gets the lines as they stand, without it and
    without the signature: what was signed is handed out whole, or not at all.
    """
    shows = numbers(order.customer, user, paper=order.number, whole=whole, contract=True)
    kept = _kept(order, Kind.COMMISSION) if shows["whole"] else None
    return kept or draft_commission(order, user, shows=shows).answer()


def addendum(consent: Authorisation) -> HttpResponse:
    """What was agreed to later: by whom, how, when, for how much.

    :raises Http404: when it is the commission itself.
    """
    paper = SignedPaper.objects.filter(authorisation=consent, kind=Kind.ADDENDUM).select_related("file").first()
    if paper is None:
        raise Http404(str(consent))
    return _file(paper)


def settlement(order: WorkOrder, user: User) -> HttpResponse:
    """Every fee, who pays it, the next maintenance.

    :raises Http404: when the order is not settled.
    """
    return _kept(order, Kind.SETTLEMENT) or draft_settlement(order, user).answer()


def gate_pass(order: WorkOrder, user: User) -> HttpResponse:
    """The slip for the guard; once it was used, the paper says so.

    :raises Http404: when there is none yet.
    """
    about = _about(order, user)
    page: WorkOrderPage = about["page"]
    if page.money.gate_pass is None:
        raise Http404(order.number)
    name = page.money.gate_pass.number
    return Paper("aftersales/gate_pass_pdf.html", about, name, foot=name, size="A5").answer()


def _kept(order: WorkOrder, kind: str) -> HttpResponse | None:
    paper = SignedPaper.objects.filter(work_order=order, kind=kind).select_related("file").first()
    return _file(paper) if paper else None


def _file(paper: SignedPaper) -> HttpResponse:
    return shown(attachments.unaltered(paper.file), paper.file.name)


# --- drawn from the rows --------------------------------------------------------------------------------------------------
def draft_commission(
    order: WorkOrder, user: User, consent: Authorisation | None = None, *, shows: Mapping[str, bool] = WHOLE
) -> Paper:
    copies = [_("Customer’s copy"), _("Store’s copy")]
    signs = _signs(order, *_signed(consent))
    return Paper(
        "aftersales/work_order_pdf.html",
        {**_about(order, user), "signs": signs, "copies": copies, "consent": consent, **shows},
        order.number,
        foot=order.number,
    )


def draft_addendum(order: WorkOrder, user: User, consent: Authorisation) -> Paper:
    number = f"{order.number}-{order.authorisations.count() - 1}"
    facts = {**_about(order, user), "consent": consent, "number": number, "signs": _signs(order, *_signed(consent))}
    return Paper("aftersales/addendum_pdf.html", facts, number, foot=number)


def draft_settlement(order: WorkOrder, user: User) -> Paper:
    """:raises Http404: when the order is not settled."""
    about = _about(order, user)
    page: WorkOrderPage = about["page"]
    sheet = page.money.settlement
    if sheet is None:
        raise Http404(order.number)
    name, typed = sheet.number, "" if sheet.signature_id else sheet.signed_name
    signs = _signs(order, sheet.signed_name, typed, sheet.signature)
    return Paper("aftersales/settlement_pdf.html", {**about, "signs": signs}, name, foot=name)


def _about(order: WorkOrder, user: User) -> Facts:
    return {"object": order, "store": order.store, "page": work_order_page(order, user, timezone.now())}


def _signed(consent: Authorisation | None) -> tuple[str, str, Attachment | None]:
    """Who signed, as it was typed or as it was drawn."""
    if consent is None or consent.method != Authorisation.Method.SIGNATURE:
        return "", "", None
    return consent.given_by, consent.typed_name, consent.signature


def _signs(order: WorkOrder, name: str, typed: str, drawn: Attachment | None) -> list[dict[str, str]]:
    """Who signs: the customer, for this paper and no other, and the adviser."""
    return [
        {"label": _("Customer"), "name": name, "image": picture(drawn), "typed": typed},
        {"label": _("Service adviser"), "name": str(order.adviser), "image": ""},
    ]
