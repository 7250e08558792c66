-- Campaigns and the rows of their frame. A row of a plan holds in the versions [since, until).

-- add :exec campaign_id:campaign_id root_unit_id:unit_id ref:str unit_id:unit_id parent_campaign_id:campaign_id? cloned_campaign_id:campaign_id?
-- issuer:str name:str theme:str owner_person_id:person_id? lead_unit_id:unit_id? starts_on:day ends_on:day sign_days:int ask_cap:int
-- created_at:instant
INSERT INTO campaign (id, root_unit_id, ref, unit_id, parent_campaign_id, cloned_campaign_id, state, issuer, name, theme, owner_person_id, lead_unit_id,
                      starts_on, ends_on, sign_days, ask_cap, created_at)
VALUES (:campaign_id, :root_unit_id, :ref, :unit_id, :parent_campaign_id, :cloned_campaign_id, 'draft', :issuer, :name, :theme, :owner_person_id,
        :lead_unit_id, :starts_on, :ends_on, :sign_days, :ask_cap, :created_at);

-- by_id :one campaign_id:campaign_id
SELECT id, ref, state, issuer, name, theme, unit_id, parent_campaign_id, cloned_campaign_id, next_campaign_id, owner_person_id, approved_person_id,
       lead_unit_id, starts_on, ends_on, sign_days, ask_cap, version, edit, discussed_version, created_at, approved_at, issued_at, closed_at
FROM campaign WHERE id = :campaign_id;

-- by_ref :one ref:str
SELECT id FROM campaign WHERE ref = :ref;

-- list :many limit:int
SELECT id FROM campaign ORDER BY id DESC LIMIT :limit;

-- next_number :one name:str
INSERT INTO counter (name, n) VALUES (:name, 1) ON CONFLICT (name) DO UPDATE SET n = counter.n + 1 RETURNING n;

-- change :exec campaign_id:campaign_id name:str theme:str owner_person_id:person_id? lead_unit_id:unit_id? starts_on:day ends_on:day
-- sign_days:int ask_cap:int
UPDATE campaign SET name = :name, theme = :theme, owner_person_id = :owner_person_id, lead_unit_id = :lead_unit_id, starts_on = :starts_on,
       ends_on = :ends_on, sign_days = :sign_days, ask_cap = :ask_cap
WHERE id = :campaign_id;

-- set_parent :exec campaign_id:campaign_id parent_campaign_id:campaign_id
UPDATE campaign SET parent_campaign_id = :parent_campaign_id WHERE id = :campaign_id;

-- touch :exec campaign_id:campaign_id state:str
UPDATE campaign SET edit = edit + 1, state = :state, approved_at = 0 WHERE id = :campaign_id;

-- discuss_amendment :exec campaign_id:campaign_id discussed_version:int
UPDATE campaign SET discussed_version = :discussed_version, edit = edit + 1, approved_at = 0 WHERE id = :campaign_id;

-- approve :exec campaign_id:campaign_id person_id:person_id approved_at:instant
UPDATE campaign SET approved_at = :approved_at, approved_person_id = :person_id WHERE id = :campaign_id;

-- issue :exec campaign_id:campaign_id version:int issued_at:instant
UPDATE campaign SET state = 'issued', version = :version, edit = edit + 1, issued_at = CASE WHEN issued_at = 0 THEN :issued_at ELSE issued_at END,
       approved_at = 0
WHERE id = :campaign_id;

-- close :exec campaign_id:campaign_id closed_at:instant next_campaign_id:campaign_id?
UPDATE campaign SET state = 'closed', closed_at = :closed_at, next_campaign_id = :next_campaign_id, edit = edit + 1 WHERE id = :campaign_id;

-- parts :many campaign_id:campaign_id part:str version:int
SELECT p.unit_id, u.code, u.name_en, u.name_zh, p.lessons, p.starts_on
FROM campaign_part p JOIN unit u ON u.id = p.unit_id WHERE p.campaign_id = :campaign_id AND p.part = :part AND (p.until_version = 0 OR p.until_version > :version)
ORDER BY u.code;

-- put_part :exec campaign_id:campaign_id part:str unit_id:unit_id starts_on:day lessons:str
INSERT INTO campaign_part (campaign_id, part, unit_id, starts_on, lessons) VALUES (:campaign_id, :part, :unit_id, :starts_on, :lessons)
ON CONFLICT (campaign_id, part, unit_id) DO UPDATE SET starts_on = excluded.starts_on, lessons = excluded.lessons, until_version = 0;

-- drop_parts :exec campaign_id:campaign_id part:str
DELETE FROM campaign_part WHERE campaign_id = :campaign_id AND part = :part;

-- kinds :many campaign_id:campaign_id
SELECT kind, since_version FROM campaign_scope WHERE campaign_id = :campaign_id ORDER BY kind;

