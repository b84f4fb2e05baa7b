"""The one search box: short answers while typing, a page for Enter, and only what the person may see."""

import pytest
from django.urls import reverse

from dms.navigation import registry, search

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(cast):
    return cast.hire("technician", username="du", display_name="杜仲", phone="13800001234")


@pytest.mark.parametrize("text", ["杜", "杜仲", "duz", "dz", "1234", "du"])
def test_a_colleague_is_found_by_any_of_their_names(cast, colleague, text):
    assert str(colleague) in [hit.label for hit in search.find(text, cast.sales_manager)]


def test_nobody_of_another_store_is_found(elsewhere, colleague):
    assert search.find("杜仲", elsewhere.adviser) == []


def test_the_exact_name_comes_first(cast, colleague):
    cast.hire("technician", username="duzhongming", display_name="杜仲明")
    assert search.find("杜仲", cast.sales_manager)[0].label == "杜仲"


def test_one_letter_is_too_short_but_one_character_is_not(cast, colleague):
    assert search.find("d", cast.sales_manager) == []
    assert search.find("杜", cast.sales_manager)


def test_a_provider_without_the_right_is_not_asked(cast, monkeypatch):
    monkeypatch.setattr(registry, "search", registry.Providers())

    @registry.search("dms.configure")
    def never(text, user, limit):
        raise AssertionError

    assert search.find("杜仲", cast.sales_manager) == []


def test_typing_gets_the_results_alone(signed_in, cast, colleague):
    page = (
        signed_in(cast.sales_manager)
        .get(reverse("dms:search"), {"q": "杜仲"}, headers={"HX-Request": "true"})
        .content.decode()
    )
    assert "杜仲" in page
    assert "<html" not in page


def test_enter_gets_a_page_with_the_same_results(signed_in, cast, colleague):
    page = signed_in(cast.sales_manager).get(reverse("dms:search"), {"q": "杜仲"}).content.decode()
    assert f"{reverse('dms:people')}?q=du" in page
    assert "<h1" in page


@pytest.mark.parametrize("text", ["zzzz", "'; DROP TABLE", "%%", "<script>", "d", "", "du\u0000z", "x" * 500])
def test_nothing_found_is_said_and_never_a_fault(signed_in, cast, text):
    response = signed_in(cast.sales_manager).get(reverse("dms:search"), {"q": text})
    assert response.status_code == 200
    assert "<script>x" not in response.content.decode()
