"""Bookings against the hours of the workshop and the quarters of the advisers."""

from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from aftersales.actions import appointments, intake, work_orders
from aftersales.actions.appointments import Visit
from aftersales.actions.intake import Guest
from aftersales.models import Appointment, ShopHour
from aftersales.workload import hours_of
from crm.actions import care
from crm.models import FollowUp
from tests.conftest import refuses
from tests.factories import (
    AbsenceFactory,
    BayFactory,
    StoreFactory,
    VehicleFactory,
    WorkOrderFactory,
    fresh,
    labour_of,
    owners,
    reason,
)

pytestmark = pytest.mark.django_db
TOMORROW = timezone.localdate() + timedelta(days=1)


def at(clock, day=TOMORROW):
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(clock)))


@pytest.fixture
def bays(cast, store):
    store.refresh_from_db()  # its hours as times
    return [BayFactory.create(name="1"), BayFactory.create(name="2")]


def book(cast, store, clock="09:00", car="川AD1234", **more):
    return intake.book_visit(Guest(car), visit=Visit(at(clock), "保养", **more), store=store, by=cast.service_adviser)


def test_the_hours_of_a_day_follow_from_opening_hours_break_and_bays(store, bays):
    store.break_from, store.break_until = time(12), time(13, 30)
    store.save()
    appointments.ensure_hours(store, TOMORROW)
    appointments.ensure_hours(store, TOMORROW)
    hours = {timezone.localtime(row.starts_at).hour: row.capacity for row in ShopHour.objects.all()}
    assert hours == {8: 1, **dict.fromkeys((9, 10, 11, 14, 15, 16, 17), 2), 13: 1}


def test_a_full_hour_takes_no_more(cast, car, store, bays):
    VehicleFactory.create(plate="川AB0002")
    VehicleFactory.create(plate="川AB0003")
    book(cast, store)
    book(cast, store, car="川AB0003", hours=Decimal("0.6"))
    with refuses("shophour_booked_within_capacity"):
        book(cast, store, "09:30", "川AB0002")
    booked = book(cast, store, "09:30", "川AB0002", hours=Decimal("0.4"))
    assert load_of("09:00") == 2
    appointments.cancel(booked, reason=reason("CANCEL"), by=cast.service_adviser)
    assert load_of("09:00") == Decimal("1.6")


def load_of(clock, day=TOMORROW):
    return ShopHour.objects.get(starts_at=at(clock, day)).booked


def test_long_work_takes_an_hour_of_one_bay_after_the_other(cast, car, store, bays):
    store.break_from, store.break_until = time(12), time(13)
    store.save()
    booked = book(cast, store, "09:30", hours=Decimal("3.5"))
    took = {
        timezone.localtime(row.hour.starts_at).hour: row.hours for row in booked.booked_hours.select_related("hour")
    }
    assert took == {9: Decimal("0.5"), 10: 1, 11: 1, 13: 1}, "not in the break"
    work_orders.arrived(booked, by=cast.service_adviser)
    assert load_of("11:00") == 1, "who has come still needs the hours"


def test_work_that_the_day_has_no_room_for_goes_on_in_the_next(cast, car, store, bays):
    booked = book(cast, store, "16:00", hours=Decimal(4))
    days = (
        booked.booked_hours.values_list("hour__starts_at__date")
        .annotate(taken=Sum("hours"))
        .order_by("hour__starts_at__date")
    )
    assert list(days) == [(TOMORROW, 2), (TOMORROW + timedelta(days=1), 2)]
    appointments.move(booked, starts_at=at("09:00"), by=cast.service_adviser)
    assert load_of("16:00") == 0
    assert ShopHour.objects.filter(booked__gt=0).count() == 4


def test_a_far_day_that_has_hours_already_is_not_the_next_one(cast, car, store, bays):
    appointments.ensure_hours(store, TOMORROW + timedelta(days=9))
    booked = book(cast, store, "16:00", hours=Decimal(4))
    last = booked.booked_hours.order_by("hour__starts_at").last()
    assert timezone.localdate(last.hour.starts_at) == TOMORROW + timedelta(days=1)


def test_an_hour_that_is_full_in_the_middle_of_the_work_stands_in_its_way(cast, car, store, bays):
    for plate in ("川AB0002", "川AB0003"):
        VehicleFactory.create(plate=plate)
        book(cast, store, "11:00", plate)
    with refuses("shophour_booked_within_capacity"):
        book(cast, store, "09:00", hours=Decimal(3))
    assert load_of("09:00") == 0
    assert book(cast, store, "09:00", hours=Decimal(2)).booked_hours.count() == 2


