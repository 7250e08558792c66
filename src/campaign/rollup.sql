-- Counts by unit. scope 0: the unit alone; 1: with everything below it by territory. A unit that has ended counts where it stood.

-- add :exec campaign_id:campaign_id unit_id:unit_id action_id:int what:str n:int
INSERT INTO duty_tally (campaign_id, unit_id, scope, action_id, what, n)
SELECT :campaign_id, p.ancestor_unit_id, 1, :action_id, :what, :n FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
WHERE p.line = 0 AND p.descendant_unit_id = :unit_id AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))
UNION ALL SELECT :campaign_id, u.id, 0, :action_id, :what, :n FROM unit u WHERE u.id = :unit_id
ON CONFLICT (campaign_id, unit_id, scope, action_id, what) DO UPDATE SET n = duty_tally.n + excluded.n;

-- add_due :exec campaign_id:campaign_id unit_id:unit_id due_on:day n:int
INSERT INTO duty_due (campaign_id, unit_id, scope, due_on, n)
SELECT :campaign_id, p.ancestor_unit_id, 1, :due_on, :n FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
WHERE p.line = 0 AND p.descendant_unit_id = :unit_id AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))
UNION ALL SELECT :campaign_id, u.id, 0, :due_on, :n FROM unit u WHERE u.id = :unit_id
ON CONFLICT (campaign_id, unit_id, scope, due_on) DO UPDATE SET n = duty_due.n + excluded.n;

-- add_day :exec campaign_id:campaign_id unit_id:unit_id on_on:day n:int
INSERT INTO duty_day (campaign_id, unit_id, scope, on_on, n)
SELECT :campaign_id, p.ancestor_unit_id, 1, :on_on, :n FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
WHERE p.line = 0 AND p.descendant_unit_id = :unit_id AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))
UNION ALL SELECT :campaign_id, u.id, 0, :on_on, :n FROM unit u WHERE u.id = :unit_id
ON CONFLICT (campaign_id, unit_id, scope, on_on) DO UPDATE SET n = duty_day.n + excluded.n;

-- add_unsigned :exec campaign_id:campaign_id unit_id:unit_id n:int
INSERT INTO unsigned_tally (campaign_id, unit_id, scope, n)
SELECT :campaign_id, p.ancestor_unit_id, 1, :n FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
WHERE p.line = 0 AND p.descendant_unit_id = :unit_id AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))
UNION ALL SELECT :campaign_id, u.id, 0, :n FROM unit u WHERE u.id = :unit_id
ON CONFLICT (campaign_id, unit_id, scope) DO UPDATE SET n = unsigned_tally.n + excluded.n;

-- add_notice :exec notice_id:notice_id unit_id:unit_id what:str n:int
INSERT INTO notice_tally (notice_id, unit_id, scope, what, n)
SELECT :notice_id, p.ancestor_unit_id, 1, :what, :n FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
WHERE p.line = 0 AND p.descendant_unit_id = :unit_id AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))
UNION ALL SELECT :notice_id, u.id, 0, :what, :n FROM unit u WHERE u.id = :unit_id
ON CONFLICT (notice_id, unit_id, scope, what) DO UPDATE SET n = notice_tally.n + excluded.n;

-- of :one campaign_id:campaign_id unit_id:unit_id scope:int
SELECT coalesce(sum(CASE WHEN what = 'owed' THEN n END), 0) AS owed /* int */,
       coalesce(sum(CASE WHEN what = 'done' THEN n END), 0) AS done /* int */,
       coalesce(sum(CASE WHEN what = 'waived' THEN n END), 0) AS waived /* int */,
       coalesce(sum(CASE WHEN what = 'adapted' THEN n END), 0) AS adapted /* int */,
       coalesce(sum(CASE WHEN action_id = 0 AND what IN ('owed', 'done') THEN n END), 0) AS optional /* int */,
       coalesce(sum(CASE WHEN action_id = 0 AND what = 'done' THEN n END), 0) AS optional_done /* int */
FROM duty_tally WHERE campaign_id = :campaign_id AND unit_id = :unit_id AND scope = :scope;

-- overdue :one campaign_id:campaign_id unit_id:unit_id scope:int today:day
SELECT coalesce(sum(n), 0) AS n /* int */ FROM duty_due
WHERE campaign_id = :campaign_id AND unit_id = :unit_id AND scope = :scope AND due_on < :today;

-- unsigned :one campaign_id:campaign_id unit_id:unit_id scope:int
SELECT n FROM unsigned_tally WHERE campaign_id = :campaign_id AND unit_id = :unit_id AND scope = :scope;

