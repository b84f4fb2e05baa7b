"""The parts room and the dashboard, seen by a browser: accessible, nothing wider than the screen, driven by scanner and keys."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from dms.models import Store
from parts.actions import catalogue
from parts.actions import stock as acts
from parts.models import LostSale, Part, Stock
from tests.browser.eyes import faults, too_wide, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
SHELF = [
    ("SY-1520", "机油滤清器 1.5T", "NORMAL", 86, "21.40", 40, 120),
    ("SY-1522", "机油滤清器 2.0T", "NORMAL", 21, "23.10", 24, 72),
    ("SY-4411", "前制动片 S5 / S7", "NORMAL", 3, "318.50", 8, 24),
    ("SY-4490", "制动液 DOT4 1L", "HAZARD", 36, "31.20", 20, 60),
    ("SY-5103", "雨刮片 26 寸", "NORMAL", 22, "44.80", 12, 36),
]


@pytest.fixture
def shelf(cast, store: Store, other_store: Store) -> dict[str, Stock]:
    """Five parts, one short and waited for."""
    for number, name, handling, count, cost, low, high in SHELF:
        part = Part.objects.create(
            number=number, name=name, unit="件", category="AX", price=Decimal(560), handling=handling
        )
        acts.receive(part, store=store, quantity=count, cost=cost, by=cast.parts_manager, shelf=f"C02-{number[-2:]}")
        catalogue.set_limits(
            Stock.objects.get(part=part, store=store),
            minimum=Decimal(low),
            maximum=Decimal(high),
            by=cast.parts_manager,
        )
    pads = Part.objects.get(number="SY-4411")
    acts.receive(pads, store=other_store, quantity=6, cost="300", by=cast.parts_manager)
    acts.receive(pads, store=store, quantity=4, cost="318.50", by=cast.parts_manager, source_line="PO-0118")
    acts.issue(pads, store=store, quantity=4, by=cast.parts_manager, signed_by="石斛", source_line="WO-0004/2")
    acts.reserve(pads, store=store, quantity=3, source_line="WO-0007/1", by=cast.parts_manager)
    return {row.part.number: row for row in Stock.objects.filter(store=store).select_related("part")}


def test_the_parts_room_fits_every_screen_and_axe_finds_nothing(open_page: Open, cast, shelf: dict[str, Stock]):
    page = open_page(f"/parts/stock/{shelf['SY-4411'].pk}/", cast.parts_manager)
    assert faults(page, "stock") == []


OTHERS = ("/parts/receive/", "/parts/moves/", "/parts/parts/", "/parts/lost-sales/", "/reports/daily/")


def test_the_other_pages_fit_and_are_accessible(
    open_page: Open, goes: Callable[[Page, str], None], cast, shelf: dict[str, Stock]
):
    page, found = open_page(OTHERS[0], cast.parts_manager), []
    for path in OTHERS:
        goes(page, path)
        found += too_wide(page, path.strip("/").replace("/", "-")) + violations(page)
    assert found == []


def test_a_scanner_opens_a_part_and_a_key_notes_the_lost_sale(open_page: Open, cast, shelf: dict[str, Stock]):
    page = open_page("/parts/stock/", cast.parts_manager)
    expect(page.locator("input[name=scan]")).to_be_focused()
    page.keyboard.type("sy-4411\n")
    expect(page.locator("#panel-name")).to_have_text("前制动片 S5 / S7")
    expect(page.locator(".htmx-added")).to_have_count(0)  # its buttons are alive
    page.keyboard.press("x")
    expect(page.locator(".toast, .toasts").first).to_contain_text("SY-4411")
    assert LostSale.objects.get().part.number == "SY-4411"


def test_receiving_goes_on_after_each_part(open_page: Open, cast, shelf: dict[str, Stock], store: Store):
    page = open_page("/parts/receive/", cast.parts_manager)
    before = page.locator("tbody tr").count()
    for time in (1, 2):
        expect(page.locator("input[name=number]")).to_be_focused()
        page.keyboard.type("SY-5103")
        page.locator("input[name=quantity]").fill("2")
        page.keyboard.press("Enter")
        expect(page.locator("tbody tr")).to_have_count(before + time)
    assert Stock.objects.get(part__number="SY-5103", store=store).on_hand == 26
