"""The database says whose rights, stores or row a statement changed, whoever wrote it and how."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from dms.actions import people, preferences
from dms.core import announcements
from dms.models import Role, RoleRight, RoleSignIn, Store, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced(django_capture_on_commit_callbacks):
    """What the stream says of a change when it is committed."""

    def listen(change: Callable[[], object]) -> list[str]:
        position = announcements.mark()
        with django_capture_on_commit_callbacks(execute=True):
            change()
        entries, _value = announcements.ask(position)
        return [entry.changed for entry in entries[1:]]

    return listen


CHANGES = {
    "switched off": lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
    "renamed": lambda user: User.objects.filter(pk=user.pk).update(display_name="白芷二"),
    "another store chosen": lambda user: preferences.choose_store(user, user.stores.first()),
    "another password": lambda user: people.change_password(user, password="xia-ban-lu-6202", by=user),
    "a role more": lambda user: user.groups.add(Group.objects.get(name="cashier")),
    "no role": lambda user: user.groups.clear(),
    "no store": lambda user: user.stores.clear(),
    "a second factor": lambda user: TOTPDevice.objects.create(user=user, name="dms"),
    "a key": lambda user: people.create_token(user, by=user),
}
EVERYBODYS = {
    "a right of a role": lambda user: RoleRight.objects.filter(right="crm.view").update(granted=False),
    "a new right": lambda user: RoleRight.objects.filter(right="crm.view").delete(),
    "a role that demands a second factor": lambda user: RoleSignIn.objects.create(
        role=Role.objects.get(name="adviser"), needs_second_factor=True
    ),
    "a store closed": lambda user: Store.objects.update(active=False),
    "a role renamed": lambda user: Group.objects.filter(name="adviser").update(name="adviser2"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_a_person_names_the_person(cast, announced, change):
    user = cast.adviser
    assert announced(lambda: CHANGES[change](user)) == [str(user.pk)]


@pytest.mark.parametrize("change", EVERYBODYS)
def test_a_change_of_what_many_have_names_everybody(cast, announced, change):
    user = cast.adviser
    assert announced(lambda: EVERYBODYS[change](user)) == ["all"]


def test_what_says_nothing_of_rights_is_not_announced(cast, announced):
    token, _key = people.create_token(cast.adviser, by=cast.adviser)
    assert announced(lambda: User.objects.filter(pk=cast.adviser.pk).update(last_login=timezone.now())) == []
    assert announced(lambda: people.note_token_use(token, at=timezone.now())) == []
    assert announced(lambda: Store.objects.filter(pk=0).update(active=False)) == []


def test_many_people_at_once_are_everybody(announced):
    colleagues = [User(username=f"p{n:05}", display_name="x") for n in range(1500)]
    assert announced(lambda: User.objects.bulk_create(colleagues)) == ["all"]