-- unsigned_list :many campaign_id:campaign_id unit_id:unit_id below:int after_notice_id:notice_id after_unit_id:unit_id limit:int
SELECT d.notice_id, d.unit_id, n.subject, d.sign_by_on, u.code AS unit_code /* str */, u.name_en AS unit_en /* str */, u.name_zh AS unit_zh /* str */
FROM notice n CROSS JOIN delivery d JOIN unit u ON u.id = d.unit_id
WHERE n.campaign_id = :campaign_id AND d.notice_id = n.id AND d.signed_at = 0 AND d.superseded_at = 0
  AND n.id >= :after_notice_id AND (n.id, d.unit_id) > (:after_notice_id, :after_unit_id)
  AND (d.unit_id = :unit_id
       OR (:below = 1 AND EXISTS (SELECT 1 FROM unit_path p
                                  WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id AND p.descendant_unit_id = d.unit_id AND p.ends_on = 0)))
ORDER BY n.id, d.unit_id LIMIT :limit;

-- children :many parent_unit_id:unit_id after_code:str limit:int
SELECT u.id AS unit_id /* unit_id */, u.code, u.name_en, u.name_zh, u.kind,
       EXISTS (SELECT 1 FROM unit c WHERE c.territory_unit_id = u.id AND c.ends_on = 0) AS has_children /* int */
FROM unit u WHERE u.territory_unit_id = :parent_unit_id AND u.ends_on = 0 AND u.code > :after_code ORDER BY u.code LIMIT :limit;

-- actions :many campaign_id:campaign_id unit_id:unit_id scope:int
SELECT a.id AS action_id /* action_id */, a.no, a.name, a.stage_id, a.aim_id, coalesce(s.name, '') AS stage_name /* str */, coalesce(m.line, '') AS line /* str */,
       coalesce(sum(CASE WHEN t.what = 'owed' THEN t.n END), 0) AS owed /* int */,
       coalesce(sum(CASE WHEN t.what = 'done' THEN t.n END), 0) AS done /* int */,
       coalesce(sum(CASE WHEN t.what = 'waived' THEN t.n END), 0) AS waived /* int */,
       coalesce(sum(CASE WHEN t.what = 'adapted' THEN t.n END), 0) AS adapted /* int */
FROM duty_tally t JOIN action a ON a.id = t.action_id LEFT JOIN stage s ON s.id = a.stage_id LEFT JOIN aim m ON m.id = a.aim_id
WHERE t.campaign_id = :campaign_id AND t.unit_id = :unit_id AND t.scope = :scope AND t.action_id <> 0
GROUP BY a.id, a.no, a.name, a.stage_id, a.aim_id, s.name, m.line ORDER BY a.no, a.id;

-- days :many campaign_id:campaign_id unit_id:unit_id scope:int
SELECT on_on, n FROM duty_day WHERE campaign_id = :campaign_id AND unit_id = :unit_id AND scope = :scope AND n <> 0 ORDER BY on_on;

-- Counting everything again: what stands in duty and delivery, for the unit and for each unit above it.

-- clear :exec campaign_id:campaign_id
DELETE FROM duty_tally WHERE campaign_id = :campaign_id;

-- clear_due :exec campaign_id:campaign_id
DELETE FROM duty_due WHERE campaign_id = :campaign_id;

-- clear_day :exec campaign_id:campaign_id
DELETE FROM duty_day WHERE campaign_id = :campaign_id;

-- clear_unsigned :exec campaign_id:campaign_id
DELETE FROM unsigned_tally WHERE campaign_id = :campaign_id;

-- clear_notices :exec campaign_id:campaign_id
DELETE FROM notice_tally WHERE notice_id IN (SELECT n.id FROM notice n WHERE n.campaign_id = :campaign_id);

-- fill :exec campaign_id:campaign_id
INSERT INTO duty_tally (campaign_id, unit_id, scope, action_id, what, n)
SELECT :campaign_id, w.unit_id, w.scope, f.action_id, f.what, sum(f.n)
FROM (SELECT d.unit_id AS unit_id, CASE WHEN a.prescribed = 1 THEN d.action_id ELSE 0 END AS action_id, d.state AS what, count(*) AS n
      FROM duty d JOIN action a ON a.id = d.action_id WHERE d.campaign_id = :campaign_id
      GROUP BY d.unit_id, CASE WHEN a.prescribed = 1 THEN d.action_id ELSE 0 END, d.state
      UNION ALL
      SELECT d.unit_id, CASE WHEN a.prescribed = 1 THEN d.action_id ELSE 0 END, 'adapted', count(*)
      FROM duty d JOIN action a ON a.id = d.action_id WHERE d.campaign_id = :campaign_id AND d.adapted <> ''
      GROUP BY d.unit_id, CASE WHEN a.prescribed = 1 THEN d.action_id ELSE 0 END) f
