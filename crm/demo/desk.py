"""The callback desk of the demo: what falls due is called, most of it in time, and letters go to the post."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from random import Random

from django.utils import timezone

from crm.actions import care, complaints, customers, letters, recall, rounds
from crm.demo.people import words
from crm.joining import joined_with
from crm.models import Complaint, Customer, FollowUp, Letter, NextStep, Question, Result
from crm.models.contacts import NAMES_A_TIME
from crm.questions import NOTHING, Answers, asked_in
from dms import demo
from dms.demo.cast import Crew, dice
from dms.demo.stage import Stage, Story, moment
from dms.models import Reason, User
from dms.records import business_hours

when_booked: list[Callable[[FollowUp, str], None]] = []
"""Who must know that an owner said yes on the phone: the workshop books the visit."""

CALLED = (0.3, 0.3, 0.35, 0.45, 0.6, 0.75)
"""Which part of the calls is made today, on the working day before, and so on: the younger the day, the more is left."""
USUAL = 0.94
A_DAY = 24
"""So many calls a day are made at most."""

AFTER_CARE = (
    [Result.DONE] * 22
    + [Result.NO_ANSWER] * 5
    + [Result.LATER] * 3
    + [Result.POWERED_OFF, Result.HUNG_UP, Result.REJECTED, Result.OTHER, Result.REFUSED]
)
AFTER_RECALL = (
    [Result.BOOKED] * 9
    + [Result.NO_ANSWER] * 5
    + [Result.KM_NOT_REACHED] * 4
    + [Result.NO_TIME] * 3
    + [Result.LATER, Result.AWAY, Result.POWERED_OFF, Result.SOLD, Result.INTERESTED]
)


@demo.step("care")
def care_under_way(stage: Stage) -> None:
    """Every day the round of the workers, and the desk of each store."""
    for number, day in enumerate(reversed(stage.dates())):
        if number % 2 == 0:
            stage.do(moment(day, 8.6), partial(work_through, stage))
    stage.do(moment(stage.today, 15.9), partial(work_through, stage))
    for crew in stage.crews():
        desk = Desk(stage, crew, dice(f"desk-{crew.store.code}"))
        for day in stage.dates():
            stage.tell(moment(day, 9.3), desk.day(day))


def work_through(stage: Stage) -> None:
    """What the workers do every minute, every second day; absences and what is late once a week, and at the end."""
    now = timezone.now()
    rounds.run_due(now)
    if now.weekday() in {0, 1} or now >= stage.now - timedelta(days=3):
        rounds.stand_in(now)
        rounds.escalate(now)
        complaints.escalate(now)
        recall.raise_alarms(now)


@dataclass
class Desk:
    """Who calls for a store, with their dice."""

    stage: Stage
    crew: Crew
    rng: Random
    gone: set[int] = field(default_factory=set)
    """Cars that were sold meanwhile: nobody is called for them any more."""

    def day(self, day: date) -> Story:
        """The post of the morning, then call after call."""
        share = self.share(day)
        if share > 0:
            self.send_letters(day)
        for row in self.due()[:A_DAY]:
            if self.rng.random() > share:
                continue
            yield self.stage.at + timedelta(minutes=self.rng.randint(4, 13))
            if row.vehicle_id not in self.gone:
                self.call(row)

    def share(self, day: date) -> float:
        """Which part of what is due is called on the day: on days off nothing, but for an hour today."""
        if day != self.stage.today and not business_hours.is_workday(day):
            return 0
        left = len(business_hours.workdays(day, self.stage.today - timedelta(days=1)))
        return CALLED[left] if left < len(CALLED) else USUAL

    def due(self) -> list[FollowUp]:
        rows = FollowUp.objects.filter(store=self.crew.store, channel="CALL").due(timezone.now())
        return list(rows.select_related("assignee", "deputy", "cadence").order_by("due_until", "pk"))

    def call(self, row: FollowUp) -> None:
        by = row.caller or self.crew.one("callback", "cs_manager")
        row.refresh_from_db()
        # Answered along with another call of the day, or moved behind it.
        if row.has_ended or row.due_from > timezone.now():
            return
        asked = next((one for one in joined_with(row, timezone.now()) if one.recall_entry_id), row)
        said = self.answer(asked)
        if said.result == Result.BOOKED and asked.recall_entry_id:
            # The booking is made first, and notes the call.
            for tell in when_booked:
                tell(asked, said.said)
            return
        contact = care.record_contact(row, by=by, said=said, survey=self.answers(row, said))
        complaint = Complaint.objects.filter(contact=contact).first()
        if complaint is not None:
            self.stage.tell(self.stage.at + timedelta(hours=self.rng.randint(2, 20)), self.settled(complaint, by))
        if contact.result == Result.SOLD and row.vehicle_id:
            self.gone.add(row.vehicle_id)

    def answers(self, row: FollowUp, said: care.Said) -> Answers:
        """What they answer to the questions of the call: most do, and mostly well; whoever complains gives few points."""
        if said.result != Result.DONE:
            return NOTHING
        # Of its own: the days of the demo stay as they are whatever is asked.
        rng = Random(f"{row.customer_id}:{row.anchor:%Y%m%d%H%M}")  # noqa: S311 - a story, no secret
        asked = [one for one in asked_in([row, *joined_with(row, timezone.now())]) if not one.why_not]
        if not asked or rng.random() < 0.15:
            return Answers(declined=rng.random() < 0.5) if asked and asked[0].counted else NOTHING
        unhappy = said.next_step == NextStep.COMPLAINT
        marks = {
            Question.Kind.NPS: [2, 4, 5, 6] if unhappy else [7, 8, 8, 9, 9, 10, 10, 10],
            Question.Kind.SCORE: [1, 2, 3] if unhappy else [3, 4, 5, 5, 5],
        }
        return Answers(
            {
                question.pk: rng.choice(marks.get(Question.Kind(question.kind), [int(question.complains and unhappy)]))
                for one in asked
                for question in one.questions
            }
        )

    def settled(self, complaint: Complaint, by: User) -> Story:
        """Mostly in time, and the customer says so the day after; a few are slow, and some wait for their word."""
        rng, texts = self.rng, words()["answers"]
        complaints.take(complaint, by=complaint.owner or by)
        yield self.stage.at + timedelta(hours=rng.choice([2, 5, 16, 20, 70]))
        complaints.solve(complaint, solution=rng.choice(texts["complaint_solved"]), by=complaint.owner or by)
        yield self.stage.at + timedelta(hours=rng.choice([4, 22, 26, 50]))
        if rng.random() < 0.9:
            complaints.close(complaint, word=rng.choice(texts["complaint_word"]), how="CALL", by=by)

    def answer(self, row: FollowUp) -> care.Said:
        """What the customer says: mostly well, now and then a complaint, an excuse, or nothing."""
        texts, rng = words()["answers"], self.rng
        result = rng.choice(AFTER_RECALL if row.recall_entry_id else AFTER_CARE)
        if result in NAMES_A_TIME:
            hours = rng.choice([3, 20, 26, 45])
            later = business_hours.calling_time(timezone.now() + timedelta(hours=hours), row.store)
            return care.Said(result, rng.choice(texts[result]), next_at=later)
        if result == Result.DONE and rng.random() < 0.08:
            return care.Said(result, rng.choice(texts["complaint"]), next_step=NextStep.COMPLAINT)
        said = texts["quality"] if row.cadence.code.startswith("quality") else texts["care"]
        return care.Said(result, rng.choice(texts.get(str(result), said)), reason=self.excuse(result))

    def excuse(self, result: Result) -> Reason | None:
        if result != Result.INTERESTED:
            return None
        return Reason.objects.filter(kind=Reason.Kind.RECALL_REFUSAL).order_by("pk").first()

    def ask_address(self, customer: Customer, by: User) -> None:
        """Asked at the hand-over, as the delivery sheet says."""
        if not customer.address:
            rng = Random(customer.pk)  # noqa: S311 - a story, no secret
            address = f"{rng.choice(words()['streets'])} {rng.randint(1, 199)} #"
            customers.change_customer(customer, by=by, address=address)

    def send_letters(self, day: date) -> None:
        """Yesterday's letters go to the post, today's are printed; on the last day some still wait."""
        by, waiting = self.crew.one("callback", "cs_manager"), Letter.objects.filter(kind=Letter.Kind.THANKS)
        waiting = waiting.filter(store=self.crew.store, mailed_at__isnull=True).order_by("pk")
        if day != self.stage.today:
            for letter in waiting.filter(printed_at__isnull=False):
                letters.mail(letter, by=by)
        new = list(waiting.filter(printed_at__isnull=True))
        for letter in new[:1] if day == self.stage.today else new:
            self.ask_address(letter.customer, by)
            letters.mark_printed(letter, by=by)
