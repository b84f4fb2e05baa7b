"""A cards: the card box, the card, the contact in four taps, loss and review."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST, require_safe

from crm.models import Phone
from dms.core.refusals import Refusal
from dms.formats import display
from dms.records import business_hours
from dms.views.lists import BaseListView
from dms.web.http import AuthenticatedHttpRequest, sent, working_store
from dms.web.rights import requires_right
from sales import contact_schedule
from sales.actions import leads as acts
from sales.actions import losses
from sales.actions.leads import Said, Wish
from sales.filters import LeadFilter
from sales.forms import (
    ConfirmLossForm,
    ContactForm,
    LeadForm,
    LossForm,
    NoteForm,
    ReassignForm,
    RescheduleForm,
    WishForm,
)
from sales.models import Lead, LeadContact, ShowroomVisit, StockCar
from sales.models.leads import Level
from sales.stock_position import positions

PHONES = Prefetch("customer__phones", Phone.objects.order_by("-is_primary", "pk"))


def visible(request: AuthenticatedHttpRequest, pk: int) -> Lead:
    rows = Lead.objects
    found = rows.visible_to(request.user).select_related(
        "store", "customer", "owner", "source__parent", "series__brand", "variant__series", "loss_reason"
    )
    return get_object_or_404(found, pk=pk)


class Leads(BaseListView):
    """The cards of the store, the most urgent first."""

    model = Lead
    right = "sales.view"
    template_name = "sales/lead_list.html"
    row_template = "sales/_lead_row.html"
    filterset_class = LeadFilter
    related = ("store", "customer", "owner", "series", "variant__series")
    words = {
        "heading": gettext_lazy("A cards"),
        "search_hint": gettext_lazy("Number, name, phone"),
        "empty_title": gettext_lazy("No cards yet"),
        "empty_text": gettext_lazy("The register opens one for everybody who comes to look."),
        "new_label": gettext_lazy("New card"),
    }

    def rows(self) -> Any:
        return super().rows().prefetch_related(PHONES)

    def get_queryset(self) -> Any:
        """Without a wish for something else: cards somebody works on. Of one day they are all there, whatever became of them."""
        found: Any = super().get_queryset()
        asked = self.request.GET
        return found if asked.get("status") or asked.get("opened_on") else found.open()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        new_url = reverse("sales:lead_new") if self.request.user.has_perm("sales.sell") else ""
        return super().get_context_data(
            new_url=new_url, buckets=buckets(self.request), now=timezone.now(), levels=Level.values, **kwargs
        )


@dataclass(frozen=True)
class Bucket:
    """A quick choice above the list: what, how many."""

    label: str
    count: int
    url: str
    current: bool


def buckets(request: AuthenticatedHttpRequest) -> list[Bucket]:
    """Everything, one's own, due, silent, and each level."""
    rows = Lead.objects
    mine = rows.visible_to(request.user).of_store(request.store).open()
    levels = dict.fromkeys(Level.values, 0)
    for level in mine.order_by().values_list("level", flat=True):
        levels[level] += 1
    here = reverse("sales:leads")
    asked = request.GET
    own = str(request.user.pk)
    due = mine.due(timezone.now()).count()
    plain = [
        Bucket(pgettext("cards", "All"), sum(levels.values()), here, not asked),
        Bucket(
            pgettext("cards", "Mine"),
            mine.of(request.user).count(),
            f"{here}?owner={own}",
            asked.get("owner") == own,
        ),
        Bucket(pgettext("cards", "Due"), due, f"{here}?due=true", asked.get("due") == "true"),
    ]
    return plain + [
        Bucket(level, levels[level], f"{here}?level={level}", asked.get("level") == level) for level in "HABCN"
    ]


