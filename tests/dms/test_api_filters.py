"""What programs ask of lists: known parameters only, several values of a choice, what changed since."""

import re

import pytest
from rest_framework.test import APIClient

from dms.actions import people
from dms.models import Reason

pytestmark = pytest.mark.django_db
REASONS = "/api/v1/dms/reasons/"


@pytest.fixture
def client(cast):
    key = people.create_token(cast.admin, by=cast.admin)[1]
    return APIClient(headers={"authorization": f"Token {key}", "accept-language": "en"})


def test_a_misspelt_parameter_is_named_with_what_comes_nearest(client):
    answer = client.get(f"{REASONS}?knid=LOSS")
    assert answer.status_code == 400
    assert answer.json() == {"knid": ["There is no parameter “knid” here. Did you mean kind?"]}


def test_a_parameter_like_no_other_is_answered_with_all_there_are(client):
    [sentence] = client.get(f"{REASONS}?zzz=1").json()["zzz"]
    known = "active, format, kind, ordering, page, page_size, q, updated_since"
    assert sentence == f"There is no parameter “zzz” here. There are: {known}."


@pytest.mark.parametrize(
    "url",
    [
        "dms/search/?que=x",
        "dms/work/?sore=JJ01",
        "reports/daily/?dya=2026-01-01",
        "auth/tokens/?active=true",
        "crm/cadence-presets/?kode=x",
        "aftersales/shop-hours/?stor=JJ01",
    ],
)
def test_every_list_refuses_what_it_does_not_know(client, url):
    assert client.get(f"/api/v1/{url}").status_code == 400


def test_pages_and_order_are_known_everywhere(client):
    assert client.get(f"{REASONS}?page=1&page_size=5&ordering=-updated_at&format=json").status_code == 200


def test_several_values_of_a_choice_find_rows_of_any(client):
    for kind in (Reason.Kind.LOSS, Reason.Kind.HOLD, Reason.Kind.SKIP):
        Reason.objects.create(kind=kind, code=f"T-{kind}", name="试用")
    rows = client.get(f"{REASONS}?kind=LOSS&kind=HOLD&q=试用").json()["results"]
    assert {row["kind"] for row in rows} == {"LOSS", "HOLD"}
    assert client.get(f"{REASONS}?kind=LOSS&kind=NONSENSE").status_code == 400


def test_somebody_of_two_roles_is_listed_once(client, cast):
    user = cast.hire("adviser", username="both")
    user.groups.add(cast.hire("technician").groups.get())
    rows = client.get("/api/v1/dms/users/?role=adviser&role=technician&q=both").json()
    assert rows["count"] == 1


def test_what_changed_since_is_found_in_the_order_of_its_change(client):
    first = Reason.objects.create(kind="LOSS", code="T-1", name="试用")
    second = Reason.objects.create(kind="LOSS", code="T-2", name="试用")
    third = Reason.objects.create(kind="LOSS", code="T-3", name="试用")
    mark = client.get(f"{REASONS}{third.pk}/").json()["updated_at"]
    Reason.objects.filter(pk=first.pk).update(name="试用一")
    rows = client.get(REASONS, {"updated_since": mark, "ordering": "updated_at"}).json()["results"]
    assert [row["id"] for row in rows] == [third.pk, first.pk]
    assert second.pk not in [row["id"] for row in rows]
    assert client.get(REASONS, {"updated_since": "yesterday"}).status_code == 400


def test_one_row_is_found_by_its_id_whatever_else_is_asked(client):
    reason = Reason.objects.create(kind="LOSS", code="T-1", name="试用")
    assert client.get(f"{REASONS}{reason.pk}/?kind=HOLD").status_code == 200


def test_the_page_still_offers_one_choice_of_a_kind(signed_in, cast):
    page = signed_in(cast.admin).get("/messages/?status=FAILED").text
    [choice] = re.findall(r'<select[^>]*name="status"[^>]*>', page)
    assert "multiple" not in choice
