"""What waits in after-sales, its figures, and what it knows of a car or customer."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Count, DecimalField, Exists, F, Min, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from django_stubs_ext import StrOrPromise

from aftersales.events import WORKLINE_DONE
from aftersales.models import Appointment, Finding, QualityCheck, Settlement, WorkOrder
from aftersales.models.orders import WorkOrderQuerySet, late_at
from crm import after_call
from crm.models import Customer, FollowUp, Result, Trigger, Vehicle
from dms.core import status_colours
from dms.core.untyped import AnyRows, ValueRows
from dms.formats import display, folding
from dms.formats.days import end_of, start_of
from dms.models import Absence, Event, Store, User
from dms.navigation import registry
from dms.navigation.asks import Ask
from dms.navigation.due_rows import due_rows
from dms.navigation.figures import Figures, summed, tiles
from dms.navigation.registry import DueItem, Hit, Tile
from dms.navigation.timelines import Found, Moment, both_names, person

SOON = timedelta(minutes=60)
AHEAD = timedelta(days=7)
"""So far ahead somebody is looked for who receives the guest."""
EXTRA = Q(status__in=["AUTHORISED", "DISPATCHED", "IN_PROGRESS", "ON_HOLD"], lines__status="PROPOSED")


def orders(user: User, store: Store | None) -> AnyRows:
    rows = WorkOrder.objects
    return rows.visible_to(user).of_store(store).select_related("vehicle", "customer", "technician", "adviser")


def seen(ask: Ask) -> WorkOrderQuerySet:
    """The work orders that somebody sees, with what a line names."""
    return ask.of(WorkOrder.objects.all()).select_related("vehicle", "customer", "technician", "adviser")


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


def without_adviser(ask: Ask) -> QuerySet[Appointment]:
    """Visits of the next days whose adviser is away then, or has left."""
    away = Absence.objects.filter(
        user=OuterRef("adviser"), first_day__lte=OuterRef("visit_day"), last_day__gte=OuterRef("visit_day")
    )
    rows = ask.of(Appointment.objects.live()).filter(starts_at__lt=end_of(ask.today + AHEAD))
    # The day here and not in UTC: before eight in the morning those are two different days.
    rows = rows.annotate(visit_day=TruncDate("starts_at")).filter(Q(adviser__is_active=False) | Exists(away))
    return rows.select_related("vehicle", "customer", "adviser")


@due_rows("aftersales.manage", without_adviser, "starts_at")
def appointments_without_adviser(booked: Appointment, _user: User, _now_: datetime) -> DueItem:
    """A visit that nobody receives."""
    return DueItem(
        title=f"{booked.vehicle} {booked.customer}",
        detail=_now("%(name)s is not there on that day") % {"name": booked.adviser},
        url=f"{reverse('aftersales:appointment_list')}?open_of={booked.adviser_id}",
        due_at=booked.starts_at,
        kind=pgettext_lazy("due", "No adviser"),
        act_label=_("Hand over"),
        family="wait",
    )


# --- due ----------------------------------------------------------------------------------------------------------------
def consents(ask: Ask) -> QuerySet[WorkOrder]:
    """My cars whose customer has not answered for extra work; who waits longest comes first."""
    rows = seen(ask).filter(EXTRA, adviser=ask.viewer)
    return rows.annotate(since=Min("lines__added_at"), wanted=Sum("lines__amount"))


@due_rows("aftersales.receive", consents, "since")
def consents_due(order: WorkOrder, _user: User, _at: datetime) -> DueItem:
    """The customer is called for a consent."""
    facts = vars(order)
    extra = _now("%(sum)s extra") % {"sum": display.yuan(facts["wanted"])}
    return due_of(order, pgettext_lazy("due", "Consent"), facts["since"], pgettext_lazy("verb", "Call"), "ask", extra)


def findings(ask: Ask) -> QuerySet[Finding]:
    """What technicians found on my cars that nobody has answered."""
    rows = ask.of(Finding.objects.all()).filter(answered_at__isnull=True, work_order__adviser=ask.viewer)
    return rows.exclude(work_order__status__in=["SETTLED", "RELEASED", "CANCELLED"]).select_related(
        "work_order__vehicle", "work_order__customer"
    )


@due_rows("aftersales.receive", findings, "at")
def findings_due(finding: Finding, _user: User, _at: datetime) -> DueItem:
    """Extra work to price, before the customer is asked."""
    label = pgettext_lazy("verb", "Price")
    return due_of(finding.work_order, pgettext_lazy("due", "Extra work"), finding.at, label, "ask", finding.what)


def promises(ask: Ask) -> QuerySet[WorkOrder]:
    """My cars whose promised time is near or past."""
    rows = seen(ask).in_shop().filter(adviser=ask.viewer, promised_at__lte=ask.now + Value(SOON))
    # Ready is kept: what is still to be done for it stands under the hand-overs.
    return rows.exclude(status="READY")


@due_rows("aftersales.receive", promises, "promised_at")
def promises_due(order: WorkOrder, _user: User, now: datetime) -> DueItem:
    """A promise to keep, or to talk about."""
    at = order.promised_at or order.status_at
    family, status = "late" if at < now else "wait", str(order.get_status_display())
    return due_of(order, pgettext_lazy("due", "Promise"), at, pgettext_lazy("verb", "Open"), family, status)


@due_rows(
    "aftersales.receive",
    lambda ask: seen(ask).filter(adviser=ask.viewer, status__in=["READY", "SETTLED"]),
    "status_at",
)
def hand_overs_due(order: WorkOrder, _user: User, _at: datetime) -> DueItem:
    """My cars that are ready to settle, or settled and still here; who waits longest comes first."""
    label, status = pgettext_lazy("verb", "Open"), str(order.get_status_display())
    return due_of(order, pgettext_lazy("due", "Hand-over"), order.status_at, label, "run", status)


def booked_today(ask: Ask) -> QuerySet[Appointment]:
    """Guests booked for today, mine and those nobody receives yet."""
    mine = Q(adviser=ask.viewer) | Q(adviser__isnull=True)
    return ask.of(Appointment.objects.all()).live().on(ask.today).filter(mine).select_related("vehicle", "customer")


@due_rows("aftersales.receive", booked_today, "starts_at")
def appointments_due(appointment: Appointment, _user: User, _at: datetime) -> DueItem:
    """A guest who is expected."""
    return DueItem(
        title=f"{appointment.vehicle} {appointment.customer}",
        detail=appointment.wish,
        url=reverse("aftersales:appointment", args=[appointment.pk]),
        due_at=appointment.starts_at,
        kind=pgettext_lazy("due", "Appointment"),
        act_label=pgettext_lazy("act", "Arrived"),
    )


@due_rows("aftersales.dispatch", lambda ask: seen(ask).filter(status="AUTHORISED"), "promised_at")
def dispatches_due(order: WorkOrder, _user: User, _at: datetime) -> DueItem:
    """Signed work that nobody has yet."""
    at = order.promised_at or order.status_at
    return due_of(order, pgettext_lazy("due", "Dispatch"), at, pgettext_lazy("verb", "Dispatch"))


@due_rows(
    "aftersales.repair",
    lambda ask: seen(ask).filter(technician=ask.viewer, status__in=["DISPATCHED", "IN_PROGRESS"]),
    "promised_at",
)
def jobs_due(order: WorkOrder, _user: User, _at: datetime) -> DueItem:
    """The technician's own jobs."""
    at = order.promised_at or order.status_at
    return due_of(order, order.get_status_display(), at, pgettext_lazy("verb", "Open"), "run")


