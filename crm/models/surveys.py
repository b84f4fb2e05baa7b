"""Satisfaction: questionnaires as data, and what each customer answered, once in thirty days and of what was done for them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from crm.models.complaints import Complaint
from crm.models.contacts import Contact
from crm.models.customers import Customer
from crm.models.triggers import Trigger
from crm.models.vehicles import Vehicle
from dms.core.lifecycle import Lifecycle, iff, status_is_known
from dms.core.names import Bilingual
from dms.core.row_rules import Frozen, Kept, ReasonOf, one_of, says_something
from dms.core.scope import GroupWide, StoreScoped
from dms.core.updated_at import UpdatedAt
from dms.models import Reason, Store, User

APART = timedelta(days=30)
"""Nobody is asked about their satisfaction twice within it."""
DETRACTOR = 6
"""So much and less of ten is a customer who warns others; from ``PROMOTER`` on they bring others."""
PROMOTER = 9


class Questionnaire(UpdatedAt, Bilingual):
    """What is asked, and whether it is the store's satisfaction: then it is counted, and never asked twice in thirty days."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    counted = models.BooleanField(
        _("satisfaction"),
        default=True,
        help_text=_("Counted, and asked of a customer at most once in thirty days. Otherwise the points of a call."),
    )
    active = models.BooleanField(_("active"), default=True)

    objects = GroupWide["Questionnaire"].as_manager()

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["pk"]


class Question(Bilingual):
    """One question, answered by a digit."""

    class Kind(models.TextChoices):
        NPS = "NPS", pgettext_lazy("question", "Would recommend us, 0 to 10")
        SCORE = "SCORE", pgettext_lazy("question", "Marks, 1 to 5")
        YES_NO = "YES_NO", pgettext_lazy("question", "Yes or no")

    questionnaire = models.ForeignKey(
        Questionnaire, models.CASCADE, related_name="questions", verbose_name=_("questionnaire")
    )
    code = models.CharField(_("code"), max_length=20)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, default=Kind.SCORE)
    complains = models.BooleanField(
        _("a yes is a complaint"), default=False, help_text=_("Of a question for yes or no: a yes opens a complaint.")
    )
    order = models.PositiveSmallIntegerField(_("place"), default=100)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["questionnaire", "order", "pk"]
        constraints = [
            # Clients name a question by its code: of two, nobody knows which was answered.
            models.UniqueConstraint(
                fields=["questionnaire", "code"],
                name="question_code_unique",
                violation_error_message=_("This questionnaire already has a question of that code."),
            ),
            # The customer has one score; asked twice in one breath they would have two.
            models.UniqueConstraint(
                fields=["questionnaire"],
                condition=Q(kind="NPS", active=True),
                name="question_one_recommendation",
                violation_error_message=_("A questionnaire asks once whether they would recommend us."),
            ),
            one_of("question", "kind", "NPS", "SCORE", "YES_NO"),
        ]

    @property
    def values(self) -> range:
        """What may be answered."""
        return {Question.Kind.NPS: range(11), Question.Kind.SCORE: range(1, 6)}.get(Question.Kind(self.kind), range(2))


class SurveyStatus(models.TextChoices):
    ASKED = "ASKED", pgettext_lazy("survey", "Asked")
    ANSWERED = "ANSWERED", pgettext_lazy("survey", "Answered")
    DECLINED = "DECLINED", pgettext_lazy("survey", "Would not answer")
    VOID = "VOID", pgettext_lazy("survey", "Noted by mistake")


class SurveyQuerySet(StoreScoped["Survey"]):
    lock_with = ("store", "questionnaire", "customer")

    def counted(self) -> Self:
        """What was asked about satisfaction, and is not void."""
        return self.filter(counted=True).exclude(status=SurveyStatus.VOID)

    def about_satisfaction_since(self, *customers: int) -> Self:
        """Of these customers, what keeps the next asking away: it lies within ``APART``."""
        recent = self.filter(customer__in=customers, counted=True, asked_at__gt=timezone.now() - APART)
        return recent.exclude(status=SurveyStatus.VOID)


