"""What the days were worth."""

import django.db.models.deletion
import django.db.models.functions.datetime
import reports.models
from dms.core.append_only import AppendOnly
from dms.core.sql_files import SqlFile
from django.db import migrations, models
from reports.late_changes import NotesLateChanges


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('dms', '0003_announce_people'),
        ('aftersales', '0003_found_by_day'),
        ('sales', '0003_found_by_day'),
    ]

    operations = [
        migrations.CreateModel(
            name='LateChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.store', verbose_name='store')),
            ],
            options={
                'verbose_name': 'late change',
                'verbose_name_plural': 'late changes',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='DailyFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('key', models.CharField(max_length=24, verbose_name='figure')),
                ('line', models.PositiveSmallIntegerField(default=0, verbose_name='line')),
                ('value', reports.models.ExactField(decimal_places=6, max_digits=24, verbose_name='of the day')),
                ('month', reports.models.ExactField(decimal_places=6, max_digits=24, null=True, verbose_name='of the month up to it')),
                ('written_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='time')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.store', verbose_name='store')),
            ],
            options={
                'verbose_name': 'daily fact',
                'verbose_name_plural': 'daily facts',
                'ordering': ['day', 'store', 'key', 'line'],
                'constraints': [models.UniqueConstraint(fields=('day', 'store', 'key', 'line'), name='dailyfact_unique'), models.CheckConstraint(condition=models.Q(('line', 0), models.Q(('value', 0), _negated=True), models.Q(('month__isnull', False), models.Q(('month', 0), _negated=True)), _connector='OR'), name='dailyfact_correction_differs')],
            },
        ),
        AppendOnly("reports_dailyfact"),
        SqlFile("reports", "late_change"),
        NotesLateChanges("sales_showroomvisit", ["day"], ["is_first"]),
        NotesLateChanges("sales_lead", ["opened_at"]),
        NotesLateChanges("sales_levelchange", ["at"], ["after"], ["sales_lead", "lead_id"]),
        NotesLateChanges("sales_order", ["signed_at", "delivered_at"]),
        NotesLateChanges("aftersales_workorder", ["opened_at"]),
        NotesLateChanges("aftersales_settlement", ["at"], ["labour", "parts", "other"]),
        NotesLateChanges("crm_contact", ["at"], ["channel"]),
        NotesLateChanges("parts_stockmove", ["at"], ["quantity", "unit_cost"], ["parts_stock", "stock_id"]),
    ]
