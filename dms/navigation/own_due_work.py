"""What the core itself says is due, and its figures on the home page."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from dms.background import jobs
from dms.core.roles import CONFIGURE
from dms.core.untyped import ValueRows
from dms.formats import display
from dms.formats.days import start_of
from dms.models import Absence, Event, HolidayOverride, Job, Message, Store, User
from dms.navigation import registry
from dms.navigation.asks import Ask
from dms.navigation.due_rows import MOST, due_rows
from dms.navigation.figures import Figures, summed, tiles
from dms.navigation.registry import DueItem, Tile
from dms.records.business_hours import LAST_KNOWN
from dms.records.open_work import KINDS
from dms.records.own_events import USER_REVEALS_AT_LIMIT

ALARM = timedelta(hours=24)
"""Who looked at too many numbers stays due for this long; the log keeps it for ever."""
JOB_HOURS = 48
"""A long job that ended badly stays due for this long; the page of jobs keeps it for ever."""


# --- due ----------------------------------------------------------------------------------------------------------------
@due_rows("dms.messages", lambda ask: ask.of(Message.objects.all()).failed(), "due_at")
def failed_messages(message: Message, _user: User, _now: datetime) -> DueItem:
    """Messages that could not be sent in spite of every retry."""
    return DueItem(
        title=message.title or message.get_channel_display(),
        detail=f"{recipient(message)} · {message.error}",
        url=reverse("dms:message", args=[message.pk]),
        due_at=message.due_at,
        kind=pgettext_lazy("due", "Unsent"),
        act_url=reverse("dms:message_resend", args=[message.pk]),
        act_label=gettext_lazy("Resend"),
        family="late",
    )


def recipient(message: Message) -> str:
    """To whom; a phone number and an e-mail address are masked."""
    masks = {Message.Channel.SMS: display.masked_phone, Message.Channel.EMAIL: display.masked_email}
    mask = masks.get(Message.Channel(message.channel))
    return mask(message.recipient) if mask else message.recipient


def locked_since(now: datetime) -> dict[str, datetime]:
    """The names whose sign-in is locked now, with the moment of the last wrong password."""
    window = now - timedelta(hours=settings.AXES_COOLOFF_TIME)
    rows = AccessAttempt.objects.filter(attempt_time__gt=window, username__isnull=False)
    counted = (
        rows.order_by().values("username", "ip_address").annotate(n=Sum("failures_since_start"), at=Max("attempt_time"))
    )
    return {row["username"]: row["at"] for row in counted if row["n"] >= settings.AXES_FAILURE_LIMIT}


CALENDAR_AHEAD = timedelta(days=31)


@registry.due_work(CONFIGURE)
def calendar_ends(_user: User, _store: Store | None, now: datetime) -> Sequence[DueItem]:
    """A month before the published calendar ends, whoever configures is told: until its days are entered, or we know more."""
    tells_from = start_of(LAST_KNOWN - CALENDAR_AHEAD)
    if now < tells_from or HolidayOverride.objects.filter(day__gt=LAST_KNOWN, day__gte=now).exists():
        return []
    return [
        DueItem(
            title=_("Holidays of %(year)s") % {"year": LAST_KNOWN.year + 1},
            detail=_(
                "The published calendar is known until %(day)s. Enter the days that are moved, or worked in exchange."
            )
            % {"day": display.date(LAST_KNOWN)},
            url=reverse("admin:dms_holidayoverride_changelist"),
            due_at=start_of(LAST_KNOWN),
            kind=pgettext_lazy("due", "Calendar"),
            family="wait",
        )
    ]


@registry.due_work("dms.unlock")
def locked_colleagues(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """Colleagues who stand before a locked sign-in."""
    locked = locked_since(now)
    people = User.objects.visible_to(user).of_store(store).active()
    return [
        DueItem(
            title=str(person),
            detail=_("Too many wrong passwords"),
            url=f"{reverse('dms:people')}?q={person.username}",
            due_at=locked[person.username],
            kind=pgettext_lazy("due", "Locked"),
            act_url=reverse("dms:person_unlock", args=[person.pk]),
            act_label=gettext_lazy("Unlock"),
            family="wait",
        )
        for person in people.filter(username__in=locked).order_by("pk")[:MOST]
    ]


def left_with_work(ask: Ask) -> QuerySet[User]:
    """Colleagues who have left, and still have work that this person may give to others."""
    gone = ask.of(User.objects.get_queryset()).filter(is_active=False)
    kinds = [kind for kind in KINDS.values() if kind.hands in ask.viewer.rights]
    work = Q(pk__in=())
    for kind in kinds:
        work |= Q(Exists(ask.of(kind.rows()).filter(**{kind.owner: OuterRef("pk")})))
    return gone.filter(work)


@due_rows("dms.absences", left_with_work, "updated_at")
def work_left_behind(person: User, _user: User, _now: datetime) -> DueItem:
    """Somebody has left, and what was theirs is nobody’s."""
    return DueItem(
        title=str(person),
        detail=_("has left; some of their work is still theirs"),
        url=reverse("dms:person_hand_over", args=[person.pk]),
        due_at=person.updated_at,
        kind=pgettext_lazy("due", "Left behind"),
        act_label=gettext_lazy("Hand over"),
        family="wait",
    )


def without_deputy(ask: Ask) -> QuerySet[Absence]:
    """Absences of today and tomorrow in which nobody stands in."""
    rows = ask.of(Absence.objects.all()).without_deputy()
    return rows.filter(first_day__lte=ask.today + timedelta(days=1), last_day__gte=ask.today).select_related("user")


@due_rows("dms.absences", without_deputy, "first_day")
def absences_without_deputy(absence: Absence, _user: User, _now: datetime) -> DueItem:
    """Who is away today or tomorrow and has nobody who stands in."""
    return DueItem(
        title=str(absence.user),
        detail=_("%(kind)s %(first)s–%(last)s, nobody stands in")
        % {
            "kind": absence.get_kind_display(),
            "first": display.date(absence.first_day),
            "last": display.date(absence.last_day),
        },
        url=reverse("dms:absence_edit", args=[absence.pk]),
        due_at=start_of(absence.first_day),
        kind=pgettext_lazy("due", "No deputy"),
        act_label=gettext_lazy("Choose deputy"),
        family="wait",
    )


def of_last_days(ask: Ask) -> QuerySet[Job]:
    """One's own jobs that failed or left lines out."""
    bad = Q(status=Job.Status.FAILED) | Q(status=Job.Status.DONE, problems__gt=0)
    # By ask.now: the query is kept for the day, and the moment is bound into it at each asking.
    since = ask.now - Value(timedelta(hours=JOB_HOURS))
    return Job.objects.filter(bad, requested_by=ask.viewer, ended_at__gte=since)


