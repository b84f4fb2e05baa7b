"""The checks at every start are clean, and each is seen to fail on a made-up fault."""

import pytest
from django.core.checks import run_checks
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from rest_framework.viewsets import ViewSet

from dms import checks
from dms.api.access import right_of
from dms.core.roles import RIGHTS, ROLES, DefaultRole
from dms.navigation import registry
from dms.navigation.registry import ConfigurationPage, Tab
from dms.web.rights import requires_right


def ids(found) -> set[str]:
    return {message.id for message in found}


def test_the_house_is_in_order(settings):
    settings.DEBUG = True  # a development machine, as the demo mode of these tests wants it
    assert [str(message) for message in run_checks()] == []


def bare(request):
    return HttpResponse()


@requires_right("crm.viwe")
def misspelt(request):
    return HttpResponse()


class Forgetful(ViewSet):
    rights = {"list": "dms.home"}

    def list(self, request):
        return HttpResponse()

    def create(self, request):
        return HttpResponse()


class Resource(ViewSet):
    rights = {"*": "dms.home", "create": "dms.configure"}

    def list(self, request):
        return HttpResponse()

    def create(self, request):
        return HttpResponse()


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (bare, {"dms.E001"}),
        (TemplateView.as_view(), {"dms.E001"}),
        (misspelt, {"dms.E002"}),
        (Forgetful.as_view({"get": "list", "post": "create"}), {"dms.E002"}),
        (Forgetful.as_view({"get": "list"}), set()),
        (Resource.as_view({"get": "list", "post": "create"}), set()),
        (requires_right("dms.home")(bare), set()),
    ],
)
def test_a_view_says_who_may_open_it(monkeypatch, view, expected):
    entry = path("somewhere/", view, name="somewhere")
    monkeypatch.setattr(checks, "get_resolver", lambda: type("R", (), {"url_patterns": [entry]}))
    assert ids(checks.views_say_who_may_open_them()) == expected


def test_what_an_api_view_forgot_is_closed_besides():
    view = Forgetful(action="create", request=None)
    view.http_method_names = ["get", "post"]
    assert right_of(view, "POST") is None


@pytest.mark.parametrize(
    ("register", "entry"),
    [
        (registry.AREAS["home"].entries, Tab("x", "dms:nowhere", "dms.home")),
        (registry.AREAS["home"].entries, Tab("x", "dms:home", "dms.hoem")),
        (registry.AREAS["home"].entries, Tab("x", "dms:home", "dms.home", match=("dms:nowhere",))),
        (registry.configuration_pages, ConfigurationPage("x", "y", "dms:nowhere", "dms.configure")),
    ],
)
def test_the_shell_leads_nowhere_wrong(register, entry):
    assert ids(checks.the_layout_leads_somewhere()) == set()
    register.append(entry)
    try:
        assert ids(checks.the_layout_leads_somewhere()) == {"dms.E003"}
    finally:
        register.remove(entry)


def test_a_function_is_registered_under_a_right_that_exists(monkeypatch):
    monkeypatch.setattr(registry, "search", registry.Providers())
    assert ids(checks.the_layout_leads_somewhere()) == set()
    registry.search("no.right")(lambda *_: [])
    assert ids(checks.the_layout_leads_somewhere()) == {"dms.E003"}


def test_a_right_nobody_has_is_noticed(monkeypatch):
    monkeypatch.setitem(RIGHTS, "dms.idle", "-")
    assert ids(checks.rights_are_given()) == {"dms.E004"}


def test_a_role_with_an_unknown_right_is_noticed(monkeypatch):
    monkeypatch.setitem(ROLES, "ghost", DefaultRole("ghost", gettext_lazy("-"), frozenset({"dms.everything"})))
    assert ids(checks.rights_are_given()) == {"dms.E004"}


@pytest.mark.parametrize(
    ("demo", "debug", "expected"), [(True, False, {"dms.E005"}), (True, True, set()), (False, False, set())]
)
def test_demo_mode_is_refused_in_production(settings, demo, debug, expected):
    settings.DEMO, settings.DEBUG = demo, debug
    assert ids(checks.demo_is_for_development()) == expected


@pytest.mark.parametrize("adapter", ["dms.background.channels.NoSuchChannel", "no.such.module", "dms.models.Store", ""])
def test_a_channel_that_cannot_send_is_noticed(settings, adapter):
    settings.OUTBOX_CHANNELS = {**settings.OUTBOX_CHANNELS, "sms": adapter}
    assert ids(checks.channels_can_send()) == {"dms.E006"}
