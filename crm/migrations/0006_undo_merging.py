"""Mergings of files are written down, and the database lets them be undone."""

import django.db.models.deletion
import django.utils.timezone
import dms.core.row_rules
from django.conf import settings
from django.db import migrations, models

from dms.core.sql_files import SqlFile

SAME_CUSTOMER_BEFORE = """
CREATE OR REPLACE FUNCTION crm_same_customer(old_id bigint, new_id bigint) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT old_id IS NULL OR old_id IS NOT DISTINCT FROM new_id
        OR EXISTS (SELECT 1 FROM crm_customer WHERE id = old_id AND merged_into_id = new_id)
$$
"""

class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0005_folded_names'),
        ('dms', '0003_announce_people'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CustomerMerge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='time')),
                ('reason', models.CharField(max_length=120, verbose_name='reason')),
                ('moved', models.JSONField(default=dict)),
                ('held', models.JSONField(default=dict)),
                ('kept', models.JSONField(default=dict)),
                ('undone_at', models.DateTimeField(null=True, verbose_name='undone')),
                ('undone_why', models.CharField(blank=True, max_length=120, verbose_name='why it was undone')),
            ],
            options={
                'verbose_name': 'merging of files',
                'verbose_name_plural': 'mergings of files',
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='customermerge',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='customermerge',
            name='duplicate',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crm.customer', verbose_name='file that went'),
        ),
        migrations.AddField(
            model_name='customermerge',
            name='event',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.event'),
        ),
        migrations.AddField(
            model_name='customermerge',
            name='into',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crm.customer', verbose_name='file that stayed'),
        ),
        migrations.AddField(
            model_name='customermerge',
            name='undone_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='undone by'),
        ),
        SqlFile("crm", "parting"),
        migrations.RunSQL(migrations.RunSQL.noop, SAME_CUSTOMER_BEFORE),
        migrations.RemoveConstraint(
            model_name='customer',
            name='customer_merge_frozen',
        ),
        migrations.RemoveConstraint(
            model_name='ownership',
            name='ownership_begins_no_later',
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=dms.core.row_rules.Frozen(fields=['merged_into'], if_set='merged_into', name='customer_merge_frozen', same='crm_same_file'),
        ),
        migrations.AddConstraint(
            model_name='ownership',
            constraint=dms.core.row_rules.Refused(name='ownership_begins_no_later', when='NEW.since > OLD.since AND NOT crm_is_parting(NEW.customer_id)'),
        ),
        migrations.AddIndex(
            model_name='customermerge',
            index=models.Index(fields=['into', 'duplicate'], name='customermerge_files'),
        ),
        migrations.AddConstraint(
            model_name='customermerge',
            constraint=models.CheckConstraint(condition=models.Q(('reason__regex', '\\S')), name='customermerge_says_something', violation_error_message='Something is left blank that must be said.'),
        ),
        migrations.AddConstraint(
            model_name='customermerge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('undone_at__isnull', True), ('undone_by__isnull', True), ('undone_why', '')), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False), ('undone_why__regex', '\\S')), _connector='OR'), name='customermerge_undone_is_whole', violation_error_message='Say why the merging is undone.'),
        ),
        migrations.AddConstraint(
            model_name='customermerge',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('duplicate',), name='customermerge_once', violation_error_message='This file was merged already.'),
        ),
        migrations.AddConstraint(
            model_name='customermerge',
            constraint=dms.core.row_rules.Frozen(but=['undone_at', 'undone_by_id', 'undone_why'], name='customermerge_frozen'),
        ),
        migrations.AddConstraint(
            model_name='customermerge',
            constraint=dms.core.row_rules.Frozen(fields=['undone_at', 'undone_by', 'undone_why'], if_set='undone_at', name='customermerge_undone_frozen'),
        ),
        migrations.AddConstraint(
            model_name='customermerge',
            constraint=dms.core.row_rules.Kept(name='customermerge_kept'),
        ),
    ]
