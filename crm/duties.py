"""What customer care puts into the shell: due work, figures, the lanes of the process map, timelines and words."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "care.started": _("Care began"),
    "care.started_many": _("Care began for many"),
    "care.stopped": _("Care stopped"),
    "care.stood_in": _("Deputy stands in"),
    "contact.made": _("Contact made"),
    "followup.dropped": _("Follow-up dropped"),
    "followup.escalated": _("Follow-up overdue, manager told"),
    "followup.reassigned": _("Follow-up given to another"),
    "letter.printed": _("Letter printed"),
    "letter.mailed": _("Letter mailed"),
    "recall.listed": _("Recall listed"),
    "recall.written": _("Recall letters written"),
    "recall.printed": _("Recall letters printed"),
    "recall.mailed": _("Recall letters mailed"),
    "recall.called": _("Recall call made"),
    "recall.booked": _("Recall booked"),
    "recall.void": _("Recall entry void"),
    "recall.planned": _("Improvement plan written"),
    "recall.late": _("Recall step late"),
    "recall.serviced": _("Maintenance done"),
}
