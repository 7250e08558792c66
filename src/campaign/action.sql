-- Prescribed and optional actions.

-- get :one
SELECT id, campaign_id, unit_id, stage_id, aim_id, no, prescribed, name, criteria, criterion, criterion_n, evidence, due_on, locked, may_adapt,
       may_waive, from_action_id, cloned_action_id, since_version, until_version
FROM action WHERE id = :action_id;

-- list :many campaign_id:campaign_id version:int
SELECT id FROM action
WHERE campaign_id = :campaign_id AND prescribed = 1 AND since_version <= :version AND (until_version = 0 OR until_version > :version)
ORDER BY no, id;

-- in_force :one campaign_id:campaign_id no:int version:int
SELECT id FROM action
WHERE campaign_id = :campaign_id AND prescribed = 1 AND no = :no AND since_version <= :version AND (until_version = 0 OR until_version > :version)
ORDER BY id DESC LIMIT 1;

-- set_carried :exec action_id:action_id from_action_id:action_id cloned_action_id:action_id?
UPDATE action SET from_action_id = :from_action_id, cloned_action_id = :cloned_action_id WHERE id = :action_id;

-- optional :many campaign_id:campaign_id unit_id:unit_id
SELECT id FROM action WHERE campaign_id = :campaign_id AND unit_id = :unit_id AND prescribed = 0 ORDER BY no, id;

-- add :exec action_id:action_id campaign_id:campaign_id unit_id:unit_id stage_id:stage_id? aim_id:aim_id? no:int prescribed:int name:str
-- criteria:str criterion:str criterion_n:int evidence:str due_on:day locked:int may_adapt:int may_waive:int from_action_id:action_id?
-- since_version:int replaces_action_id:action_id?
INSERT INTO action (id, campaign_id, unit_id, stage_id, aim_id, no, prescribed, name, criteria, criterion, criterion_n, evidence, due_on, locked,
                    may_adapt, may_waive, from_action_id, since_version, replaces_action_id)
VALUES (:action_id, :campaign_id, :unit_id, :stage_id, :aim_id, :no, :prescribed, :name, :criteria, :criterion, :criterion_n, :evidence,
        :due_on, :locked, :may_adapt, :may_waive, :from_action_id, :since_version, :replaces_action_id);

-- change :exec action_id:action_id stage_id:stage_id? aim_id:aim_id? name:str criteria:str criterion:str criterion_n:int evidence:str due_on:day
-- locked:int may_adapt:int may_waive:int
UPDATE action SET stage_id = :stage_id, aim_id = :aim_id, name = :name, criteria = :criteria, criterion = :criterion, criterion_n = :criterion_n,
       evidence = :evidence, due_on = :due_on, locked = :locked, may_adapt = :may_adapt, may_waive = :may_waive
WHERE id = :action_id;

-- until :exec action_id:action_id until_version:int
UPDATE action SET until_version = :until_version WHERE id = :action_id;

-- last_no :one campaign_id:campaign_id unit_id:unit_id prescribed:int
SELECT coalesce(max(no), 0) AS no /* int */, count(*) AS n /* int */ FROM action
WHERE campaign_id = :campaign_id AND unit_id = :unit_id AND prescribed = :prescribed;

-- replaced :many campaign_id:campaign_id version:int
SELECT id, replaces_action_id, due_on FROM action
WHERE campaign_id = :campaign_id AND since_version = :version AND replaces_action_id IS NOT NULL;

-- gone :many campaign_id:campaign_id version:int
SELECT a.id FROM action a
WHERE a.campaign_id = :campaign_id AND a.prescribed = 1 AND a.until_version = :version
  AND NOT EXISTS (SELECT 1 FROM action b WHERE b.replaces_action_id = a.id);

-- aim_like :one theirs:aim_id campaign_id:campaign_id
SELECT m.id FROM aim m JOIN aim t ON t.line = m.line WHERE t.id = :theirs AND m.campaign_id = :campaign_id AND m.until_version = 0
ORDER BY m.no LIMIT 1;
