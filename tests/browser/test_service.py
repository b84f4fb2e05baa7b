"""The service desk in a browser: what a dialog refuses stays in it, and a signature is sent without being asked twice."""

import pytest
from django.urls import reverse

from aftersales.models import WorkOrder
from tests.aftersales.cast import Shop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(store, person):
    store.refresh_from_db()
    return Shop(store, person)


def test_what_a_dialog_refuses_is_said_in_it_and_what_was_typed_stays(shop, open_page):
    order = shop.draft()
    page = open_page(reverse("aftersales:work_order", args=[order.pk]), shop.desk)
    page.keyboard.press("p")
    dialog = page.locator("dialog#part")
    dialog.locator("[name=part]").fill("NOPE")
    dialog.locator("[name=quantity]").fill("3")
    dialog.locator("[name=quantity]").press("Enter")
    dialog.locator(".dialog-said", has_text="没有这个件号").wait_for()
    assert dialog.locator("[name=part]").input_value() == "NOPE"
    part = shop.part()
    dialog.locator("[name=part]").fill(part.number)
    dialog.locator("[name=part]").press("Enter")
    page.locator("tbody tr", has_text=part.name).wait_for()
    assert order.lines.get().quantity == 3


def test_a_name_typed_as_signature_is_sent_without_being_asked_whether_to_leave(shop, open_page):
    order = shop.estimated()
    page = open_page(reverse("aftersales:work_order_sign", args=[order.pk]), shop.desk)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator("[name=given_by]").fill("夏至")
    page.locator("[name=signature_typed]").fill("夏至")
    page.get_by_role("button", name="签字").click()
    page.wait_for_url(f"**{reverse('aftersales:work_order', args=[order.pk])}")
    assert asked == []
    assert WorkOrder.objects.get().status == "AUTHORISED"
