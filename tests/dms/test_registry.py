"""Registration beside the function: asked for those with the right, the business first; tabs in their order."""

from datetime import datetime

import pytest
from django.utils import timezone

from dms.models import Message
from dms.navigation import registry
from dms.navigation.registry import Area, Moment, Providers, Tab, Timelines
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db


def test_a_function_is_asked_for_those_with_its_right(cast):
    providers: Providers = Providers()

    @providers("sales.sell")
    def cards() -> str:
        return "cards"

    @providers("dms.home")
    def everything() -> str:
        return "everything"

    assert [give() for give in providers.of(cast.hire("adviser"))] == ["cards", "everything"]
    assert [give() for give in providers.of(cast.hire("technician"))] == ["everything"]
    assert cards() == "cards", "the function stays what it was"


def test_the_business_speaks_before_the_house(cast):
    providers: Providers = Providers()
    providers("dms.home")(own := type("Own", (), {"__module__": "dms.duties"})())
    providers("dms.home")(theirs := type("Theirs", (), {"__module__": "sales.duties"})())
    assert providers.of(cast.hire("adviser")) == [theirs, own]


def test_tabs_stand_in_their_order_whichever_app_brought_them():
    area = Area("x", "X", "home")
    area.entries += [Tab("c", "c", "r"), Tab("b", "b", "r", order=20), Tab("a", "a", "r", order=10)]
    assert [tab.label for tab in area.tabs] == ["a", "b", "c"]


@pytest.mark.parametrize("area", registry.AREAS.values(), ids=lambda area: area.key)
def test_no_two_tabs_of_an_area_want_the_same_place(area):
    places = [tab.order for tab in area.tabs]
    assert len(set(places)) == len(places)


def test_a_timeline_joins_what_the_apps_know_newest_first(cast):
    timelines, now = Timelines(), timezone.now()

    def at(year: int) -> datetime:
        return now.replace(year=year, day=1)

    @timelines(Message, right="dms.home")
    def old(subject, user):
        return [Moment(at(2020), "old"), Moment(at(2024), "newest")]

    @timelines(Message, right="dms.home")
    def new(subject, user):
        return [Moment(at(2022), "between")]

    @timelines(Message, right="dms.configure")
    def secret(subject, user):
        raise AssertionError

    message = MessageFactory.create()
    assert [moment.title for moment in timelines.of(message, cast.adviser)] == ["newest", "between", "old"]
    assert timelines.of(cast.adviser, cast.adviser) == [], "of other models nothing is known"
