"""The monthly maintenance recall: list, letters, mailing, calls, and the plan to do better."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import wording
from crm.actions import care, consents, letters
from crm.events import (
    RECALL_LATE,
    RECALL_LISTED,
    RECALL_MAILED,
    RECALL_PLANNED,
    RECALL_PRINTED,
    RECALL_RESTORED,
    RECALL_VOID,
    RECALL_WRITTEN,
    VEHICLE_CHANGED,
)
from crm.models import FollowUp, Letter, LetterTemplate, RecallCampaign, RecallEntry, Trigger, Vehicle
from crm.models.customers import reached_by_post
from crm.models.recall import CALLED_ON, UNADDRESSED, Figures, Step, deadline, is_late
from crm.planner import CadenceStart
from dms.core.lifecycle import IllegalTransition
from dms.core.refusals import Refusal
from dms.formats.days import add_months
from dms.models import Event, Rate, Store, User
from dms.records import events
from dms.records.constraint_errors import refusing
from dms.records.numbering import next_number

URGED_AGAIN = 3
"""Months, where no rate says otherwise."""
DUE = """
WITH car AS (
    SELECT v.id AS vehicle_id, o.customer_id, COALESCE(s.store_id, h.store_id) AS store_id, plan.on_day,
           12 * (date_part('year', %(month)s::date) - date_part('year', plan.on_day))
             + date_part('month', %(month)s::date) - date_part('month', plan.on_day) AS late
    FROM crm_vehicle v
    JOIN crm_ownership o ON o.vehicle_id = v.id AND o.role = 'OWNER' AND o.until IS NULL
    JOIN LATERAL (SELECT store_id FROM crm_vehiclestore WHERE vehicle_id = v.id ORDER BY since, id LIMIT 1) h ON TRUE
    LEFT JOIN LATERAL (SELECT store_id FROM crm_servicerecord WHERE vehicle_id = v.id ORDER BY "on" DESC LIMIT 1) s ON TRUE
    JOIN crm_next_maintenance plan ON plan.vehicle_id = v.id
    WHERE NOT v.gone
)
SELECT vehicle_id, customer_id FROM car
WHERE store_id = %(store)s AND crm_may(customer_id, 'CARE', 'LETTER') AND late >= 0
  AND (late::int %% %(again)s = 0 OR late < %(again)s)
  AND NOT EXISTS (
    SELECT FROM crm_recallentry AS entry
    WHERE entry.vehicle_id = car.vehicle_id AND entry.due_month < %(month)s
      AND entry.due_month > %(month)s::date - make_interval(months => %(again)s)
  )
"""
"""Cars of a store (where they were last serviced, else first known) that are due for maintenance in a month: by their plan in it,
or just before it and on no list since; overdue, they are urged again every three months (source 003, A17)."""

LIST = f"""
INSERT INTO crm_recallentry
    (status, campaign_id, store_id, vehicle_id, customer_id, due_month, listed_at, reached, control)
SELECT 'LISTED', %(campaign)s, %(store)s, vehicle_id, customer_id, %(month)s, %(now)s, false,
    -- By car and month: made again the same ones are left alone, and in another month others.
    abs(hashtext(vehicle_id || ':' || %(month)s::date)::bigint) %% 1000 < 10 * %(control)s
