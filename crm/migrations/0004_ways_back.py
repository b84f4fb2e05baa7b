"""What was misread is corrected, and a car taken off the recall comes back."""

import django.db.models.deletion
import django.utils.timezone
import dms.core.row_rules
from django.conf import settings
from django.db import migrations, models
from dms.core.append_only import AppendOnly
from dms.core.sql_files import SqlFile


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0003_found_by_day'),
        ('dms', '0005_reasons_of_the_workshop'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Misreading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=120, verbose_name='reason')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='time')),
            ],
            options={
                'verbose_name': 'misreading',
                'verbose_name_plural': 'misreadings',
            },
        ),
        migrations.RemoveConstraint(
            model_name='recallentry',
            name='recallentry_moves',
        ),
        migrations.AddConstraint(
            model_name='recallentry',
            constraint=dms.core.row_rules.StatusMoves(begins=['LISTED'], name='recallentry_moves', steps={'CALLED': ['BOOKED', 'DECLINED', 'VOID'], 'DECLINED': ['BOOKED'], 'LISTED': ['BOOKED', 'PRINTED', 'VOID'], 'MAILED': ['BOOKED', 'CALLED', 'DECLINED', 'VOID'], 'PRINTED': ['BOOKED', 'MAILED', 'VOID'], 'VOID': ['CALLED', 'LISTED', 'MAILED', 'PRINTED']}),
        ),
        migrations.AddField(
            model_name='misreading',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='misreading',
            name='reading',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='misreading', to='crm.mileagereading', verbose_name='mileage reading'),
        ),
        migrations.AddConstraint(
            model_name='misreading',
            constraint=models.CheckConstraint(condition=models.Q(('reason__regex', '\\S')), name='misreading_says_something', violation_error_message='Something is left blank that must be said.'),
        ),
        SqlFile("crm", "misread_mileage"),
        AppendOnly("crm_misreading"),
    ]
