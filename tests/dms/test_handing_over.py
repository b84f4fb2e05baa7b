"""Who leaves or is away leaves nothing behind: it is seen, counted, and given to others in the same step."""

import datetime as dt
from functools import partial
from itertools import pairwise

import pytest
from django.urls import reverse
from django.utils import timezone

from aftersales.actions import appointments
from aftersales.actions.appointments import Visit
from aftersales.models import Appointment, WorkOrder
from aftersales.open_work import APPOINTMENTS, WORK_ORDERS
from crm.models import FollowUp
from crm.open_work import CALLS
from dms.actions import handing_over, people
from dms.core.roles import RIGHTS
from dms.models import Event, User
from dms.navigation import due_work
from dms.records.open_work import KINDS, left_by
from sales.models import Lead, Order
from sales.open_work import LEADS
from tests.conftest import refuses
from tests.dms.admin_site import page
from tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    FollowUpFactory,
    LeadFactory,
    OrderFactory,
    ShopHourFactory,
    VehicleFactory,
    WorkOrderFactory,
)
from tests.races import DONE, at_once

pytestmark = pytest.mark.django_db


def cards(owner: User, n: int = 2) -> list[Lead]:
    made = [LeadFactory.create() for _ in range(n)]
    Lead.objects.filter(pk__in=[lead.pk for lead in made]).update(owner=owner)
    return made


def keys(rows: list[Lead]) -> list[int]:
    return [row.pk for row in rows]


# --- several rows of a list ---------------------------------------------------------------------------------------------
def test_several_cards_change_hands_in_one_update_with_an_event_each(cast, django_assert_max_num_queries):
    rows, to, by = cards(cast.adviser, 3), cast.second_adviser, cast.sales_manager
    by.has_perm(LEADS.hands)  # who asks is known before the act
    to.has_perm(LEADS.right)
    with django_assert_max_num_queries(12):
        assert handing_over.hand_over(LEADS, keys=keys(rows), to=to, reason="调组", by=by) == 3
    assert set(Lead.objects.values_list("owner", flat=True)) == {to.pk}
    events = Event.objects.filter(kind="lead.reassigned")
    assert [event.data["reason"] for event in events] == ["调组"] * 3
    assert {event.subject_id for event in events} == set(keys(rows))


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"is_active": False}, "not_theirs"), ({"away": True}, "is_away"), ({"role": "x"}, "not_theirs")],
)
def test_who_is_not_there_or_does_other_work_takes_nothing(cast, changed, code):
    rows, to = cards(cast.adviser), cast.second_adviser
    if "away" in changed:
        AbsenceFactory.create(user=to)
    elif "role" in changed:
        to = cast.cashier
    else:
        to.is_active = False
        to.save(update_fields=["is_active"])
    with refuses(code):
        handing_over.hand_over(LEADS, keys=keys(rows), to=to, reason="调组", by=cast.sales_manager)
    assert set(Lead.objects.values_list("owner", flat=True)) == {cast.adviser.pk}


def test_nobody_of_another_store_takes_a_card(cast, elsewhere):
    with refuses("works_elsewhere"):
        handing_over.hand_over(
            LEADS, keys=keys(cards(cast.adviser)), to=elsewhere.adviser, reason="调组", by=cast.sales_manager
        )


def test_one_closed_row_keeps_them_all(cast):
    rows = cards(cast.adviser)
    with refuses("not_open"):
        handing_over.hand_over(
            LEADS, keys=[*keys(rows), 10**9], to=cast.second_adviser, reason="调组", by=cast.sales_manager
        )
    assert set(Lead.objects.values_list("owner", flat=True)) == {cast.adviser.pk}


def test_rows_of_another_store_are_out_of_sight(cast, elsewhere):
    with refuses("not_open"):
        handing_over.hand_over(
            LEADS, keys=keys(cards(cast.adviser)), to=cast.second_adviser, reason="调组", by=elsewhere.sales_manager
        )


def test_without_a_reason_or_the_right_nothing_changes_hands(cast):
    rows = keys(cards(cast.adviser))
    with refuses("reason_missing"):
        handing_over.hand_over(LEADS, keys=rows, to=cast.second_adviser, reason=" ", by=cast.sales_manager)
    with refuses("not_yours"):
        handing_over.hand_over(LEADS, keys=rows, to=cast.second_adviser, reason="调组", by=cast.adviser)


