"""The service desk in a browser: what a dialog refuses stays in it, and a signature is sent without being asked twice."""

import pytest
from django.urls import reverse
from playwright.sync_api import Dialog

from aftersales.models import WorkOrder
from tests.factories import PartFactory, WorkOrderFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_a_dialog_refuses_is_said_in_it_and_what_was_typed_stays(cast, open_page):
    order = WorkOrderFactory.create()
    page = open_page(reverse("aftersales:work_order", args=[order.pk]), cast.service_adviser)
    page.keyboard.press("p")
    dialog = page.locator("#dialog[open]")
    dialog.locator("[name=part]").fill("NOPE")
    dialog.locator("[name=quantity]").fill("3")
    dialog.locator("[name=quantity]").press("Enter")
    dialog.get_by_text("没有这个件号").wait_for()
    assert dialog.locator("[name=part]").input_value() == "NOPE"
    part = PartFactory.create(pieces=5)
    dialog.locator("[name=part]").fill(part.number)
    dialog.locator("[name=part]").press("Enter")
    page.locator("tbody tr", has_text=part.name).wait_for()
    assert order.lines.get().quantity == 3


def test_a_name_typed_as_signature_is_sent_without_being_asked_whether_to_leave(cast, open_page):
    order = WorkOrderFactory.create(stage="estimated")
    page = open_page(reverse("aftersales:work_order_sign", args=[order.pk]), cast.service_adviser)
    asked = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.locator("[name=given_by]").fill("夏至")
    page.locator("[name=signature_typed]").fill("夏至")
    page.get_by_role("button", name="签字").click()
    page.wait_for_url(f"**{reverse('aftersales:work_order', args=[order.pk])}")
    assert asked == []
    assert WorkOrder.objects.get().status == "AUTHORISED"
