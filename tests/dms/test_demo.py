"""The demo group: quick, the same every time, and never outside a development machine."""

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dms import base_data
from dms.core import demo_mode
from dms.core.roles import ROLES
from dms.demo import clock, loading
from dms.models import Absence, Brand, Event, Job, Message, Series, Store, User, Variant

pytestmark = pytest.mark.django_db
COUNTED = (Store, User, Brand, Series, Variant, Absence, Message, Job, Event)


@pytest.fixture(autouse=True)
def _demo_mode(settings, tmp_path, db):
    settings.DEBUG = settings.DEMO = True
    settings.VAR_DIR = tmp_path
    base_data.load(apps)
    base_data.keep_roles()


def counts():
    return {model.__name__: model.objects.count() for model in COUNTED}


def test_the_group_is_loaded_and_loading_again_adds_nothing(capsys):
    call_command("load_demo", "--if-empty", "--bare")
    first = counts()
    call_command("load_demo", "--bare")
    assert counts() == first
    call_command("load_demo", "--if-empty", "--bare")
    assert "nothing loaded" in capsys.readouterr().out


def test_the_group_is_what_the_pictures_show():
    loading.load(business=False)
    assert list(Store.objects.values_list("name", flat=True)) == ["高新店", "锦江店", "双流网点", "天府店"]
    assert Brand.objects.count() == 3
    assert all(3 <= brand.series.count() <= 4 for brand in Brand.objects.all())
    assert all(2 <= series.variants.count() <= 4 for series in Series.objects.all())
    assert all(brand.stores.exists() and brand.colours.count() == 5 for brand in Brand.objects.all())
    assert Absence.objects.on(timezone.localdate()).exists()


def test_every_role_has_its_sign_in_with_the_one_password():
    loading.load(business=False)
    for code in ROLES:
        user = User.objects.get(username=code)
        assert user.role_codes == [code]
        assert user.check_password(demo_mode.password())
        assert user.stores.filter(code="JJ01").exists()
    assert set(User.objects.get(username="cs_manager").stores.values_list("code", flat=True)) == {"JJ01", "GX01"}


def test_messages_and_jobs_of_the_demo_went_through_the_real_machinery(tmp_path):
    loading.load(business=False)
    statuses = set(Message.objects.values_list("status", flat=True))
    assert statuses == {"SENT", "FAILED", "PENDING", "CANCELLED"}
    assert (
        len(list((tmp_path / "outbox" / "sms").glob("*.json")))
        == Message.objects.filter(channel="sms", status="SENT").count()
    )
    assert Job.objects.filter(status="DONE", output_file__isnull=False).exists()
    assert {"message.failed", "message.cancelled", "job.done", "absence.planned", "configuration.changed"} <= set(
        Event.objects.values_list("kind", flat=True)
    )


def test_a_changed_password_of_the_demo_reaches_everybody(settings):
    loading.load(business=False)
    settings.DEMO_PASSWORD = "another-word-2026"
    loading.load(business=False)
    assert User.objects.get(username="gm").check_password("another-word-2026")


@pytest.mark.parametrize("command", ["load_demo", "demo_logins"])
@pytest.mark.parametrize(("debug", "wanted"), [(False, True), (True, False), (False, False)])
def test_both_commands_refuse_outside_demo_mode(command, debug, wanted, settings):
    settings.DEBUG, settings.DEMO = debug, wanted
    with pytest.raises(CommandError):
        call_command(command)
    assert not Store.objects.exists()
    assert not demo_mode.logins()


def test_the_sign_ins_are_printed_with_role_and_password(capsys):
    loading.load(business=False)
    call_command("demo_logins")
    out = capsys.readouterr().out
    assert all(code in out for code in ROLES)
    assert demo_mode.password() in out


def test_the_sign_in_page_names_the_demo_only_in_demo_mode(settings):
    loading.load(business=False)
    answer = Client().get(reverse("login"))
    assert [login.username for login in answer.context["demo"]] == list(ROLES)
    settings.DEBUG = False
    answer = Client().get(reverse("login"))
    assert "demo" not in answer.context
    assert demo_mode.password() not in answer.content.decode()


def test_where_only_the_packages_of_production_are_the_clock_stays(monkeypatch):
    monkeypatch.setattr(clock, "time_machine", None)
    with pytest.raises(ImproperlyConfigured, match=r"requirements/local\.txt"), clock.turned(timezone.now()):
        pass
