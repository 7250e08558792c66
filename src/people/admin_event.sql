-- What administrators change.

-- insert :exec admin_event_id:admin_event_id kind:str unit_id:unit_id? subject_id:int person_id:person_id? text:str salt:blob hash:blob at:instant
INSERT INTO admin_event (id, kind, unit_id, subject_id, person_id, text, salt, hash, at)
VALUES (:admin_event_id, :kind, :unit_id, :subject_id, :person_id, :text, :salt, :hash, :at);

-- How often anything of the kind was changed.
-- count_up :exec
INSERT INTO counter (name, n) VALUES ('admin', 1) ON CONFLICT (name) DO UPDATE SET n = counter.n + 1;

-- version :one
SELECT n FROM counter WHERE name = 'admin';

-- list :many before_id:int limit:int
SELECT e.id, e.kind, e.unit_id, e.subject_id, e.person_id, h.name AS person_name, e.text, e.at AS at /* instant */
FROM admin_event e LEFT JOIN person h ON h.id = e.person_id
WHERE e.id < :before_id ORDER BY e.id DESC LIMIT :limit;