FROM ({DUE}) AS due
ORDER BY vehicle_id
ON CONFLICT (vehicle_id, due_month) DO NOTHING
"""  # noqa: S608 # our own text


def _facts(month: date, store: Store) -> dict[str, date | int | Decimal]:
    today = timezone.localdate()
    again = Rate.objects.in_force(Rate.Kind.URGED_AGAIN, on=today, store=store).first()
    control = Rate.objects.in_force(Rate.Kind.CONTROL_SHARE, on=today, store=store).first()
    return {
        "month": month.replace(day=1),
        "store": store.pk,
        "again": int(again.value) if again else URGED_AGAIN,
        "control": control.value if control else 0,
    }


def expected(month: date, *, store: Store) -> int:
    """How many cars the list of the month would hold."""
    with connection.cursor() as cursor:
        # The same text as the list: what the manager is told to expect is what then stands on it.
        cursor.execute(f"SELECT count(*) FROM ({DUE}) AS due", _facts(month, store))  # noqa: S608 # our own text
        return int(cursor.fetchone()[0])


# --- the list -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def prepare(store: Store, *, month: date, by: User | None) -> RecallCampaign:
    """Every car of the store that is due in the month stands on its list, once; made again, only what is missing is added."""
    # Whatever day was picked: the unique key of store and month knows the first alone.
    month = month.replace(day=1)
    # NO KEY: the lists of a store are made one after the other, while its other acts go on referring to the store.
    store = Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    campaign = RecallCampaign.objects.filter(store=store, month=month).first()
    fresh = campaign is None
    if campaign is None:
        number = next_number("recall_campaign", store, on=month)
        campaign = RecallCampaign.objects.create(number=number, store=store, month=month, prepared_by=by)
    with connection.cursor() as cursor:
        # One statement: tens of thousands of cars never come to Python, and a car on the list already is
        # kept.
        cursor.execute(LIST, {**_facts(month, store), "campaign": campaign.pk, "now": timezone.now()})
        listed = cursor.rowcount
    # Made again without a new car, nothing has happened that the log could tell.
    if fresh or listed:
        events.record(RECALL_LISTED, campaign, by=by, data={"cars": listed})
    return campaign


def prepare_next(at: datetime) -> int:
    """Beat: from the first of a month on, every store has the list of the month after it; until its letters should be printed,
    cars that have become due join it. Returns how many lists were made."""
    today = timezone.localdate(at)
    month = add_months(today.replace(day=1), 1)
    stores = list(Store.objects.filter(active=True).exclude(recalls__month=month).order_by("pk"))
    for store in stores:
        prepare(store, month=month, by=None)
    if today <= deadline(month, Step.PRINT):
        _join(month, made=stores, today=today)
    return len(stores)


def _join(month: date, *, made: Collection[Store], today: date) -> None:
    """Once a day: a list that was looked through today is left alone."""
    for campaign in RecallCampaign.objects.filter(month=month, store__active=True).exclude(store__in=made):
        if campaign.joined_on != today:
            prepare(campaign.store, month=month, by=None)
            RecallCampaign.objects.filter(pk=campaign.pk).update(joined_on=today)


# --- letters ------------------------------------------------------------------------------------------------------------
@transaction.atomic
def write_letters(campaign: RecallCampaign, *, limit: int, by: User) -> int:
    """The next invitations of the list are written; returns how many. Called until it returns 0."""
    template = LetterTemplate.objects.filter(kind=Letter.Kind.INVITATION, is_default=True).first()
    if template is None:
        raise Refusal(_("There is no template for invitations. Write one in the configuration."), code="no_template")
    consents.leave_list(RecallEntry.objects.filter(campaign=campaign), by=by)
    open_rows = RecallEntry.objects.filter(campaign=campaign, status=RecallEntry.Status.LISTED, letter__isnull=True)
    # Without a full address no letter: it waits on the list to be mended, and counts neither as printed nor as mailed.
    open_rows = open_rows.filter(reached_by_post("customer__"), control=False)
    open_rows = open_rows.select_related("store", "customer", "vehicle__variant").order_by("pk")
    entries = list(open_rows.select_for_update(of=("self",))[:limit])  # waits: a letter left out would be missing
    written = []
    for entry in entries:
        # A car of before our time has no day of purchase here; its letter then counts from today.
        since = entry.vehicle.bought_on or timezone.localdate()
        facts = wording.facts(entry.customer, entry.vehicle, entry.store, since=since, month=entry.due_month)
        letter = letters.write(template, facts, entry)
        letter.recall_entry = entry
        written.append(letter)
    # The key of each letter to its entry is unique: two print jobs of one list make one letter.
    Letter.objects.bulk_create(written)
    if written:
        events.record(RECALL_WRITTEN, campaign, by=by, data={"letters": len(written)})
    return len(written)


@transaction.atomic
def mark_printed(campaign: RecallCampaign, *, by: User) -> int:
    """The letters of the list came out of the printer."""
    # Campaign before entries, as in mailing: what is printed now is either in that post or in the next.
    campaign = RecallCampaign.objects.lock(campaign)
    consents.leave_list(RecallEntry.objects.filter(campaign=campaign), by=by)
    # Only what has its letter: a car listed while the printer ran waits for the next file.
    now = timezone.now()
    listed = RecallEntry.objects.filter(campaign=campaign, status=RecallEntry.Status.LISTED, letter__isnull=False)
    # A car that is booked or scrapped meanwhile has left the list, and is not put back on it.
    keys = [entry.pk for entry in listed.lock_all()]
    RecallEntry.objects.filter(pk__in=keys).update(status=RecallEntry.Status.PRINTED, printed_at=now)
    Letter.objects.filter(recall_entry__in=keys, printed_at__isnull=True).update(printed_at=now)
    if keys:
        events.record(RECALL_PRINTED, campaign, by=by, data={"letters": len(keys)})
    return len(keys)


def refuse_unprinted(campaign: RecallCampaign, *, by: User) -> None:
    """:raises Refusal: when nothing is printed that is not mailed yet."""
    if not RecallEntry.objects.filter(campaign=campaign, status=RecallEntry.Status.PRINTED).exists():
        raise Refusal(_("Nothing is printed that is not in the post yet."), code="nothing_to_mail")


@transaction.atomic
def mail(campaign: RecallCampaign, *, by: User) -> int:
    """Everything printed is in the post; the calls to its readers fall due."""
    # Two who mail the same list: each reader gets one call, by the first.
    campaign = RecallCampaign.objects.lock(campaign)
    consents.leave_list(RecallEntry.objects.filter(campaign=campaign), by=by)
    refuse_unprinted(campaign, by=by)
    printed = RecallEntry.objects.filter(campaign=campaign, status=RecallEntry.Status.PRINTED)
    # As above: whoever has booked by telephone by now gets no call for the letter.
    entries = printed.lock_all()
    # By key from here on: what is printed after this moment is not in this post.
    now, keys = timezone.now(), [entry.pk for entry in entries]
    printed.filter(pk__in=keys).update(status=RecallEntry.Status.MAILED, mailed_at=now)
    posted = Letter.objects.filter(recall_entry__in=keys)
    posted.update(mailed_at=now, mailed_by=by)
    letters.note_sent(list(posted), by=by)
    care.start_many(Trigger.RECALL_MAILED, beginnings=(_to_call(entry, now) for entry in entries), by=by)
    events.record(RECALL_MAILED, campaign, by=by, data={"letters": len(keys)})
    return len(keys)


def _to_call(entry: RecallEntry, mailed_at: datetime) -> CadenceStart:
    return CadenceStart(
        entry.customer_id,
        entry.vehicle_id,
        entry.store_id,
        mailed_at,
        recall_entry=entry.pk,
        why=(_("Maintenance due %(month)s") % {"month": f"{entry.due_month:%Y-%m}"},),
    )


# --- by hand ------------------------------------------------------------------------------------------------------------
@transaction.atomic
def void(entry: RecallEntry, *, reason: str, by: User, gone: bool = False) -> RecallEntry:
    """The car does not belong on the list: scrapped, sold, twice in the books. With ``gone`` its file is closed as well.

    :raises Refusal: without a reason.
    """
    # The desk may be calling this owner: booked first, the car stays on the list.
    entry = RecallEntry.objects.lock(entry)
    if not reason.strip():
        raise Refusal(_("Say why the car leaves the list."), code="void_without_reason")
    entry.move(RecallEntry.Status.VOID, ended_at=timezone.now())
    # A car off this month’s list for another reason is due again in its next month; one that is gone never is.
    if gone:
        Vehicle.objects.filter(pk=entry.vehicle_id).update(gone=True)
        events.record(VEHICLE_CHANGED, entry.vehicle, by=by, data={"fields": ["gone"]})
        care.stop_cadences(entry.vehicle, reason="recall", by=by)
    events.record(RECALL_VOID, entry, by=by, data={"reason": reason.strip()[:120]})
    return entry


@transaction.atomic
def restore(entry: RecallEntry, *, reason: str, by: User) -> RecallEntry:
    """The car belongs on the list after all, where it stood; its file is open again, and its calls fall due again.

    :raises Refusal: without a reason, or when another car carries its plate by now.
    """
    # Restored by two at once, its calls would fall due twice.
    entry = RecallEntry.objects.lock(entry)
    if not reason.strip():
        raise Refusal(_("Say why the car comes back on the list."), code="restored_without_reason")
    reached = [
        (entry.called_at, RecallEntry.Status.CALLED),
        (entry.mailed_at, RecallEntry.Status.MAILED),
        (entry.printed_at, RecallEntry.Status.PRINTED),
    ]
    # Where it stood, told by its times: they are frozen, a letter in the post stays in the post.
    before = next((status for at, status in reached if at), RecallEntry.Status.LISTED)
    # A car that is booked goes the same way back, but by its booking.
    if entry.status != RecallEntry.Status.VOID:
        raise IllegalTransition(entry, entry.status, before)
    entry.move(before, ended_at=None)
    with refusing():
        # While its file was closed the plate may have gone to the owner's next car.
        if Vehicle.objects.filter(pk=entry.vehicle_id, gone=True).update(gone=False):
            events.record(VEHICLE_CHANGED, entry.vehicle, by=by, data={"fields": ["gone"]})
    calls = FollowUp.objects.filter(recall_entry=entry, status=FollowUp.Status.PENDING)
    if entry.status == RecallEntry.Status.MAILED and not calls.exists():
        care.start_many(Trigger.RECALL_MAILED, beginnings=[_to_call(entry, timezone.now())], by=by)
    events.record(RECALL_RESTORED, entry, by=by, data={"reason": reason.strip()[:120]})
    return entry


@transaction.atomic
def plan_improvement(
    campaign: RecallCampaign, *, text: str, by: User, owner: User | None = None, due: date | None = None
) -> RecallCampaign:
    """What the store will do better, who does it and by when; written by the end of the month, its effect is seen in the next.

    :param owner: whoever writes it, when nobody is named; :param due: the end of the next month, when no day is.
    :raises Refusal: when it says nothing, or should be done before the month is over.
    """
    if not text.strip():
        raise Refusal(_("Write what will be done better."), code="no_plan")
    # A beat that comes by now passes the held row over, and finds the plan there next time.
    campaign = RecallCampaign.objects.lock(campaign)
    if due is not None and due < campaign.month:
        raise Refusal(_("That is before the month itself: choose a later day."), code="plan_too_early")
    campaign.improvement, campaign.improvement_at, campaign.improvement_by = text.strip(), timezone.now(), by
    campaign.improvement_owner, campaign.improvement_due = owner, due
    plan = ("improvement", "improvement_at", "improvement_by", "improvement_owner", "improvement_due")
    campaign.save(update_fields=plan)
    owner = campaign.plan_owner or by
    events.record(RECALL_PLANNED, campaign, by=by, data={"owner": owner.pk, "due": campaign.plan_due.isoformat()})
    return campaign


# --- every store at once ------------------------------------------------------------------------------------------------
def prepare_all(stores: Iterable[Store], *, month: date, by: User) -> list[RecallCampaign]:
    """The lists of several stores; those that are made get what is missing on them. Each is a transaction of its own."""
    return [prepare(store, month=month, by=by) for store in stores]


def mail_all(campaigns: Iterable[RecallCampaign], *, by: User) -> int:
    """Everything printed of several stores is in the post. Returns how many letters.

    :raises Refusal: when nothing is printed anywhere.
    """
    printed = [
        campaign
        for campaign in campaigns
        if RecallEntry.objects.filter(campaign=campaign, status=RecallEntry.Status.PRINTED).exists()
    ]
    if not printed:
        raise Refusal(_("Nothing is printed that is not in the post yet."), code="nothing_to_mail")
    return sum(mail(campaign, by=by) for campaign in printed)


# --- figures and alarms -------------------------------------------------------------------------------------------------
LIVE = CALLED_ON & ~Q(status=RecallEntry.Status.VOID)
COUNTS = {
    "cars": Count("pk", filter=CALLED_ON),
    "void": Count("pk", filter=CALLED_ON & Q(status=RecallEntry.Status.VOID)),
    "printed": Count("printed_at", filter=LIVE),
    "mailed": Count("mailed_at", filter=LIVE),
    "called": Count("called_at", filter=LIVE),
    "reached": Count("pk", filter=LIVE & Q(reached=True)),
    "booked": Count("booked_at", filter=LIVE),
    "came": Count("pk", filter=CALLED_ON & Q(status=RecallEntry.Status.CAME)),
    "unaddressed": Count("pk", filter=UNADDRESSED),
    "control": Count("pk", filter=Q(control=True)),
}


def figures(campaign: RecallCampaign) -> Figures:
    return Figures(**RecallEntry.objects.filter(campaign=campaign).aggregate(**COUNTS))


def figures_of(campaigns: Iterable[RecallCampaign]) -> dict[int, Figures]:
    """The figures of several recalls in one query, by the recall's id; a recall without cars is not among them."""
    rows = RecallEntry.objects.filter(campaign__in=campaigns).order_by().values_list("campaign").annotate(**COUNTS)
    return {campaign: Figures(**dict(zip(COUNTS, counts, strict=True))) for campaign, *counts in rows}