class Survey(UpdatedAt, Lifecycle):
    """That one customer was asked, by whom and about what, and what they answered."""

    Status = SurveyStatus
    NEXT = {
        SurveyStatus.ASKED: frozenset({SurveyStatus.ANSWERED, SurveyStatus.DECLINED, SurveyStatus.VOID}),
        SurveyStatus.ANSWERED: frozenset({SurveyStatus.VOID}),
        SurveyStatus.DECLINED: frozenset({SurveyStatus.VOID}),
        SurveyStatus.VOID: frozenset({SurveyStatus.ASKED, SurveyStatus.ANSWERED, SurveyStatus.DECLINED}),
    }

    store = models.ForeignKey(Store, models.PROTECT, related_name="surveys", verbose_name=_("store"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="surveys", verbose_name=_("customer"))
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, null=True, related_name="surveys", verbose_name=_("vehicle"))
    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="surveys", verbose_name=_("questionnaire")
    )
    counted = models.BooleanField(_("satisfaction"), default=True, editable=False)
    occasion = models.CharField(_("occasion"), max_length=16, choices=Trigger.choices)
    about = models.CharField(_("document"), max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=SurveyStatus.choices, default=SurveyStatus.ASKED)
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="surveys", verbose_name=_("contact"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("asked by"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    nps = models.PositiveSmallIntegerField(_("would recommend us"), null=True)
    reason = models.ForeignKey(Reason, models.PROTECT, null=True, related_name="+", verbose_name=_("main reason"))
    words = models.TextField(_("words of the customer"), blank=True)
    complaint = models.OneToOneField(
        Complaint, models.PROTECT, null=True, related_name="survey", verbose_name=_("complaint")
    )
    # Of the link only this is kept: whoever reads the database opens no page of a customer.
    token_hash = models.CharField(max_length=64, null=True, unique=True)
    expires_at = models.DateTimeField(_("open until"), null=True)
    void_reason = models.CharField(_("why it is void"), max_length=120, blank=True)

    objects = SurveyQuerySet.as_manager()
    TRIGGERS: ClassVar[Mapping[str, StrOrPromise]] = {
        "survey_thirty_days_apart": _(
            "They were asked about their satisfaction within the last thirty days, and are not asked again so soon."
        ),
    }

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["store", "-asked_at"], name="survey_store"),
            models.Index(fields=["customer", "-asked_at"], name="survey_customer"),
            models.Index(fields=["updated_at"], name="survey_updated_at"),
        ]
        constraints = [
            status_is_known("survey", SurveyStatus),
            # The response rate is counted from this: an answer without its moment is in no month.
            models.CheckConstraint(
                name="survey_answered_has_time",
                condition=(Q(status="VOID") | iff(Q(status="ANSWERED"), Q(answered_at__isnull=False)))
                & (Q(answered_at__isnull=True) | Q(answered_at__gte=F("asked_at"))),
                violation_error_message=_("An answer has its moment, which is not before the question."),
            ),
            # Eleven of ten would lift every average.
            models.CheckConstraint(
                name="survey_nps_of_ten",
                condition=Q(nps__isnull=True) | Q(nps__gte=0, nps__lte=10),
                violation_error_message=_("From 0 to 10."),
            ),
            # Whoever could make a bad answer void without a word would.
            models.CheckConstraint(
                name="survey_void_says_why",
                condition=~Q(status="VOID") | Q(void_reason__regex=r"\S"),
                violation_error_message=_("Say why it is void."),
            ),
            # A link that never ends is answered by whoever finds the phone next year.
            models.CheckConstraint(
                name="survey_link_ends",
                condition=iff(Q(token_hash__isnull=False), Q(expires_at__isnull=False)),
                violation_error_message=_("A link has an end."),
            ),
            says_something("survey", "token_hash"),
            one_of("survey", "occasion", *Trigger.values),
            ReasonOf(name="survey_for_a_reason_of_it", field="reason", kind=Reason.Kind.SATISFACTION),
            # An answer is the customer's: it is made void, never improved.
            Frozen(
                name="survey_frozen",
                fields=["store", "questionnaire", "counted", "occasion", "about", "asked_at", "token_hash"],
            ),
            Frozen(name="survey_answer_frozen", fields=["contact", "answered_at", "nps", "complaint"], once=True),
            Frozen(name="survey_words_frozen", fields=["words", "reason"], if_set="answered_at"),
            Frozen(name="survey_customer_frozen", fields=["customer"], same="crm_same_customer"),
            Kept(name="survey_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.questionnaire}"

    @property
    def is_detractor(self) -> bool:
        return self.nps is not None and self.nps <= DETRACTOR


class SurveyAnswer(models.Model):
    """What was answered to one question."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="answers", verbose_name=_("survey"))
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers", verbose_name=_("question"))
    value = models.PositiveSmallIntegerField(_("value"))

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["survey", "question__order", "pk"]
        constraints = [
            # Two answers to one question, and the average has one customer twice.
            models.UniqueConstraint(fields=["survey", "question"], name="surveyanswer_unique"),
            models.CheckConstraint(
                name="surveyanswer_in_range",
                condition=Q(value__lte=10),
                violation_error_message=_("From 0 to 10."),
            ),
            Frozen(name="surveyanswer_frozen"),
            Kept(name="surveyanswer_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.value}"


class SurveyPerson(models.Model):
    """Whose work was judged: the adviser who sold or received, the technicians who worked on the car."""

    class Part(models.TextChoices):
        ADVISER = "ADVISER", pgettext_lazy("survey", "Adviser")
        TECHNICIAN = "TECHNICIAN", pgettext_lazy("survey", "Technician")

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="people", verbose_name=_("survey"))
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("person"))
    part = models.CharField(_("part"), max_length=10, choices=Part.choices)

    class Meta:
        verbose_name = _("person judged")
        verbose_name_plural = _("people judged")
        ordering = ["survey", "part", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "user", "part"], name="surveyperson_unique"),
            one_of("surveyperson", "part", "ADVISER", "TECHNICIAN"),
            Frozen(name="surveyperson_frozen"),
            Kept(name="surveyperson_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.user_id}"
