"""The callback desk: a queue, one call at a time with everything about it, and the lists of follow-ups and contacts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from crm import after_call, call_story, cells, joining, named_times, next_maintenance, reminders, wording
from crm.acts import CONTACT, FOLLOW_UP, PHONE
from crm.booked import is_booked
from crm.call_story import Caller
from crm.filters import ContactFilter, FollowUpFilter
from crm.forms import CallForm
from crm.models import CareChannel, Contact, FollowUp, Question, Result, Trigger
from crm.models.care import FollowUpQuerySet
from crm.models.contacts import KEYS
from crm.open_work import CALLS
from crm.questions import Asked, asked_in, field_of
from crm.reminders import Occasion
from dms.core.acts import AnyForm
from dms.formats import display
from dms.formats.days import end_of, moment
from dms.models import Store, User
from dms.navigation import registry
from dms.records.calling_calendar import CallingCalendar
from dms.views import handing_over
from dms.views.lists import BaseListView
from dms.web.act_views import ActFormView, ActView
from dms.web.columns import Column
from dms.web.forms import MOMENT
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import RequiresRight, requires_right
from dms.web.segments import Segment

LONGEST_QUEUE = 80
APART = (*KEYS, Result.DO_NOT_CALL)
"""Results that have a key or a button of their own."""
CALL = ("cadence__questionnaire", "store", "customer", "vehicle__variant__series", "assignee", "deputy", "recall_entry")
"""What a call shows of itself."""
TONIGHT, MORNING = time(19), time(10)
"""What the customers mean by tonight and by tomorrow morning."""
OCCASIONS = {
    Occasion.INSURANCE: ("wait", "history", gettext_lazy("Insurance ends %(date)s")),
    Occasion.INSPECTION: ("wait", "history", gettext_lazy("Inspection ends %(date)s")),
    Occasion.BIRTHDAY: ("ask", "cake", gettext_lazy("Birthday %(date)s")),
}
"""Family, icon and words of what should be said as well."""


# --- the queue ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Waiting:
    """One line of the queue."""

    row: FollowUp
    url: str
    when: str
    look: str


@dataclass(frozen=True)
class Part:
    """One of the calls that are made as one: why, what to say, and whether it is left for later."""

    row: FollowUp
    reasons: Sequence[str]
    script: Sequence[wording.Piece]
    left: bool = False


@dataclass(frozen=True)
class QuickTime:
    """A time that is agreed by one key."""

    key: str
    label: str
    at: datetime

    @property
    def value(self) -> str:
        """As the field of the browser has it."""
        return timezone.localtime(self.at).strftime(MOMENT)


@dataclass(frozen=True)
class Queue:
    """Today's calls: what waits, how many are done."""

    lines: Sequence[Waiting]
    done: int
    total: int

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


def visible(request: AuthenticatedHttpRequest) -> FollowUpQuerySet:
    rows = FollowUp.objects
    return rows.visible_to(request.user).select_related(*CALL)


def waiting_rows(request: AuthenticatedHttpRequest, now: datetime) -> FollowUpQuerySet:
    """Calls due today: one's own, or for managers on demand those of everybody."""
    user = request.user
    rows = visible(request).of_store(request.store).to_call().due_today(now)
    everybody = user.has_perm("crm.manage") and request.GET.get("whose") == "all"
    mine = rows if everybody else rows.mine(user)
    return mine.one_a_customer(end_of(timezone.localdate(now))).in_order(now)


def queue(request: AuthenticatedHttpRequest, now: datetime) -> Queue:
    rows = waiting_rows(request, now)
    suffix = f"?{request.GET.urlencode()}" if request.GET.get("whose") == "all" else ""
    lines = [
        Waiting(row, reverse("crm:call", args=[row.pk]) + suffix, *when(row, now, request.user))
        for row in rows[:LONGEST_QUEUE]
    ]
    done = Contact.objects.counted().filter(
        by=request.user, at__date=timezone.localdate(now), direction=Contact.Direction.OUT, follow_up__isnull=False
    )
    done = done.filter(channel__in=[CareChannel.CALL, CareChannel.VISIT])
    # Three tries of one customer are one call kept, or the day would look better than it was.
    calls = done.values("follow_up").distinct().count()
    # Counted only where the list is cut off: as a rule its length says it.
    waiting = len(lines) if len(lines) < LONGEST_QUEUE else rows.count()
    return Queue(lines, calls, calls + waiting)


