-- Lists of a few units or categories, each state of each being one range of an index that is in the wanted order. `tops` gives the first
-- row of every range, best first; the first rows of the whole list stand in the ranges whose tops are best, and `range` reads on in one of
-- them. So a page of a unit with two hundred units below it is two hundred looks into an index and some rows.
-- after_key and after_id are those of the last row before, bound is the far end of the wanted span. sort_key and id_key rise down the list.

-- How many units a list would be made of, as far as `most`.
-- units :one unit_id:unit_id?
-- everywhere:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- most:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0),
place (id) AS (
    SELECT s.id FROM scope s WHERE :everywhere = 0 AND (:unit_id IS NULL OR s.id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
    UNION SELECT a.id FROM unit a WHERE :everywhere = 1 AND a.id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
SELECT count(*) AS n /* int */ FROM (SELECT id FROM place LIMIT :most) AS hit;

-- How many matters a category and those below it have, as far as `most`.
-- category_size :one category_code:str category_end:str most:int
SELECT count(*) AS n /* int */ FROM (SELECT m.id FROM matter m
    WHERE m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end) LIMIT :most) AS hit;

-- Of the newest matters, how many are of the category, and how many at the units: which of the two narrows more.
-- sample :one category_code:str category_end:str unit_id:unit_id?
-- everywhere:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- sample:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT coalesce(sum(CASE WHEN m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end) THEN 1 END), 0) AS in_category /* int */,
       coalesce(sum(CASE WHEN (:everywhere = 1 OR m.unit_id IN (SELECT id FROM scope)) AND (:unit_id IS NULL OR m.unit_id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on)))) THEN 1 END), 0) AS in_units /* int */
FROM (SELECT w.unit_id AS unit_id, w.category_id AS category_id FROM matter w ORDER BY w.raised_at DESC, w.id DESC LIMIT :sample) AS m;

-- For the public.

-- tops_public_unit_newest :many unit_id:unit_id state:str?
-- after_key:int after_id:int bound:int limit:int
SELECT u.id AS unit_id /* unit_id */, s.state AS state /* str */, -m.raised_at AS sort_key /* int */, -m.id AS id_key /* int */
FROM unit u CROSS JOIN (SELECT 'registered' AS state UNION ALL SELECT 'accepted' UNION ALL SELECT 'handling' UNION ALL SELECT 'answered'
      UNION ALL SELECT 'solved' UNION ALL SELECT 'partly' UNION ALL SELECT 'declined') AS s CROSS JOIN matter m
WHERE u.id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on)))
  AND (:state IS NULL OR s.state = :state)
  AND m.id = (SELECT t.id FROM matter t WHERE t.shown = 1 AND t.unit_id = u.id AND t.state = s.state AND (t.raised_at, t.id) < (:after_key, :after_id) AND t.raised_at >= :bound
              ORDER BY t.raised_at DESC, t.id DESC LIMIT 1)
ORDER BY m.raised_at DESC, m.id DESC LIMIT :limit;

-- range_public_unit_newest :many unit_id:unit_id state:str after_key:int after_id:int bound:int limit:int
SELECT m.id, -m.raised_at AS sort_key /* int */, -m.id AS id_key /* int */ FROM matter m
WHERE m.shown = 1 AND m.unit_id = :unit_id AND m.state = :state AND (m.raised_at, m.id) < (:after_key, :after_id) AND m.raised_at >= :bound
ORDER BY m.raised_at DESC, m.id DESC LIMIT :limit;

-- tops_public_unit_oldest :many unit_id:unit_id state:str?
-- after_key:int after_id:int bound:int limit:int
SELECT u.id AS unit_id /* unit_id */, s.state AS state /* str */, m.raised_at AS sort_key /* int */, m.id AS id_key /* int */
FROM unit u CROSS JOIN (SELECT 'registered' AS state UNION ALL SELECT 'accepted' UNION ALL SELECT 'handling' UNION ALL SELECT 'answered'
      UNION ALL SELECT 'solved' UNION ALL SELECT 'partly' UNION ALL SELECT 'declined') AS s CROSS JOIN matter m
WHERE u.id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on)))
  AND (:state IS NULL OR s.state = :state)
  AND m.id = (SELECT t.id FROM matter t WHERE t.shown = 1 AND t.unit_id = u.id AND t.state = s.state AND (t.raised_at, t.id) > (:after_key, :after_id) AND t.raised_at <= :bound
              ORDER BY t.raised_at, t.id LIMIT 1)
ORDER BY m.raised_at, m.id LIMIT :limit;

