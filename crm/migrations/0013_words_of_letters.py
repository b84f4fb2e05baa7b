"""Templates of any kind with their versions; a rule names its template, a letter the version it was written by."""

import django.utils.timezone
import dms.core.row_rules
from django.db import migrations, models


def first_of_each_kind_is_the_default(apps, _editor):
    """There was one of each."""
    apps.get_model("crm", "LetterTemplate").objects.update(is_default=True)


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0012_word_of_the_customer'),
    ]

    operations = [
        migrations.CreateModel(
            name='FormerWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('title', models.CharField(max_length=80, verbose_name='heading')),
                ('body', models.TextField(verbose_name='text')),
                ('until', models.DateTimeField(default=django.utils.timezone.now, verbose_name='until')),
            ],
            options={
                'verbose_name': 'former words',
                'verbose_name_plural': 'former words',
                'ordering': ['-version'],
            },
        ),
        migrations.AlterModelOptions(
            name='lettertemplate',
            options={'ordering': ['kind', '-is_default', 'pk'], 'verbose_name': 'letter template', 'verbose_name_plural': 'letter templates'},
        ),
        migrations.AddField(
            model_name='cadence',
            name='template',
            field=models.ForeignKey(blank=True, help_text='Of a letter or text message. Empty: the default thank-you letter, or the script as the message.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cadences', to='crm.lettertemplate', verbose_name='letter template'),
        ),
        migrations.AddField(
            model_name='letter',
            name='template',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='crm.lettertemplate', verbose_name='letter template'),
        ),
        migrations.AddField(
            model_name='letter',
            name='template_version',
            field=models.PositiveIntegerField(null=True, verbose_name='version'),
        ),
        migrations.AddField(
            model_name='lettertemplate',
            name='is_default',
            field=models.BooleanField(default=False, help_text='Taken where a rule names no other.', verbose_name='default of its kind'),
        ),
        migrations.AddField(
            model_name='lettertemplate',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False, verbose_name='version'),
        ),
        migrations.AlterField(
            model_name='letter',
            name='kind',
            field=models.CharField(choices=[('THANKS', 'Thank-you letter'), ('INVITATION', 'Maintenance invitation'), ('CARE', 'Care letter'), ('MESSAGE', 'Text message')], max_length=12, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='lettertemplate',
            name='body',
            field=models.TextField(help_text='Filled in: {customer} {store} {phone} {car} {plate} {since} {first_service} {today}; {month} in invitations, {caller} in text messages', verbose_name='text'),
        ),
        migrations.AlterField(
            model_name='lettertemplate',
            name='kind',
            field=models.CharField(choices=[('THANKS', 'Thank-you letter'), ('INVITATION', 'Maintenance invitation'), ('CARE', 'Care letter'), ('MESSAGE', 'Text message')], max_length=12, verbose_name='kind'),
        ),
        migrations.RunPython(first_of_each_kind_is_the_default, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='lettertemplate',
            constraint=models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('kind',), name='lettertemplate_one_default', violation_error_message='This kind has a default already. Switch that off first.'),
        ),
        migrations.AddConstraint(
            model_name='lettertemplate',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['THANKS', 'INVITATION', 'CARE', 'MESSAGE'])), name='lettertemplate_kind_known', violation_error_message='Choose the kind from the list.'),
        ),
        migrations.AddField(
            model_name='formerwords',
            name='template',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former', to='crm.lettertemplate', verbose_name='letter template'),
        ),
        migrations.AddConstraint(
            model_name='formerwords',
            constraint=models.UniqueConstraint(fields=('template', 'version'), name='formerwords_once_a_version', violation_error_message='This version is there already.'),
        ),
        migrations.AddConstraint(
            model_name='formerwords',
            constraint=dms.core.row_rules.Frozen(name='formerwords_frozen'),
        ),
        migrations.AddConstraint(
            model_name='formerwords',
            constraint=dms.core.row_rules.Kept(name='formerwords_kept'),
        ),
    ]
