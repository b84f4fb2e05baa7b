"""A car is called make + series + variant everywhere; a variant and its series are one key; reasons of losses have groups."""

import json
from pathlib import Path

from django.db import migrations, models

from dms.core.sql_files import SqlFile

DATA = Path(__file__).parent.parent / "data"
OUR_PEOPLE = (
    "ATTITUDE",
    "NEEDS_MISSED",
    "KNOWLEDGE",
    "FOLLOW_UP",
    "PROBLEM_SOLVING",
    "PROMISES",
    "APPEARANCE",
    "MANNERS",
    "FLEXIBILITY",
    "COMPOSURE",
    "ENTHUSIASM",
)


def group_losses(apps, schema_editor):
    """What our people lacked stands apart, and is called what it lacked where nobody gave it another name."""
    reason = apps.get_model("dms", "Reason")
    losses = reason.objects.filter(kind="LOSS")
    losses.update(group="OFFER")
    losses.filter(code__in=OUR_PEOPLE).update(group="PEOPLE")
    renamed = json.loads((DATA / "losses_renamed.json").read_text(encoding="utf-8"))
    for code, name, _name_en in json.loads((DATA / "reasons.json").read_text(encoding="utf-8"))["LOSS"]:
        losses.filter(code=code, name=renamed.get(code)).update(name=name)


class Migration(migrations.Migration):
    dependencies = [("dms", "0003_announce_people")]

    operations = [
        migrations.AddField(
            "series", "full_name", models.CharField(blank=True, default="", editable=False, max_length=190, verbose_name="full name"), preserve_default=False
        ),
        migrations.AddField(
            "series", "full_name_en", models.CharField(blank=True, default="", editable=False, max_length=190, verbose_name="full English name"), preserve_default=False
        ),
        migrations.AddField(
            "variant", "full_name", models.CharField(blank=True, default="", editable=False, max_length=190, verbose_name="full name"), preserve_default=False
        ),
        migrations.AddField(
            "variant", "full_name_en", models.CharField(blank=True, default="", editable=False, max_length=190, verbose_name="full English name"), preserve_default=False
        ),
        migrations.AddConstraint("variant", models.UniqueConstraint(fields=("id", "series"), name="variant_of_series")),
        migrations.AddField(
            "reason",
            "group",
            models.CharField(
                blank=True,
                default="",
                choices=[("OFFER", "Car, offer and place"), ("PEOPLE", "Our people")],
                help_text="Of losses: whether it speaks of what was offered, or of our people.",
                max_length=8,
                verbose_name="group",
            ),
            preserve_default=False,
        ),
        SqlFile("dms", "full_names"),
        migrations.RunPython(group_losses, migrations.RunPython.noop),
    ]
