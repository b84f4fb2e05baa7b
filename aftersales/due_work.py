"""What waits in after-sales, its figures, and what it knows of a car or customer."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from django_stubs_ext import StrOrPromise

from aftersales.models import Appointment, QualityCheck, Settlement, WorkOrder
from crm import after_call
from crm.models import Customer, FollowUp, Result, Trigger, Vehicle
from dms.core import status_colours
from dms.formats import display
from dms.formats.days import start_of
from dms.models import Store, User
from dms.navigation import registry
from dms.navigation.registry import DueItem, Hit, Tile
from dms.navigation.timelines import Found, Moment, both_names, person

MOST = 50
SOON = timedelta(minutes=60)
EXTRA = Q(status__in=["AUTHORISED", "DISPATCHED", "IN_PROGRESS", "ON_HOLD"], lines__status="PROPOSED")


def orders(user: User, store: Store | None) -> Any:
    rows = WorkOrder.objects
    return rows.visible_to(user).of_store(store).select_related("vehicle", "customer", "technician", "adviser")


def due_of(
    order: WorkOrder, kind: StrOrPromise, at: datetime, label: StrOrPromise, family: str = "idle", detail: str = ""
) -> DueItem:
    return DueItem(
        title=f"{order.vehicle} {order.customer}",
        detail=detail or order.complaint[:60],
        url=reverse("aftersales:work_order", args=[order.pk]),
        due_at=at,
        kind=kind,
        act_label=label,
        family=family,
    )


# --- due ----------------------------------------------------------------------------------------------------------------
@registry.due_work("aftersales.receive")
def consents_due(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """My cars whose customer has not answered for extra work; who waits longest comes first."""
    rows = orders(user, store).filter(EXTRA, adviser=user)
    waiting = rows.annotate(since=Min("lines__added_at"), wanted=Sum("lines__amount")).order_by("since", "pk")[:MOST]
    return [
        due_of(
            row,
            pgettext_lazy("due", "Consent"),
            row.since,
            pgettext_lazy("verb", "Call"),
            "ask",
            _now("%(sum)s extra") % {"sum": display.yuan(row.wanted)},
        )
        for row in waiting
    ]


@registry.due_work("aftersales.receive")
def promises_due(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """My cars whose promised time is near or past."""
    rows = orders(user, store).in_shop().filter(adviser=user, promised_at__lte=now + SOON).exclude(status="READY")
    return [
        due_of(
            row,
            pgettext_lazy("due", "Promise"),
            row.promised_at,
            pgettext_lazy("verb", "Open"),
            "late" if row.promised_at < now else "wait",
            str(row.get_status_display()),
        )
        for row in rows.order_by("promised_at", "pk")[:MOST]
    ]


@registry.due_work("aftersales.receive")
def hand_overs_due(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """My cars that are ready to settle, or settled and still here; who waits longest comes first."""
    rows = orders(user, store).filter(adviser=user, status__in=["READY", "SETTLED"]).order_by("status_at", "pk")[:MOST]
    return [
        due_of(
            row,
            pgettext_lazy("due", "Hand-over"),
            row.status_at,
            pgettext_lazy("verb", "Open"),
            "run",
            str(row.get_status_display()),
        )
        for row in rows
    ]


@registry.due_work("aftersales.receive")
def appointments_due(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """Guests booked for today, mine and those nobody receives yet."""
    rows = Appointment.objects
    today = rows.visible_to(user).of_store(store).live().on(timezone.localdate(now))
    found = today.filter(Q(adviser=user) | Q(adviser__isnull=True)).select_related("vehicle", "customer")
    return [
        DueItem(
            title=f"{row.vehicle} {row.customer}",
            detail=row.wish,
            url=reverse("aftersales:appointment", args=[row.pk]),
            due_at=row.starts_at,
            kind=pgettext_lazy("due", "Appointment"),
            act_label=pgettext_lazy("act", "Arrived"),
        )
        for row in found.order_by("starts_at", "pk")[:MOST]
    ]


@registry.due_work("aftersales.dispatch")
def dispatches_due(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """Signed work that nobody has yet."""
    rows = orders(user, store).filter(status="AUTHORISED").order_by("promised_at", "pk")[:MOST]
    return [
        due_of(
            row, pgettext_lazy("due", "Dispatch"), row.promised_at or row.status_at, pgettext_lazy("verb", "Dispatch")
        )
        for row in rows
    ]


@registry.due_work("aftersales.repair")
def jobs_due(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """The technician's own jobs."""
    rows = (
        orders(user, store)
        .filter(technician=user, status__in=["DISPATCHED", "IN_PROGRESS"])
        .order_by("promised_at", "pk")
    )
    return [
        due_of(row, row.get_status_display(), row.promised_at or row.status_at, pgettext_lazy("verb", "Open"), "run")
        for row in rows[:MOST]
    ]