-- put_kind :exec campaign_id:campaign_id kind:str since_version:int
INSERT INTO campaign_scope (campaign_id, kind, since_version) VALUES (:campaign_id, :kind, :since_version)
ON CONFLICT (campaign_id, kind) DO NOTHING;

-- drop_kinds :exec campaign_id:campaign_id since_version:int
DELETE FROM campaign_scope WHERE campaign_id = :campaign_id AND since_version >= :since_version;

-- scope_size :one campaign_id:campaign_id unit_id:unit_id
SELECT count(*) AS n /* int */ FROM unit u
WHERE u.ends_on = 0
  AND (u.id = :unit_id OR (u.kind IN (SELECT s.kind FROM campaign_scope s WHERE s.campaign_id = :campaign_id)
                           AND u.id IN (SELECT p.descendant_unit_id FROM unit_path p
                                        WHERE p.line IN (0, 1) AND p.ancestor_unit_id = :unit_id AND p.ends_on = 0)));

-- By the kinds that hold in that version.
-- in_scope :one campaign_id:campaign_id version:int issuing_unit_id:unit_id unit_id:unit_id
SELECT 1 AS found /* int */ FROM unit u
WHERE u.id = :unit_id AND u.ends_on = 0
  AND (u.id = :issuing_unit_id OR (u.kind IN (SELECT s.kind FROM campaign_scope s WHERE s.campaign_id = :campaign_id AND s.since_version <= :version)
                                   AND EXISTS (SELECT 1 FROM unit_path p WHERE p.line IN (0, 1) AND p.ancestor_unit_id = :issuing_unit_id
                                               AND p.descendant_unit_id = u.id AND p.ends_on = 0)));

-- stages :many campaign_id:campaign_id version:int
SELECT id, no, name, starts_on, ends_on, consolidates FROM stage
WHERE campaign_id = :campaign_id AND since_version <= :version AND (until_version = 0 OR until_version > :version) ORDER BY no, id;

-- stage :one stage_id:stage_id
SELECT campaign_id, since_version, until_version FROM stage WHERE id = :stage_id;

-- add_stage :exec stage_id:stage_id campaign_id:campaign_id no:int name:str starts_on:day ends_on:day consolidates:int since_version:int
-- replaces_stage_id:stage_id?
INSERT INTO stage (id, campaign_id, no, name, starts_on, ends_on, consolidates, since_version, replaces_stage_id)
VALUES (:stage_id, :campaign_id, :no, :name, :starts_on, :ends_on, :consolidates, :since_version, :replaces_stage_id);

-- change_stage :exec stage_id:stage_id no:int name:str starts_on:day ends_on:day consolidates:int
UPDATE stage SET no = :no, name = :name, starts_on = :starts_on, ends_on = :ends_on, consolidates = :consolidates WHERE id = :stage_id;

-- until_stage :exec stage_id:stage_id until_version:int
UPDATE stage SET until_version = :until_version WHERE id = :stage_id;

-- move_actions :exec from_stage_id:stage_id to_stage_id:stage_id version:int
UPDATE action SET stage_id = :to_stage_id WHERE stage_id = :from_stage_id AND since_version = :version;

-- aims :many campaign_id:campaign_id version:int
SELECT id, no, line, name FROM aim
WHERE campaign_id = :campaign_id AND since_version <= :version AND (until_version = 0 OR until_version > :version) ORDER BY no, id;

-- add_aim :exec aim_id:aim_id campaign_id:campaign_id no:int line:str name:str since_version:int
INSERT INTO aim (id, campaign_id, no, line, name, since_version) VALUES (:aim_id, :campaign_id, :no, :line, :name, :since_version);

-- drop_aims :exec campaign_id:campaign_id
DELETE FROM aim WHERE campaign_id = :campaign_id;

-- goals :many campaign_id:campaign_id version:int
SELECT id, aim_id, name, indicator FROM goal
WHERE campaign_id = :campaign_id AND since_version <= :version AND (until_version = 0 OR until_version > :version) ORDER BY id;

-- add_goal :exec goal_id:goal_id campaign_id:campaign_id aim_id:aim_id name:str indicator:str since_version:int
INSERT INTO goal (id, campaign_id, aim_id, name, indicator, since_version)
VALUES (:goal_id, :campaign_id, :aim_id, :name, :indicator, :since_version);

-- until_aim :exec aim_id:aim_id until_version:int
UPDATE aim SET until_version = :until_version WHERE id = :aim_id;

-- until_goal :exec goal_id:goal_id until_version:int
UPDATE goal SET until_version = :until_version WHERE id = :goal_id;

-- until_part :exec campaign_id:campaign_id part:str unit_id:unit_id until_version:int
UPDATE campaign_part SET until_version = :until_version
WHERE campaign_id = :campaign_id AND part = :part AND unit_id = :unit_id AND until_version = 0;

