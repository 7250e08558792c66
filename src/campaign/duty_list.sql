-- Lists of duties by unit number. A list of one unit takes its own; one with all below it walks the units by number, asks of each whether it
-- stands there, and ends with the page: sorting what 50,000 units owe would take a second.

-- page :many campaign_id:campaign_id? unit_id:unit_id action_id:action_id? stage_id:stage_id? state:str? adapted_only:int asked_only:int
-- optional_only:int prescribed_only:int line:str? aim_id:aim_id? overdue_before:day after_code:str after_id:int limit:int
SELECT d.id, d.campaign_id, d.action_id, d.unit_id, u.code AS unit_code /* str */, u.name_en AS unit_en /* str */, u.name_zh AS unit_zh /* str */
FROM unit u CROSS JOIN duty d JOIN action a ON a.id = d.action_id JOIN campaign c ON c.id = d.campaign_id
WHERE d.unit_id = u.id AND u.code >= :after_code
  AND EXISTS (SELECT 1 FROM unit_path p WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id AND p.descendant_unit_id = u.id AND p.ends_on = 0)
  AND (u.code, d.id) > (:after_code, :after_id)
  AND (:campaign_id IS NULL OR d.campaign_id = :campaign_id)
  AND (:campaign_id IS NOT NULL OR c.state = 'issued')
  AND (:action_id IS NULL OR d.action_id = :action_id)
  AND (:stage_id IS NULL OR a.stage_id = :stage_id)
  AND (:state IS NULL OR d.state = :state)
  AND (:adapted_only = 0 OR d.adapted <> '')
  AND (:asked_only = 0 OR d.asked <> '')
  AND (:optional_only = 0 OR (a.prescribed = 0 AND (:state IS NOT NULL OR d.state <> 'waived')))
  AND (:prescribed_only = 0 OR a.prescribed = 1)
  AND (:line IS NULL OR a.aim_id IN (SELECT m.id FROM aim m WHERE m.line = :line))
  AND (:aim_id IS NULL OR a.aim_id = :aim_id)
  AND (:overdue_before = 0 OR (d.state = 'owed' AND d.due_on > 0 AND d.due_on < :overdue_before))
ORDER BY u.code, d.id LIMIT :limit;

-- own :many campaign_id:campaign_id? unit_id:unit_id action_id:action_id? stage_id:stage_id? state:str? adapted_only:int asked_only:int
-- optional_only:int prescribed_only:int line:str? aim_id:aim_id? overdue_before:day after_code:str after_id:int limit:int
SELECT d.id, d.campaign_id, d.action_id, d.unit_id, u.code AS unit_code /* str */, u.name_en AS unit_en /* str */, u.name_zh AS unit_zh /* str */
FROM unit u CROSS JOIN duty d JOIN action a ON a.id = d.action_id JOIN campaign c ON c.id = d.campaign_id
WHERE u.id = :unit_id AND d.unit_id = u.id
  AND (u.code, d.id) > (:after_code, :after_id)
  AND (:campaign_id IS NULL OR d.campaign_id = :campaign_id)
  AND (:campaign_id IS NOT NULL OR c.state = 'issued')
  AND (:action_id IS NULL OR d.action_id = :action_id)
  AND (:stage_id IS NULL OR a.stage_id = :stage_id)
  AND (:state IS NULL OR d.state = :state)
  AND (:adapted_only = 0 OR d.adapted <> '')
  AND (:asked_only = 0 OR d.asked <> '')
  AND (:optional_only = 0 OR (a.prescribed = 0 AND (:state IS NOT NULL OR d.state <> 'waived')))
  AND (:prescribed_only = 0 OR a.prescribed = 1)
  AND (:line IS NULL OR a.aim_id IN (SELECT m.id FROM aim m WHERE m.line = :line))
  AND (:aim_id IS NULL OR a.aim_id = :aim_id)
  AND (:overdue_before = 0 OR (d.state = 'owed' AND d.due_on > 0 AND d.due_on < :overdue_before))
ORDER BY u.code, d.id LIMIT :limit;

-- mine :many
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- owner1:person_id owner2:person_id owner3:person_id owner4:person_id owner5:person_id owner6:person_id owner7:person_id owner8:person_id
-- owner9:person_id limit:int
SELECT d.id FROM duty d JOIN campaign c ON c.id = d.campaign_id
WHERE c.state = 'issued'
  AND d.id IN (SELECT x.id FROM duty x WHERE x.unit_id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
               UNION SELECT y.id FROM duty y
               WHERE y.owner_person_id IN (:owner1, :owner2, :owner3, :owner4, :owner5, :owner6, :owner7, :owner8, :owner9) AND y.state = 'owed')
ORDER BY CASE d.state WHEN 'owed' THEN 0 ELSE 1 END, CASE WHEN d.due_on = 0 THEN 99999999 ELSE d.due_on END, d.id LIMIT :limit;

-- asked :many unit_id:unit_id limit:int
SELECT d.id FROM campaign c JOIN duty d ON d.campaign_id = c.id AND d.asked <> ''
WHERE c.state = 'issued' AND d.unit_id <> :unit_id
  AND EXISTS (SELECT 1 FROM unit_path p WHERE p.line IN (0, 1) AND p.ancestor_unit_id = :unit_id AND p.descendant_unit_id = d.unit_id AND p.ends_on = 0)
ORDER BY d.id LIMIT :limit;

-- item :one duty_id:duty_id
SELECT d.id, c.ref AS campaign_ref /* str */, c.name AS campaign_name /* str */, a.name, a.criteria, a.criterion, a.criterion_n, a.prescribed,
       a.may_adapt, a.may_waive, d.state, d.asked, d.adapted, d.reason, d.met, d.due_on, d.owner_person_id, a.stage_id,
       coalesce(s.name, '') AS stage_name /* str */, coalesce(m.line, '') AS aim_line /* str */,
       u.code AS unit_code /* str */, u.name_en AS unit_en /* str */, u.name_zh AS unit_zh /* str */
FROM duty d JOIN action a ON a.id = d.action_id JOIN campaign c ON c.id = d.campaign_id JOIN unit u ON u.id = d.unit_id
LEFT JOIN stage s ON s.id = a.stage_id LEFT JOIN aim m ON m.id = a.aim_id
WHERE d.id = :duty_id;
