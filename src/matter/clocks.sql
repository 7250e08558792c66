-- list :many casefile_id:casefile_id
SELECT id, pack, rule, starts_at, due_on, stopped_at FROM clock WHERE casefile_id = :casefile_id ORDER BY id;

-- start :exec clock_id:clock_id casefile_id:casefile_id pack:str rule:str starts_at:instant due_on:day stopped_at:instant
INSERT INTO clock (id, casefile_id, pack, rule, starts_at, due_on, stopped_at)
VALUES (:clock_id, :casefile_id, :pack, :rule, :starts_at, :due_on, :stopped_at);

-- stop :exec clock_id:clock_id stopped_at:instant
UPDATE clock SET stopped_at = :stopped_at WHERE id = :clock_id;
