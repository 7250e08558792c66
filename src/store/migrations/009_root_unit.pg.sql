-- 009_root_unit for PostgreSQL: every row of what grows without end carries the root of its tree of units, as casefile does, so that an
-- engine over several machines can place it by that column (docs/scale.md). No statement names it: it has a default.
--
-- The default is a function of one expression, which the planner puts in its place: a row pays for no call and no look-up. The root stands
-- in it as a constant; a trigger writes it anew when a root comes or ends. A session that serves another root of the same database says so
-- with SET luoshi.root_unit.

CREATE FUNCTION luoshi_root_unit() RETURNS BIGINT LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('luoshi.root_unit', true), '')::BIGINT;

-- The root as unit.sql finds it; before there is one, nothing that grows can be written.
CREATE FUNCTION luoshi_root_unit_write() RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    root BIGINT := (SELECT id FROM unit WHERE kind = 'root' AND ends_on = 0 ORDER BY id LIMIT 1);
BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION luoshi_root_unit() RETURNS BIGINT LANGUAGE sql STABLE PARALLEL SAFE '
                   'RETURN coalesce(nullif(current_setting(''luoshi.root_unit'', true), '''')::BIGINT, %s::BIGINT)', coalesce(root::TEXT, 'NULL'));
END $$;
CREATE FUNCTION unit_root_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM luoshi_root_unit_write();
    RETURN NULL;
END $$;
CREATE TRIGGER unit_root_comes AFTER INSERT ON unit FOR EACH ROW WHEN (NEW.kind = 'root') EXECUTE FUNCTION unit_root_changes();
CREATE TRIGGER unit_root_changes AFTER UPDATE OF kind, ends_on ON unit FOR EACH ROW
WHEN ((OLD.kind = 'root' OR NEW.kind = 'root') AND (OLD.kind, OLD.ends_on) IS DISTINCT FROM (NEW.kind, NEW.ends_on))
EXECUTE FUNCTION unit_root_changes();
SELECT luoshi_root_unit_write();

-- Rows that are there have it by the default at once: none is written again, at any size.
ALTER TABLE matter ADD COLUMN root_unit_id BIGINT NOT NULL DEFAULT luoshi_root_unit();
ALTER TABLE matter_key ADD COLUMN root_unit_id BIGINT NOT NULL DEFAULT luoshi_root_unit();
ALTER TABLE contact ADD COLUMN root_unit_id BIGINT NOT NULL DEFAULT luoshi_root_unit();
ALTER TABLE clock ADD COLUMN root_unit_id BIGINT NOT NULL DEFAULT luoshi_root_unit();
ALTER TABLE event ADD COLUMN root_unit_id BIGINT NOT NULL DEFAULT luoshi_root_unit();
ALTER TABLE answer ADD COLUMN root_unit_id BIGINT NOT NULL DEFAULT luoshi_root_unit();
ALTER TABLE note ADD COLUMN root_unit_id BIGINT NOT NULL DEFAULT luoshi_root_unit();
ALTER TABLE message ADD COLUMN root_unit_id BIGINT NOT NULL DEFAULT luoshi_root_unit();
ALTER TABLE outcome ADD COLUMN root_unit_id BIGINT NOT NULL DEFAULT luoshi_root_unit();
ALTER TABLE search_doc ADD COLUMN root_unit_id BIGINT NOT NULL DEFAULT luoshi_root_unit();
