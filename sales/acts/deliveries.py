"""What may be done to a delivery sheet."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.acts import Act, Acts, Waiting
from sales import due_work
from sales.actions import deliveries
from sales.forms.choices import WhyForm
from sales.forms.deliveries import ConfirmationForm, SignForm, StepForm, UndoStepForm
from sales.models import DeliverySheet

DELIVERY = Acts(
    DeliverySheet,
    page="sales:delivery",
    sign=Act(
        deliveries.sign_off,
        "sales.view",
        pgettext_lazy("verb", "Sign"),
        guards=(deliveries.refuse_over, deliveries.refuse_to_sign),
        form=SignForm,
        opens_form=False,  # a button for each department
        place="departments",
        waiting=Waiting(
            due_work.sheets_to_sign,
            due_work.sheet_line,
            pgettext_lazy("due", "Signature"),
            label=_("Open sheet"),
            family="run",
            since="waits_since",
            look=True,
        ),
    ),
    step=Act(
        deliveries.note_step,
        "sales.view",
        pgettext_lazy("verb", "Done"),
        guards=(deliveries.refuse_over, deliveries.refuse_elsewhere),
        form=StepForm,
        place="checklist",
    ),
    confirm=Act(
        deliveries.confirm_delivery,
        "sales.sell",
        pgettext_lazy("verb", "Confirm"),
        guards=(deliveries.refuse_over, deliveries.refuse_elsewhere, deliveries.refuse_confirmed),
        form=ConfirmationForm,
        place="confirmation",
        done=lambda sheet: _("Confirmed by %(name)s.") % {"name": sheet.confirmed_name},
    ),
    undo_step=Act(
        deliveries.undo_step,
        "sales.view",
        pgettext_lazy("delivery", "Take a tick back"),
        guards=(deliveries.refuse_over, deliveries.refuse_elsewhere, deliveries.refuse_nothing_done),
        form=UndoStepForm,
        emphasis="quiet",
        place="checklist_undo",
        done=pgettext_lazy("delivery", "The step is still to be done."),
    ),
    unconfirm=Act(
        deliveries.unconfirm_delivery,
        "sales.sell",
        pgettext_lazy("delivery", "Confirmed by mistake"),
        guards=(deliveries.refuse_over, deliveries.refuse_elsewhere, deliveries.refuse_unconfirmed),
        form=WhyForm,
        emphasis="quiet",
        place="confirmation_undo",
        done=pgettext_lazy("delivery", "The customer is to confirm again."),
    ),
)
"""A department signs by its own people, whatever their rights in sales: ``deliveries.RIGHTS``."""
