"""Lines of the register by mistake are void with why, turns are returned, and callers have a turn of their own."""

import django.db.models.deletion
import django.utils.timezone
import dms.core.row_rules
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0002_base_data'),
        ('dms', '0003_announce_people'),
        ('sales', '0005_paid_sale_stays_paid'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='showroomvisit',
            name='showroomvisit_says_something',
        ),
        migrations.RemoveConstraint(
            model_name='showroomvisit',
            name='showroomvisit_left_frozen',
        ),
        migrations.AddField(
            model_name='rotaplace',
            name='calls',
            field=models.PositiveIntegerField(default=0, verbose_name='calls today'),
        ),
        migrations.AddField(
            model_name='rotaplace',
            name='calls_since',
            field=models.DateTimeField(default=django.utils.timezone.now, help_text='Callers have a turn of their own, beside the floor’s.', verbose_name='waiting for a call since'),
        ),
        migrations.AddField(
            model_name='showroomvisit',
            name='turn_before',
            field=models.DateTimeField(editable=False, help_text='Since when the adviser had waited who took a turn for this guest: where they stand again when it is void.', null=True),
        ),
        migrations.AddField(
            model_name='showroomvisit',
            name='void_reason',
            field=models.CharField(blank=True, editable=False, max_length=200, null=True, verbose_name='why it is void'),
        ),
        migrations.AddField(
            model_name='showroomvisit',
            name='voided_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='void since'),
        ),
        migrations.AddField(
            model_name='showroomvisit',
            name='voided_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='void by'),
        ),
        migrations.AddConstraint(
            model_name='showroomvisit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('void_reason__isnull', True), ('voided_at__isnull', True), ('voided_by__isnull', True)), models.Q(('void_reason__isnull', False), ('voided_at__isnull', False), ('voided_by__isnull', False)), _connector='OR'), name='showroomvisit_void_says_why', violation_error_message='Say why the line is void.'),
        ),
        migrations.AddConstraint(
            model_name='showroomvisit',
            constraint=models.CheckConstraint(condition=models.Q(('key__regex', '\\S'), ('void_reason__regex', '\\S')), name='showroomvisit_says_something', violation_error_message='Something is left blank that must be said.'),
        ),
        migrations.AddConstraint(
            model_name='showroomvisit',
            constraint=dms.core.row_rules.Frozen(fields=['voided_at', 'voided_by', 'void_reason'], name='showroomvisit_void_frozen', once=True),
        ),
        migrations.AddConstraint(
            model_name='showroomvisit',
            constraint=dms.core.row_rules.Frozen(fields=['left_at', 'party_size', 'purpose', 'source', 'name', 'left_contact', 'adviser', 'lead', 'note'], if_set='voided_at', name='showroomvisit_void_is_over', violation_error_message='This line is void: it does not change any more.'),
        ),
    ]
