"""A broken rule of the database is told in the words that stand beside it, and found by its name."""

import re

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from dms.core.refusals import Refusal
from dms.models import Message
from dms.records.constraint_errors import refusal_from, refusing, sentences
from tests.architecture.sources import APPS
from tests.conftest import refuses
from tests.factories import AbsenceFactory, MessageFactory

pytestmark = pytest.mark.django_db


def overlap(absence):
    type(absence).objects.create(user=absence.user, first_day=absence.first_day, last_day=absence.last_day)


@pytest.fixture
def absence(store):
    return AbsenceFactory.create()


def test_the_sentence_of_the_constraint_is_the_refusal(absence):
    with refuses("absence_no_overlap") as refusal, transaction.atomic(), refusing():
        overlap(absence)
    assert refusal.value.sentence == sentences()["absence_no_overlap"]


def test_an_act_may_say_it_in_its_own_words_and_look_at_rows_for_them(absence):
    def told() -> Refusal:
        return Refusal(f"{absence.user.absences.count()} absences", code="away")

    with refuses("away", match="^1 absences$"), refusing({"absence_no_overlap": told}):
        overlap(absence)


def test_when_the_act_has_nothing_to_say_the_constraint_has(absence):
    with refuses("absence_no_overlap"), refusing({"absence_no_overlap": lambda: None}):
        overlap(absence)


def test_a_rule_without_words_stays_an_error(store):
    message = MessageFactory.create()
    with pytest.raises(IntegrityError, match="message_sent_has_time"), transaction.atomic(), refusing():
        Message.objects.filter(pk=message.pk).update(status="SENT")


def test_at_the_edge_a_rule_without_words_is_a_conflict(store):
    message = MessageFactory.create()
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Message.objects.filter(pk=message.pk).update(status="SENT")
    assert refusal_from(error.value).code == "conflict"


def test_every_trigger_raises_under_the_name_of_a_rule():
    """So nobody has to read the text of an error, which is in the language of the server."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, prosrc FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace"
            " WHERE nspname = 'public' AND prorettype = 'trigger'::regtype"
        )
        functions = dict(cursor.fetchall())
    assert len(functions) > 10
    nameless = {
        name
        for name, source in functions.items()
        for raised in re.findall(r"RAISE EXCEPTION.*?;", source, re.DOTALL)
        if "CONSTRAINT =" not in raised
    }
    assert nameless == set()


def test_every_sentence_for_a_trigger_belongs_to_a_rule_that_exists():
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(prosrc, ' ') FROM pg_proc WHERE prorettype = 'trigger'::regtype")
        sources = cursor.fetchone()[0]
        # one function for several tables is told by its trigger whose rule it is
        cursor.execute(
            "SELECT prosrc, split_part(encode(tgargs, 'escape'), '\\000', 1) FROM pg_trigger JOIN pg_proc p ON p.oid = tgfoid"
        )
        sources += " ".join(text.replace("TG_ARGV[0] || '", f"'{name}") for text, name in cursor.fetchall() if name)
        # another is given the whole name, behind what it looks at
        cursor.execute(
            "SELECT split_part(encode(tgargs, 'escape'), '\\000', 3) FROM pg_trigger JOIN pg_proc p ON p.oid = tgfoid"
            " WHERE prosrc LIKE '%CONSTRAINT = TG_ARGV[2]%'"
        )
        sources += "".join(f" CONSTRAINT = '{name}'" for (name,) in cursor.fetchall())
    models = [model for model in apps.get_models() if model._meta.app_label in APPS]
    said = {name for model in models for name in getattr(model, "TRIGGERS", {})}
    assert said
    assert {name for name in said if f"CONSTRAINT = '{name}'" not in sources} == set()
