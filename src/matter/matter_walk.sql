-- Lists in the order of one index, from a key on, as far as `walk` rows of it: what does not fit the filter is passed over inside the index,
-- and no page costs more than that walk, however seldom the filter fits. A subselect's rows come in its order; `skip` with no filter finds
-- where a walk ended. after_key and after_id are those of the last row before, bound is the far end of the wanted span.
-- sort_key and id_key always rise down the list.

-- For the public.

-- public_newest :many category_code:str? category_end:str unit_id:unit_id? kind:str? channel:str?
-- after_key:int after_id:int bound:int walk:int limit:int skip:int
SELECT m.id, -m.raised_at AS sort_key /* int */, -m.id AS id_key /* int */ FROM (
    SELECT w.id AS id, w.raised_at AS raised_at, w.unit_id AS unit_id, w.category_id AS category_id, w.kind AS kind, w.channel AS channel FROM matter w
    WHERE w.shown = 1 AND (w.raised_at, w.id) < (:after_key, :after_id) AND w.raised_at >= :bound
    ORDER BY w.raised_at DESC, w.id DESC LIMIT :walk) AS m
WHERE (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:kind IS NULL OR m.kind = :kind) AND (:channel IS NULL OR m.channel = :channel)
LIMIT :limit OFFSET :skip;

-- public_oldest :many category_code:str? category_end:str unit_id:unit_id? kind:str? channel:str?
-- after_key:int after_id:int bound:int walk:int limit:int skip:int
SELECT m.id, m.raised_at AS sort_key /* int */, m.id AS id_key /* int */ FROM (
    SELECT w.id AS id, w.raised_at AS raised_at, w.unit_id AS unit_id, w.category_id AS category_id, w.kind AS kind, w.channel AS channel FROM matter w
    WHERE w.shown = 1 AND (w.raised_at, w.id) > (:after_key, :after_id) AND w.raised_at <= :bound
    ORDER BY w.raised_at, w.id LIMIT :walk) AS m
WHERE (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:kind IS NULL OR m.kind = :kind) AND (:channel IS NULL OR m.channel = :channel)
LIMIT :limit OFFSET :skip;

-- public_answered :many category_code:str? category_end:str unit_id:unit_id?
-- after_key:int after_id:int bound:int walk:int limit:int skip:int
SELECT m.id, -m.answered_at AS sort_key /* int */, -m.id AS id_key /* int */ FROM (
    SELECT w.id AS id, w.answered_at AS answered_at, w.unit_id AS unit_id, w.category_id AS category_id FROM matter w
    WHERE w.shown = 1 AND w.answered_at > 0 AND (w.answered_at, w.id) < (:after_key, :after_id) AND w.answered_at >= :bound
    ORDER BY w.answered_at DESC, w.id DESC LIMIT :walk) AS m
