-- by_id :one category_id:category_id
SELECT id, code, coalesce(parent_category_id, 0) AS parent /* category_id */, level, name_en, name_zh, unit_id, ended_at
FROM category WHERE id = :category_id;

-- by_code :one code:str
SELECT id, code, coalesce(parent_category_id, 0) AS parent /* category_id */, level, name_en, name_zh, unit_id, ended_at
FROM category WHERE code = :code;

-- children :many parent:category_id
SELECT id, code, coalesce(parent_category_id, 0) AS parent /* category_id */, level, name_en, name_zh, unit_id, ended_at
FROM category WHERE coalesce(parent_category_id, 0) = :parent AND ended_at = 0 ORDER BY code;

-- list :many with_ended:int
SELECT id, code, coalesce(parent_category_id, 0) AS parent /* category_id */, level, name_en, name_zh, unit_id, ended_at
FROM category WHERE (:with_ended = 1 OR ended_at = 0) ORDER BY code;

-- last_code :one parent:category_id
SELECT coalesce(max(code), '') AS code /* str */ FROM category WHERE coalesce(parent_category_id, 0) = :parent;

-- add :exec category_id:category_id code:str parent:category_id? level:int name_en:str name_zh:str unit_id:unit_id?
INSERT INTO category (id, code, parent_category_id, level, name_en, name_zh, unit_id)
VALUES (:category_id, :code, :parent, :level, :name_en, :name_zh, :unit_id);

-- change :exec category_id:category_id name_en:str name_zh:str unit_id:unit_id?
UPDATE category SET name_en = :name_en, name_zh = :name_zh, unit_id = :unit_id WHERE id = :category_id;

-- end_below :exec code:str code_end:str ended_at:instant
UPDATE category SET ended_at = :ended_at WHERE code >= :code AND code < :code_end AND ended_at = 0;
