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
from dms.core.refusals import Refusal
from dms.formats import display, month_grid, query_params
from dms.forms import AbsenceForm, RemovalForm
from dms.models import Absence, User
from dms.navigation import own_due_work
from dms.navigation.layout import trail
from dms.views.lists import BaseListView
from dms.views.redirects import back, go
from dms.web.filters import AbsenceFilter, UserFilter
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right


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
        locked = own_due_work.locked_since(timezone.now()) if user.has_perm("dms.unlock") else {}
        return super().get_context_data(locked=locked, may_plan=user.has_perm("dms.absences"), **kwargs)


def _colleague(request: AuthenticatedHttpRequest, pk: int) -> User:
    return get_object_or_404(User.objects.visible_to(request.user), pk=pk)


@require_POST
@requires_right("dms.people")
def person_phone(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The whole number of a colleague; that it was asked for is logged."""
    phone = people.reveal_phone(_colleague(request, pk), by=request.user)
    return render(request, "components/_phone.html", {"full": phone, "shown": display.spaced_phone(phone)})


@require_POST
@requires_right("dms.unlock")
def person_unlock(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Let a colleague sign in again after too many wrong passwords."""
    person = _colleague(request, pk)
    people.unlock(person, by=request.user)
    messages.success(request, _("%(name)s may sign in again.") % {"name": person})
    return back(request)


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
        return super().get_context_data(today=timezone.localdate(), **kwargs)


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


@requires_right("dms.absences")
def absence_new(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Plan an absence; ``?user=`` and ``?day=`` fill in what is known."""
    initial = {"user": request.GET.get("user"), "first_day": request.GET.get("day"), "last_day": request.GET.get("day")}
    form = AbsenceForm(request.POST or None, by=request.user, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            absence = people.plan_absence(**form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.refuse(refusal.code, refusal.sentence)
        else:
            messages.success(request, _planned(absence))
            return go(request, "dms:absences")
    context = {
        "form": form,
        "submit_label": _("Plan"),
        "cancel_url": reverse("dms:absences"),
        "crumbs": trail("dms:absences", _("Plan absence")),
    }
    return render(request, "dms/absence_form.html", context, status=422 if form.errors else 200)


def _planned(absence: Absence) -> str:
    if absence.deputy is None:
        return _("Planned. Nobody stands in for %(name)s yet.") % {"name": absence.user}
    return _("Planned. %(deputy)s stands in for %(name)s.") % {"name": absence.user, "deputy": absence.deputy}


def _absence(request: AuthenticatedHttpRequest, pk: int) -> Absence:
    rows = Absence.objects.visible_to(request.user).select_related("user", "deputy")
    return get_object_or_404(rows, pk=pk)


@requires_right("dms.absences")
def absence_edit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Change the days, the kind or the deputy."""
    absence = _absence(request, pk)
    form = AbsenceForm(request.POST or None, by=request.user, absence=absence)
    if form.is_bound and form.is_valid():
        try:
            people.change_absence(absence, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.refuse(refusal.code, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return go(request, "dms:absences")
    context = {
        "form": form,
        "absence": absence,
        "title": absence.user,
        "cancel_url": reverse("dms:absences"),
        "crumbs": trail("dms:absences", str(absence.user)),
    }
    return render(request, "dms/absence_form.html", context, status=422 if form.errors else 200)


@requires_right("dms.absences")
def absence_remove(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Ask why, then take the absence away."""
    absence = _absence(request, pk)
    form = RemovalForm(request.POST or None)
    if form.is_bound and form.is_valid():
        people.remove_absence(absence, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("Removed. %(name)s is here on these days.") % {"name": absence.user})
        return go(request, "dms:absences")
    context = {
        "form": form,
        "heading": _("Remove the absence of %(name)s") % {"name": absence.user},
        "text": _("%(kind)s, %(first)s to %(last)s. Due work stays with the person then.")
        % {
            "kind": absence.get_kind_display(),
            "first": display.date(absence.first_day),
            "last": display.date(absence.last_day),
        },
        "submit_label": _("Remove"),
        "danger": True,
        "cancel_url": reverse("dms:absence_edit", args=[absence.pk]),
    }
    return render(request, "generic/confirm.html", context, status=422 if form.errors else 200)
