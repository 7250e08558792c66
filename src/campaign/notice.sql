-- Notices and their deliveries. An open delivery: neither signed nor superseded.

-- get :one
SELECT n.id, n.campaign_id, n.parent_notice_id, n.unit_id, n.subject, n.text, u.name_en AS unit_en /* str */, u.name_zh AS unit_zh /* str */,
       u.code AS unit_code /* str */, coalesce(c.ref, '') AS campaign_ref /* str */, n.plan_version, n.wants_break_down, n.sign_by_on,
       n.at AS at /* instant */
FROM notice n JOIN unit u ON u.id = n.unit_id LEFT JOIN campaign c ON c.id = n.campaign_id WHERE n.id = :notice_id;

-- add :exec notice_id:notice_id root_unit_id:unit_id campaign_id:campaign_id? plan_version:int parent_notice_id:notice_id? unit_id:unit_id
-- person_id:person_id? subject:str text:str wants_break_down:int sign_by_on:day at:instant
INSERT INTO notice (id, root_unit_id, campaign_id, plan_version, parent_notice_id, unit_id, person_id, subject, text, wants_break_down, sign_by_on, at)
VALUES (:notice_id, :root_unit_id, :campaign_id, :plan_version, :parent_notice_id, :unit_id, :person_id, :subject, :text, :wants_break_down,
        :sign_by_on, :at);

-- deliver :exec delivery_id:delivery_id root_unit_id:unit_id notice_id:notice_id unit_id:unit_id sign_by_on:day
INSERT INTO delivery (id, root_unit_id, notice_id, unit_id, sign_by_on) VALUES (:delivery_id, :root_unit_id, :notice_id, :unit_id, :sign_by_on);

-- deliver_scope :exec first_id:int root_unit_id:unit_id notice_id:notice_id campaign_id:campaign_id unit_id:unit_id sign_by_on:day
INSERT INTO delivery (id, root_unit_id, notice_id, unit_id, sign_by_on)
SELECT :first_id + (row_number() OVER (ORDER BY u.id) - 1) / 4096 * 4194304 + (row_number() OVER (ORDER BY u.id) - 1) % 4096, :root_unit_id,
       :notice_id, u.id, :sign_by_on
FROM unit u
WHERE u.ends_on = 0 AND u.id <> :unit_id AND u.kind IN (SELECT s.kind FROM campaign_scope s WHERE s.campaign_id = :campaign_id)
  AND u.id IN (SELECT p.descendant_unit_id FROM unit_path p WHERE p.line IN (0, 1) AND p.ancestor_unit_id = :unit_id AND p.ends_on = 0);

-- deliver_subtree :exec first_id:int root_unit_id:unit_id notice_id:notice_id unit_id:unit_id sign_by_on:day
INSERT INTO delivery (id, root_unit_id, notice_id, unit_id, sign_by_on)
SELECT :first_id + (row_number() OVER (ORDER BY u.id) - 1) / 4096 * 4194304 + (row_number() OVER (ORDER BY u.id) - 1) % 4096, :root_unit_id,
       :notice_id, u.id, :sign_by_on
FROM unit u
WHERE u.ends_on = 0 AND u.id <> :unit_id AND u.kind <> 'partner'
  AND u.id IN (SELECT p.descendant_unit_id FROM unit_path p WHERE p.line IN (0, 1) AND p.ancestor_unit_id = :unit_id AND p.ends_on = 0);

-- units_below :one unit_id:unit_id
SELECT count(*) AS n /* int */ FROM unit u
WHERE u.ends_on = 0 AND u.id <> :unit_id AND u.kind <> 'partner'
  AND u.id IN (SELECT p.descendant_unit_id FROM unit_path p WHERE p.line IN (0, 1) AND p.ancestor_unit_id = :unit_id AND p.ends_on = 0);

-- children :many unit_id:unit_id
SELECT id FROM unit WHERE ends_on = 0 AND kind <> 'partner' AND (territory_unit_id = :unit_id OR line_unit_id = :unit_id) ORDER BY code;

