-- Plans kept to begin from: structure alone, in versions.

-- add :exec plan_template_id:plan_template_id root_unit_id:unit_id unit_id:unit_id
INSERT INTO plan_template (id, root_unit_id, unit_id) VALUES (:plan_template_id, :root_unit_id, :unit_id);

-- get :one plan_template_id:plan_template_id
SELECT t.id, t.unit_id, t.version, t.ended_at, u.code AS unit_code /* str */, u.name_en AS unit_en /* str */, u.name_zh AS unit_zh /* str */
FROM plan_template t JOIN unit u ON u.id = t.unit_id WHERE t.id = :plan_template_id;

-- of_unit :many unit_id:unit_id limit:int
SELECT t.id FROM plan_template t
WHERE t.unit_id IN (SELECT p.ancestor_unit_id FROM unit_path p WHERE p.descendant_unit_id = :unit_id AND p.line IN (0, 1) AND p.ends_on = 0
                    UNION ALL SELECT u.id FROM unit u WHERE u.id = :unit_id)
ORDER BY t.id DESC LIMIT :limit;

-- versions :many plan_template_id:plan_template_id
SELECT v.version, v.what, v.name, v.at AS at /* instant */, coalesce(c.ref, '') AS campaign_ref /* str */, coalesce(p.name, '') AS person_name /* str */
FROM plan_template_version v LEFT JOIN campaign c ON c.id = v.campaign_id LEFT JOIN person p ON p.id = v.person_id
WHERE v.plan_template_id = :plan_template_id ORDER BY v.version DESC LIMIT 200;

-- version :one plan_template_id:plan_template_id version:int
SELECT version, body_version, name, theme, kinds, sign_days, ask_cap, text FROM plan_template_version
WHERE plan_template_id = :plan_template_id AND version = :version;

-- add_version :exec plan_template_id:plan_template_id version:int what:str body_version:int campaign_id:campaign_id? name:str theme:str kinds:str
-- sign_days:int ask_cap:int text:str person_id:person_id? at:instant
INSERT INTO plan_template_version (plan_template_id, version, what, body_version, campaign_id, name, theme, kinds, sign_days, ask_cap, text, person_id, at)
VALUES (:plan_template_id, :version, :what, :body_version, :campaign_id, :name, :theme, :kinds, :sign_days, :ask_cap, :text, :person_id, :at);

-- set_version :exec plan_template_id:plan_template_id version:int ended_at:instant
UPDATE plan_template SET version = :version, ended_at = :ended_at WHERE id = :plan_template_id AND version = :version - 1;

-- take_stages :exec plan_template_id:plan_template_id version:int campaign_id:campaign_id plan_version:int starts_on:day
INSERT INTO plan_template_stage (plan_template_id, version, no, name, from_n, to_n, consolidates)
SELECT :plan_template_id, :version, s.no, s.name, s.starts_on - :starts_on, CASE WHEN s.ends_on = 0 THEN -1 ELSE s.ends_on - :starts_on END, s.consolidates
FROM stage s WHERE s.campaign_id = :campaign_id AND s.since_version <= :plan_version AND (s.until_version = 0 OR s.until_version > :plan_version);

-- take_aims :exec plan_template_id:plan_template_id version:int campaign_id:campaign_id plan_version:int
INSERT INTO plan_template_aim (plan_template_id, version, no, line, name)
SELECT :plan_template_id, :version, m.no, m.line, m.name FROM aim m
WHERE m.campaign_id = :campaign_id AND m.since_version <= :plan_version AND (m.until_version = 0 OR m.until_version > :plan_version);

-- take_goals :exec plan_template_id:plan_template_id version:int campaign_id:campaign_id plan_version:int
INSERT INTO plan_template_goal (plan_template_id, version, no, aim_no, name, indicator)
SELECT :plan_template_id, :version, row_number() OVER (ORDER BY g.id), m.no, g.name, g.indicator FROM goal g JOIN aim m ON m.id = g.aim_id
WHERE g.campaign_id = :campaign_id AND g.since_version <= :plan_version AND (g.until_version = 0 OR g.until_version > :plan_version);

-- take_actions :exec plan_template_id:plan_template_id version:int campaign_id:campaign_id plan_version:int starts_on:day
INSERT INTO plan_template_action (plan_template_id, version, no, stage_no, aim_no, name, criteria, criterion, criterion_n, evidence, due_n, locked, may_adapt,
                                  may_waive)
SELECT :plan_template_id, :version, a.no, coalesce(s.no, 0), coalesce(m.no, 0), a.name, a.criteria, a.criterion, a.criterion_n, a.evidence,
       CASE WHEN a.due_on = 0 THEN -1 ELSE a.due_on - :starts_on END, a.locked, a.may_adapt, a.may_waive
FROM action a LEFT JOIN aim m ON m.id = a.aim_id
LEFT JOIN stage w ON w.id = a.stage_id -- where it stood: that stage, or the one that an amendment put in its place, not one that took a free number
LEFT JOIN stage s ON s.campaign_id = a.campaign_id AND s.no = w.no AND s.since_version <= :plan_version
  AND (s.until_version = 0 OR s.until_version > :plan_version) AND (s.id = w.id OR s.replaces_stage_id IS NOT NULL)
WHERE a.campaign_id = :campaign_id AND a.prescribed = 1 AND a.since_version <= :plan_version AND a.since_version > 0
  AND (a.until_version = 0 OR a.until_version > :plan_version);

-- stages :many plan_template_id:plan_template_id version:int
SELECT no, name, from_n, to_n, consolidates FROM plan_template_stage WHERE plan_template_id = :plan_template_id AND version = :version ORDER BY no;

-- aims :many plan_template_id:plan_template_id version:int
SELECT no, line, name FROM plan_template_aim WHERE plan_template_id = :plan_template_id AND version = :version ORDER BY no;

-- goals :many plan_template_id:plan_template_id version:int
SELECT no, aim_no, name, indicator FROM plan_template_goal WHERE plan_template_id = :plan_template_id AND version = :version ORDER BY no;

-- actions :many plan_template_id:plan_template_id version:int
SELECT no, stage_no, aim_no, name, criteria, criterion, criterion_n, evidence, due_n, locked, may_adapt, may_waive FROM plan_template_action
WHERE plan_template_id = :plan_template_id AND version = :version ORDER BY no;
