"""What may be done to a C card."""

from django.utils.translation import gettext_lazy as _

from dms.core.acts import Act, Acts
from sales.actions import owner_cards
from sales.forms.owner_cards import LoanForm
from sales.models import OwnerCard

OWNER_CARD = Acts(
    OwnerCard,
    page="sales:owner_card",
    loan=Act(
        owner_cards.note_loan,
        "sales.sell",
        _("Note the loan"),
        form=LoanForm,
        opens_form=True,
        edits=True,
        place="purchase",
    ),
)
