"""Rows to open: one of each kind, in a given store and belonging to a given person."""

import datetime as dt
import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from axes.models import AccessAttempt
from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone

from aftersales.actions import appointments as booking
from aftersales.actions.lines import add_labour
from aftersales.actions.work_orders import open_work_order
from aftersales.models import Appointment, Bay, LabourOperation, ShopHour, WorkOrder
from crm.actions import billing
from crm.actions.care import Said, record_contact, start_cadence
from crm.actions.customers import register_customer
from crm.actions.vehicles import register_vehicle
from crm.models import CadencePreset, Letter, RecallCampaign, RecallEntry
from dms.formats import vin
from dms.models import (
    Absence,
    ApiToken,
    Attachment,
    Brand,
    Colour,
    Job,
    Message,
    NumberSeries,
    Rate,
    Reason,
    Series,
    Store,
    User,
    Variant,
)
from dms.records import events
from parts.actions import stock as stock_acts
from parts.models import LostSale, Part, Reservation, Stock, StockMove
from sales.actions import allocation
from sales.actions import orders as order_acts
from sales.actions import stock as car_acts
from sales.actions.deliveries import plan_delivery
from sales.actions.quotes import Item, make_quote
from sales.actions.register import Guest, Visit, register_visit
from sales.models import OwnerCard, RotaPlace

number = itertools.count(1)
THINGS: dict[str, Callable[[Store, User], models.Model]] = {}


def thing(make: Callable[[Store, User], models.Model]) -> Callable[[Store, User], models.Model]:
    THINGS[make.__name__] = make
    return make


@thing
def user(store: Store, owner: User) -> User:
    colleague = User.objects.create(
        username=f"colleague_{next(number)}", display_name="白芷", phone=f"1380000{next(number):04}"
    )
    colleague.stores.add(store)
    return colleague


@thing
def locked_user(store: Store, owner: User) -> User:
    locked = user(store, owner)
    AccessAttempt.objects.create(username=locked.username, failures_since_start=5, attempt_time=timezone.now())
    return locked


@thing
def absence(store: Store, owner: User) -> Absence:
    today = timezone.localdate()
    return Absence.objects.create(user=user(store, owner), first_day=today, last_day=today + dt.timedelta(days=2))


@thing
def job(store: Store, owner: User, **fields: Any) -> Job:
    return Job.objects.create(kind="export_table", params={"list": "people"}, store=store, requested_by=owner, **fields)


@thing
def ended_job(store: Store, owner: User) -> Job:
    files = {"output_file": attachment(store, owner), "report_file": attachment(store, owner)}
    return job(store, owner, status=Job.Status.FAILED, ended_at=timezone.now(), error="–", **files)


@thing
def message(store: Store, owner: User, **fields: Any) -> Message:
    return Message.objects.create(
        channel="sms", recipient="13800000000", body="–", store=store, idempotency_key=f"k{next(number)}", **fields
    )


@thing
def failed_message(store: Store, owner: User) -> Message:
    return message(store, owner, status=Message.Status.FAILED)


@thing
def event(store: Store, owner: User) -> models.Model:
    return events.record("user.unlocked", owner, by=owner, store=store)


@thing
def attachment(store: Store, owner: User) -> Attachment:
    return Attachment.objects.create(
        file=ContentFile(b"%PDF-1.7", name="a.pdf"),
        name="a.pdf",
        content_type="application/pdf",
        size=8,
        sha256="0" * 64,
        store=store,
        uploaded_by=owner,
    )


@thing
def token(store: Store, owner: User) -> ApiToken:
    return ApiToken.objects.create(
        user=owner, digest=ApiToken.digest_of(f"{next(number)}"), expires_at=timezone.now() + dt.timedelta(days=1)
    )


@thing
def store(store: Store, owner: User) -> Store:
    return store


# --- the group's base data ----------------------------------------------------------------------------------------------
@thing
def brand(store: Store, owner: User) -> Brand:
    return Brand.objects.create(code=f"B{next(number)}", name="星野")


@thing
def series(store: Store, owner: User) -> Series:
    return Series.objects.create(brand=brand(store, owner), code=f"S{next(number)}", name="远山")


@thing
def variant(store: Store, owner: User) -> Variant:
    return Variant.objects.create(series=series(store, owner), code=f"V{next(number)}", name="豪华型")


