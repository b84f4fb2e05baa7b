"""What may be done to what a technician found."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.actions import findings
from aftersales.forms import (
    PriceFindingForm,
    WhyForm,
)
from aftersales.models import Finding
from dms.core.acts import Act, Acts

FINDING = Acts(
    Finding,
    page="aftersales:finding",
    shown_at=lambda finding: reverse("aftersales:work_order", args=[finding.work_order_id]),
    price=Act(
        findings.price,
        "aftersales.receive",
        pgettext_lazy("verb", "Price"),
        guards=(findings.refuse_answered,),
        form=PriceFindingForm,
        opens_form=True,
        emphasis="primary",
        place="finding",
        done=_("Priced. Ask the customer."),
    ),
    dismiss=Act(
        findings.dismiss,
        "aftersales.receive",
        _("Leave it"),
        guards=(findings.refuse_answered,),
        form=WhyForm,
        emphasis="quiet",
        place="finding",
        done=_("Noted."),
    ),
)
"""What the technician found stands on the page of its order."""
