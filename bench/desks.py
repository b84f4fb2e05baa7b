"""What lies on the desks this morning: cars in the bays, accounts that are not paid."""

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import F, OuterRef, Subquery

from aftersales.models import Authorisation, Bay, CheckIn, HoldPeriod, WorkLine, WorkOrder
from bench.copying import draw
from bench.people import WORDS
from crm.models import Cadence, FollowUp, Invoice, InvoiceLine
from dms.formats.opening_hours import OpeningHours
from dms.models import Reason
from dms.records import numbering

if TYPE_CHECKING:
    from bench.fill import Filling

WORK_ORDERS, LINES_EACH = 100, 8
PLENTY = 100_000
"""Pieces of a part that the measure draws on, so that it never runs out."""
INVOICES = 2_000
OWED = 500_000
"""So much that the measure never pays an account in full."""
CALLS_EACH = 40
WORKING = ("DISPATCHED", "IN_PROGRESS")
HELD = (*WORKING, "ON_HOLD")
STAGES: tuple[tuple[str, ...], ...] = ((), ("DISPATCHED",), WORKING, HELD, WORKING)
"""Which way the cars of the workshop have gone since the customer signed, one after the other."""


def workshop(filling: "Filling") -> tuple[range, list[tuple[int, str]]]:
    """Cars in work, whose customers have signed for more parts than the measure draws: lines to issue, and the orders."""
    orders, consents = draw(WorkOrder, WORK_ORDERS), draw(Authorisation, WORK_ORDERS)
    drawn = numbering.next_numbers("work_order", filling.store, WORK_ORDERS)
    adviser = filling.dealership.people["service_adviser"][0].pk
    places = [place % filling.customer_count for place in range(WORK_ORDERS)]
    del drawn[filling.customer_count :], places[filling.customer_count :]
    cars = list(zip(orders, drawn, places, consents, strict=False))
    filling.copy(
        WorkOrder,
        "id number status store_id customer_id vehicle_id adviser_id complaint signed_name opened_at promised_at",
        (
            (
                pk,
                number,
                "DRAFT",
                filling.store.pk,
                filling.customers[place],
                filling.vehicles[place],
                adviser,
                WORDS["complaint"],
                filling.names[place],
                filling.now - timedelta(minutes=200 - place % 180),
                promised_at(filling, place),
            )
            for pk, number, place, _consent in cars
        ),
    )
    filling.copy(
        CheckIn,
        "work_order_id reading_id by_id",
        ((pk, filling.readings[place], adviser) for pk, _n, place, _c in cars),
    )
    WorkOrder.objects.filter(pk__in=orders).update(status="ESTIMATED")
    lines = draw(WorkLine, len(cars) * LINES_EACH)
    filling.copy(
        Authorisation,
        "id work_order_id amount method given_by typed_name shown by_id",
        (
            (
                consent,
                pk,
                PLENTY * LINES_EACH,
                "SIGNATURE",
                *2 * [filling.names[place]],
                json.dumps([{"line": line, "amount": PLENTY} for line in lines[number * LINES_EACH :][:LINES_EACH]]),
                adviser,
            )
            for number, (pk, _n, place, consent) in enumerate(cars)
        ),
    )
    WorkOrder.objects.filter(pk__in=orders).update(status="AUTHORISED", first_promised_at=F("promised_at"))
    work_lines(filling, cars, lines)
    work_goes_on(filling, range(orders[0], orders[0] + len(cars)))
    return lines, [(pk, number) for pk, number, _place, _consent in cars]


def promised_at(filling: "Filling", place: int) -> datetime:
    """About now, when the store is open."""
    at, hours = filling.now + timedelta(minutes=place % 300 - 30), OpeningHours.of(filling.store)
    return hours.next_open(at, lambda _day: True)