-- supersede :exec campaign_id:campaign_id superseded_at:instant
UPDATE delivery SET superseded_at = :superseded_at
WHERE signed_at = 0 AND superseded_at = 0
  AND notice_id IN (SELECT n.id FROM notice n WHERE n.campaign_id = :campaign_id AND n.plan_version > 0);

-- count_new :exec notice_id:notice_id
INSERT INTO notice_tally (notice_id, unit_id, scope, what, n)
SELECT :notice_id, w.unit_id, w.scope, 'sent', count(*)
FROM delivery d
JOIN (SELECT p.descendant_unit_id AS below_id, p.ancestor_unit_id AS unit_id, 1 AS scope FROM unit_path p WHERE p.line = 0 AND p.ends_on = 0
      UNION ALL SELECT u.id, u.id, 0 FROM unit u) w ON w.below_id = d.unit_id
WHERE d.notice_id = :notice_id GROUP BY w.unit_id, w.scope;

-- count_unsigned :exec notice_id:notice_id campaign_id:campaign_id
INSERT INTO unsigned_tally (campaign_id, unit_id, scope, n)
SELECT :campaign_id, w.unit_id, w.scope, count(*)
FROM delivery d
JOIN (SELECT p.descendant_unit_id AS below_id, p.ancestor_unit_id AS unit_id, 1 AS scope FROM unit_path p WHERE p.line = 0 AND p.ends_on = 0
      UNION ALL SELECT u.id, u.id, 0 FROM unit u) w ON w.below_id = d.unit_id
WHERE d.notice_id = :notice_id GROUP BY w.unit_id, w.scope
ON CONFLICT (campaign_id, unit_id, scope) DO UPDATE SET n = unsigned_tally.n + excluded.n;

-- ask_delivered :exec notice_id:notice_id month:int unit_id:unit_id campaign_id:int kind:str
INSERT INTO ask (unit_id, month, by_unit_id, campaign_id, kind, n)
SELECT d.unit_id, :month, :unit_id, :campaign_id, :kind, 1 FROM delivery d WHERE d.notice_id = :notice_id
ON CONFLICT (unit_id, month, by_unit_id, campaign_id, kind) DO UPDATE SET n = ask.n + 1;

-- above_cap :one notice_id:notice_id month:int cap:int
SELECT count(*) AS n /* int */ FROM delivery d
WHERE d.notice_id = :notice_id AND (SELECT coalesce(sum(a.n), 0) FROM ask a WHERE a.unit_id = d.unit_id AND a.month = :month) > :cap;

-- above_units :many notice_id:notice_id month:int cap:int limit:int
SELECT u.code, u.name_en, u.name_zh FROM delivery d JOIN unit u ON u.id = d.unit_id
WHERE d.notice_id = :notice_id AND (SELECT coalesce(sum(a.n), 0) FROM ask a WHERE a.unit_id = d.unit_id AND a.month = :month) > :cap
ORDER BY u.code LIMIT :limit;

-- delivery :one
SELECT d.id, d.notice_id, d.unit_id, d.opened_at, d.signed_at, d.broken_at, d.climbed_at, d.superseded_at, d.why_not, d.sign_by_on,
       coalesce(p.name, '') AS signed_by /* str */
FROM delivery d LEFT JOIN person p ON p.id = d.signed_person_id WHERE d.id = :delivery_id;

-- delivery_of :one notice_id:notice_id unit_id:unit_id
SELECT id FROM delivery WHERE notice_id = :notice_id AND unit_id = :unit_id;

-- got :one notice_id:notice_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
SELECT d.id FROM delivery d WHERE d.notice_id = :notice_id AND d.unit_id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8) LIMIT 1;

-- open :exec delivery_id:delivery_id opened_at:instant person_id:person_id
UPDATE delivery SET opened_at = :opened_at, opened_person_id = :person_id WHERE id = :delivery_id AND opened_at = 0;

-- sign :exec delivery_id:delivery_id signed_at:instant person_id:person_id
UPDATE delivery SET signed_at = :signed_at, signed_person_id = :person_id WHERE id = :delivery_id AND signed_at = 0;

