"""What may be done to complaints: who may, when, and how it is called."""

from django.utils.translation import gettext_lazy as _

from crm.actions import complaints
from crm.complaint_forms import AssignComplaintForm, CloseForm, NewComplaintForm, ReopenForm, SolveForm
from crm.forms import WhyForm
from crm.models import Complaint
from dms.core.acts import Act, Acts
from dms.formats import display

Status = Complaint.Status

COMPLAIN = Act(
    complaints.open_complaint,
    "crm.edit",
    _("Take down a complaint"),
    form=NewComplaintForm,
    icon="alert-triangle",
    done=lambda complaint: (
        _("Complaint %(number)s is with %(name)s until %(at)s.")
        % {"number": complaint, "name": complaint.owner or _("nobody"), "at": display.moment(complaint.due_by)}
    ),
    then="crm:complaint",
    by_api=False,
)
"""An act of the customer's file; over the API complaints are a resource of their own."""

COMPLAINT = Acts(
    Complaint,
    page="crm:complaint",
    take=Act(
        complaints.take,
        "crm.edit",
        _("I solve it"),
        statuses=(Status.OPEN,),
        guards=(complaints.refuse_taken,),
        icon="check",
        emphasis="primary",
        key="t",
        done=_("It is yours now."),
    ),
    solve=Act(
        complaints.solve,
        "crm.edit",
        _("Solved"),
        to=Status.RESOLVED,
        form=SolveForm,
        icon="check",
        emphasis="primary",
        key="s",
        done=_("Now the customer has to say so: call them."),
    ),
    close=Act(
        complaints.close,
        "crm.edit",
        _("The customer is content"),
        to=Status.CLOSED,
        form=CloseForm,
        icon="check",
        emphasis="primary",
        key="c",
        done=_("Closed by the customer's word."),
    ),
    reopen=Act(
        complaints.reopen,
        "crm.edit",
        _("Open again"),
        statuses=(Status.RESOLVED, Status.CLOSED),
        guards=(complaints.refuse_unsolved,),
        form=ReopenForm,
        done=_("Open again."),
    ),
    assign=Act(
        complaints.assign,
        "crm.manage",
        _("Give to somebody"),
        guards=(complaints.refuse_over,),
        form=AssignComplaintForm,
        done=lambda complaint: _("It is with %(name)s now.") % {"name": complaint.owner},
    ),
    void=Act(
        complaints.void,
        "crm.manage",
        _("Taken down by mistake"),
        to=Status.VOID,
        form=WhyForm,
        emphasis="danger",
        done=_("Void. It stays to be seen."),
    ),
    restore=Act(
        complaints.restore,
        "crm.manage",
        _("It was no mistake"),
        statuses=(Status.VOID,),
        done=_("Open as before."),
    ),
)
