"""Every document that declares acts, with a row of it in every status. A document that is not here fails the test.

    Document(ORDER, api="sales:orders", rows={"signed": OrderFactory.create, …})

``rows`` are factories (store → a row); ``samples`` say what a form is filled with where the first choice of every required
field would not do (act → document → field → value).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from axes.models import AccessAttempt
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django_otp.plugins.otp_totp.models import TOTPDevice

from aftersales.actions import appointments, checks, consent, findings, lines, release, work_orders, workshop
from aftersales.acts import APPOINTMENT, FINDING, WORK_LINE, WORK_ORDER
from aftersales.forms import people_with
from aftersales.models import Appointment, Finding, WorkLine, WorkOrder
from crm.actions import billing, care, complaints, corrections, customers, letters, parting, surveys, vehicles
from crm.acts import (
    COMPLAINT,
    CONTACT,
    CREDIT,
    CUSTOMER,
    FOLLOW_UP,
    INVOICE,
    LETTER,
    MERGE,
    PHONE,
    RECALL,
    RECALL_ENTRY,
    RECALL_OF_STORE,
    VEHICLE,
)
from crm.models import (
    Complaint,
    Contact,
    Customer,
    CustomerMerge,
    FollowUp,
    Invoice,
    Letter,
    Phone,
    RecallCampaign,
    RecallEntry,
    Survey,
    Vehicle,
)
from crm.survey_acts import SURVEY
from dms.acts import ABSENCE, JOB, MESSAGE, USER
from dms.core.acts import Acts
from dms.models import Absence, Job, Message, Reason, Store, User
from parts.acts import PART, RESERVATION, STOCK
from parts.models import Stock
from sales.actions import deliveries, leads, losses, orders, register, register_corrections, rota, stock
from sales.actions.register import Guest
from sales.acts import DELIVERY, LEAD, LEAD_CONTACT, ORDER, OWNER_CARD, QUOTE, ROTA_PLACE, STOCK_CAR, VISIT
from sales.models import DeliverySheet, Lead, LeadContact, Order, Quote, RotaPlace, ShowroomVisit, StockCar
from sales.rota import first
from tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    Cast,
    ComplaintFactory,
    ContactFactory,
    CustomerFactory,
    CustomerMergeFactory,
    DeliverySheetFactory,
    FindingFactory,
    FollowUpFactory,
    InvoiceFactory,
    JobFactory,
    LeadFactory,
    LetterFactory,
    MessageFactory,
    OrderFactory,
    OwnerCardFactory,
    PartFactory,
    PaymentFactory,
    PhoneFactory,
    QuoteFactory,
    RecallCampaignFactory,
    RecallEntryFactory,
    ReservationFactory,
    ShowroomVisitFactory,
    StockCarFactory,
    StockFactory,
    SurveyFactory,
    UserFactory,
    VariantFactory,
    VehicleFactory,
    WorkLineFactory,
    WorkOrderFactory,
    advance_work_order,
    end_work,
    fresh,
    labour_of,
    operation,
    part_of,
    reason,
    vin_of,
    when_open,
)

Make = Callable[..., Model]


@dataclass(frozen=True)
class Document:
    """The acts of a document, where its verbs are in the API, rows to try them on, and what their forms need.

    ``api_row`` is the row whose verbs they are over the API, when that is not the document: the card of a contact.
    """

    acts: Acts[Any]
    api: str
    rows: Mapping[str, Make]
    samples: Mapping[str, Callable[[Any], Mapping[str, Any]]] = field(default_factory=dict)
    requests: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Act → method and URL name in the API, where it is no verb of the document."""
    calls: Mapping[str, "Call"] = field(default_factory=dict)
    """Act → how the API is asked, where it is done about another row or is told otherwise than by a body."""
    api_row: Callable[[Any], Model] = lambda row: row

    def request(self, name: str, row: Model) -> tuple[str, str]:
        """Method and address of an act in the API."""
        method, url_name = self.requests.get(name, ("post", f"{self.api}-{name.replace('_', '-')}"))
        return method, reverse(f"api:{url_name}", args=[] if url_name.endswith("-list") else [self.api_row(row).pk])


Call = Callable[[Client, Any, Mapping[str, Any]], int]
"""Client, document and body → the code of the answer."""


# --- sales --------------------------------------------------------------------------------------------------------------
def ordered_quote(*, store: Store) -> Quote:
    return OrderFactory.create(store=store, status="DRAFT").quote


def order_the_manager_wrote(*, store: Store) -> Order:
    return orders.order_from_quote(QuoteFactory.create(store=store), by=Cast(store).sales_manager, submit=True)


