"""Documents of customer care and the cashier on paper."""

from crm.letter_job import TEMPLATE
from crm.models import Letter, Payment
from dms.web.pdf import Paper


def letter(letter: Letter) -> Paper:
    """The letter as it is printed; looking changes nothing."""
    return Paper(TEMPLATE, {"letters": [letter], "store": letter.store}, f"{letter.number} {letter.title}", foot=None)


def receipt(payment: Payment) -> Paper:
    """What the customer takes away for the money."""
    context = {"object": payment, "invoice": payment.invoice, "store": payment.invoice.store}
    return Paper("crm/receipt_pdf.html", context, payment.number, foot=payment.number, size="A5")
