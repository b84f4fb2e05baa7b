"""The parts room over the API: the same acts, refusals and stores as on the pages."""

import pytest
from rest_framework.test import APIClient

from dms.models import Reason
from parts.models import LostSale, Stock, StockMove

pytestmark = pytest.mark.django_db
BASE = "/api/v1/parts"


@pytest.fixture
def api():
    def open_session(user):
        client = APIClient()
        client.force_authenticate(user)
        return client

    return open_session


def test_a_part_goes_through_the_whole_parts_room(api, cast, pads):
    client, part = api(cast.parts_clerk), f"{BASE}/parts/{pads.pk}"
    here = {"store": "JJ01"}
    come = client.post(f"{part}/receive/", here | {"quantity": "5", "cost": "300", "bin": "C02-02"})
    assert (come.status_code, come.data["quantity"], come.data["bin"]) == (200, "5.00", "C02-02")
    reservation = client.post(f"{part}/reserve/", here | {"quantity": "2", "source_line": "WO-1/1"}).data
    gone = client.post(
        f"{part}/issue/", here | {"quantity": "1", "source_line": "WO-2/1", "signed_by": "石斛", "key": "k"}
    ).data
    again = client.post(
        f"{part}/issue/", here | {"quantity": "1", "source_line": "WO-2/1", "signed_by": "石斛", "key": "k"}
    ).data
    assert gone["id"] == again["id"]
    back = client.post(f"{BASE}/moves/{gone['id']}/return/", {"quantity": "1"})
    assert (back.status_code, back.data["kind"], back.data["reverses"]) == (200, "RETURN", gone["id"])
    assert client.post(f"{BASE}/reservations/{reservation['id']}/release/").data["ended_at"] is not None
    assert client.post(f"{part}/lost-sale/", here).data["quantity"] == "1.00"
    reason = Reason.objects.of(Reason.Kind.STOCK_DIFFERENCE).first()
    counted = {"counted": "4", "reason": reason.code} | here
    assert client.post(f"{part}/correct/", counted).status_code == 403
    assert api(cast.parts_manager).post(f"{part}/correct/", counted).data["quantity"] == "-1.00"
    row = client.get(f"{BASE}/stock/").data["results"][0]
    assert (row["on_hand"], row["reserved"], row["available"], row["bin"]) == ("4.00", "0.00", "4.00", "C02-02")
    assert LostSale.objects.count() == 1


def test_more_than_there_is_is_refused_with_its_code(api, cast, pads):
    body = {"store": "JJ01", "quantity": "1", "source_line": "WO-2/1", "signed_by": "石斛"}
    answer = api(cast.parts_clerk).post(f"{BASE}/parts/{pads.pk}/issue/", body)
    assert (answer.status_code, answer.data["code"]) == (409, "not_enough_stock")
    assert not StockMove.objects.exists()


def test_nobody_moves_parts_of_another_store(api, cast, pads, other_store):
    body = {"store": "GX01", "quantity": "1", "cost": "1"}
    answer = api(cast.parts_clerk).post(f"{BASE}/parts/{pads.pk}/receive/", body)
    assert (answer.status_code, list(answer.data)) == (400, ["store"])
    assert not Stock.objects.exists()


def test_limits_and_part_numbers_are_the_planners(api, cast, pads):
    api(cast.parts_clerk).post(f"{BASE}/parts/{pads.pk}/receive/", {"store": "JJ01", "quantity": "5", "cost": "300"})
    row = f"{BASE}/stock/{Stock.objects.get().pk}/"
    assert api(cast.parts_clerk).patch(row, {"minimum": "1"}).status_code == 403
    assert api(cast.parts_planner).patch(row, {"minimum": "1"}).status_code == 400
    assert (
        api(cast.parts_planner).patch(row, {"minimum": "1", "maximum": "4", "on_hand": "99"}).data["on_hand"] == "5.00"
    )
    made = api(cast.parts_planner).post(
        f"{BASE}/parts/", {"number": "SY-9", "name": "脚垫", "unit": "套", "superseded_by": "SY-4411"}
    )
    assert (made.status_code, made.data["superseded_by"]) == (201, "SY-4411")
    assert (
        api(cast.parts_planner).post(f"{BASE}/parts/", {"number": "sy 9", "name": "脚垫", "unit": "套"}).status_code
        == 409
    )


def test_demand_has_twelve_months(api, cast, pads):
    api(cast.parts_clerk).post(f"{BASE}/parts/{pads.pk}/lost-sale/", {"store": "JJ01", "quantity": "2"})
    api(cast.parts_clerk).post(f"{BASE}/parts/{pads.pk}/receive/", {"store": "JJ01", "quantity": "5", "cost": "300"})
    months = api(cast.parts_clerk).get(f"{BASE}/stock/{Stock.objects.get().pk}/demand/").data
    assert [month["quantity"] for month in months] == ["0.00"] * 11 + ["2.00"]