def when(row: FollowUp, now: datetime, user: User) -> tuple[str, str]:
    """The word at the right of a line, and its colour."""
    if row.due_until < now:
        return _("%(age)s late") % {"age": display.age(row.due_until, now=now)}, "x-late fw-medium"
    if row.named_at:
        return pgettext("desk", "at %(time)s") % {"time": display.clock(row.named_at)}, "x-wait fw-medium"
    if row.deputy_id == user.pk and row.assignee:
        return pgettext("desk", "from %(name)s") % {"name": row.assignee}, "text-secondary"
    if row.attempts:
        return pgettext("desk", "call %(n)s") % {"n": row.attempts + 1}, "text-secondary"
    today = timezone.localdate(row.due_until) == timezone.localdate(now)
    return (display.clock(row.due_until) if today else display.date(row.due_until)), "text-secondary"


# --- the call -----------------------------------------------------------------------------------------------------------
def reasons_to_call(row: FollowUp) -> list[str]:
    """Why this call is made, in a few words each."""
    reasons = list(row.why)
    trigger = Trigger(row.cadence.trigger).label
    reasons.insert(0, _("%(what)s %(date)s") % {"what": trigger, "date": display.date(timezone.localdate(row.anchor))})
    if row.cadence.every_months:
        reasons.append(
            _("No. %(n)s, every %(months)s months") % {"n": row.occurrence, "months": row.cadence.every_months}
        )
    if row.named_at:
        reasons.append(_("asked for %(at)s") % {"at": display.moment(row.named_at)})
    if row.attempts:
        reasons.append(ngettext("%(n)s try so far", "%(n)s tries so far", row.attempts) % {"n": row.attempts})
    return reasons


def facts_of(row: FollowUp) -> list[tuple[str, str]]:
    """The right-hand side: what one wants to know while talking."""
    car, person = row.vehicle, row.customer
    reading = car.readings.true().first() if car else None
    facts = [(_("Mileage"), display.kilometres(reading.km) if reading else "")]
    if car:
        facts.append((_("Next maintenance"), str(next_maintenance.of(car) or "")))
        facts.append((_("Insured until"), display.date(car.insurance_until) if car.insurance_until else ""))
        facts.append((_("Inspection due"), display.date(car.inspection_until) if car.inspection_until else ""))
    facts.append((_("Call at"), person.best_time_to_call))
    facts.append((_("Address"), person.address))
    return facts


def reminders_of(row: FollowUp, today: date) -> list[tuple[str, str, str]]:
    """(family, icon, text) of what should be said as well. A lunar birthday falls on another day each year."""
    car, customer = row.vehicle, row.customer
    due = reminders.of(
        today,
        insurance=car.insurance_until if car else None,
        inspection=car.inspection_until if car else None,
        born=customer.birthday,
        lunar=customer.birthday_is_lunar,
    )
    lines = [
        (family, icon, words % {"date": display.date(reminder.on)})
        for reminder in due
        for family, icon, words in [OCCASIONS[reminder.occasion]]
    ]
    if customer.data_refused:
        lines.append(("idle", "shield-lock", _("Refuses personal data: ask only for what the work needs.")))
    return lines


def part_of(request: AuthenticatedHttpRequest, row: FollowUp, *, left: bool = False) -> Part:
    since = timezone.localdate(row.anchor)
    facts = wording.facts(row.customer, row.vehicle, row.store, since=since, caller=request.user)
    return Part(row, reasons_to_call(row), wording.pieces(row.cadence.script, facts), left)


def parts_of(request: AuthenticatedHttpRequest, row: FollowUp, now: datetime, form: AnyForm) -> list[Part]:
    """The call, and those that are made along with it."""
    left = {str(pk) for pk in form["leave"].value() or ()}
    along = () if row.has_ended else joining.joined_with(row, now).select_related(*CALL)
    return [part_of(request, row), *(part_of(request, other, left=str(other.pk) in left) for other in along)]


def quick_times(now: datetime, store: Store) -> list[QuickTime]:
    """What customers say most: in an hour, tonight, tomorrow morning; of these what can be kept."""
    today = timezone.localdate(now)
    # To the next five minutes: nobody says 15:37.
    hour = (
        now
        + timedelta(hours=1)
        + timedelta(minutes=-now.minute % 5, seconds=-now.second, microseconds=-now.microsecond)
    )
    tonight, tomorrow = moment(today, TONIGHT), moment(today + timedelta(days=1), MORNING)
    times = [QuickTime("h", _("In an hour"), hour), QuickTime("t", _("Tonight"), tonight)]
    times, hours = [*times, QuickTime("m", _("Tomorrow morning"), tomorrow)], CallingCalendar.read().of(store)
    return [time for time in times if time.at > now and named_times.is_kept(time.at, store, hours)]


