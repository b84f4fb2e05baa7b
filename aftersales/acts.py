"""What may be done to a work order: who may, when, and how it is called."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.actions import checks, consent, release, work_orders, workshop
from aftersales.forms import (
    CancelReasonForm,
    ChangePromiseForm,
    CheckForm,
    ConsentForm,
    DispatchForm,
    HoldForm,
    PromiseForm,
    ReadyForm,
    SendBackForm,
    SettleForm,
)
from aftersales.models import WorkOrder
from dms.core.acts import Act, Acts

Status = WorkOrder.Status

WORK_ORDER = Acts(
    WorkOrder,
    page="aftersales:work_order",
    estimate=Act(
        consent.estimate,
        "aftersales.receive",
        _("Promise and sign"),
        to=Status.ESTIMATED,
        guards=(consent.refuse_empty,),
        form=PromiseForm,
        emphasis="primary",
        then="aftersales:work_order_sign",
    ),
    authorise=Act(
        consent.authorise,
        "aftersales.receive",
        _("Let the customer sign"),
        statuses=consent.OPEN_TO_CONSENT,
        guards=(consent.refuse_nothing_waiting,),
        form=ConsentForm,
        icon="signature",
        emphasis="primary",
        done=lambda given: _("Noted: %(name)s agrees.") % {"name": given.given_by},
        path="sign",
    ),
    reopen=Act(
        consent.reopen_estimate, "aftersales.receive", _("Back to the draft"), to=Status.DRAFT, emphasis="quiet"
    ),
    dispatch_job=Act(
        workshop.dispatch,
        "aftersales.dispatch",
        pgettext_lazy("verb", "Dispatch"),
        statuses=work_orders.WORKING | {Status.AUTHORISED},
        form=DispatchForm,
        icon="users",
        done=lambda order: _("%(car)s goes to %(name)s.") % {"car": order.vehicle, "name": order.technician},
        path="dispatch",
    ),
    resume=Act(
        workshop.resume,
        "aftersales.repair",
        _("Resume"),
        statuses=(Status.ON_HOLD,),
        guards=(workshop.must_be_theirs,),
        icon="player-play",
        emphasis="primary",
    ),
    check=Act(
        checks.check,
        "aftersales.repair",
        pgettext_lazy("verb", "Check"),
        statuses=checks.NEXT_STAGE.keys(),
        guards=(checks.refuse_checking,),
        form=CheckForm,
        emphasis="primary",
        done=lambda made: (
            _("%(check)s: passed.") % {"check": made.get_stage_display()}
            if made.passed
            else _("Back to work, as rework.")
        ),
    ),
    hold=Act(
        workshop.hold,
        "aftersales.repair",
        _("Put on hold"),
        to=Status.ON_HOLD,
        guards=(workshop.must_be_theirs,),
        form=HoldForm,
        icon="player-pause",
    ),
    ready=Act(
        checks.ready,
        "aftersales.view",
        pgettext_lazy("act", "Ready"),
        to=Status.READY,
        guards=(checks.refuse_stranger,),
        form=ReadyForm,
        emphasis="primary",
    ),
    settle=Act(
        release.settle,
        "aftersales.receive",
        pgettext_lazy("verb", "Settle"),
        to=Status.SETTLED,
        guards=(release.refuse_incomplete,),
        form=SettleForm,
        emphasis="primary",
        done=lambda sheet: _("Settled: %(number)s. The cashier sees it now.") % {"number": sheet.number},
    ),
    gate_pass=Act(
        release.issue_gate_pass,
        "aftersales.receive",
        _("Gate pass"),
        statuses=(Status.SETTLED, Status.RELEASED),
        guards=(release.refuse_gate_pass,),
        icon="ticket",
        emphasis="primary",
    ),
    release=Act(
        release.release,
        "aftersales.receive",
        _("Let it out"),
        to=Status.RELEASED,
        guards=(release.refuse_without_pass,),
        icon="barrier-block",
        emphasis="primary",
        done=lambda order: _("%(car)s has left. The quality call is due within three days.") % {"car": order.vehicle},
    ),
    send_back=Act(
        checks.send_back,
        "aftersales.receive",
        _("Send back to work"),
        statuses=(Status.PASSED, Status.READY),
        form=SendBackForm,
        emphasis="danger",
    ),
    promise=Act(
        consent.change_promise,
        "aftersales.receive",
        _("Change the promise"),
        statuses=work_orders.IN_SHOP,
        guards=(consent.refuse_unpromised,),
        form=ChangePromiseForm,
        icon="clock",
        done=_("The new time is noted. Tell the customer."),
    ),
    cancel=Act(
        work_orders.cancel,
        "aftersales.receive",
        _("Cancel the order"),
        to=Status.CANCELLED,
        form=CancelReasonForm,
        emphasis="danger",
    ),
)
