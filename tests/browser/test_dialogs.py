"""An act that asks opens over its page: a refusal stays there with what was typed, and without script it is a page."""

import pytest
from django.urls import reverse

from tests.browser.eyes import picture
from tests.factories import OrderFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1280, 390])
def test_the_form_of_an_act_opens_over_its_page(cast, open_page, width):
    order = OrderFactory.create(status="DRAFT")
    page = open_page(reverse("sales:order", args=[order.pk]), order.adviser, width=width)
    page.get_by_role("link", name="取消本单").click()
    dialog = page.locator("#dialog[open]")
    dialog.get_by_role("radio").first.wait_for()
    picture(page, f"dialog-{width}")
    dialog.locator("button.btn-danger-quiet, button.btn-primary").click()
    dialog.locator(".note-late").wait_for()
    picture(page, f"dialog-refused-{width}")
    dialog.get_by_role("radio").first.check()
    dialog.locator("button.btn-danger-quiet, button.btn-primary").click()
    dialog.wait_for(state="detached")
    page.get_by_role("link", name="取消本单").wait_for(state="detached")
    order.refresh_from_db()
    assert order.status == "CANCELLED"


def test_a_dialog_that_was_left_is_empty_when_the_next_one_opens(cast, open_page):
    order = OrderFactory.create(status="DRAFT")
    page = open_page(reverse("sales:order", args=[order.pk]), order.adviser)
    page.get_by_role("link", name="取消本单").click()
    page.locator("#dialog[open]").get_by_role("radio").first.check()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="取消本单").click()
    dialog = page.locator("#dialog[open]")
    dialog.get_by_role("radio").first.wait_for()
    assert dialog.locator("input[type=radio]:checked").count() == 0
