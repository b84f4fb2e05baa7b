"""The look, seen by a browser: accessible in both themes, nothing wider than the screen, light to load, whole by keyboard."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.eyes import faults, too_wide, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATTERNS = "/configuration/patterns/"
LIGHT_ENOUGH = 300 * 1024
Open = Callable[..., Page]


def test_the_pattern_page_fits_every_screen_and_axe_finds_nothing(open_page: Open, cast):
    page = open_page(PATTERNS, cast.admin)
    expect(page.locator("[data-drawn]")).to_have_count(2)
    assert faults(page, "patterns") == []


def test_in_english_too_nothing_is_wider_than_the_screen(open_page: Open, cast):
    cast.admin.language = "en"
    cast.admin.save()
    page = open_page(PATTERNS, cast.admin)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert too_wide(page, "patterns-en") == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_opens_in_the_theme_of_the_system(open_page: Open, theme: str):
    page = open_page("/sign-in/", theme=theme)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
    assert violations(page) == []


def test_the_first_page_is_light_and_has_no_chart_library(open_page: Open, cast):
    page = open_page("/work/", cast.admin)
    urls = page.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
    names = {re.sub(r"^.*/static/", "", url) for url in urls if "/static/" in url}
    assert "dms/css/tokens.css" in names
    assert not [name for name in names if "echarts" in name or "sortable" in name]
    names = {name for name in names if not name.endswith(".woff2")}  # only where no Chinese font is installed
    weight = len(gzip.compress(page.content().encode())) + sum(weigh(name) for name in names)
    assert weight < LIGHT_ENOUGH


def weigh(name: str) -> int:
    """What a static file costs on the wire."""
    return len(gzip.compress(Path(str(finders.find(name))).read_bytes()))


def test_the_keyboard_searches_walks_rows_and_lists_its_keys(open_page: Open, cast):
    page = open_page(PATTERNS, cast.admin)
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".at")).to_have_count(1)
    page.keyboard.press("?")
    expect(page.locator("#keys-dialog")).to_be_visible()
    expect(page.locator("#keys-dialog [data-page-keys] kbd")).to_have_text(["L", "R"])
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    expect(page.locator("#dialog[open] input[type=radio]").first).to_be_visible()


def test_letters_do_nothing_inside_a_field(open_page: Open, cast):
    page = open_page(PATTERNS, cast.admin)
    page.locator("#id_name").press_sequentially("lr?/")
    expect(page.locator("#id_name")).to_have_value("lr?/")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_refused_form_keeps_what_was_typed_and_says_where(open_page: Open, cast):
    page = open_page(PATTERNS, cast.admin)
    page.fill("#id_name", "谷雨")
    page.fill("#id_phone", "138")
    page.locator("#form .btn-primary").click()
    expect(page.locator("#form .form-errors")).to_be_focused()
    expect(page.locator("#id_name")).to_have_value("谷雨")


def test_a_second_press_while_a_form_is_sent_does_nothing(open_page: Open, cast):
    page = open_page(PATTERNS, cast.admin)
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    with page.expect_navigation():
        page.evaluate(
            "const form = document.getElementById('form'); for (let i = 0; i < 3; i += 1) form.requestSubmit();"
        )
    assert len(posts) == 1


def test_a_refusal_stays_until_it_is_closed(open_page: Open, cast):
    page = open_page(PATTERNS, cast.admin)
    page.locator("[hx-post='?refuse']").click()
    expect(page.locator("#toasts [role=alert]")).to_be_visible()
    page.locator("#toasts [data-dismiss]").click()
    expect(page.locator("#toasts [role=alert]")).to_have_count(0)


def test_a_phone_number_is_shown_on_request(open_page: Open, cast):
    page = open_page(PATTERNS, cast.admin)
    expect(page.locator(".phone-no").first).to_contain_text("138****0000")
    page.locator(".phone-no button").first.click()
    expect(page.locator(".phone-no").first).to_contain_text("138 0000 0000")


def test_a_signature_is_a_picture_and_can_be_cleared(open_page: Open, cast):
    page = open_page(PATTERNS, cast.admin, width=390)
    canvas = page.locator(".sign canvas")
    canvas.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.sign').dataset.started")
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 180, box["y"] + 90, steps=8)
    page.mouse.up()
    assert page.locator("[data-png]").input_value().startswith("data:image/png;base64,")
    page.locator("[data-clear]").click()
    expect(page.locator("[data-png]")).to_have_value("")


def test_a_chosen_photo_is_seen_and_can_be_taken_back(open_page: Open, cast):
    page = open_page(PATTERNS, cast.admin)
    pixel = bytes.fromhex("47494638396101000100800000000000ffffff2c00000000010001000002024401003b")
    page.set_input_files(".photos input", files=[FilePayload(name="a.gif", mimeType="image/gif", buffer=pixel)])
    expect(page.locator(".thumbs li")).to_have_count(1)
    page.locator(".thumbs button").click()
    expect(page.locator(".thumbs li")).to_have_count(0)


def test_a_chart_is_drawn_again_in_the_other_theme(open_page: Open, cast):
    page = open_page(PATTERNS, cast.admin)
    page.wait_for_selector("[data-drawn]")
    canvas = page.locator(".chart canvas").first
    before = canvas.evaluate("one => one.toDataURL()")
    page.evaluate("document.documentElement.setAttribute('data-bs-theme', 'dark')")
    page.wait_for_timeout(400)
    assert canvas.evaluate("one => one.toDataURL()") != before


def test_on_a_phone_the_bar_takes_the_place_of_the_rail(open_page: Open, cast):
    page = open_page(PATTERNS, cast.admin, width=390)
    expect(page.locator(".rail")).to_be_hidden()
    expect(page.locator(".tabbar")).to_be_visible()
    small = page.evaluate(
        """() => [...document.querySelectorAll('.top a, .top button, .tabbar > *, .form-foot .btn, .due .btn')]
        .filter(one => one.offsetParent && !one.closest('.menu')).map(one => one.getBoundingClientRect())
        .filter(box => box.height < 44).length"""
    )
    assert small == 0


def test_the_menu_of_the_person_opens_at_its_button_and_leaves_by_escape(open_page: Open, cast):
    page = open_page(PATTERNS, cast.admin)
    page.locator(".who").click()
    menu, button = page.locator("#menu-who"), page.locator(".who")
    expect(menu).to_be_visible()
    below, above = menu.bounding_box(), button.bounding_box()
    assert below is not None
    assert above is not None
    assert below["y"] >= above["y"] + above["height"]
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
