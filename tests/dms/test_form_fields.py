"""The fields of the site's forms: what comes out of what is typed."""

import base64
import datetime as dt
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError

from dms.web.forms import (
    AmountField,
    ButtonField,
    DayField,
    KeyField,
    ListField,
    MomentField,
    PhoneField,
    PlateField,
    SignatureField,
)

DRAWN = "data:image/png;base64," + base64.b64encode(b"png").decode()


@pytest.mark.parametrize(
    ("field", "typed", "cleaned"),
    [
        (DayField(), "2026-11-22", dt.date(2026, 11, 22)),
        (PhoneField(), " 138 0000 0001", "138 0000 0001"),
        (PhoneField(required=False), "", ""),
        (PlateField(), "川a·0y0g1", "川A0Y0G1"),
        (PlateField(required=False), "", None),
        (AmountField(), "12.50", Decimal("12.50")),
        (AmountField(), "", None),
        (AmountField(empty=Decimal(0)), "", Decimal(0)),
        (KeyField(), "", ""),
        (SignatureField(), "", None),
        (ListField(), "划痕，凹陷、 ;裂", ["划痕", "凹陷", "裂"]),
    ],
)
def test_a_field_gives_what_an_action_takes(field, typed, cleaned):
    assert field.clean(typed) == cleaned


def test_a_moment_is_typed_on_the_clock_of_the_store():
    moment = MomentField().clean("2026-11-22T09:30")
    assert f"{moment:%Y-%m-%d %H:%M %z}" == "2026-11-22 09:30 +0800"


def test_a_drawn_signature_is_a_file():
    assert SignatureField().clean(DRAWN).read() == b"png"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        (PhoneField(), "12"),
        (PlateField(), "川A"),
        (AmountField(), "-1"),
        (SignatureField(), "data:image/png;base64,§"),
        (SignatureField(), "data:text/html;base64,PGI+"),
    ],
)
def test_a_field_refuses_what_cannot_be_meant(field, typed):
    with pytest.raises(ValidationError):
        field.clean(typed)


class Sent(forms.Form):
    submit = ButtonField()


@pytest.mark.parametrize(("data", "pressed"), [({}, False), ({"submit": "1"}, True)])
def test_a_form_knows_by_which_button_it_was_sent(data, pressed):
    form = Sent(data)
    assert form.is_valid()
    assert form.cleaned_data == {"submit": pressed}
    assert "<input" not in str(form), "the button of the page is the input"