def test_calls_change_hands_and_lose_their_deputy(cast):
    call = FollowUpFactory.create()
    FollowUp.objects.filter(pk=call.pk).update(assignee=cast.adviser, deputy=cast.callback)
    handing_over.hand_over(CALLS, keys=[call.pk], to=cast.callback, reason="调组", by=cast.cs_manager)
    call.refresh_from_db()
    assert (call.assignee, call.deputy) == (cast.callback, None)


def test_appointments_change_hands_unless_the_new_adviser_receives_another_car_then(cast):
    one, other = (AppointmentFactory.create() for _ in range(2))
    Appointment.objects.filter(pk=one.pk).update(adviser=cast.service_adviser)
    second = cast.hire("service_adviser", username="second_receiver")
    give = partial(handing_over.hand_over, APPOINTMENTS, to=second, reason="调班", by=cast.service_manager)
    assert give(keys=[one.pk]) == 1
    Appointment.objects.filter(pk=other.pk).update(starts_at=one.starts_at, slot=one.slot, stay=one.stay)
    with refuses("appointment_adviser_free"):
        give(keys=[other.pk])


def test_work_orders_change_hands(cast):
    order = WorkOrderFactory.create()
    second = cast.hire("service_adviser", username="second_receiver")
    handing_over.hand_over(WORK_ORDERS, keys=[order.pk], to=second, reason="调班", by=cast.service_manager)
    assert WorkOrder.objects.get().adviser == second


LISTS = (
    ("sales:leads", "sales_manager", lambda cast: cards(cast.adviser)[0], "second_adviser", "leads"),
    ("sales:orders", "sales_manager", lambda _cast: OrderFactory.create(), "second_adviser", "orders"),
    ("crm:follow_ups", "cs_manager", lambda _cast: FollowUpFactory.create(), "callback", "calls"),
    (
        "aftersales:appointment_list",
        "service_manager",
        lambda _cast: AppointmentFactory.create(),
        "service_adviser",
        "appointments",
    ),
    (
        "aftersales:work_orders",
        "service_manager",
        lambda _cast: WorkOrderFactory.create(),
        "service_manager",
        "work_orders",
    ),
)


@pytest.mark.parametrize(("name", "manager", "make", "taker", "key"), LISTS)
def test_a_list_has_a_box_before_each_open_row_and_one_bar_by_right(cast, signed_in, name, manager, make, taker, key):
    row, to, kind = make(cast), cast.named(taker), KINDS[key]
    client = signed_in(cast.named(manager))
    shown = client.get(reverse(name)).content.decode()
    assert f'name="pk" value="{row.pk}" form="hand-over"' in shown
    assert f'action="{reverse(f"{kind.page}_hand_over")}"' in shown
    sent = {"pk": [row.pk], "to": to.pk, "reason": "调班"}
    answer = client.post(
        reverse(f"{kind.page}_hand_over"), sent, headers={"referer": f"http://testserver{reverse(name)}"}
    )
    assert (answer.status_code, answer.url.endswith(reverse(name))) == (302, True)
    assert kind.of(to).filter(pk=row.pk).exists()


def test_who_may_not_hand_over_sees_no_box(cast, signed_in):
    cards(cast.adviser)
    assert 'form="hand-over"' not in signed_in(cast.adviser).get(reverse("sales:leads")).content.decode()


@pytest.mark.parametrize("missing", ["pk", "to", "reason"])
def test_what_is_missing_is_said_and_nothing_changes(cast, signed_in, missing):
    rows = cards(cast.adviser)
    sent = {"pk": keys(rows), "to": cast.second_adviser.pk, "reason": "调组"}
    sent.pop(missing)
    assert signed_in(cast.sales_manager).post(reverse("sales:leads_hand_over"), sent).status_code == 302
    assert set(Lead.objects.values_list("owner", flat=True)) == {cast.adviser.pk}


APIS = (
    ("sales/leads", "sales_manager", lambda cast: cards(cast.adviser)[0], "second_adviser", "leads"),
    ("sales/orders", "sales_manager", lambda _cast: OrderFactory.create(), "second_adviser", "orders"),
    ("crm/follow-ups", "cs_manager", lambda _cast: FollowUpFactory.create(), "callback", "calls"),
    (
        "aftersales/appointments",
        "service_manager",
        lambda _cast: AppointmentFactory.create(),
        "service_adviser",
        "appointments",
    ),
    (
        "aftersales/work-orders",
        "service_manager",
        lambda _cast: WorkOrderFactory.create(),
        "service_manager",
        "work_orders",
    ),
)


