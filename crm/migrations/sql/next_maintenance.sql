-- When a car is due for its next maintenance, by months and by mileage: whichever comes first.
-- The plan is that of the variant; what was agreed at the last settlement comes before it. The mileage runs on as it ran in the last three
-- months or more before the last reading, and before that since the car was new; read in its first month only, nobody can say.
-- Readings of before an odometer was replaced, and those that were misread, count nothing.

CREATE VIEW crm_next_maintenance AS
SELECT due.vehicle_id, LEAST(due.by_months, due.by_km) AS on_day, due.by_months, due.by_km, due.target AS km,
    CASE WHEN due.by_km < due.by_months OR due.by_months IS NULL THEN 'KM' ELSE 'MONTHS' END AS why, due.km_a_day
FROM (
    SELECT v.id AS vehicle_id, target.km AS target, pace.km_a_day,
        COALESCE(
            s.next_on,
            (COALESCE(s."on", born.day) + make_interval(months => CASE WHEN s.id IS NULL
                THEN COALESCE(m.first_service_months, 6) ELSE COALESCE(m.service_months, 6) END::int))::date
        ) AS by_months,
        CASE WHEN target.km IS NOT NULL AND last.km IS NOT NULL AND pace.km_a_day > 0
            THEN last.day + LEAST(ceil(GREATEST(target.km - last.km, 0) / pace.km_a_day), 36500)::int END AS by_km
    FROM crm_vehicle AS v
    LEFT JOIN dms_variant AS m ON m.id = v.variant_id
    LEFT JOIN LATERAL (
        SELECT since FROM crm_ownership WHERE vehicle_id = v.id AND role = 'OWNER' AND until IS NULL LIMIT 1
    ) AS owned ON TRUE
    CROSS JOIN LATERAL (SELECT COALESCE(v.bought_on, v.licence_date, owned.since) AS day) AS born
    LEFT JOIN LATERAL (
        SELECT * FROM crm_servicerecord WHERE vehicle_id = v.id ORDER BY "on" DESC LIMIT 1
    ) AS s ON TRUE
    -- The odometer that is in the car now.
    LEFT JOIN LATERAL (
        SELECT at, km, (at AT TIME ZONE 'Asia/Shanghai')::date AS day FROM crm_mileagereading AS reading
        WHERE vehicle_id = v.id AND odometer_replaced
            AND NOT EXISTS (SELECT FROM crm_misreading WHERE reading_id = reading.id)
        ORDER BY at DESC LIMIT 1
    ) AS fresh ON TRUE
    LEFT JOIN LATERAL (
        SELECT km, (at AT TIME ZONE 'Asia/Shanghai')::date AS day FROM crm_mileagereading AS reading
        WHERE vehicle_id = v.id AND at >= COALESCE(fresh.at, '-infinity')
            AND NOT EXISTS (SELECT FROM crm_misreading WHERE reading_id = reading.id)
        ORDER BY at DESC, id DESC LIMIT 1
    ) AS last ON TRUE
    -- The newest of at least three months before it; else the oldest there is.
    LEFT JOIN LATERAL (
        SELECT km, (at AT TIME ZONE 'Asia/Shanghai')::date AS day FROM crm_mileagereading AS reading
        WHERE vehicle_id = v.id AND at >= COALESCE(fresh.at, '-infinity')
            AND (at AT TIME ZONE 'Asia/Shanghai')::date <= last.day - 90
            AND NOT EXISTS (SELECT FROM crm_misreading WHERE reading_id = reading.id)
        ORDER BY at DESC, id DESC LIMIT 1
    ) AS before ON TRUE
    CROSS JOIN LATERAL (
        SELECT COALESCE(before.day, fresh.day, born.day) AS day,
            CASE WHEN before.day IS NOT NULL THEN before.km WHEN fresh.day IS NOT NULL THEN fresh.km ELSE 0 END AS km
    ) AS point
    CROSS JOIN LATERAL (
        SELECT CASE WHEN last.day - point.day >= 30 THEN (last.km - point.km)::numeric / (last.day - point.day)
            END AS km_a_day
    ) AS pace
    LEFT JOIN LATERAL (
        SELECT km FROM crm_mileagereading AS reading
        WHERE vehicle_id = v.id AND (at AT TIME ZONE 'Asia/Shanghai')::date <= s."on"
            AND NOT EXISTS (SELECT FROM crm_misreading WHERE reading_id = reading.id)
        ORDER BY at DESC, id DESC LIMIT 1
    ) AS seen ON TRUE
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN fresh.day IS NOT NULL AND fresh.day > COALESCE(s."on", '-infinity'::date) THEN NULL
            WHEN s.id IS NULL THEN COALESCE(m.first_service_km, 5000)
            ELSE COALESCE(s.next_km, COALESCE(s.km, seen.km) + COALESCE(m.service_km, 10000))
        END AS km
    ) AS target
) AS due;
