"""Address labels for the letters that still have to go into the post: a long job that fills sheets in bounded memory."""

from collections.abc import Iterator

from django import forms
from django.db.models import F, Q, QuerySet, Value
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from crm.consents import May
from crm.letter_job import portions
from crm.models import ConsentChannel, FollowUp, Letter, RecallEntry
from crm.models.purposes import Ground
from dms.background import jobs
from dms.core.refusals import Refusal
from dms.web import pdf

TEMPLATE = "crm/labels_pdf.html"
KIND = "address_labels"
SHEET = 24
"""Labels of a sheet: three beside each other, eight below each other, 70 × 37 mm."""
AT_ONCE = SHEET * 10
"""Labels laid out at once: what is held in memory, whatever the number."""


class SheetForm(forms.Form):
    """Where to begin: a sheet that was begun is used up."""

    first = forms.IntegerField(
        label=_("First free label"),
        min_value=1,
        max_value=SHEET,
        initial=1,
        required=False,
        help_text=_("Of 24 on the sheet, counted line by line; 1 is a new sheet."),
    )


@jobs.kind(
    KIND,
    _("Address labels"),
    "crm.manage",
    params_form=SheetForm,
    hint=_("Sheets of 3 × 8 labels for all letters that are not in the post yet."),
)
def print_labels(run: jobs.Run) -> None:
    """One label for each letter that may go, store by store, in the order in which the letters are printed. Changes nothing."""
    letters = Letter.objects.visible_to(run.by).of_store(run.store)
    waiting = to_post(letters)
    total = waiting.count()
    path = run.path("labels.pdf")
    free = (run.params.get("first") or 1) - 1
    made = 0
    with pdf.bind(path, title=_now("Address labels")) as volume:
        for labels in portions(spaced(waiting, free), AT_ONCE):
            volume.add(TEMPLATE, {"sheets": list(portions(labels, SHEET))})
            made += sum(label is not None for label in labels)
            run.advance(made, total, _now("Printing"))
    if not made:
        raise Refusal(_now("No letter waits for a label: all are in the post, or their addresses are missing."))
    # Whoever counts the sheets against the letters learns why there are fewer.
    missing = awaited(letters).filter(address="").count()
    run.finish({"labels": made, "no_address": missing}, path, "labels.pdf")


def awaited(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    """Of these, what still goes into the post: its promise is open, its car on the list, and the customer wants it."""
    wanted = Q(purpose=Ground.CONTRACT) | Q(May(F("customer"), F("purpose"), Value(ConsentChannel.LETTER.value)))
    open_promise = Q(follow_up__isnull=True) | Q(follow_up__status=FollowUp.Status.PENDING)
    rows = letters.filter(wanted, open_promise, mailed_at__isnull=True)
    return rows.filter(Q(recall_entry__isnull=True) | ~Q(recall_entry__status=RecallEntry.Status.VOID))


def to_post(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    """Of these, those that a label can bring somewhere."""
    return awaited(letters).exclude(address="").select_related("customer").order_by("store__code", "pk")


def spaced(letters: QuerySet[Letter], free: int) -> Iterator[Letter | None]:
    """The letters behind so many labels that somebody has peeled off already."""
    yield from [None] * free
    yield from letters.iterator(AT_ONCE)
