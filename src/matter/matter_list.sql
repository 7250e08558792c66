-- A page of matters by their keys, in the order of the keys, without those that do not fit what of the filter is still to be asked:
-- matter_walk.sql, matter_ranges.sql and search.sql give the keys. ids is a JSON list of numbers.

-- For the public: what is let through, by its shown words.
-- public_items :many dialect ids:str
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant
SELECT m.id, m.casefile_id, m.ref, m.shown_subject AS subject /* str */, m.state, m.kind, m.category_id, m.unit_id, m.raised_at, m.answered_at,
       coalesce(g.name_en, '') AS category_en /* str */, coalesce(g.name_zh, '') AS category_zh /* str */,
       u.name_en AS unit_en /* str */, u.name_zh AS unit_zh /* str */, c.due_on, c.reopened
FROM json_each(:ids) j CROSS JOIN matter m JOIN casefile c ON c.id = m.casefile_id JOIN unit u ON u.id = m.unit_id LEFT JOIN category g ON g.id = m.category_id
WHERE m.id = j.value AND m.shown = 1 AND (:category_code IS NULL OR m.category_id IN (SELECT k.id FROM category k WHERE k.code >= :category_code AND k.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:state IS NULL OR m.state = :state) AND (:kind IS NULL OR m.kind = :kind) AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.shown_place LIKE :place ESCAPE '!') AND m.raised_at >= :from_at AND m.raised_at <= :to_at
ORDER BY j.key;

-- public_items.pg :many
SELECT m.id, m.casefile_id, m.ref, m.shown_subject AS subject /* str */, m.state, m.kind, m.category_id, m.unit_id, m.raised_at, m.answered_at,
       coalesce(g.name_en, '') AS category_en /* str */, coalesce(g.name_zh, '') AS category_zh /* str */,
       u.name_en AS unit_en /* str */, u.name_zh AS unit_zh /* str */, c.due_on, c.reopened
FROM json_array_elements_text(CAST(:ids AS json)) WITH ORDINALITY AS j (value, key)
CROSS JOIN LATERAL (SELECT x.* FROM matter x WHERE x.id = CAST(j.value AS bigint) OFFSET 0) m JOIN casefile c ON c.id = m.casefile_id JOIN unit u ON u.id = m.unit_id LEFT JOIN category g ON g.id = m.category_id
WHERE m.shown = 1 AND (:category_code IS NULL OR m.category_id IN (SELECT k.id FROM category k WHERE k.code >= :category_code AND k.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:state IS NULL OR m.state = :state) AND (:kind IS NULL OR m.kind = :kind) AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.shown_place ILIKE :place ESCAPE '!') AND m.raised_at >= :from_at AND m.raised_at <= :to_at
ORDER BY j.key;

-- How many of them fit.
-- public_fit :one dialect ids:str
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant
SELECT count(*) AS n /* int */ FROM json_each(:ids) j CROSS JOIN matter m
WHERE m.id = j.value AND m.shown = 1 AND (:category_code IS NULL OR m.category_id IN (SELECT k.id FROM category k WHERE k.code >= :category_code AND k.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:state IS NULL OR m.state = :state) AND (:kind IS NULL OR m.kind = :kind) AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.shown_place LIKE :place ESCAPE '!') AND m.raised_at >= :from_at AND m.raised_at <= :to_at;

-- public_fit.pg :one
SELECT count(*) AS n /* int */ FROM json_array_elements_text(CAST(:ids AS json)) WITH ORDINALITY AS j (value, key)
CROSS JOIN LATERAL (SELECT x.* FROM matter x WHERE x.id = CAST(j.value AS bigint) OFFSET 0) m
WHERE m.shown = 1 AND (:category_code IS NULL OR m.category_id IN (SELECT k.id FROM category k WHERE k.code >= :category_code AND k.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:state IS NULL OR m.state = :state) AND (:kind IS NULL OR m.kind = :kind) AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.shown_place ILIKE :place ESCAPE '!') AND m.raised_at >= :from_at AND m.raised_at <= :to_at;

-- For staff.
-- staff_items :many dialect ids:str
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant waiting:int
-- everywhere:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT m.id, m.casefile_id, m.ref, m.subject, m.state, m.kind, m.category_id, m.unit_id, m.raised_at, m.answered_at,
       coalesce(g.name_en, '') AS category_en /* str */, coalesce(g.name_zh, '') AS category_zh /* str */,
       u.name_en AS unit_en /* str */, u.name_zh AS unit_zh /* str */, c.due_on, c.reopened
