"""A cards: the card box, the card, the contact in four taps, loss and review."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from dms.core.acts import Offer
from dms.core.untyped import Fact, Facts
from dms.formats import display
from dms.models import User
from dms.records import business_hours
from dms.views.lists import BaseListView
from dms.web.act_views import ActFormView, ActView
from dms.web.columns import Column, in_all_stores
from dms.web.http import AuthenticatedHttpRequest, working_store
from dms.web.rights import RequiresRight, requires_right
from sales import cells, contact_schedule
from sales.actions import leads
from sales.actions.leads import Wish
from sales.acts import LEAD, LEAD_CONTACT
from sales.filters import CardBox
from sales.forms.leads import LeadForm
from sales.models import Lead, LeadContact, ShowroomVisit, StockCar
from sales.models.leads import Level
from sales.open_work import LEADS
from sales.stock_position import positions


def visible(request: AuthenticatedHttpRequest, pk: int) -> Lead:
    rows = Lead.objects.visible_to(request.user)
    related = ("store", "customer", "owner", "source__parent", "series__brand", "variant__series", "loss_reason")
    return get_object_or_404(rows.select_related(*related), pk=pk)


class Leads(BaseListView):
    """The cards of the store, the most urgent first."""

    model = Lead
    right = "sales.view"
    template_name = "sales/lead_list.html"
    filterset_class = CardBox
    related = ("store", "customer", "owner", "series", "variant", "loss_reason")
    prefetched = ("customer__phones",)
    export_key = "leads"
    hands_over = LEADS
    columns = (
        Column(gettext_lazy("Level"), "level", cell=cells.lead_level, phone=True),
        Column(
            gettext_lazy("Customer"), "customer", cell=cells.lead_customer, sort="name", look="fw-medium", phone=True
        ),
        Column(gettext_lazy("Mobile"), cells.masked_phone, look="text-nowrap"),
        Column(gettext_lazy("Wants"), "car", look="text-truncate", width=24),
        Column(pgettext_lazy("lead", "Buys"), "buys_when", look="text-nowrap"),
        Column(
            gettext_lazy("Next contact"), "next_contact_at", "moment", cell=cells.next_contact, sort="next", phone=True
        ),
        Column(gettext_lazy("Lost to"), "loss_class", "choice", only="file"),
        Column(gettext_lazy("Competitor’s car"), "lost_to", only="file"),
        Column(gettext_lazy("Loss reason"), "loss_reason", only="file"),
        Column(gettext_lazy("Adviser"), "owner", look="text-nowrap"),
        Column(pgettext_lazy("card", "Opened"), "opened_at", "date", sort="opened"),
        Column(gettext_lazy("Store"), "store", shown=in_all_stores),
        Column(gettext_lazy("Status"), "status", "status", phone=True),
    )
    words = {
        "heading": gettext_lazy("A cards"),
        "search_hint": gettext_lazy("Number, name, phone"),
        "empty_title": gettext_lazy("No cards yet"),
        "empty_text": gettext_lazy("The register opens one for everybody who comes to look."),
        "new_label": gettext_lazy("New card"),
    }

    def row_class(self, lead: Lead) -> str:
        if lead.is_late:
            return "lateR"
        return "ask" if lead.is_being_given_up else ""

    def get_context_data(self, **kwargs: object) -> Facts:
        new_url = reverse("sales:lead_new") if self.request.user.has_perm("sales.sell") else ""
        return super().get_context_data(new_url=new_url, buckets=buckets(self.request), **kwargs)


@dataclass(frozen=True)
class Bucket:
    """A quick choice above the list: what, how many."""

    label: str
    count: int
    url: str
    current: bool


def buckets(request: AuthenticatedHttpRequest) -> list[Bucket]:
    """Everything, one's own, due, silent, and each level."""
    mine = Lead.objects.visible_to(request.user).of_store(request.store).open()
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


class LeadNew(RequiresRight, ActFormView[LeadForm]):
    """A card without a visit: a number from a show, a referral. Number and name are enough."""

    right = "sales.sell"
    form_class = LeadForm
    places = {"join_first": "join"}

    def get_initial(self) -> Facts:
        return dict(self.request.GET.items())

    def get_form_kwargs(self) -> Facts:
        return {**super().get_form_kwargs(), "store": self.request.store}

    def act(self, **facts: Fact) -> Lead:
        who = {name: facts.pop(name) for name in ("name", "phone", "join")}
        wish = Wish(facts.pop("source"), facts.pop("level"), facts)
        return leads.open_lead_for(**who, store=working_store(self.request), by=self.request.user, wish=wish)

    def after(self, lead: Lead) -> str:
        return reverse("sales:lead", args=[lead.pk])

    def get_context_data(self, **context: object) -> Facts:
        return super().get_context_data(heading=_("New A card"), cancel_url=reverse("sales:leads"), **context)


def cars_wanted(lead: Lead, user: User) -> QuerySet[StockCar]:
    """The stock of what they want, in the store of the card."""
    if not lead.series_id:
        return StockCar.objects.none()
    cars = StockCar.objects.visible_to(user).of_store(lead.store).select_related("variant__series", "colour")
    return cars.filter(variant=lead.variant) if lead.variant_id else cars.filter(variant__series=lead.series)


