"""Two windows on one row: both changes stay, and the same field is asked. Every form that begins with what a row has, walked."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.db import models, transaction
from django.forms import model_to_dict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dms.core.acts import Act
from dms.web import edits
from dms.web.edits import KEEP, MINE, OPENED, THEIRS
from dms.web.forms import form_of
from sales.acts import ORDER
from tests.architecture.act_table import DOCUMENTS, Document
from tests.architecture.site import undone
from tests.factories import Cast, ShopHourFactory

pytestmark = pytest.mark.django_db

EDITING = [
    pytest.param((document, name), id=f"{document.acts.model.__name__}-{name}")
    for document in DOCUMENTS
    for name, act in document.acts.items()
    if act.edits
]

NO_EDIT = {
    "ShowroomVisit-complete": "a line is completed once; the second is told that it is complete",
    "WorkOrder-promise": "a time is proposed, and the whole is judged by the consent that follows",
    "WorkOrder-diagnose": "cause and correction are one statement of the one technician who has the car",
    "Contact-correct": "what is said instead, as a contact of its own; corrected twice is refused",
    "Quote-revise": "a new version, beside the one it begins with",
    "WorkLine-issue": "pieces that leave, not the quantity of the line",
    "WorkLine-give_back": "pieces that come back, not the quantity of the line",
    "WorkOrder-change_promise": "a new forecast, with its reason; the old promise stays on the order",
}
"""Acts whose form may begin with what the row has, and why they are no edit."""


FIELDS = {
    "Part-edit": ["name", "name_en"],
    "OwnerCard-loan": ["loan_until", "loan_terms"],
    "Stock-limits": ["maximum", "minimum"],
}
"""The fields that are tried, where the first is needed by the second."""
PAGES = {"Order-plan": lambda order: reverse("sales:delivery", args=[order.delivery_sheet.pk])}
"""Where the form stands, when that is neither its own page nor that of its row."""
ROLES = ("gm", "service_manager", "adviser", "technician", "admin")


def open_row(document: Document, name: str, cast: Cast) -> tuple[Any, Any]:
    """Somebody to whom the act is open, and the row."""
    for role in ROLES:
        user = cast.named(role)
        for make in document.rows.values():
            point = transaction.savepoint()
            row = document.acts.model._default_manager.get(pk=make(store=cast.store).pk)
            offer = document.acts.offered(row, user).get(name)
            if (
                offer is not None
                and not offer.why_not
                and (document.acts is not ORDER or hasattr(row, "delivery_sheet"))
            ):
                return user, row
            transaction.savepoint_rollback(point)
    raise AssertionError(f"nobody can {name}")


@dataclass
class Windows:
    """Two windows of one person on one row."""

    document: Document
    name: str
    user: Any
    row: Any
    client: Client

    @property
    def key(self) -> str:
        return f"{self.document.acts.model.__name__}-{self.name}"

    @property
    def address(self) -> str:
        return reverse(self.document.acts.url_name(self.name), args=[self.row.pk])

    def form(self) -> Any:
        """The form as it would be opened now."""
        row = self.document.acts.model._default_manager.get(pk=self.row.pk)
        return form_of(self.document.acts[self.name], row, self.user)

    def open(self) -> dict[str, Any]:
        """What a browser would send of the form untouched."""
        page = self.client.get(self.address)
        if page.status_code == 405:  # it stands on the page of its row
            page = self.client.get(PAGES.get(self.key, self.document.acts.page_of)(self.row))
        assert f'name="{OPENED}"' in page.content.decode(), "the page does not send along what it was opened with"
        return sent(self.form())

    def send(self, data: dict[str, Any]) -> Any:
        return self.client.post(self.address, data)

    def value(self, field: str) -> Any:
        return edits.shown(self.form(), field)


@pytest.fixture
def windows(request, cast, client) -> Windows:
    document, name = request.param
    cast.assemble("adviser", "second_adviser", "service_adviser")
    for _number in range(3):
        cast.hire("technician")
    for days in (1, 2):  # a day later, and two
        at = timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=days)
        ShopHourFactory.create(store=cast.store, starts_at=at)
    user, row = open_row(document, name, cast)
    client.force_login(user)
    return Windows(document, name, user, row, client)


walked = pytest.mark.parametrize("windows", EDITING, indirect=True)


def sent(form: Any) -> dict[str, Any]:
    data = {}
    for name in form.fields:
        value = edits.shown(form, name)
        if value is False:
            continue
        data[name] = "on" if value is True else value
    return data


def other(field: forms.Field, value: Any, *, second: bool = False) -> Any:
    """Another value that the field takes, or None."""
    step = 2 if second else 1
    left: list[str] = []
    match field:
        case forms.BooleanField():
            return None if second else "" if value else "on"
        case forms.ModelChoiceField():
            left = [str(pk) for pk in field.queryset.values_list("pk", flat=True) if str(pk) != value]
        case forms.ChoiceField():
            left = [str(key) for key, _label in edits._options(field.choices) if str(key) not in ("", value)]
        case forms.DateTimeField():
            left = [f"{timezone.localtime() + timedelta(days=days):%Y-%m-%dT10:00}" for days in (1, 2)]
        case forms.DateField():
            left = [f"{timezone.localdate() + timedelta(days=days)}" for days in (30, 60)]
        case forms.IntegerField() | forms.DecimalField():
            left = [str(Decimal(value or 0) + more) for more in (1, 2)]
    if type(field) is forms.CharField:
        left = ["改1", "改2"]
    return left[step - 1] if len(left) >= step else None


def changeable(form: Any) -> list[str]:
    """Fields of the row that can take two other values, words first."""
    names = [
        name
        for name in edits.stored_fields(form)
        if other(form.fields[name], edits.shown(form, name), second=True) is not None
    ]
    return sorted(names, key=lambda name: type(form.fields[name]) is not forms.CharField)


@walked
def test_two_windows_that_change_two_fields_both_stay(windows):
    form = windows.form()
    fields = FIELDS.get(windows.key) or changeable(form)
    if len(fields) < 2:
        pytest.skip("it has one field")
    two, one = fields[:2]
    first, second = windows.open(), windows.open()
    mine, theirs = other(form.fields[one], first.get(one)), other(form.fields[two], first.get(two))
    assert windows.send({**second, two: theirs}).status_code == 302
    answer = windows.send({**first, one: mine})
    assert answer.status_code == 302, answer.context["form"].errors
    for name, value in ((one, mine), (two, theirs)):
        assert edits.same(form.fields[name], windows.value(name), shown_as(value, form.fields[name]))


@pytest.mark.parametrize("keep", [MINE, THEIRS])
@walked
def test_the_same_field_is_asked_with_both_values(windows, keep):
    form = windows.form()
    name = (FIELDS.get(windows.key) or changeable(form))[0]
    field, first, second = form.fields[name], windows.open(), windows.open()
    theirs, mine = other(field, first.get(name)), other(field, first.get(name), second=True)
    assert windows.send({**second, name: theirs}).status_code == 302
    asked = windows.send({**first, name: mine})
    assert asked.status_code == 422
    sentence = asked.context["form"].errors[KEEP + name][0]
    assert edits.spoken(field, mine) in sentence
    assert edits.same(field, windows.value(name), theirs)
    again = windows.send({**asked.context["form"].data.dict(), KEEP + name: keep})
    assert again.status_code == 302
    assert edits.same(field, windows.value(name), mine if keep == MINE else theirs)


def shown_as(value: Any, field: forms.Field) -> Any:
    return bool(value) if isinstance(field, forms.BooleanField) else value


def begins_with_the_row(act: Act[Any, Any], row: models.Model, user: Any) -> set[str]:
    """The fields of the form that show a column of the row as it is."""
    form = form_of(act, row, user)
    columns = {field.name for field in row._meta.concrete_fields}
    return {
        name
        for name in edits.stored_fields(form)
        if name in columns
        and form.get_initial_for_field(form.fields[name], name) not in (None, "", False)
        and form.get_initial_for_field(form.fields[name], name) == model_to_dict(row, fields=[name]).get(name)
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.acts.model.__name__)
def test_every_form_that_begins_with_the_row_says_that_it_edits(cast, document):
    missed = {}
    with undone():
        for make in document.rows.values():
            row = document.acts.model._default_manager.get(pk=make(store=cast.store).pk)
            for name, act in document.acts.items():
                if act.form is None or act.edits or not act.is_open_to(row):
                    continue
                if found := begins_with_the_row(act, row, cast.gm):
                    missed[f"{document.acts.model.__name__}-{name}"] = found
    assert missed.keys() - NO_EDIT.keys() == set(), missed
