"""Registration beside the function: asked for those with the right, the business first; tabs in their order."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from dms.models import Message
from dms.navigation import registry
from dms.navigation.registry import Area, Providers, Tab
from dms.navigation.timelines import Found, Moment, Timelines
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


def years_ago(years: int) -> CombinedExpression:
    return Now() - timedelta(days=366 * years)


def told(timelines: Timelines, name: str, years: int, right: str = "dms.home"):
    """A strand with one line of that age about a message."""

    def line(message: Found) -> Moment:
        return Moment(message.at, f"{name} {message['channel']}")

    line.__name__ = name
    timelines(
        Message,
        right=right,
        rows=lambda ask: Message.objects.filter(pk=ask.subject),
        at=years_ago(years),
        facts={"channel": "channel"},
    )(line)


def test_a_timeline_joins_what_the_apps_know_newest_first_in_one_question(cast):
    timelines, message = Timelines(), MessageFactory.create(channel="sms")
    told(timelines, "old", 6)
    told(timelines, "newest", 2)
    told(timelines, "between", 4)
    told(timelines, "secret", 1, right="dms.configure")
    timelines.of(message, cast.adviser)
    with CaptureQueriesContext(connection) as asked:
        moments = timelines.of(message, cast.adviser)
    assert [moment.title for moment in moments] == ["newest sms", "between sms", "old sms"]
    assert len(asked) == 1
    assert [moment.title for moment in timelines.of(message, cast.admin)][0] == "secret sms"


def test_of_what_nobody_tells_nothing_is_known(cast):
    assert Timelines().of(cast.adviser, cast.adviser) == []
