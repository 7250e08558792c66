-- The newest matters that have a piece of the words in common: as many rows whatever the size of the city.

-- likely :many dialect casefile_id:casefile_id
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- tokens:str upto:search_doc_id beyond:search_doc_id everywhere:int limit:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0),
    hit AS MATERIALIZED (
        SELECT s.rowid AS doc_id FROM search_index s
        WHERE search_index MATCH '("' || replace(replace(replace(:tokens, ' ', '") AND ("'), '|', '") OR ("'), '/', '" OR "') || '")'
          AND s.rowid <= :upto AND s.rowid > :beyond ORDER BY s.rowid DESC LIMIT :limit)
SELECT m.casefile_id, m.ref, m.subject, m.state, m.raised_at, c.reopened
FROM hit h JOIN search_doc d ON d.id = h.doc_id JOIN matter m ON m.id = d.matter_id JOIN casefile c ON c.id = m.casefile_id
WHERE d.ended_at = 0 AND d.answer_id IS NULL AND d.audience <> 2 AND m.casefile_id <> :casefile_id
  AND (:everywhere = 1 OR m.unit_id IN (SELECT id FROM scope))
ORDER BY h.doc_id DESC;

-- likely.pg :many
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0),
    hit AS MATERIALIZED (
        SELECT s.id AS doc_id, s.matter_id, s.answer_id, s.audience, s.ended_at FROM search_newest(
            ('(''' || replace(replace(replace(:tokens, ' ', ''') & ('''), '|', ''') | ('''), '/', ''' | ''') || ''')')::tsquery,
            :upto, :beyond, :limit) s)
SELECT m.casefile_id, m.ref, m.subject, m.state, m.raised_at, c.reopened
FROM hit h CROSS JOIN LATERAL (SELECT x.* FROM matter x WHERE x.id = h.matter_id OFFSET 0) m JOIN casefile c ON c.id = m.casefile_id
WHERE h.ended_at = 0 AND h.answer_id IS NULL AND h.audience <> 2 AND m.casefile_id <> :casefile_id
  AND (:everywhere = 1 OR m.unit_id IN (SELECT id FROM scope))
ORDER BY h.doc_id DESC;
