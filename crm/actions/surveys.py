"""Satisfaction: answers taken in a call or by a link; whoever would warn others becomes a complaint at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from secrets import token_urlsafe

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crm import served
from crm.actions import complaints
from crm.events import SURVEY_ANSWERED, SURVEY_ASKED, SURVEY_DECLINED, SURVEY_RESTORED, SURVEY_VOID
from crm.models import Complaint, Contact, Customer, FollowUp, Question, Survey, SurveyAnswer, SurveyPerson
from crm.models.contacts import FAILED, FAMILY
from crm.questions import Answers, Asked, alarms, asked_in, lately
from dms.background import outbox
from dms.core.lifecycle import IllegalTransition
from dms.core.refusals import Refusal
from dms.models import Message, Reason, User
from dms.records import events
from dms.records.constraint_errors import refusing

OPEN_FOR = timedelta(days=14)
"""So long a link can be answered."""
Status = Survey.Status
Values = Mapping[Question, int]


# --- in a call ----------------------------------------------------------------------------------------------------------
def note(contact: Contact, *, rows: Sequence[FollowUp], answers: Answers, by: User) -> list[Survey]:
    """What was answered in a call. The caller's transaction holds the customer, and keeps call and answers, or neither.

    :raises Refusal: when nobody was spoken to, a value is none of the question's, they were asked within thirty days, or
        they would warn others and nobody wrote why.
    """
    if not answers:
        return []
    if FAMILY[contact.result] == FAILED:
        raise Refusal(
            _("Nobody was spoken to, and yet there are answers. Mend the result."), code="answers_without_talk"
        )
    asked = asked_in(rows)
    known = {question.pk: question for one in asked for question in one.questions}
    if answers.values.keys() - known.keys():
        raise Refusal(_("This is not asked in this call. Reload the page."), code="not_asked")
    surveys = []
    for one in asked:
        values = {question: answers.values[question.pk] for question in one.questions if question.pk in answers.values}
        if values or (answers.declined and one.counted):
            surveys.append(_note_one(one, values, contact, answers, by))
    return surveys


def _note_one(asked: Asked, values: Values, contact: Contact, answers: Answers, by: User) -> Survey:
    if asked.why_not:
        raise Refusal(asked.why_not, code="survey_thirty_days_apart")
    if alarms(values) and not contact.said.strip():
        sentence = _("Write what they are not content with: it becomes a complaint, in these words.")
        raise Refusal(sentence, code="nothing_said")
    if asked.survey is not None:
        survey = Survey.objects.lock(asked.survey)
    else:
        [survey] = _begin([asked.row], by=by, at=contact.at)
    survey.contact = contact
    if values:
        return _answer(survey, values, words=contact.said, reason=answers.reason, by=by)
    survey.move(Status.DECLINED, contact=contact)
    events.record(SURVEY_DECLINED, survey, by=by)
    return survey


def _begin(rows: Sequence[FollowUp], *, by: User | None, at: datetime, tokens: Sequence[str] = ()) -> list[Survey]:
    """Their customers are asked now; with ``tokens``, by a link each."""
    known = served.of_many(rows)
    surveys = [
        Survey(
            store=row.store,
            customer_id=row.customer_id,
            vehicle_id=row.vehicle_id,
            questionnaire=sheet,
            counted=sheet.counted,
            occasion=row.cadence.trigger,
            about=known[row.pk].about,
            asked_by=by,
            asked_at=at,
        )
        for row in rows
        if (sheet := row.cadence.questionnaire) is not None
    ]
    for survey, token in zip(surveys, tokens, strict=False):
        survey.token_hash, survey.expires_at = hashed(token), at + OPEN_FOR
    # Of two who ask at once the second is told when the first did.
    with refusing({"survey_thirty_days_apart": partial(asked_lately, rows[0].customer_id)}):
        Survey.objects.bulk_create(surveys)
    SurveyPerson.objects.bulk_create(
        SurveyPerson(survey=survey, user_id=person, part=part)
        for survey, row in zip(surveys, rows, strict=True)
        for person, part in known[row.pk].people
    )
    return surveys


def asked_lately(customer: int) -> Refusal | None:
    """The sentence with the day, where there is one."""
    before = Survey.objects.about_satisfaction_since(customer).first()
    return Refusal(lately(before), code="survey_thirty_days_apart") if before else None


def _answer(survey: Survey, values: Values, *, words: str, reason: Reason | None, by: User | None) -> Survey:
    """The caller holds the survey."""
    for question, value in values.items():
        if value not in question.values:
            sentence = _("“%(question)s” is answered with %(first)s to %(last)s.")
            bounds = {"first": question.values[0], "last": question.values[-1]}
            raise Refusal(sentence % {"question": question, **bounds}, code="answer_out_of_range")
    survey.nps = next((value for question, value in values.items() if question.kind == Question.Kind.NPS), None)
    survey.words, survey.reason, survey.answered_at = words.strip(), reason, max(timezone.now(), survey.asked_at)
    if alarms(values):
        survey.complaint = _complaint(survey, by)
    survey.become(Status.ANSWERED)
    survey.save()
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(survey=survey, question=question, value=value) for question, value in values.items()
    )
    events.record(SURVEY_ANSWERED, survey, by=by, data={"nps": survey.nps, "about": survey.about})
    return survey


def _complaint(survey: Survey, by: User | None) -> Complaint:
    """Somebody's at once, before the call ends; of a call that is a complaint anyway, that one."""
    contact = survey.contact
    before = Complaint.objects.filter(contact=contact).first() if contact else None
    words = survey.words or (
        _("Would recommend us: %(nps)s of 10. Wrote nothing.") % {"nps": survey.nps}
        if survey.nps is not None
        else _("Has a complaint. Wrote nothing.")
    )
    return before or complaints.open_complaint(
        survey.customer,
        words=words,
        by=by,
        store=survey.store,
        vehicle=survey.vehicle,
        about=survey.about,
        contact=contact,
    )