def ready_order(*, store: Store) -> Order:
    """Paid, signed by the four departments, confirmed by the customer."""
    return fresh(DeliverySheetFactory.create(store=store, complete=True).order)


def closed_order(*, store: Store) -> Order:
    return orders.close_order(OrderFactory.create(store=store, status="DELIVERED"), by=Cast(store).gm)


def cancelled_order(*, store: Store) -> Order:
    """Something was paid on it."""
    order = OrderFactory.create(store=store)
    PaymentFactory.create(store=store, invoice=order.invoice, amount=500)
    return orders.cancel_order(fresh(order), reason=reason(Reason.Kind.CANCEL), by=Cast(store).gm)


def free_car(order: Order) -> Mapping[str, Any]:
    """A car that would fit: what is refused is refused for the order's sake."""
    free = StockCar.objects.available().filter(variant=order.variant, colour=order.colour).first()
    car = free or StockCarFactory.create(store=order.store, variant=order.variant, colour=order.colour)
    return {"car": car.pk}


def given_up(*, store: Store) -> Lead:
    lead = LeadFactory.create(store=store)
    return losses.request_loss(lead, reason=reason(Reason.Kind.LOSS), loss_class="SAME_BRAND", by=Cast(store).adviser)


def lost_lead(*, store: Store) -> Lead:
    return losses.confirm_loss(given_up(store=store), by=Cast(store).sales_manager)


def lead_with_order(*, store: Store, status: str = "SIGNED") -> Lead:
    return OrderFactory.create(store=store, status=status).lead


def delivered_sheet(*, store: Store) -> DeliverySheet:
    return OrderFactory.create(store=store, status="DELIVERED").delivery_sheet


def signed_sheet_but_for_sales(*, store: Store) -> DeliverySheet:
    """Sales signs last."""
    sheet = DeliverySheetFactory.create(store=store)
    PaymentFactory.create(store=store, invoice=sheet.order.invoice, amount=sheet.order.invoice.due)
    cast = Cast(store)
    for department, person in (
        ("WAREHOUSE", cast.warehouse),
        ("AFTERSALES", cast.inspector),
        ("FINANCE", cast.cashier),
    ):
        deliveries.sign_off(fresh(sheet), department=department, by=person)
    return fresh(sheet)


def contact_of_a_lead(*, store: Store) -> LeadContact:
    return LeadFactory.create(store=store).contacts.get()


def reviewed_contact(*, store: Store) -> LeadContact:
    return leads.review(contact_of_a_lead(store=store), words="", by=Cast(store).sales_manager)


def kept_car(*, store: Store, status: str = "ALLOCATED") -> StockCar:
    return OrderFactory.create(store=store, status=status).allocations.get().car


def ordered_car(*, store: Store) -> StockCar:
    """Ordered by hand: nobody brings a car there, the lifecycle knows it."""
    like = StockCarFactory.create(store=store, arrived=False)
    vin = vin_of("LSVAM4180C3000001")
    return StockCar.objects.create(store=store, vin=vin, variant=like.variant, colour=like.colour, status="ORDERED")


def inspected_car(*, store: Store) -> StockCar:
    """Looked at before it is for sale: nobody brings a car there either."""
    car = StockCarFactory.create(store=store, arrived=False)
    StockCar.objects.filter(pk=car.pk).update(status="RECEIVED", arrived_on=timezone.localdate())
    return fresh(car)


def void_car(*, store: Store) -> StockCar:
    return stock.void_car(StockCarFactory.create(store=store), reason="录错", by=Cast(store).warehouse)


def ticked_sheet(*, store: Store) -> DeliverySheet:
    sheet = DeliverySheetFactory.create(store=store)
    return deliveries.note_step(sheet, step="cleaned", by=sheet.order.adviser)


def pledged_car(*, store: Store) -> StockCar:
    return stock.pledge_certificate(StockCarFactory.create(store=store), reason="授信", by=Cast(store).warehouse)


def unfilled_visit(*, store: Store) -> ShowroomVisit:
    return ShowroomVisitFactory.create(store=store, name="", phone="")


def guest_who_left(*, store: Store) -> ShowroomVisit:
    return register.leave(ShowroomVisitFactory.create(store=store), by=Cast(store).reception)


def void_line(*, store: Store) -> ShowroomVisit:
    return register_corrections.void_visit(
        ShowroomVisitFactory.create(store=store), reason="误录", by=Cast(store).reception
    )


def guest_who_left_nothing(*, store: Store) -> ShowroomVisit:
    visit = unfilled_visit(store=store)
    return register.complete_visit(visit, guest=Guest(), left_nothing=True, by=Cast(store).reception)


