"""A line of the register that turns out to be a mistake changes the figures of its day."""

from django.db import migrations

from reports.late_changes import NotesLateChanges

TABLE = "sales_showroomvisit"
DROP = "".join(f"DROP TRIGGER {TABLE}_{name} ON {TABLE};" for name in ("late_row", "late_change", "late_end"))


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_daily_facts"), ("sales", "0006_register_corrected")]

    operations = [
        migrations.RunSQL(DROP, migrations.RunSQL.noop),
        NotesLateChanges(TABLE, ["day"], ["is_first", "voided_at"]),
    ]