def late_steps(campaign: RecallCampaign, now: datetime, done: Figures | None = None) -> dict[Step, int]:
    """Steps whose last day is over and that are not finished → by how many days."""
    done = done or figures(campaign)
    left = {
        Step.PRINT: done.to_print > 0,
        Step.MAIL: done.to_mail > 0,
        Step.CALL: done.mailed > done.called,
        Step.PLAN: not campaign.improvement,
    }
    return {step: days for step, open_ in left.items() if open_ and (days := is_late(campaign.month, step, now))}


def raise_alarms(at: datetime) -> int:
    """Beat: the first time a step of a recall is late, the log says so. Returns how many were told."""
    # Four months: older recalls are history, and an alarm about them would help nobody.
    recent = RecallCampaign.objects.filter(month__gte=timezone.localdate(at) - timedelta(days=120))
    return sum(_alarm(pk, at) for pk in recent.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _alarm(pk: int, at: datetime) -> int:
    # Of two beats at once one holds the row and tells; the other passes it over.
    campaigns = RecallCampaign.objects.filter(pk=pk).lock_free(1)
    if not campaigns:
        return 0
    campaign = campaigns[0]
    late = late_steps(campaign, at)
    # What was told is kept on the row: a manager is alarmed once for a step, not every round.
    new = [step for step in late if step not in campaign.alarms]
    if new:
        campaign.alarms = [*campaign.alarms, *new]
        campaign.save(update_fields=["alarms"])
        _tell(campaign, [(step, late[step]) for step in new])
    return len(new)


def _tell(campaign: RecallCampaign, late: Iterable[tuple[Step, int]]) -> None:
    Event.objects.bulk_create(
        [events.build(RECALL_LATE, campaign, by=None, data={"step": step, "days": days}) for step, days in late]
    )
