-- Units. What is ended stays, and is left out of lists.

-- get :one
SELECT id, code, name_en, name_zh, kind, remit, address, phone, territory_unit_id, line_unit_id, starts_on, ends_on, successor_unit_id
FROM unit WHERE id = :unit_id;

-- id_of_code :one code:str
SELECT id FROM unit WHERE code = :code;

-- root :one
SELECT id FROM unit WHERE kind = 'root' AND ends_on = 0 ORDER BY id LIMIT 1;

-- place :one
SELECT territory_unit_id, line_unit_id, ends_on, successor_unit_id FROM unit WHERE id = :unit_id;

-- children :many unit_id:unit_id after_code:str limit:int
SELECT id, code, name_en, name_zh, kind, remit, address, phone, territory_unit_id, line_unit_id, starts_on, ends_on, successor_unit_id
FROM unit WHERE territory_unit_id = :unit_id AND ends_on = 0 AND code > :after_code ORDER BY code LIMIT :limit;

-- glance :one
SELECT EXISTS (SELECT 1 FROM unit c WHERE c.territory_unit_id = u.id AND c.ends_on = 0) AS below /* int */,
       EXISTS (SELECT 1 FROM office o WHERE o.unit_id = u.id AND o.ends_on = 0) AS office /* int */,
       coalesce((SELECT p.name FROM post f JOIN person p ON p.id = f.person_id
                 WHERE f.unit_id = u.id AND f.kind = 'first' AND f.ended_at = 0), '') AS first_name /* str */
FROM unit u WHERE u.id = :unit_id;

-- line_children :many
SELECT id FROM unit WHERE line_unit_id = :unit_id AND ends_on = 0 ORDER BY code;

-- ancestors :many line:int unit_id:unit_id
SELECT u.id, u.code, u.name_en, u.name_zh, u.kind, u.remit, u.address, u.phone, u.territory_unit_id, u.line_unit_id, u.starts_on,
       u.ends_on, u.successor_unit_id
FROM unit_path p JOIN unit u ON u.id = p.ancestor_unit_id
WHERE p.line = :line AND p.descendant_unit_id = :unit_id AND p.ends_on = 0 AND p.depth > 0
ORDER BY p.depth;

-- list :many after_code:str limit:int
SELECT id, code, name_en, name_zh, kind, remit, address, phone, territory_unit_id, line_unit_id, starts_on, ends_on, successor_unit_id
FROM unit
WHERE code > :after_code AND ends_on = 0 ORDER BY code LIMIT :limit;

-- names :each
SELECT id, code, name_en, name_zh FROM unit WHERE ends_on = 0 ORDER BY code;

-- insert :exec unit_id:unit_id code:str name_en:str name_zh:str kind:str remit:str address:str phone:str
-- territory_unit_id:unit_id? line_unit_id:unit_id? starts_on:day
INSERT INTO unit (id, code, name_en, name_zh, kind, remit, address, phone, territory_unit_id, line_unit_id, starts_on)
VALUES (:unit_id, :code, :name_en, :name_zh, :kind, :remit, :address, :phone, :territory_unit_id, :line_unit_id, :starts_on);

-- update :exec unit_id:unit_id code:str name_en:str name_zh:str kind:str remit:str address:str phone:str
-- territory_unit_id:unit_id? line_unit_id:unit_id?
UPDATE unit SET code = :code, name_en = :name_en, name_zh = :name_zh, kind = :kind, remit = :remit, address = :address, phone = :phone,
       territory_unit_id = :territory_unit_id, line_unit_id = :line_unit_id
WHERE id = :unit_id;

-- end :exec unit_id:unit_id ends_on:day successor_unit_id:unit_id?
UPDATE unit SET ends_on = :ends_on, successor_unit_id = :successor_unit_id WHERE id = :unit_id AND ends_on = 0;
