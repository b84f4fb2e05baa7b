"""What is asked about a work order on its way: promise and consent, dispatch, checks, settlement."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from aftersales import ready_time
from aftersales.actions import checks, consent, release
from aftersales.forms.fields import MomentField, people_with
from aftersales.models import Authorisation, Bay, PromiseChange, WorkOrder
from aftersales.shown import Shown
from crm.forms import kept_or_offered
from dms.core.acts import Actor
from dms.core.money import ZERO
from dms.models import Absence, Reason, Store, User
from dms.records import business_hours
from dms.web.forms import DayField, FieldsOf, ReasonField, SignatureField


class CancelReasonForm(forms.Form):
    """Why the visit does not take place."""

    reason = ReasonField(Reason.Kind.CANCEL)


class CancelWorkForm(forms.Form):
    """Why the work is not done."""

    reason = ReasonField(Reason.Kind.WORK_CANCEL)


class HoldForm(forms.Form):
    """For what the car waits."""

    reason = ReasonField(Reason.Kind.HOLD)
    note = forms.CharField(label=_("In your own words"), max_length=120, required=False)


class PromiseForm(forms.Form):
    """The time promised."""

    promised_at = MomentField(label=_("Ready at"))

    def narrow(self, order: WorkOrder, _user: Actor) -> None:
        """The time that was promised already, or when it can be ready."""
        self.fields["promised_at"].initial = order.promised_at or consent.suggested(order, timezone.now())


class ChangePromiseForm(forms.Form):
    """Another time, why, and how and when the customer was told."""

    to = MomentField(label=_("Ready at"))
    reason = ReasonField(Reason.Kind.PROMISE)
    note = forms.CharField(label=_("In your own words"), max_length=120, required=False)
    told_how = forms.ChoiceField(label=_("Customer told"), choices=PromiseChange.Told.choices)
    told_at = MomentField(label=_("Told at"), required=False, help_text=_("Empty: just now."))

    def narrow(self, order: WorkOrder, _user: Actor) -> None:
        """Once the customer agreed, when it can be ready from now on."""
        forecast = consent.suggested(order, timezone.now()) if order.status in consent.AGREED_UPON else None
        self.fields["to"].initial = forecast or order.promised_at


class ConsentForm(forms.Form):
    """The customer's word: how, who, what proves it. Before the first signature it is about the whole commission.

    What was shown goes along, so that nothing else is agreed to.
    """

    page_template = "aftersales/work_order_sign.html"
    method = forms.ChoiceField(label=pgettext_lazy("consent", "How"), choices=Authorisation.Method.choices)
    given_by = forms.CharField(label=_("Who agreed"), max_length=80)
    evidence = forms.CharField(label=_("Number called, or words of the message"), max_length=200, required=False)
    shown = forms.CharField(max_length=100_000, widget=forms.HiddenInput)
    lines = forms.TypedMultipleChoiceField(
        coerce=int, required=False, label=_("Lines"), widget=forms.CheckboxSelectMultiple
    )
    signature = SignatureField(widget=forms.HiddenInput)
    signature_typed = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def narrow(self, order: WorkOrder, _user: Actor) -> None:
        """What waits, what it costs together, and by whom and how it is usually agreed to."""
        self.first = order.status == WorkOrder.Status.ESTIMATED
        self.waiting = list(order.lines.filter(status="PROPOSED").select_related("part", "operation", "finding"))
        ticked = set(self.data.getlist("lines") if isinstance(self.data, QueryDict) else self.initial.get("lines", ()))
        asked_before = self.is_bound or "lines" in self.initial
        self.ticked = {line.pk for line in self.waiting if not asked_before or str(line.pk) in ticked}
        chosen = self.waiting if self.first else [line for line in self.waiting if line.pk in self.ticked]
        self.sum = sum((line.amount for line in chosen), ZERO)
        self.customer_pays = sum((line.amount for line in chosen if line.payer == line.Payer.CUSTOMER), ZERO)
        self.shown_now = consent.offered(order, self.waiting).text
        lines = self.fields["lines"]
        assert isinstance(lines, forms.TypedMultipleChoiceField)
        # A line that was shown and waits no more is not a wrong choice: the action says what became of it.
        lines.choices = [
            (pk, pk) for pk in {*(line.pk for line in self.waiting), *map(int, filter(str.isdecimal, ticked))}
        ]
        method = Authorisation.Method.SIGNATURE if self.first else Authorisation.Method.PHONE
        for name, value in (("given_by", order.customer.name), ("method", method)):
            self.fields[name].initial = value

    def clean_shown(self) -> Shown:
        try:
            return Shown.read(self.cleaned_data["shown"])
        except ValueError as error:
            raise forms.ValidationError(_("What was shown did not arrive. Reload the page."), code="unread") from error

    def clean(self) -> dict[str, object]:
        """A signature is drawn or typed; by phone or message nobody signs, whatever was left on the pad."""
        facts: dict[str, object] = super().clean() or self.cleaned_data
        typed, chosen = facts.pop("signature_typed", ""), facts.get("lines")
        if not (self.first or chosen):
            raise forms.ValidationError(_("Tick what the customer agrees to."), code="nothing_ticked")
        facts |= {"lines": None if self.first else chosen, "told": facts.pop("shown", None)}
        if facts.get("method") != Authorisation.Method.SIGNATURE:
            facts["signature"] = None
        elif "signature" in facts and not (facts["signature"] or typed):
            raise forms.ValidationError(
                _("Let the customer sign in the field, or type the name beneath it."), code="not_signed"
            )
        elif typed and not facts.get("signature"):
            facts["signature"] = typed
        return facts


class ReportForm(forms.Form):
    """What was found beyond the commission, why, and a picture of it."""

    what = forms.CharField(label=_("What was found"), max_length=120)
    cause = forms.CharField(label=_("Cause"), max_length=200)
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )


class DiagnoseForm(forms.Form):
    """What was wrong, and what was done about it."""

    cause = forms.CharField(label=_("Cause found"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    correction = forms.CharField(label=_("What was done"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def narrow(self, order: WorkOrder, _user: Actor) -> None:
        """As they stand."""
        for name in self.fields:
            self.fields[name].initial = getattr(order, name)


class WhyForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=pgettext_lazy("why", "Reason"), max_length=120)


class DescribeForm(FieldsOf[WorkOrder]):
    """Words, findings and choices of the work order."""

    def narrow(self, order: WorkOrder, _user: Actor) -> None:
        """As they stand."""
        self.initial.update(forms.model_to_dict(order, fields=self._meta.fields))

    class Meta:
        model = WorkOrder
        fields = ["complaint", "cause", "correction", "old_parts", "free_wash"]
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("complaint", "cause", "correction")}


class BusyChoice(forms.ModelChoiceField[Model]):
    """A person or a place, with what keeps them busy beside the name."""

    busy: Mapping[int, str] = MappingProxyType({})

    def label_from_instance(self, obj: Model) -> str:
        return " · ".join(text for text in (str(obj), self.busy.get(obj.pk, "")) if text)


class DispatchForm(forms.Form):
    """Who works on it, and where: nobody who is away, and beside each name what is in hand already."""

    technician = BusyChoice(User.objects.none(), label=_("Technician"))
    bay = BusyChoice(Bay.objects.filter(active=True), label=_("Bay"), required=False)

    def narrow(self, order: WorkOrder, _user: Actor) -> None:
        """The people and places of the store of the order."""
        absences = Absence.objects
        away = absences.on(timezone.localdate()).values("user_id")
        technician, bay = self.fields["technician"], self.fields["bay"]
        assert isinstance(technician, BusyChoice)
        assert isinstance(bay, BusyChoice)
        technician.queryset = people_with("aftersales.repair", order.store).exclude(pk__in=away)
        bay.queryset = Bay.objects.filter(store=order.store, active=True)
        technician.busy, bay.busy = in_hand(order.store)
        self.initial.update(technician=order.technician_id, bay=order.bay_id)


def in_hand(store: Store) -> tuple[dict[int, str], dict[int, str]]:
    """How many cars each technician has, and which car stands in each bay."""
    rows = WorkOrder.objects
    jobs, places = Counter[int](), {}
    for row in rows.filter(store=store, status__in=["DISPATCHED", "IN_PROGRESS"]).select_related("vehicle"):
        if row.technician_id:
            jobs[row.technician_id] += 1
        if row.bay_id and row.status == "IN_PROGRESS":
            places[row.bay_id] = str(row.vehicle)
    return {pk: ngettext("%(n)s car", "%(n)s cars", n) % {"n": n} for pk, n in jobs.items()}, places


class CheckForm(forms.Form):
    """Passed or not, and what the checker says."""

    stage = forms.CharField(max_length=5, widget=forms.HiddenInput)
    passed = forms.TypedChoiceField(
        label=_("Result"),
        coerce=lambda value: value == "1",
        choices=[("1", pgettext_lazy("check", "Passed")), ("0", pgettext_lazy("check", "Failed"))],
    )
    advice = forms.CharField(label=_("Advice"), max_length=200, required=False)

    def narrow(self, order: WorkOrder, _user: Actor) -> None:
        """The check whose turn it is. On a technician's page the cars stand beside each other."""
        self.auto_id = f"check-{order.pk}-%s"
        stage = checks.NEXT_STAGE.get(WorkOrder.Status(order.status))
        self.fields["stage"].initial = stage and stage.value