@dataclass(frozen=True)
class ContactRow:
    """A contact with what may be done to it, and whether it still waits for the manager's word."""

    contact: LeadContact
    review: Offer[LeadContact] | None


def contact_rows(lead: Lead, user: User) -> list[ContactRow]:
    """What happened on the card, the newest first."""
    rows = []
    for contact in lead.contacts.select_related("by", "reviewed_by"):
        offer = LEAD_CONTACT.offered(contact, user).get("review")
        rows.append(ContactRow(contact, offer if offer and not offer.why_not else None))
    return rows


def crm_page(url_name: str, pk: int, user: User) -> str:
    """The page of a customer or a car, for who may open it."""
    return reverse(url_name, args=[pk]) if user.has_perm("crm.view") else ""


@require_safe
@requires_right("sales.view")
def lead(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The whole card: the customer, who decides, what happened, the stock of what they want, quotes and order."""
    lead, now = visible(request, pk), timezone.now()
    today = timezone.localdate(now)
    offers = LEAD.offered(lead, request.user)
    contact = offers.get("contact")
    rows = contact_rows(lead, request.user)
    context = {
        "object": lead,
        "acts": offers,
        "contact": contact if contact and not contact.why_not else None,
        "customer_page": crm_page("crm:customer", lead.customer_id, request.user),
        "phones": lead.customer.phones.all(),
        "people": lead.customer.people.all(),
        "rows": rows,
        "showroom": sum(row.contact.channel == LeadContact.Channel.SHOWROOM for row in rows),
        # Both ends count: the day of opening is the first.
        "days": (today - timezone.localdate(lead.opened_at)).days + 1,
        "hours": contact_schedule.hours_of(lead.level),
        "changes": list(reversed(lead.level_changes.all()[:6])),
        "positions": positions(cars_wanted(lead, request.user), on=today),
        "quotes": lead.quotes.prefetch_related("lines"),
        "orders": lead.orders.all(),
    }
    return render(request, "sales/lead_detail.html", context)


def in_words(moment: datetime, today: date) -> str:
    """Today 15:00, tomorrow 10:00, Mon 23 Nov 10:00."""
    day = timezone.localdate(moment)
    near = {today: _("today"), today + timedelta(days=1): _("tomorrow")}.get(day)
    return f"{near or display.day(day)} {display.clock(moment)}"


def times_to_tap(lead: Lead, now: datetime) -> list[tuple[str, str]]:
    """Times for the next contact, one tap each: later today, tomorrow, the day after."""
    today = timezone.localdate(now)
    ten = timezone.localtime(now).replace(hour=10, minute=0, second=0, microsecond=0)
    times = [now + timedelta(hours=3), ten + timedelta(days=1), ten + timedelta(days=2)]
    # Two of the times may be moved to the same opening hour: it is offered once.
    calling = dict.fromkeys(
        business_hours.calling_time(moment, lead.store).replace(second=0, microsecond=0) for moment in times
    )
    return [(moment.isoformat(), in_words(moment, today)) for moment in calling if moment > now]


class RecordContact(RequiresRight, ActView):
    """A contact in four taps: record, result, level, save; the next customer is named in the button."""

    acts, name = LEAD, "contact"
    right = LEAD["contact"].right

    @property
    def lead(self) -> Lead:
        assert isinstance(self.document, Lead)
        return self.document

    def get_initial(self) -> Facts:
        # A phone that lost the answer sends the form again: by its key it stays one contact.
        return {"level": self.lead.level, "channel": usual_channel(self.lead), "key": uuid.uuid4().hex}

    def following(self) -> Lead | None:
        """Whom to call after this one."""
        due = Lead.objects.visible_to(self.request.user).of_store(self.lead.store).due(timezone.now())
        others = due.of(self.request.user).exclude(pk=self.lead.pk)
        return others.select_related("customer").order_by("next_contact_at").first()

    def after(self, result: LeadContact) -> str:
        page, following = super().after(result), self.following()
        return reverse("sales:lead_record", args=[following.pk]) if following else page

    def get_context_data(self, **context: object) -> Facts:
        now, hours = timezone.now(), contact_schedule.rules()
        return super().get_context_data(
            now=now,
            following=self.following(),
            levels=[(level, span(hours.get(level, contact_schedule.USUAL_HOURS))) for level in Level.values],
            results=LeadContact.Result.choices,
            channels=LeadContact.Channel.choices,
            times=times_to_tap(self.lead, now),
            last=self.lead.contacts.first(),
            **context,
        )


def usual_channel(lead: Lead) -> str:
    """Who is in the store now is spoken to there; everybody else is called."""
    here = ShowroomVisit.objects.inside().filter(lead=lead, day=timezone.localdate()).exists()
    return LeadContact.Channel.SHOWROOM if here else LeadContact.Channel.CALL


def span(hours: int) -> str:
    return display.age(timedelta(hours=hours))