@pytest.mark.parametrize(("resource", "manager", "make", "taker", "key"), APIS)
def test_several_rows_change_hands_by_api(cast, signed_in, resource, manager, make, taker, key):
    row, to = make(cast), cast.named(taker)
    body = {"ids": [row.pk], "to": to.pk, "reason": "调班"}
    answer = signed_in(cast.named(manager)).post(
        f"/api/v1/{resource}/hand-over/", body, content_type="application/json"
    )
    assert (answer.status_code, set(answer.json())) == (200, {"count"})
    assert KINDS[key].of(to).filter(pk=row.pk).exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_managers_who_hand_over_the_same_cards_at_once_leave_one_owner(cast):
    rows, by, second = (
        keys(cards(cast.adviser, 4)),
        cast.sales_manager,
        cast.hire("sales_manager", username="second_boss"),
    )
    others = cast.second_adviser, cast.hire("adviser", username="third_adviser")
    give = [
        partial(handing_over.hand_over, LEADS, keys=order, to=to, reason="调组", by=who)
        for to, who, order in zip(others, (by, second), (rows, rows[::-1]), strict=True)
    ]
    assert at_once(*give) == [DONE, DONE]
    [owner] = set(Lead.objects.values_list("owner", flat=True))
    for lead in rows:  # the second reads what the first did: a chain, from one to the next
        changes = list(Event.objects.filter(kind="lead.reassigned", subject_id=lead).order_by("pk"))
        assert [event.data["from"] for event in changes][0] == cast.adviser.pk
        assert all(before.data["to"] == after.data["from"] for before, after in pairwise(changes))
        assert changes[-1].data["to"] == owner


# --- somebody leaves ----------------------------------------------------------------------------------------------------
def busy(cast) -> dict[str, int]:
    """An adviser with something of everything."""
    cards(cast.adviser, 3)
    order = OrderFactory.create()
    Order.objects.filter(pk=order.pk).update(adviser=cast.adviser)
    call = FollowUpFactory.create()
    FollowUp.objects.all().update(assignee=None)
    FollowUp.objects.filter(pk=call.pk).update(assignee=cast.adviser)
    return {left.kind.key: left.count for left in left_by(cast.adviser)}


def test_what_is_open_is_counted_and_each_count_is_the_length_of_the_list_behind_it(cast, signed_in):
    counts = busy(cast)
    assert {"leads", "orders", "calls"} <= set(counts)
    client = signed_in(cast.admin)
    shown = client.get(reverse("dms:person_switch_off", args=[cast.adviser.pk])).content.decode()
    boss = signed_in(cast.hire("gm", username="boss"))
    for left in left_by(cast.adviser):
        address = f"{reverse(left.kind.page)}?{left.query}"
        assert address.replace("&", "&amp;") in shown, left.kind.key
        if left.kind.key != "guests":
            assert boss.get(address).context["page_obj"].paginator.count == left.count, left.kind.key


def test_who_is_switched_off_leaves_it_to_several_in_the_same_step(cast, signed_in):
    busy(cast)
    third = cast.hire("adviser", username="third_adviser")
    takers = [cast.second_adviser.pk, third.pk]
    data = {"reason": "离职", "to_leads": takers, "to_orders": [third.pk], "to_calls": [third.pk], "to_guests": takers}
    answer = signed_in(cast.admin).post(reverse("dms:person_switch_off", args=[cast.adviser.pk]), data)
    assert answer.status_code == 302
    assert not User.objects.get(pk=cast.adviser.pk).is_active
    assert not list(left_by(cast.adviser))
    shares = [Lead.objects.filter(owner=taker).count() for taker in takers]
    assert max(shares) - min(shares) <= 1
    event = Event.objects.get(kind="user.switched_off")
    assert (event.data["reason"], event.data["work"]["orders"]) == ("离职", 1)