JOIN (SELECT p.descendant_unit_id AS below_id, p.ancestor_unit_id AS unit_id, 1 AS scope FROM unit_path p JOIN unit u ON u.id = p.descendant_unit_id
      WHERE p.line = 0 AND (p.ends_on = 0 OR (u.ends_on > 0 AND p.ends_on >= u.ends_on))
      UNION ALL SELECT u.id, u.id, 0 FROM unit u) w ON w.below_id = f.unit_id
GROUP BY w.unit_id, w.scope, f.action_id, f.what;

-- fill_due :exec campaign_id:campaign_id
INSERT INTO duty_due (campaign_id, unit_id, scope, due_on, n)
SELECT :campaign_id, w.unit_id, w.scope, f.due_on, sum(f.n)
FROM (SELECT d.unit_id AS unit_id, d.due_on AS due_on, count(*) AS n FROM duty d
      WHERE d.campaign_id = :campaign_id AND d.state = 'owed' AND d.due_on > 0 GROUP BY d.unit_id, d.due_on) f
JOIN (SELECT p.descendant_unit_id AS below_id, p.ancestor_unit_id AS unit_id, 1 AS scope FROM unit_path p JOIN unit u ON u.id = p.descendant_unit_id
      WHERE p.line = 0 AND (p.ends_on = 0 OR (u.ends_on > 0 AND p.ends_on >= u.ends_on))
      UNION ALL SELECT u.id, u.id, 0 FROM unit u) w ON w.below_id = f.unit_id
GROUP BY w.unit_id, w.scope, f.due_on;

-- fill_unsigned :exec campaign_id:campaign_id
INSERT INTO unsigned_tally (campaign_id, unit_id, scope, n)
SELECT :campaign_id, w.unit_id, w.scope, sum(f.n)
FROM (SELECT d.unit_id AS unit_id, count(*) AS n FROM delivery d JOIN notice n ON n.id = d.notice_id
      WHERE n.campaign_id = :campaign_id AND d.signed_at = 0 AND d.superseded_at = 0 GROUP BY d.unit_id) f
JOIN (SELECT p.descendant_unit_id AS below_id, p.ancestor_unit_id AS unit_id, 1 AS scope FROM unit_path p JOIN unit u ON u.id = p.descendant_unit_id
      WHERE p.line = 0 AND (p.ends_on = 0 OR (u.ends_on > 0 AND p.ends_on >= u.ends_on))
      UNION ALL SELECT u.id, u.id, 0 FROM unit u) w ON w.below_id = f.unit_id
GROUP BY w.unit_id, w.scope;

-- fill_notice :exec notice_id:notice_id
INSERT INTO notice_tally (notice_id, unit_id, scope, what, n)
SELECT :notice_id, w.unit_id, w.scope, f.what, sum(f.n)
FROM (SELECT d.unit_id AS unit_id, 'sent' AS what, count(*) AS n FROM delivery d WHERE d.notice_id = :notice_id GROUP BY d.unit_id
      UNION ALL SELECT d.unit_id, 'opened', count(*) FROM delivery d WHERE d.notice_id = :notice_id AND d.opened_at > 0 GROUP BY d.unit_id
      UNION ALL SELECT d.unit_id, 'signed', count(*) FROM delivery d WHERE d.notice_id = :notice_id AND d.signed_at > 0 GROUP BY d.unit_id
      UNION ALL SELECT d.unit_id, 'broken', count(*) FROM delivery d WHERE d.notice_id = :notice_id AND d.broken_at > 0 GROUP BY d.unit_id) f
JOIN (SELECT p.descendant_unit_id AS below_id, p.ancestor_unit_id AS unit_id, 1 AS scope FROM unit_path p JOIN unit u ON u.id = p.descendant_unit_id
      WHERE p.line = 0 AND (p.ends_on = 0 OR (u.ends_on > 0 AND p.ends_on >= u.ends_on))
      UNION ALL SELECT u.id, u.id, 0 FROM unit u) w ON w.below_id = f.unit_id
GROUP BY w.unit_id, w.scope, f.what;

-- done_days :many campaign_id:campaign_id
SELECT unit_id, done_at, count(*) AS n /* int */ FROM duty WHERE campaign_id = :campaign_id AND state = 'done' GROUP BY unit_id, done_at;

-- running :many
SELECT id FROM campaign WHERE state IN ('issued', 'closed') ORDER BY id;

-- notices_of :many campaign_id:campaign_id
SELECT id FROM notice WHERE campaign_id = :campaign_id ORDER BY id;