-- range_public_unit_oldest :many unit_id:unit_id state:str after_key:int after_id:int bound:int limit:int
SELECT m.id, m.raised_at AS sort_key /* int */, m.id AS id_key /* int */ FROM matter m
WHERE m.shown = 1 AND m.unit_id = :unit_id AND m.state = :state AND (m.raised_at, m.id) > (:after_key, :after_id) AND m.raised_at <= :bound
ORDER BY m.raised_at, m.id LIMIT :limit;

-- tops_public_unit_answered :many unit_id:unit_id
-- after_key:int after_id:int bound:int limit:int
SELECT u.id AS unit_id /* unit_id */, -m.answered_at AS sort_key /* int */, -m.id AS id_key /* int */
FROM unit u CROSS JOIN matter m
WHERE u.id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on)))
  AND m.id = (SELECT t.id FROM matter t WHERE t.shown = 1 AND t.answered_at > 0 AND t.unit_id = u.id AND (t.answered_at, t.id) < (:after_key, :after_id) AND t.answered_at >= :bound
              ORDER BY t.answered_at DESC, t.id DESC LIMIT 1)
ORDER BY m.answered_at DESC, m.id DESC LIMIT :limit;

-- range_public_unit_answered :many unit_id:unit_id after_key:int after_id:int bound:int limit:int
SELECT m.id, -m.answered_at AS sort_key /* int */, -m.id AS id_key /* int */ FROM matter m
WHERE m.shown = 1 AND m.answered_at > 0 AND m.unit_id = :unit_id AND (m.answered_at, m.id) < (:after_key, :after_id) AND m.answered_at >= :bound
ORDER BY m.answered_at DESC, m.id DESC LIMIT :limit;

-- tops_public_category_newest :many category_code:str category_end:str state:str?
-- after_key:int after_id:int bound:int limit:int
SELECT g.id AS category_id /* category_id */, s.state AS state /* str */, -m.raised_at AS sort_key /* int */, -m.id AS id_key /* int */
FROM category g CROSS JOIN (SELECT 'registered' AS state UNION ALL SELECT 'accepted' UNION ALL SELECT 'handling' UNION ALL SELECT 'answered'
      UNION ALL SELECT 'solved' UNION ALL SELECT 'partly' UNION ALL SELECT 'declined') AS s CROSS JOIN matter m
WHERE g.code >= :category_code AND g.code < :category_end
  AND (:state IS NULL OR s.state = :state)
  AND m.id = (SELECT t.id FROM matter t WHERE t.shown = 1 AND t.category_id = g.id AND t.state = s.state AND (t.raised_at, t.id) < (:after_key, :after_id) AND t.raised_at >= :bound
              ORDER BY t.raised_at DESC, t.id DESC LIMIT 1)
ORDER BY m.raised_at DESC, m.id DESC LIMIT :limit;

-- range_public_category_newest :many category_id:category_id state:str after_key:int after_id:int bound:int limit:int
SELECT m.id, -m.raised_at AS sort_key /* int */, -m.id AS id_key /* int */ FROM matter m
WHERE m.shown = 1 AND m.category_id = :category_id AND m.state = :state AND (m.raised_at, m.id) < (:after_key, :after_id) AND m.raised_at >= :bound
ORDER BY m.raised_at DESC, m.id DESC LIMIT :limit;

-- tops_public_category_oldest :many category_code:str category_end:str state:str?
-- after_key:int after_id:int bound:int limit:int
SELECT g.id AS category_id /* category_id */, s.state AS state /* str */, m.raised_at AS sort_key /* int */, m.id AS id_key /* int */
FROM category g CROSS JOIN (SELECT 'registered' AS state UNION ALL SELECT 'accepted' UNION ALL SELECT 'handling' UNION ALL SELECT 'answered'
      UNION ALL SELECT 'solved' UNION ALL SELECT 'partly' UNION ALL SELECT 'declined') AS s CROSS JOIN matter m
WHERE g.code >= :category_code AND g.code < :category_end
  AND (:state IS NULL OR s.state = :state)
  AND m.id = (SELECT t.id FROM matter t WHERE t.shown = 1 AND t.category_id = g.id AND t.state = s.state AND (t.raised_at, t.id) > (:after_key, :after_id) AND t.raised_at <= :bound
              ORDER BY t.raised_at, t.id LIMIT 1)
ORDER BY m.raised_at, m.id LIMIT :limit;

-- range_public_category_oldest :many category_id:category_id state:str after_key:int after_id:int bound:int limit:int
SELECT m.id, m.raised_at AS sort_key /* int */, m.id AS id_key /* int */ FROM matter m
WHERE m.shown = 1 AND m.category_id = :category_id AND m.state = :state AND (m.raised_at, m.id) > (:after_key, :after_id) AND m.raised_at <= :bound
ORDER BY m.raised_at, m.id LIMIT :limit;

