-- The index made again, and checked.

-- wanted :one
SELECT value FROM setting WHERE name = 'search.rebuild';

-- want :exec value:str
INSERT INTO setting (name, value) VALUES ('search.rebuild', :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- done :exec
DELETE FROM setting WHERE name = 'search.rebuild';

-- clear_docs :exec
DELETE FROM search_doc;

-- clear_index :exec dialect
INSERT INTO search_index (search_index) VALUES ('delete-all');

-- clear_index.pg :exec
DELETE FROM search_doc WHERE ended_at > 0;

-- all :one
SELECT count(*) AS n /* int */ FROM matter;

-- matters :many raised_at:instant matter_id:matter_id limit:int
SELECT m.id, m.raised_at, m.casefile_id, m.kind, m.channel, m.subject, m.text, m.place, m.shown, m.shown_subject, m.shown_text, m.shown_place,
       CASE WHEN EXISTS (SELECT 1 FROM matter o WHERE o.casefile_id = m.casefile_id AND o.id < m.id) THEN 0 ELSE 1 END AS is_first /* int */
FROM matter m WHERE (m.raised_at, m.id) > (:raised_at, :matter_id) ORDER BY m.raised_at, m.id LIMIT :limit;

-- answers :many casefile_id:casefile_id
SELECT id, found, done, basis, remedy, shown_text FROM answer WHERE casefile_id = :casefile_id ORDER BY id;

-- Checks

-- unfound :one
SELECT count(*) AS n /* int */ FROM matter m
WHERE NOT EXISTS (SELECT 1 FROM search_doc d WHERE d.matter_id = m.id AND d.answer_id IS NULL AND d.ended_at = 0 AND d.audience <> 2);

-- unfound_answers :one
SELECT count(*) AS n /* int */ FROM answer a WHERE NOT EXISTS (
    SELECT 1 FROM matter m JOIN search_doc d ON d.matter_id = m.id
    WHERE m.casefile_id = a.casefile_id AND d.answer_id = a.id AND d.ended_at = 0 AND d.audience <> 2);

-- unfound_public :one
SELECT count(*) AS n /* int */ FROM matter m
WHERE m.shown = 1
  AND NOT EXISTS (SELECT 1 FROM search_doc d WHERE d.matter_id = m.id AND d.answer_id IS NULL AND d.ended_at = 0 AND d.audience > 1);

-- leaked :one
SELECT count(*) AS n /* int */ FROM search_doc d JOIN matter m ON m.id = d.matter_id
WHERE d.ended_at = 0 AND d.audience > 1 AND m.shown = 0;

-- documents :one
SELECT count(*) AS n /* int */ FROM search_doc;

-- sample :many every:int most:int
SELECT d.id, d.matter_id, coalesce(d.answer_id, 0) AS answer_id /* answer_id */, d.audience, m.ref, m.raised_at, m.kind, m.channel
FROM search_doc d JOIN matter m ON m.id = d.matter_id WHERE d.ended_at = 0 AND d.id % :every = 0 ORDER BY d.id DESC LIMIT :most;

-- words :one matter_id:matter_id answer_id:answer_id public:int
SELECT CASE WHEN :public = 1 THEN m.shown_subject ELSE m.subject END AS subject /* str */,
       CASE WHEN :public = 1 THEN m.shown_text ELSE m.text END AS text /* str */,
       CASE WHEN :public = 1 THEN m.shown_place ELSE m.place END AS place /* str */
FROM matter m WHERE m.id = :matter_id AND :answer_id = 0
UNION ALL
SELECT CASE WHEN :public = 1 THEN '' ELSE a.found || ' ' || a.done END,
       CASE WHEN :public = 1 THEN a.shown_text ELSE a.basis END, CASE WHEN :public = 1 THEN '' ELSE a.remedy END
FROM matter m JOIN answer a ON a.casefile_id = m.casefile_id WHERE m.id = :matter_id AND a.id = :answer_id;

-- stands :one dialect search_doc_id:search_doc_id tokens:str
SELECT count(*) AS n /* int */ FROM search_index s
WHERE search_index MATCH '("' || replace(:tokens, ' ', '") AND ("') || '")' AND s.rowid = :search_doc_id;

-- stands.pg :one
SELECT count(*) AS n /* int */ FROM search_doc s
WHERE s.tokens @@ ('(''' || replace(:tokens, ' ', ''') & (''') || ''')')::tsquery AND s.id = :search_doc_id;