def unchecked(ask: Ask) -> QuerySet[WorkOrder]:
    """Cars that wait for the check of the team leader or the inspector, but for those one has checked oneself."""
    mine = QualityCheck.objects.filter(work_order=OuterRef("pk"), round=OuterRef("rework"), by=ask.viewer)
    return seen(ask).filter(~Exists(mine), status__in=["SELF_CHECKED", "TEAM_CHECKED"])


@due_rows("aftersales.inspect", unchecked, "status_at")
def checks_due(order: WorkOrder, _user: User, _at: datetime) -> DueItem:
    """A car to check."""
    label, status = pgettext_lazy("verb", "Check"), str(order.get_status_display())
    return due_of(order, pgettext_lazy("due", "Check"), order.status_at, label, "ask", status)


def waiting_for_parts(ask: Ask) -> QuerySet[WorkOrder]:
    """Cars in work whose agreed parts are not out yet."""
    if not ask.viewer.has_perm("aftersales.view"):
        return WorkOrder.objects.none()
    open_lines = Q(lines__kind="PART", lines__status="AUTHORISED", lines__issued__lt=F("lines__quantity"))
    rows = seen(ask).filter(open_lines, status__in=["DISPATCHED", "IN_PROGRESS", "ON_HOLD"])
    return rows.annotate(waiting=Count("lines"))