@dataclass(frozen=True)
class Sheet:
    """A questionnaire at the desk, with what is ticked so far: (question, name of its field, value)."""

    asked: Asked
    lines: Sequence[tuple[Question, str, str]]


def sheets_of(parts: Sequence[Part], form: CallForm) -> list[Sheet]:
    """What is asked in this call, beside the calls left for later; the form knows the questions from now on."""
    asked = asked_in(part.row for part in parts if not part.left)
    if not form.is_bound:
        form.ask(asked)

    def line(question: Question) -> tuple[Question, str, str]:
        name = field_of(question)
        return question, name, str(form[name].value() or "") if name in form.fields else ""

    return [Sheet(one, [line(question) for question in one.questions]) for one in asked]


def call_context(request: AuthenticatedHttpRequest, row: FollowUp, form: CallForm) -> dict[str, object]:
    now = timezone.now()
    phones = list(row.customer.phones.all())
    parts = parts_of(request, row, now, form)
    offers = FOLLOW_UP.offered(row, request.user)
    sheets = [] if row.has_ended else sheets_of(parts, form)
    last = row.contacts.counted().first() if row.has_ended else None
    return {
        "call": row,
        "phone": phones[0] if phones else None,
        "phone_acts": PHONE.offered(phones[0], request.user, "confirm") if phones and phones[0].to_mend_since else {},
        "parts": parts,
        "sheets": sheets,
        "of_recall": any(part.row.recall_entry_id for part in parts),
        "quick": quick_times(now, row.store),
        "story": call_story.told(Caller(row.customer, row.vehicle, request.user, now)),
        "facts": facts_of(row),
        "reminders": reminders_of(row, timezone.localdate()),
        "timeline": registry.timeline.of(row.customer, request.user)[:6],
        "keys": [(number, result) for number, result in enumerate(KEYS, start=1)],
        "others": list(zip("1234567890-=", (result for result in Result if result not in APART), strict=False)),
        "record": offers.get("record"),
        # Asked only where there is something to send: its guards look at rows.
        "send_survey": {"send_survey": offers["send_survey"]}
        if "send_survey" in offers and any(sheet.asked.counted and not sheet.asked.why_not for sheet in sheets)
        else {},
        "reopen": {name: offer for name, offer in offers.items() if name == "reopen"},
        "correct": CONTACT.offered(last, request.user) if last else {},
    }


def desk(request: AuthenticatedHttpRequest, row: FollowUp | None, form: CallForm) -> HttpResponse:
    now = timezone.now()
    waiting = queue(request, now)
    if row is None and waiting.lines:
        row = waiting.lines[0].row
    context: dict[str, object] = {
        "queue": waiting,
        "form": form,
        "now": now,
        "everybody": request.GET.get("whose") == "all",
        "sees_everybody": request.user.has_perm("crm.manage"),
        "giving": handing_over.bar_of(CALLS, request),
    }
    if row is not None:
        context |= call_context(request, row, form)
    # What was typed stays on the screen: the customer may still be on the line.
    return render(request, "crm/call_desk.html", context, status=422 if form.errors else 200)


@require_safe
@requires_right("crm.call")
def call_desk(request: AuthenticatedHttpRequest, pk: int | None = None) -> HttpResponse:
    """The queue with its first call, or the one chosen."""
    row = get_object_or_404(visible(request), pk=pk) if pk else None
    return desk(request, row, CallForm())


class FollowUpAct(ActView):
    """An act on a follow-up, at the desk."""

    @cached_property
    def document(self) -> FollowUp:
        return get_object_or_404(visible(self.request), pk=self.kwargs["pk"])