-- broken :exec delivery_id:delivery_id broken_at:instant why_not:str
UPDATE delivery SET broken_at = :broken_at, why_not = :why_not WHERE id = :delivery_id AND broken_at = 0;

-- received :many
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id limit:int
SELECT n.id AS notice_id /* notice_id */, d.id AS delivery_id /* delivery_id */, n.subject, u.code AS unit_code /* str */,
       u.name_en AS unit_en /* str */, u.name_zh AS unit_zh /* str */, coalesce(c.ref, '') AS campaign_ref /* str */, d.sign_by_on, n.at AS at /* instant */,
       d.opened_at, d.signed_at, d.broken_at, n.wants_break_down
FROM delivery d JOIN notice n ON n.id = d.notice_id JOIN unit u ON u.id = n.unit_id LEFT JOIN campaign c ON c.id = n.campaign_id
WHERE d.unit_id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8) AND d.superseded_at = 0
ORDER BY CASE WHEN d.signed_at = 0 THEN 0 ELSE 1 END, CASE WHEN d.signed_at = 0 THEN d.sign_by_on ELSE 0 END, d.id DESC LIMIT :limit;

-- sent :many
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id limit:int
SELECT n.id AS notice_id /* notice_id */, n.subject, u.code AS unit_code /* str */, u.name_en AS unit_en /* str */, u.name_zh AS unit_zh /* str */,
       coalesce(c.ref, '') AS campaign_ref /* str */, n.sign_by_on, n.at AS at /* instant */, n.wants_break_down,
       coalesce((SELECT t.n FROM notice_tally t WHERE t.notice_id = n.id AND t.unit_id = n.root_unit_id AND t.scope = 1 AND t.what = 'sent'), 0) AS sent /* int */,
       coalesce((SELECT t.n FROM notice_tally t WHERE t.notice_id = n.id AND t.unit_id = n.root_unit_id AND t.scope = 1 AND t.what = 'opened'), 0) AS opened /* int */,
       coalesce((SELECT t.n FROM notice_tally t WHERE t.notice_id = n.id AND t.unit_id = n.root_unit_id AND t.scope = 1 AND t.what = 'signed'), 0) AS signed_n /* int */,
       coalesce((SELECT t.n FROM notice_tally t WHERE t.notice_id = n.id AND t.unit_id = n.root_unit_id AND t.scope = 1 AND t.what = 'broken'), 0) AS broken /* int */
FROM notice n JOIN unit u ON u.id = n.unit_id LEFT JOIN campaign c ON c.id = n.campaign_id
WHERE n.unit_id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8) ORDER BY n.id DESC LIMIT :limit;

-- climbed :many
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id limit:int
SELECT n.id AS notice_id /* notice_id */, d.id AS delivery_id /* delivery_id */, n.subject, u.code AS unit_code /* str */,
       u.name_en AS unit_en /* str */, u.name_zh AS unit_zh /* str */, coalesce(c.ref, '') AS campaign_ref /* str */, d.sign_by_on, n.at AS at /* instant */,
       d.opened_at
FROM delivery d JOIN notice n ON n.id = d.notice_id JOIN unit u ON u.id = d.unit_id LEFT JOIN campaign c ON c.id = n.campaign_id
WHERE d.climbed_unit_id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8) AND d.climbed_at > 0 AND d.signed_at = 0
  AND d.superseded_at = 0
ORDER BY d.sign_by_on, u.code, d.id LIMIT :limit;