@due_rows("parts.move", waiting_for_parts, "promised_at")
def parts_due(order: WorkOrder, _user: User, _at: datetime) -> DueItem:
    """Parts that the workshop waits for."""
    at, lines = order.promised_at or order.status_at, _now("%(n)s lines to issue") % {"n": vars(order)["waiting"]}
    return due_of(order, pgettext_lazy("due", "Parts"), at, pgettext_lazy("verb", "Issue"), "idle", lines)


# --- figures ------------------------------------------------------------------------------------------------------------
def workshop_sums(ask: Ask) -> Sequence[ValueRows]:
    """Cars in the shop, what was settled today, and how many promises were kept.

    Measured are the cars that became ready today, and those that still are not though their first promise is over.
    """
    settled = ask.of(Settlement.objects.all()).filter(at__gte=start_of(ask.today))
    # A cancelled commission was no promise broken.
    measured = ask.of(WorkOrder.objects.all()).exclude(status="CANCELLED")
    measured = measured.filter(Q(ready_at__gte=start_of(ask.today)) | late_at(ask.now) & Q(ready_at__isnull=True))
    return [
        summed(seen(ask).in_shop(), inside=Count("pk"), late=Count("pk", filter=late_at(ask.now))),
        summed(settled, output=Sum(F("labour") + F("parts") + F("other")), settled=Count("pk")),
        summed(measured, promised=Count("pk"), kept=Count("pk", filter=Q(ready_at__lte=F("first_promised_at")))),
    ]


@tiles("aftersales.view", workshop_sums)
def workshop_tiles(figures: Figures, user: User, _today: date) -> Sequence[Tile]:
    """Cars in the shop, how many of today's were ready as first promised, and for who may know it the output of today."""
    rate = f"{100 * figures['kept'] // figures['promised']}" if figures["promised"] else display.EMPTY
    board = reverse("aftersales:board")
    late = ngettext("%(n)s late", "%(n)s late", figures["late"]) % {"n": figures["late"]}
    output = Tile(
        _("Output today"),
        display.number(figures["output"] or 0),
        reverse("aftersales:settlements"),
        _("CNY"),
        hint=_now("%(n)s settled") % {"n": figures["settled"]},
    )
    return [
        Tile(
            _("In the shop"),
            display.number(figures["inside"]),
            board,
            pgettext_lazy("tile", "cars"),
            hint=late,
            family="late" if figures["late"] else "idle",
        ),
        *([output] if user.has_perm("aftersales.turnover") else []),
        Tile(_("On time"), rate, board, "%", hint=_now("by the first promise")),
    ]


def sums_of_ones_own(ask: Ask) -> Sequence[ValueRows]:
    """The cars in one's hands, and what one has finished today."""
    mine = seen(ask).filter(technician=ask.viewer, status__in=["DISPATCHED", "IN_PROGRESS", "ON_HOLD"])
    done = ask.of(Event.objects.all()).filter(kind=WORKLINE_DONE, by=ask.viewer, at__gte=start_of(ask.today))
    hours = Sum(Cast(KeyTextTransform("hours", "data"), DecimalField(max_digits=6, decimal_places=1)))
    return [summed(mine, mine=Count("pk")), summed(done, hours=hours, jobs=Count("pk"))]


@tiles("aftersales.repair", sums_of_ones_own)
def day_of_ones_own(figures: Figures, _user: User, _today: date) -> Sequence[Tile]:
    """What a technician has in hand, and the hours finished today."""
    jobs = reverse("aftersales:jobs")
    finished = ngettext("%(n)s job finished", "%(n)s jobs finished", figures["jobs"]) % {"n": figures["jobs"]}
    return [
        Tile(_("My cars"), display.number(figures["mine"]), jobs, pgettext_lazy("tile", "cars")),
        Tile(
            _("My hours today"),
            display.number(figures["hours"] or 0, 1),
            jobs,
            pgettext_lazy("tile", "h"),
            hint=finished,
        ),
    ]


# --- search and timelines -----------------------------------------------------------------------------------------------
@registry.search("aftersales.view")
def find_work_orders(text: str, user: User, limit: int) -> Sequence[Hit]:
    """By number or its end, or by the plate of a car that is in the shop now."""
    if len(text) < 3:
        return []
    code = folding.code(text)
    # A plate may be said without its province.
    plate = "vehicle__plate_code__endswith" if len(code) >= 5 else "vehicle__plate_code"
    wanted = Q(number__endswith=text.upper()) | Q(**{plate: code}, pk__in=orders(user, None).open())
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
