"""The frame: every page the house names exists and renders."""

import pytest
from django.urls import reverse

from dms import registry

TABS = [tab for area in registry.AREAS.values() for tab in area.tabs if tab.url_name.startswith("dms:")]


@pytest.mark.django_db
@pytest.mark.parametrize("url_name", sorted({tab.url_name for tab in TABS} - {"dms:patterns"}))
def test_every_tab_opens_a_page(signed_in, admin_user, url_name):
    response = signed_in(admin_user).get(reverse(url_name))
    assert response.status_code == 200
    assert 'aria-current="page"' in response.content.decode()
