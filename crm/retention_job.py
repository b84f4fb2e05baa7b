"""Data that are over their time go, by a long job: as if each of these people had asked for it."""

from collections import Counter

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from crm.actions import erasing
from crm.models import Customer
from crm.retention import over_their_time
from dms.background import jobs
from dms.core.refusals import Refusal

KIND = "forget_people"


class ConfirmForm(forms.Form):
    """What is gone does not come back."""

    confirmed = forms.BooleanField(label=_("Nobody can undo this: the data of these people go for good."))


@jobs.kind(
    KIND,
    _("Forget people whose data are over their time"),
    "dms.configure",
    params_form=ConfirmForm,
    hint=_("Guests who never bought, and former owners, after the months that the rates say. Contracts and cars stay."),
)
def forget_people(run: jobs.Run) -> None:
    """One transaction for each: killed, it goes on with those who are left. Who has something open is kept, and counted."""
    keys = list(over_their_time(timezone.now()).values_list("pk", flat=True))
    forgotten, kept = 0, Counter[str]()
    for number, key in enumerate(keys, start=1):
        try:
            reason = _now("over its time")
            erasing.erase(Customer.objects.get(pk=key), reason=reason, confirmed=True, by=run.by)
            forgotten += 1
        except Refusal as refusal:
            kept[refusal.code] += 1
        if number % 20 == 0:
            run.advance(number, len(keys), _now("Forgetting"))
    run.finish({"forgotten": forgotten, "kept": sum(kept.values())})
