"""Colleagues, and who is away."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import Model, Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django_stubs_ext import StrOrPromise

from dms.actions import people
from dms.acts import ABSENCE, USER
from dms.formats import display, month_grid, query_params
from dms.forms import AbsenceForm, colleagues_of
from dms.models import Absence, User
from dms.navigation import own_due_work
from dms.navigation.layout import trail
from dms.views.lists import BaseListView
from dms.views.redirects import whence
from dms.web.act_views import ActFormView, ActView
from dms.web.filters import AbsenceFilter, UserFilter
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import RequiresRight, requires_right


# --- colleagues ---------------------------------------------------------------------------------------------------------
class People(BaseListView):
    """Colleagues of one's stores: role, phone, who is away and who stands in."""

    model = User
    right = "dms.people"
    filterset_class = UserFilter
    template_name = "dms/people.html"
    row_template = "dms/_person.html"
    export_key = "people"
    related: ClassVar[tuple[str, ...]] = ("deputy",)
    words: ClassVar[Mapping[str, StrOrPromise]] = {
        "search_hint": gettext_lazy("Name, pinyin, user name, end of phone"),
        "empty_title": gettext_lazy("No colleagues yet"),
        "empty_text": gettext_lazy("People are added under configuration, with their roles and stores."),
    }

    def rows(self) -> QuerySet[Model]:
        """Those who work here now, unless one asks for those who left."""
        today = Absence.objects.on(timezone.localdate()).select_related("deputy")
        rows = super().rows().prefetch_related("groups", "stores", Prefetch("absences", today, to_attr="away"))
        query_params = self.request.GET.get("active")
        return (
            rows.order_by("name_key", "pk") if query_params else rows.filter(is_active=True).order_by("name_key", "pk")
        )

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        user = self.request.user
        may_plan = user.has_perm("dms.absences")
        context = super().get_context_data(plan_url=reverse("dms:absence_new") if may_plan else "", **kwargs)
        locked = own_due_work.locked_since(timezone.now()) if user.has_perm("dms.unlock") else {}
        for person in context["page_obj"]:
            is_locked = person.username in locked or (bool(person.phone) and person.phone in locked)
            person.acts = USER.offered(person, user) if is_locked else {}
        return context


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
    row_template = "dms/_absence.html"
    export_key = "absences"
    related: ClassVar[tuple[str, ...]] = ("user", "deputy")
    words: ClassVar[Mapping[str, StrOrPromise]] = {
        "search_hint": gettext_lazy("Name, note"),
        "empty_title": gettext_lazy("No absences"),
        "empty_text": gettext_lazy("Plan leave and training here: due work then goes to the deputy by itself."),
    }

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        if self.request.user.has_perm("dms.absences"):
            kwargs |= {"new_url": reverse("dms:absence_new"), "new_label": _("Plan absence")}
        context = super().get_context_data(today=timezone.localdate(), **kwargs)
        for absence in context["page_obj"]:
            absence.acts = ABSENCE.offered(absence, self.request.user)
        return context


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
    template_name = "dms/absence_form.html"
    places = AbsenceForm.PLACES

    def get_initial(self) -> dict[str, object]:
        query = self.request.GET
        return {"user": query.get("user"), "first_day": query.get("day"), "last_day": query.get("day")}

    def get_form(self, form_class: type[AbsenceForm] | None = None) -> AbsenceForm:
        form = super().get_form(form_class)
        form.choose_from(colleagues_of(self.request.user))
        return form

    def act(self, **facts: Any) -> Absence:
        return people.plan_absence(**facts, by=self.request.user)

    def after(self, absence: Absence) -> str:
        messages.success(self.request, _planned(absence))
        return reverse("dms:absences")

    def get_context_data(self, **context: object) -> dict[str, Any]:
        heading = _("Plan absence")
        return super().get_context_data(
            heading=heading,
            submit_label=_("Plan"),
            cancel_url=reverse("dms:absences"),
            crumbs=trail("dms:absences", heading),
            **context,
        )


def _planned(absence: Absence) -> str:
    if absence.deputy is None:
        return _("Planned. Nobody stands in for %(name)s yet.") % {"name": absence.user}
    return _("Planned. %(deputy)s stands in for %(name)s.") % {"name": absence.user, "deputy": absence.deputy}


HEADINGS = {
    "change": gettext_lazy("Absence of %(name)s"),
    "remove": gettext_lazy("Remove the absence of %(name)s"),
}
"""What the page of an act is called."""


class AbsenceAct(ActView):
    """Change or remove an absence; afterwards one is back at the list."""

    places = AbsenceForm.PLACES

    @property
    def page(self) -> str:
        return reverse(self.acts.page)

    def get_context_data(self, **context: object) -> dict[str, Any]:
        absence = self.document
        assert isinstance(absence, Absence)
        return {
            **super().get_context_data(**context),
            "heading": HEADINGS[self.name] % {"name": absence.user},
            "acts": ABSENCE.offered(absence, self.request.user),
            "crumbs": trail("dms:absences", str(absence.user)),
            "danger": self.declared.emphasis == "danger",
            "text": _("%(kind)s, %(first)s to %(last)s. Due work stays with the person then.")
            % {
                "kind": absence.get_kind_display(),
                "first": display.date(absence.first_day),
                "last": display.date(absence.last_day),
            },
        }
