"""The lists of the core at every width: colleagues, absences, jobs, messages, events, models of cars."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.eyes import too_wide, violations
from tests.factories import AbsenceFactory, JobFactory, MessageFactory, VariantFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]

LISTS = ("/people/", "/absences/", "/jobs/", "/messages/", "/events/", "/variants/")


def test_the_lists_of_the_core_fit_and_are_accessible(open_page: Open, goes: Callable[[Page, str], None], cast, store):
    AbsenceFactory.create(store=store)
    JobFactory.create(by=cast.gm, store=store, failed=True)
    MessageFactory.create(store=store, failed=True)
    VariantFactory.create()
    page, faults = open_page(LISTS[0], cast.gm), []
    for path in LISTS:
        goes(page, path)
        faults += too_wide(page, path.strip("/")) + violations(page)
    assert faults == []
