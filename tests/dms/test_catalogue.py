"""The model catalogue as pages."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from dms.models import Brand, Colour, Series, Variant
from dms.views.catalogue import Service, plan
from dms.web.filters import VariantFilter

pytestmark = pytest.mark.django_db


@pytest.fixture
def series(db):
    brand = Brand.objects.create(code="XY", name="星野", name_en="Xingye")
    Colour.objects.create(brand=brand, code="BLK", name="曜岩黑")
    Colour.objects.create(brand=brand, code="OLD", name="旧色", active=False)
    return Series.objects.create(brand=brand, code="S7", name="S7")


@pytest.fixture
def variant(series):
    return Variant.objects.create(
        series=series,
        code="S7-20",
        name="2.0T 四驱",
        list_price=Decimal(219800),
        first_service_months=3,
        first_service_km=5000,
        service_months=6,
        service_km=10000,
    )


def test_variants_stand_under_brand_and_series_with_their_price(signed_in, cast, variant):
    page = signed_in(cast.adviser).get(reverse("dms:variants")).content.decode()
    assert "星野 · S7" in page
    assert "219,800.00" in page


def test_sorting_by_price_drops_the_bands(signed_in, cast, variant, series):
    dear = Variant.objects.create(series=series, code="S7-30", name="3.0T", list_price=Decimal(300000))
    response = signed_in(cast.adviser).get(reverse("dms:variants"), {"ordering": "-list_price"})
    assert list(response.context["page_obj"]) == [dear, variant]
    assert "rowgroup" not in response.content.decode()


def test_the_catalogue_is_narrowed_by_energy_and_found_by_series(signed_in, cast, variant, series):
    electric = Variant.objects.create(series=series, code="S7-E", name="长续航", energy="BEV")
    client = signed_in(cast.adviser)
    assert list(client.get(reverse("dms:variants"), {"energy": "BEV"}).context["page_obj"]) == [electric]
    assert len(client.get(reverse("dms:variants"), {"q": "S7"}).context["page_obj"]) == 2
    assert len(client.get(reverse("dms:variants"), {"q": "E9"}).context["page_obj"]) == 0


def test_the_maintenance_plan_starts_with_the_first_service_and_goes_on_at_its_interval(variant):
    assert plan(variant, 3) == [Service(3, 5000), Service(9, 15000), Service(15, 25000)]


def test_one_variant_shows_colours_on_offer_and_its_siblings(signed_in, cast, variant, series):
    Variant.objects.create(series=series, code="S7-15", name="1.5T 两驱")
    page = signed_in(cast.adviser).get(reverse("dms:variant", args=[variant.pk])).content.decode()
    assert "曜岩黑" in page
    assert "旧色" not in page
    assert "1.5T 两驱" in page


def test_only_who_configures_is_offered_to_edit(signed_in, cast, variant):
    edit = reverse("admin:dms_variant_change", args=[variant.pk])
    url = reverse("dms:variant", args=[variant.pk])
    assert edit in signed_in(cast.admin).get(url).content.decode()
    assert edit not in signed_in(cast.adviser).get(url).content.decode()


def test_the_catalogue_needs_its_right(signed_in, cast, variant):
    client = signed_in(cast.hire("technician"))
    assert client.get(reverse("dms:variants")).status_code == 403
    assert client.get(reverse("dms:variant", args=[variant.pk])).status_code == 403


def test_more_variants_cost_no_more_queries(signed_in, cast, variant, series):
    client = signed_in(cast.adviser)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("dms:variants"))
        return len(captured)

    queries()
    few = queries()
    Variant.objects.bulk_create(Variant(series=series, code=f"S7-{n}x", name=f"{n}") for n in range(40))
    assert queries() == few


def test_a_facet_has_the_words_of_the_reader_not_of_the_first_one():
    words = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            words.append(str(VariantFilter.base_filters["energy"].label))
            words.append(str(VariantFilter({}, queryset=Variant.objects.all()).form.fields["energy"].label))
    assert words == ["energy", "energy", "能源", "能源"]