def next_in_turn(*, store: Store) -> RotaPlace:
    """Whose turn it is, of two."""
    Cast(store).assemble("adviser", "second_adviser")
    place = first(rota.open_rota(store))
    assert place is not None
    return place


def last_in_turn(*, store: Store) -> RotaPlace:
    next_in_turn(store=store)
    return rota.open_rota(store)[-1].place


def a_car(_lead: Lead) -> Mapping[str, Any]:
    """The card says nothing of a car yet; one of the catalogue."""
    return {"variant": VariantFactory.create().pk, "vehicle": "200000"}


def another_adviser(lead: Lead) -> Mapping[str, Any]:
    return {"to": Cast(lead.store).second_adviser.pk}


# --- crm ----------------------------------------------------------------------------------------------------------------
def at_the_desk(customer: Customer) -> Mapping[str, Any]:
    """Who, and the store that meets them; a page knows both."""
    return {"customer": customer.pk, "store": store_of(customer).code}


def store_of(customer: Customer) -> Store:
    return customer.stores.get()


def new_car(customer: Customer) -> Mapping[str, Any]:
    return {"plate": "川A99999", "owner": customer.pk, "store": store_of(customer).code}


def another_file(customer: Customer) -> Mapping[str, Any]:
    """The page names the other file and which of both stays, the API the one that goes."""
    other = CustomerFactory.create(store=store_of(customer))
    return {"other": other.pk, "duplicate": other.pk, "stays": customer.pk, "reason": "同一人"}


def undone_merge(*, store: Store) -> CustomerMerge:
    merge = CustomerMergeFactory.create(store=store)
    parting.undo_merge(merge, reason="两个人", by=Cast(store).sales_manager)
    merge.refresh_from_db()
    return merge


def second_phone(*, store: Store) -> Phone:
    customer = PhoneFactory.create(store=store).customer
    return customers.add_phone(customer, number="13700000000", by=Cast(store).adviser)


def phone_to_mend(*, store: Store) -> Phone:
    """Nobody lives there any more."""
    return unreached(store=store).customer.phones.get()


def contact_of_call(*, store: Store) -> Contact:
    return called(store=store).contacts.get()


def corrected_contact(*, store: Store) -> Contact:
    contact = contact_of_call(store=store)
    corrections.correct_contact(contact, by=Cast(store).callback, why="写错", result="NO_ANSWER")
    return fresh(contact)


def new_owner(vehicle: Vehicle) -> Mapping[str, Any]:
    return {"phone": "13700000001", "name": "夏至", "store": vehicle.stores.get().code}


def unreached(*, store: Store) -> FollowUp:
    return called(store=store, result="NO_SUCH_NUMBER")


def called(*, store: Store, result: str = "DONE") -> FollowUp:
    call = FollowUpFactory.create(store=store)
    care.record_call(call, by=Cast(store).callback, result=result)
    return fresh(call)


def dropped_call(*, store: Store) -> FollowUp:
    """Its car is gone."""
    call = FollowUpFactory.create(store=store)
    care.stop_cadences(call.vehicle, reason="GONE", by=Cast(store).callback)
    return fresh(call)


def promised_letter(*, store: Store) -> FollowUp:
    """A call does not keep it."""
    customer = FollowUpFactory.create(store=store).customer
    return customer.follow_ups.filter(channel="LETTER").first()


def invoice_of_released_car(*, store: Store) -> Invoice:
    return WorkOrderFactory.create(store=store, stage="released").invoice


def paid_invoice(*, store: Store) -> Invoice:
    return fresh(PaymentFactory.create(store=store, amount=100).invoice)


def invoice_on_credit(*, store: Store) -> Invoice:
    invoice = InvoiceFactory.create(store=store)
    return billing.approve_credit(invoice, until=timezone.localdate(), reason="月结客户", by=Cast(store).sales_manager)


def printed_letter(*, store: Store) -> Letter:
    return letters.mark_printed(LetterFactory.create(store=store), by=Cast(store).callback)


def mailed_letter(*, store: Store) -> Letter:
    return letters.mail(printed_letter(store=store), by=Cast(store).callback)


def complaint(status: str, *, store: Store) -> Complaint:
    """A complaint as far as the status says."""
    by = Cast(store).callback
    row = ComplaintFactory.create(store=store)
    way = {
        "IN_PROGRESS": lambda row: complaints.take(row, by=by),
        "RESOLVED": lambda row: complaints.solve(row, solution="已道歉", by=by),
        "CLOSED": lambda row: complaints.close(row, word="可以", how="CALL", by=by),
    }
    if status == "VOID":
        return complaints.void(row, reason="记错了", by=by)
    for step in [*way][: [*way].index(status) + 1]:
        row = way[step](row)
    return row


