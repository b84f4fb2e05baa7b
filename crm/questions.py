"""What is asked in a call: the questionnaires of its rules, and why one of them is left out this time. Writes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from crm.models import FollowUp, Question, Survey
from crm.models.surveys import DETRACTOR
from dms.formats import display
from dms.models import Reason


@dataclass(frozen=True)
class Asked:
    """One questionnaire as it is asked in a call, for the follow-up whose rule asks it."""

    row: FollowUp
    questions: Sequence[Question]
    survey: Survey | None = None
    """Asked by a link that nobody has answered yet: an answer on the phone is the answer."""
    why_not: str = ""

    @property
    def counted(self) -> bool:
        return self.questions[0].questionnaire.counted


@dataclass(frozen=True)
class Answers:
    """What a customer says to the questions: question → value; why; or that they would rather not answer."""

    values: Mapping[int, int] = field(default_factory=dict)
    reason: Reason | None = None
    declined: bool = False

    def __bool__(self) -> bool:
        return bool(self.values) or self.declined


NOTHING = Answers()


def asked_in(rows: Iterable[FollowUp]) -> list[Asked]:
    """The questionnaires of one customer's calls that are made as one, the head first; of satisfaction at most one.

    One statement where a rule asks something, two where it is satisfaction; none otherwise.
    """
    asking = {row.cadence.questionnaire_id: row for row in reversed(list(rows)) if row.cadence.questionnaire_id}
    if not asking:
        return []
    known = Question.objects.filter(questionnaire__in=asking, questionnaire__active=True, active=True)
    by_sheet: dict[int, list[Question]] = {}
    for question in known.select_related("questionnaire"):
        by_sheet.setdefault(question.questionnaire_id, []).append(question)
    told = [
        Asked(row, by_sheet[sheet])
        for sheet, row in reversed(asking.items())
        if sheet is not None and sheet in by_sheet
    ]
    counted = [one for one in told if one.counted]
    return [one if not one.counted else _spaced(one) for one in told if not one.counted or one is counted[0]]


def _spaced(asked: Asked) -> Asked:
    """Nobody is asked twice within thirty days; a link that is still open is answered now."""
    before = Survey.objects.about_satisfaction_since(asked.row.customer_id).first()
    if before is None:
        return asked
    if before.status == Survey.Status.ASKED and before.questionnaire_id == asked.questions[0].questionnaire_id:
        return Asked(asked.row, asked.questions, before)
    return Asked(asked.row, asked.questions, why_not=lately(before))


def lately(before: Survey) -> str:
    """Why they are not asked now."""
    sentence = _("Asked on %(day)s already: nobody is asked twice within thirty days.")
    return sentence % {"day": display.moment(before.asked_at)}


def field_of(question: Question) -> str:
    """The name of its field on a page."""
    return f"q{question.pk}"


def alarms(values: Mapping[Question, int]) -> bool:
    """Somebody must take care of this customer: they would warn others, or say that they have a complaint."""
    detractor = any(question.kind == Question.Kind.NPS and value <= DETRACTOR for question, value in values.items())
    return detractor or any(question.complains and value for question, value in values.items())
