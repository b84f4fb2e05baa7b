"""An act declared once: when it is open, why not, where it leads, and how its form is sent over the API."""

from decimal import Decimal

import pytest
from django import forms
from rest_framework import serializers

from dms.api.form_bodies import body_of
from dms.core.acts import Act, Acts
from dms.core.refusals import Refusal
from dms.models import Reason
from dms.web.forms import AmountField, MomentField, ReasonField
from sales.models import Order

Status = Order.Status


class WhyForm(forms.Form):
    """Why."""

    reason = ReasonField(Reason.Kind.CANCEL)
    kept = AmountField(empty=Decimal(0), initial=0)


class MoreForm(forms.Form):
    """Whatever else is known."""

    at = MomentField(required=False)


class Person:
    def __init__(self, *rights):
        self.rights = rights

    def has_perm(self, right):
        return right in self.rights


def act(order, *, by):
    return order


def refuse_the_lazy(order, *, by):
    if "lazy" in by.rights:
        raise Refusal("Not today.")


ORDER = Acts(
    Order,
    page="sales:order",
    close=Act(act, "work", "Close", to=Status.CLOSED, guards=(refuse_the_lazy,), done="Closed."),
    not_yet=Act(act, "work", "Not yet", statuses=(Status.DRAFT,), form=WhyForm, path="later"),
    look=Act(act, "look", "Look", form=MoreForm, done=lambda order: f"Seen as {order.status}.", url_name="sales:see"),
)
DELIVERED, DRAFT = Order(status=Status.DELIVERED), Order(status=Status.DRAFT)


def test_an_act_is_open_where_its_step_begins():
    assert ORDER["close"].open_in(Order) == [Status.DELIVERED]
    assert list(ORDER.offered(DELIVERED, Person("work"))) == ["close"]


def test_an_act_may_be_open_in_fewer_statuses_or_in_all():
    assert list(ORDER.offered(DRAFT, Person("work", "look"))) == ["not_yet", "look"]
    assert list(ORDER.offered(DRAFT, Person("work", "look"), "look", "close")) == ["look"]


def test_nothing_is_offered_without_the_right():
    assert ORDER.offered(DELIVERED, Person("look")).keys() == {"look"}


def test_a_guard_of_the_action_says_why_not():
    assert ORDER.offered(DELIVERED, Person("work"))["close"].why_not == ""
    assert ORDER.offered(DELIVERED, Person("work", "lazy"))["close"].why_not == "Not today."


def test_an_act_is_called_by_its_name_or_by_a_word_of_its_own():
    assert ORDER.url_names() == ("sales:order_close", "sales:order_later", "sales:see")
    assert ORDER.path("not_yet") == "later"
    assert ORDER.rights() == {"close": "work", "not_yet": "work", "look": "look"}


def test_the_message_may_speak_of_what_was_done():
    assert ORDER["close"].message(DELIVERED) == "Closed."
    assert ORDER["look"].message(DELIVERED) == "Seen as DELIVERED."


def test_only_what_has_to_be_said_is_asked():
    assert [name for name, declared in ORDER.items() if declared.asks] == ["not_yet"]


def test_a_form_is_a_body_of_the_api():
    why, more = body_of(WhyForm)().fields, body_of(MoreForm)().fields
    assert body_of(WhyForm).__name__.endswith("WhySerializer")
    assert isinstance(why["reason"], serializers.SlugRelatedField)
    assert why["reason"].slug_field == "code"
    assert {name: field.required for name, field in {**why, **more}.items()} == {
        "reason": True,
        "kept": False,
        "at": False,
    }
    assert more["at"].allow_null


def test_a_field_that_cannot_be_sent_says_so():
    class Facts(forms.Form):
        facts = forms.SplitDateTimeField()

    with pytest.raises(TypeError, match="SplitDateTimeField"):
        body_of(Facts)