def call_that_asks(*, store: Store) -> FollowUp:
    """Due, and its rule asks about satisfaction."""
    vehicle = VehicleFactory.create(store=store)
    FollowUpFactory.create(store=store, vehicle=vehicle)
    return FollowUp.objects.get(vehicle=vehicle, cadence__code="service_call")


def asked_by_link(*, store: Store) -> Survey:
    return surveys.send_link(call_that_asks(store=store), by=Cast(store).callback)


def void_survey(*, store: Store) -> Survey:
    return surveys.void(SurveyFactory.create(store=store), reason="记错了", by=Cast(store).cs_manager)


def recall_entry(status: str, *, store: Store) -> RecallEntry:
    """A car on the list of a recall, as far as the status says."""
    now = timezone.now()
    entry = RecallEntryFactory.create(store=store, listed_at=now)
    way = ["PRINTED", "MAILED", "CALLED", "DECLINED"]
    booked = {"booked_at": now} if status == "BOOKED" else {}
    moments = dict(zip(way, ("printed_at", "mailed_at", "called_at", "ended_at"), strict=True))
    steps = way[: way.index(status) + 1] if status in way else [status] if status != "LISTED" else []
    for step in steps:
        why = {"reason": reason(Reason.Kind.RECALL_REFUSAL)} if step == "DECLINED" else {}
        RecallEntry.objects.filter(pk=entry.pk).update(
            status=step, **{moments.get(step, "ended_at"): now}, **why, **booked
        )
    return fresh(entry)


def printed_recall(*, store: Store) -> RecallCampaign:
    return recall_entry("PRINTED", store=store).campaign


def car_that_was_read(*, store: Store) -> Vehicle:
    car = VehicleFactory.create(store=store)
    vehicles.read_mileage(car, km=10, by=None)
    return car


# --- after-sales ----------------------------------------------------------------------------------------------------------
def described_order(*, store: Store) -> WorkOrder:
    """A draft with something on it."""
    return fresh(WorkLineFactory.create(store=store).work_order)


def order_without_check_in(*, store: Store) -> WorkOrder:
    """Another car was meant."""
    order = described_order(store=store)
    return fresh(work_orders.undo_check_in(order, reason="开错车", by=order.adviser))


def empty_order(*, store: Store) -> WorkOrder:
    """A new draft; the car was here before, and the work was not done."""
    return WorkOrderFactory.create(store=store, vehicle=cancelled_work_order(store=store).vehicle)


def held_order(*, store: Store) -> WorkOrder:
    order = WorkOrderFactory.create(store=store, stage="in_work")
    workshop.hold(order, reason=reason(Reason.Kind.HOLD), by=Cast(store).technician)
    return fresh(order)


def self_checked_order(*, store: Store) -> WorkOrder:
    order = WorkOrderFactory.create(store=store, stage="work_done")
    checks.check(order, stage="SELF", passed=True, by=Cast(store).technician)
    return fresh(order)


def team_checked_order(*, store: Store) -> WorkOrder:
    order = self_checked_order(store=store)
    checks.check(order, stage="TEAM", passed=True, by=Cast(store).team_leader)
    return fresh(order)


def order_with_gate_pass(*, store: Store) -> WorkOrder:
    order = WorkOrderFactory.create(store=store, stage="paid")
    release.issue_gate_pass(order, by=order.adviser)
    return fresh(order)


def cancelled_work_order(*, store: Store) -> WorkOrder:
    order = described_order(store=store)
    return work_orders.cancel(order, reason=reason(Reason.Kind.WORK_CANCEL), by=order.adviser)


def returning_car(*, store: Store) -> WorkOrder:
    """Something was put off at its last visit."""
    before = WorkOrderFactory.create(store=store, stage="in_work")
    lines.defer(
        WorkLineFactory.create(store=store, work_order=before), reason=reason(Reason.Kind.DECLINE), by=before.adviser
    )
    advance_work_order(before, after="in_work", until="released")
    return WorkOrderFactory.create(store=store, vehicle=before.vehicle, km=50_000)


def answered_finding(*, store: Store) -> Finding:
    found = FindingFactory.create(store=store)
    findings.dismiss(found, reason="下次", by=found.work_order.adviser)
    return fresh(found)


def labour_line(stage: str, *, store: Store) -> WorkLine:
    return labour_of(WorkOrderFactory.create(store=store, stage=stage))


def line_of_held_order(*, store: Store) -> WorkLine:
    """Agreed, and the car waits."""
    return labour_of(held_order(store=store))


