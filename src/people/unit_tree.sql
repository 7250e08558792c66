-- The closure of both kinds of parent. A row held from starts_on until the day before ends_on; ends_on 0 holds still.

-- below :one ancestor_unit_id:unit_id descendant_unit_id:unit_id
SELECT 1 AS found /* int */ FROM unit_path
WHERE line IN (0, 1) AND ancestor_unit_id = :ancestor_unit_id AND descendant_unit_id = :descendant_unit_id AND ends_on = 0 LIMIT 1;

-- below_by :one line:int ancestor_unit_id:unit_id descendant_unit_id:unit_id
SELECT depth FROM unit_path
WHERE line = :line AND ancestor_unit_id = :ancestor_unit_id AND descendant_unit_id = :descendant_unit_id AND ends_on = 0 LIMIT 1;

-- below_on :one ancestor_unit_id:unit_id descendant_unit_id:unit_id at_on:day
SELECT 1 AS found /* int */ FROM unit_path
WHERE line IN (0, 1) AND ancestor_unit_id = :ancestor_unit_id AND descendant_unit_id = :descendant_unit_id
  AND starts_on <= :at_on AND (ends_on = 0 OR ends_on > :at_on) LIMIT 1;

-- add_self :exec line:int unit_id:unit_id starts_on:day
INSERT INTO unit_path (line, ancestor_unit_id, descendant_unit_id, depth, starts_on) VALUES (:line, :unit_id, :unit_id, 0, :starts_on);

-- add_above :exec line:int parent_unit_id:unit_id unit_id:unit_id starts_on:day
INSERT INTO unit_path (line, ancestor_unit_id, descendant_unit_id, depth, starts_on)
SELECT a.line, a.ancestor_unit_id, d.descendant_unit_id, a.depth + d.depth + 1,
       CASE WHEN a.starts_on > :starts_on THEN a.starts_on ELSE :starts_on END
FROM unit_path a JOIN unit_path d ON d.line = a.line AND d.ancestor_unit_id = :unit_id AND d.ends_on = 0
WHERE a.line = :line AND a.descendant_unit_id = :parent_unit_id AND a.ends_on = 0
ON CONFLICT (line, ancestor_unit_id, descendant_unit_id, starts_on) DO UPDATE SET ends_on = 0, depth = excluded.depth;

-- end_above :exec line:int unit_id:unit_id ends_on:day
UPDATE unit_path SET ends_on = CASE WHEN starts_on > :ends_on THEN starts_on ELSE :ends_on END
WHERE line = :line AND ends_on = 0
  AND descendant_unit_id IN (SELECT d.descendant_unit_id FROM unit_path d
                             WHERE d.line = :line AND d.ancestor_unit_id = :unit_id AND d.ends_on = 0)
  AND ancestor_unit_id IN (SELECT a.ancestor_unit_id FROM unit_path a
                           WHERE a.line = :line AND a.descendant_unit_id = :unit_id AND a.ends_on = 0 AND a.depth > 0);

-- end_all :exec unit_id:unit_id ends_on:day
UPDATE unit_path SET ends_on = CASE WHEN starts_on > :ends_on THEN starts_on ELSE :ends_on END
WHERE line IN (0, 1) AND descendant_unit_id = :unit_id AND ends_on = 0;