FROM json_each(:ids) j CROSS JOIN matter m JOIN casefile c ON c.id = m.casefile_id JOIN unit u ON u.id = m.unit_id LEFT JOIN category g ON g.id = m.category_id
WHERE m.id = j.value AND (:category_code IS NULL OR m.category_id IN (SELECT k.id FROM category k WHERE k.code >= :category_code AND k.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:everywhere = 1 OR m.unit_id IN (SELECT id FROM scope)) AND (:waiting = 0 OR m.to_show = 1)
  AND (:state IS NULL OR m.state = :state) AND (:kind IS NULL OR m.kind = :kind) AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.place LIKE :place ESCAPE '!') AND m.raised_at >= :from_at AND m.raised_at <= :to_at
ORDER BY j.key;

-- staff_items.pg :many
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT m.id, m.casefile_id, m.ref, m.subject, m.state, m.kind, m.category_id, m.unit_id, m.raised_at, m.answered_at,
       coalesce(g.name_en, '') AS category_en /* str */, coalesce(g.name_zh, '') AS category_zh /* str */,
       u.name_en AS unit_en /* str */, u.name_zh AS unit_zh /* str */, c.due_on, c.reopened
FROM json_array_elements_text(CAST(:ids AS json)) WITH ORDINALITY AS j (value, key)
CROSS JOIN LATERAL (SELECT x.* FROM matter x WHERE x.id = CAST(j.value AS bigint) OFFSET 0) m JOIN casefile c ON c.id = m.casefile_id JOIN unit u ON u.id = m.unit_id LEFT JOIN category g ON g.id = m.category_id
WHERE (:category_code IS NULL OR m.category_id IN (SELECT k.id FROM category k WHERE k.code >= :category_code AND k.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:everywhere = 1 OR m.unit_id IN (SELECT id FROM scope)) AND (:waiting = 0 OR m.to_show = 1)
  AND (:state IS NULL OR m.state = :state) AND (:kind IS NULL OR m.kind = :kind) AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.place ILIKE :place ESCAPE '!') AND m.raised_at >= :from_at AND m.raised_at <= :to_at
ORDER BY j.key;

-- staff_fit :one dialect ids:str
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant waiting:int
-- everywhere:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT count(*) AS n /* int */ FROM json_each(:ids) j CROSS JOIN matter m
WHERE m.id = j.value AND (:category_code IS NULL OR m.category_id IN (SELECT k.id FROM category k WHERE k.code >= :category_code AND k.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:everywhere = 1 OR m.unit_id IN (SELECT id FROM scope)) AND (:waiting = 0 OR m.to_show = 1)
  AND (:state IS NULL OR m.state = :state) AND (:kind IS NULL OR m.kind = :kind) AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.place LIKE :place ESCAPE '!') AND m.raised_at >= :from_at AND m.raised_at <= :to_at;

-- staff_fit.pg :one
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT count(*) AS n /* int */ FROM json_array_elements_text(CAST(:ids AS json)) WITH ORDINALITY AS j (value, key)
CROSS JOIN LATERAL (SELECT x.* FROM matter x WHERE x.id = CAST(j.value AS bigint) OFFSET 0) m
WHERE (:category_code IS NULL OR m.category_id IN (SELECT k.id FROM category k WHERE k.code >= :category_code AND k.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN
                    (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                     WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                       AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:everywhere = 1 OR m.unit_id IN (SELECT id FROM scope)) AND (:waiting = 0 OR m.to_show = 1)
  AND (:state IS NULL OR m.state = :state) AND (:kind IS NULL OR m.kind = :kind) AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.place ILIKE :place ESCAPE '!') AND m.raised_at >= :from_at AND m.raised_at <= :to_at;

-- words :one
SELECT m.text, m.shown_text,
       coalesce((SELECT a.found || ' ' || a.done FROM answer a WHERE a.casefile_id = m.casefile_id ORDER BY a.id DESC LIMIT 1), '')
           AS answer /* str */,
       coalesce((SELECT a.shown_text FROM answer a WHERE a.casefile_id = m.casefile_id AND a.shown_text <> ''
                 ORDER BY a.id DESC LIMIT 1), '') AS shown_answer /* str */
FROM matter m WHERE m.id = :matter_id;
