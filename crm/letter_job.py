"""Letters on paper in large numbers: a long job that writes, renders and binds them into one PDF, in bounded memory."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import TypeVar

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from crm.actions import recall
from crm.models import Letter, RecallCampaign, RecallEntry
from dms.background import jobs
from dms.core.refusals import Refusal
from dms.models import Job, User
from dms.web import pdf

TEMPLATE = "crm/letter_pdf.html"
KIND = "recall_letters"
Row = TypeVar("Row")
WRITTEN_AT_ONCE = 200
SHEETS = 50
"""Letters rendered at once: what is held in memory, whatever the number."""


class MonthForm(forms.Form):
    """Which month's invitations; of the job's store, or of every store whose list is made."""

    month = forms.DateField(label=_("Due month"), widget=forms.DateInput(attrs={"type": "date"}))


@jobs.kind(
    KIND,
    _("Print recall letters"),
    "crm.manage",
    params_form=MonthForm,
    hint=_("One PDF of all invitations of a month."),
)
def print_letters(run: jobs.Run) -> None:
    """Write what is not written, then bind all that is not in the post yet. Killed, it goes on where it was."""
    campaigns = campaigns_of(run)
    waiting = RecallEntry.objects.filter(campaign__in=campaigns, status__in=["LISTED", "PRINTED"])
    total = waiting.count()
    for campaign in campaigns:
        # A transaction for each two hundred: killed, the job finds them written and goes on behind them.
        while recall.write_letters(campaign, limit=WRITTEN_AT_ONCE, by=run.by):
            written = Letter.objects.filter(recall_entry__in=waiting).count()
            run.advance(written // 2, total, _now("Writing"))
    path = run.path("letters.pdf")
    title = _now("Maintenance invitations %(month)s") % {"month": f"{run.params['month']:%Y-%m}"}
    bound = 0
    # Bound from portions: ten thousand letters in one piece would not fit into memory.
    with pdf.bind(path, title=title) as volume:
        for sheets in portions(letters_of(campaigns), SHEETS):
            volume.add(TEMPLATE, {"letters": sheets})
            bound += len(sheets)
            run.advance((total + bound) // 2, total, _now("Printing"))
    if not bound:
        raise Refusal(_now("There is no letter to print: everything on the list is in the post, or the list is empty."))
    # Printed and finished together: a job that dies before is run again, and no letter counts as printed for
    # nothing.
    with transaction.atomic():
        for campaign in campaigns:
            recall.mark_printed(campaign, by=run.by)
        run.finish({"letters": bound}, path, f"recall-{run.params['month']:%Y-%m}.pdf")


def order_letters(campaign: RecallCampaign, *, by: User) -> Job:
    """The letters of one list are wanted on paper: a long job makes them."""
    return jobs.request(KIND, by=by, store=campaign.store, params={"month": campaign.month.isoformat()})


def order_all(month: date, *, by: User) -> Job:
    """The letters of all one's stores are wanted on paper, store by store in one file."""
    return jobs.request(KIND, by=by, params={"month": month.isoformat()})


def campaigns_of(run: jobs.Run) -> list[RecallCampaign]:
    """The lists of the month that the person may see, of one store or of all."""
    rows = RecallCampaign.objects
    month = run.params["month"].replace(day=1)
    return list(rows.visible_to(run.by).of_store(run.store).filter(month=month).order_by("store__code"))


def letters_of(campaigns: list[RecallCampaign]) -> Iterator[Letter]:
    """Invitations that are not in the post, store by store."""
    for campaign in campaigns:
        # Also those printed before: after a paper jam the whole file is printed again.
        rows = Letter.objects.filter(recall_entry__campaign=campaign, mailed_at__isnull=True)
        yield from (
            rows.exclude(recall_entry__status="VOID")
            .select_related("store", "customer")
            .order_by("pk")
            .iterator(SHEETS)
        )


def portions(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    several = iter(rows)
    while portion := list(islice(several, size)):
        yield portion