# --- by a link ----------------------------------------------------------------------------------------------------------
def hashed(token: str) -> str:
    """What is kept of a link."""
    return sha256(token.encode()).hexdigest()


def link_of(token: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse('crm:survey_page', args=[token])}"


def refuse_unsent(row: FollowUp, *, by: User) -> None:
    """:raises Refusal: when its rule asks nothing, there is no number, no address of ours, or they were asked lately."""
    if row.cadence.questionnaire is None or not row.cadence.questionnaire.counted:
        raise Refusal(_("This rule asks nothing that can be answered by a link."), code="not_asked")
    if not settings.PUBLIC_URL:
        raise Refusal(_("This installation has no public address for links: see the settings."), code="no_public_url")
    if not row.customer.phone:
        raise Refusal(_("There is no number to write to."), code="no_phone")
    if (refused := asked_lately(row.customer_id)) is not None:
        raise refused


@transaction.atomic
def send_link(row: FollowUp, *, by: User) -> Survey:
    """They would rather answer on their phone: a text message with a link that can be answered once.

    Asked for by the customer, it is the answer to their own word, and needs no other consent.

    :raises Refusal: when it cannot be sent, or they were asked within thirty days.
    """
    Customer.objects.select_for_update(no_key=True).get(pk=row.customer_id)
    row = FollowUp.objects.lock(row)
    refuse_unsent(row, by=by)
    token = token_urlsafe(18)
    [survey] = _begin([row], by=by, at=timezone.now(), tokens=[token])
    # In the language of the house, whatever that of the screen is.
    with translation.override(settings.LANGUAGE_CODE):
        title = str(survey.questionnaire)
        body = _("%(store)s: how did we do? Four questions, answered in a minute: %(link)s") % {
            "store": row.store,
            "link": link_of(token),
        }
    outbox.post(
        channel=Message.Channel.SMS,
        recipient=row.customer.phone,
        title=title,
        body=body,
        key=f"survey:{survey.pk}",
        store=row.store,
        subject=survey,
        by=by,
    )
    events.record(SURVEY_ASKED, survey, by=by)
    return survey


