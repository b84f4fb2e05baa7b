"""What may be done to absences, long jobs, messages and locked colleagues: who may, when, and how it is called."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.actions import handing_over, people, second_factor
from dms.background import jobs, outbox
from dms.core.acts import Act, Acts
from dms.forms import ChangeAbsenceForm, HandOverForm, RecipientForm, RemovalForm, SecondFactorResetForm
from dms.models import Absence, Job, Message, User

USER = Acts(
    User,
    page="dms:people",
    unlock=Act(
        people.unlock,
        "dms.unlock",
        _("Unlock"),
        guards=(people.refuse_foreign, people.refuse_not_locked),
        place="row",
        done=lambda user: _("%(name)s may sign in again.") % {"name": user},
        url_name="dms:person_unlock",
    ),
    hand_over=Act(
        handing_over.hand_over_work,
        "dms.absences",
        _("Hand over work"),
        guards=(people.refuse_foreign,),
        form=HandOverForm,
        emphasis="quiet",
        place="work",
        done=lambda moved: _("Handed over: %(n)s.") % {"n": sum(moved.values())},
        url_name="dms:person_hand_over",
        by_api=False,  # its body is drawn from the kinds of work (dms/api/people.py)
    ),
    reset_second_factor=Act(
        second_factor.reset,
        "dms.configure",
        _("Reset second factor"),
        guards=(people.refuse_foreign, second_factor.refuse_own, second_factor.refuse_none),
        form=SecondFactorResetForm,
        emphasis="danger",
        place="sign-in",
        done=lambda user: _("%(name)s signs in with the password alone.") % {"name": user},
        path="reset-second-factor",
        url_name="dms:person_reset_second_factor",
    ),
    switch_off=Act(
        handing_over.switch_off,
        "dms.configure",
        _("Has left us"),
        guards=(people.refuse_foreign, handing_over.refuse_off),
        form=HandOverForm,
        emphasis="danger",
        place="work",
        done=lambda user: _("%(name)s does not sign in any more.") % {"name": user},
        url_name="dms:person_switch_off",
        by_api=False,
    ),
    switch_on=Act(
        handing_over.switch_on,
        "dms.configure",
        _("Works here again"),
        guards=(people.refuse_foreign, handing_over.refuse_on),
        place="work",
        done=lambda user: _("%(name)s may sign in again.") % {"name": user},
        url_name="dms:person_switch_on",
    ),
)

ABSENCE = Acts(
    Absence,
    page="dms:absences",
    change=Act(
        people.change_absence,
        "dms.absences",
        pgettext_lazy("verb", "Change"),
        form=ChangeAbsenceForm,
        edits=True,
        place="row",
        done=_("Saved."),
        path="edit",
        url_name="dms:absence_edit",
    ),
    remove=Act(
        people.remove_absence,
        "dms.absences",
        _("Remove"),
        form=RemovalForm,
        emphasis="danger",
        place="row",
        done=lambda absence: _("Removed. %(name)s is here on these days.") % {"name": absence.user},
        url_name="dms:absence_remove",
    ),
)

JOB = Acts(
    Job,
    page="dms:job",
    cancel=Act(
        jobs.cancel,
        "dms.jobs",
        pgettext_lazy("verb", "Stop"),
        to=Job.Status.CANCELLED,
        emphasis="danger",
        place="progress",
        done=_("Stopped. What was done stays done."),
    ),
    retry=Act(
        jobs.retry,
        "dms.jobs",
        _("Retry"),
        statuses=jobs.STOPPED,
        guards=(jobs.refuse_kind,),
        icon="refresh",
        emphasis="primary",
        done=_("Started again."),
    ),
)

MESSAGE = Acts(
    Message,
    page="dms:message",
    resend=Act(
        outbox.resend,
        "dms.messages",
        _("Resend"),
        statuses=(Message.Status.FAILED,),
        icon="send",
        emphasis="primary",
        done=_("It is sent again at once."),
    ),
    correct=Act(
        outbox.correct,
        "dms.messages",
        _("Correct the address"),
        statuses=outbox.CORRECTABLE,
        guards=(outbox.refuse_right,),
        form=RecipientForm,
        icon="pencil",
        note=_(
            "The same words go to the new address. The customer’s file keeps the old one until it is changed there."
        ),
        done=_("It is sent to the new address at once."),
        then="dms:message",
    ),
    cancel=Act(
        outbox.cancel,
        "dms.messages",
        _("Do not send"),
        to=Message.Status.CANCELLED,
        emphasis="danger",
        done=_("It is not sent."),
    ),
)
