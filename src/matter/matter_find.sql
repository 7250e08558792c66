-- Matters by words. `tokens` as search.h says: with a space between all of them, with / one of two, with | one of two groups. A walk looks at the
-- newest documents with these tokens, at most `most` of them, from upto down to and without beyond; matter_id 0: not to be found by this
-- reader with this filter. Texts are read for a list of matters, 1,2,3, a row for each document.

-- public :many dialect category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant
-- tokens:str upto:search_doc_id beyond:search_doc_id most:int sort:int
SELECT d.id AS doc_id /* search_doc_id */, coalesce(m.id, 0) AS matter_id /* matter_id */, coalesce(m.raised_at, 0) AS raised_at /* instant */,
       coalesce(m.answered_at, 0) AS answered_at /* instant */
FROM (SELECT s.rowid AS id FROM search_index s
      WHERE search_index MATCH '("' || replace(replace(replace(:tokens, ' ', '") AND ("'), '|', '") OR ("'), '/', '" OR "') || '")'
        AND s.rowid <= :upto AND s.rowid > :beyond ORDER BY s.rowid DESC LIMIT :most) f
CROSS JOIN search_doc d ON d.id = f.id
LEFT JOIN matter m ON m.id = CASE WHEN d.ended_at = 0 AND d.audience >= 2 THEN d.matter_id END AND m.shown = 1
  AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit u ON u.id = p.descendant_unit_id
                                         WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                           AND (p.ends_on = 0 OR (u.ends_on > 0 AND p.ends_on >= u.ends_on))))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.shown_place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
  AND (:sort <> 3 OR m.answered_at > 0)
ORDER BY d.id DESC;

-- public.pg :many
SELECT d.id AS doc_id /* search_doc_id */, coalesce(m.id, 0) AS matter_id /* matter_id */, coalesce(m.raised_at, 0) AS raised_at /* instant */,
       coalesce(m.answered_at, 0) AS answered_at /* instant */
