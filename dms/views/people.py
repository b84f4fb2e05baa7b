"""Colleagues, and who is away."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django_stubs_ext import StrOrPromise

from dms import cells
from dms.actions import people
from dms.acts import ABSENCE
from dms.core.untyped import Fact
from dms.formats import display, month_grid, query_params
from dms.forms import AbsenceForm, colleagues_of
from dms.models import Absence, User
from dms.navigation import own_due_work
from dms.views.lists import BaseListView
from dms.views.redirects import whence
from dms.web.act_markup import acts_cell
from dms.web.act_views import ActFormView, ActView
from dms.web.columns import Column
from dms.web.filters import AbsenceFilter, UserFilter
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import RequiresRight, requires_right


# --- colleagues ---------------------------------------------------------------------------------------------------------
class People(BaseListView):
    """Colleagues of one's stores: role, phone, who is away and who stands in. Phones do not leave in a spreadsheet."""

    model = User
    right = "dms.people"
    filterset_class = UserFilter
    template_name = "dms/people.html"
    export_key = "people"
    related: ClassVar[tuple[str, ...]] = ("deputy",)
    prefetched: ClassVar[tuple[str, ...]] = ("groups", "stores")
    columns = (
        Column(pgettext_lazy("person", "Name"), "display_name", sort="name", phone=True, look="fw-medium"),
        Column(gettext_lazy("Role"), "role_label", phone=True),
        # On the page each number that is shown is logged; a file would carry them all away.
        Column(gettext_lazy("Phone"), "phone", cell=cells.person_phone, only="page", phone=True),
        Column(pgettext_lazy("presence", "Today"), "pk", cell=cells.person_today, only="page", phone=True),
        Column(gettext_lazy("Store"), cells.stores_of, look="cut-s", width=24),
        Column(gettext_lazy("Usual deputy"), "deputy", cell=cells.person_deputy),
        Column(gettext_lazy("User name"), "username", sort="username", look="text-secondary"),
        Column(gettext_lazy("Last sign-in"), "last_login", "moment", sort="last_login", look="text-secondary"),
        Column(gettext_lazy("Acts"), "pk", cell=cells.person_acts, only="page", mute=True, look="text-end"),
    )
    words: ClassVar[Mapping[str, StrOrPromise]] = {
        "heading": gettext_lazy("Colleagues"),
        "search_hint": gettext_lazy("Name, pinyin, user name, end of phone"),
        "empty_title": gettext_lazy("No colleagues yet"),
        "empty_text": gettext_lazy("People are added under configuration, with their roles and stores."),
    }

    def rows(self) -> QuerySet[User]:
        """Those who work here now, unless one asks for those who left."""
        rows = super().rows().order_by("name_key", "pk")
        return rows if self.request.GET.get("active") else rows.filter(is_active=True)

    @staticmethod
    def prepare(rows: list[Any]) -> None:
        """Who is away today, and whose sign-in is locked."""
        today = Absence.objects.on(timezone.localdate()).select_related("deputy")
        prefetch_related_objects(rows, Prefetch("absences", today, to_attr="away"))
        locked = own_due_work.locked_since(timezone.now())
        for person in rows:
            person.locked = any(name in locked for name in (person.username, person.phone) if name)

    def row_class(self, person: User) -> str:
        return "" if person.is_active else "gone"


def _colleague(request: AuthenticatedHttpRequest, pk: int) -> User:
    return get_object_or_404(User.objects.visible_to(request.user), pk=pk)


