"""Persons can be erased: who they were goes, and what happened to the car stays."""

import django.db.models.deletion
import dms.core.row_rules
from django.conf import settings
from django.db import migrations, models

from dms.core.sql_files import SqlFile


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0014_written_with_consent'),
        ('dms', '0015_calling_hours'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='customer',
            name='erased_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='erased'),
        ),
        migrations.AddField(
            model_name='customer',
            name='erased_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='erased by'),
        ),
        migrations.AddField(
            model_name='customer',
            name='erased_why',
            field=models.CharField(blank=True, editable=False, max_length=120, verbose_name='why it was erased'),
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('erased_at__isnull', True), ('erased_by__isnull', True), ('erased_why', '')), models.Q(('erased_at__isnull', False), ('erased_by__isnull', False), ('erased_why__regex', '\\S')), _connector='OR'), name='customer_erased_is_whole', violation_error_message='Say who asked for it, and how.'),
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=dms.core.row_rules.Frozen(but=['merged_into_id', 'source_id'], if_set='erased_at', name='customer_erased_frozen', violation_error_message='This customer was erased: nothing is written on the file any more.'),
        ),
        SqlFile("crm", "erasure"),
    ]
