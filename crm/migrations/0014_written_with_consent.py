"""The consent is stored with what is written, and Postgres refuses what is written without one."""

import django.db.models.deletion
import dms.core.row_rules
from django.conf import settings
from django.db import migrations, models

from dms.core.sql_files import SqlFile


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0013_words_of_letters'),
        ('dms', '0015_calling_hours'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='letter',
            name='consent',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='crm.consent', verbose_name='consent'),
        ),
        migrations.AddField(
            model_name='letter',
            name='purpose',
            field=models.CharField(choices=[('CONTRACT', 'Contract'), ('SERVICE', 'After-service contact'), ('CARE', 'Care'), ('MARKETING', 'Marketing'), ('SURVEY', 'Survey')], default='CARE', max_length=10, verbose_name='purpose'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.UniqueConstraint(fields=('id', 'customer'), name='consent_of_customer_unique'),
        ),
        migrations.AddConstraint(
            model_name='consentdefault',
            constraint=models.CheckConstraint(condition=models.Q(('allowed', True), ('purpose', 'MARKETING'), _negated=True), name='consentdefault_marketing_asks', violation_error_message='Marketing needs a yes of the customer: silence is none.'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('purpose__in', ('CONTRACT', 'SERVICE', 'CARE', 'MARKETING', 'SURVEY'))), name='letter_purpose_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=dms.core.row_rules.Shares(columns={'consent_id': 'id', 'customer_id': 'customer_id'}, name='letter_consent_of_customer', to='crm_consent', violation_error_message='This consent was given by another customer.'),
        ),
        SqlFile("crm", "written_with_consent"),
    ]
