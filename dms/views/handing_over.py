"""Several rows of a list change hands at once: a box before each row, one bar with to whom and why."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST
from markupsafe import Markup

from dms.actions import handing_over
from dms.core.untyped import Row
from dms.models import Absence, Store, User
from dms.records.open_work import KINDS, OpenWork
from dms.views.redirects import back
from dms.web.columns import Column
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import SIGNED_IN, check_right, requires_right

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


@require_POST
@requires_right(SIGNED_IN)
def hand_over(request: AuthenticatedHttpRequest, key: str) -> HttpResponse:
    """The rows that were ticked go to somebody else; then one is back at the list."""
    kind = KINDS.get(key)
    if kind is None:
        raise Http404
    check_right(request, kind.hands)
    form = RowsForm(kind, request)
    if form.is_valid():
        to = form.cleaned_data["to"]
        n = handing_over.hand_over(
            kind, form.cleaned_data["pk"], to=to, reason=form.cleaned_data["reason"], by=request.user
        )
        sentence = ngettext("%(n)s handed over to %(name)s.", "%(n)s handed over to %(name)s.", n)
        messages.success(request, sentence % {"n": n, "name": to})
    else:
        messages.error(request, str(MISSING[next(iter(form.errors))]))
    return back(request)


@dataclass(frozen=True)
class Bar:
    """What stands under a list whose rows can be handed over by whoever looks."""

    kind: OpenWork
    people: QuerySet[User]

    @property
    def url(self) -> str:
        return reverse("dms:hand_over", args=[self.kind.key])


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
