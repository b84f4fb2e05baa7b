"""One part for all spellings of its number; lists and papers show it as it is printed."""

import pytest
from django.urls import reverse

from parts.actions import catalogue
from parts.models import Part
from tests.conftest import refuses
from tests.factories import PartFactory
from tests.statements import misjudged, verdict

pytestmark = pytest.mark.django_db

SPELLINGS = ["06L 115 562", "06L-115-562", "06l115562", "０６Ｌ１１５５６２", " 06L.115/562 "]  # noqa: RUF001 # full width is the case


@pytest.fixture
def filter_(store):
    return PartFactory.create(number="06L 115 562", name="机油滤清器", pieces=3)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_second_spelling_is_no_second_part(filter_, cast, spelling):
    with refuses("part_number_taken"):
        catalogue.save_part(Part(), by=cast.parts_planner, number=spelling, name="滤芯", unit="个")
    assert Part.objects.numbered(spelling).get() == filter_


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("06L 115  562 ", "06L 115 562"), ("06l-115", "06l-115"), ("０６Ｌ－１１５", "06L-115")],  # noqa: RUF001
)
def test_a_number_is_kept_as_it_is_printed(cast, typed, kept):
    part = catalogue.save_part(Part(), by=cast.parts_planner, number=typed, name="滤芯", unit="个")
    part.refresh_from_db()
    assert part.number == kept


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_it_is_scanned_received_and_found_by_any_spelling(filter_, cast, signed_in, spelling):
    client = signed_in(cast.parts_clerk)
    stock = filter_.stock.get()
    scanned = client.get(reverse("parts:stock"), {"scan": spelling})
    assert scanned.headers["Location"].startswith(reverse("parts:stock_at", args=[stock.pk]))
    assert "06L 115 562" in client.get(reverse("parts:parts"), {"q": spelling}).content.decode()
    came = client.post(reverse("parts:receive"), {"number": spelling, "quantity": "2", "cost": "10", "key": "k" * 32})
    assert came.status_code == 302
    stock.refresh_from_db()
    assert stock.on_hand == 5


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_api_names_it_by_any_spelling(filter_, cast, signed_in, spelling):
    client = signed_in(cast.parts_planner)
    body = {"number": "06L-2", "name": "滤芯", "unit": "个", "superseded_by": spelling}
    made = client.post("/api/v1/parts/parts/", body, "application/json")
    assert made.status_code == 201, made.json()
    assert (made.status_code, made.json()["superseded_by"]) == (201, "06L 115 562")


def test_no_statement_brings_a_second_spelling(filter_):
    PartFactory.create(number="X-1")
    assert (
        misjudged(
            {
                "part_number_once": [
                    "UPDATE parts_part SET number = '06l115562', number_code = '06L115562' WHERE number = 'X-1'",
                ],
                "part_number_code_true": [
                    "UPDATE parts_part SET number = '06l115562' WHERE number = 'X-1'",
                    "UPDATE parts_part SET number_code = 'X2' WHERE number = 'X-1'",
                ],
                "part_number_form": ["UPDATE parts_part SET number = ' ' , number_code = '' WHERE number = 'X-1'"],
            }
        )
        == []
    )
    assert verdict("UPDATE parts_part SET number = 'x 1' WHERE number = 'X-1'") == ""
