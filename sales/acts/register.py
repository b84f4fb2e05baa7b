"""What may be done to a line of the register, and to a place in the rota."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.acts import Act, Acts, Waiting
from dms.formats import display
from sales import due_work
from sales.actions import register, register_corrections, rota
from sales.forms.register import (
    AssignForm,
    CompleteForm,
    CorrectForm,
    PresenceForm,
    SkipForm,
    VisitComplaintForm,
    VoidForm,
)
from sales.models import RotaPlace, ShowroomVisit


def shown_at(row: ShowroomVisit | RotaPlace) -> str:
    """Lines and places are seen in the register of their day, and there one is again after each act."""
    page = reverse("sales:register")
    return page if row.day == timezone.localdate() else f"{page}?day={row.day}"


def voided(visit: ShowroomVisit) -> str:
    """What became of the line, its turn and the card that was opened with it."""
    if visit.lead is not None and visit.lead.is_open and visit.is_first:
        sentence = _("No. %(no)s is void, the turn is returned. %(card)s stays: give it up there.")
        return sentence % {"no": visit.sequence, "card": visit.lead}
    return _("No. %(no)s is void, the turn is returned.") % {"no": visit.sequence}


VISIT = Acts(
    ShowroomVisit,
    page="sales:visit",
    shown_at=shown_at,
    complete=Act(
        register.complete_visit,
        "sales.register",
        pgettext_lazy("verb", "Complete"),
        guards=(register.refuse_complete,),
        form=CompleteForm,
        opens_form=True,
        place="card",
        done=_("The line is complete."),
        waiting=Waiting(
            due_work.visits_to_complete,
            due_work.visit_line,
            pgettext_lazy("due", "Unfilled"),
            family="wait",
            since="came_at",
        ),
    ),
    assign=Act(
        register.assign_visit,
        "sales.register",
        pgettext_lazy("verb", "Assign"),
        guards=(register.refuse_void,),
        form=AssignForm,
        place="adviser",
        done=lambda visit: _("%(adviser)s receives the guest.") % {"adviser": visit.adviser},
        waiting=Waiting(
            due_work.visits_to_assign,
            due_work.visit_line,
            pgettext_lazy("due", "Unfilled"),
            family="wait",
            since="came_at",
        ),
    ),
    leave=Act(
        register.leave,
        "sales.register",
        _("Has left"),
        guards=(register.refuse_void,),
        emphasis="quiet",
        place="left",
    ),
    still_here=Act(
        register_corrections.still_here,
        "sales.register",
        _("Still here"),
        guards=(register_corrections.refuse_still_here,),
        emphasis="quiet",
        place="row",
        done=_("The guest is in the store again."),
    ),
    correct=Act(
        register_corrections.correct_visit,
        "sales.register",
        pgettext_lazy("verb", "Correct"),
        guards=(register.refuse_void,),
        form=CorrectForm,
        edits=True,
        opens_form=True,
        emphasis="quiet",
        place="row",
        done=_("The line is corrected."),
    ),
    complain=Act(
        register_corrections.complain,
        "sales.register",
        _("Take down a complaint"),
        guards=(register.refuse_void, register_corrections.refuse_nobody),
        form=VisitComplaintForm,
        emphasis="quiet",
        place="row",
        done=lambda complaint: (
            _("Complaint %(number)s is with %(name)s until %(at)s.")
            % {
                "number": complaint,
                "name": complaint.owner or _("nobody"),
                "at": display.moment(complaint.due_by),
            }
        ),
    ),
    void=Act(
        register_corrections.void_visit,
        "sales.register",
        pgettext_lazy("verb", "Void"),
        guards=(register.refuse_void,),
        form=VoidForm,
        emphasis="quiet",
        place="row",
        done=voided,
    ),
)

ROTA_PLACE = Acts(
    RotaPlace,
    page="sales:rota",
    shown_at=shown_at,
    skip=Act(
        rota.skip,
        "sales.register",
        _("Pass over"),
        guards=(rota.refuse_skipping,),
        form=SkipForm,
        place="next",
    ),
    presence=Act(
        rota.set_present,
        "sales.register",
        _("On the floor"),
        form=PresenceForm,
        emphasis="quiet",
        place="row",
        path="present",
    ),
)
"""The place of an adviser in the queue of the day."""