@thing
def colour(store: Store, owner: User) -> Colour:
    return Colour.objects.create(brand=brand(store, owner), code=f"C{next(number)}", name="雪山白")


@thing
def reason(store: Store, owner: User) -> Reason:
    return Reason.objects.create(kind=Reason.Kind.LOSS, code=f"r{next(number)}", name="价格")


@thing
def rate(store: Store, owner: User) -> Rate:
    day = dt.date(2030, 1, 1) + dt.timedelta(days=next(number))
    return Rate.objects.create(kind=Rate.Kind.LABOUR_HOUR, value=260, valid_from=day, store=store)


@thing
def number_series(store: Store, owner: User) -> NumberSeries:
    n = next(number)
    letters = "".join(chr(65 + n // 26**power % 26) for power in range(4))
    return NumberSeries.objects.create(kind=f"kind_{n}", name="测试", prefix=f"Z{letters}")


# --- customers ------------------------------------------------------------------------------------------------------------
@thing
def customer(store: Store, owner: User) -> models.Model:
    phone = f"139{next(number):08}"
    return register_customer(name=f"半夏{next(number)}", phone=phone, store=store, by=owner).customer


@thing
def phone(store: Store, owner: User) -> models.Model:
    return customer(store, owner).phones.get()


@thing
def vehicle(store: Store, owner: User) -> models.Model:
    plate = f"川A{next(number):05}"
    return register_vehicle(owner=customer(store, owner), store=store, by=owner, plate=plate)


@thing
def follow_up(store: Store, owner: User) -> models.Model:
    car = vehicle(store, owner)
    buyer = car.ownerships.get().customer
    return start_cadence("DELIVERY", customer=buyer, vehicle=car, store=store, anchor=timezone.now(), by=owner)[-1]


@thing
def contact(store: Store, owner: User) -> models.Model:
    return record_contact(customer(store, owner), by=owner, said=Said("DONE"), store=store)


@thing
def letter(store: Store, owner: User) -> models.Model:
    facts = {"kind": "THANKS", "title": "感谢", "body": "感谢", "addressee": "半夏"}
    return Letter.objects.create(number=f"LT-{next(number)}", store=store, customer=customer(store, owner), **facts)


@thing
def recall(store: Store, owner: User) -> models.Model:
    month = dt.date(2026 + next(number) // 12 % 70, next(number) % 12 + 1, 1)
    return RecallCampaign.objects.create(number=f"RC-{next(number)}", store=store, month=month)


@thing
def recall_entry(store: Store, owner: User) -> models.Model:
    campaign, car = recall(store, owner), vehicle(store, owner)
    buyer = car.ownerships.get().customer
    return RecallEntry.objects.create(
        campaign=campaign, store=store, vehicle=car, customer=buyer, due_month=campaign.month
    )


@thing
def preset(store: Store, owner: User) -> models.Model:
    return CadencePreset.objects.create(code=f"P{next(number)}", name="方案")


# --- parts ----------------------------------------------------------------------------------------------------------------
@thing
def part(store: Store, owner: User) -> Part:
    return Part.objects.create(number=f"SY-{next(number):05}", name="机油滤清器", unit="件", price=36)


@thing
def stock(store: Store, owner: User) -> Stock:
    stock_acts.receive(made := part(store, owner), store=store, quantity=9, cost="21.40", by=owner)
    return Stock.objects.get(part=made, store=store)


@thing
def move(store: Store, owner: User) -> StockMove:
    """An issue: it can come back."""
    made = stock(store, owner).part
    return stock_acts.issue(made, store=store, quantity=2, by=owner, signed_by="石斛", source_line="WO-1/1")


@thing
def reservation(store: Store, owner: User) -> Reservation:
    made = stock(store, owner).part
    return stock_acts.reserve(made, store=store, quantity=2, by=owner, source_line=f"WO-{next(number)}/1")


@thing
def lost_sale(store: Store, owner: User) -> LostSale:
    return stock_acts.note_lost_sale(part(store, owner), store=store, by=owner)


# --- sales ----------------------------------------------------------------------------------------------------------------
def seller(store: Store, owner: User) -> User:
    """An adviser of the store, else whoever owns the row."""
    return User.objects.filter(stores=store, groups__name="adviser").order_by("pk").first() or owner


@thing
def visit(store: Store, owner: User) -> models.Model:
    store = Store.objects.get(pk=store.pk)  # its hours as times
    guest = Guest(f"137{next(number):08}", f"小满{next(number)}")
    return register_visit(guest, visit=Visit(), store=store, by=owner, adviser=seller(store, owner))


@thing
def unfilled_visit(store: Store, owner: User) -> models.Model:
    return register_visit(Guest(), visit=Visit(), store=store, by=owner, adviser=seller(store, owner))


@thing
def rota_place(store: Store, owner: User) -> models.Model:
    return RotaPlace.objects.create(store=store, adviser=user(store, owner))


@thing
def lead(store: Store, owner: User) -> Any:
    return visit(store, owner).lead


@thing
def contact_row(store: Store, owner: User) -> models.Model:
    return lead(store, owner).visits.get()


@thing
def quote(store: Store, owner: User) -> Any:
    by, card = seller(store, owner), lead(store, owner)
    until = timezone.localdate() + dt.timedelta(days=7)
    items = [Item("VEHICLE", Decimal(150_000))]
    return make_quote(card, variant=variant(store, owner), items=items, valid_until=until, by=by)


@thing
def draft_order(store: Store, owner: User) -> Any:
    return order_acts.order_from_quote(quote(store, owner), by=seller(store, owner))


@thing
def pending_order(store: Store, owner: User) -> Any:
    return order_acts.submit_order(draft_order(store, owner), by=seller(store, owner))


@thing
def order(store: Store, owner: User) -> Any:
    approver = User.objects.filter(groups__name="sales_manager").first() or user(store, owner)
    return order_acts.approve_order(pending_order(store, owner), by=approver)


@thing
def coming_car(store: Store, owner: User, **facts: Any) -> Any:
    text = f"LSVAM4180C2{next(number):06}"
    made = {"variant": variant(store, owner), **facts}
    text = f"{text[:8]}{vin.check_digit(text)}{text[9:]}"
    return car_acts.enter_car(vin=text, store=store, by=owner, **made)


@thing
def stock_car(store: Store, owner: User) -> Any:
    return coming_car(store, owner, arrived=True)


@thing
def allocated_order(store: Store, owner: User) -> Any:
    made = order(store, owner)
    allocation.allocate_car(made, car=coming_car(store, owner, variant=made.variant, arrived=True), by=owner)
    made.refresh_from_db()
    return made


@thing
def ready_order(store: Store, owner: User) -> Any:
    return allocation.mark_ready(allocated_order(store, owner), by=owner)


@thing
def delivery_sheet(store: Store, owner: User) -> models.Model:
    return plan_delivery(allocated_order(store, owner), by=owner)


@thing
def owner_card(store: Store, owner: User) -> models.Model:
    car = vehicle(store, owner)
    buyer = car.ownerships.get().customer
    return OwnerCard.objects.create(number=f"C-{next(number)}", store=store, customer=buyer, vehicle=car)


# --- the workshop -------------------------------------------------------------------------------------------------------
@thing
def invoice(store: Store, owner: User) -> models.Model:
    guest = customer(store, owner)
    line = billing.Line("FEE", "检测费", Decimal(100))
    return billing.open_invoice(customer=guest, store=store, subject="检测", lines=[line], by=owner)


@thing
def payment(store: Store, owner: User) -> models.Model:
    return billing.take_payment(invoice(store, owner), amount=Decimal(1), method="CASH", by=owner)


@thing
def bay(store: Store, owner: User) -> Bay:
    return Bay.objects.create(store=store, name=f"{next(number)} 号")


@thing
def operation(store: Store, owner: User) -> LabourOperation:
    return LabourOperation.objects.create(code=f"Z{next(number)}", name="检查", hours=Decimal(1))


@thing
def shop_hour(store: Store, owner: User) -> ShopHour:
    at = timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1 + next(number) % 8000)
    return ShopHour.objects.create(store=store, starts_at=at, capacity=Decimal(4))


@thing
def appointment(store: Store, owner: User) -> Appointment:
    hour, car = shop_hour(store, owner), vehicle(store, owner)
    planned = booking.Visit(hour.starts_at, "保养")
    return booking.book(car, visit=planned, customer=car.ownerships.get().customer, store=store, by=owner)


@thing
def work_order(store: Store, owner: User) -> WorkOrder:
    return open_work_order(vehicle(store, owner), store=store, by=owner, complaint="异响")


@thing
def work_line(store: Store, owner: User) -> models.Model:
    return add_labour(work_order(store, owner), operation=operation(store, owner), by=owner)