def extra_line(*, store: Store) -> WorkLine:
    """It came up during the work; the customer has not answered."""
    return WorkLineFactory.create(store=store, work_order=WorkOrderFactory.create(store=store, stage="in_work"))


def turned_down_line(act: Callable[..., WorkLine], *, store: Store) -> WorkLine:
    line = WorkLineFactory.create(store=store)
    return act(line, reason=reason(Reason.Kind.DECLINE), by=line.work_order.adviser)


def part_line(stage: str, *, store: Store, issued: int = 0) -> WorkLine:
    """Of two pieces; there are more on the shelf."""
    part = PartFactory.create(store=store, pieces=5)
    line = part_of(WorkOrderFactory.create(store=store, stage=stage, part=part, quantity=2))
    if issued:
        workshop.issue_part(line, quantity=Decimal(issued), signed_by="石斛", by=Cast(store).parts_clerk)
    return fresh(line)


def appointment(act: Callable[..., Appointment], *, store: Store, kind: Reason.Kind | None = None) -> Appointment:
    """Confirmed, prepared, or over with its reason."""
    booked = AppointmentFactory.create(store=store)
    return act(booked, by=Cast(store).service_adviser, **({"reason": reason(kind)} if kind else {}))


def arrived_appointment(*, store: Store) -> Appointment:
    return work_orders.arrived(AppointmentFactory.create(store=store), by=Cast(store).service_adviser)


def written_up_appointment(*, store: Store) -> Appointment:
    booked, by = AppointmentFactory.create(store=store), Cast(store).service_adviser
    work_orders.open_work_order(booked.vehicle, store=store, by=by, complaint="异响", appointment=booked)
    return fresh(booked)


def technician(order: WorkOrder) -> Mapping[str, Any]:
    person = people_with("aftersales.repair", order.store).first()
    return {"technician": person.pk}


def signed_by_name(order: WorkOrder) -> Mapping[str, Any]:
    """As the page sends it, and as the API does."""
    waiting = list(order.lines.filter(status="PROPOSED"))
    now, keys = consent.offered(order, waiting), [line.pk for line in waiting]
    on_page = {"signature_typed": "夏至", "shown": now.text}
    return {
        "method": "SIGNATURE",
        "given_by": "夏至",
        "typed_name": "夏至",
        "digest": now.digest,
        "lines": keys,
        **on_page,
    }


def passed(order: WorkOrder) -> Mapping[str, Any]:
    """The check whose turn it is; where none is, the first."""
    return {"stage": checks.NEXT_STAGE.get(WorkOrder.Status(order.status), checks.Stage.SELF).value, "passed": "1"}


def clock_open(order: WorkOrder, *, hours: float = 2) -> str:
    """When the car can be fetched."""
    return f"{timezone.localtime(when_open(order.store, hours=hours)):%Y-%m-%dT%H:%M}"


def same_time(booked: Appointment) -> Mapping[str, Any]:
    return {"starts_at": f"{timezone.localtime(booked.starts_at):%Y-%m-%dT%H:%M}"}


def by_code(order: WorkOrder) -> Mapping[str, Any]:
    return {"operation": operation().code}


def by_number(order: WorkOrder) -> Mapping[str, Any]:
    return {"part": PartFactory.create(store=order.store, pieces=1).number}


def put_off(order: WorkOrder) -> Mapping[str, Any]:
    """What was put off at the last visit of the car; where nothing was, any line of the car."""
    rows = WorkLine.objects.filter(work_order__vehicle=order.vehicle)
    line = next(iter([*lines.left_undone(order.vehicle), *rows]))
    return {"line": line.pk}


def as_it_is(line: WorkLine) -> Mapping[str, Any]:
    return {"quantity": str(line.quantity), "unit_price": str(line.unit_price)}


def all_six_points(order: WorkOrder) -> Mapping[str, Any]:
    return {"checked": list(checks.CHECKLIST)}


# --- parts ----------------------------------------------------------------------------------------------------------------
def of_part(verb: str) -> Call:
    """A part number is asked for it, with the store where it happens."""

    def call(client: Client, stock: Stock, body: Mapping[str, Any]) -> int:
        address = reverse(f"api:parts:parts-{verb}", args=[stock.part_id])
        return client.post(address, {**body, "store": stock.store.code}, content_type="application/json").status_code

    return call


# --- the core -------------------------------------------------------------------------------------------------------------
def job(status: str = "QUEUED", *, store: Store) -> Job:
    """A long job, as far as the status says."""
    held = {"claimed_by": "worker", "lease_until": timezone.now()} if status == Job.HELD else {}
    return worked_on(JobFactory.create(store=store), status, **held)


