-- Text modules of a unit.

-- list :many unit_id:unit_id
SELECT id, unit_id, name, text FROM phrase WHERE unit_id = :unit_id AND ended_at = 0 ORDER BY name, id LIMIT 200;

-- get :one
SELECT id, unit_id, name, text, ended_at FROM phrase WHERE id = :phrase_id;

-- count :one unit_id:unit_id
SELECT count(*) AS n /* int */ FROM phrase WHERE unit_id = :unit_id AND ended_at = 0;

-- add :exec phrase_id:phrase_id unit_id:unit_id name:str text:str
INSERT INTO phrase (id, unit_id, name, text) VALUES (:phrase_id, :unit_id, :name, :text);

-- change :exec phrase_id:phrase_id name:str text:str
UPDATE phrase SET name = :name, text = :text WHERE id = :phrase_id AND ended_at = 0;

-- end :exec phrase_id:phrase_id ended_at:instant
UPDATE phrase SET ended_at = :ended_at WHERE id = :phrase_id AND ended_at = 0;