def links_of(rows: Sequence[FollowUp], *, at: datetime) -> tuple[dict[int, str], set[int]]:
    """The links that messages of rules carry, by follow-up, and of whose rules ask nobody now: they were asked within thirty
    days. The caller holds the customers, and posts the messages in the same transaction."""
    asking = {row.customer_id: row for row in rows if row.cadence.questionnaire_id is not None}
    if not asking:
        return {}, set()
    recent = Survey.objects.about_satisfaction_since(*asking).values_list("customer", flat=True)
    # Of two messages to one customer in one batch the first asks.
    free = {customer: row for customer, row in asking.items() if customer not in set(recent)}
    tokens = [token_urlsafe(18) for _row in free]
    if free:
        _begin(list(free.values()), by=None, at=at, tokens=tokens)
    links = {row.pk: link_of(token) for row, token in zip(free.values(), tokens, strict=True)}
    others = {row.pk for row in rows if row.cadence.questionnaire_id is not None} - links.keys()
    return links, others


def survey_of(token: str) -> Survey | None:
    """The survey of a link, whatever became of it."""
    return Survey.objects.filter(token_hash=hashed(token)).select_related("store", "questionnaire", "vehicle").first()


def refuse_over(survey: Survey) -> None:
    """:raises Refusal: when it is answered, too late, or was taken back."""
    if survey.status == Status.ANSWERED:
        raise Refusal(_("You have answered already. Thank you!"), code="survey_answered")
    if survey.status != Status.ASKED or survey.expires_at is None or survey.expires_at <= timezone.now():
        raise Refusal(_("This link is over. If you want to tell us something, please call us."), code="survey_over")


@transaction.atomic
def answer_link(survey: Survey, *, values: Mapping[int, int], reason: Reason | None = None, words: str = "") -> Survey:
    """The customer's own answer; the link is used up with it.

    :raises Refusal: when it was answered, is too late, or says nothing.
    """
    # Pressed twice on a slow phone: the second finds it answered.
    survey = Survey.objects.lock(survey)
    refuse_over(survey)
    questions = survey.questionnaire.questions.filter(active=True)
    answered = {question: values[question.pk] for question in questions if question.pk in values}
    if not answered:
        raise Refusal(_("Please answer at least one question."), code="nothing_answered")
    return _answer(survey, answered, words=words[:2000], reason=reason, by=None)


# --- taken back ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def void(survey: Survey, *, reason: str, by: User) -> Survey:
    """It was noted by mistake: it counts no more, stays to be seen, and they may be asked again.

    :raises Refusal: without a reason.
    """
    survey = Survey.objects.lock(survey)
    if not reason.strip():
        raise Refusal(_("Say why it is void."), code="survey_void_says_why")
    survey.move(Status.VOID, void_reason=reason.strip()[:120])
    events.record(SURVEY_VOID, survey, by=by, data={"reason": survey.void_reason})
    return survey


@transaction.atomic
def restore(survey: Survey, *, by: User) -> Survey:
    """It was no mistake: it counts as it did.

    :raises Refusal: when they were asked again since.
    """
    # The customer first, as whoever takes answers in a call.
    Customer.objects.select_for_update(no_key=True).get(pk=survey.customer_id)
    survey = Survey.objects.lock(survey)
    if survey.status != Status.VOID:
        raise IllegalTransition(survey, survey.status, Status.ANSWERED)
    before = Status.ANSWERED if survey.answered_at else Status.DECLINED if survey.contact_id else Status.ASKED
    with refusing({"survey_thirty_days_apart": partial(asked_lately, survey.customer_id)}):
        survey.move(before, void_reason="")
    events.record(SURVEY_RESTORED, survey, by=by)
    return survey


def forget(contact: Contact, *, by: User) -> None:
    """The call was none, nobody was spoken to: what was noted as answered in it is void. The caller holds the contact."""
    for survey in Survey.objects.filter(contact=contact).exclude(status=Status.VOID).lock_all():
        void(survey, reason=_("The call was corrected: nobody was spoken to."), by=by)
