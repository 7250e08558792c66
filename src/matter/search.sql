-- Documents are rows of search_doc whose key is the row of the index; those that ended are left out by joining.

-- add_doc :exec search_doc_id:search_doc_id matter_id:matter_id audience:str part:str
INSERT INTO search_doc (id, matter_id, audience, part) VALUES (:search_doc_id, :matter_id, :audience, :part);

-- add_staff :exec dialect search_doc_id:search_doc_id tokens:str
INSERT INTO search_staff (rowid, tokens) VALUES (:search_doc_id, :tokens);

-- add_public :exec dialect search_doc_id:search_doc_id tokens:str
INSERT INTO search_public (rowid, tokens) VALUES (:search_doc_id, :tokens);

-- drop :exec matter_id:matter_id audience:str ended_at:instant
UPDATE search_doc SET ended_at = :ended_at WHERE matter_id = :matter_id AND audience = :audience AND ended_at = 0;


-- public :many dialect
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant
-- expression:str sort:int start:int limit:int
WITH hit AS MATERIALIZED (SELECT s.rowid AS doc_id, s.rank AS score FROM search_public s WHERE search_public MATCH :expression),
    best AS (SELECT d.matter_id AS matter_id, min(h.score) AS score FROM hit h JOIN search_doc d ON d.id = h.doc_id
             WHERE d.ended_at = 0 GROUP BY d.matter_id)
SELECT m.id, count(*) OVER () AS total /* int */ FROM best b JOIN matter m ON m.id = b.matter_id
WHERE m.shown = 1
  AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.shown_place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
  AND (:sort <> 3 OR m.answered_at > 0)
  AND (:sort <> 4 OR EXISTS (SELECT 1 FROM casefile c WHERE c.id = m.casefile_id AND c.due_on > 0))
ORDER BY CASE WHEN :sort = 0 THEN b.score ELSE 0 END,
         CASE WHEN :sort = 4 THEN (SELECT c.due_on FROM casefile c WHERE c.id = m.casefile_id) ELSE 0 END,
         CASE :sort WHEN 2 THEN m.raised_at WHEN 3 THEN -m.answered_at ELSE -m.raised_at END, m.id DESC
LIMIT :limit OFFSET :start;

-- staff :many dialect
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant waiting:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- expression:str everywhere:int sort:int start:int limit:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0),
    hit AS MATERIALIZED (SELECT s.rowid AS doc_id, s.rank AS score FROM search_staff s WHERE search_staff MATCH :expression),
    best AS (SELECT d.matter_id AS matter_id, min(h.score) AS score FROM hit h JOIN search_doc d ON d.id = h.doc_id
             WHERE d.ended_at = 0 GROUP BY d.matter_id)
SELECT m.id, count(*) OVER () AS total /* int */ FROM best b JOIN matter m ON m.id = b.matter_id
WHERE (:everywhere = 1 OR m.unit_id IN (SELECT id FROM scope)) AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
  AND (:waiting = 0 OR m.to_show = 1)
  AND (:sort <> 3 OR m.answered_at > 0)
  AND (:sort <> 4 OR EXISTS (SELECT 1 FROM casefile c WHERE c.id = m.casefile_id AND c.due_on > 0))
ORDER BY CASE WHEN :sort = 0 THEN b.score ELSE 0 END,
         CASE WHEN :sort = 4 THEN (SELECT c.due_on FROM casefile c WHERE c.id = m.casefile_id) ELSE 0 END,
         CASE :sort WHEN 2 THEN m.raised_at WHEN 3 THEN -m.answered_at ELSE -m.raised_at END, m.id DESC
LIMIT :limit OFFSET :start;
