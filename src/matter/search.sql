-- The index and its documents. On a file search_index holds the tokens under the document's key; on a server search_doc itself does.

-- next :one
SELECT coalesce(max(id), 0) + 1 AS id /* search_doc_id */ FROM search_doc;

-- add_doc :exec search_doc_id:search_doc_id matter_id:matter_id answer_id:answer_id? audience:int tokens:str
INSERT INTO search_doc (id, matter_id, answer_id, audience)
VALUES (:search_doc_id, :matter_id, :answer_id, iif(:tokens IS NULL, 0, :audience));

-- add_doc.pg :exec
INSERT INTO search_doc (id, matter_id, answer_id, audience, tokens)
VALUES (:search_doc_id, :matter_id, :answer_id, :audience, ('''' || replace(:tokens, ' ', ''' ''') || '''')::tsvector)
ON CONFLICT (id) DO NOTHING;

-- add_index :exec dialect search_doc_id:search_doc_id tokens:str
INSERT INTO search_index (rowid, tokens) VALUES (:search_doc_id, :tokens);

-- add_index.pg :exec
UPDATE search_doc SET tokens = ('''' || replace(:tokens, ' ', ''' ''') || '''')::tsvector WHERE id = :search_doc_id;

-- A server has no parts to put together: these are never run there.

-- merge_less :exec dialect
INSERT INTO search_index (search_index, rank) VALUES ('automerge', 16);

-- merge_less.pg :exec
DELETE FROM search_doc WHERE id < 0;

-- merge_again :exec dialect
INSERT INTO search_index (search_index, rank) VALUES ('automerge', 4);

-- merge_again.pg :exec
DELETE FROM search_doc WHERE id < 0;

-- share :exec matter_id:matter_id answer_id:answer_id
UPDATE search_doc SET audience = 3
WHERE matter_id = :matter_id AND coalesce(answer_id, 0) = :answer_id AND ended_at = 0 AND audience = 1;

-- share.pg :exec
UPDATE search_doc SET audience = 3
WHERE matter_id = :matter_id AND id >= :matter_id AND coalesce(answer_id, 0) = :answer_id AND ended_at = 0 AND audience = 1;

-- hide :exec matter_id:matter_id ended_at:instant
UPDATE search_doc SET audience = CASE audience WHEN 3 THEN 1 ELSE audience END, ended_at = CASE audience WHEN 2 THEN :ended_at ELSE 0 END
WHERE matter_id = :matter_id AND ended_at = 0 AND audience > 1;

-- hide.pg :exec
UPDATE search_doc SET audience = CASE audience WHEN 3 THEN 1 ELSE audience END, ended_at = CASE audience WHEN 2 THEN :ended_at ELSE 0 END
WHERE matter_id = :matter_id AND id >= :matter_id AND ended_at = 0 AND audience > 1;

-- How far an answer may be looked for: the newest document, and how often a token stands in the newest ones.

-- last :one
SELECT coalesce(max(id), 0) AS id /* search_doc_id */ FROM search_doc;

-- often :one dialect token:str most:int
SELECT count(*) AS n /* int */, coalesce(min(t.id), 0) AS least_id /* search_doc_id */
FROM (SELECT s.rowid AS id FROM search_index s WHERE search_index MATCH '"' || :token || '"' ORDER BY s.rowid DESC LIMIT :most) t;

-- often.pg :one
SELECT count(*) AS n /* int */, coalesce(min(t.id), 0) AS least_id /* search_doc_id */
FROM search_newest(('''' || :token || '''')::tsquery, 9223372036854775807, 0, :most) t;

-- Documents of one token, or of one of several (/ and | as in search.h): bounded, unlike a search for several at once, which goes on to the next
-- document that has all of them.

-- having :many dialect token:str upto:search_doc_id beyond:search_doc_id
SELECT s.rowid AS id /* search_doc_id */ FROM search_index s
WHERE search_index MATCH '("' || replace(replace(:token, '|', '") OR ("'), '/', '" OR "') || '")' AND s.rowid <= :upto AND s.rowid > :beyond
ORDER BY s.rowid DESC;

-- having.pg :many
SELECT s.id AS id /* search_doc_id */ FROM search_doc s
WHERE s.tokens @@ ('(''' || replace(replace(:token, '|', ''') | ('''), '/', ''' | ''') || ''')')::tsquery AND s.id <= :upto AND s.id > :beyond
ORDER BY s.id DESC;

-- marks :one matter_id:matter_id
SELECT raised_at, kind, channel FROM matter WHERE id = :matter_id;
