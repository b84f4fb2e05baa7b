"""A visit takes an hour of one bay after the other; before, all its hours stood in the one in which it begins."""

import django.db.models.deletion
from django.db import migrations, models

BY_THE_HOUR = """
CREATE OR REPLACE FUNCTION aftersales_book_hours() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    holds text[] := ARRAY['BOOKED', 'CONFIRMED', 'PREPARED', 'ARRIVED'];
    begins timestamptz := date_trunc('hour', NEW.starts_at);
    rest numeric := NEW.hours;
    part numeric;
    shop record;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status = ANY(holds) AND NEW.status = ANY(holds)
        AND (OLD.store_id, OLD.starts_at, OLD.hours) = (NEW.store_id, NEW.starts_at, NEW.hours) THEN
        RETURN NULL;
    END IF;
    -- one booking of a store after the other: hours locked in different orders would be a deadlock
    PERFORM pg_advisory_xact_lock(hashtextextended('hours of the workshop ' || NEW.store_id, 0));
    WITH gone AS (DELETE FROM aftersales_bookedhour WHERE appointment_id = NEW.id RETURNING hour_id, hours)
        UPDATE aftersales_shophour AS h SET booked = h.booked - gone.hours FROM gone WHERE h.id = gone.hour_id;
    IF NEW.status <> ALL(holds) THEN
        RETURN NULL;
    END IF;
    FOR shop IN SELECT id, starts_at, capacity FROM aftersales_shophour
        WHERE store_id = NEW.store_id AND starts_at >= begins ORDER BY starts_at LOOP
        EXIT WHEN rest = 0 OR rest = NEW.hours AND shop.starts_at > begins AND part IS NULL;
        part := least(1, shop.capacity);
        IF shop.starts_at = begins THEN
            part := round(part * (60 - extract(minute FROM NEW.starts_at)) / 60, 1);
        END IF;
        part := least(part, rest);
        IF part > 0 THEN
            INSERT INTO aftersales_bookedhour (appointment_id, hour_id, hours) VALUES (NEW.id, shop.id, part);
            UPDATE aftersales_shophour SET booked = booked + part WHERE id = shop.id;
        END IF;
        rest := rest - part;
    END LOOP;
    IF rest > 0 THEN
        RAISE EXCEPTION 'the workshop does not work at %', NEW.starts_at
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_in_shop_hours';
    END IF;
    RETURN NULL;
END $$;
"""
AS_BEFORE = """
INSERT INTO aftersales_bookedhour (appointment_id, hour_id, hours)
SELECT a.id, h.id, least(a.hours, 1) FROM aftersales_appointment AS a
JOIN aftersales_shophour AS h ON h.store_id = a.store_id AND h.starts_at = date_trunc('hour', a.starts_at)
WHERE a.status IN ('BOOKED', 'CONFIRMED', 'PREPARED');
UPDATE aftersales_shophour AS h SET booked = coalesce(
    (SELECT sum(b.hours) FROM aftersales_bookedhour AS b WHERE b.hour_id = h.id), 0);
"""


WHOLE_AT_THE_START = """
CREATE OR REPLACE FUNCTION aftersales_book_hours() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE live text[] := ARRAY['BOOKED', 'CONFIRMED', 'PREPARED'];
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status = ANY(live) THEN
        UPDATE aftersales_shophour SET booked = booked - OLD.hours
            WHERE store_id = OLD.store_id AND starts_at = date_trunc('hour', OLD.starts_at);
    END IF;
    IF NEW.status = ANY(live) THEN
        UPDATE aftersales_shophour SET booked = booked + NEW.hours
            WHERE store_id = NEW.store_id AND starts_at = date_trunc('hour', NEW.starts_at);
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the workshop does not work at %', NEW.starts_at
                USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_in_shop_hours';
        END IF;
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("aftersales", "0003_one_car_in_a_bay")]

    operations = [
        migrations.CreateModel(
            name="BookedHour",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hours", models.DecimalField(decimal_places=1, max_digits=3, verbose_name="hours")),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="booked_hours",
                        to="aftersales.appointment",
                        verbose_name="appointment",
                    ),
                ),
                (
                    "hour",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="aftersales.shophour",
                        verbose_name="hour",
                    ),
                ),
            ],
            options={
                "verbose_name": "booked hour",
                "verbose_name_plural": "booked hours",
                "constraints": [
                    models.UniqueConstraint(fields=("appointment", "hour"), name="bookedhour_once"),
                    models.CheckConstraint(condition=models.Q(hours__gt=0, hours__lte=1), name="bookedhour_of_one_bay"),
                ],
            },
        ),
        migrations.AlterConstraint(
            model_name="shophour",
            name="shophour_booked_within_capacity",
            constraint=models.CheckConstraint(
                condition=models.Q(booked__gte=0) & models.Q(booked__lte=models.F("capacity")),
                name="shophour_booked_within_capacity",
                violation_error_message="The workshop is full while the work would be done. Choose another time.",
            ),
        ),
        migrations.RunSQL(AS_BEFORE, migrations.RunSQL.noop),
        migrations.RunSQL(BY_THE_HOUR, WHOLE_AT_THE_START),
    ]
