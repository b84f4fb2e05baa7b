"""``refuses`` itself: it lets nothing pass but the refusal that was named."""

import pytest

from dms.core.refusals import Refusal
from tests.conftest import refuses


def refuse(code: str, sentence: str = "–") -> None:
    raise Refusal(sentence, code=code)


def test_the_refusal_that_was_named_is_expected():
    with refuses("not_paid", match="200") as refusal:
        refuse("not_paid", "200 is still to be paid.")
    assert refusal.value.sentence == "200 is still to be paid."


def test_another_code_is_noticed():
    with pytest.raises(AssertionError), refuses("not_paid"):
        refuse("not_yours")


def test_other_words_are_noticed():
    with pytest.raises(AssertionError, match="200"), refuses("not_paid", match="200"):
        refuse("not_paid", "300 is still to be paid.")


def test_an_act_that_is_not_refused_is_noticed():
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"), refuses("not_paid"):
        pass


def test_another_fault_goes_through():
    with pytest.raises(ZeroDivisionError), refuses("not_paid"):
        raise ZeroDivisionError
