"""What may be done to surveys: who may, when, and how it is called."""

from django.utils.translation import gettext_lazy as _

from crm.actions import surveys
from crm.forms import WhyForm
from crm.models import FollowUp, Survey
from dms.core.acts import Act, Acts

SEND = Act(
    surveys.send_link,
    "crm.call",
    _("Send the questions to their phone"),
    statuses=(FollowUp.Status.PENDING,),
    guards=(surveys.refuse_unsent,),
    emphasis="quiet",
    place="survey",
    done=_("The link is on its way; it can be answered for 14 days."),
)
"""An act of a call: they would rather answer by themselves."""

SURVEY = Acts(
    Survey,
    page="crm:survey",
    void=Act(
        surveys.void,
        "crm.manage",
        _("Noted by mistake"),
        to=Survey.Status.VOID,
        form=WhyForm,
        emphasis="danger",
        done=_("Void: it counts no more, and they may be asked again."),
    ),
    restore=Act(
        surveys.restore,
        "crm.manage",
        _("It was no mistake"),
        statuses=(Survey.Status.VOID,),
        done=_("It counts as it did."),
    ),
)
"""A survey is an answer of a customer: it is made void, never improved."""
