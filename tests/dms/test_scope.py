"""Whose rows: people see those of their stores, group roles all, and the door is the same for every model."""

import datetime as dt

import pytest
from django.apps import apps
from django.utils import timezone

from dms.models import Absence, Attachment, Event, Job, Message, Rate, Store, User
from tests.architecture.rows import ROWS
from tests.architecture.sources import APPS

pytestmark = pytest.mark.django_db
SCOPED = ("user", "absence", "job", "message", "event", "attachment")


@pytest.fixture
def here(store, cast):
    return {name: ROWS[name](store=store, by=cast.adviser) for name in SCOPED}


@pytest.fixture
def there(other_store, elsewhere):
    return {name: ROWS[name](store=other_store, by=elsewhere.adviser) for name in SCOPED}


@pytest.mark.parametrize("name", SCOPED)
def test_people_see_the_rows_of_their_store_and_no_others(here, there, cast, elsewhere, name):
    rows = type(here[name]).objects
    assert here[name] in rows.visible_to(cast.adviser)
    assert there[name] not in rows.visible_to(cast.adviser)
    assert there[name] in rows.visible_to(elsewhere.adviser)
    assert here[name] not in rows.visible_to(elsewhere.adviser)


@pytest.mark.parametrize(("role", "names"), [("gm", [name for name in SCOPED if name != "job"]), ("admin", SCOPED)])
def test_the_group_sees_every_store(here, there, cast, role, names):
    boss = cast.hire(role)
    for name in names:
        assert {here[name], there[name]} <= set(type(here[name]).objects.visible_to(boss)), name


@pytest.mark.parametrize("name", ["user", "message", "event", "absence"])
def test_the_store_chosen_in_the_top_bar_narrows_what_is_seen(here, there, cast, store, name):
    boss = cast.hire("admin")
    rows = type(here[name]).objects.visible_to(boss)
    assert here[name] in rows.of_store(store)
    assert there[name] not in rows.of_store(store)
    assert set(rows.of_store(None)) == set(rows)


def test_somebody_of_two_stores_sees_both(here, there, cast, other_store):
    both = cast.hire("sales_manager")
    both.stores.add(other_store)
    both = User.objects.get(pk=both.pk)
    assert {here["message"], there["message"]} <= set(Message.objects.visible_to(both))


def test_somebody_of_no_store_sees_nothing(here, cast):
    nobody = cast.hire("sales_manager")
    nobody.stores.clear()
    nobody = User.objects.get(pk=nobody.pk)
    assert not Store.objects.visible_to(nobody).exists()
    for model in (Message, Event, Job):
        assert not model.objects.visible_to(nobody).exists()
    assert set(User.objects.visible_to(nobody)) == set()


def test_rows_of_the_group_are_not_shown_to_a_store_unless_the_model_says_so(cast):
    adviser = cast.hire("sales_manager")
    message = Message.objects.create(channel="sms", recipient="1", body="-", idempotency_key="group")
    rate = Rate.objects.create(kind=Rate.Kind.VAT_CAR, value=13, valid_from=dt.date(2031, 1, 1))
    assert message not in Message.objects.visible_to(adviser)
    assert rate in Rate.objects.visible_to(adviser)


def test_jobs_are_ones_own(store, cast):
    mine, theirs = cast.hire("sales_manager"), cast.hire("cs_manager")
    job = ROWS["job"](store=store, by=mine)
    assert job in Job.objects.visible_to(mine)
    assert job not in Job.objects.visible_to(theirs)


def test_a_file_one_brought_stays_visible_to_oneself(other_store, cast):
    mine = ROWS["attachment"](store=other_store, by=cast.adviser)
    assert mine in Attachment.objects.visible_to(cast.adviser)
    assert mine not in Attachment.objects.visible_to(cast.sales_manager)


def test_colleagues_of_the_group_are_everybodys_colleagues(cast, elsewhere):
    assert elsewhere.gm in User.objects.visible_to(cast.adviser)
    assert elsewhere.cashier not in User.objects.visible_to(cast.adviser)


def test_absences_are_seen_with_their_people(cast, elsewhere):
    today = timezone.localdate()
    near = Absence.objects.create(user=cast.hire("cashier"), first_day=today, last_day=today)
    far = Absence.objects.create(user=elsewhere.cashier, first_day=today, last_day=today)
    assert set(Absence.objects.visible_to(cast.adviser)) == {near}
    assert far in Absence.objects.visible_to(cast.hire("gm"))


def test_every_door_can_be_narrowed_to_a_store():
    doors = [
        model
        for model in apps.get_models()
        if model._meta.app_label in APPS and hasattr(model._default_manager, "visible_to")
    ]
    without = {model._meta.label for model in doors if not hasattr(model._default_manager.all(), "of_store")}
    assert without <= {"dms.Store"}
