-- 007_search_newest for PostgreSQL: the newest documents with some tokens, month by month.
--
-- An index of tokens gives its hits in no order, and one in order of time has no tokens. A planner that does not see the tokens takes the
-- second, and reads every document for a word that nobody wrote. So the newest months are asked one by one, with the tokens in sight and
-- the statistics of that month; what is rare goes on through the index of tokens of all the older ones at once.

CREATE FUNCTION search_older(tokens tsquery, upto BIGINT, beyond BIGINT, most BIGINT)
RETURNS TABLE (id BIGINT, matter_id BIGINT, answer_id BIGINT, audience BIGINT, ended_at BIGINT)
LANGUAGE plpgsql STABLE
SET enable_indexscan = off SET enable_seqscan = off SET plan_cache_mode = force_generic_plan SET jit = off SET max_parallel_workers_per_gather = 0
AS $$
BEGIN
    -- id + 0: the key's own index, which knows nothing of tokens, cannot serve
    RETURN QUERY SELECT s.id, s.matter_id, s.answer_id, s.audience, s.ended_at FROM search_doc s
                 WHERE s.tokens @@ search_older.tokens AND s.id + 0 <= upto AND s.id + 0 > beyond ORDER BY s.id + 0 DESC LIMIT most;
END
$$;

-- Newest first; no more than most; none above upto, none at beyond or below it.
CREATE FUNCTION search_newest(tokens tsquery, upto BIGINT, beyond BIGINT, most BIGINT)
RETURNS TABLE (id BIGINT, matter_id BIGINT, answer_id BIGINT, audience BIGINT, ended_at BIGINT)
LANGUAGE plpgsql STABLE SET jit = off SET max_parallel_workers_per_gather = 0
AS $$
DECLARE
    part TEXT;
    from_id BIGINT := upto;
    first_id BIGINT;
    rest BIGINT := most;
    n BIGINT;
    asked INTEGER := 0;
BEGIN
    -- what stands outside all months (a clock that was wrong): rows out of the order, few or none
    IF EXISTS (SELECT 1 FROM search_doc_default) THEN
        RETURN QUERY SELECT s.id, s.matter_id, s.answer_id, s.audience, s.ended_at FROM search_doc s
                     WHERE s.tokens @@ search_newest.tokens AND s.id <= upto AND s.id > beyond ORDER BY s.id DESC LIMIT most;
        RETURN;
    END IF;
    FOR part IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = 'search_doc'::regclass AND c.relname ~ '^search_doc_\d{4}_\d\d$' ORDER BY c.relname DESC LOOP
        -- the first id of that month (base/id.h): milliseconds since 2000 before 22 bits of node and number
        first_id := (extract(epoch FROM to_timestamp(right(part, 7) || '_01 00:00:00 +00', 'YYYY_MM_DD HH24:MI:SS TZH')) * 1000 - 946684800000)::BIGINT << 22;
        CONTINUE WHEN first_id > upto;
        RETURN QUERY EXECUTE format(
            'SELECT s.id, s.matter_id, s.answer_id, s.audience, s.ended_at FROM %I s WHERE s.tokens @@ %L::tsquery AND s.id <= %s AND s.id > %s
             ORDER BY s.id DESC LIMIT %s', part, tokens, from_id, beyond, rest);
        GET DIAGNOSTICS n = ROW_COUNT;
        rest := rest - n;
        EXIT WHEN rest <= 0 OR first_id <= beyond;
        from_id := first_id - 1;
        asked := asked + 1;
        IF asked >= 6 THEN
            RETURN QUERY SELECT * FROM search_older(tokens, from_id, beyond, rest);
            RETURN;
        END IF;
    END LOOP;
END
$$;
