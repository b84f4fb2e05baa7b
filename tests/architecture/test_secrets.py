"""What a page masks, papers, files and the API mask: every paper and every export, walked by who may not see it."""

import re
from collections.abc import Iterator
from decimal import Decimal

import openpyxl
import pytest
from django.template import loader
from django.urls import get_resolver, reverse

from crm.models import ContactPerson, Customer, Phone, Vehicle
from dms.background import exports
from dms.core.roles import ROLES
from dms.formats import spreadsheets
from dms.models import Event
from dms.web import pdf
from parts.models import Stock
from sales.models import StockCar
from tests.architecture import test_urls
from tests.architecture.rows import ROWS
from tests.architecture.site import Site, undone
from tests.architecture.url_table import URLS
from tests.factories import Cast, PartFactory, StockCarFactory, WorkOrderFactory

pytestmark = pytest.mark.django_db

site, _django_db_helper, _empty_cache = test_urls.site, test_urls._django_db_helper, test_urls._empty_cache

PAPERS = [url for url in URLS if re.search(r"[_-]pdf$|:receipt$|_print$", url.name) and "GET" in url.answers]
WITHOUT = [code for code, role in ROLES.items() if "crm.reveal" not in role.rights]
DECIDER, COMPANY, HOME = "13911112222", "02886667777", "蜀秀路八十八号"
SETTLED = {"settlement", "gate"}


def digits(text: str) -> str:
    """A number is a number however it is spaced."""
    return re.sub(r"[\s\u2009\u00a0·-]", "", text)


def whole_numbers() -> set[str]:
    return {*Phone.objects.values_list("number", flat=True), DECIDER}


def tell_all() -> None:
    """Every customer has all that a paper could say of them."""
    Customer.objects.update(address=HOME, company_phone=COMPANY, company_address=HOME, email="who@example.com")
    for customer in Customer.objects.all():
        ContactPerson.objects.create(
            customer=customer, role=ContactPerson.Role.DECISION_MAKER, name="家人", phone=DECIDER
        )


@pytest.fixture
def papers(monkeypatch) -> list[str]:
    """What is laid out on paper, as text."""
    laid_out: list[str] = []
    render = loader.render_to_string

    def observed(template: str, context: dict[str, object]) -> str:
        text = render(template, context)
        laid_out.append(text)
        return text

    monkeypatch.setattr(pdf, "render_to_string", observed)
    return laid_out


KEPT = {"aftersales:addendum_pdf", "api:aftersales:work-orders-addendum-pdf"}
"""Files that were laid out when they were signed: that is when their text is seen."""


def also(url, row, query: str) -> str:
    """What else an address must say."""
    more = f"consent={row.pk}" if url.name == "api:aftersales:work-orders-addendum-pdf" else url.query
    return ("&" if query else "?") + more if more else ""


def address_of(url, row) -> str:
    """Where the paper of a row is, or of a day."""
    if row is None:
        return reverse(url.name)
    if url.name == "api:aftersales:work-orders-addendum-pdf":
        return reverse(url.name, args=[row.work_order_id])
    return reverse(url.name, args=[row.pk])


def paper_row(url, site: Site):
    if not url.of:
        return None
    if url.name in KEPT:
        return ROWS["addendum"](store=site.store, by=Cast(site.store).service_adviser)
    if any(word in url.name for word in SETTLED):
        return WorkOrderFactory.create(store=site.store, stage="released")
    return ROWS[url.of](store=site.store, by=Cast(site.store).adviser)


@pytest.mark.parametrize("url", PAPERS, ids=lambda url: url.name)
def test_a_paper_shows_no_number_to_who_may_not_see_it(site, url, papers):
    with undone():
        row = paper_row(url, site)
        tell_all()
        address = address_of(url, row)
        for role in [code for code in WITHOUT if url.answers["GET"].right in ROLES[code].rights]:
            for query in ("", "?whole=0"):
                laid_out = " ".join(papers[-1:])
                papers.clear()
                answer = site.client(role).get(address + query + also(url, row, query))
                assert answer.status_code == 200, role
                text = " ".join(papers) or laid_out
                assert text or url.name in KEPT
                assert not [number for number in whole_numbers() if number in digits(text)], role
                if "crm.view" not in ROLES[role].rights:
                    assert HOME not in text
                    assert COMPANY not in digits(text)
                    assert "who@example.com" not in text
        assert not Event.objects.filter(kind="customer.phone_revealed").exists()


CONTRACTS = {"sales:order_pdf", "api:sales:orders-pdf", "aftersales:work_order_pdf", "api:aftersales:work-orders-pdf"}
"""The customer's own: with the whole number without being asked, for who may see it."""
ASKED = {"sales:lead_pdf", "sales:quote_pdf", "sales:owner_card_pdf", "api:sales:leads-pdf", "api:sales:quotes-pdf"}