def test_an_adviser_receives_one_guest_in_a_quarter(cast, car, store, bays):
    VehicleFactory.create(plate="川AB0002")
    book(cast, store, adviser=cast.service_adviser)
    with refuses("appointment_adviser_free"):
        book(cast, store, "09:10", "川AB0002", adviser=cast.service_adviser)
    assert book(cast, store, "09:15", "川AB0002", adviser=cast.service_adviser).number.startswith("AP-JJ01-")


@pytest.mark.parametrize(
    ("clock", "hours", "code"),
    [("20:00", 1, "outside_hours"), ("09:00", 41, "too_long_to_book"), ("09:00", 0, "no_hours")],
)
def test_what_the_workshop_cannot_take_is_refused(cast, car, store, bays, clock, hours, code):
    with refuses(code):
        book(cast, store, clock, hours=Decimal(hours))


def test_a_moved_visit_frees_its_hour(cast, car, store, bays):
    moved = appointments.move(book(cast, store), starts_at=at("10:00"), by=cast.service_adviser)
    booked = dict(ShopHour.objects.filter(booked__gt=0).values_list("starts_at", "booked"))
    assert booked == {at("10:00"): 1}
    assert moved.slot[0] == at("10:00")


def test_who_does_not_come_is_noted_with_the_reason(cast, car, store, bays):
    gone = appointments.no_show(book(cast, store), reason=reason("NO_SHOW", "FORGOT"), by=cast.service_adviser)
    assert (gone.status, gone.cancel_reason.code) == ("NO_SHOW", "FORGOT")


def test_a_booked_guest_arrives_by_being_written_up(cast, car, store, bays):
    booked = appointments.confirm(book(cast, store), by=cast.service_adviser)
    order = intake.write_up(
        Guest("川AD1234"), store=store, by=cast.service_adviser, complaint=booked.wish, km=100, appointment=booked
    )
    assert (order.appointment, fresh(booked).status) == (booked, "ARRIVED")
    other = VehicleFactory.create(plate="川AB0002")
    with refuses("another_car"):
        intake.write_up(
            Guest(other.plate), store=store, by=cast.service_adviser, complaint="x", km=1, appointment=booked
        )


@pytest.fixture
def call(store, cast):
    """An owner to call, whose call is due now."""
    ((customer, vehicle),) = owners(store, 1)
    agent = cast.hire("callback", username="agent")
    begun = timezone.now() - timedelta(days=2)
    care.start_cadence(
        "SETTLEMENT",
        anchor=begun,
        customer=customer,
        vehicle=vehicle,
        store=store,
        by=agent,
        assignee=agent,
        named_time=timezone.now() - timedelta(minutes=5),
    )
    return agent, FollowUp.objects.order_by("due_from").first()


def test_a_call_that_ends_booked_leads_to_the_booking_and_back_to_the_next_call(call, bays, signed_in):
    agent, row = call
    browser = signed_in(agent)
    said = {"result": "BOOKED", "said": "明天上午来"}
    answer = browser.post(reverse("crm:call_record", args=[row.pk]), said)
    page = browser.get(answer.url)
    assert f'value="{row.vehicle.plate}"' in page.text
    assert row.customer.name in page.text
    assert [name for name in ("car", "starts_at") if "autofocus" in str(page.context["form"][name])] == ["starts_at"]
    facts = {
        "car": row.vehicle.plate,
        "starts_at": f"{TOMORROW}T09:00",
        "wish": "保养",
        "hours": "1",
        "channel": "PHONE",
    }
    booked = browser.post(answer.url, facts)
    assert booked.status_code == 302, booked.context["form"].errors
    made = Appointment.objects.get()
    assert (made.vehicle, made.adviser, made.made_by) == (row.vehicle, None, agent)
    assert booked.url == reverse("crm:call_desk")


def test_a_visit_agreed_in_a_recall_is_for_the_maintenance(call, bays, signed_in):
    agent, row = call
    type(row.cadence).objects.filter(pk=row.cadence_id).update(trigger="RECALL_MAILED")
    answer = signed_in(agent).post(reverse("crm:call_record", args=[row.pk]), {"result": "BOOKED", "said": "明天来"})
    form = signed_in(agent).get(answer.url).context["form"]
    assert (form["wish"].value(), form["channel"].value()) == ("保养", "RECALL")


