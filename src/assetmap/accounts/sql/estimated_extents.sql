-- PostGIS tells everybody the box around a column of any table, whoever may read its
-- rows: of exact places, of what residents drew. Where PostGIS is not the migrator's,
-- only its owner can take this away.
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT pg_proc.oid::regprocedure AS named
        FROM pg_proc
        WHERE
            pg_proc.proname = 'st_estimatedextent'
            AND pg_proc.prosecdef
            AND pg_has_role(current_user, pg_proc.proowner, 'MEMBER')
    LOOP
        EXECUTE format(
            'REVOKE EXECUTE ON FUNCTION %s FROM public, assetmap_service', found.named
        );
    END LOOP;
END $$;