WHERE (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
LIMIT :limit OFFSET :skip;

-- public_state_newest :many category_code:str? category_end:str unit_id:unit_id? state:str
-- after_key:int after_id:int bound:int walk:int limit:int skip:int
SELECT m.id, -m.raised_at AS sort_key /* int */, -m.id AS id_key /* int */ FROM (
    SELECT w.id AS id, w.raised_at AS raised_at, w.unit_id AS unit_id, w.category_id AS category_id FROM matter w
    WHERE w.state = :state AND w.shown = 1 AND (w.raised_at, w.id) < (:after_key, :after_id) AND w.raised_at >= :bound
    ORDER BY w.raised_at DESC, w.id DESC LIMIT :walk) AS m
WHERE (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
LIMIT :limit OFFSET :skip;

-- public_state_oldest :many category_code:str? category_end:str unit_id:unit_id? state:str
-- after_key:int after_id:int bound:int walk:int limit:int skip:int
SELECT m.id, m.raised_at AS sort_key /* int */, m.id AS id_key /* int */ FROM (
    SELECT w.id AS id, w.raised_at AS raised_at, w.unit_id AS unit_id, w.category_id AS category_id FROM matter w
    WHERE w.state = :state AND w.shown = 1 AND (w.raised_at, w.id) > (:after_key, :after_id) AND w.raised_at <= :bound
    ORDER BY w.raised_at, w.id LIMIT :walk) AS m
WHERE (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
LIMIT :limit OFFSET :skip;

-- For staff. everywhere 1: the right reaches every unit; else below1 to 8 with everything below them by either parent, only1 to 8 alone, and
-- the units whose work these have taken over.

-- staff_newest :many category_code:str? category_end:str unit_id:unit_id? kind:str? channel:str?
-- everywhere:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- after_key:int after_id:int bound:int walk:int limit:int skip:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT m.id, -m.raised_at AS sort_key /* int */, -m.id AS id_key /* int */ FROM (
    SELECT w.id AS id, w.raised_at AS raised_at, w.unit_id AS unit_id, w.category_id AS category_id, w.kind AS kind, w.channel AS channel FROM matter w
    WHERE (w.raised_at, w.id) < (:after_key, :after_id) AND w.raised_at >= :bound
    ORDER BY w.raised_at DESC, w.id DESC LIMIT :walk) AS m
WHERE (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:everywhere = 1 OR m.unit_id IN (SELECT id FROM scope))
  AND (:kind IS NULL OR m.kind = :kind) AND (:channel IS NULL OR m.channel = :channel)
LIMIT :limit OFFSET :skip;

-- staff_oldest :many category_code:str? category_end:str unit_id:unit_id? kind:str? channel:str?
-- everywhere:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- after_key:int after_id:int bound:int walk:int limit:int skip:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT m.id, m.raised_at AS sort_key /* int */, m.id AS id_key /* int */ FROM (
    SELECT w.id AS id, w.raised_at AS raised_at, w.unit_id AS unit_id, w.category_id AS category_id, w.kind AS kind, w.channel AS channel FROM matter w
    WHERE (w.raised_at, w.id) > (:after_key, :after_id) AND w.raised_at <= :bound
    ORDER BY w.raised_at, w.id LIMIT :walk) AS m
WHERE (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:everywhere = 1 OR m.unit_id IN (SELECT id FROM scope))
  AND (:kind IS NULL OR m.kind = :kind) AND (:channel IS NULL OR m.channel = :channel)
LIMIT :limit OFFSET :skip;

-- staff_state_newest :many category_code:str? category_end:str unit_id:unit_id? state:str
-- everywhere:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- after_key:int after_id:int bound:int walk:int limit:int skip:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT m.id, -m.raised_at AS sort_key /* int */, -m.id AS id_key /* int */ FROM (
    SELECT w.id AS id, w.raised_at AS raised_at, w.unit_id AS unit_id, w.category_id AS category_id FROM matter w
    WHERE w.state = :state AND (w.raised_at, w.id) < (:after_key, :after_id) AND w.raised_at >= :bound
    ORDER BY w.raised_at DESC, w.id DESC LIMIT :walk) AS m
WHERE (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:everywhere = 1 OR m.unit_id IN (SELECT id FROM scope))
LIMIT :limit OFFSET :skip;

-- staff_state_oldest :many category_code:str? category_end:str unit_id:unit_id? state:str
-- everywhere:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- after_key:int after_id:int bound:int walk:int limit:int skip:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT m.id, m.raised_at AS sort_key /* int */, m.id AS id_key /* int */ FROM (
    SELECT w.id AS id, w.raised_at AS raised_at, w.unit_id AS unit_id, w.category_id AS category_id FROM matter w
    WHERE w.state = :state AND (w.raised_at, w.id) > (:after_key, :after_id) AND w.raised_at <= :bound
    ORDER BY w.raised_at, w.id LIMIT :walk) AS m
WHERE (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:everywhere = 1 OR m.unit_id IN (SELECT id FROM scope))
LIMIT :limit OFFSET :skip;

-- staff_waiting_newest :many category_code:str? category_end:str unit_id:unit_id?
-- everywhere:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- after_key:int after_id:int bound:int walk:int limit:int skip:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT m.id, -m.raised_at AS sort_key /* int */, -m.id AS id_key /* int */ FROM (
    SELECT w.id AS id, w.raised_at AS raised_at, w.unit_id AS unit_id, w.category_id AS category_id FROM matter w
    WHERE w.to_show = 1 AND (w.raised_at, w.id) < (:after_key, :after_id) AND w.raised_at >= :bound
    ORDER BY w.raised_at DESC, w.id DESC LIMIT :walk) AS m
WHERE (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:everywhere = 1 OR m.unit_id IN (SELECT id FROM scope))
LIMIT :limit OFFSET :skip;

-- staff_waiting_oldest :many category_code:str? category_end:str unit_id:unit_id?
-- everywhere:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- after_key:int after_id:int bound:int walk:int limit:int skip:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT m.id, m.raised_at AS sort_key /* int */, m.id AS id_key /* int */ FROM (
    SELECT w.id AS id, w.raised_at AS raised_at, w.unit_id AS unit_id, w.category_id AS category_id FROM matter w
    WHERE w.to_show = 1 AND (w.raised_at, w.id) > (:after_key, :after_id) AND w.raised_at <= :bound
    ORDER BY w.raised_at, w.id LIMIT :walk) AS m
WHERE (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:everywhere = 1 OR m.unit_id IN (SELECT id FROM scope))
LIMIT :limit OFFSET :skip;

-- By the day on which they are due: open casefiles only, each with its matters; + 1 since the last page may have ended within a casefile.
-- id_key is the casefile.
-- staff_due :many category_code:str? category_end:str unit_id:unit_id?
-- everywhere:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- after_key:int after_id:int after_matter:int bound:int walk:int limit:int skip:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT m.id, c.due_on AS sort_key /* int */, c.id AS id_key /* int */ FROM (
    SELECT w.id AS id, w.due_on AS due_on, w.unit_id AS unit_id, w.category_id AS category_id FROM casefile w
    WHERE w.due_on > 0 AND (w.due_on, w.id) >= (:after_key, :after_id) AND w.due_on <= :bound
    ORDER BY w.due_on, w.id LIMIT :walk + 1) AS c CROSS JOIN matter m
WHERE (:category_code IS NULL OR c.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR c.unit_id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:everywhere = 1 OR c.unit_id IN (SELECT id FROM scope))
  AND m.casefile_id = c.id AND (c.due_on > :after_key OR c.id > :after_id OR m.id > :after_matter)
LIMIT :limit OFFSET :skip;

-- A join there comes in any order: the few rows of the walk are put into theirs.
-- staff_due.pg :many
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT m.id, c.due_on AS sort_key /* int */, c.id AS id_key /* int */ FROM (
    SELECT w.id AS id, w.due_on AS due_on, w.unit_id AS unit_id, w.category_id AS category_id FROM casefile w
    WHERE w.due_on > 0 AND (w.due_on, w.id) >= (:after_key, :after_id) AND w.due_on <= :bound
    ORDER BY w.due_on, w.id LIMIT :walk + 1) AS c CROSS JOIN matter m
WHERE (:category_code IS NULL OR c.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR c.unit_id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:everywhere = 1 OR c.unit_id IN (SELECT id FROM scope))
  AND m.casefile_id = c.id AND (c.due_on > :after_key OR c.id > :after_id OR m.id > :after_matter)
ORDER BY c.due_on, c.id, m.id LIMIT :limit OFFSET :skip;