def test_whoever_may_not_book_goes_on_with_the_next_call(call, cast, signed_in):
    _agent, row = call
    FollowUp.objects.update(assignee=cast.hire("adviser", username="caller"))
    browser = signed_in(FollowUp.objects.get(pk=row.pk).assignee)
    answer = browser.post(reverse("crm:call_record", args=[row.pk]), {"result": "BOOKED", "said": "明天上午来"})
    assert answer.url.startswith(reverse("crm:call_desk"))


def test_the_way_back_never_leaves_the_house(cast, car, bays, signed_in):
    facts = {"car": "川AD1234", "starts_at": f"{TOMORROW}T09:00", "wish": "保养", "hours": "1", "channel": "PHONE"}
    answer = signed_in(cast.service_adviser).post(
        f"{reverse('aftersales:appointment_new')}?back=//evil.example/", facts
    )
    assert answer.url == f"{reverse('aftersales:appointments')}?day={TOMORROW}"


@pytest.mark.parametrize(
    ("clock", "code"),
    [
        ("08:29", "outside_hours"),
        ("08:30", ""),
        ("11:45", ""),
        ("11:46", "outside_hours"),  # the guest would still be received in the break
        ("12:30", "outside_hours"),
        ("13:30", ""),
        ("17:45", ""),
        ("17:46", "outside_hours"),
        ("23:00", "outside_hours"),
    ],
)
def test_a_guest_is_booked_by_the_minute_within_the_hours_of_the_store(cast, car, store, bays, clock, code):
    store.break_from, store.break_until = time(12), time(13, 30)
    store.save()
    if not code:
        assert book(cast, store, clock, hours=Decimal("0.2")).starts_at == at(clock)
        return
    with refuses(code, match="08:30"):
        book(cast, store, clock, hours=Decimal("0.2"))


def test_nobody_is_booked_for_a_day_on_which_the_store_is_closed(cast, car, store, bays):
    store.closed_on = [TOMORROW]
    store.save()
    with refuses("closed_day"):
        book(cast, store)
    booked = intake.book_visit(
        Guest("川AD1234"),
        visit=Visit(at("09:00", TOMORROW + timedelta(days=1)), "保养"),
        store=store,
        by=cast.service_adviser,
    )
    with refuses("closed_day"):
        appointments.move(booked, starts_at=at("10:00"), by=cast.service_adviser)


def test_long_work_does_not_go_on_while_the_store_is_closed(cast, car, store, bays):
    store.closed_on = [TOMORROW + timedelta(days=1)]
    store.save()
    booked = book(cast, store, "17:00", hours=Decimal(2))
    assert fresh(booked).stay.upper == at("09:30", TOMORROW + timedelta(days=2))


def test_a_car_is_in_one_place_at_a_time_in_the_whole_group(cast, car, store, bays):
    sister = StoreFactory.create(code="TF01")
    BayFactory.create(store=sister, name="1")
    book(cast, store, "09:00", hours=Decimal(3))
    for clock, code in (("10:00", "appointment_vehicle_in_one_place"), ("12:00", "")):
        visit = Visit(at(clock), "保养")
        if code:
            with refuses(code):
                intake.book_visit(Guest("川AD1234", join=True), visit=visit, store=sister, by=cast.gm)
        else:
            intake.book_visit(Guest("川AD1234", join=True), visit=visit, store=sister, by=cast.gm)
    with refuses("appointment_vehicle_in_one_place"):
        book(cast, store, "12:30")


def test_a_cancelled_visit_leaves_the_car_free(cast, car, store, bays):
    booked = book(cast, store)
    appointments.cancel(booked, reason=reason("CANCEL"), by=cast.service_adviser)
    assert book(cast, store).starts_at == at("09:00")


def test_the_load_of_an_hour_counts_who_came_without_a_booking_and_who_is_there_to_do_it(cast, store, bays):
    part = WorkOrderFactory.create(stage="signed", vehicle__plate="川AW0001")
    labour = labour_of(part)
    assert cast.technician
    morning = at("09:00", timezone.localdate())
    with time_machine.travel(morning, tick=False):
        first, second = hours_of(store, timezone.localdate())[:2]
        assert (first.walked_in + second.walked_in, first.capacity) == (min(labour.quantity, 2), Decimal("0.5"))
        assert not any(hour.walked_in for hour in hours_of(store, TOMORROW))
    AbsenceFactory.create(user=cast.technician, first_day=TOMORROW, last_day=TOMORROW)
    assert not hours_of(store, TOMORROW)