-- check :many campaign_id:campaign_id
WITH f AS (SELECT d.unit_id AS unit_id, CASE WHEN a.prescribed = 1 THEN d.action_id ELSE 0 END AS action_id, d.state AS what, count(*) AS n
           FROM duty d JOIN action a ON a.id = d.action_id WHERE d.campaign_id = :campaign_id
           GROUP BY d.unit_id, CASE WHEN a.prescribed = 1 THEN d.action_id ELSE 0 END, d.state
           UNION ALL
           SELECT d.unit_id, CASE WHEN a.prescribed = 1 THEN d.action_id ELSE 0 END, 'adapted', count(*)
           FROM duty d JOIN action a ON a.id = d.action_id WHERE d.campaign_id = :campaign_id AND d.adapted <> ''
           GROUP BY d.unit_id, CASE WHEN a.prescribed = 1 THEN d.action_id ELSE 0 END),
w AS (SELECT p.descendant_unit_id AS below_id, p.ancestor_unit_id AS unit_id, 1 AS scope FROM unit_path p JOIN unit u ON u.id = p.descendant_unit_id
      WHERE p.line = 0 AND (p.ends_on = 0 OR (u.ends_on > 0 AND p.ends_on >= u.ends_on))
      UNION ALL SELECT u.id, u.id, 0 FROM unit u),
counted AS (SELECT w.unit_id AS unit_id, w.scope AS scope, f.action_id AS action_id, f.what AS what, sum(f.n) AS n
            FROM f JOIN w ON w.below_id = f.unit_id GROUP BY w.unit_id, w.scope, f.action_id, f.what),
both_sides AS (SELECT unit_id, scope, action_id, what, n AS counted, 0 AS kept FROM counted
               UNION ALL SELECT t.unit_id, t.scope, t.action_id, t.what, 0, t.n FROM duty_tally t WHERE t.campaign_id = :campaign_id)
SELECT unit_id AS unit_id /* unit_id */, scope AS scope /* int */, what AS what /* str */, sum(kept) AS kept /* int */, sum(counted) AS counted /* int */
FROM both_sides GROUP BY unit_id, scope, action_id, what HAVING sum(kept) <> sum(counted) ORDER BY unit_id, scope, action_id, what;

-- check_unsigned :many campaign_id:campaign_id
WITH f AS (SELECT d.unit_id AS unit_id, count(*) AS n FROM delivery d JOIN notice n ON n.id = d.notice_id
           WHERE n.campaign_id = :campaign_id AND d.signed_at = 0 AND d.superseded_at = 0 GROUP BY d.unit_id),
w AS (SELECT p.descendant_unit_id AS below_id, p.ancestor_unit_id AS unit_id, 1 AS scope FROM unit_path p JOIN unit u ON u.id = p.descendant_unit_id
      WHERE p.line = 0 AND (p.ends_on = 0 OR (u.ends_on > 0 AND p.ends_on >= u.ends_on))
      UNION ALL SELECT u.id, u.id, 0 FROM unit u),
both_sides AS (SELECT w.unit_id AS unit_id, w.scope AS scope, f.n AS counted, 0 AS kept FROM f JOIN w ON w.below_id = f.unit_id
               UNION ALL SELECT t.unit_id, t.scope, 0, t.n FROM unsigned_tally t WHERE t.campaign_id = :campaign_id)
SELECT unit_id AS unit_id /* unit_id */, scope AS scope /* int */, sum(kept) AS kept /* int */, sum(counted) AS counted /* int */
FROM both_sides GROUP BY unit_id, scope HAVING sum(kept) <> sum(counted) ORDER BY unit_id, scope;

-- check_due :many campaign_id:campaign_id
WITH f AS (SELECT d.unit_id AS unit_id, d.due_on AS due_on, count(*) AS n FROM duty d
           WHERE d.campaign_id = :campaign_id AND d.state = 'owed' AND d.due_on > 0 GROUP BY d.unit_id, d.due_on),
w AS (SELECT p.descendant_unit_id AS below_id, p.ancestor_unit_id AS unit_id, 1 AS scope FROM unit_path p JOIN unit u ON u.id = p.descendant_unit_id
      WHERE p.line = 0 AND (p.ends_on = 0 OR (u.ends_on > 0 AND p.ends_on >= u.ends_on))
      UNION ALL SELECT u.id, u.id, 0 FROM unit u),
both_sides AS (SELECT w.unit_id AS unit_id, w.scope AS scope, f.due_on AS due_on, f.n AS counted, 0 AS kept FROM f JOIN w ON w.below_id = f.unit_id
               UNION ALL SELECT t.unit_id, t.scope, t.due_on, 0, t.n FROM duty_due t WHERE t.campaign_id = :campaign_id)
SELECT unit_id AS unit_id /* unit_id */, scope AS scope /* int */, due_on AS due_on /* day */, sum(kept) AS kept /* int */,
       sum(counted) AS counted /* int */
FROM both_sides GROUP BY unit_id, scope, due_on HAVING sum(kept) <> sum(counted) ORDER BY unit_id, scope, due_on;
