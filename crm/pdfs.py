"""Documents of customer care and the cashier on paper, and whether a paper carries whole numbers."""

from django.core.exceptions import PermissionDenied

from crm.actions import customers
from crm.acts import PHONE
from crm.letter_job import TEMPLATE
from crm.models import Customer, Letter, Payment
from dms.core.refusals import Refusal
from dms.models import User
from dms.web.pdf import Paper

REVEAL = PHONE["reveal"].right


def numbers(
    customer: Customer, user: User, *, paper: str, whole: bool | None, contract: bool = False
) -> dict[str, bool]:
    """What a paper may show of the customer: ``whole`` the number, ``file`` what else their file says, as on the page.

    A contract is the customer's own and has the whole number, as far as whoever prints it may see it. A whole number on
    paper is a number shown: it is logged, and counts towards the limit of the hour.

    :param whole: whether it was asked for; None leaves it to the paper.
    :raises PermissionDenied: when who asks for it may not see it.
    :raises Refusal: when who asks for it has seen too many within an hour.
    """
    may = user.has_perm(REVEAL)
    if whole and not may:
        raise PermissionDenied(REVEAL)
    shows = contract and may if whole is None else whole
    if shows:
        try:
            customers.reveal_on_paper(customer, paper=paper, by=user)
        except Refusal:
            if whole:
                raise
            shows = False  # the contract is printed, as for anybody who may not see the number
    return {"whole": shows, "file": shows or user.has_perm("crm.view")}


def letter(letter: Letter, _user: User, *, whole: bool | None = None) -> Paper:
    """The letter as it is printed; looking changes nothing."""
    return Paper(TEMPLATE, {"letters": [letter], "store": letter.store}, f"{letter.number} {letter.title}", foot=None)


def receipt(payment: Payment, _user: User, *, whole: bool | None = None) -> Paper:
    """What the customer takes away for the money."""
    context = {"object": payment, "invoice": payment.invoice, "store": payment.invoice.store}
    return Paper("crm/receipt_pdf.html", context, payment.number, foot=payment.number, size="A5")
