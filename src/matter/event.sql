-- Rows of a casefile's history are added and read, never changed.

-- add :exec event_id:event_id casefile_id:casefile_id matter_id:matter_id? kind:str person_id:person_id? unit_id:unit_id?
-- to_unit_id:unit_id? to_person_id:person_id? words:str shown:int at:instant salt:blob hash:blob
INSERT INTO event (id, casefile_id, matter_id, kind, person_id, unit_id, to_unit_id, to_person_id, words, shown, at, salt, hash)
VALUES (:event_id, :casefile_id, :matter_id, :kind, :person_id, :unit_id, :to_unit_id, :to_person_id, :words, :shown, :at, :salt, :hash);

-- timeline :many casefile_id:casefile_id shown_only:int
SELECT e.kind, e.shown, e.at AS at /* instant */, e.unit_id AS unit_id /* unit_id */,
       CASE WHEN e.words <> '' THEN e.words ELSE coalesce(o.words, '') END AS words /* str */,
       coalesce(p.name, '') AS person_name /* str */,
       coalesce((SELECT m.title_en FROM member m WHERE m.person_id = e.person_id AND m.unit_id = e.unit_id
                 ORDER BY m.ended_at, m.id LIMIT 1), '') AS title_en /* str */,
       coalesce((SELECT m.title_zh FROM member m WHERE m.person_id = e.person_id AND m.unit_id = e.unit_id
                 ORDER BY m.ended_at, m.id LIMIT 1), '') AS title_zh /* str */,
       coalesce(u.name_en, '') AS unit_en /* str */, coalesce(u.name_zh, '') AS unit_zh /* str */,
       coalesce(t.name_en, '') AS to_unit_en /* str */, coalesce(t.name_zh, '') AS to_unit_zh /* str */,
       coalesce(q.name, '') AS to_person_name /* str */
FROM event e
LEFT JOIN outcome o ON o.event_id = e.id AND o.casefile_id = e.casefile_id AND :shown_only = 0
LEFT JOIN person p ON p.id = e.person_id
LEFT JOIN unit u ON u.id = e.unit_id
LEFT JOIN unit t ON t.id = e.to_unit_id
LEFT JOIN person q ON q.id = e.to_person_id
WHERE e.casefile_id = :casefile_id AND (:shown_only = 0 OR e.shown = 1)
ORDER BY e.at DESC, e.id DESC;