def test_what_nobody_takes_lies_in_the_managers_work_until_it_is_given_away(cast, store, signed_in):
    cards(cast.adviser)
    handing_over.switch_off(cast.adviser, by=cast.admin, reason="离职")
    address = reverse("dms:person_hand_over", args=[cast.adviser.pk])

    def waits_for(user: User) -> bool:
        return any(item.url == address for item in due_work.due(user, store, timezone.now()))

    manager = cast.sales_manager
    assert (waits_for(manager), waits_for(cast.second_adviser)) == (True, False)
    data = {"reason": "离职", **{f"to_{left.kind.key}": [cast.second_adviser.pk] for left in left_by(cast.adviser)}}
    assert signed_in(manager).post(address, data).status_code == 302
    assert not waits_for(manager)


def test_switching_off_by_api_hands_over_too(cast, signed_in):
    cards(cast.adviser)
    client, person = signed_in(cast.admin), reverse("api:dms:users-open-work", args=[cast.adviser.pk])
    known = {row["kind"]: row["count"] for row in client.get(person).json()}
    assert known["leads"] == 2
    body = {"reason": "离职", "work": [{"kind": "leads", "to": [cast.second_adviser.pk]}]}
    assert (
        client.post(
            reverse("api:dms:users-switch-off", args=[cast.adviser.pk]), body, content_type="application/json"
        ).status_code
        == 200
    )
    assert set(Lead.objects.values_list("owner", flat=True)) == {cast.second_adviser.pk}


def test_the_admin_site_does_not_switch_off_past_the_act(cast, signed_in):
    site = signed_in(cast.admin)
    shown = site.get(page(cast.adviser)).content.decode()
    assert 'name="is_active"' not in shown
    assert reverse("dms:person_switch_off", args=[cast.adviser.pk]) in shown


@pytest.mark.parametrize("field", ["stores", "groups"])
def test_who_changes_store_or_role_hands_the_work_over_first(cast, elsewhere, signed_in, field):
    cards(cast.adviser)
    to = {"stores": [elsewhere.store.pk], "groups": [cast.cashier.groups.get().pk]}[field]
    data = {
        "username": cast.adviser.username,
        "display_name": cast.adviser.display_name,
        "stores": [store.pk for store in cast.adviser.stores.all()],
        "groups": [group.pk for group in cast.adviser.groups.all()],
        field: to,
    }
    site, address = signed_in(cast.admin), page(cast.adviser)
    assert site.post(address, data).status_code == 200
    for left in list(left_by(cast.adviser)):
        handing_over.hand_over_work(
            cast.adviser, shares={left.kind.key: [cast.second_adviser]}, reason="调店", by=cast.admin
        )
    assert site.post(address, data).status_code == 302


def test_nobody_switches_themselves_or_a_leaver_off(cast):
    with refuses("own_access"):
        handing_over.switch_off(cast.admin, by=cast.admin, reason="离职")
    gone = handing_over.switch_off(cast.adviser, by=cast.admin, reason="离职")
    with refuses("has_left"):
        handing_over.switch_off(gone, by=cast.admin, reason="离职")
    back = handing_over.switch_on(gone, by=cast.admin)
    assert back.is_active
    with refuses("works_here"):
        handing_over.switch_on(back, by=cast.admin)


def test_a_manager_gives_away_only_what_they_manage(cast):
    busy(cast)
    with refuses("not_yours"):
        handing_over.hand_over_work(
            cast.adviser, shares={"leads": [cast.second_adviser]}, reason="调组", by=cast.service_manager
        )


# --- somebody is away ---------------------------------------------------------------------------------------------------
def visit_tomorrow(cast) -> Appointment:
    hour = ShopHourFactory.create()
    vehicle = VehicleFactory.create()
    visit = Visit(hour.starts_at, "保养", adviser=cast.service_adviser)
    owner = vehicle.ownerships.get().customer
    return appointments.book(vehicle, visit=visit, customer=owner, store=cast.store, by=cast.service_adviser)


def days_of(booked: Appointment) -> tuple[dt.date, dt.date]:
    day = timezone.localdate(booked.starts_at)
    return day, day


def test_planning_an_absence_shows_what_falls_into_it_and_gives_it_away(cast, signed_in):
    booked, second = visit_tomorrow(cast), cast.hire("service_adviser", username="second_receiver")
    first, last = days_of(booked)
    client, page_of = signed_in(cast.service_manager), reverse("dms:absence_new")
    about = {"user": cast.service_adviser.pk, "kind": "SICK", "first_day": f"{first}", "last_day": f"{last}"}
    assert 'name="to_appointments"' in client.get(page_of, about).content.decode()
    later = {"first_day": f"{last + dt.timedelta(days=9)}", "last_day": f"{last + dt.timedelta(days=9)}"}
    assert 'name="to_appointments"' not in client.get(page_of, {**about, **later}).content.decode()
    assert client.post(page_of, {**about, "to_appointments": [second.pk]}).status_code == 302
    booked.refresh_from_db()
    assert booked.adviser == second