def work_lines(filling: "Filling", cars: list[tuple[int, str, int, int]], lines: range) -> None:
    """Parts that each customer has agreed to."""
    adviser = filling.dealership.people["service_adviser"][0].pk
    filling.copy(
        WorkLine,
        "id status work_order_id position kind part_id text quantity unit_price amount added_by_id",
        (
            (
                pk,
                "PROPOSED",
                cars[place // LINES_EACH][0],
                place % LINES_EACH + 1,
                "PART",
                filling.parts[place % filling.part_count],
                WORDS["parts"][place % len(WORDS["parts"])],
                PLENTY // 4,
                1,
                PLENTY // 4,
                adviser,
            )
            for place, pk in enumerate(lines)
        ),
    )
    consents = Authorisation.objects.filter(work_order=OuterRef("work_order")).values("pk")
    WorkLine.objects.filter(pk__in=lines).update(
        status="AUTHORISED", authorisation=Subquery(consents), authorised_amount=PLENTY
    )


def work_goes_on(filling: "Filling", orders: range) -> None:
    """The cars of the workshop are spread over technicians and bays; a fifth waits for something."""
    technicians, reason = filling.dealership.people["technician"], Reason.objects.filter(kind=Reason.Kind.HOLD)[0]
    working = [pk for place, pk in enumerate(orders) if STAGES[place % len(STAGES)] == WORKING]
    bays = dict(zip(working, draw(Bay, len(working)), strict=True))
    filling.copy(
        Bay, "id store_id name", ((bay, filling.store.pk, f"{place:02}") for place, bay in enumerate(bays.values(), 1))
    )
    for place, pk in enumerate(orders):
        order = WorkOrder.objects.filter(pk=pk)
        for stage in STAGES[place % len(STAGES)]:
            order.update(status=stage, technician=technicians[place % len(technicians)], bay=bays.get(pk))
    held = [pk for place, pk in enumerate(orders) if STAGES[place % len(STAGES)] == HELD]
    filling.copy(
        HoldPeriod,
        "work_order_id reason_id since by_id",
        ((pk, reason.pk, filling.now - timedelta(minutes=40), technicians[0].pk) for pk in held),
    )
    WorkOrder.objects.filter(pk__in=orders).update(status_at=F("opened_at"))


def calls(filling: "Filling") -> None:
    """The queue of everybody who calls, as on any morning."""
    rule, agents = Cadence.objects.get(preset__is_default=True, code="quarterly"), filling.dealership.people["callback"]
    filling.copy(
        FollowUp,
        "cadence_id channel store_id customer_id vehicle_id anchor due_from due_until assignee_id continued",
        (
            (
                rule.pk,
                rule.channel,
                filling.store.pk,
                filling.customers[place % filling.customer_count],
                filling.vehicles[place % filling.customer_count],
                filling.now - timedelta(days=91, minutes=place),
                filling.now - timedelta(hours=1),
                filling.now + timedelta(hours=6),
                agents[place % len(agents)].pk,
                True,
            )
            for place in range(CALLS_EACH * len(agents))
        ),
    )


def accounts(filling: "Filling") -> range:
    """Invoices that wait at the till."""
    count = max(20, round(INVOICES * min(1, filling.scale)))
    invoices, cashier = draw(Invoice, count), filling.dealership.people["cashier"][0].pk
    drawn = numbering.next_numbers("invoice", filling.store, count)
    filling.copy(
        Invoice,
        "id number store_id customer_id subject opened_at opened_by_id",
        (
            (
                pk,
                drawn[place],
                filling.store.pk,
                filling.customers[place % filling.customer_count],
                WORDS["complaint"],
                filling.now - timedelta(hours=place % 700),
                cashier,
            )
            for place, pk in enumerate(invoices)
        ),
    )
    filling.copy(
        InvoiceLine,
        "invoice_id kind text amount at by_id",
        ((pk, "LABOUR", WORDS["complaint"], OWED, filling.now, cashier) for pk in invoices),
    )
    return invoices