-- tops_public_category_answered :many category_code:str category_end:str
-- after_key:int after_id:int bound:int limit:int
SELECT g.id AS category_id /* category_id */, -m.answered_at AS sort_key /* int */, -m.id AS id_key /* int */
FROM category g CROSS JOIN matter m
WHERE g.code >= :category_code AND g.code < :category_end
  AND m.id = (SELECT t.id FROM matter t WHERE t.shown = 1 AND t.answered_at > 0 AND t.category_id = g.id AND (t.answered_at, t.id) < (:after_key, :after_id) AND t.answered_at >= :bound
              ORDER BY t.answered_at DESC, t.id DESC LIMIT 1)
ORDER BY m.answered_at DESC, m.id DESC LIMIT :limit;

-- range_public_category_answered :many category_id:category_id after_key:int after_id:int bound:int limit:int
SELECT m.id, -m.answered_at AS sort_key /* int */, -m.id AS id_key /* int */ FROM matter m
WHERE m.shown = 1 AND m.answered_at > 0 AND m.category_id = :category_id AND (m.answered_at, m.id) < (:after_key, :after_id) AND m.answered_at >= :bound
ORDER BY m.answered_at DESC, m.id DESC LIMIT :limit;

-- For staff: within the right as in matter_walk.sql. Where the right reaches everywhere a unit is given.

