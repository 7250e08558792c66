-- Versions of a plan, opinions on it.

-- get :one campaign_id:campaign_id version:int
SELECT id, version, text, summary, at AS at /* instant */, issued_at FROM plan WHERE campaign_id = :campaign_id AND version = :version;

-- list :many campaign_id:campaign_id
SELECT id, version, summary, at AS at /* instant */, issued_at FROM plan WHERE campaign_id = :campaign_id ORDER BY version DESC LIMIT 200;

-- write :exec plan_id:plan_id campaign_id:campaign_id version:int text:str summary:str person_id:person_id? at:instant
INSERT INTO plan (id, campaign_id, version, text, summary, person_id, at) VALUES (:plan_id, :campaign_id, :version, :text, :summary, :person_id, :at)
ON CONFLICT (campaign_id, version) DO UPDATE SET text = excluded.text, summary = excluded.summary, person_id = excluded.person_id, at = excluded.at;

-- issue :exec campaign_id:campaign_id version:int issued_at:instant
UPDATE plan SET issued_at = :issued_at WHERE campaign_id = :campaign_id AND version = :version AND issued_at = 0;

-- opinions :many campaign_id:campaign_id
SELECT o.id, o.version, u.name_en AS unit_en /* str */, u.name_zh AS unit_zh /* str */, p.name AS person_name /* str */, o.text, o.said, o.reply,
       o.at AS at /* instant */
FROM plan_opinion o JOIN unit u ON u.id = o.unit_id JOIN person p ON p.id = o.person_id
WHERE o.campaign_id = :campaign_id ORDER BY o.id LIMIT 1000;

-- add_opinion :exec plan_opinion_id:plan_opinion_id campaign_id:campaign_id version:int unit_id:unit_id person_id:person_id text:str at:instant
INSERT INTO plan_opinion (id, campaign_id, version, unit_id, person_id, text, at)
VALUES (:plan_opinion_id, :campaign_id, :version, :unit_id, :person_id, :text, :at);

-- reply_opinion :exec plan_opinion_id:plan_opinion_id campaign_id:campaign_id said:str reply:str
UPDATE plan_opinion SET said = :said, reply = :reply WHERE id = :plan_opinion_id AND campaign_id = :campaign_id;

-- opinions_open :one campaign_id:campaign_id
SELECT count(*) AS n /* int */ FROM plan_opinion WHERE campaign_id = :campaign_id AND said = '';

-- without_office :many campaign_id:campaign_id unit_id:unit_id limit:int
SELECT u.code, u.name_en, u.name_zh, count(*) OVER () AS total /* int */ FROM unit u
WHERE u.ends_on = 0
  AND (u.id = :unit_id OR (u.kind IN (SELECT s.kind FROM campaign_scope s WHERE s.campaign_id = :campaign_id)
                           AND u.id IN (SELECT p.descendant_unit_id FROM unit_path p
                                        WHERE p.line IN (0, 1) AND p.ancestor_unit_id = :unit_id AND p.ends_on = 0)))
  AND NOT EXISTS (SELECT 1 FROM office o WHERE o.unit_id = u.id AND o.ends_on = 0)
ORDER BY u.code LIMIT :limit;

-- without_first :many campaign_id:campaign_id unit_id:unit_id limit:int
SELECT u.code, u.name_en, u.name_zh, count(*) OVER () AS total /* int */ FROM unit u
WHERE u.ends_on = 0
  AND (u.id = :unit_id OR (u.kind IN (SELECT s.kind FROM campaign_scope s WHERE s.campaign_id = :campaign_id)
                           AND u.id IN (SELECT p.descendant_unit_id FROM unit_path p
                                        WHERE p.line IN (0, 1) AND p.ancestor_unit_id = :unit_id AND p.ends_on = 0)))
  AND NOT EXISTS (SELECT 1 FROM post o WHERE o.unit_id = u.id AND o.kind = 'first' AND o.ended_at = 0)
ORDER BY u.code LIMIT :limit;

-- above_cap :one campaign_id:campaign_id unit_id:unit_id month:int more:int cap:int
SELECT count(*) AS n /* int */ FROM unit u
WHERE u.ends_on = 0
  AND (u.id = :unit_id OR (u.kind IN (SELECT s.kind FROM campaign_scope s WHERE s.campaign_id = :campaign_id)
                           AND u.id IN (SELECT p.descendant_unit_id FROM unit_path p
                                        WHERE p.line IN (0, 1) AND p.ancestor_unit_id = :unit_id AND p.ends_on = 0)))
  AND (SELECT coalesce(sum(a.n), 0) FROM ask a WHERE a.unit_id = u.id AND a.month = :month) + :more > :cap;

-- ask_all :exec campaign_id:campaign_id unit_id:unit_id month:int kind:str n:int
INSERT INTO ask (unit_id, month, by_unit_id, campaign_id, kind, n)
SELECT u.id, :month, :unit_id, :campaign_id, :kind, :n FROM unit u
WHERE u.ends_on = 0 AND u.id <> :unit_id AND u.kind IN (SELECT s.kind FROM campaign_scope s WHERE s.campaign_id = :campaign_id)
  AND u.id IN (SELECT p.descendant_unit_id FROM unit_path p WHERE p.line IN (0, 1) AND p.ancestor_unit_id = :unit_id AND p.ends_on = 0)
ON CONFLICT (unit_id, month, by_unit_id, campaign_id, kind) DO UPDATE SET n = ask.n + excluded.n;
