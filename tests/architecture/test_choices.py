"""Choices of sales, parts and what was said with customers are of their list in the database too, and reasons of their kind."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models import CheckConstraint, ForeignKey, Q

from dms.core.row_rules import ReasonOf
from dms.models import Reason
from parts.actions import stock
from tests.factories import PartFactory

pytestmark = pytest.mark.django_db

MODELS = [
    *apps.get_app_config("sales").get_models(),
    *apps.get_app_config("parts").get_models(),
    apps.get_model("crm", "Contact"),
    apps.get_model("crm", "RecallEntry"),
]
BY_SIGN = {("parts_stockmove", "kind")}
"""Told by the rule of the sign, which names every kind."""
CHOSEN = [
    (model, field)
    for model in MODELS
    for field in model._meta.concrete_fields
    if getattr(field, "choices", None) and (model._meta.db_table, field.name) not in BY_SIGN
]
BY_TRIGGER = {("sales_lead", "loss_reason")}
REASONS = [
    (model, field)
    for model in MODELS
    for field in model._meta.concrete_fields
    if isinstance(field, ForeignKey) and field.related_model is Reason
    if (model._meta.db_table, field.name) not in BY_TRIGGER
]


@pytest.mark.parametrize(("model", "field"), CHOSEN, ids=str)
def test_a_choice_outside_its_list_cannot_be_stored(model, field):
    (rule,) = (
        rule
        for rule in model._meta.constraints
        if isinstance(rule, CheckConstraint) and rule.name == f"{model._meta.model_name}_{field.name}_known"
    )
    known = {str(value) for value, _label in field.flatchoices} | ({""} if field.blank else set())
    assert isinstance(rule.condition, Q)
    (told,) = rule.condition.deconstruct()[1]
    assert told[0] == f"{field.name}__in"
    assert set(told[1]) == known


@pytest.mark.parametrize(("model", "field"), REASONS, ids=str)
def test_a_reason_is_of_its_kind(model, field):
    (rule,) = (rule for rule in model._meta.constraints if isinstance(rule, ReasonOf) and rule.field == field.name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = %s", [f"{rule.name}_chosen"])
        assert cursor.fetchone() == (1,)


def test_a_difference_of_stock_does_not_give_a_reason_of_something_else(cast, store):
    part = PartFactory.create()
    stock.receive(part, store=store, quantity=5, cost="1", by=cast.parts_clerk)
    other = Reason.objects.filter(kind="CANCEL").first()
    with pytest.raises(DatabaseError, match="move_for_a_reason_of_it"), transaction.atomic():
        stock.correct(part, store=store, counted=4, reason=other, by=cast.parts_clerk)
    with pytest.raises(DatabaseError, match="lostsale_for_a_reason_of_it"), transaction.atomic():
        stock.note_lost_sale(part, store=store, reason=other, by=cast.parts_clerk)
