"""Part numbers as they are compared, beside those that are printed; names read by their words."""

import django.contrib.postgres.indexes
from django.db import migrations, models

from dms.core.derived_columns import Derive
from dms.formats import folding, pinyin


def part_keys(number, name):
    return {"number_code": folding.code(number), "name_key": pinyin.word_key(name)}


class Migration(migrations.Migration):
    dependencies = [
        ("parts", "0002_found_by_day"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="part", name="part_number_trgm"),
        migrations.AddField(
            model_name="part",
            name="number_code",
            field=models.CharField(default="", editable=False, max_length=40),
        ),
        Derive("parts_part", ("number", "name"), part_keys),
        migrations.AddIndex(
            model_name="part",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(models.F("number_code"), name="gin_trgm_ops"),
                name="part_number_code_trgm",
            ),
        ),
    ]
