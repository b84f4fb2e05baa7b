"""The monthly recall of the demo: listed by the workers, written, printed, mailed, and what will be done better."""

from datetime import date, timedelta
from functools import partial

from crm.actions import recall
from crm.demo.people import words
from crm.models import RecallCampaign
from dms import demo
from dms.demo.cast import Crew
from dms.demo.stage import Stage, moment
from dms.formats.days import add_months

LISTED, WRITTEN, PRINTED, MAILED, IMPROVED = 1, 9, 10, 16, 26
"""On which days of the month before."""
LATE = {"TF01": 6}
"""This store has its letters in the post so many days too late."""


@demo.step("recalls")
def recalls(stage: Stage) -> None:
    """Every month of the demo prepares the recall of the next."""
    for number in range(-1, stage.days // 28 + 2):
        month = add_months(stage.first.replace(day=1), number)
        for crew in stage.crews():
            plan(stage, crew, month, number)


def plan(stage: Stage, crew: Crew, month: date, turn: int) -> None:
    late = LATE.get(crew.store.code, 0)
    acts = ((LISTED, prepare), (WRITTEN, write), (PRINTED, print_letters), (MAILED + late, mail), (IMPROVED, improve))
    for place, (day, act) in enumerate(acts):
        at = moment(month.replace(day=day), 0.4 if act is prepare else 10.4)
        if month == stage.first.replace(day=1):  # begun in the middle of a month: made up for in the first week
            at = max(at, moment(stage.first + timedelta(days=2 * place), 10.4))
        if at >= moment(stage.first, 0):
            stage.do(at, partial(act, crew, add_months(month, 1), turn))


def of_month(crew: Crew, month: date) -> RecallCampaign | None:
    return RecallCampaign.objects.filter(store=crew.store, month=month).first()


def prepare(crew: Crew, month: date, _turn: int) -> None:
    recall.prepare(crew.store, month=month, by=None)


def write(crew: Crew, month: date, _turn: int) -> None:
    campaign = of_month(crew, month)
    if campaign is not None:
        recall.write_letters(campaign, limit=500, by=crew.one("callback", "cs_manager"))


def print_letters(crew: Crew, month: date, _turn: int) -> None:
    campaign = of_month(crew, month)
    if campaign is not None:
        recall.mark_printed(campaign, by=crew.one("callback", "cs_manager"))


def mail(crew: Crew, month: date, _turn: int) -> None:
    campaign = of_month(crew, month)
    if campaign is not None and campaign.entries.filter(status="PRINTED").exists():
        recall.mail(campaign, by=crew.one("callback", "cs_manager"))


def improve(crew: Crew, month: date, turn: int) -> None:
    campaign, plans = of_month(crew, month), words()["plans"]
    if campaign is not None:
        recall.plan_improvement(campaign, text=plans[turn % len(plans)], by=crew.one("cs_manager", "service_manager"))
