"""What may be done to the lines of work orders."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.actions import lines, workshop
from aftersales.forms import (
    ChangeLineForm,
    DeclineForm,
    FinishForm,
    LineIssueForm,
    ReturnForm,
    WhyForm,
)
from aftersales.models import WorkLine
from dms.core.acts import Act, Acts

LineStatus = WorkLine.Status

WORK_LINE = Acts(
    WorkLine,
    page="aftersales:line",
    start=Act(
        workshop.start_line,
        "aftersales.repair",
        pgettext_lazy("verb", "Start"),
        statuses=(LineStatus.AUTHORISED,),
        guards=(workshop.refuse_starting,),
        place="line",
    ),
    finish=Act(
        workshop.finish_line,
        "aftersales.repair",
        pgettext_lazy("verb", "Finish"),
        statuses=(LineStatus.STARTED,),
        guards=(workshop.refuse_other_technician,),
        form=FinishForm,
        place="line",
    ),
    reopen=Act(
        workshop.reopen_line,
        "aftersales.repair",
        pgettext_lazy("work line", "Open again"),
        statuses=(LineStatus.DONE,),
        guards=(workshop.refuse_reopening,),
        form=WhyForm,
        emphasis="quiet",
        place="line",
    ),
    issue=Act(
        workshop.issue_part,
        "parts.move",
        pgettext_lazy("verb", "Issue"),
        statuses=workshop.OUT,
        guards=(workshop.refuse_unagreed, workshop.refuse_issuing),
        form=LineIssueForm,
        place="line",
    ),
    give_back=Act(
        workshop.return_part,
        "parts.move",
        pgettext_lazy("verb", "Return"),
        statuses=workshop.OUT,
        guards=(workshop.refuse_returning,),
        form=ReturnForm,
        emphasis="quiet",
        place="line",
        path="return",
    ),
    propose=Act(
        lines.propose_again,
        "aftersales.receive",
        _("Propose again"),
        statuses=lines.TURNED_DOWN,
        guards=(lines.refuse_closed,),
        emphasis="quiet",
        place="line",
    ),
    change=Act(
        lines.change_line,
        "aftersales.receive",
        pgettext_lazy("verb", "Change"),
        statuses=lines.CHANGEABLE,
        guards=(lines.refuse_closed,),
        form=ChangeLineForm,
        edits=True,
        icon="pencil",
        emphasis="quiet",
        place="line_end",
    ),
    defer=Act(
        lines.defer,
        "aftersales.receive",
        pgettext_lazy("act", "Next time"),
        statuses=lines.CHANGEABLE,
        guards=(lines.refuse_closed, lines.refuse_issued),
        form=DeclineForm,
        icon="calendar",
        emphasis="quiet",
        place="line_end",
    ),
    decline=Act(
        lines.decline,
        "aftersales.receive",
        pgettext_lazy("verb", "Turn down"),
        statuses=lines.CHANGEABLE,
        guards=(lines.refuse_closed, lines.refuse_issued),
        form=DeclineForm,
        icon="x",
        emphasis="quiet",
        place="line_end",
    ),
)
"""A line has no page of its own: its acts begin and end on the page of the order, or of the technician's jobs."""