@require_POST
@requires_right("dms.people")
def person_phone(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The whole number of a colleague; that it was asked for is logged."""
    phone = people.reveal_phone(_colleague(request, pk), by=request.user)
    return render(request, "components/_phone.html", {"full": phone, "shown": display.spaced_phone(phone)})


class PersonAct(ActView):
    """An act on a colleague, pressed in the list or in one's work: there one is again afterwards."""

    @property
    def page(self) -> str:
        return whence(self.request, self.acts.page)


# --- absences -----------------------------------------------------------------------------------------------------------
class Absences(BaseListView):
    """Who is away, and who stands in; those to come first."""

    model = Absence
    right = "dms.people"
    filterset_class = AbsenceFilter
    template_name = "dms/absences.html"
    export_key = "absences"
    related: ClassVar[tuple[str, ...]] = ("user", "deputy")
    columns = (
        Column(gettext_lazy("Colleague"), "user", cell=cells.absence_person, sort="user", phone=True, look="fw-medium"),
        Column(gettext_lazy("Kind"), "kind", "choice", cell=cells.absence_kind, phone=True),
        Column(gettext_lazy("First day"), "first_day", "day", sort="first_day", phone=True),
        Column(gettext_lazy("Last day"), "last_day", "day", sort="last_day", phone=True),
        Column(gettext_lazy("Days"), "days", "integer"),
        Column(gettext_lazy("Deputy"), "deputy", cell=cells.absence_deputy),
        Column(gettext_lazy("Note"), "note", look="cut-s text-secondary", width=30),
        Column(gettext_lazy("Acts"), "pk", cell=acts_cell(ABSENCE), only="page", mute=True, look="text-end"),
    )
    words: ClassVar[Mapping[str, StrOrPromise]] = {
        "heading": gettext_lazy("Absences"),
        "search_hint": gettext_lazy("Name, note"),
        "empty_title": gettext_lazy("No absences"),
        "empty_text": gettext_lazy("Plan leave and training here: due work then goes to the deputy by itself."),
        "new_label": gettext_lazy("Plan absence"),
    }

    def row_class(self, absence: Absence) -> str:
        return "ask" if cells.lacks_deputy(absence, timezone.localdate()) else ""

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        new_url = reverse("dms:absence_new") if self.request.user.has_perm("dms.absences") else ""
        return super().get_context_data(new_url=new_url, **kwargs)


FAMILY_OF_KIND: dict[str, str] = {
    Absence.Kind.LEAVE: "run",
    Absence.Kind.SICK: "wait",
    Absence.Kind.TRAINING: "ask",
    Absence.Kind.TRIP: "ask",
    Absence.Kind.OFF: "idle",
}


def _month_asked(text: str) -> date:
    """``2026-11`` as its first day; anything else is this month."""
    return query_params.month(text) or timezone.localdate().replace(day=1)


@require_safe
@requires_right("dms.people")
def absence_month(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The month with everybody's absences on its days."""
    user = request.user
    first = _month_asked(request.GET.get("month", ""))
    following = (first + timedelta(days=32)).replace(day=1)
    shown_from, shown_to = first - timedelta(days=7), following + timedelta(days=7)
    rows = Absence.objects.visible_to(user).of_store(request.store)
    rows = (
        rows.filter(first_day__lte=shown_to, last_day__gte=shown_from)
        .select_related("user")
        .order_by("first_day", "pk")
    )
    items: dict[date, list[month_grid.Item]] = {}
    may_edit = user.has_perm("dms.absences")
    for absence in rows:
        url = (
            reverse("dms:absence_edit", args=[absence.pk])
            if may_edit
            else f"{reverse('dms:absences')}?q={absence.user.username}"
        )
        item = month_grid.Item(f"{absence.user} {absence.get_kind_display()}", url, FAMILY_OF_KIND[absence.kind])
        day, last = max(absence.first_day, shown_from), min(absence.last_day, shown_to)
        while day <= last:
            items.setdefault(day, []).append(item)
            day += timedelta(days=1)
    weekends = {day: "" for day in (shown_from + timedelta(days=n) for n in range(50)) if day.weekday() >= 5}
    context = {
        "month": month_grid.month(first, today=timezone.localdate(), items=items, off=weekends),
        "previous_url": f"?month={first - timedelta(days=1):%Y-%m}",
        "next_url": f"?month={following:%Y-%m}",
        "may_plan": may_edit,
    }
    return render(request, "dms/absence_month.html", context)


class AbsenceNew(RequiresRight, ActFormView[AbsenceForm]):
    """Plan an absence; ``?user=`` and ``?day=`` fill in what is known."""

    right = "dms.absences"
    form_class = AbsenceForm
    places = AbsenceForm.PLACES

    def get_initial(self) -> dict[str, object]:
        query = self.request.GET.dict()
        return {"first_day": query.get("day"), "last_day": query.get("day"), **query}

    def get_form(self, form_class: type[AbsenceForm] | None = None) -> AbsenceForm:
        form = super().get_form(form_class)
        form.choose_from(colleagues_of(self.request.user))
        form.show_work_of(form.data if form.is_bound else form.initial, self.request.user)
        return form

    def act(self, **facts: Fact) -> Absence:
        return people.plan_absence(**facts, by=self.request.user)

    def after(self, absence: Absence) -> str:
        messages.success(self.request, _planned(absence))
        return reverse("dms:absences")

    def get_context_data(self, **context: object) -> dict[str, object]:
        return super().get_context_data(
            heading=_("Plan absence"), submit_label=_("Plan"), cancel_url=reverse("dms:absences"), **context
        )


def _planned(absence: Absence) -> str:
    if absence.deputy is None:
        return _("Planned. Nobody stands in for %(name)s yet.") % {"name": absence.user}
    return _("Planned. %(deputy)s stands in for %(name)s.") % {"name": absence.user, "deputy": absence.deputy}


class AbsenceAct(ActView):
    """Change or remove an absence; afterwards one is back at the list."""

    places = AbsenceForm.PLACES

    @property
    def page(self) -> str:
        return reverse(self.acts.page)

    def get_context_data(self, **context: object) -> dict[str, object]:
        assert isinstance(self.document, Absence)
        heading = HEADINGS[self.name] % {"name": self.document.user}
        return super().get_context_data(heading=heading, **context)


HEADINGS = {
    "change": gettext_lazy("Absence of %(name)s"),
    "remove": gettext_lazy("Remove the absence of %(name)s"),
}
"""What the form of an act is called."""
