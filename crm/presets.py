"""The cadences, letters and escalations every installation starts with, from ``crm/data``; loading again changes nothing."""

import json
from pathlib import Path
from typing import Any

from django.apps.registry import Apps

DATA = Path(__file__).resolve().parent / "data" / "cadences.json"


def read() -> Any:
    return json.loads(DATA.read_text(encoding="utf-8"))


def load(apps: Apps) -> None:
    """Add the presets with their cadences, and the letter templates. ``apps`` is a migration's state, or the real ones."""
    data = read()
    presets, cadences = apps.get_model("crm", "CadencePreset"), apps.get_model("crm", "Cadence")
    for facts in data["presets"]:
        rows = [*facts.pop("cadences"), *data["common"]]
        preset, _new = presets.objects.get_or_create(code=facts.pop("code"), defaults=facts)
        cadences.objects.bulk_create([cadences(preset=preset, **row) for row in rows], ignore_conflicts=True)
    load_escalation(apps)
    load_complaint_kinds(apps)
    letters = apps.get_model("crm", "LetterTemplate")
    known = {field.name for field in letters._meta.get_fields()}  # noqa: SLF001 - Django's own word
    # A state of the migrations from before a column has rows without it.
    rows = [{name: value for name, value in row.items() if name in known} for row in data["letters"]]
    letters.objects.bulk_create([letters(**row) for row in rows], ignore_conflicts=True)


def load_escalation(apps: Apps) -> None:
    """Who hears of late work. A state of the migrations from before there were such rows has none."""
    if "escalationstep" in apps.all_models["crm"]:
        steps = apps.get_model("crm", "EscalationStep")
        steps.objects.bulk_create([steps(**row) for row in read()["escalation"]], ignore_conflicts=True)


CONSENT = {
    "SERVICE": {"CALL": True, "SMS": True, "LETTER": True, "WECHAT": True},
    "CARE": {"CALL": True, "SMS": True, "LETTER": True, "WECHAT": False},
    "MARKETING": {"CALL": False, "SMS": False, "LETTER": False, "WECHAT": False},
    "SURVEY": {"CALL": True, "SMS": True, "LETTER": True, "WECHAT": False},
}
"""What is allowed as long as a customer has said nothing: care until they say no, marketing only after a yes."""


def load_consents(apps: Apps) -> None:
    """What holds without a word of the customer; the quality calls are contacts after a service, the rest is care."""
    defaults = apps.get_model("crm", "ConsentDefault")
    rows = [
        defaults(purpose=purpose, channel=channel, allowed=allowed)
        for purpose, cells in CONSENT.items()
        for channel, allowed in cells.items()
    ]
    defaults.objects.bulk_create(rows, ignore_conflicts=True)
    after_service = apps.get_model("crm", "Cadence").objects.filter(trigger__in=["SETTLEMENT", "QUALITY_CALLED"])
    after_service.update(purpose="SERVICE")


def load_complaint_kinds(apps: Apps) -> None:
    """The classes of complaints, with their deadlines."""
    if "complaintkind" in apps.all_models["crm"]:
        kinds = apps.get_model("crm", "ComplaintKind")
        kinds.objects.bulk_create([kinds(**row) for row in read()["complaint_kinds"]], ignore_conflicts=True)


def load_questionnaires(apps: Apps) -> None:
    """What customers are asked, and in which calls; a rule that asks something already goes on asking it."""
    data = json.loads((DATA.parent / "questionnaires.json").read_text(encoding="utf-8"))
    questionnaires, questions = apps.get_model("crm", "Questionnaire"), apps.get_model("crm", "Question")
    for facts in data["questionnaires"]:
        rows = facts.pop("questions")
        of, _new = questionnaires.objects.get_or_create(code=facts.pop("code"), defaults=facts)
        questions.objects.bulk_create([questions(questionnaire=of, **row) for row in rows], ignore_conflicts=True)
    for asked in data["asked_in"]:
        rules = apps.get_model("crm", "Cadence").objects.filter(code=asked["cadence"], questionnaire=None)
        rules = rules.filter(preset__code=asked["preset"]) if "preset" in asked else rules
        # In order: the rule of all presets comes after that of one.
        rules.update(questionnaire=questionnaires.objects.get(code=asked["questionnaire"]))


def load_occasions(apps: Apps) -> None:
    """Festivals, and in every preset the rules for occasions, switched off: the dealership says whom it wishes well."""
    data = json.loads((DATA.parent / "occasions.json").read_text(encoding="utf-8"))
    festivals, cadences = apps.get_model("crm", "Festival"), apps.get_model("crm", "Cadence")
    festivals.objects.bulk_create([festivals(**row) for row in data["festivals"]], ignore_conflicts=True)
    known = {festival.code: festival for festival in festivals.objects.all()}
    usual = {"offset": 0, "unit": "DAY", "window_hours": 24, "channel": "SMS", "role": "callback", "active": False}
    rows = [
        cadences(preset=preset, **usual, **{**row, "festival": known.get(row.get("festival", ""))})
        for preset in apps.get_model("crm", "CadencePreset").objects.all()
        for row in data["cadences"]
    ]
    cadences.objects.bulk_create(rows, ignore_conflicts=True)


def load_unreached(apps: Apps) -> None:
    """Add to every preset what is written to customers whom no call reaches."""
    cadences, presets = apps.get_model("crm", "Cadence"), apps.get_model("crm", "CadencePreset")
    rows = [cadences(preset=preset, **row) for preset in presets.objects.all() for row in read()["unreached"]]
    cadences.objects.bulk_create(rows, ignore_conflicts=True)
