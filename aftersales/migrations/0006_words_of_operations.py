"""Names of operations read by their words."""

from django.db import migrations

from dms.core.derived_columns import Derive
from dms.formats import pinyin


def operation_key(name):
    return {"name_key": pinyin.word_key(name)}


class Migration(migrations.Migration):
    dependencies = [
        ("aftersales", "0005_a_car_is_in_one_place"),
    ]

    operations = [
        Derive("aftersales_labouroperation", ("name",), operation_key),
    ]
