"""A column said once: its head, its cell, the phone, the spreadsheet, and who sees it."""

from types import SimpleNamespace
from typing import cast

import pytest
from django.test import RequestFactory
from django.urls import reverse

from dms.background import exports, jobs
from dms.models import Job, User
from dms.views.lists import BaseListView
from dms.web import columns
from dms.web.columns import Column, Table
from dms.web.http import AuthenticatedHttpRequest
from tests.dms.spreadsheets import table_of
from tests.factories import CustomerFactory, OrderFactory

NUMBER = Column("Order", "number", link="sales:order", phone=True)
TOTAL = Column("Amount", "total", "money", sort="price")
STATUS = Column("Status", "status", "status", look="narrow")


def body_of(*shown, rows, row_class=lambda row: ""):
    request = cast("AuthenticatedHttpRequest", RequestFactory().get("/"))
    return str(Table(shown, rows, request, row_class).body())


def test_cells_are_shown_as_their_kind_says():
    row = SimpleNamespace(pk=7, number="<1>", total=1650, at=None)
    shown = body_of(NUMBER, TOTAL, Column("At", "at", "moment"), Column("Of", "customer.name"), rows=[row])
    assert f'<td><a href="{reverse("sales:order", args=[7])}">&lt;1&gt;</a></td>' in shown
    assert '<td class="text-end wide-only">1,650.00</td>' in shown
    assert shown.count(">–<") == 2


@pytest.mark.django_db
def test_a_status_is_a_badge_on_the_page_and_words_in_the_file():
    order = OrderFactory.create()
    assert 'class="st ' in body_of(STATUS, rows=[order])
    assert STATUS.for_file().of(order) == order.get_status_display()


def test_a_row_says_that_it_needs_somebody():
    row = SimpleNamespace(pk=1, number="1")
    assert body_of(NUMBER, rows=[row], row_class=lambda row: "lateR").startswith('<tr class="lateR" data-row>')


def labels(pick, *shown, user):
    return [column.label for column in pick(shown, user, None)]


def test_who_may_not_see_a_column_finds_it_neither_on_the_page_nor_in_the_file():
    manager, clerk = User(username="manager"), User(username="clerk")
    cost = Column("Cost", "cost", "money", shown=lambda user, _store: user is manager)
    for pick in (columns.for_page, columns.for_file):
        assert labels(pick, NUMBER, cost, user=manager) == ["Order", "Cost"]
        assert labels(pick, NUMBER, cost, user=clerk) == ["Order"]


def test_a_column_may_stand_in_the_file_or_on_the_page_alone():
    note, acts = Column("Note", "note", only="file"), Column("Act", "pk", only="page")
    assert labels(columns.for_page, note, acts, user=User()) == ["Act"]
    assert labels(columns.for_file, note, acts, user=User()) == ["Note"]


@pytest.mark.django_db
def test_the_file_has_the_columns_and_the_filters_of_the_page(cast, signed_in, store):
    for name in ("夏至", "立春"):
        CustomerFactory.create(name=name, phone="13800000001" if name == "夏至" else "13800000002", store=store)
    client = signed_in(cast.sales_manager)
    page = client.get(reverse("crm:customers"), {"q": "夏至"})
    assert reverse("dms:export", args=["customers"]) in page.content.decode()
    client.post(f"{reverse('dms:export', args=['customers'])}?q=夏至")
    job = Job.objects.get()
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    head, *rows = table_of(job.output_file)
    assert head == ["姓名", "电话", "车辆", "需求", "门店", "登记"]
    assert [(row[0], row[1]) for row in rows] == [("夏至", "138****0001")]


def views():
    for view in BaseListView.__subclasses__():
        if view.columns and view.__module__.split(".")[0] in {"dms", "crm", "parts", "sales", "aftersales", "reports"}:
            yield view


def test_every_list_with_columns_says_what_stays_on_a_phone_and_can_be_taken_along():
    for view in views():
        shown = [column for column in view.columns if column.only != "file"]
        assert 2 <= sum(column.phone for column in shown) <= 4, view
        assert shown[0].phone, view
        assert exports.LISTINGS[view.export_key].right == view.right