-- tree :many notice_id:notice_id parent_unit_id:unit_id
SELECT u.id AS unit_id /* unit_id */, u.code, u.name_en, u.name_zh,
       EXISTS (SELECT 1 FROM unit c WHERE (c.territory_unit_id = u.id OR c.line_unit_id = u.id) AND c.ends_on = 0) AS has_children /* int */,
       coalesce((SELECT t.n FROM notice_tally t WHERE t.notice_id = :notice_id AND t.unit_id = u.id AND t.scope = 1 AND t.what = 'sent'), 0) AS sent /* int */,
       coalesce((SELECT t.n FROM notice_tally t WHERE t.notice_id = :notice_id AND t.unit_id = u.id AND t.scope = 1 AND t.what = 'opened'), 0) AS opened /* int */,
       coalesce((SELECT t.n FROM notice_tally t WHERE t.notice_id = :notice_id AND t.unit_id = u.id AND t.scope = 1 AND t.what = 'signed'), 0) AS signed_n /* int */,
       coalesce((SELECT t.n FROM notice_tally t WHERE t.notice_id = :notice_id AND t.unit_id = u.id AND t.scope = 1 AND t.what = 'broken'), 0) AS broken /* int */,
       d.id AS delivery_id /* delivery_id */, coalesce(d.opened_at, 0) AS opened_at /* instant */, coalesce(d.signed_at, 0) AS signed_at /* instant */,
       coalesce(d.broken_at, 0) AS broken_at /* instant */, coalesce(d.why_not, '') AS why_not /* str */
FROM unit u LEFT JOIN delivery d ON d.notice_id = :notice_id AND d.unit_id = u.id
WHERE (u.territory_unit_id = :parent_unit_id OR u.line_unit_id = :parent_unit_id) AND u.ends_on = 0 ORDER BY u.code LIMIT 600;

-- counts :many notice_id:notice_id unit_id:unit_id
SELECT what, n FROM notice_tally WHERE notice_id = :notice_id AND unit_id = :unit_id AND scope = 1;

-- add_question :exec notice_question_id:notice_question_id delivery_id:delivery_id person_id:person_id text:str at:instant
INSERT INTO notice_question (id, delivery_id, person_id, text, at) VALUES (:notice_question_id, :delivery_id, :person_id, :text, :at);

-- answer_question :exec notice_question_id:notice_question_id notice_id:notice_id answer:str person_id:person_id answered_at:instant
UPDATE notice_question SET answer = :answer, answer_person_id = :person_id, answered_at = :answered_at
WHERE id = :notice_question_id AND delivery_id IN (SELECT d.id FROM delivery d WHERE d.notice_id = :notice_id);

-- questions :many notice_id:notice_id delivery_id:delivery_id?
SELECT q.id, q.delivery_id, u.name_en AS unit_en /* str */, u.name_zh AS unit_zh /* str */, q.text, q.answer, q.at AS at /* instant */, q.answered_at
FROM delivery d JOIN notice_question q ON q.delivery_id = d.id JOIN unit u ON u.id = d.unit_id
WHERE d.notice_id = :notice_id AND (:delivery_id IS NULL OR d.id = :delivery_id) ORDER BY q.id LIMIT 1000;

-- late :many today:day limit:int
SELECT id, unit_id FROM delivery WHERE signed_at = 0 AND climbed_at = 0 AND superseded_at = 0 AND sign_by_on < :today ORDER BY sign_by_on, id LIMIT :limit;

-- climb :exec delivery_id:delivery_id climbed_at:instant climbed_unit_id:unit_id
UPDATE delivery SET climbed_at = :climbed_at, climbed_unit_id = :climbed_unit_id WHERE id = :delivery_id;

-- open_of_unit :many unit_id:unit_id
SELECT d.id, d.notice_id, n.campaign_id, d.opened_at FROM delivery d JOIN notice n ON n.id = d.notice_id
WHERE d.unit_id = :unit_id AND d.signed_at = 0 AND d.superseded_at = 0 ORDER BY d.id;

-- move :exec delivery_id:delivery_id unit_id:unit_id
UPDATE delivery SET unit_id = :unit_id, opened_at = 0, opened_person_id = NULL WHERE id = :delivery_id;

-- supersede_one :exec delivery_id:delivery_id superseded_at:instant
UPDATE delivery SET superseded_at = :superseded_at WHERE id = :delivery_id;

-- newest_of_plan :one campaign_id:campaign_id
SELECT id FROM notice WHERE campaign_id = :campaign_id AND plan_version > 0 ORDER BY plan_version DESC LIMIT 1;
