"""Several rows of a list change hands at once: a box before each row, one bar with to whom and why."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.generic import View
from markupsafe import Markup

from dms.actions import handing_over
from dms.core.untyped import Row
from dms.models import Absence, Store, User
from dms.records.open_work import OpenWork
from dms.views.redirects import back
from dms.web.columns import Column
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import RequiresRight

BOX = Markup('<input class="form-check-input" type="checkbox" name="pk" value="%s" form="hand-over" aria-label="%s">')
MOST = 500
"""Rows of one act: more than any page of a list shows."""


def takers(kind: OpenWork, user: User, store: Store | None) -> QuerySet[User]:
    """Who can take this work: colleagues of the store who do it and are there today."""
    people = User.objects.visible_to(user).of_store(store).active()
    away = Absence.objects.on(timezone.localdate()).values("user_id")
    people = people.exclude(pk__in=away).order_by("name_key", "pk")
    return people.with_right(kind.right) if kind.right else people


class RowsForm(forms.Form):
    """Which rows, to whom, and why."""

    pk = forms.TypedMultipleChoiceField(coerce=int, required=True)
    to = forms.ModelChoiceField(User.objects.none(), label=_("To"))
    reason = forms.CharField(label=pgettext_lazy("why", "Reason"), max_length=200)

    def __init__(self, kind: OpenWork, request: AuthenticatedHttpRequest) -> None:
        super().__init__(request.POST)
        keys = [key for key in request.POST.getlist("pk") if key.isascii() and key.isdigit()][:MOST]
        rows, to = self.fields["pk"], self.fields["to"]
        assert isinstance(rows, forms.TypedMultipleChoiceField)
        assert isinstance(to, forms.ModelChoiceField)
        rows.choices = [(key, key) for key in keys]
        to.queryset = takers(kind, request.user, request.store)


MISSING = {
    "pk": gettext_lazy("Choose at least one row."),
    "to": gettext_lazy("Choose who takes it."),
    "reason": gettext_lazy("Say why it changes hands."),
}


class HandOver(RequiresRight, View):
    """The rows that were ticked go to somebody else; then one is back at the list."""

    http_method_names = ["post"]
    kind: OpenWork
    request: AuthenticatedHttpRequest

    def post(self, request: AuthenticatedHttpRequest) -> HttpResponse:
        form = RowsForm(self.kind, request)
        if form.is_valid():
            to, reason = form.cleaned_data["to"], form.cleaned_data["reason"]
            n = handing_over.hand_over(self.kind, keys=form.cleaned_data["pk"], to=to, reason=reason, by=request.user)
            sentence = ngettext("%(n)s handed over to %(name)s.", "%(n)s handed over to %(name)s.", n)
            messages.success(request, sentence % {"n": n, "name": to})
        else:
            messages.error(request, str(MISSING[next(iter(form.errors))]))
        return back(request, self.kind.page)


def hand_over_path(kind: OpenWork, prefix: str) -> URLPattern:
    """The address to which a list sends its ticked rows: ``leads/hand-over/`` named ``leads_hand_over``."""
    name = kind.page.partition(":")[2]
    view: type[HandOver] = type("HandOverRows", (HandOver,), {"kind": kind, "right": kind.hands})
    return path(f"{prefix}hand-over/", view.as_view(), name=f"{name}_hand_over")


@dataclass(frozen=True)
class Bar:
    """What stands under a list whose rows can be handed over by whoever looks."""

    kind: OpenWork
    people: QuerySet[User]

    @property
    def url(self) -> str:
        return reverse(f"{self.kind.page}_hand_over")


def bar_of(kind: OpenWork | None, request: AuthenticatedHttpRequest) -> Bar | None:
    """The bar of a list, for who may hand its rows over."""
    if kind is None or not request.user.has_perm(kind.hands):
        return None
    return Bar(kind, takers(kind, request.user, request.store))


def boxes(kind: OpenWork, rows: list[Row]) -> Column:
    """The column before the others: a box for each of these rows that is open."""
    open_rows = set(kind.rows().filter(pk__in=[row.pk for row in rows]).order_by().values_list("pk", flat=True))

    def box(row: Row, _request: AuthenticatedHttpRequest) -> Markup:
        return BOX % (row.pk, _("Choose %(row)s") % {"row": row}) if row.pk in open_rows else Markup()

    return Column(gettext_lazy("Choose"), "pk", cell=box, only="page", phone=True, mute=True, look="box")
