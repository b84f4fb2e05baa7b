"""What is sent is written down before it is done; answers of yesterday are forgotten, since they may hold a whole number."""

import django.core.serializers.json
import django.db.models.functions.comparison
import django.db.models.lookups
import dms.core.row_rules
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dms", "0012_calls_of_one_customer"),
    ]

    operations = [
        migrations.RunSQL("DELETE FROM dms_sending", migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name="sending",
            name="sending_frozen",
        ),
        migrations.RemoveField(
            model_name="sending",
            name="location",
        ),
        migrations.AddField(
            model_name="sending",
            name="headers",
            field=models.JSONField(default=dict),
        ),
        migrations.AlterField(
            model_name="sending",
            name="answer",
            field=models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True),
        ),
        migrations.AlterField(
            model_name="sending",
            name="status",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name="sending",
            constraint=dms.core.row_rules.Frozen(fields=["key", "body"], name="sending_names_frozen"),
        ),
        migrations.AddConstraint(
            model_name="sending",
            constraint=dms.core.row_rules.Frozen(
                fields=["status", "headers", "answer", "at"], if_set="status", name="sending_frozen"
            ),
        ),
        migrations.AddConstraint(
            model_name="sending",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answer__isnull", True),
                    models.Q(
                        django.db.models.lookups.Regex(
                            django.db.models.functions.comparison.Cast("answer", models.TextField()),
                            "(^|[^0-9])(86)?1[3-9][0-9]{9}([^0-9]|$)",
                        ),
                        _negated=True,
                    ),
                    _connector="OR",
                ),
                name="sending_keeps_no_whole_number",
                violation_error_message="An answer with a whole number is not kept.",
            ),
        ),
    ]
