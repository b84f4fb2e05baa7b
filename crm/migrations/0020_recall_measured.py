"""Plans with somebody who carries them out, a group left alone, letters that follow their reader until they are printed."""

import django.db.models.deletion
import dms.core.row_rules
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0019_next_maintenance'),
        ('dms', '0018_recall_measured'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='letter',
            name='letter_frozen',
        ),
        migrations.AddField(
            model_name='recallcampaign',
            name='improvement_due',
            field=models.DateField(null=True, verbose_name='carried out by'),
        ),
        migrations.AddField(
            model_name='recallcampaign',
            name='improvement_owner',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who carries it out'),
        ),
        migrations.AddField(
            model_name='recallentry',
            name='control',
            field=models.BooleanField(default=False, help_text='One of the small group by which the recall is measured.', verbose_name='left alone'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=dms.core.row_rules.Frozen(but=['customer_id', 'addressee', 'address', 'printed_at', 'mailed_at', 'mailed_by_id'], name='letter_frozen'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=dms.core.row_rules.Frozen(fields=['addressee', 'address'], if_set='printed_at', name='letter_address_frozen'),
        ),
    ]
