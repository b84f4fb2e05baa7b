"""Cells of the lists of the core, where a row shows more than one value."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from markupsafe import Markup

from dms.acts import ABSENCE, JOB, USER
from dms.background import jobs
from dms.core.untyped import Row
from dms.formats import display
from dms.formats.wording import listed
from dms.models import Absence, Event, Job, User, Variant
from dms.web.act_markup import acts_cell
from dms.web.addresses import url
from dms.web.http import AuthenticatedHttpRequest
from dms.web.marks import bar
from dms.web.markup import NOTHING, badge, choice, dash, icon, number, phone_reveal

LINK = Markup('<a href="%s">%s</a>')
OVER = Markup('<a href="%s" hx-get="%s" hx-target="#dialog">%s</a>')
QUIET = Markup('<span class="text-secondary">%s</span>')
TITLED = Markup('<span title="%s">%s</span>')
BUTTON = Markup('<span class="acts"><a class="btn btn-sm" href="%s">%s%s</a></span>')
QUIET_BUTTON = Markup('<span class="acts"><a class="btn btn-sm btn-quiet" href="%s">%s</a></span>')
ACTS = Markup('<span class="hstack gap-1 justify-content-end">%s</span>')
LOCKED = Markup('<span class="hstack gap-1">%s %s</span>')
PRESENT = Markup('<span class="hstack gap-1"><span class="dot dot-done"></span>%s</span>')
AWAY = Markup('<span class="hstack gap-1"><span class="st">%s</span><span class="text-secondary">%s %s</span></span>')
NOBODY = Markup('<span class="x-wait">%s</span>')
FAULT = Markup('<span class="x-late cut-s" title="%s">%s</span>')
PROGRESS = Markup('<span class="hstack gap-1">%s<span class="text-secondary text-nowrap fs-5">%s / %s</span></span>')


# --- colleagues ---------------------------------------------------------------------------------------------------------
def away_now(person: Row) -> Absence | None:
    """The absence of today, which the list has fetched."""
    absences: list[Absence] = person.away
    return absences[0] if absences else None


def stores_of(person: User) -> str:
    return listed(person.stores.all()) or (_("All stores") if person.sees_all_stores else "")


def person_phone(person: User, _request: AuthenticatedHttpRequest) -> Markup:
    return phone_reveal(person.phone, url("dms:person_phone", person.pk)) if person.phone else NOTHING


def person_today(person: User, _request: AuthenticatedHttpRequest) -> Markup:
    """Left, away until a day, or here."""
    if not person.is_active:
        return badge("void", pgettext("job", "Left"))
    away = away_now(person)
    if away is None:
        return PRESENT % _("Here")
    return AWAY % (choice(away, "kind"), pgettext("day", "until"), display.date(away.last_day))


def person_deputy(person: User, _request: AuthenticatedHttpRequest) -> object:
    """Who stands in today, else the usual deputy."""
    away = away_now(person)
    return Markup('<b class="fw-medium">%s</b>') % away.deputy if away and away.deputy else dash(person.deputy)


unlock_button = acts_cell(USER, "row", "unlock")
work_buttons = acts_cell(USER, "work")


def person_acts(person: Row, request: AuthenticatedHttpRequest) -> Markup:
    """Who is locked out is let in; for others leave can be planned."""
    if person.locked and request.user.has_perm("dms.unlock"):
        return LOCKED % (badge("wait", _("Locked")), unlock_button(person, request))
    work = work_buttons(person, request)
    if request.user.has_perm("dms.absences") and person.is_active:
        work = QUIET_BUTTON % (f"{url('dms:absence_new')}?user={person.pk}", _("Plan absence")) + work
    return ACTS % work


# --- absences -----------------------------------------------------------------------------------------------------------
def absence_person(absence: Absence, request: AuthenticatedHttpRequest) -> object:
    """Who may plan changes it by the name: on a phone there are no other buttons."""
    if not request.user.has_perm(ABSENCE["change"].right):
        return absence.user
    address = url(ABSENCE.url_name("change"), absence.pk)
    return OVER % (address, address, absence.user)


def absence_kind(absence: Absence, _request: AuthenticatedHttpRequest) -> Markup:
    """In colour while it lasts; an outline when it is over."""
    today = timezone.localdate()
    if absence.last_day < today:
        return badge("void", choice(absence, "kind"))
    return badge("run" if absence.first_day <= today else "idle", choice(absence, "kind"))


def lacks_deputy(absence: Absence, today: date) -> bool:
    """Nobody stands in for a person who is away or will be."""
    return absence.deputy_id is None and absence.last_day >= today


def absence_deputy(absence: Absence, _request: AuthenticatedHttpRequest) -> object:
    return NOBODY % _("no deputy") if lacks_deputy(absence, timezone.localdate()) else dash(absence.deputy)


# --- jobs ---------------------------------------------------------------------------------------------------------------
def job_name(job: Job, _request: AuthenticatedHttpRequest) -> Markup:
    return Markup("%s %s") % (LINK % (url("dms:job", job.pk), jobs.label_of(job.kind)), QUIET % job.pk)


def job_progress(job: Job, _request: AuthenticatedHttpRequest) -> object:
    """Why it failed, how far it is, or what it does just now."""
    if job.error:
        return FAULT % (job.error, job.error)
    if not job.total:
        return QUIET % dash(job.note)
    drawn = bar(100, "done") if job.is_over else bar(job.percent or 0, "run")
    return PROGRESS % (drawn, number(job.done), number(job.total))


retry_button = acts_cell(JOB, "head")


def job_acts(job: Job, request: AuthenticatedHttpRequest) -> Markup:
    """What it made, what it left out, or another attempt."""
    if job.output_file_id:
        address = url("dms:attachment", job.output_file_id)
        return BUTTON % (address, icon("download", "s"), pgettext("verb", "Download"))
    if job.report_file_id:
        address = url("dms:attachment", job.report_file_id)
        return BUTTON % (address, icon("file-alert", "s"), pgettext("noun", "Report"))
    return retry_button(job, request)


# --- events -------------------------------------------------------------------------------------------------------------
def event_subject(event: Row, _request: AuthenticatedHttpRequest) -> object:
    """What it happened to, with the way there for who may open it."""
    words = subject_words(event)
    address: str = event.url
    return LINK % (address, words) if address else dash(words)


def event_facts(event: Row, _request: AuthenticatedHttpRequest) -> object:
    facts: str = event.facts
    return TITLED % (facts, facts) if facts else NOTHING


def subject_words(event: Event) -> str:
    """What the row is called; a long job by its kind in the language of the screen."""
    if event.kind.startswith("job.") and event.data.get("kind"):
        return f"{jobs.label_of(event.data['kind'])} {event.subject_id}"
    return event.subject_label


# --- models of cars -----------------------------------------------------------------------------------------------------
def variant_name(variant: Variant, request: AuthenticatedHttpRequest) -> Markup:
    """Under the head of its series by itself; in another order by its whole name."""
    name = str(variant) if request.GET.get("ordering") else variant.local_name
    shown = LINK % (url("dms:variant", variant.pk), name)
    return shown if variant.active else Markup("%s %s") % (shown, badge("void", pgettext("model", "Ended")))


def displacement(variant: Variant) -> str:
    return f"{variant.displacement:.1f} L" if variant.displacement else ""


def model_year(variant: Variant, _request: AuthenticatedHttpRequest) -> object:
    """A year has no thousands separator."""
    return dash(variant.model_year)


def warranty(variant: Variant) -> str:
    return _period(variant.warranty_months, variant.warranty_km)


def first_service(variant: Variant) -> str:
    return _period(variant.first_service_months, variant.first_service_km)


def _period(months: int, km: int) -> str:
    return _("%(months)s mo / %(km)s km") % {"months": months, "km": display.number(km)}
