"""The callback desk in a browser: a call by keyboard alone, and by thumb on a phone."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.actions import care, recall, rounds
from crm.models import Contact, FollowUp, Vehicle
from dms.models import Event
from tests.browser.eyes import picture, too_wide
from tests.factories import owners

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def busy(store, cast):
    """A store with calls of several kinds, some late."""
    cast.assemble("sales_manager", "callback", "cs_manager")
    today = timezone.now()
    for number, (customer, vehicle) in enumerate(owners(store, 12, bought_on=date(2026, 6, 18))):
        begun = {"customer": customer, "vehicle": vehicle, "store": store, "by": cast.adviser, "assignee": cast.adviser}
        care.start_cadence("DELIVERY", anchor=today - timedelta(days=number), **begun)
        named = today - timedelta(minutes=5) if number == 3 else None
        care.start_cadence("SETTLEMENT", anchor=today - timedelta(days=2, hours=number), named_time=named, **begun)
    Vehicle.objects.update(insurance_until=timezone.localdate() + timedelta(days=20))
    rounds.run_due(today)
    rounds.escalate(today)
    return store


def test_a_call_is_recorded_by_keyboard_alone(busy, cast, open_page):
    page = open_page(reverse("crm:call_desk"), cast.callback)
    picture(page, "desk-1280")
    before = page.locator("#call-title").inner_text()
    page.keyboard.press("1")
    page.keyboard.type("一切都好")
    picture(page, "desk-typed")
    page.keyboard.press("Enter")
    page.wait_for_url("**/calls/*/")
    assert page.locator("#call-title").inner_text() != before or FollowUp.objects.filter(status="DONE").exists()
    contact = Contact.objects.get()
    assert (contact.result, contact.said, contact.by) == ("DONE", "一切都好", cast.callback)


def test_a_morning_by_keyboard_alone_and_how_many_keys_it_takes(busy, cast, open_page):
    """The number shown and dialled, called again tonight, one of the rarer results: no mouse, and no time typed."""
    page, pressed = open_page(reverse("crm:call_desk"), cast.callback), 0

    def press(*keys):
        nonlocal pressed
        for key in keys:
            page.keyboard.press(key)
            pressed += 1

    press("n")
    page.locator("#call-title a[href^='tel:'][data-key='n']").wait_for()
    assert Event.objects.filter(kind="customer.phone_revealed").count() == 1
    made = 0
    for keys, result in ((["1", "Enter"], "DONE"), (["m", "Enter"], "LATER"), (["o", "4", "Enter"], "NO_TIME")):
        before = page.url
        press(*keys)
        page.wait_for_url(lambda url, before=before: url != before)
        page.wait_for_load_state("networkidle")
        # The address changes a moment before the next call stands there, and a key meant for it would be the old one's.
        page.wait_for_function("!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")
        made += 1
        assert Contact.objects.first().result == result
    assert (made, pressed) == (3, 8)


def test_do_not_call_me_is_one_key(busy, cast, open_page):
    page = open_page(reverse("crm:call_desk"), cast.callback)
    name, before = page.locator("#call-title a").inner_text(), page.url
    page.keyboard.press("x")
    page.wait_for_url(lambda url: url != before)
    page.wait_for_load_state("networkidle")
    contact = Contact.objects.get()
    assert (contact.result, str(contact.customer)) == ("DO_NOT_CALL", name)
    assert not FollowUp.objects.pending().to_call().filter(customer=contact.customer).exists()
    page = open_page(reverse("crm:customer", args=[contact.customer_id]), cast.callback)
    picture(page, "customer-consents")
    assert not too_wide(page)


def test_the_queue_is_walked_by_j_and_k(busy, cast, open_page):
    page = open_page(reverse("crm:call_desk"), cast.callback)
    for key in "jjk":
        page.keyboard.press(key)
    chosen = page.locator(".qlist .at b").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/calls/*/")
    assert chosen in page.locator("#call-title").inner_text()


def test_the_desk_works_on_a_phone(busy, cast, open_page):
    page = open_page(reverse("crm:call_desk"), cast.callback, width=390)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(page, "desk-390")
    page.locator("label.key").nth(3).click()
    page.locator("#id_said").fill("没人接")
    page.locator(".cb-next button").click()
    page.wait_for_load_state("networkidle")
    assert Contact.objects.get().result == "NO_ANSWER"


def test_the_pages_of_care_fit_every_width(busy, cast, open_page, goes):
    head = cast.hire("cs_manager", username="second", display_name="杜仲")
    month = timezone.localdate().replace(day=1)
    recall.prepare(busy, month=month, by=head)
    following = (month + timedelta(days=32)).strftime("%Y-%m")
    pages = {
        "recall-empty": f"{reverse('crm:recall')}?month={following}",
        "recall": f"{reverse('crm:recall')}?month={month:%Y-%m}",
        "letters": reverse("crm:letters"),
        "follow-ups": reverse("crm:follow_ups"),
        "contacts": reverse("crm:contacts"),
        "cadences": reverse("crm:cadences"),
    }
    page, found = open_page(reverse("crm:call_desk"), head), []
    for name, path in pages.items():
        goes(page, path)
        found += too_wide(page, name)
    assert found == []


def test_a_letter_is_printed_beside_the_list_which_then_offers_to_post_it(busy, cast, open_page):
    page = open_page(reverse("crm:letters"), cast.callback)
    row = page.locator("tbody tr").first
    number = row.locator(".code, a").first.inner_text()
    assert row.get_by_role("button", name="已寄").count() == 0
    with page.context.expect_page():
        row.get_by_role("button", name="打印").click()
    assert page.url.endswith(reverse("crm:letters")), "the list stays where it is"
    page.evaluate("dispatchEvent(new Event('focus'))")  # what a window gets when one comes back to it
    page.locator("tr", has_text=number).get_by_role("button", name="已寄").wait_for()
