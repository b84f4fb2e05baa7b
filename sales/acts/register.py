"""What may be done to a line of the register, and to a place in the rota."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.acts import Act, Acts, Waiting
from sales import due_work
from sales.actions import register, rota
from sales.forms.register import AssignForm, CompleteForm, PresenceForm, SkipForm
from sales.models import RotaPlace, ShowroomVisit


def shown_at(_row: ShowroomVisit | RotaPlace) -> str:
    """Lines and places are seen in the register of the day, and there one is again after each act."""
    return reverse("sales:register")


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
        emphasis="quiet",
        place="left",
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
