"""Names and plates as they are compared, beside those that are written."""

import django.contrib.postgres.indexes
from django.db import migrations, models

from dms.core.derived_columns import Derive
from dms.formats import folding, pinyin


def customer_keys(name, company, kind):
    key = pinyin.key if kind == "PERSON" else pinyin.word_key
    return {"name_key": key(name), "name_folded": folding.name(name), "company_folded": folding.name(company)}


def plate_code(plate):
    return {"plate_code": folding.code(plate)}


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0004_ways_back"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="customer", name="customer_name_trgm"),
        migrations.RemoveIndex(model_name="customer", name="customer_company_trgm"),
        migrations.RemoveIndex(model_name="vehicle", name="vehicle_plate_trgm"),
        migrations.AddField(
            model_name="customer",
            name="company_folded",
            field=models.CharField(default="", editable=False, max_length=160),
        ),
        migrations.AddField(
            model_name="customer",
            name="name_folded",
            field=models.CharField(default="", editable=False, max_length=160),
        ),
        migrations.AddField(
            model_name="vehicle",
            name="plate_code",
            field=models.CharField(default="", editable=False, max_length=10),
        ),
        Derive("crm_customer", ("name", "company", "kind"), customer_keys),
        Derive("crm_vehicle", ("plate",), plate_code),
        migrations.AddIndex(
            model_name="customer",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(models.F("name_folded"), name="gin_trgm_ops"),
                name="customer_folded_trgm",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["name_folded"], name="customer_folded"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(models.F("company_folded"), name="gin_trgm_ops"),
                name="customer_company_folded_trgm",
            ),
        ),
        migrations.AddIndex(
            model_name="vehicle",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(models.F("plate_code"), name="gin_trgm_ops"),
                name="vehicle_plate_code_trgm",
            ),
        ),
        migrations.AddIndex(
            model_name="vehicle",
            index=models.Index(fields=["plate_code"], name="vehicle_plate_code"),
        ),
    ]
