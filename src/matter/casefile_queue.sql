-- What waits for one person: their own open casefiles (owner1 to 9: theirs and those of people they stand in for), and what nobody has
-- accepted yet where their right reaches: below1 to 8 with everything below, only1 to 8 alone; everywhere 1: the whole city.

-- open :many
-- owner1:person_id owner2:person_id owner3:person_id owner4:person_id owner5:person_id owner6:person_id owner7:person_id owner8:person_id
-- owner9:person_id everywhere:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- state:str? from_on:day to_on:day after_on:day after_id:int limit:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0),
work AS (
    SELECT c.id AS id, c.due_on AS due_on, c.state AS state FROM casefile c
    WHERE c.owner_person_id IN (:owner1, :owner2, :owner3, :owner4, :owner5, :owner6, :owner7, :owner8, :owner9) AND c.due_on > 0
    UNION SELECT c.id, c.due_on, c.state FROM casefile c
    WHERE c.state = 'registered' AND c.due_on > 0 AND (:everywhere = 1 OR c.unit_id IN (SELECT id FROM scope))),
page AS (
    SELECT id, due_on FROM work
    WHERE (:state IS NULL OR state = :state) AND due_on >= :from_on AND due_on <= :to_on AND (due_on, id) > (:after_on, :after_id)
    ORDER BY due_on, id LIMIT :limit)
SELECT c.id, m.ref, m.subject, c.state, u.name_en AS unit_en /* str */, u.name_zh AS unit_zh /* str */, c.due_on, c.reopened, c.raised_at,
       c.due_on AS sort_on /* day */
FROM page w JOIN casefile c ON c.id = w.id JOIN unit u ON u.id = c.unit_id
JOIN matter m ON m.id = (SELECT min(f.id) FROM matter f WHERE f.casefile_id = c.id)
ORDER BY w.due_on, w.id;

-- open_counts :one
-- owner1:person_id owner2:person_id owner3:person_id owner4:person_id owner5:person_id owner6:person_id owner7:person_id owner8:person_id
-- owner9:person_id everywhere:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- today_on:day soon_on:day
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0),
work AS (
    SELECT c.id AS id, c.due_on AS due_on, c.state AS state FROM casefile c
    WHERE c.owner_person_id IN (:owner1, :owner2, :owner3, :owner4, :owner5, :owner6, :owner7, :owner8, :owner9) AND c.due_on > 0
    UNION SELECT c.id, c.due_on, c.state FROM casefile c
    WHERE c.state = 'registered' AND c.due_on > 0 AND (:everywhere = 1 OR c.unit_id IN (SELECT id FROM scope)))
SELECT coalesce(sum(CASE WHEN due_on < :today_on THEN 1 END), 0) AS overdue /* int */,
       coalesce(sum(CASE WHEN due_on >= :today_on AND due_on <= :soon_on THEN 1 END), 0) AS due_soon /* int */,
       coalesce(sum(CASE WHEN state = 'registered' THEN 1 END), 0) AS registered /* int */,
       coalesce(sum(CASE WHEN state = 'accepted' THEN 1 END), 0) AS accepted /* int */,
       coalesce(sum(CASE WHEN state = 'handling' THEN 1 END), 0) AS handling /* int */
FROM work;

-- answered :many
-- owner1:person_id owner2:person_id owner3:person_id owner4:person_id owner5:person_id owner6:person_id owner7:person_id owner8:person_id
-- owner9:person_id everywhere:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- after_on:day after_id:int limit:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT c.id, m.ref, m.subject, c.state, u.name_en AS unit_en /* str */, u.name_zh AS unit_zh /* str */, c.due_on, c.reopened, c.raised_at,
       c.ask_on AS sort_on /* day */
FROM casefile c JOIN unit u ON u.id = c.unit_id JOIN matter m ON m.id = (SELECT min(f.id) FROM matter f WHERE f.casefile_id = c.id)
WHERE c.state = 'answered' AND (c.ask_on, c.id) > (:after_on, :after_id)
  AND (:everywhere = 1 OR c.unit_id IN (SELECT id FROM scope)
       OR c.owner_person_id IN (:owner1, :owner2, :owner3, :owner4, :owner5, :owner6, :owner7, :owner8, :owner9))
ORDER BY c.ask_on, c.id LIMIT :limit;

-- answered_count :one
-- owner1:person_id owner2:person_id owner3:person_id owner4:person_id owner5:person_id owner6:person_id owner7:person_id owner8:person_id
-- owner9:person_id everywhere:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT count(*) AS n /* int */ FROM casefile c
WHERE c.state = 'answered'
  AND (:everywhere = 1 OR c.unit_id IN (SELECT id FROM scope)
       OR c.owner_person_id IN (:owner1, :owner2, :owner3, :owner4, :owner5, :owner6, :owner7, :owner8, :owner9));

-- to_show_count :one
-- everywhere:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT count(*) AS n /* int */ FROM matter m
WHERE m.to_show = 1 AND (:everywhere = 1 OR m.unit_id IN (SELECT id FROM scope));