class CallRecord(RequiresRight, FollowUpAct):
    """Save the call and go to the next; what was typed stays when it does not count yet."""

    acts, name = FOLLOW_UP, "record"
    right = FOLLOW_UP["record"].right
    http_method_names = ["post"]

    def form_valid(self, form: AnyForm) -> HttpResponse:
        """What is missing is said by the act, at the desk. A booking is made first, and the call is recorded with it."""
        row, facts = self.document, form.cleaned_data
        if facts["result"] == Result.BOOKED and row.recall_entry_id and row.vehicle and not is_booked(row.vehicle):
            said, back = {"call": str(row.pk), "said": facts["said"]}, self.following()
            to = after_call.leads_to(row, Result.BOOKED, user=self.request.user, back=back, **said)
            if to != back:
                return redirect(to)
        return ActFormView.form_valid(self, form)

    def form_invalid(self, form: AnyForm) -> HttpResponse:
        assert isinstance(form, CallForm)
        return desk(self.request, self.document, form)

    def after(self, contact: Contact) -> str:
        super().after(contact)
        return after_call.leads_to(self.document, contact.result, user=self.request.user, back=self.following())

    def following(self) -> str:
        """The page of the next call."""
        whose = "?whose=all" if self.request.GET.get("whose") == "all" else ""
        following = waiting_rows(self.request, timezone.now()).exclude(pk=self.document.pk).first()
        return reverse("crm:call", args=[following.pk]) + whose if following else reverse("crm:call_desk")


# --- lists --------------------------------------------------------------------------------------------------------------
class FollowUps(BaseListView):
    """Every promise of the store, open and ended."""

    model = FollowUp
    right = "crm.call"
    filterset_class = FollowUpFilter
    export_key = "follow-ups"
    hands_over = CALLS
    opens_on = (
        Segment(pgettext_lazy("follow-up", "Due"), "status=PENDING"),
        Segment(gettext_lazy("Overdue"), "overdue=true"),
        Segment(gettext_lazy("All"), "q="),
    )
    related = ("cadence", "customer", "vehicle", "assignee", "deputy", "store")
    columns = (
        Column(gettext_lazy("Customer"), "customer", cell=cells.called_customer, phone=True),
        Column(gettext_lazy("Plate"), "vehicle", cell=cells.car),
        Column(gettext_lazy("Cadence"), "cadence", cell=cells.cadence, phone=True, width=24),
        Column(gettext_lazy("Channel"), "channel", "choice"),
        Column(pgettext_lazy("follow-up", "Due"), "due_from", "moment", sort="due"),
        Column(gettext_lazy("Until"), "due_until", "moment", sort="until", phone=True),
        Column(pgettext_lazy("care", "Who"), "caller", cell=cells.caller),
        Column(gettext_lazy("Tries"), "attempts", "integer"),
        Column(pgettext_lazy("document", "State"), "status", "status", phone=True),
    )
    words = {
        "heading": gettext_lazy("Follow-ups"),
        "search_hint": gettext_lazy("Name, phone, plate"),
        "empty_title": gettext_lazy("No follow-ups yet"),
        "empty_text": gettext_lazy("They begin with a delivery or a settled work order."),
    }

    def row_class(self, follow_up: FollowUp) -> str:
        return "lateR" if follow_up.is_overdue else ""


class Contacts(BaseListView):
    """The register of calls, visits, letters and messages."""

    model = Contact
    right = "crm.call"
    filterset_class = ContactFilter
    export_key = "contacts"
    related = ("customer", "vehicle", "by", "follow_up__cadence", "reason", "correction")
    columns = (
        Column(gettext_lazy("Time"), "at", "moment", sort="at", phone=True),
        Column(gettext_lazy("Customer"), "customer", cell=cells.customer_of, phone=True),
        Column(gettext_lazy("Plate"), "vehicle", cell=cells.car),
        Column(gettext_lazy("Channel"), "channel", "choice", cell=cells.channel),
        Column(gettext_lazy("Occasion"), "follow_up.cadence", width=24),
        Column(gettext_lazy("Result"), "result", "choice", cell=cells.result, phone=True),
        Column(gettext_lazy("What was said"), cells.said, cell=cells.what_was_said, look="text-truncate sub", width=40),
        Column(gettext_lazy("Next step"), cells.next_step, look="text-nowrap"),
        Column(pgettext_lazy("person", "By"), "by"),
        Column(pgettext_lazy("contact", "Correct"), "pk", cell=cells.contact_acts, only="page", mute=True),
    )
    words = {
        "heading": gettext_lazy("Contacts"),
        "search_hint": gettext_lazy("Name, phone, plate"),
        "empty_title": gettext_lazy("No contacts yet"),
        "empty_text": gettext_lazy("Every call made at the callback desk stands here with its result."),
    }
