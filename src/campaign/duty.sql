-- Duties, their links to records, and a unit's own list.

-- get :one
SELECT id, campaign_id, action_id, unit_id, owner_person_id, state, due_on, adapted, reason, asked, approver_person_id, met, changed_at, done_at,
       carried_duty_id
FROM duty WHERE id = :duty_id;

-- of_action :one action_id:action_id unit_id:unit_id
SELECT id FROM duty WHERE action_id = :action_id AND unit_id = :unit_id;

-- add :exec duty_id:duty_id root_unit_id:unit_id campaign_id:campaign_id action_id:action_id unit_id:unit_id due_on:day changed_at:instant
-- carried_duty_id:duty_id?
INSERT INTO duty (id, root_unit_id, campaign_id, action_id, unit_id, state, due_on, changed_at, carried_duty_id)
VALUES (:duty_id, :root_unit_id, :campaign_id, :action_id, :unit_id, 'owed', :due_on, :changed_at, :carried_duty_id);

-- make_all :exec first_id:int root_unit_id:unit_id campaign_id:campaign_id unit_id:unit_id action_id:action_id carries:action_id? due_on:day
-- changed_at:instant
INSERT INTO duty (id, root_unit_id, campaign_id, action_id, unit_id, state, due_on, changed_at)
SELECT :first_id + (row_number() OVER (ORDER BY u.id) - 1) / 4096 * 4194304 + (row_number() OVER (ORDER BY u.id) - 1) % 4096, :root_unit_id, :campaign_id, :action_id, u.id, 'owed',
       CASE WHEN :due_on > 0 AND EXISTS (SELECT 1 FROM campaign_part t WHERE t.campaign_id = :campaign_id AND t.part = 'pilot' AND t.unit_id = u.id
                        AND t.until_version = 0)
            THEN :due_on - (SELECT c.starts_on - t.starts_on FROM campaign_part t JOIN campaign c ON c.id = t.campaign_id
                            WHERE t.campaign_id = :campaign_id AND t.part = 'pilot' AND t.unit_id = u.id)
            ELSE :due_on END,
       :changed_at
FROM unit u
WHERE u.ends_on = 0
  AND (u.id = :unit_id OR (u.kind IN (SELECT s.kind FROM campaign_scope s WHERE s.campaign_id = :campaign_id)
                           AND u.id IN (SELECT p.descendant_unit_id FROM unit_path p
                                        WHERE p.line IN (0, 1) AND p.ancestor_unit_id = :unit_id AND p.ends_on = 0)))
  AND NOT EXISTS (SELECT 1 FROM duty d WHERE d.action_id = :action_id AND d.unit_id = u.id)
  AND (:carries IS NULL OR NOT EXISTS (SELECT 1 FROM duty d WHERE d.action_id = :carries AND d.unit_id = u.id));

-- carry_on :exec duty_id:duty_id carried_duty_id:duty_id due_on:day
UPDATE duty SET carried_duty_id = :carried_duty_id,
       due_on = CASE WHEN :due_on > 0 AND state = 'owed' AND (due_on = 0 OR due_on > :due_on) THEN :due_on ELSE due_on END
WHERE id = :duty_id;

-- set_state :exec duty_id:duty_id state:str met:int changed_at:instant done_at:instant
UPDATE duty SET state = :state, met = :met, changed_at = :changed_at, done_at = :done_at,
       asked = CASE WHEN :state = 'done' THEN '' ELSE asked END -- nothing is left to ask for
WHERE id = :duty_id;

-- set_owner :exec duty_id:duty_id owner_person_id:person_id changed_at:instant
UPDATE duty SET owner_person_id = :owner_person_id, changed_at = :changed_at WHERE id = :duty_id;

-- ask :exec duty_id:duty_id asked:str reason:str changed_at:instant
UPDATE duty SET asked = :asked, reason = :reason, changed_at = :changed_at WHERE id = :duty_id;

-- decide :exec duty_id:duty_id state:str adapted:str reason:str approver:person_id? changed_at:instant
UPDATE duty SET state = :state, adapted = :adapted, reason = :reason, asked = '', approver_person_id = :approver, changed_at = :changed_at
WHERE id = :duty_id;

-- move_action :exec from_action_id:action_id to_action_id:action_id due_on:day
UPDATE duty SET action_id = :to_action_id, due_on = CASE WHEN state = 'owed' THEN :due_on ELSE due_on END WHERE action_id = :from_action_id;

-- end_action :exec action_id:action_id reason:str changed_at:instant
UPDATE duty SET state = 'waived', reason = :reason, changed_at = :changed_at WHERE action_id = :action_id AND state = 'owed';

-- move_unit :exec duty_id:duty_id unit_id:unit_id changed_at:instant
UPDATE duty SET unit_id = :unit_id, owner_person_id = NULL, changed_at = :changed_at WHERE id = :duty_id;

-- open_of_unit :many unit_id:unit_id
SELECT d.id, d.action_id FROM duty d JOIN campaign c ON c.id = d.campaign_id
WHERE d.unit_id = :unit_id AND d.state = 'owed' AND c.state = 'issued' ORDER BY d.id;

