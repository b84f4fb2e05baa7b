"""The labour operations every installation starts with, from ``aftersales/data``; loading again changes nothing that is there."""

import json
from decimal import Decimal
from pathlib import Path

from django.apps.registry import Apps

from dms.formats import pinyin

DATA = Path(__file__).resolve().parent / "data" / "operations.json"


def load(apps: Apps) -> None:
    """Add the operations that are not there yet. ``apps`` is a migration's state, or the real ones."""
    model = apps.get_model("aftersales", "LabourOperation")
    rows = [
        model(
            code=code,
            name=name,
            name_en=name_en,
            name_key=pinyin.word_key(name),
            hours=Decimal(hours),
            is_first_service=first,
            is_maintenance=regular,
        )
        for code, name, name_en, hours, first, regular in json.loads(DATA.read_text(encoding="utf-8"))
    ]
    model.objects.bulk_create(rows, ignore_conflicts=True)