-- tops_staff_unit_newest :many unit_id:unit_id? state:str?
-- everywhere:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- after_key:int after_id:int bound:int limit:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0),
place (id) AS (
    SELECT s.id FROM scope s WHERE :everywhere = 0 AND (:unit_id IS NULL OR s.id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
    UNION SELECT a.id FROM unit a WHERE :everywhere = 1 AND a.id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
SELECT u.id AS unit_id /* unit_id */, s.state AS state /* str */, -m.raised_at AS sort_key /* int */, -m.id AS id_key /* int */
FROM place u CROSS JOIN (SELECT 'registered' AS state UNION ALL SELECT 'accepted' UNION ALL SELECT 'handling' UNION ALL SELECT 'answered'
      UNION ALL SELECT 'solved' UNION ALL SELECT 'partly' UNION ALL SELECT 'declined') AS s CROSS JOIN matter m
WHERE (:state IS NULL OR s.state = :state)
  AND m.id = (SELECT t.id FROM matter t WHERE t.unit_id = u.id AND t.state = s.state AND (t.raised_at, t.id) < (:after_key, :after_id) AND t.raised_at >= :bound
              ORDER BY t.raised_at DESC, t.id DESC LIMIT 1)
ORDER BY m.raised_at DESC, m.id DESC LIMIT :limit;

-- range_staff_unit_newest :many unit_id:unit_id state:str after_key:int after_id:int bound:int limit:int
SELECT m.id, -m.raised_at AS sort_key /* int */, -m.id AS id_key /* int */ FROM matter m
WHERE m.unit_id = :unit_id AND m.state = :state AND (m.raised_at, m.id) < (:after_key, :after_id) AND m.raised_at >= :bound
ORDER BY m.raised_at DESC, m.id DESC LIMIT :limit;

-- tops_staff_unit_oldest :many unit_id:unit_id? state:str?
-- everywhere:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- after_key:int after_id:int bound:int limit:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0),
place (id) AS (
    SELECT s.id FROM scope s WHERE :everywhere = 0 AND (:unit_id IS NULL OR s.id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
    UNION SELECT a.id FROM unit a WHERE :everywhere = 1 AND a.id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
SELECT u.id AS unit_id /* unit_id */, s.state AS state /* str */, m.raised_at AS sort_key /* int */, m.id AS id_key /* int */
FROM place u CROSS JOIN (SELECT 'registered' AS state UNION ALL SELECT 'accepted' UNION ALL SELECT 'handling' UNION ALL SELECT 'answered'
      UNION ALL SELECT 'solved' UNION ALL SELECT 'partly' UNION ALL SELECT 'declined') AS s CROSS JOIN matter m
WHERE (:state IS NULL OR s.state = :state)
  AND m.id = (SELECT t.id FROM matter t WHERE t.unit_id = u.id AND t.state = s.state AND (t.raised_at, t.id) > (:after_key, :after_id) AND t.raised_at <= :bound
              ORDER BY t.raised_at, t.id LIMIT 1)
ORDER BY m.raised_at, m.id LIMIT :limit;

-- range_staff_unit_oldest :many unit_id:unit_id state:str after_key:int after_id:int bound:int limit:int
SELECT m.id, m.raised_at AS sort_key /* int */, m.id AS id_key /* int */ FROM matter m
WHERE m.unit_id = :unit_id AND m.state = :state AND (m.raised_at, m.id) > (:after_key, :after_id) AND m.raised_at <= :bound
ORDER BY m.raised_at, m.id LIMIT :limit;

-- tops_staff_category_newest :many category_code:str category_end:str state:str?
-- after_key:int after_id:int bound:int limit:int
SELECT g.id AS category_id /* category_id */, s.state AS state /* str */, -m.raised_at AS sort_key /* int */, -m.id AS id_key /* int */
FROM category g CROSS JOIN (SELECT 'registered' AS state UNION ALL SELECT 'accepted' UNION ALL SELECT 'handling' UNION ALL SELECT 'answered'
      UNION ALL SELECT 'solved' UNION ALL SELECT 'partly' UNION ALL SELECT 'declined') AS s CROSS JOIN matter m
WHERE g.code >= :category_code AND g.code < :category_end
  AND (:state IS NULL OR s.state = :state)
  AND m.id = (SELECT t.id FROM matter t WHERE t.category_id = g.id AND t.state = s.state AND (t.raised_at, t.id) < (:after_key, :after_id) AND t.raised_at >= :bound
              ORDER BY t.raised_at DESC, t.id DESC LIMIT 1)
ORDER BY m.raised_at DESC, m.id DESC LIMIT :limit;

-- range_staff_category_newest :many category_id:category_id state:str after_key:int after_id:int bound:int limit:int
SELECT m.id, -m.raised_at AS sort_key /* int */, -m.id AS id_key /* int */ FROM matter m
WHERE m.category_id = :category_id AND m.state = :state AND (m.raised_at, m.id) < (:after_key, :after_id) AND m.raised_at >= :bound
ORDER BY m.raised_at DESC, m.id DESC LIMIT :limit;

-- tops_staff_category_oldest :many category_code:str category_end:str state:str?
-- after_key:int after_id:int bound:int limit:int
SELECT g.id AS category_id /* category_id */, s.state AS state /* str */, m.raised_at AS sort_key /* int */, m.id AS id_key /* int */
FROM category g CROSS JOIN (SELECT 'registered' AS state UNION ALL SELECT 'accepted' UNION ALL SELECT 'handling' UNION ALL SELECT 'answered'
      UNION ALL SELECT 'solved' UNION ALL SELECT 'partly' UNION ALL SELECT 'declined') AS s CROSS JOIN matter m
WHERE g.code >= :category_code AND g.code < :category_end
  AND (:state IS NULL OR s.state = :state)
  AND m.id = (SELECT t.id FROM matter t WHERE t.category_id = g.id AND t.state = s.state AND (t.raised_at, t.id) > (:after_key, :after_id) AND t.raised_at <= :bound
              ORDER BY t.raised_at, t.id LIMIT 1)
ORDER BY m.raised_at, m.id LIMIT :limit;

-- range_staff_category_oldest :many category_id:category_id state:str after_key:int after_id:int bound:int limit:int
SELECT m.id, m.raised_at AS sort_key /* int */, m.id AS id_key /* int */ FROM matter m
WHERE m.category_id = :category_id AND m.state = :state AND (m.raised_at, m.id) > (:after_key, :after_id) AND m.raised_at <= :bound
ORDER BY m.raised_at, m.id LIMIT :limit;

-- By the day on which they are due; id_key is the casefile.
-- tops_staff_unit_due :many unit_id:unit_id?
-- everywhere:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- after_key:int after_id:int bound:int limit:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0),
place (id) AS (
    SELECT s.id FROM scope s WHERE :everywhere = 0 AND (:unit_id IS NULL OR s.id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
    UNION SELECT a.id FROM unit a WHERE :everywhere = 1 AND a.id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
SELECT u.id AS unit_id /* unit_id */, c.due_on AS sort_key /* int */, c.id AS id_key /* int */
FROM place u CROSS JOIN casefile c
WHERE c.id = (SELECT t.id FROM casefile t WHERE t.unit_id = u.id AND t.due_on > 0 AND (t.due_on, t.id) >= (:after_key, :after_id)
                AND t.due_on <= :bound
              ORDER BY t.due_on, t.id LIMIT 1)
ORDER BY c.due_on, c.id LIMIT :limit;

-- range_staff_unit_due :many unit_id:unit_id after_key:int after_id:int after_matter:int bound:int limit:int
SELECT m.id, c.due_on AS sort_key /* int */, c.id AS id_key /* int */ FROM casefile c CROSS JOIN matter m
WHERE c.unit_id = :unit_id AND c.due_on > 0 AND (c.due_on, c.id) >= (:after_key, :after_id) AND c.due_on <= :bound
  AND m.casefile_id = c.id AND (c.due_on > :after_key OR c.id > :after_id OR m.id > :after_matter)
ORDER BY c.due_on, c.id, m.id LIMIT :limit;
