-- What watches one table: its own name is put in, and what stands in angle brackets, by
-- accounts/audit/schema.py from watched.csv and the table's own columns.
-- A statement that writes few rows leaves an entry for each; one that writes many
-- leaves one for all (for each neighbourhood and organisation that they are of), with
-- their number and a keyed digest over them.
CREATE OR REPLACE FUNCTION audit.watch_table() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $watch$
DECLARE
    secret audit.secret;
    written bigint;
BEGIN
    SELECT * INTO secret FROM audit.secret;
    IF TG_OP = 'INSERT' THEN
        SELECT count(*) INTO written FROM new_rows;
        IF written <= <most> THEN
            INSERT INTO public.audit_entry (
                action, thing, thing_id, neighbourhood_id, organisation_id, after
            )
            SELECT <created>, <thing>, <id>, <neighbourhood>, <organisation>, <told>
            FROM new_rows AS each ORDER BY each.id;
        ELSE
            INSERT INTO public.audit_entry (
                action, thing, neighbourhood_id, organisation_id, after
            )
            SELECT <created>, <thing>, <neighbourhood>, <organisation>, <many>
            FROM new_rows AS each GROUP BY 3, 4 ORDER BY 3, 4;
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT count(*) INTO written FROM old_rows;
        IF written <= <most> THEN
            INSERT INTO public.audit_entry (
                action, thing, thing_id, neighbourhood_id, organisation_id, before
            )
            SELECT 'delete', <thing>, <id>, <neighbourhood>, <organisation>, <told>
            FROM old_rows AS each ORDER BY each.id;
        ELSE
            INSERT INTO public.audit_entry (
                action, thing, neighbourhood_id, organisation_id, before
            )
            SELECT 'delete', <thing>, <neighbourhood>, <organisation>, <many>
            FROM old_rows AS each GROUP BY 3, 4 ORDER BY 3, 4;
        END IF;
    ELSE
        SELECT count(*) INTO written FROM new_rows;
        IF written <= <most> THEN
            INSERT INTO public.audit_entry (
                action, thing, thing_id, neighbourhood_id, organisation_id,
                before, after
            )
            SELECT <changed>, <thing>, now.id, now.neighbourhood, now.organisation,
                audit.differing(now.told, was.told), diff.told
            FROM (
                SELECT each.id AS row, <told> AS told FROM old_rows AS each
            ) AS was
            INNER JOIN (
                SELECT each.id AS row, <id> AS id, <neighbourhood> AS neighbourhood,
                    <organisation> AS organisation, <told> AS told
                FROM new_rows AS each
            ) AS now USING (row)
            CROSS JOIN LATERAL audit.differing(was.told, now.told) AS diff (told)
            WHERE diff.told IS NOT NULL ORDER BY row;
        ELSE
            INSERT INTO public.audit_entry (
                action, thing, neighbourhood_id, organisation_id, before, after
            )
            SELECT 'change', <thing>, side.neighbourhood, side.organisation,
                (array_agg(side.told) FILTER (WHERE NOT side.is_new))[1],
                (array_agg(side.told) FILTER (WHERE side.is_new))[1]
            FROM (
                SELECT FALSE AS is_new, <neighbourhood> AS neighbourhood,
                    <organisation> AS organisation, <many> AS told
                FROM old_rows AS each GROUP BY 2, 3
                UNION ALL
                SELECT TRUE, <neighbourhood>, <organisation>, <many>
                FROM new_rows AS each GROUP BY 2, 3
            ) AS side GROUP BY 3, 4 ORDER BY 3, 4;
        END IF;
    END IF;
    RETURN NULL;
END
$watch$;