@registry.due_work("aftersales.inspect")
def checks_due(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """Cars that wait for the check of the team leader or the inspector, but for those one has checked oneself."""
    mine = QualityCheck.objects.filter(work_order=OuterRef("pk"), round=OuterRef("rework"), by=user)
    rows = orders(user, store).filter(~Exists(mine), status__in=["SELF_CHECKED", "TEAM_CHECKED"])
    return [
        due_of(
            row,
            pgettext_lazy("due", "Check"),
            row.status_at,
            pgettext_lazy("verb", "Check"),
            "ask",
            str(row.get_status_display()),
        )
        for row in rows.order_by("status_at", "pk")[:MOST]
    ]


@registry.due_work("parts.move")
def parts_due(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """Cars in work whose agreed parts are not out yet."""
    if not user.has_perm("aftersales.view"):
        return []
    open_lines = Q(lines__kind="PART", lines__status="AUTHORISED", lines__issued__lt=F("lines__quantity"))
    rows = orders(user, store).filter(open_lines, status__in=["DISPATCHED", "IN_PROGRESS", "ON_HOLD"])
    waiting = rows.annotate(waiting=Count("lines")).order_by("promised_at", "pk")[:MOST]
    return [
        due_of(
            row,
            pgettext_lazy("due", "Parts"),
            row.promised_at or row.status_at,
            pgettext_lazy("verb", "Issue"),
            "idle",
            _now("%(n)s lines to issue") % {"n": row.waiting},
        )
        for row in waiting
    ]


# --- figures ------------------------------------------------------------------------------------------------------------
@registry.tiles("aftersales.view")
def workshop_tiles(user: User, store: Store | None) -> Sequence[Tile]:
    """Cars in the shop, output of today, and how many of today's were ready as first promised."""
    now = timezone.now()
    inside = (
        orders(user, store)
        .in_shop()
        .order_by()
        .aggregate(all=Count("pk"), late=Count("pk", filter=Q(promised_at__lt=now)))
    )
    settled = Settlement.objects
    today = (
        settled.visible_to(user)
        .of_store(store)
        .filter(at__gte=start_of(timezone.localdate(now)))
        .aggregate(
            sum=Sum(F("labour") + F("parts") + F("other")),
            all=Count("pk"),
            kept=Count("pk", filter=Q(at__lte=F("work_order__first_promised_at"))),
        )
    )
    rate = f"{100 * today['kept'] // today['all']}" if today["all"] else display.EMPTY
    board = reverse("aftersales:board")
    late = ngettext("%(n)s late", "%(n)s late", inside["late"]) % {"n": inside["late"]}
    return [
        Tile(
            _("In the shop"),
            display.number(inside["all"]),
            board,
            pgettext_lazy("tile", "cars"),
            hint=late,
            family="late" if inside["late"] else "idle",
        ),
        Tile(
            _("Output today"),
            display.number(today["sum"] or 0),
            reverse("aftersales:settlements"),
            _("CNY"),
            hint=_now("%(n)s settled") % {"n": today["all"]},
        ),
        Tile(_("On time"), rate, board, "%", hint=_now("by the first promise")),
    ]


# --- search and timelines -----------------------------------------------------------------------------------------------
@registry.search("aftersales.view")
def find_work_orders(text: str, user: User, limit: int) -> Sequence[Hit]:
    """By number or its end, or by the plate of a car that is in the shop now."""
    if len(text) < 3:
        return []
    wanted = Q(number__endswith=text.upper()) | Q(
        vehicle__plate=text.upper().replace("·", ""), pk__in=orders(user, None).open()
    )
    rows = orders(user, None).filter(wanted).order_by("-opened_at")[:limit]
    return [
        Hit(
            row.number,
            f"{row.customer} · {row.get_status_display()}",
            reverse("aftersales:work_order", args=[row.pk]),
            _("Work order"),
            rank=0,
            plate=row.vehicle.plate or "",
        )
        for row in rows
    ]


CAR = {"plate": "vehicle__plate", "vin_tail": "vehicle__vin_tail", "source": "vehicle__source_id"}


def car_in_words(row: Found) -> str:
    """As ``Vehicle`` calls itself."""
    return row["plate"] or (f"…{row['vin_tail']}" if row["vin_tail"] else row["source"] or "")


@registry.timeline(
    Customer,
    Vehicle,
    right="aftersales.view",
    rows=lambda ask: ask.about(WorkOrder.objects.all()),  # wherever in the group: a car's history is one
    at="opened_at",
    facts={
        "number": "number",
        "status": "status",
        "complaint": "complaint",
        **CAR,
        **both_names("store", "store"),
        "adviser": person("adviser"),
    },
    most=50,
)
def work_orders(order: Found) -> Moment:
    """Every work order of the customer or car."""
    status = order["status"]
    detail = [order.name("store"), car_in_words(order), str(WorkOrder.Status(status).label), order["complaint"][:80]]
    page = reverse("aftersales:work_order", args=[order.key])
    family = status_colours.family_of(status)
    return Moment(order.at, order["number"], " · ".join(detail), page, family, order["adviser"])


@registry.timeline(
    Customer,
    Vehicle,
    right="aftersales.view",
    rows=lambda ask: ask.about(Appointment.objects.exclude(status=Appointment.Status.ARRIVED)),
    at="made_at",
    facts={"starts_at": "starts_at", "wish": "wish", "status": "status", "adviser": person("adviser")},
    most=20,
)
def appointments(booked: Found) -> Moment:
    """Visits that were agreed, and those that came to nothing."""
    status = booked["status"]
    title = _now("Appointment") + f" {display.moment(datetime.fromisoformat(booked['starts_at']))}"
    detail = f"{booked['wish']} · {Appointment.Status(status).label}"
    page = reverse("aftersales:appointment", args=[booked.key])
    return Moment(booked.at, title, detail, page, status_colours.family_of(status), booked["adviser"])


@after_call.page(Result.BOOKED, "aftersales:appointment_new", "aftersales.book")
def heard_from(row: FollowUp) -> Mapping[str, str]:
    """How a visit that was agreed in a call came about; a recall is for the maintenance that is due."""
    if row.cadence.trigger == Trigger.RECALL_MAILED:
        return {"channel": Appointment.Channel.RECALL.value, "wish": _now("Maintenance")}
    return {"channel": Appointment.Channel.PHONE.value}
