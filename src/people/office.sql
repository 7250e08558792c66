-- Offices and the three named people of a unit.

-- of_unit :one
SELECT id, unit_id, name_en, name_zh, address, phone, hours FROM office WHERE unit_id = :unit_id AND ends_on = 0 ORDER BY id LIMIT 1;

-- get :one
SELECT unit_id, ends_on FROM office WHERE id = :office_id;

-- insert :exec office_id:office_id unit_id:unit_id name_en:str name_zh:str address:str phone:str hours:str starts_on:day
INSERT INTO office (id, unit_id, name_en, name_zh, address, phone, hours, starts_on)
VALUES (:office_id, :unit_id, :name_en, :name_zh, :address, :phone, :hours, :starts_on);

-- update :exec office_id:office_id name_en:str name_zh:str address:str phone:str hours:str
UPDATE office SET name_en = :name_en, name_zh = :name_zh, address = :address, phone = :phone, hours = :hours WHERE id = :office_id;

-- end_all :exec unit_id:unit_id ends_on:day
UPDATE office SET ends_on = :ends_on WHERE unit_id = :unit_id AND ends_on = 0;

-- holder :one unit_id:unit_id kind:str
SELECT id, person_id FROM post WHERE unit_id = :unit_id AND kind = :kind AND ended_at = 0;

-- posts :many unit_id:unit_id now_at:instant
SELECT p.kind, p.person_id,
       CASE WHEN EXISTS (SELECT 1 FROM absence a WHERE a.person_id = p.person_id AND a.to_at > :now_at AND a.from_at <= :now_at
                         AND a.ended_at = 0)
             AND NOT EXISTS (SELECT 1 FROM absence a WHERE a.person_id = p.person_id AND a.to_at > :now_at AND a.from_at <= :now_at
                             AND a.ended_at = 0 AND a.acting = 1)
            THEN 1 ELSE 0 END AS away /* int */,
       coalesce((SELECT min(CASE WHEN a.from_at > :now_at THEN a.from_at ELSE a.to_at END) FROM absence a
                 WHERE a.person_id = p.person_id AND a.to_at > :now_at AND a.ended_at = 0), 0) AS changes_at /* instant */
FROM post p JOIN person h ON h.id = p.person_id
WHERE p.unit_id = :unit_id AND p.ended_at = 0 AND h.ended_at = 0 ORDER BY p.id;

-- post_insert :exec post_id:post_id unit_id:unit_id kind:str person_id:person_id starts_at:instant
INSERT INTO post (id, unit_id, kind, person_id, starts_at) VALUES (:post_id, :unit_id, :kind, :person_id, :starts_at);

-- post_end :exec
UPDATE post SET ended_at = :now_at WHERE id = :post_id AND ended_at = 0;

-- post_end_all :exec unit_id:unit_id now_at:instant
UPDATE post SET ended_at = :now_at WHERE unit_id = :unit_id AND ended_at = 0;

-- post_end_of :exec person_id:person_id now_at:instant
UPDATE post SET ended_at = :now_at WHERE person_id = :person_id AND ended_at = 0;
