-- What waits for one person: their own open casefiles and those of people they stand in for, and what nobody has accepted yet where their
-- right reaches; and of the answered ones those whose raiser they may ask, or that are their own. Each is a list in the order of an index:
-- one for each owner, and one for all units or for each; casefile_queue.c merges them. So nothing is read but what a page shows.
-- everywhere 1: the right reaches every unit; else below1 to 8 with everything below them by either parent, only1 to 8 alone, and the
-- units whose work these have taken over.

-- Open, by due day.

-- own :many owner:person_id state:str? after_on:int after_id:int until_on:int limit:int
SELECT c.id, c.due_on AS sort_key /* int */ FROM casefile c
WHERE c.owner_person_id = :owner AND c.due_on > 0 AND (:state IS NULL OR c.state = :state) AND (c.due_on, c.id) > (:after_on, :after_id) AND c.due_on <= :until_on
ORDER BY c.due_on, c.id LIMIT :limit;

-- registered :many after_on:int after_id:int until_on:int limit:int
SELECT c.id, c.due_on AS sort_key /* int */ FROM casefile c
WHERE c.state = 'registered' AND c.due_on > 0 AND (c.due_on, c.id) > (:after_on, :after_id) AND c.due_on <= :until_on
ORDER BY c.due_on, c.id LIMIT :limit;

-- registered_tops :many
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- after_on:int after_id:int until_on:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT u.id AS unit_id /* unit_id */, c.id, c.due_on AS sort_key /* int */ FROM scope u CROSS JOIN casefile c
WHERE c.id = (SELECT t.id FROM casefile t WHERE t.unit_id = u.id AND t.state = 'registered' AND t.due_on > 0 AND (t.due_on, t.id) > (:after_on, :after_id) AND t.due_on <= :until_on
              ORDER BY t.due_on, t.id LIMIT 1);

-- registered_at :many unit_id:unit_id after_on:int after_id:int until_on:int limit:int
SELECT c.id, c.due_on AS sort_key /* int */ FROM casefile c
WHERE c.unit_id = :unit_id AND c.state = 'registered' AND c.due_on > 0 AND (c.due_on, c.id) > (:after_on, :after_id) AND c.due_on <= :until_on
ORDER BY c.due_on, c.id LIMIT :limit;

-- Answered, by the day until which the raiser's word is awaited.

-- own_answered :many owner:person_id after_on:int after_id:int until_on:int limit:int
SELECT c.id, c.ask_on AS sort_key /* int */ FROM casefile c
WHERE c.owner_person_id = :owner AND c.state = 'answered' AND (c.ask_on, c.id) > (:after_on, :after_id) AND c.ask_on <= :until_on
ORDER BY c.ask_on, c.id LIMIT :limit;

-- answered :many after_on:int after_id:int until_on:int limit:int
SELECT c.id, c.ask_on AS sort_key /* int */ FROM casefile c
WHERE c.state = 'answered' AND (c.ask_on, c.id) > (:after_on, :after_id) AND c.ask_on <= :until_on
ORDER BY c.ask_on, c.id LIMIT :limit;

-- answered_tops :many
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- after_on:int after_id:int until_on:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT u.id AS unit_id /* unit_id */, c.id, c.ask_on AS sort_key /* int */ FROM scope u CROSS JOIN casefile c
WHERE c.id = (SELECT t.id FROM casefile t WHERE t.unit_id = u.id AND t.state = 'answered' AND (t.ask_on, t.id) > (:after_on, :after_id) AND t.ask_on <= :until_on
              ORDER BY t.ask_on, t.id LIMIT 1);

-- answered_at :many unit_id:unit_id after_on:int after_id:int until_on:int limit:int
SELECT c.id, c.ask_on AS sort_key /* int */ FROM casefile c
WHERE c.unit_id = :unit_id AND c.state = 'answered' AND (c.ask_on, c.id) > (:after_on, :after_id) AND c.ask_on <= :until_on
ORDER BY c.ask_on, c.id LIMIT :limit;

-- How many, as far as `most`. Own ones that stand in the other list too are counted there.