-- open_of_campaign :many campaign_id:campaign_id
SELECT id, action_id, unit_id, due_on FROM duty WHERE campaign_id = :campaign_id AND state = 'owed' ORDER BY action_id, unit_id;

-- campaigns_over :many unit_id:unit_id
SELECT DISTINCT c.id FROM campaign c JOIN unit_path p ON p.ancestor_unit_id = c.unit_id
WHERE c.state = 'issued' AND p.line IN (0, 1) AND p.descendant_unit_id = :unit_id AND p.ends_on = 0 ORDER BY c.id;

-- links :many duty_id:duty_id
SELECT l.id, l.kind, l.subject, l.words, p.name AS person_name /* str */, l.at AS at /* instant */
FROM duty_link l JOIN person p ON p.id = l.person_id WHERE l.duty_id = :duty_id AND l.ended_at = 0 ORDER BY l.id;

-- add_link :exec duty_link_id:duty_link_id duty_id:duty_id kind:str subject:str words:str person_id:person_id at:instant
INSERT INTO duty_link (id, duty_id, kind, subject, words, person_id, at) VALUES (:duty_link_id, :duty_id, :kind, :subject, :words, :person_id, :at);

-- end_link :exec duty_link_id:duty_link_id duty_id:duty_id ended_at:instant
UPDATE duty_link SET ended_at = :ended_at WHERE id = :duty_link_id AND duty_id = :duty_id AND ended_at = 0;

-- move_links :exec from_duty_id:duty_id to_duty_id:duty_id
UPDATE duty_link SET duty_id = :to_duty_id WHERE duty_id = :from_duty_id AND ended_at = 0
  AND NOT EXISTS (SELECT 1 FROM duty_link o WHERE o.duty_id = :to_duty_id AND o.kind = duty_link.kind AND o.subject = duty_link.subject AND o.ended_at = 0);

-- stale :many limit:int
SELECT DISTINCT d.id FROM duty d JOIN campaign g ON g.id = d.campaign_id JOIN action a ON a.id = d.action_id
JOIN duty_link l ON l.duty_id = d.id AND l.kind = 'matter' AND l.ended_at = 0
JOIN matter m ON m.ref = l.subject JOIN casefile c ON c.id = m.casefile_id
WHERE g.state = 'issued' AND d.state <> 'waived' AND a.criterion IN ('matters_answered', 'matters_solved') AND c.changed_at > d.changed_at
ORDER BY d.id LIMIT :limit;

-- of_casefile :many casefile_id:casefile_id
SELECT DISTINCT d.id FROM matter m JOIN duty_link l ON l.subject = m.ref JOIN duty d ON d.id = l.duty_id JOIN campaign g ON g.id = d.campaign_id
WHERE m.casefile_id = :casefile_id AND l.kind = 'matter' AND l.ended_at = 0 AND g.state = 'issued' AND d.state <> 'waived' ORDER BY d.id;

-- seen :exec duty_id:duty_id changed_at:instant
UPDATE duty SET changed_at = :changed_at WHERE id = :duty_id;

-- own_list :one campaign_id:campaign_id unit_id:unit_id
SELECT text, at AS at /* instant */ FROM own_list WHERE campaign_id = :campaign_id AND unit_id = :unit_id;

-- put_own_list :exec campaign_id:campaign_id unit_id:unit_id text:str person_id:person_id at:instant
INSERT INTO own_list (campaign_id, unit_id, text, person_id, at) VALUES (:campaign_id, :unit_id, :text, :person_id, :at)
ON CONFLICT (campaign_id, unit_id) DO UPDATE SET text = excluded.text, person_id = excluded.person_id;

-- of_unit :many unit_id:unit_id campaign_id:campaign_id criterion:str
SELECT d.id FROM duty d JOIN action a ON a.id = d.action_id
WHERE d.unit_id = :unit_id AND d.campaign_id = :campaign_id AND a.criterion = :criterion AND d.state <> 'waived' ORDER BY d.id;

-- sent_down :one campaign_id:campaign_id unit_id:unit_id
SELECT count(*) AS n /* int */ FROM delivery d JOIN notice n ON n.id = d.notice_id
WHERE n.campaign_id = :campaign_id AND n.plan_version > 0 AND d.unit_id = :unit_id AND d.signed_at > 0 AND d.broken_at > 0;

-- The unit that issued the plan has sent it down by issuing it.
-- sent_plan :one campaign_id:campaign_id unit_id:unit_id
SELECT count(*) AS n /* int */ FROM (SELECT 1 FROM notice n WHERE n.campaign_id = :campaign_id AND n.plan_version > 0 AND n.unit_id = :unit_id LIMIT 1) AS sent;

-- notice_known :one notice_id:notice_id unit_id:unit_id
SELECT 1 AS found /* int */ FROM notice n
WHERE n.id = :notice_id AND (n.unit_id = :unit_id OR EXISTS (SELECT 1 FROM delivery d WHERE d.notice_id = n.id AND d.unit_id = :unit_id AND d.signed_at > 0));
