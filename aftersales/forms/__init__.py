"""What may be typed in after-sales. What must be true of it beyond a field is asked by the acts."""

from aftersales.forms.fields import people_with
from aftersales.forms.lines import (
    ChangeLineForm,
    DeclineForm,
    FinishForm,
    LabourForm,
    LineIssueForm,
    OtherForm,
    PartForm,
    ReturnForm,
    TakeUpForm,
)
from aftersales.forms.orders import (
    CancelReasonForm,
    ChangePromiseForm,
    CheckForm,
    ConsentForm,
    DescribeForm,
    DispatchForm,
    HoldForm,
    PromiseForm,
    ReadyForm,
    SendBackForm,
    SettleForm,
)
from aftersales.forms.visits import BookForm, MoveAppointmentForm, NoShowReasonForm, WriteUpForm

__all__ = [
    "BookForm",
    "CancelReasonForm",
    "ChangeLineForm",
    "ChangePromiseForm",
    "CheckForm",
    "ConsentForm",
    "DeclineForm",
    "DescribeForm",
    "DispatchForm",
    "FinishForm",
    "HoldForm",
    "LabourForm",
    "LineIssueForm",
    "MoveAppointmentForm",
    "NoShowReasonForm",
    "OtherForm",
    "PartForm",
    "PromiseForm",
    "ReadyForm",
    "ReturnForm",
    "SendBackForm",
    "SettleForm",
    "TakeUpForm",
    "WriteUpForm",
    "people_with",
]
