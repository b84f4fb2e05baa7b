"""What the core itself says is due, and its figures on the home page."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from dms.background import jobs
from dms.formats import display
from dms.models import Absence, Job, Message, Store, User
from dms.navigation.registry import DueItem, Tile

MOST = 50
"""No provider gives more than this: a longer list is a list page, not a day."""
JOB_HOURS = 48
"""A long job that ended badly stays due for this long; the page of jobs keeps it for ever."""


# --- due ----------------------------------------------------------------------------------------------------------------
def failed_messages(user: User, store: Store | None, _now: datetime) -> Sequence[DueItem]:
    """Messages that could not be sent in spite of every retry."""
    rows = Message.objects.visible_to(user).of_store(store).failed()
    return [
        DueItem(
            title=message.title or message.get_channel_display(),
            detail=f"{recipient(message)} · {message.error}",
            url=reverse("dms:message", args=[message.pk]),
            due_at=message.due_at,
            kind=pgettext_lazy("due", "Unsent"),
            act_url=reverse("dms:message_resend", args=[message.pk]),
            act_label=gettext_lazy("Resend"),
            family="late",
        )
        for message in rows.order_by("due_at", "pk")[:MOST]
    ]


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


def locked_colleagues(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """Colleagues who stand before a locked sign-in."""
    locked = locked_since(now)
    people = User.objects.visible_to(user).of_store(store).active()
    return [
        DueItem(
            title=str(person),
            detail=_("Too many wrong passwords"),
            url=f"{reverse('dms:people')}?q={person.username}",
            due_at=locked.get(person.username) or locked[person.phone],
            kind=pgettext_lazy("due", "Locked"),
            act_url=reverse("dms:person_unlock", args=[person.pk]),
            act_label=gettext_lazy("Unlock"),
            family="wait",
        )
        for person in people.filter(Q(username__in=locked) | Q(phone__in=set(locked) - {""})).order_by("pk")[:MOST]
    ]


def absences_without_deputy(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
    """Who is away today or tomorrow and has nobody who stands in."""
    today = timezone.localdate(now)
    rows = Absence.objects.visible_to(user).of_store(store).without_deputy()
    rows = rows.filter(first_day__lte=today + timedelta(days=1), last_day__gte=today).select_related("user")
    return [
        DueItem(
            title=str(absence.user),
            detail=_("%(kind)s %(first)s–%(last)s, nobody stands in")
            % {
                "kind": absence.get_kind_display(),
                "first": display.date(absence.first_day),
                "last": display.date(absence.last_day),
            },
            url=reverse("dms:absence_edit", args=[absence.pk]),
            due_at=timezone.make_aware(datetime.combine(absence.first_day, time.min)),
            kind=pgettext_lazy("due", "No deputy"),
            act_label=gettext_lazy("Choose deputy"),
            family="wait",
        )
        for absence in rows.order_by("first_day", "pk")[:MOST]
    ]


def troubled_jobs(user: User, _store: Store | None, now: datetime) -> Sequence[DueItem]:
    """One's own long jobs of the last two days that failed or left lines out."""
    bad = Q(status=Job.Status.FAILED) | Q(status=Job.Status.DONE, problems__gt=0)
    rows = Job.objects.filter(bad, requested_by=user, ended_at__gte=now - timedelta(hours=JOB_HOURS))
    return [_troubled(job) for job in rows.order_by("ended_at", "pk")[:MOST]]


def job_label(kind: str) -> str:
    """The words for a kind of job; one that no app knows any more keeps its key."""
    known = jobs.KINDS.get(kind)
    return str(known.label) if known else kind


def _troubled(job: Job) -> DueItem:
    failed = job.status == Job.Status.FAILED
    return DueItem(
        title=job_label(job.kind),
        detail=job.error if failed else _("%(count)s lines not taken") % {"count": job.problems},
        url=reverse("dms:job", args=[job.pk]),
        due_at=job.ended_at or job.requested_at,
        kind=pgettext_lazy("due", "Job failed") if failed else pgettext_lazy("due", "Job gaps"),
        act_url=reverse("dms:job_retry", args=[job.pk]) if failed else "",
        act_label=gettext_lazy("Retry") if failed else gettext_lazy("See report"),
        family="late" if failed else "wait",
    )


# --- figures ------------------------------------------------------------------------------------------------------------
def people_tiles(user: User, store: Store | None) -> Sequence[Tile]:
    """Who is here today and who is away."""
    people = User.objects.visible_to(user).of_store(store).active()
    total, away = people.count(), people.away(on=timezone.localdate()).count()
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


def message_tiles(user: User, store: Store | None) -> Sequence[Tile]:
    """What has not gone out."""
    rows = Message.objects.visible_to(user).of_store(store)
    waiting = rows.filter(status__in=[Message.Status.PENDING, Message.Status.SENDING]).count()
    failed = rows.failed().count()
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


def job_tiles(user: User, store: Store | None) -> Sequence[Tile]:
    """Long work that is going on."""
    rows = Job.objects.visible_to(user).of_store(store)
    running = rows.filter(status__in=[Job.Status.QUEUED, Job.Status.RUNNING]).count()
    unit = pgettext("unit", "jobs")
    return [Tile(gettext_lazy("Jobs running"), display.number(running), f"{reverse('dms:jobs')}?status=RUNNING", unit)]
