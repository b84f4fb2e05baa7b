"""What may be typed on a C card."""

from django import forms
from django.utils.translation import gettext_lazy as _

from dms.models import User
from dms.web.forms import (
    DayField,
    FieldsOf,
)
from sales.models import OwnerCard


class LoanForm(FieldsOf[OwnerCard]):
    """How the car is being paid off; both left empty, there is no loan."""

    loan_terms = forms.IntegerField(label=_("Instalments"), min_value=0, max_value=600, required=False)

    class Meta:
        model = OwnerCard
        fields = ("loan_until", "loan_terms")
        field_classes = {"loan_until": DayField}

    def narrow(self, card: OwnerCard, user: User) -> None:
        """It begins with the loan that is noted."""
        self.initial.update(loan_until=card.loan_until, loan_terms=card.loan_terms)