@requires_right("sales.sell")
def lead_new(request: AuthenticatedHttpRequest) -> HttpResponse:
    """A card without a visit: a number from a show, a referral. Number and name are enough."""
    form = LeadForm(sent(request), initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        name, phone = facts.pop("name"), facts.pop("phone")
        wish = Wish(facts.pop("source"), facts.pop("level"), facts)
        lead = acts.open_lead_for(name=name, phone=phone, store=working_store(request), by=request.user, wish=wish)
        return redirect("sales:lead", lead.pk)
    context = {"form": form, "heading": _("New A card"), "cancel_url": reverse("sales:leads")}
    return render(request, "generic/form.html", context, status=422 if form.errors else 200)


@require_safe
@requires_right("sales.view")
def lead(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The whole card: the customer, who decides, what happened, the stock of what they want, quotes and order."""
    found, now = visible(request, pk), timezone.now()
    cars = StockCar.objects.none()
    if found.series_id:
        stock = StockCar.objects
        cars = stock.visible_to(request.user).of_store(found.store).select_related("variant__series", "colour")
        wanted = {"variant": found.variant} if found.variant_id else {"variant__series": found.series}
        cars = cars.filter(**wanted)
    rows = list(found.visits.select_related("by", "reviewed_by"))
    context = {
        "object": found,
        "phones": found.customer.phones.all(),
        "people": found.customer.people.all(),
        "rows": rows,
        "showroom": sum(row.channel == LeadContact.Channel.SHOWROOM for row in rows),
        "late": found.next_contact_at is not None and found.next_contact_at < now and found.status == Lead.Status.OPEN,
        "days": (timezone.localdate(now) - timezone.localdate(found.opened_at)).days + 1,
        "hours": contact_schedule.hours_of(found.level),
        "changes": list(reversed(found.level_changes.all()[:6])),
        "positions": positions(cars, on=timezone.localdate(now)),
        "quotes": found.quotes.prefetch_related("lines"),
        "orders": found.orders.all(),
        "mine": request.user.pk in acts.keepers(found) or request.user.has_perm("sales.approve"),
        "now": now,
    }
    return render(request, "sales/lead_detail.html", context)


def in_words(moment: datetime, today: Any) -> str:
    """Today 15:00, tomorrow 10:00, Mon 23 Nov 10:00."""
    day = timezone.localdate(moment)
    near = {today: _("today"), today + timedelta(days=1): _("tomorrow")}.get(day)
    return f"{near or display.day(day)} {display.clock(moment)}"


def offers(found: Lead, now: datetime) -> list[tuple[str, str]]:
    """Times for the next contact, one tap each: by the rule, later today, tomorrow, the day after."""
    today = timezone.localdate(now)
    ten = timezone.localtime(now).replace(hour=10, minute=0, second=0, microsecond=0)
    times = [now + timedelta(hours=3), ten + timedelta(days=1), ten + timedelta(days=2)]
    fits = dict.fromkeys(
        business_hours.calling_time(moment, found.store).replace(second=0, microsecond=0) for moment in times
    )
    return [(moment.isoformat(), in_words(moment, today)) for moment in fits if moment > now]


def next_due(request: AuthenticatedHttpRequest, found: Lead) -> Lead | None:
    """Whom to call after this one."""
    rows = Lead.objects
    mine = rows.visible_to(request.user).of_store(found.store).due(timezone.now()).of(request.user)
    return mine.exclude(pk=found.pk).select_related("customer").order_by("next_contact_at").first()


@requires_right("sales.sell")
def lead_record(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """A contact in four taps: record, result, level, save; the next customer is named in the button."""
    found, now = visible(request, pk), timezone.now()
    start = {"level": found.level, "channel": usual_channel(found), "key": uuid.uuid4().hex}
    form = ContactForm(sent(request), initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            acts.record_contact(found, said=said(form.cleaned_data), by=request.user, key=form.cleaned_data["key"])
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            following = next_due(request, found)
            messages.success(request, _("Recorded for %(name)s.") % {"name": found.customer})
            return redirect("sales:lead_record", following.pk) if following else redirect("sales:lead", pk)
    hours = contact_schedule.rules()
    context = {
        "object": found,
        "form": form,
        "now": now,
        "following": next_due(request, found),
        "levels": [(level, span(hours.get(level, contact_schedule.USUAL_HOURS))) for level in Level.values],
        "results": LeadContact.Result.choices,
        "channels": LeadContact.Channel.choices,
        "offers": offers(found, now),
        "last": found.visits.first(),
    }
    return render(request, "sales/lead_record.html", context, status=422 if form.errors else 200)


def usual_channel(found: Lead) -> str:
    """Who is in the store now is spoken to there; everybody else is called."""
    here = ShowroomVisit.objects.filter(lead=found, day=timezone.localdate(), left_at__isnull=True).exists()
    return LeadContact.Channel.SHOWROOM if here else LeadContact.Channel.CALL


def span(hours: int) -> str:
    return display.age(timedelta(hours=hours))


def said(facts: dict[str, Any]) -> Said:
    """What the form says: a tapped time, another one, or the rule."""
    next_at = facts["next_at"]
    if facts["when"] and next_at is None:
        try:
            next_at = datetime.fromisoformat(facts["when"])
        except ValueError:
            next_at = None
    if next_at is not None and timezone.is_naive(next_at):
        next_at = timezone.make_aware(next_at)
    return Said(facts["result"], facts["level"], facts["what"], facts["channel"], next_at)


def form_page(request: AuthenticatedHttpRequest, found: Lead, form: Any, heading: str, **more: Any) -> HttpResponse:
    """A page with one form about a card."""
    context = {
        "form": form,
        "object": found,
        "heading": heading,
        "cancel_url": reverse("sales:lead", args=[found.pk]),
        **more,
    }
    return render(request, "generic/form.html", context, status=422 if form.errors else 200)


@requires_right("sales.sell")
def lead_edit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What they want is known better."""
    found = visible(request, pk)
    form = WishForm(sent(request), instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            acts.change_wish(Lead.objects.get(pk=pk), by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            return redirect("sales:lead", pk)
    return form_page(request, found, form, _("What they want"))


@requires_right("sales.sell")
def lead_reschedule(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The promised contact moves; why is asked."""
    found = visible(request, pk)
    form = RescheduleForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            acts.reschedule(found, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error("to", str(refusal.sentence))
        else:
            return redirect("sales:lead", pk)
    return form_page(request, found, form, _("Move the next contact"))


@requires_right("sales.approve")
def lead_reassign(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """A colleague keeps the card from now on."""
    found = visible(request, pk)
    form = ReassignForm(sent(request), store=found.store)
    if request.method == "POST" and form.is_valid():
        acts.reassign(found, by=request.user, **form.cleaned_data)
        return redirect("sales:lead", pk)
    return form_page(request, found, form, _("Give the card to a colleague"))


@requires_right("sales.sell")
def lead_loss(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The adviser gives up; somebody else looks at it first."""
    found = visible(request, pk)
    form = LossForm(sent(request))
    if request.method == "POST" and form.is_valid():
        losses.request_loss(found, by=request.user, **form.cleaned_data)
        messages.success(request, _("The manager looks at it."))
        return redirect("sales:lead", pk)
    return form_page(request, found, form, _("Request the loss"), submit_label=_("Request"))


@requires_right("sales.approve")
def lead_confirm(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The loss is real."""
    found = visible(request, pk)
    form = ConfirmLossForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            losses.confirm_loss(found, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            return redirect("sales:lead", pk)
    note = f"{found.loss_reason or ''} {found.loss_note}".strip()
    return form_page(request, found, form, _("Confirm the loss"), submit_label=_("Confirm"), form_note=note)


@requires_right("sales.approve")
def lead_return(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Not lost yet: what to try next."""
    found = visible(request, pk)
    form = NoteForm(sent(request))
    if request.method == "POST" and form.is_valid():
        losses.return_loss(found, by=request.user, **form.cleaned_data)
        return redirect("sales:lead", pk)
    return form_page(request, found, form, _("Return to the adviser"), submit_label=_("Return"))


@require_POST
@requires_right("sales.approve")
def review(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The manager read the row, and may say what to do."""
    cards = Lead.objects
    rows = LeadContact.objects.filter(lead__in=cards.visible_to(request.user))
    row = get_object_or_404(rows, pk=pk)
    acts.review(row, words=request.POST.get("words", ""), by=request.user)
    return redirect("sales:lead", row.lead_id)