-- open_count :one
-- owner1:person_id owner2:person_id owner3:person_id owner4:person_id owner5:person_id owner6:person_id owner7:person_id owner8:person_id
-- owner9:person_id
-- everywhere:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- state:str? from_on:day until_on:day most:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT count(*) AS n /* int */ FROM (
    SELECT c.id FROM casefile c
    WHERE c.owner_person_id IN (:owner1, :owner2, :owner3, :owner4, :owner5, :owner6, :owner7, :owner8, :owner9) AND c.due_on > 0 AND c.due_on >= :from_on AND c.due_on <= :until_on
      AND (:state IS NULL OR c.state = :state) AND NOT (c.state = 'registered' AND (:everywhere = 1 OR c.unit_id IN (SELECT id FROM scope)))
    UNION ALL SELECT c.id FROM casefile c
    WHERE :everywhere = 1 AND c.state = 'registered' AND c.due_on > 0 AND c.due_on >= :from_on AND c.due_on <= :until_on AND (:state IS NULL OR c.state = :state)
    UNION ALL SELECT c.id FROM scope u CROSS JOIN casefile c
    WHERE :everywhere = 0 AND c.unit_id = u.id AND c.state = 'registered' AND c.due_on > 0 AND c.due_on >= :from_on AND c.due_on <= :until_on
      AND (:state IS NULL OR c.state = :state)
    LIMIT :most) AS hit;

-- answered_count :one
-- owner1:person_id owner2:person_id owner3:person_id owner4:person_id owner5:person_id owner6:person_id owner7:person_id owner8:person_id
-- owner9:person_id
-- everywhere:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- most:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT count(*) AS n /* int */ FROM (
    SELECT c.id FROM casefile c
    WHERE c.owner_person_id IN (:owner1, :owner2, :owner3, :owner4, :owner5, :owner6, :owner7, :owner8, :owner9) AND c.state = 'answered' AND NOT (:everywhere = 1 OR c.unit_id IN (SELECT id FROM scope))
    UNION ALL SELECT c.id FROM casefile c WHERE :everywhere = 1 AND c.state = 'answered'
    UNION ALL SELECT c.id FROM scope u CROSS JOIN casefile c WHERE :everywhere = 0 AND c.unit_id = u.id AND c.state = 'answered'
    LIMIT :most) AS hit;

-- Of the newest `walk` that wait to be let through to the public, those at the units.
-- to_show_count :one
-- everywhere:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- walk:int most:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT count(*) AS n /* int */ FROM (
    SELECT m.id FROM (SELECT w.id AS id, w.unit_id AS unit_id FROM matter w WHERE w.to_show = 1
                      ORDER BY w.raised_at DESC, w.id DESC LIMIT :walk) AS m
    WHERE :everywhere = 1 OR m.unit_id IN (SELECT id FROM scope) LIMIT :most) AS hit;

-- The casefiles of these keys, in their order. ids is a JSON list of numbers.

-- items :many dialect ids:str
SELECT c.id, m.ref, m.subject, c.state, u.name_en AS unit_en /* str */, u.name_zh AS unit_zh /* str */, c.due_on, c.reopened, c.raised_at
FROM json_each(:ids) j CROSS JOIN casefile c JOIN unit u ON u.id = c.unit_id
JOIN matter m ON m.id = (SELECT min(f.id) FROM matter f WHERE f.casefile_id = c.id)
WHERE c.id = j.value ORDER BY j.key;

-- items.pg :many
SELECT c.id, m.ref, m.subject, c.state, u.name_en AS unit_en /* str */, u.name_zh AS unit_zh /* str */, c.due_on, c.reopened, c.raised_at
FROM json_array_elements_text(CAST(:ids AS json)) WITH ORDINALITY AS j (value, key)
JOIN casefile c ON c.id = CAST(j.value AS bigint) JOIN unit u ON u.id = c.unit_id
JOIN matter m ON m.id = (SELECT min(f.id) FROM matter f WHERE f.casefile_id = c.id)
ORDER BY j.key;
