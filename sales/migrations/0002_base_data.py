"""The rhythm of contacts per level, and the two-level list of lead sources."""

import json
from pathlib import Path

from django.db import migrations

BASE = Path(__file__).parent.parent / "data" / "base.json"


def load(apps, schema_editor):
    base = json.loads(BASE.read_text(encoding="utf-8"))
    rule, source = apps.get_model("sales", "LevelRule"), apps.get_model("sales", "Source")
    rule.objects.bulk_create([rule(level=level, hours=hours) for level, hours in base["level_rules"].items()])
    for place, (code, name, name_en, channels) in enumerate(base["sources"], 1):
        way = source.objects.create(code=code, name=name, name_en=name_en, order=place * 100)
        source.objects.bulk_create(
            [source(parent=way, code=c, name=n, name_en=e, order=place * 100 + i) for i, (c, n, e) in enumerate(channels, 1)]
        )


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_lead_to_owner")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
