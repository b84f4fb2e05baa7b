"""How far the parts of a line are issued stands once, in one column."""

from decimal import Decimal

import pytest
from django.urls import reverse

from aftersales.actions import workshop
from tests.factories import PartFactory, WorkOrderFactory, part_of

pytestmark = pytest.mark.django_db


def test_a_line_says_once_how_much_of_it_is_issued(cast, signed_in):
    part = PartFactory.create(pieces=5)
    order = WorkOrderFactory.create(stage="dispatched", part=part, quantity=2)
    desk = signed_in(cast.service_adviser)
    page = reverse("aftersales:work_order", args=[order.pk])
    for words, other in (("已领 1/2", "未领"), ("已领</span>", "已领 1/2")):
        workshop.issue_part(part_of(order), quantity=Decimal(1), signed_by="丹参", by=cast.parts_clerk)
        text = desk.get(page).text
        assert text.count(words) == 1
        assert other not in text
