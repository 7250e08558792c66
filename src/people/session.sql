-- Signed-in browsers, keys of other programs, used forms.

-- by_token :one token_hash:blob
SELECT s.id, s.person_id, s.csrf, s.created_at, s.seen_at, s.rotated_at
FROM session s JOIN person h ON h.id = s.person_id
WHERE s.token_hash = :token_hash AND s.ended_at = 0 AND h.ended_at = 0;

-- by_before :one token_hash:blob
SELECT s.id, s.person_id, s.csrf, s.created_at, s.seen_at, s.rotated_at
FROM session s JOIN person h ON h.id = s.person_id
WHERE s.before_hash = :token_hash AND s.ended_at = 0 AND h.ended_at = 0 LIMIT 1;

-- get :one
SELECT token_hash, rotated_at FROM session WHERE id = :session_id AND ended_at = 0;

-- insert :exec session_id:session_id token_hash:blob person_id:person_id csrf:blob now_at:instant
INSERT INTO session (id, token_hash, person_id, csrf, created_at, seen_at, rotated_at)
VALUES (:session_id, :token_hash, :person_id, :csrf, :now_at, :now_at, :now_at);

-- see :exec session_id:session_id now_at:instant
UPDATE session SET seen_at = :now_at WHERE id = :session_id AND ended_at = 0;

-- rotate :exec session_id:session_id token_hash:blob now_at:instant
UPDATE session SET before_hash = token_hash, token_hash = :token_hash, seen_at = :now_at, rotated_at = :now_at
WHERE id = :session_id AND ended_at = 0;

-- end :exec session_id:session_id now_at:instant
UPDATE session SET ended_at = :now_at WHERE id = :session_id AND ended_at = 0;

-- end_of :exec person_id:person_id now_at:instant
UPDATE session SET ended_at = :now_at WHERE person_id = :person_id AND ended_at = 0;

-- forget :exec seen_at:instant most:int
DELETE FROM session WHERE id IN (SELECT s.id FROM session s WHERE s.seen_at < :seen_at ORDER BY s.seen_at LIMIT :most);

-- key_insert :exec api_key_id:api_key_id name:str key_hash:blob unit_id:unit_id created_at:instant
INSERT INTO api_key (id, name, key_hash, unit_id, created_at) VALUES (:api_key_id, :name, :key_hash, :unit_id, :created_at);

-- key_find :one key_hash:blob
SELECT id, unit_id FROM api_key WHERE key_hash = :key_hash AND ended_at = 0;

-- key_list :many
SELECT k.id, k.name, k.unit_id, k.created_at, u.name_en AS unit_en, u.name_zh AS unit_zh
FROM api_key k JOIN unit u ON u.id = k.unit_id WHERE k.ended_at = 0 ORDER BY k.id;

-- key_end :exec api_key_id:api_key_id now_at:instant
UPDATE api_key SET ended_at = :now_at WHERE id = :api_key_id AND ended_at = 0;

-- once_find :one token:blob
SELECT result FROM once WHERE token = :token;

-- once_insert :exec token:blob result:str created_at:instant
INSERT INTO once (token, result, created_at) VALUES (:token, :result, :created_at);

-- once_forget :exec created_at:instant most:int
DELETE FROM once WHERE token IN (SELECT o.token FROM once o WHERE o.created_at < :created_at ORDER BY o.created_at LIMIT :most);
