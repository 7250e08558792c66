-- Counts for the closing report that no roll-up holds.

-- lines :many campaign_id:campaign_id unit_id:unit_id version:int
SELECT m.id AS aim_id /* aim_id */, m.name, m.line, coalesce(sum(CASE WHEN t.what = 'done' THEN t.n END), 0) AS done /* int */,
       coalesce(sum(CASE WHEN t.what = 'owed' THEN t.n END), 0) AS owed /* int */,
       coalesce(sum(CASE WHEN t.what = 'waived' THEN t.n END), 0) AS waived /* int */
FROM aim m LEFT JOIN action a ON a.aim_id = m.id
LEFT JOIN duty_tally t ON t.campaign_id = m.campaign_id AND t.unit_id = :unit_id AND t.scope = 1 AND t.action_id = a.id
WHERE m.campaign_id = :campaign_id AND m.since_version <= :version AND (m.until_version = 0 OR m.until_version > :version)
GROUP BY m.id, m.no, m.name, m.line ORDER BY m.no, m.id;

-- stages :many campaign_id:campaign_id unit_id:unit_id version:int
SELECT s.id AS stage_id /* stage_id */, s.name, coalesce(sum(CASE WHEN t.what = 'done' THEN t.n END), 0) AS done /* int */,
       coalesce(sum(CASE WHEN t.what = 'owed' THEN t.n END), 0) AS owed /* int */,
       coalesce(sum(CASE WHEN t.what = 'waived' THEN t.n END), 0) AS waived /* int */
FROM stage s LEFT JOIN action a ON a.stage_id = s.id
LEFT JOIN duty_tally t ON t.campaign_id = s.campaign_id AND t.unit_id = :unit_id AND t.scope = 1 AND t.action_id = a.id
WHERE s.campaign_id = :campaign_id AND s.since_version <= :version AND (s.until_version = 0 OR s.until_version > :version)
GROUP BY s.id, s.no, s.name ORDER BY s.no, s.id;

-- during :one root_unit_id:unit_id from_on:day to_on:day
SELECT coalesce(sum(CASE WHEN what = 'raised' THEN n END), 0) AS raised /* int */,
       coalesce(sum(CASE WHEN what = 'answered' THEN n END), 0) AS answered /* int */,
       coalesce(sum(CASE WHEN what = 'solved' THEN n END), 0) AS solved /* int */
FROM tally_day WHERE unit_id = :root_unit_id AND what IN ('raised', 'answered', 'solved') AND on_on >= :from_on AND on_on <= :to_on;

-- signed :one campaign_id:campaign_id
SELECT coalesce(sum(t.n), 0) AS n /* int */ FROM notice n JOIN notice_tally t ON t.notice_id = n.id AND t.unit_id = n.unit_id
WHERE n.campaign_id = :campaign_id AND t.scope = 1 AND t.what = 'signed';