def message(status: str = "PENDING", *, store: Store) -> Message:
    """A message, as far as the status says."""
    now = timezone.now()
    ways: dict[str, dict[str, object]] = {
        Message.HELD: {"claimed_by": "worker", "lease_until": now},
        "SENT": {"sent_at": now},
    }
    return worked_on(MessageFactory.create(store=store), status, **ways.get(status, {}))


def worked_on(row: Any, status: str, **facts: object) -> Any:
    """The row as a worker left it, or has it in hand."""
    if status == "CANCELLED":  # by hand, before any worker had it
        ended = {"ended_at": timezone.now()} if isinstance(row, Job) else {}
        type(row).objects.filter(pk=row.pk).update(status=status, **ended)
    elif status != row.WAITING:
        end_work(row, status, **facts)
    return fresh(row)


def locked_colleague(*, store: Store) -> User:
    colleague = UserFactory.create(store=store)
    AccessAttempt.objects.create(username=colleague.username, failures_since_start=5, attempt_time=timezone.now())
    return colleague


def two_factor_colleague(*, store: Store) -> User:
    colleague = UserFactory.create(store=store)
    TOTPDevice.objects.create(user=colleague, name="dms")
    return colleague


def a_day_longer(absence: Absence) -> Mapping[str, Any]:
    days = {"first_day": f"{absence.first_day}", "last_day": f"{absence.last_day + timedelta(days=1)}"}
    return {"user": absence.user_id, "kind": absence.kind, **days}


def removed(client: Client, absence: Absence, body: Mapping[str, Any]) -> int:
    address = reverse("api:dms:absences-detail", args=[absence.pk])
    return client.delete(f"{address}?{urlencode(body)}").status_code


