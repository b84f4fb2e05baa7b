"""Cars entered by mistake are void; ticks and confirmations are taken back; deliveries are appointed while the store is open; choices are of their list."""

import dms.core.row_rules
from django.conf import settings
from django.db import migrations, models

from dms.core.sql_files import SqlFile


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0008_choices_known'),
        ('dms', '0009_reasons_of_their_kind'),
        ('sales', '0007_vouched_vins'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='deliverysheet',
            name='deliverysheet_steps_frozen',
        ),
        migrations.RemoveConstraint(
            model_name='deliverysheet',
            name='deliverysheet_confirmation_frozen',
        ),
        migrations.RemoveConstraint(
            model_name='stockcar',
            name='stockcar_status_known',
        ),
        migrations.RemoveConstraint(
            model_name='stockcar',
            name='stockcar_here_has_arrival',
        ),
        migrations.RemoveConstraint(
            model_name='stockcar',
            name='stockcar_moves',
        ),
        migrations.AddField(
            model_name='stockcar',
            name='void_reason',
            field=models.CharField(blank=True, db_default='', editable=False, max_length=200, verbose_name='why it is void'),
        ),
        migrations.AlterField(
            model_name='stockcar',
            name='status',
            field=models.CharField(choices=[('ORDERED', 'On order'), ('IN_TRANSIT', 'In transit'), ('RECEIVED', 'Received'), ('AVAILABLE', 'Available'), ('ALLOCATED', 'Allocated'), ('READY', 'Ready'), ('DELIVERED', 'Delivered'), ('VOID', 'Void')], default='ORDERED', max_length=10, verbose_name='status'),
        ),
        migrations.AlterField(
            model_name='stockcar',
            name='vin',
            field=models.CharField(db_index=True, max_length=17, verbose_name='VIN'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('agreed_how__in', ('', 'IN_STORE', 'CALL', 'MESSAGE', 'WRITING'))), name='allocation_agreed_how_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='deliverysheet',
            constraint=dms.core.row_rules.Refused(name='deliverysheet_steps_kept', when='OLD.arrived_at <> NEW.arrived_at OR OLD.cleaned_at <> NEW.cleaned_at OR OLD.papers_at <> NEW.papers_at'),
        ),
        migrations.AddConstraint(
            model_name='deliverysheet',
            constraint=dms.core.row_rules.Refused(name='deliverysheet_confirmation_kept', when='OLD.confirmed_at IS NOT NULL AND (OLD.confirmed_at, OLD.confirmed_name, OLD.signature_id, OLD.photo_id) IS DISTINCT FROM (NEW.confirmed_at, NEW.confirmed_name, NEW.signature_id, NEW.photo_id) AND NOT (NEW.confirmed_at IS NULL AND NEW.signature_id IS NULL AND NEW.photo_id IS NULL)'),
        ),
        migrations.AddConstraint(
            model_name='lead',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('level__in', ('N', 'H', 'A', 'B', 'C'))), name='lead_level_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='lead',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('loss_class__in', ('', 'SAME_BRAND', 'OTHER_BRAND', 'OUR_PEOPLE'))), name='lead_loss_class_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='lead',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('loss_verdict__in', ('', 'REAL', 'NEAR', 'FALSE'))), name='lead_loss_verdict_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='leadcontact',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('channel__in', ('SHOWROOM', 'CALL', 'HOME', 'MESSAGE'))), name='leadcontact_channel_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='leadcontact',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('result__in', ('TALKED', 'CAME', 'WILL_COME', 'NO_ANSWER', 'OFF', 'REFUSED'))), name='leadcontact_result_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='leadcontact',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('level_after__in', ('N', 'H', 'A', 'B', 'C'))), name='leadcontact_level_after_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='levelchange',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('before__in', ('', 'N', 'H', 'A', 'B', 'C'))), name='levelchange_before_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='levelchange',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('after__in', ('N', 'H', 'A', 'B', 'C'))), name='levelchange_after_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='levelrule',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('level__in', ('N', 'H', 'A', 'B', 'C'))), name='levelrule_level_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=dms.core.row_rules.ReasonOf(field='cancel_reason', kind='CANCEL', name='order_cancelled_for_a_reason_of_it'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('kind__in', ('GENERAL', 'ENTRUSTED'))), name='order_kind_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('pays__in', ('CASH', 'LOAN', 'LEASE'))), name='order_pays_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='quoteline',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('kind__in', ('VEHICLE', 'OPTION', 'ACCESSORY', 'INSURANCE', 'TAX', 'PLATE', 'FINANCE', 'DISCOUNT'))), name='quoteline_kind_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='showroomvisit',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('kind__in', ('WALK_IN', 'CALL'))), name='showroomvisit_kind_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='showroomvisit',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('purpose__in', ('LOOK', 'PICK_UP', 'TEST_DRIVE', 'OTHER'))), name='showroomvisit_purpose_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='signoff',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('department__in', ('SALES', 'WAREHOUSE', 'AFTERSALES', 'FINANCE'))), name='signoff_department_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='stockcar',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['ORDERED', 'IN_TRANSIT', 'RECEIVED', 'AVAILABLE', 'ALLOCATED', 'READY', 'DELIVERED', 'VOID'])), name='stockcar_status_known'),
        ),
        migrations.AddConstraint(
            model_name='stockcar',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'VOID'), _negated=True), fields=('vin',), name='stockcar_vin_once', violation_error_message='This car is entered already. Search for the end of its VIN.'),
        ),
        migrations.AddConstraint(
            model_name='stockcar',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'VOID'), ('void_reason__regex', '\\S')), models.Q(models.Q(('status', 'VOID'), _negated=True), models.Q(('void_reason__regex', '\\S'), _negated=True)), _connector='OR'), name='stockcar_void_says_why', violation_error_message='Say why the car is void.'),
        ),
        migrations.AddConstraint(
            model_name='stockcar',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'VOID'), _negated=True), models.Q(('certificate', 'IN_HAND'), ('use', 'NORMAL'), ('vehicle__isnull', True)), _connector='OR'), name='stockcar_void_had_no_sequel', violation_error_message='Something has followed with this car. Take that back first.'),
        ),
        migrations.AddConstraint(
            model_name='stockcar',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['ORDERED', 'IN_TRANSIT', 'VOID']), ('arrived_on__isnull', False), _connector='OR'), name='stockcar_here_has_arrival'),
        ),
        migrations.AddConstraint(
            model_name='stockcar',
            constraint=dms.core.row_rules.Frozen(name='stockcar_void_frozen', since=['VOID']),
        ),
        migrations.AddConstraint(
            model_name='stockcar',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('certificate__in', ('PLEDGED', 'IN_HAND'))), name='stockcar_certificate_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='stockcar',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('use__in', ('NORMAL', 'DISPLAY', 'TEST'))), name='stockcar_use_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='stockcar',
            constraint=dms.core.row_rules.StatusMoves(begins=['AVAILABLE', 'IN_TRANSIT', 'ORDERED'], name='stockcar_moves', steps={'ALLOCATED': ['AVAILABLE', 'READY'], 'AVAILABLE': ['ALLOCATED', 'VOID'], 'IN_TRANSIT': ['AVAILABLE', 'RECEIVED', 'VOID'], 'ORDERED': ['IN_TRANSIT', 'VOID'], 'READY': ['ALLOCATED', 'DELIVERED'], 'RECEIVED': ['AVAILABLE', 'VOID']}),
        ),
        SqlFile("sales", "car_void_was_kept"),
        SqlFile("sales", "delivery_when_open"),
    ]