class ReadyForm(forms.Form):
    """The six points of the internal hand-over, and where the car stands."""

    checked = forms.MultipleChoiceField(
        label=_("Internal hand-over"), choices=list(checks.CHECKLIST.items()), widget=forms.CheckboxSelectMultiple
    )
    parked = forms.CharField(label=_("Parked at"), max_length=40, required=False)


class SendBackForm(forms.Form):
    """What is not right after the inspection."""

    reason = forms.CharField(label=_("What is wrong"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class SettleForm(forms.Form):
    """What the customer is told at the end: the next maintenance, and when we may call."""

    next_service_on = DayField(label=_("Next maintenance"), required=False)
    next_service_km = forms.IntegerField(label=_("At (km)"), min_value=0, max_value=2_000_000, required=False)
    convenient_call_at = MomentField(
        label=_("Convenient time for a call"),
        required=False,
        help_text=_("We call within three days; when does it suit?"),
    )
    signature = SignatureField(widget=forms.HiddenInput)
    signature_typed = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    store: Store | None = None

    def clean_convenient_call_at(self) -> datetime | None:
        """As the customer named it, when somebody is there; else the nearest time is offered as a button."""
        return kept_or_offered(self.cleaned_data["convenient_call_at"], self.store, "convenient_call_at")

    def clean(self) -> dict[str, object]:
        """Signed on the screen for this sheet, by hand or typed; else it is printed and signed by pen."""
        facts: dict[str, object] = super().clean() or self.cleaned_data
        return facts | {"signed_name": facts.pop("signature_typed", "")}

    def narrow(self, order: WorkOrder, _user: Actor) -> None:
        """The next maintenance by the plan of the car, and a call in two days."""
        day, km = release.next_service(order)
        in_two_days = ready_time.rounded(timezone.localtime() + timedelta(days=2))
        call = business_hours.calling_time(in_two_days, order.store)
        self.store = order.store
        for name, value in (("next_service_on", day), ("next_service_km", km), ("convenient_call_at", call)):
            self.fields[name].initial = value
