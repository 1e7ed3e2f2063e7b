-- What writes the audit and keeps it: run with every migration, always the whole file.
-- For ``public`` stands the schema that the tables are really in.
-- Whatever anybody else may cause to run has its search_path pinned; the rest is run by
-- those functions only, and takes theirs.

-- A value as text in one form: names in order of their letters' numbers, no spaces.
-- Whole numbers of up to 15 digits are numbers, all others are told as text. It is what
-- Python's json.dumps(value, ensure_ascii=False, sort_keys=True,
-- separators=(",", ":")) gives for what the entry is exported as.
-- A number inside another value is told here too: a call costs more than it does.
CREATE OR REPLACE FUNCTION audit.canonical(told jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $canonical$
BEGIN
    RETURN CASE jsonb_typeof(told)
        WHEN 'object' THEN (
            SELECT
                '{' || coalesce(
                    string_agg(
                        to_json(each.key)::text || ':' || CASE
                            WHEN jsonb_typeof(each.value) IN ('object', 'array')
                                THEN audit.canonical(each.value)
                            WHEN
                                jsonb_typeof(each.value) = 'number'
                                AND each.value::text !~ '^-?[0-9]{1,15}$'
                                THEN '"' || each.value::text || '"'
                            ELSE each.value::text
                        END,
                        ',' ORDER BY each.key COLLATE "C"
                    ),
                    ''
                ) || '}'
            FROM jsonb_each(told) AS each
        )
        WHEN 'array' THEN (
            SELECT
                '['
                || coalesce(
                    string_agg(
                        audit.canonical(each.value), ',' ORDER BY each.ordinality
                    ),
                    ''
                )
                || ']'
            FROM jsonb_array_elements(told) WITH ORDINALITY AS each
        )
        WHEN 'number' THEN CASE
            WHEN told::text ~ '^-?[0-9]{1,15}$' THEN told::text
            ELSE '"' || told::text || '"'
        END
        ELSE told::text
    END;
END
$canonical$;

-- A keyed digest (HMAC-SHA256, half of it) that stands for what an entry may not hold.
-- What it is about goes in, so that one value in two places has two digests. It is no
-- more immutable than ``convert_to``: else PostgreSQL would not put it in line, but
-- would plan it at each call.
CREATE OR REPLACE FUNCTION audit.digest(
    secret audit.secret, about text, value text
) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
AS $digest$
    SELECT 'digest:' || pg_catalog.left(
        pg_catalog.encode(
            pg_catalog.sha256(
                secret.outside || pg_catalog.sha256(
                    secret.inside
                    || pg_catalog.convert_to(about || '=' || value, 'UTF8')
                )
            ),
            'hex'
        ),
        32
    )
$digest$;

-- The members of the second that are not the same in the first; null if there are none.
-- In this language its statement is planned once in a session, and not at each call.
CREATE OR REPLACE FUNCTION audit.differing(one jsonb, other jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $differing$
BEGIN
    RETURN (
        SELECT jsonb_object_agg(each.key, each.value)
        FROM jsonb_each(other) AS each
        WHERE (one -> each.key) IS DISTINCT FROM each.value
    );
END
$differing$;

-- An entry's canonical form, over which its hash is taken.
CREATE OR REPLACE FUNCTION audit.line(entry public.audit_entry) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
AS $line$
    SELECT concat(
        '{"account":', coalesce(to_json(entry.account)::text, 'null'),
        ',"action":', to_json(entry.action)::text,
        ',"after":', coalesce(audit.canonical(entry.after), 'null'),
        ',"at":"',
        to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        '","before":', coalesce(audit.canonical(entry.before), 'null'),
        ',"chain":', entry.chain,
        ',"id":', entry.id,
        ',"key":', coalesce(to_json(entry.key)::text, 'null'),
        ',"login":', to_json(entry.login)::text,
        ',"neighbourhood_id":', coalesce(entry.neighbourhood_id::text, 'null'),
        ',"operator":', coalesce(to_json(entry.operator)::text, 'null'),
        ',"organisation_id":', coalesce(entry.organisation_id::text, 'null'),
        ',"place":', entry.place,
        ',"previous":"', encode(entry.previous, 'hex'),
        '","request":', coalesce(to_json(entry.request)::text, 'null'),
        ',"thing":', to_json(entry.thing)::text,
        ',"thing_id":', coalesce(to_json(entry.thing_id)::text, 'null'),
        '}'
    )
$line$;

-- Before an entry is stored: who and when, its place in a chain, and its hash, whatever
-- was given for them. It takes the first chain that no other transaction is writing to;
-- if all are being written to, it begins another. So nobody waits, and no two writers
-- can wait for each other. A transaction that sees one state throughout could not tell
-- what was added to a chain since, and begins its own.
CREATE OR REPLACE FUNCTION audit.seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $seal$
DECLARE
    head public.audit_chain;
BEGIN
    IF current_setting('transaction_isolation') = 'read committed' THEN
        SELECT * INTO head FROM public.audit_chain
        ORDER BY chain LIMIT 1 FOR UPDATE SKIP LOCKED;
    END IF;
    IF head.chain IS NULL THEN
        INSERT INTO public.audit_chain (chain, length, hash)
        VALUES (nextval('audit.chain'), 0, decode(repeat('00', 32), 'hex'))
        RETURNING * INTO head;
    END IF;
    NEW.id := nextval('audit.entry_id');
    NEW.at := clock_timestamp();
    NEW.account := nullif(current_setting('assetmap.account', TRUE), '');
    NEW.key := nullif(current_setting('assetmap.key', TRUE), '');
    NEW.operator := nullif(current_setting('assetmap.operator', TRUE), '');
    NEW.request := nullif(current_setting('assetmap.request', TRUE), '');
    NEW.login := session_user;
    NEW.chain := head.chain;
    NEW.place := head.length + 1;
    NEW.previous := head.hash;
    NEW.hash := sha256(convert_to(audit.line(NEW), 'UTF8'));
    UPDATE public.audit_chain SET length = NEW.place, hash = NEW.hash
    WHERE chain = NEW.chain;
    RETURN NEW;
END
$seal$;

-- Nobody changes or takes away what is written, its owner neither.
CREATE OR REPLACE FUNCTION audit.refuse() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $refuse$
BEGIN
    RAISE EXCEPTION 'The audit is only ever added to: % of % is refused.',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$refuse$;

-- A watched table was emptied at one go: which rows there were is not told.
CREATE OR REPLACE FUNCTION audit.emptied() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $emptied$
BEGIN
    INSERT INTO public.audit_entry (action, thing) VALUES ('empty', TG_ARGV[0]);
    RETURN NULL;
END
$emptied$;

-- That something was read whose every reading is told, such as one resident's drawing.
CREATE OR REPLACE FUNCTION audit.note_reading(
    thing text, thing_id text, neighbourhood_id bigint
) RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $note_reading$
    INSERT INTO public.audit_entry (action, thing, thing_id, neighbourhood_id)
    VALUES ('read', thing, thing_id, neighbourhood_id)
$note_reading$;

REVOKE ALL ON SCHEMA audit FROM public;
REVOKE ALL ON ALL TABLES IN SCHEMA audit FROM public;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM public;
GRANT USAGE ON SCHEMA audit TO public;
GRANT EXECUTE ON FUNCTION audit.note_reading TO public;
