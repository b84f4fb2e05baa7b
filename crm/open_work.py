"""Complaints that somebody solves, calls and visits that somebody has to make, and those they make for a colleague who is away."""

from django.utils.translation import gettext_lazy as _

from crm.events import COMPLAINT_ASSIGNED, FOLLOWUP_REASSIGNED
from crm.models import Complaint, FollowUp
from dms.records.open_work import OpenWork, open_work

CALLS = open_work(
    OpenWork(
        "calls",
        _("Calls and visits to customers"),
        FollowUp.objects.pending,
        owner="assignee",
        right="crm.call",
        hands="crm.manage",
        event=FOLLOWUP_REASSIGNED,
        page="crm:follow_ups",
        at="due_from",
        also={"deputy": None},
    )
)
DEPUTED_CALLS = open_work(
    OpenWork(
        "deputed_calls",
        _("Calls for a colleague who is away"),
        FollowUp.objects.pending,
        owner="deputy",
        right="crm.call",
        hands="crm.manage",
        event=FOLLOWUP_REASSIGNED,
        page="crm:follow_ups",
        query="deputed_to=%s",
        at="due_from",
    )
)
COMPLAINTS = open_work(
    OpenWork(
        "complaints",
        _("Complaints"),
        Complaint.objects.live,
        owner="owner",
        right="crm.edit",
        hands="crm.manage",
        event=COMPLAINT_ASSIGNED,
        page="crm:complaints",
        at="due_by",
    )
)
