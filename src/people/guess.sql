-- Wrong guesses, by keyed hashes only.

-- find :many pair:blob place:blob
SELECT who, failures, until_at FROM guess WHERE who IN (:pair, :place);

-- put :exec who:blob failures:int until_at:instant
INSERT INTO guess (who, failures, until_at) VALUES (:who, :failures, :until_at)
ON CONFLICT (who) DO UPDATE SET failures = excluded.failures, until_at = excluded.until_at;

-- remove :exec who:blob
DELETE FROM guess WHERE who = :who;

-- forget :exec until_at:instant most:int
DELETE FROM guess WHERE who IN (SELECT g.who FROM guess g WHERE g.until_at < :until_at ORDER BY g.until_at LIMIT :most);