@due_rows("dms.jobs", of_last_days, "ended_at")
def troubled_jobs(job: Job, _user: User, _now: datetime) -> DueItem:
    """One's own long jobs of the last two days that failed or left lines out."""
    failed = job.status == Job.Status.FAILED
    return DueItem(
        title=jobs.label_of(job.kind),
        detail=job.error if failed else _("%(count)s lines not taken") % {"count": job.problems},
        url=reverse("dms:job", args=[job.pk]),
        due_at=job.ended_at or job.requested_at,
        kind=pgettext_lazy("due", "Job failed") if failed else pgettext_lazy("due", "Job gaps"),
        act_url=reverse("dms:job_retry", args=[job.pk]) if failed else "",
        act_label=gettext_lazy("Retry") if failed else gettext_lazy("See report"),
        family="late" if failed else "wait",
    )


def reached_the_limit(ask: Ask) -> QuerySet[Event]:
    """Who saw as many numbers today as one may in an hour."""
    since = ask.now - Value(ALARM)
    return ask.of(Event.objects.all()).filter(kind=USER_REVEALS_AT_LIMIT, at__gte=since).select_related("by")


@due_rows("dms.events", reached_the_limit, "at")
def many_numbers(event: Event, _user: User, _now: datetime) -> DueItem:
    """The manager asks why somebody looked at so many numbers; the log says at whose."""
    return DueItem(
        title=event.subject_label,
        detail=_("%(n)s phone numbers within an hour") % {"n": event.data.get("numbers", "")},
        url=f"{reverse('dms:events')}?by={event.by_id}",
        due_at=event.at,
        kind=pgettext_lazy("due", "Many numbers shown"),
        act_label=gettext_lazy("See whose"),
        family="late",
    )


# --- figures ------------------------------------------------------------------------------------------------------------
def people_sums(ask: Ask) -> Sequence[ValueRows]:
    """Everybody, and those who are away."""
    people = User.objects.visible_to(ask.viewer).of_store(ask.store).active()
    away = people.away(on=ask.today)
    return [summed(people, total=Count("pk")), summed(away, away=Count("pk", distinct=True))]


@tiles("dms.people", people_sums)
def people_tiles(figures: Figures, _user: User, _today: date) -> Sequence[Tile]:
    """Who is here today and who is away."""
    total, away = figures["total"], figures["away"]
    url = reverse("dms:people")
    unit = pgettext("unit", "people")
    return [
        Tile(
            gettext_lazy("Here today"),
            display.number(total - away),
            f"{url}?away=false",
            unit,
            _("of %(total)s") % {"total": display.number(total)},
        ),
        Tile(gettext_lazy("Away today"), display.number(away), f"{url}?away=true", unit),
    ]


UNSENT = Q(status__in=[Message.Status.PENDING, Message.Status.SENDING])


@tiles(
    "dms.messages",
    lambda ask: [
        summed(ask.of(Message.objects.filter(UNSENT)), waiting=Count("pk")),
        summed(ask.of(Message.objects.all()).failed(), failed=Count("pk")),
    ],
)
def message_tiles(figures: Figures, _user: User, _today: date) -> Sequence[Tile]:
    """What has not gone out."""
    waiting, failed = figures["waiting"], figures["failed"]
    url, unit = reverse("dms:messages"), pgettext("unit", "messages")
    return [
        Tile(gettext_lazy("Messages waiting"), display.number(waiting), f"{url}?status=PENDING", unit),
        Tile(
            gettext_lazy("Messages failed"),
            display.number(failed),
            f"{url}?status=FAILED",
            unit,
            family="late" if failed else "idle",
        ),
    ]


GOING_ON = Q(status__in=[Job.Status.QUEUED, Job.Status.RUNNING])


@tiles("dms.jobs", lambda ask: [summed(ask.of(Job.objects.filter(GOING_ON)), running=Count("pk"))])
def job_tiles(figures: Figures, _user: User, _today: date) -> Sequence[Tile]:
    """Long work that is going on."""
    url, unit = reverse("dms:jobs"), pgettext("unit", "jobs")
    return [Tile(gettext_lazy("Jobs running"), display.number(figures["running"]), f"{url}?status=RUNNING", unit)]
