"""Part numbers as they are printed, and one part for all spellings of a number."""

import parts.models
from django.db import migrations, models

from dms.core.sql_files import SqlFile


class Migration(migrations.Migration):

    dependencies = [
        ('parts', '0003_codes_of_numbers'),
    ]

    operations = [
        SqlFile("parts", "number_code"),
        migrations.RemoveConstraint(
            model_name='part',
            name='part_number_form',
        ),
        migrations.AlterField(
            model_name='part',
            name='number',
            field=models.CharField(help_text='As it is printed.', max_length=40, verbose_name='part number'),
        ),
        migrations.AddIndex(model_name="part", index=models.Index(fields=["number"], name="part_number")),
        migrations.AddConstraint(
            model_name='part',
            constraint=models.CheckConstraint(condition=models.Q(('number__regex', '^[A-Za-z0-9]([A-Za-z0-9 ./-]*[A-Za-z0-9./-])?$')), name='part_number_form', violation_error_message='A part number has letters, digits, blanks, dots, slashes and dashes.'),
        ),
        migrations.AddConstraint(
            model_name='part',
            constraint=models.CheckConstraint(condition=models.Q(('number_code', parts.models.NumberCode(models.F('number')))), name='part_number_code_true', violation_error_message='The code of a part number is that of its spelling.'),
        ),
        migrations.AddConstraint(
            model_name='part',
            constraint=models.UniqueConstraint(fields=('number_code',), name='part_number_once', violation_error_message='There is a part of this number already.'),
        ),
    ]
