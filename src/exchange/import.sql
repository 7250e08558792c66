-- category_named :one category_id:category_id? name:str
SELECT id FROM category WHERE parent_category_id IS NOT DISTINCT FROM :category_id AND name_zh = :name AND ended_at = 0;

-- category_any :one name:str
SELECT id FROM category WHERE (name_zh = :name OR name_en = :name OR code = :name) AND ended_at = 0 ORDER BY level LIMIT 1;

-- matter_by_no :one source:str source_no:str
SELECT id, casefile_id, answered_at FROM matter WHERE source = :source AND source_no = :source_no AND source_no <> '';

-- matter_by_no.pg :one
SELECT m.id, m.casefile_id, m.answered_at FROM matter_key k JOIN matter m ON m.id = k.matter_id
WHERE k.kind = 'source' AND k.key = matter_source_key(:source, :source_no) AND :source_no <> '';

-- matter_state :one source:str source_no:str
SELECT id, state, answered_at FROM matter WHERE source = :source AND source_no = :source_no AND source_no <> '';

-- matter_state.pg :one
SELECT m.id, m.state, m.answered_at FROM matter_key k JOIN matter m ON m.id = k.matter_id
WHERE k.kind = 'source' AND k.key = matter_source_key(:source, :source_no) AND :source_no <> '';

-- any_matter :one source:str
SELECT 1 AS found /* int */ FROM matter WHERE source = :source AND source_no <> '' LIMIT 1;

-- any_matter.pg :one
SELECT 1 AS found /* int */ FROM matter_key WHERE kind = 'source' LIMIT 1;

-- How far an import has come, under a name made of what the file holds; while it is not finished.

-- mark :one name:str
SELECT value FROM setting WHERE name = :name;

-- put_mark :exec name:str value:str
INSERT INTO setting (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- drop_mark :exec name:str
DELETE FROM setting WHERE name = :name;

-- unfinished :one
SELECT 1 AS found /* int */ FROM setting WHERE name > 'import.' AND name < 'import/' LIMIT 1;

-- export_each :each private:int
SELECT m.ref, m.kind, m.channel, m.state, m.subject, m.text, m.place, m.shown, m.shown_subject, m.shown_text, m.shown_place,
       m.raised_at, m.answered_at, u.name_zh AS unit_zh, u.name_en AS unit_en, COALESCE(c.name_zh, '') AS category_zh /* str */,
       COALESCE(c.name_en, '') AS category_en /* str */,
       COALESCE((SELECT a.shown_text FROM answer a WHERE a.casefile_id = m.casefile_id ORDER BY a.id DESC LIMIT 1), '') AS answer_shown /* str */,
       COALESCE((SELECT a.done FROM answer a WHERE a.casefile_id = m.casefile_id ORDER BY a.id DESC LIMIT 1), '') AS answer_done /* str */
FROM matter m JOIN unit u ON u.id = m.unit_id LEFT JOIN category c ON c.id = m.category_id
WHERE m.shown = 1 OR :private = 1 ORDER BY m.raised_at, m.id;