DOCUMENTS = (
    Document(
        USER,
        "dms:users",
        {
            "locked": locked_colleague,
            "not_locked": UserFactory.create,
            "two_factors": two_factor_colleague,
            "gone": partial(UserFactory.create, is_active=False),
        },
    ),
    Document(
        ABSENCE,
        "dms:absences",
        {"absence": AbsenceFactory.create},
        {"change": a_day_longer},
        requests={"change": ("patch", "dms:absences-detail")},
        calls={"remove": removed},
    ),
    Document(JOB, "dms:jobs", {status.lower(): partial(job, status) for status in Job.Status.values}),
    Document(
        MESSAGE,
        "dms:messages",
        {status.lower(): partial(message, status) for status in Message.Status.values},
        {"correct": lambda _message: {"recipient": "13700000099"}},
    ),
    Document(QUOTE, "sales:quotes", {"quote": QuoteFactory.create, "ordered": ordered_quote}),
    Document(
        ORDER,
        "sales:orders",
        {
            "draft": partial(OrderFactory.create, status="DRAFT"),
            "pending": partial(OrderFactory.create, status="PENDING_APPROVAL"),
            "the_manager_wrote": order_the_manager_wrote,
            "signed": OrderFactory.create,
            "allocated": partial(OrderFactory.create, status="ALLOCATED"),
            "not_paid": partial(OrderFactory.create, status="READY"),
            "ready": ready_order,
            "delivered": partial(OrderFactory.create, status="DELIVERED"),
            "closed": closed_order,
            "cancelled": cancelled_order,
        },
        {"allocate": free_car},
    ),
    Document(
        LEAD,
        "sales:leads",
        {
            "open": LeadFactory.create,
            "drafted": partial(lead_with_order, status="DRAFT"),
            "loss_requested": given_up,
            "lost": lost_lead,
            "ordered": lead_with_order,
            "delivered": partial(lead_with_order, status="DELIVERED"),
        },
        {"reassign": another_adviser, "quote": a_car},
    ),
    Document(
        DELIVERY,
        "sales:deliveries",
        {
            "sheet": DeliverySheetFactory.create,
            "sales_signs_last": signed_sheet_but_for_sales,
            "confirmed": partial(DeliverySheetFactory.create, complete=True),
            "ticked": ticked_sheet,
            "over": delivered_sheet,
        },
        {
            "undo_step": lambda _sheet: {"step": "cleaned", "reason": "点错"},
            "step": lambda _sheet: {"step": "cleaned"},
            "confirm": lambda _sheet: {"name": "谷雨", "signature_typed": "谷雨"},
        },
    ),
    Document(
        LEAD_CONTACT,
        "sales:leads",
        {"row": contact_of_a_lead, "reviewed": reviewed_contact},
        {"review": lambda contact: {"row": contact.pk}},
        api_row=lambda contact: contact.lead,
    ),
    Document(
        STOCK_CAR,
        "sales:stock-cars",
        {
            "on_order": ordered_car,
            "coming": partial(StockCarFactory.create, arrived=False),
            "received": inspected_car,
            "here": StockCarFactory.create,
            "pledged": pledged_car,
            "test_car": partial(StockCarFactory.create, use="TEST"),
            "allocated": kept_car,
            "ready": partial(kept_car, status="READY"),
            "delivered": partial(kept_car, status="DELIVERED"),
            "void": void_car,
        },
    ),
    Document(
        VISIT,
        "sales:visits",
        {
            "unfilled": unfilled_visit,
            "left_nothing": guest_who_left_nothing,
            "known": ShowroomVisitFactory.create,
            "gone": guest_who_left,
            "void": void_line,
        },
        {"complete": lambda _visit: {"phone": "13800000077", "name": "谷雨"}},
    ),
    Document(
        ROTA_PLACE,
        "sales:rota",
        {"next": next_in_turn, "last": last_in_turn},
        {"presence": lambda _place: {"present": True}},
    ),
    Document(OWNER_CARD, "sales:owner-cards", {"owner_card": OwnerCardFactory.create}),
    Document(
        CUSTOMER,
        "crm:customers",
        {"customer": CustomerFactory.create},
        {
            "contact": lambda customer: {"result": "DONE", **at_the_desk(customer)},
            "add_vehicle": new_car,
            "add_phone": lambda _customer: {"number": "13700000000"},
            "erase": lambda _customer: {"reason": "本人来信", "confirmed": True},
            "withdraw": lambda _customer: {"purposes": ["CARE"], "channels": ["CALL"], "how": "SPOKEN"},
            "consent": lambda _customer: {"purposes": ["CARE"], "channels": ["CALL"], "how": "SPOKEN"},
            "merge": another_file,
        },
        {
            "contact": ("post", "crm:contacts-list"),
            "edit": ("patch", "crm:customers-detail"),
            "add_vehicle": ("post", "crm:vehicles-list"),
        },
    ),
    Document(
        COMPLAINT,
        "crm:complaints",
        {
            "taken_down": ComplaintFactory.create,
            **{status.lower(): partial(complaint, status) for status in ("IN_PROGRESS", "RESOLVED", "CLOSED", "VOID")},
        },
        {"assign": lambda row: {"owner": Cast(row.store).callback.pk}},
    ),
    Document(
        SURVEY,
        "crm:surveys",
        {
            "asked": asked_by_link,
            "answered": SurveyFactory.create,
            "declined": partial(SurveyFactory.create, declined=True),
            "void": void_survey,
        },
        {"void": lambda _survey: {"reason": "记错了"}},
    ),
    Document(
        MERGE,
        "crm:customer-merges",
        {"merged": CustomerMergeFactory.create, "undone": undone_merge},
        {"undo": lambda _merge: {"reason": "两个人"}},
    ),
    Document(
        PHONE,
        "crm:phones",
        {"only": PhoneFactory.create, "second": second_phone, "to_mend": phone_to_mend},
        requests={"remove": ("delete", "crm:phones-detail")},
    ),
    Document(
        VEHICLE,
        "crm:vehicles",
        {"vehicle": VehicleFactory.create, "read": car_that_was_read},
        {
            "hand_over": new_owner,
            "edit": lambda vehicle: {"plate": vehicle.plate},
            "mileage": lambda _vehicle: {"km": 12, "km_confirmed": True},
        },
        {"edit": ("patch", "crm:vehicles-detail")},
    ),
    Document(
        FOLLOW_UP,
        "crm:follow-ups",
        {
            "due": FollowUpFactory.create,
            "asks": call_that_asks,
            "letter": promised_letter,
            "done": called,
            "unreached": unreached,
            "dropped": dropped_call,
        },
        {"record": lambda _follow_up: {"result": "DONE"}},
    ),
    Document(
        CONTACT,
        "crm:contacts",
        {"noted": ContactFactory.create, "of_call": contact_of_call, "corrected": corrected_contact},
        {"correct": lambda _contact: {"result": "NO_TIME", "why": "写错"}},
    ),
    Document(
        INVOICE,
        "crm:invoices",
        {"open": InvoiceFactory.create, "paid": paid_invoice, "of_released_car": invoice_of_released_car},
    ),
    Document(
        CREDIT,
        "crm:invoices",
        {"open": InvoiceFactory.create, "paid": paid_invoice, "on_credit": invoice_on_credit},
    ),
    Document(
        LETTER,
        "crm:letters",
        {"written": LetterFactory.create, "printed": printed_letter, "mailed": mailed_letter},
    ),
    Document(
        RECALL_OF_STORE,
        "crm:recalls",
        {"store": lambda *, store: store},
        {"prepare": lambda store: {"month": "2026-12-01", "store": store.code}},
        {"prepare": ("post", "crm:recalls-list")},
    ),
    Document(
        RECALL,
        "crm:recalls",
        {"listed": RecallCampaignFactory.create, "printed": printed_recall},
        {"plan": lambda _campaign: {"text": "提前两天打电话"}},
    ),
    Document(
        RECALL_ENTRY,
        "crm:recall-entries",
        {
            "listed": RecallEntryFactory.create,
            **{
                status.lower(): partial(recall_entry, status)
                for status in ("PRINTED", "MAILED", "CALLED", "BOOKED", "CAME", "DECLINED", "VOID")
            },
        },
    ),
    Document(
        PART,
        "parts:parts",
        {"part": PartFactory.create},
        {"edit": lambda part: {"number": part.number, "handling": "FRAGILE"}},
        requests={"edit": ("patch", "parts:parts-detail")},
    ),
    Document(
        STOCK,
        "parts:stock",
        {"stock": StockFactory.create},
        {"limits": lambda _stock: {"minimum": "1", "maximum": "2"}},
        requests={"limits": ("patch", "parts:stock-detail")},
        calls={"lost_sale": of_part("lost-sale"), "correct": of_part("correct")},
    ),
    Document(RESERVATION, "parts:reservations", {"reservation": ReservationFactory.create}),
    Document(
        WORK_ORDER,
        "aftersales:work-orders",
        {
            "empty": empty_order,
            "described": described_order,
            "estimated": partial(WorkOrderFactory.create, stage="estimated"),
            "signed": partial(WorkOrderFactory.create, stage="signed"),
            "dispatched": partial(WorkOrderFactory.create, stage="dispatched"),
            "in_work": partial(WorkOrderFactory.create, stage="in_work"),
            "held": held_order,
            "work_done": partial(WorkOrderFactory.create, stage="work_done"),
            "self_checked": self_checked_order,
            "team_checked": team_checked_order,
            "inspected": partial(WorkOrderFactory.create, stage="inspected"),
            "ready": partial(WorkOrderFactory.create, stage="ready"),
            "not_paid": partial(WorkOrderFactory.create, stage="settled"),
            "paid": partial(WorkOrderFactory.create, stage="paid"),
            "with_gate_pass": order_with_gate_pass,
            "released": partial(WorkOrderFactory.create, stage="released"),
            "not_checked_in": order_without_check_in,
            "cancelled": cancelled_work_order,
            "returning": returning_car,
        },
        {
            "add_labour": by_code,
            "add_part": by_number,
            "take_up": put_off,
            "dispatch_job": technician,
            "authorise": signed_by_name,
            "estimate": lambda order: {"promised_at": clock_open(order)},
            "diagnose": lambda _order: {"cause": "磨损", "correction": "更换"},
            "promise": lambda order: {"to": clock_open(order, hours=5)},
            "check": passed,
            "ready": all_six_points,
        },
    ),
    Document(
        FINDING,
        "aftersales:findings",
        {"reported": FindingFactory.create, "answered": answered_finding},
        {"price": by_code},
    ),
    Document(
        WORK_LINE,
        "aftersales:work-lines",
        {
            "proposed": WorkLineFactory.create,
            "extra": extra_line,
            "agreed": partial(labour_line, "signed"),
            "given": partial(labour_line, "dispatched"),
            "held": line_of_held_order,
            "started": partial(labour_line, "in_work"),
            "done": partial(labour_line, "work_done"),
            "settled": partial(labour_line, "settled"),
            "declined": partial(turned_down_line, lines.decline),
            "deferred": partial(turned_down_line, lines.defer),
            "part_proposed": partial(part_line, "estimated"),
            "part_agreed": partial(part_line, "signed"),
            "part_out": partial(part_line, "in_work", issued=1),
            "part_all_out": partial(part_line, "in_work", issued=2),
            "part_used": partial(part_line, "inspected"),
        },
        {"change": as_it_is},
    ),
    Document(
        APPOINTMENT,
        "aftersales:appointments",
        {
            "booked": AppointmentFactory.create,
            "confirmed": partial(appointment, appointments.confirm),
            "prepared": partial(appointment, appointments.prepare),
            "arrived": arrived_appointment,
            "written_up": written_up_appointment,
            "cancelled": partial(appointment, appointments.cancel, kind=Reason.Kind.CANCEL),
            "stayed_away": partial(appointment, appointments.no_show, kind=Reason.Kind.NO_SHOW),
        },
        {"move": same_time},
    ),
)
