-- Who is away, and who has the work meanwhile.

-- get :one
SELECT person_id, deputy_person_id, ended_at FROM absence WHERE id = :absence_id;

-- of_person :many person_id:person_id now_at:instant
SELECT a.id, a.person_id, a.deputy_person_id, h.name AS deputy_name, a.acting, a.from_at, a.to_at
FROM absence a JOIN person h ON h.id = a.deputy_person_id
WHERE a.person_id = :person_id AND a.to_at > :now_at AND a.ended_at = 0 ORDER BY a.from_at, a.id;

-- overlaps :one person_id:person_id from_at:instant to_at:instant
SELECT count(*) AS n /* int */ FROM absence
WHERE person_id = :person_id AND to_at > :from_at AND from_at < :to_at AND ended_at = 0;

-- covers :one person_id:person_id from_at:instant to_at:instant
SELECT count(*) AS n /* int */ FROM absence
WHERE deputy_person_id = :person_id AND to_at > :from_at AND from_at < :to_at AND ended_at = 0;

-- insert :exec absence_id:absence_id person_id:person_id deputy_person_id:person_id acting:int from_at:instant to_at:instant
INSERT INTO absence (id, person_id, deputy_person_id, acting, from_at, to_at)
VALUES (:absence_id, :person_id, :deputy_person_id, :acting, :from_at, :to_at);

-- end :exec absence_id:absence_id now_at:instant
UPDATE absence SET ended_at = :now_at WHERE id = :absence_id AND ended_at = 0;

-- end_of :exec person_id:person_id now_at:instant
UPDATE absence SET ended_at = :now_at WHERE ended_at = 0 AND (person_id = :person_id OR deputy_person_id = :person_id);