-- serves_aim :many campaign_id:campaign_id aim_id:aim_id version:int limit:int
SELECT s.name AS name /* str */
FROM (SELECT 0 AS kind, f.id AS id, f.name AS name
      FROM (SELECT a.id, a.name FROM action a WHERE a.aim_id = :aim_id AND (a.until_version = 0 OR a.until_version > :version)
            ORDER BY a.id LIMIT :limit) f -- projects of units too: there may be many
      UNION ALL
      SELECT 1, g.id, g.name FROM goal g WHERE g.campaign_id = :campaign_id AND g.aim_id = :aim_id AND (g.until_version = 0 OR g.until_version > :version)) s
ORDER BY s.kind, s.id LIMIT :limit;

-- add_event :exec campaign_event_id:campaign_event_id root_unit_id:unit_id campaign_id:campaign_id? duty_id:duty_id? notice_id:notice_id? kind:str
-- unit_id:unit_id? person_id:person_id? words:str at:instant salt:blob hash:blob
INSERT INTO campaign_event (id, root_unit_id, campaign_id, duty_id, notice_id, kind, unit_id, person_id, words, at, salt, hash)
VALUES (:campaign_event_id, :root_unit_id, :campaign_id, :duty_id, :notice_id, :kind, :unit_id, :person_id, :words, :at, :salt, :hash);

-- history :many campaign_id:campaign_id
SELECT e.kind, e.words, e.at AS at /* instant */, coalesce(p.name, '') AS person_name /* str */,
       coalesce(u.name_en, '') AS unit_en /* str */, coalesce(u.name_zh, '') AS unit_zh /* str */
FROM campaign_event e LEFT JOIN person p ON p.id = e.person_id LEFT JOIN unit u ON u.id = e.unit_id
WHERE e.campaign_id = :campaign_id AND e.duty_id IS NULL ORDER BY e.campaign_id, e.id DESC LIMIT 200;

-- duty_history :many duty_id:duty_id
SELECT e.kind, e.words, e.at AS at /* instant */, coalesce(p.name, '') AS person_name /* str */,
       coalesce(u.name_en, '') AS unit_en /* str */, coalesce(u.name_zh, '') AS unit_zh /* str */
FROM campaign_event e LEFT JOIN person p ON p.id = e.person_id LEFT JOIN unit u ON u.id = e.unit_id
WHERE e.duty_id = :duty_id ORDER BY e.id DESC LIMIT 200;

-- check_events :many after_id:campaign_event_id limit:int
SELECT id, campaign_id, duty_id, notice_id, kind, unit_id, person_id, words, at AS at /* instant */, salt, hash FROM campaign_event
WHERE id > :after_id ORDER BY id LIMIT :limit;

-- check_deliveries :many
SELECT d.id FROM delivery d
WHERE (d.signed_at > 0 AND (d.opened_at = 0 OR d.opened_at > d.signed_at OR d.signed_person_id IS NULL))
   OR (d.climbed_at > 0 AND d.climbed_unit_id IS NULL) OR (d.why_not <> '' AND d.broken_at = 0)
ORDER BY d.id LIMIT 100;

-- check_duties :many
SELECT d.id FROM duty d JOIN action a ON a.id = d.action_id
WHERE (d.state = 'done') <> (d.done_at > 0)
   OR (d.state = 'done' AND d.met < CASE WHEN a.criterion IN ('own_list', 'sent_down') THEN 1 ELSE a.criterion_n END AND a.until_version = 0)
   OR (d.state = 'waived' AND d.reason = '') OR (a.prescribed = 0 AND a.unit_id <> d.unit_id AND d.state <> 'waived' AND d.carried_duty_id IS NULL
       AND NOT EXISTS (SELECT 1 FROM campaign_event e WHERE e.duty_id = d.id AND e.kind = 'moved'))
ORDER BY d.id LIMIT 100;

-- check_notices :many
SELECT n.id FROM notice n
WHERE (SELECT count(*) FROM delivery d WHERE d.notice_id = n.id)
        <> (SELECT coalesce(sum(t.n), 0) FROM notice_tally t WHERE t.notice_id = n.id AND t.scope = 0 AND t.what = 'sent')
   OR (SELECT count(*) FROM delivery d WHERE d.notice_id = n.id AND d.signed_at > 0)
        <> (SELECT coalesce(sum(t.n), 0) FROM notice_tally t WHERE t.notice_id = n.id AND t.scope = 0 AND t.what = 'signed')
   OR (SELECT count(*) FROM delivery d WHERE d.notice_id = n.id AND d.opened_at > 0)
        <> (SELECT coalesce(sum(t.n), 0) FROM notice_tally t WHERE t.notice_id = n.id AND t.scope = 0 AND t.what = 'opened')
ORDER BY n.id LIMIT 100;