def test_planning_by_api_gives_away_too(cast, signed_in):
    booked, second = visit_tomorrow(cast), cast.hire("service_adviser", username="second_receiver")
    first, last = days_of(booked)
    body = {
        "user": cast.service_adviser.pk,
        "first_day": f"{first}",
        "last_day": f"{last}",
        "work": [{"kind": "appointments", "to": [second.pk]}],
    }
    client = signed_in(cast.service_manager)
    assert client.post(reverse("api:dms:absences-list"), body, content_type="application/json").status_code == 201
    booked.refresh_from_db()
    assert booked.adviser == second


def test_a_visit_whose_adviser_is_away_lies_in_the_managers_work(cast, store):
    booked = visit_tomorrow(cast)
    address = f"{reverse('aftersales:appointment_list')}?open_of={cast.service_adviser.pk}"
    manager = cast.service_manager

    def waits() -> bool:
        return any(item.url == address for item in due_work.due(manager, store, timezone.now()))

    assert not waits()
    first, last = days_of(booked)
    people.plan_absence(cast.service_adviser, kind="SICK", first_day=first, last_day=last, by=manager)
    assert waits()


def test_nobody_is_booked_with_an_adviser_who_is_away(cast, signed_in):
    booked = visit_tomorrow(cast)
    first, last = days_of(booked)
    people.plan_absence(cast.service_adviser, kind="SICK", first_day=first, last_day=last, by=cast.service_manager)
    vehicle, at = VehicleFactory.create(), booked.starts_at + dt.timedelta(minutes=30)
    visit = Visit(at, "保养", adviser=cast.service_adviser)
    with refuses("is_away"):
        owner = vehicle.ownerships.get().customer
        appointments.book(vehicle, visit=visit, customer=owner, store=cast.store, by=cast.service_manager)
    with refuses("is_away"):
        appointments.move(booked, starts_at=at, by=cast.service_manager)
    client = signed_in(cast.service_manager)
    form = client.get(reverse("aftersales:appointment_new"), {"day": f"{first}"}).context["form"]
    assert cast.service_adviser not in form.fields["adviser"].queryset
    typed = {
        "car": vehicle.plate,
        "starts_at": f"{timezone.localtime(at):%Y-%m-%dT%H:%M}",
        "wish": "保养",
        "hours": "1",
    }
    answer = client.post(
        reverse("aftersales:appointment_new"), {**typed, "channel": "PHONE", "adviser": cast.service_adviser.pk}
    )
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["adviser"])
    body = {"store": "JJ01", "car": vehicle.plate, "starts_at": at.isoformat(), "wish": "保养"}
    sent = client.post(
        "/api/v1/aftersales/appointments/",
        {**body, "adviser": cast.service_adviser.pk},
        content_type="application/json",
    )
    assert (sent.status_code, sent.json()["code"]) == (409, "is_away")


def test_nobody_is_booked_with_who_receives_no_cars(cast):
    vehicle, hour = VehicleFactory.create(), ShopHourFactory.create()
    with refuses("no_adviser"):
        appointments.book(
            vehicle,
            visit=Visit(hour.starts_at, "保养", adviser=cast.technician),
            customer=vehicle.ownerships.get().customer,
            store=cast.store,
            by=cast.service_adviser,
        )


def test_an_absence_whose_deputy_has_left_has_none(cast, store):
    absence = AbsenceFactory.create(user=cast.adviser, deputy=cast.second_adviser)
    address = reverse("dms:absence_edit", args=[absence.pk])
    manager = cast.sales_manager

    def waits() -> bool:
        return any(item.url == address for item in due_work.due(manager, store, timezone.now()))

    assert not waits()
    handing_over.switch_off(cast.second_adviser, by=cast.admin, reason="离职")
    assert waits()


def test_every_kind_has_a_list_and_somebody_who_may_give_it_away():
    for kind in KINDS.values():
        assert reverse(kind.page), kind.key
        assert kind.right in RIGHTS, kind.key
        assert kind.hands in RIGHTS, kind.key
