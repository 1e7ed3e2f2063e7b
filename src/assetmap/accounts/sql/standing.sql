-- What in the database sees to the rules: its kind, its name, and how it is made. Names
-- are as the search_path has them, which must be the same whenever it is asked.
WITH ours AS (
    SELECT to_regclass(told.named)::oid AS its_oid
    FROM unnest(:tables::text[]) AS told (named)
)

SELECT
    'policy' AS kind,
    format('%I on %I', found.policyname, found.tablename) AS named,
    concat_ws(
        ' ',
        found.permissive,
        found.cmd,
        found.roles::text,
        'USING',
        found.qual,
        'CHECK',
        found.with_check
    ) AS made
FROM pg_policies AS found
WHERE
    found.schemaname = current_schema()
    AND found.roles && '{public,assetmap_service}'
UNION ALL
SELECT
    'row-level security' AS kind,
    format('of %I', pg_class.relname) AS named,
    format('%s %s', pg_class.relrowsecurity, pg_class.relforcerowsecurity) AS made
FROM pg_class
WHERE pg_class.oid IN (SELECT ours.its_oid FROM ours)
UNION ALL
SELECT
    'function' AS kind,
    pg_proc.oid::regprocedure::text AS named,
    pg_get_functiondef(pg_proc.oid) AS made
FROM pg_proc
WHERE
    pg_proc.prokind = 'f'
    AND pg_proc.pronamespace IN (
        current_schema()::regnamespace, 'access'::regnamespace, 'audit'::regnamespace
    )
    AND NOT EXISTS (
        SELECT 1 FROM pg_depend
        WHERE pg_depend.objid = pg_proc.oid AND pg_depend.deptype = 'e'
    )
UNION ALL
SELECT
    'rights to function' AS kind,
    pg_proc.oid::regprocedure::text AS named,
    concat_ws(
        ' ',
        pg_proc.proowner::regrole::text,
        has_function_privilege('assetmap_service', pg_proc.oid, 'EXECUTE')
    ) AS made
FROM pg_proc
WHERE
    pg_proc.prokind = 'f'
    -- Ours, and those of PostGIS that work with their owner's rights.
    AND (
        pg_proc.prosecdef
        OR NOT EXISTS (
            SELECT 1 FROM pg_depend
            WHERE pg_depend.objid = pg_proc.oid AND pg_depend.deptype = 'e'
        )
    )
    AND (
        pg_proc.pronamespace IN (
            current_schema()::regnamespace,
            'access'::regnamespace,
            'audit'::regnamespace
        )
        OR pg_proc.proname = 'st_estimatedextent'
    )
UNION ALL
SELECT
    'trigger' AS kind,
    format('%I on %s', pg_trigger.tgname, pg_trigger.tgrelid::regclass) AS named,
    concat_ws(' ', pg_trigger.tgenabled, pg_get_triggerdef(pg_trigger.oid)) AS made
FROM pg_trigger
WHERE
    NOT pg_trigger.tgisinternal
    AND pg_trigger.tgrelid IN (SELECT ours.its_oid FROM ours)
UNION ALL
SELECT
    'view' AS kind,
    pg_class.oid::regclass::text AS named,
    concat_ws(' ', pg_class.relowner::regrole, pg_get_viewdef(pg_class.oid)) AS made
FROM pg_class
WHERE
    pg_class.relkind = 'v'
    AND (
        pg_class.oid IN (SELECT ours.its_oid FROM ours)
        OR pg_class.relnamespace = 'access'::regnamespace
    )
UNION ALL
SELECT
    'privileges' AS kind,
    format('on %s of %s', held.relname, held.who) AS named,
    string_agg(held.verb, ' ' ORDER BY held.verb) AS made
FROM (
    SELECT
        pg_class.oid::regclass AS relname,
        CASE given.grantee WHEN 0 THEN 'everybody' ELSE given.grantee::regrole::text END
            AS who,
        given.privilege_type AS verb
    FROM pg_class
    CROSS JOIN LATERAL aclexplode(pg_class.relacl) AS given
    WHERE pg_class.oid IN (SELECT ours.its_oid FROM ours)
    UNION ALL
    SELECT
        pg_attribute.attrelid::regclass AS relname,
        CASE given.grantee WHEN 0 THEN 'everybody' ELSE given.grantee::regrole::text END
            AS who,
        format('%s %I', given.privilege_type, pg_attribute.attname) AS verb
    FROM pg_attribute
    CROSS JOIN LATERAL aclexplode(pg_attribute.attacl) AS given
    WHERE pg_attribute.attrelid IN (SELECT ours.its_oid FROM ours)
) AS held
WHERE held.who IN ('everybody', 'assetmap_service')
GROUP BY held.relname, held.who
