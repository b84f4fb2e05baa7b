"""Whose rows: people see those of their stores, group roles all, and the door is the same for every model."""

import datetime as dt

import pytest
from django.apps import apps
from django.utils import timezone

from dms.models import Absence, Attachment, Event, Job, Message, Rate, Store, User
from tests.architecture.sources import APPS
from tests.architecture.things import THINGS

pytestmark = pytest.mark.django_db
SCOPED = ("user", "absence", "job", "message", "event", "attachment")


@pytest.fixture
def here(store, adviser):
    return {name: THINGS[name](store, adviser) for name in SCOPED}


@pytest.fixture
def there(other_store, outsider):
    return {name: THINGS[name](other_store, outsider) for name in SCOPED}


@pytest.mark.parametrize("name", SCOPED)
def test_people_see_the_rows_of_their_store_and_no_others(here, there, adviser, outsider, name):
    rows = type(here[name]).objects
    assert here[name] in rows.visible_to(adviser)
    assert there[name] not in rows.visible_to(adviser)
    assert there[name] in rows.visible_to(outsider)
    assert here[name] not in rows.visible_to(outsider)


@pytest.mark.parametrize(("role", "names"), [("gm", [name for name in SCOPED if name != "job"]), ("admin", SCOPED)])
def test_the_group_sees_every_store(here, there, person, role, names):
    boss = person(role)
    for name in names:
        assert {here[name], there[name]} <= set(type(here[name]).objects.visible_to(boss)), name


@pytest.mark.parametrize("name", ["user", "message", "event", "absence"])
def test_the_store_chosen_in_the_top_bar_narrows_what_is_seen(here, there, person, store, name):
    boss = person("admin")
    rows = type(here[name]).objects.visible_to(boss)
    assert here[name] in rows.of_store(store)
    assert there[name] not in rows.of_store(store)
    assert set(rows.of_store(None)) == set(rows)


def test_somebody_of_two_stores_sees_both(here, there, person, other_store):
    both = person("sales_manager")
    both.stores.add(other_store)
    both = User.objects.get(pk=both.pk)
    assert {here["message"], there["message"]} <= set(Message.objects.visible_to(both))


def test_somebody_of_no_store_sees_nothing(here, person):
    nobody = person("sales_manager")
    nobody.stores.clear()
    nobody = User.objects.get(pk=nobody.pk)
    assert not Store.objects.visible_to(nobody).exists()
    for model in (Message, Event, Job):
        assert not model.objects.visible_to(nobody).exists()
    assert set(User.objects.visible_to(nobody)) == set()


def test_rows_of_the_group_are_not_shown_to_a_store_unless_the_model_says_so(person, store):
    adviser = person("sales_manager")
    message = Message.objects.create(channel="sms", recipient="1", body="-", idempotency_key="group")
    rate = Rate.objects.create(kind=Rate.Kind.VAT_CAR, value=13, valid_from=dt.date(2031, 1, 1))
    assert message not in Message.objects.visible_to(adviser)
    assert rate in Rate.objects.visible_to(adviser)


def test_jobs_are_ones_own(store, person):
    mine, theirs = person("sales_manager"), person("cs_manager")
    job = THINGS["job"](store, mine)
    assert job in Job.objects.visible_to(mine)
    assert job not in Job.objects.visible_to(theirs)


def test_a_file_one_brought_stays_visible_to_oneself(other_store, adviser, manager):
    mine = THINGS["attachment"](other_store, adviser)
    assert mine in Attachment.objects.visible_to(adviser)
    assert mine not in Attachment.objects.visible_to(manager)


def test_colleagues_of_the_group_are_everybodys_colleagues(person, adviser, other_store):
    assert person("gm", store=other_store) in User.objects.visible_to(adviser)
    assert person("cashier", store=other_store) not in User.objects.visible_to(adviser)


def test_absences_are_seen_with_their_people(person, adviser, other_store):
    today = timezone.localdate()
    near = Absence.objects.create(user=person("cashier"), first_day=today, last_day=today)
    far = Absence.objects.create(user=person("cashier", store=other_store), first_day=today, last_day=today)
    assert set(Absence.objects.visible_to(adviser)) == {near}
    assert far in Absence.objects.visible_to(person("gm"))


def test_every_door_can_be_narrowed_to_a_store():
    doors = [
        model
        for model in apps.get_models()
        if model._meta.app_label in APPS and hasattr(model._default_manager, "visible_to")
    ]
    without = {model._meta.label for model in doors if not hasattr(model.objects.all(), "of_store")}
    assert without <= {"dms.Store"}
