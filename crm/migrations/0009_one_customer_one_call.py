"""A call answers several follow-ups, is corrected by a counter-row, and what ended can be opened again; numbers to mend."""

import django.db.models.deletion
import dms.core.row_rules
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0008_choices_known'),
        ('dms', '0012_calls_of_one_customer'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_from', models.DateTimeField(verbose_name='due')),
                ('due_until', models.DateTimeField(verbose_name='until')),
                ('named_at', models.DateTimeField(null=True, verbose_name='time named')),
                ('attempts', models.PositiveSmallIntegerField(verbose_name='attempts')),
                ('entry', models.CharField(blank=True, max_length=10, verbose_name='state of the recall')),
            ],
            options={
                'verbose_name': 'answered follow-up',
                'verbose_name_plural': 'answered follow-ups',
                'ordering': ['contact', 'pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='followup',
            name='followup_ended_frozen',
        ),
        migrations.RemoveConstraint(
            model_name='followup',
            name='followup_moves',
        ),
        migrations.AddField(
            model_name='contact',
            name='corrects',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='correction', to='crm.contact', verbose_name='corrects'),
        ),
        migrations.AddField(
            model_name='phone',
            name='to_mend_since',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='to be mended since'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.CheckConstraint(condition=models.Q(('corrects', models.F('id')), _negated=True), name='contact_corrects_another', violation_error_message='A contact corrects another one, not itself.'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=dms.core.row_rules.Refused(name='followup_ended_frozen', when="OLD.status <> 'PENDING' AND NEW.status <> 'PENDING' AND (to_jsonb(OLD.*) - ARRAY['customer_id', 'continued', 'status', 'updated_at']::text[] IS DISTINCT FROM to_jsonb(NEW.*) - ARRAY['customer_id', 'continued', 'status', 'updated_at']::text[])"),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=dms.core.row_rules.StatusMoves(begins=['PENDING'], name='followup_moves', steps={'CANCELLED': ['PENDING'], 'DONE': ['PENDING'], 'PENDING': ['CANCELLED', 'DONE', 'UNREACHABLE'], 'UNREACHABLE': ['PENDING']}),
        ),
        migrations.AddField(
            model_name='answer',
            name='assignee',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='assigned to'),
        ),
        migrations.AddField(
            model_name='answer',
            name='contact',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='crm.contact', verbose_name='contact'),
        ),
        migrations.AddField(
            model_name='answer',
            name='follow_up',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='crm.followup', verbose_name='follow-up'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.UniqueConstraint(fields=('contact', 'follow_up'), name='answer_unique'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=dms.core.row_rules.Frozen(name='answer_frozen'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=dms.core.row_rules.Kept(name='answer_kept'),
        ),
    ]