@pytest.mark.parametrize("url", [url for url in PAPERS if url.name in CONTRACTS | ASKED], ids=lambda url: url.name)
def test_a_whole_number_on_paper_is_logged(site, url, papers):
    with undone():
        row = paper_row(url, site)
        role = next(code for code in ("adviser", "service_adviser") if url.answers["GET"].right in ROLES[code].rights)
        address = reverse(url.name, args=[row.pk])
        for query, shows in (("", url.name in CONTRACTS), ("?whole=0", False), ("?whole=1", True)):
            papers.clear()
            before = Event.objects.filter(kind="customer.phone_revealed").count()
            assert site.client(role).get(address + query).status_code == 200
            text = digits(" ".join(papers))
            assert any(number in text for number in whole_numbers()) == shows, query
            assert Event.objects.filter(kind="customer.phone_revealed").count() - before == int(shows)
        cashier = site.client("cashier").get(address + "?whole=1")
        assert cashier.status_code == 403


# --- exports --------------------------------------------------------------------------------------------------------------
def table(listing: exports.Listing, user, tmp_path) -> str:
    """The file of a list as this person gets it, as text."""
    rows = list(listing.narrowed(user, None, ""))
    if listing.prepare is not None:
        listing.prepare(rows)
    path = tmp_path / f"{listing.key}-{user.pk}.xlsx"
    spreadsheets.write_xlsx(path, listing.columns(user, None), iter(rows), title="表")
    sheet = openpyxl.load_workbook(path).active
    return " ".join(str(cell) for line in sheet.iter_rows(values_only=True) for cell in line if cell is not None)


def test_no_export_has_a_whole_number(site, tmp_path):
    get_resolver().url_patterns  # noqa: B018 # lists stand with their pages
    with undone():
        for make in ROWS.values():
            make(store=site.store, by=Cast(site.store).gm)
        tell_all()
        PartFactory.create(store=site.store, pieces=100, cost="8347.19")
        vins = set(Vehicle.objects.exclude(vin=None).values_list("vin", flat=True)) - set(
            StockCar.objects.values_list("vin", flat=True)
        )
        numbers = whole_numbers() | {user.phone for user in site.people.values() if user.phone}
        assert vins
        for key, listing in exports.LISTINGS.items():
            for role, user in site.people.items():
                if not user.has_perm(listing.right):
                    continue
                text = table(listing, user, tmp_path)
                shown = [number for number in numbers if number in digits(text)]
                assert not shown, f"{key} for {role}"
                assert not [vin for vin in vins if vin in text] or key == "stock_cars", f"{key} for {role}"
                if not user.has_perm("parts.cost"):
                    assert "8347.19" not in text, f"{key} for {role}"


# --- what things cost us ----------------------------------------------------------------------------------------------------
COST = re.compile(r"8,?347[.,]19|834,?719")


def roles_without(right: str, *, seeing: str) -> Iterator[str]:
    return (code for code, role in ROLES.items() if right not in role.rights and seeing in role.rights)


@pytest.fixture
def shelf(site):
    """Parts that cost 8,347.19 each; a hundred of them are worth 834,719."""
    with undone():
        part = PartFactory.create(store=site.store, pieces=100, cost="8347.19")
        yield Stock.objects.get(part=part, store=site.store)


def pages_of_cost(stock: Stock) -> list[str]:
    return [
        reverse("parts:stock"),
        reverse("parts:stock") + "?ordering=-cost",
        reverse("parts:stock_at", args=[stock.pk]),
        reverse("parts:part", args=[stock.part_id]),
        reverse("parts:moves"),
        reverse("dms:home"),
        reverse("dms:work"),
        reverse("api:parts:stock-list"),
        reverse("api:parts:stock-detail", args=[stock.pk]),
        reverse("api:parts:moves-list"),
    ]


def test_what_a_part_costs_is_for_who_may_know_it(site, shelf):
    for address in pages_of_cost(shelf):
        for role in roles_without("parts.cost", seeing="parts.view"):
            page = site.client(role).get(address)
            assert page.status_code == 200, address
            assert not COST.search(page.content.decode()), f"{address} for {role}"
    for address in pages_of_cost(shelf)[:3]:
        assert COST.search(site.client("parts_manager").get(address).content.decode()), address


def test_the_value_of_cars_is_not_the_parts_managers(site):
    with undone():
        car = StockCarFactory.create(store=site.store)
        StockCar.objects.filter(pk=car.pk).update(cost=Decimal("654321.00"))
        day = f"{car.arrived_on}"
        for role, sees in (("parts_manager", False), ("parts_planner", False), ("sales_manager", True), ("gm", True)):
            for address in (reverse("reports:daily"), reverse("api:reports:daily-list")):
                text = site.client(role).get(address).content.decode().replace(",", "")
                assert ("654321" in text) == sees, f"{address} for {role}"
        rows = reverse("reports:daily_rows", args=["stock_cars_cost"])
        assert site.client("parts_manager").get(f"{rows}?day={day}").status_code == 403
        change = reverse("sales:stock_car_change", args=[car.pk])
        assert "654321" in site.client("warehouse").get(change).content.decode()


def test_a_technician_sees_a_day_of_their_own_and_no_turnover(site):
    with undone():
        WorkOrderFactory.create(store=site.store, stage="released")
        client = site.client("technician")
        home = client.get(reverse("dms:home")).content.decode()
        assert "今日产值" not in home
        assert reverse("aftersales:settlements") not in home
        assert client.get(reverse("aftersales:settlements")).status_code == 403
        assert client.get(reverse("reports:daily_rows", args=["output"])).status_code == 403
        assert "我的工时" in home or "My hours" in home
        assert "今日产值" in site.client("service_manager").get(reverse("dms:home")).content.decode()
