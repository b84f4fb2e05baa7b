"""A visit and a work order begin where the car is: on its page, and beside it in the search."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["vehicle", "search"])
def test_a_car_offers_its_work_order_and_its_visit(page, car, cast, signed_in):
    address = reverse("crm:vehicle", args=[car.pk]) if page == "vehicle" else f"{reverse('dms:search')}?q=AD1234"
    desk = signed_in(cast.service_adviser)
    text = desk.get(address).text
    for name in ("work_order_new", "appointment_new"):
        begun = f"{reverse(f'aftersales:{name}')}?car=%E5%B7%9DAD1234"
        assert begun in text
        assert 'value="川AD1234"' in desk.get(begun).text


def test_who_may_not_write_up_is_not_offered_it(car, cast, signed_in):
    text = signed_in(cast.callback).get(reverse("crm:vehicle", args=[car.pk])).text
    assert reverse("aftersales:work_order_new") not in text
