"""What a document offers can be done, and what it does not offer is refused: every act, status and role, by page and API."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest
from django import forms
from django.db import models
from django.urls import reverse
from django.utils import timezone
from rest_framework import serializers

from dms.api.form_bodies import body_of
from dms.core.acts import Acts, Offer
from dms.core.lifecycle import Lifecycle
from dms.core.roles import ROLES
from dms.models import User
from dms.web.forms import form_of
from tests.architecture import test_urls
from tests.architecture.act_table import DOCUMENTS, Document, Make
from tests.architecture.site import Site, undone
from tests.architecture.sources import APPS

pytestmark = pytest.mark.django_db

site, _django_db_helper, _empty_cache = test_urls.site, test_urls._django_db_helper, test_urls._empty_cache
"""Fixtures: the same two stores with people of every role, set up once for this module."""

ROWS = [
    pytest.param(document, make, id=f"{document.acts.model.__name__}-{name}")
    for document in DOCUMENTS
    for name, make in document.rows.items()
]
REFUSED = {403, 409, 422}
WORKS = {200, 201, 202, 204}


# --- the table is whole ---------------------------------------------------------------------------------------------------
def declared() -> set[Acts[Any]]:
    modules = [import_module(f"{app}.acts") for app in APPS if find_spec(f"{app}.acts")]
    return {value for module in modules for value in vars(module).values() if isinstance(value, Acts)}


def test_every_document_that_declares_acts_stands_in_the_table():
    assert declared() == {document.acts for document in DOCUMENTS}


def fresh(document: Document, make: Make, site: Site) -> Any:
    """A new row, as a page would find it."""
    rows: Any = document.acts.model._default_manager
    return rows.get(pk=make(store=site.store).pk)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.acts.model.__name__)
def test_the_table_has_a_row_in_every_status_and_somebody_for_every_act(site, document):
    statuses, open_to_somebody = set(), set()
    for make in document.rows.values():
        with undone():
            row = fresh(document, make, site)
            statuses.add(getattr(row, "status", ""))
            for user in site.people.values():
                offers = document.acts.offered(row, user)
                open_to_somebody |= {name for name, offer in offers.items() if not offer.why_not}
    assert open_to_somebody == set(document.acts.rights())
    if issubclass(document.acts.model, Lifecycle):
        assert statuses == set(document.acts.model.Status.values)


# --- what is offered works, the rest is refused ---------------------------------------------------------------------------
TOMORROW = timedelta(days=1)


def offered(field: Any) -> Any:
    """What a field lets one choose from: rows, or the values of a choice."""
    return field.queryset if hasattr(field, "queryset") else dict(field.choices)


def typed(field: forms.Field | serializers.Field) -> Any:
    """The first choice, some words, tomorrow: whatever the field takes."""
    match field:
        case serializers.SlugRelatedField(slug_field=column):
            value = getattr(offered(field).first(), column)
        case forms.ModelChoiceField() | serializers.PrimaryKeyRelatedField():
            value = offered(field).values_list("pk", flat=True).first() or 0
        case forms.ChoiceField() | serializers.ChoiceField():
            value = next(value for value in offered(field) if value)
        case forms.CharField() | serializers.CharField():
            value = "说明"
        case forms.DateTimeField() | serializers.DateTimeField():
            value = f"{timezone.localtime() + TOMORROW:%Y-%m-%dT%H:%M}"
        case forms.DateField() | serializers.DateField():
            value = f"{timezone.localdate() + TOMORROW}"
        case forms.IntegerField() | forms.DecimalField() | serializers.IntegerField() | serializers.DecimalField():
            value = "1"
        case _:
            raise TypeError(f"Say in the samples what {type(field).__name__} takes.")
    return value


def sample(document: Document, name: str, row: models.Model, user: User) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is sent by page and by API."""
    act = document.acts[name]
    given: Mapping[str, Any] = document.samples[name](row) if name in document.samples else {}
    if act.form is None:
        return {"csrfmiddlewaretoken": "-", **given}, {**given}
    fields, body = form_of(act, row, user).fields, body_of(act.form)().fields
    initial = {key: field.initial for key, field in fields.items() if field.initial is not None}
    page = {key: typed(field) for key, field in fields.items() if field.required and key not in {*given, *initial}}
    sent = {key: typed(field) for key, field in body.items() if field.required and key not in given}
    chosen = {key: page[key] for key in page if type(fields[key]) is forms.ChoiceField}  # the form knows who acts
    return {**initial, **page, **given}, {**sent, **chosen, **given}


def by_page(site: Site, role: str, document: Document, name: str, row: models.Model, data: Mapping[str, Any]) -> int:
    address = reverse(document.acts.url_name(name), args=[row.pk])
    with undone():
        return site.client(role, part=True).post(address, data).status_code


def by_api(site: Site, role: str, document: Document, name: str, row: models.Model, data: Mapping[str, Any]) -> int:
    with undone():
        if name in document.calls:
            return document.calls[name](site.client(role), row, data)
        method, address = document.request(name, row)
        return getattr(site.client(role), method)(address, data, content_type="application/json").status_code


def form_opens(
    site: Site, role: str, document: Document, name: str, row: models.Model, about: Mapping[str, Any]
) -> int:
    """``about``: a form that compares two documents is told which is the other."""
    return site.client(role, part=True).get(reverse(document.acts.url_name(name), args=[row.pk]), about).status_code


def roles_that_differ(document: Document) -> Iterable[str]:
    """One role for each different set of rights to these acts; that every role is stopped at the door is seen in ``test_urls``."""
    wanted = set(document.acts.rights().values())
    return {frozenset(role.rights & wanted): code for code, role in reversed(ROLES.items())}.values()


def is_open(offers: Mapping[str, Offer[Any]], name: str) -> bool:
    return name in offers and not offers[name].why_not


def cases(document: Document, row: Any, site: Site) -> Iterator[tuple[str, str, bool]]:
    """Who tries which act, and whether it is offered: in every role that has the right to it; what the row itself
    refuses it refuses whoever asks, so the first of them is enough.
    """
    refused = set()
    for role in roles_that_differ(document):
        offers = document.acts.offered(row, site.people[role])
        for name, right in document.acts.rights().items():
            if is_open(offers, name):
                yield role, name, True
            elif right in ROLES[role].rights and name not in refused:
                refused.add(name)
                yield role, name, False


@pytest.mark.parametrize(("document", "make"), ROWS)
def test_what_is_offered_works_and_what_is_not_is_refused(site, document, make: Make):
    with undone():
        row = fresh(document, make, site)
        for role, name, is_offered in cases(document, row, site):
            act = document.acts[name]
            page, body = sample(document, name, row, site.people[role])
            answers = {"page": by_page(site, role, document, name, row, page)}
            if act.by_api:
                answers["API"] = by_api(site, role, document, name, row, body)
            if act.asks:
                answers["form"] = form_opens(site, role, document, name, row, page)
            expected = WORKS if is_offered else REFUSED
            assert set(answers.values()) <= expected, f"{role}, {name}: {answers}, expected {expected}"
