"""The forms and calls that make a row or change several, and are no act of a document: who sends them, and what."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from aftersales.open_work import APPOINTMENTS, WORK_ORDERS
from crm.open_work import CALLS, COMPLAINTS
from dms.records.open_work import OpenWork
from sales.open_work import LEADS, ORDERS, OWNER_CARDS
from tests.architecture.site import Site
from tests.factories import (
    AppointmentFactory,
    BrandFactory,
    ComplaintFactory,
    CustomerFactory,
    FollowUpFactory,
    LeadFactory,
    OrderFactory,
    OwnerCardFactory,
    PartFactory,
    SeriesFactory,
    ShopHourFactory,
    VariantFactory,
    VehicleFactory,
    WorkOrderFactory,
    vin_of,
)

Data = dict[str, Any]


@dataclass(frozen=True)
class Form:
    """A page (or ``api:`` list) by its name, a role that may, what it sends, and tables that have a row more afterwards."""

    name: str
    role: str
    data: Callable[[Site], Data]
    makes: tuple[str, ...]
    key: str = ""
    query: str = ""


TODAY = timezone.localdate
GUEST = {"name": "谷雨", "phone": "13900000001"}
NO_BODY = {"api:dms:attachments-list"}
"""What takes files, and no JSON."""


def at(site: Site, **facts: Any) -> Data:
    """Over the API the store is named; a page knows in which one works."""
    return {**facts, "store": site.store.code}


def car_in(site: Site) -> Data:
    return {"car": VehicleFactory.create(store=site.store).plate, "km": "12000", "complaint": "保养"}


def visit(site: Site) -> Data:
    hour = ShopHourFactory.create(store=site.store)
    return {"car": car_in(site)["car"], "starts_at": hour.starts_at.isoformat(), "wish": "保养", "hours": "1"}


def booked(site: Site) -> Data:
    """As a page has it: the clock on the wall."""
    facts = visit(site)
    moment = timezone.localtime(datetime.fromisoformat(facts["starts_at"]))
    return {**facts, "starts_at": f"{moment:%Y-%m-%dT%H:%M}", "channel": "PHONE"}


def absence(site: Site) -> Data:
    return {"user": site.people["adviser"].pk, "kind": "LEAVE", "first_day": TODAY(), "last_day": TODAY()}


def car_of_ours(_site: Site) -> Data:
    return {
        "vin": vin_of("LFV3A23C0K3000077"),
        "variant": VariantFactory.create().pk,
        "certificate": "IN_HAND",
        "use": "NORMAL",
    }


def part(_site: Site) -> Data:
    return {
        "number": "06A115561B",
        "name": "机滤",
        "unit": "个",
        "category": "MAINTENANCE",
        "price": "60",
        "handling": "NORMAL",
    }


def delivered_part(_site: Site) -> Data:
    return {"number": PartFactory.create().number, "quantity": "2", "cost": "21.40", "key": uuid.uuid4().hex}


def offer(site: Site) -> Data:
    lead = LeadFactory.create(store=site.store, by=site.people["adviser"])
    lines = [{"kind": "VEHICLE", "amount": "150000"}]
    return {"lead": lead.pk, "variant": VariantFactory.create().pk, "lines": lines, "valid_until": TODAY()}


def new_car(site: Site) -> Data:
    return at(site, plate="川A8K213", owner=CustomerFactory.create(store=site.store).pk)


def complained(site: Site) -> Data:
    return at(site, customer=CustomerFactory.create(store=site.store).pk, words="等了三个小时")


def said(site: Site) -> Data:
    return at(site, customer=CustomerFactory.create(store=site.store).pk, result="DONE", said="保养")


def period(_site: Site) -> Data:
    return {"first": TODAY(), "last": TODAY()}


ROW_OF: dict[str, Callable[..., models.Model]] = {
    CALLS.key: FollowUpFactory.create,
    COMPLAINTS.key: ComplaintFactory.create,
    LEADS.key: LeadFactory.create,
    ORDERS.key: OrderFactory.create,
    OWNER_CARDS.key: OwnerCardFactory.create,
    APPOINTMENTS.key: AppointmentFactory.create,
    WORK_ORDERS.key: WorkOrderFactory.create,
}


def handing_over(kind: OpenWork, role: str, api: str) -> tuple[Form, Form]:
    """A row of the list to somebody else who does such work, by page and by API."""

    def data(site: Site) -> Data:
        row = ROW_OF[kind.key](store=site.store)
        able = [user for user in site.people.values() if user.has_perm(kind.right) and not user.sees_all_stores]
        to = next(user.pk for user in able if user.pk != getattr(row, f"{kind.owner}_id"))
        return {"pk": [row.pk], "ids": [row.pk], "to": to, "reason": "调组"}

    makes = ("dms_event",)
    return Form(f"{kind.page}_hand_over", role, data, makes), Form(f"api:{api}-hand-over", role, data, makes)


FORMS = (
    Form("crm:customer_new", "adviser", lambda _site: GUEST, ("crm_customer",)),
    Form("sales:register", "reception", lambda _site: {**GUEST, "kind": "WALK_IN"}, ("sales_showroomvisit",)),
    Form("sales:visit_next", "reception", lambda _site: {"day": "-"}, ("sales_showroomvisit",)),
    Form("sales:lead_new", "adviser", lambda _site: {**GUEST, "level": "A"}, ("sales_lead",)),
    Form("sales:stock_car_new", "warehouse", car_of_ours, ("sales_stockcar",)),
    Form("parts:receive", "parts_clerk", delivered_part, ("parts_stockmove",)),
    Form("parts:part_new", "parts_planner", part, ("parts_part",)),
    Form("aftersales:work_order_new", "service_adviser", car_in, ("aftersales_workorder",)),
    Form("aftersales:appointment_new", "service_adviser", booked, ("aftersales_appointment",)),
    Form("dms:absence_new", "sales_manager", absence, ("dms_absence",)),
    Form("dms:job_new", "cs_manager", period, ("dms_job",), query="?kind=export_events"),
    Form("dms:export", "sales_manager", lambda _site: {}, ("dms_job",), key="people"),
    *handing_over(CALLS, "cs_manager", "crm:follow-ups"),
    *handing_over(COMPLAINTS, "cs_manager", "crm:complaints"),
    *handing_over(LEADS, "sales_manager", "sales:leads"),
    *handing_over(ORDERS, "sales_manager", "sales:orders"),
    *handing_over(OWNER_CARDS, "sales_manager", "sales:owner-cards"),
    *handing_over(APPOINTMENTS, "service_manager", "aftersales:appointments"),
    *handing_over(WORK_ORDERS, "service_manager", "aftersales:work-orders"),
    Form("api:crm:customers-list", "adviser", lambda site: at(site, **GUEST), ("crm_customer",)),
    Form("api:crm:contacts-list", "callback", said, ("crm_contact",)),
    Form("api:crm:complaints-list", "callback", complained, ("crm_complaint",)),
    Form("api:crm:recalls-list", "cs_manager", lambda site: at(site, month=TODAY()), ("crm_recallcampaign",)),
    Form("api:crm:vehicles-list", "adviser", new_car, ("crm_vehicle",)),
    Form("api:crm:cadence-presets-list", "admin", lambda _site: {"code": "ZZ", "name": "新"}, ("crm_cadencepreset",)),
    Form(
        "api:sales:visits-list", "reception", lambda site: at(site, **GUEST, kind="WALK_IN"), ("sales_showroomvisit",)
    ),
    Form("api:sales:leads-list", "adviser", lambda site: at(site, **GUEST), ("sales_lead",)),
    Form("api:sales:quotes-list", "adviser", offer, ("sales_quote",)),
    Form("api:sales:stock-cars-list", "warehouse", lambda site: at(site, **car_of_ours(site)), ("sales_stockcar",)),
    Form("api:parts:parts-list", "parts_planner", part, ("parts_part",)),
    Form(
        "api:aftersales:work-orders-list",
        "service_adviser",
        lambda site: at(site, **car_in(site)),
        ("aftersales_workorder",),
    ),
    Form(
        "api:aftersales:appointments-list",
        "service_adviser",
        lambda site: at(site, **visit(site)),
        ("aftersales_appointment",),
    ),
    Form(
        "api:aftersales:labour-operations-list",
        "admin",
        lambda _site: {"code": "ZZ", "name": "新", "hours": "1.5"},
        ("aftersales_labouroperation",),
    ),
    Form("api:aftersales:bays-list", "admin", lambda site: at(site, code="B9", name="九号"), ("aftersales_bay",)),
    Form("api:dms:absences-list", "sales_manager", absence, ("dms_absence",)),
    Form(
        "api:dms:jobs-list",
        "cs_manager",
        lambda site: {"kind": "export_events", "params": {k: str(v) for k, v in period(site).items()}},
        ("dms_job",),
    ),
    Form(
        "api:dms:stores-list", "admin", lambda _site: {"code": "ZZ99", "name": "新店", "name_en": "New"}, ("dms_store",)
    ),
    Form("api:dms:brands-list", "admin", lambda _site: {"code": "ZZ", "name": "新牌"}, ("dms_brand",)),
    Form(
        "api:dms:series-list",
        "admin",
        lambda _site: {"code": "ZZ", "name": "新系", "brand": BrandFactory.create().code},
        ("dms_series",),
    ),
    Form(
        "api:dms:variants-list",
        "admin",
        lambda _site: {"code": "ZZ", "name": "新型", "series": SeriesFactory.create().pk, "list_price": "1"},
        ("dms_variant",),
    ),
    Form(
        "api:dms:colours-list",
        "admin",
        lambda _site: {"code": "ZZ", "name": "新色", "brand": BrandFactory.create().code},
        ("dms_colour",),
    ),
    Form(
        "api:dms:rates-list",
        "admin",
        lambda _site: {"kind": "LABOUR_HOUR", "value": "1", "valid_from": "2031-01-01"},
        ("dms_rate",),
    ),
    Form(
        "api:dms:reasons-list",
        "admin",
        lambda _site: {"kind": "LOST_SALE", "code": "zz", "name": "新由"},
        ("dms_reason",),
    ),
    Form(
        "api:dms:number-series-list",
        "admin",
        lambda _site: {"kind": "zz", "name": "新", "prefix": "ZZ"},
        ("dms_numberseries",),
    ),
)
