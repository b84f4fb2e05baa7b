"""A second factor: which roles demand it, what ends the sessions of before, and who has one is announced."""

import django.db.models.deletion
from django.db import migrations, models

from dms.core.announcements import Announce


class Migration(migrations.Migration):

    dependencies = [
        ('dms', '0009_reasons_of_their_kind'),
        ('otp_totp', '0003_add_timestamps'),
        ('otp_static', '0003_add_timestamps'),
    ]

    operations = [
        migrations.CreateModel(
            name='RoleSignIn',
            fields=[
                ('role', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='sign_in', serialize=False, to='dms.role', verbose_name='role')),
                ('needs_second_factor', models.BooleanField(default=False, verbose_name='needs a second factor')),
            ],
            options={
                'verbose_name': 'sign-in of a role',
                'verbose_name_plural': 'sign-in of the roles',
                'ordering': ['role'],
            },
        ),
        migrations.AddField(
            model_name='user',
            name='sign_in_epoch',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        Announce("dms_rolesignin"),
        Announce("otp_totp_totpdevice", "user_id"),
        # Of two secrets that count one would be forgotten at every reset.
        migrations.RunSQL(
            "CREATE UNIQUE INDEX one_second_factor_each ON otp_totp_totpdevice (user_id) WHERE confirmed",
            "DROP INDEX one_second_factor_each",
        ),
    ]