FROM search_newest(('(''' || replace(replace(replace(:tokens, ' ', ''') & ('''), '|', ''') | ('''), '/', ''' | ''') || ''')')::tsquery,
                   :upto, :beyond, :most) d
LEFT JOIN LATERAL (SELECT m.* FROM matter m WHERE m.id = CASE WHEN d.ended_at = 0 AND d.audience >= 2 THEN d.matter_id END AND m.shown = 1
  AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit u ON u.id = p.descendant_unit_id
                                         WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                           AND (p.ends_on = 0 OR (u.ends_on > 0 AND p.ends_on >= u.ends_on))))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.shown_place ILIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
  AND (:sort <> 3 OR m.answered_at > 0)
  OFFSET 0) m ON true
ORDER BY d.id DESC;

-- staff :many dialect category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant waiting:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- everywhere:int tokens:str upto:search_doc_id beyond:search_doc_id most:int sort:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT d.id AS doc_id /* search_doc_id */, coalesce(m.id, 0) AS matter_id /* matter_id */, coalesce(m.raised_at, 0) AS raised_at /* instant */,
       coalesce(m.answered_at, 0) AS answered_at /* instant */,
       CASE WHEN :sort = 4 THEN (SELECT c.due_on FROM casefile c WHERE c.id = m.casefile_id) ELSE 0 END AS due_on /* day */
FROM (SELECT s.rowid AS id FROM search_index s
      WHERE search_index MATCH '("' || replace(replace(replace(:tokens, ' ', '") AND ("'), '|', '") OR ("'), '/', '" OR "') || '")'
        AND s.rowid <= :upto AND s.rowid > :beyond ORDER BY s.rowid DESC LIMIT :most) f
CROSS JOIN search_doc d ON d.id = f.id
LEFT JOIN matter m ON m.id = CASE WHEN d.ended_at = 0 AND d.audience <> 2 THEN d.matter_id END
  AND (:everywhere = 1 OR m.unit_id IN (SELECT id FROM scope))
  AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit u ON u.id = p.descendant_unit_id
                                         WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                           AND (p.ends_on = 0 OR (u.ends_on > 0 AND p.ends_on >= u.ends_on))))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
  AND (:sort <> 3 OR m.answered_at > 0)
  AND (:waiting = 0 OR m.to_show = 1)
  AND (:sort <> 4 OR EXISTS (SELECT 1 FROM casefile c WHERE c.id = m.casefile_id AND c.due_on > 0))
ORDER BY d.id DESC;

-- staff.pg :many
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT d.id AS doc_id /* search_doc_id */, coalesce(m.id, 0) AS matter_id /* matter_id */, coalesce(m.raised_at, 0) AS raised_at /* instant */,
       coalesce(m.answered_at, 0) AS answered_at /* instant */,
       CASE WHEN :sort = 4 THEN (SELECT c.due_on FROM casefile c WHERE c.id = m.casefile_id) ELSE 0 END AS due_on /* day */
FROM search_newest(('(''' || replace(replace(replace(:tokens, ' ', ''') & ('''), '|', ''') | ('''), '/', ''' | ''') || ''')')::tsquery,
                   :upto, :beyond, :most) d
LEFT JOIN LATERAL (SELECT m.* FROM matter m WHERE m.id = CASE WHEN d.ended_at = 0 AND d.audience <> 2 THEN d.matter_id END
  AND (:everywhere = 1 OR m.unit_id IN (SELECT id FROM scope))
  AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit u ON u.id = p.descendant_unit_id
                                         WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                           AND (p.ends_on = 0 OR (u.ends_on > 0 AND p.ends_on >= u.ends_on))))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.place ILIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
  AND (:sort <> 3 OR m.answered_at > 0)
  AND (:waiting = 0 OR m.to_show = 1)
  AND (:sort <> 4 OR EXISTS (SELECT 1 FROM casefile c WHERE c.id = m.casefile_id AND c.due_on > 0))
  OFFSET 0) m ON true
ORDER BY d.id DESC;

-- texts_public :each dialect list:str
SELECT m.id AS matter_id /* matter_id */, m.shown_subject AS subject /* str */, m.shown_text AS text /* str */, m.shown_place AS more /* str */
FROM json_each('[' || :list || ']') j CROSS JOIN matter m ON m.id = j.value
UNION ALL
SELECT m.id, '', a.shown_text, '' FROM json_each('[' || :list || ']') j CROSS JOIN matter m ON m.id = j.value JOIN answer a ON a.casefile_id = m.casefile_id WHERE a.shown_text <> '';

-- texts_public.pg :each
SELECT m.id AS matter_id /* matter_id */, m.shown_subject AS subject /* str */, m.shown_text AS text /* str */, m.shown_place AS more /* str */
FROM unnest(string_to_array(:list, ',')::BIGINT[]) j (id) CROSS JOIN LATERAL (SELECT x.* FROM matter x WHERE x.id = j.id OFFSET 0) m
UNION ALL
SELECT j.id, '', a.shown_text, '' FROM unnest(string_to_array(:list, ',')::BIGINT[]) j (id)
CROSS JOIN LATERAL (SELECT x.casefile_id AS casefile_id FROM matter x WHERE x.id = j.id OFFSET 0) y
CROSS JOIN LATERAL (SELECT z.* FROM answer z WHERE z.casefile_id = y.casefile_id OFFSET 0) a WHERE a.shown_text <> '';

-- texts_staff :each dialect list:str
SELECT m.id AS matter_id /* matter_id */, m.subject AS subject /* str */, m.text AS text /* str */, m.place AS more /* str */
FROM json_each('[' || :list || ']') j CROSS JOIN matter m ON m.id = j.value
UNION ALL
SELECT m.id, '', a.found || ' ' || a.done, a.basis || ' ' || a.remedy FROM json_each('[' || :list || ']') j CROSS JOIN matter m ON m.id = j.value JOIN answer a ON a.casefile_id = m.casefile_id;

-- texts_staff.pg :each
SELECT m.id AS matter_id /* matter_id */, m.subject AS subject /* str */, m.text AS text /* str */, m.place AS more /* str */
FROM unnest(string_to_array(:list, ',')::BIGINT[]) j (id) CROSS JOIN LATERAL (SELECT x.* FROM matter x WHERE x.id = j.id OFFSET 0) m
UNION ALL
SELECT j.id, '', a.found || ' ' || a.done, a.basis || ' ' || a.remedy FROM unnest(string_to_array(:list, ',')::BIGINT[]) j (id)
CROSS JOIN LATERAL (SELECT x.casefile_id AS casefile_id FROM matter x WHERE x.id = j.id OFFSET 0) y
CROSS JOIN LATERAL (SELECT z.* FROM answer z WHERE z.casefile_id = y.casefile_id OFFSET 0) a;
