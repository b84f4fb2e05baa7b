"""All that is kept of one person, as one file for them: a long job that finds the rows by the foreign keys themselves."""

import json
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Field, Model, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from crm.events import CUSTOMER_DATA_GIVEN
from crm.models import Customer, Letter, Vehicle
from crm.references import references
from dms.background import jobs
from dms.core.refusals import Refusal
from dms.models import Attachment, Event, Job, Message, User
from dms.records import events

KIND = "person_data"
INNER = frozenset({"updated_at", "key", "name_key", "name_folded", "company_folded", "tail", "plate_code", "vin_tail"})
"""Columns by which the program finds and compares; they say nothing that does not stand beside them."""


class PersonForm(forms.Form):
    """Whose data."""

    customer = forms.IntegerField(label=_("Number of the file"), min_value=1)


@jobs.kind(
    KIND,
    _("A person’s data"),
    "crm.manage",
    params_form=PersonForm,
    hint=_("One file of all that is kept of a customer, for them. Begun on their file."),
)
def write_person_data(run: jobs.Run) -> None:
    """Every row that names the customer, what was said and sent, and the files; made again, it is the same."""
    customer = Customer.objects.visible_to(run.by).filter(pk=run.params["customer"]).first()
    if customer is None:
        raise Refusal(_now("There is no such file in your stores."))
    path = run.path("person.zip")
    tables, files = told(customer)
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        text = json.dumps(tables, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        archive.writestr("data.json", text)
        for number, file in enumerate(files, start=1):
            _add(archive, file)
            run.advance(number, len(files))
    counts = {"rows": sum(map(len, tables.values())), "files": len(files)}
    run.finish(counts, path, f"person-{customer.pk}.zip")


@transaction.atomic
def order_data(customer: Customer, *, by: User) -> Job:
    """They ask what we keep of them: one file is made, which only who asked for it can fetch; their file says that it was given."""
    job = jobs.request(KIND, by=by, params={"customer": customer.pk})
    events.record(CUSTOMER_DATA_GIVEN, customer, by=by, data={"job": job.pk})
    return job


Table = list[dict[str, object]]


def told(customer: Customer) -> tuple[dict[str, Table], list[Attachment]]:
    """Table → its rows in words, and the files that belong to any of them."""
    of_person: dict[type[Model], list[Model]] = {Customer: [customer]}
    for reference in references():
        # Mergings hold the numbers of rows, and nothing of the person that is not in the rows themselves.
        if reference.model is not Customer:
            rows = reference.rows.filter(**{reference.field: customer}).order_by("pk")
            of_person.setdefault(reference.model, []).extend(rows)
    cars = Vehicle.objects.filter(ownerships__customer=customer).distinct().order_by("pk")
    of_person[Vehicle] = list(cars)
    about = _about(of_person)
    of_person[Event] = list(Event.objects.filter(about).order_by("pk"))
    of_person[Message] = list(Message.objects.filter(_to(customer) | _sent_about(of_person)).order_by("pk"))
    files = list(Attachment.objects.filter(about).order_by("pk"))
    of_person[Attachment] = list(files)
    return {_called(model): [in_words(row) for row in rows] for model, rows in of_person.items() if rows}, files


def _called(model: type[Model]) -> str:
    return str(model._meta.verbose_name_plural)  # noqa: SLF001 # Django's own way to it


def _about(rows: dict[type[Model], list[Model]]) -> Q:
    """What has one of these rows as its subject; a car is its own, and has had other owners."""
    condition = Q(pk__in=[])
    for model, several in rows.items():
        if several and model is not Vehicle:
            kind = ContentType.objects.get_for_model(model)
            condition |= Q(subject_type=kind, subject_id__in=[row.pk for row in several])
    return condition


def _to(customer: Customer) -> Q:
    addresses = [*customer.phones.values_list("number", flat=True), *filter(None, [customer.email])]
    return Q(recipient__in=addresses)


def _sent_about(rows: dict[type[Model], list[Model]]) -> Q:
    return _about({model: several for model, several in rows.items() if model not in {Event, Letter}})


def in_words(row: Model) -> dict[str, object]:
    """Column → value, as people read them."""
    return {
        str(field.verbose_name): _value(row, field)
        for field in row._meta.concrete_fields  # noqa: SLF001 # Django's own way to it
        if field.name not in INNER and _value(row, field) not in ("", None, [], {})
    }


def _value(row: Model, field: Field[Any, Any]) -> object:
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if field.is_relation:
        other = getattr(row, field.name)
        return None if other is None else str(other)
    value = field.value_from_object(row)
    return value if isinstance(value, (int, float, bool, list, dict)) or value is None else field.value_to_string(row)


def _add(archive: ZipFile, file: Attachment) -> None:
    # By its number first: two photos may have one name.
    name = f"files/{file.pk}-{Path(file.name).name}"
    with file.file.open("rb") as opened:
        archive.writestr(name, opened.read())
